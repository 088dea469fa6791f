"""``/void`` and ``/dcat``: what is served, described for programs that look for datasets, and in numbers for people.

Sources: VoID (W3C), section 7.2, for ``/.well-known/void``; DCAT, version 3 (W3C).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter
from pyoxigraph import NamedNode, Triple, serialize
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer, Problem, formats
from defkg.export.dumps import PUBLISHED
from defkg.export.files import GZIP, media_type
from defkg.holding import Select
from defkg.naming import labels
from defkg.selfdescription import Description, Dump, at_host, dcat, dumps, published, void
from defkg.selfdescription.counting import Links
from defkg.selfdescription.description import DATASET, DOCUMENT, FOAF, NAMESPACES, part
from defkg.terms import DCTERMS, compact
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.documents import GRAPHS, HTML, linked, negotiated, not_acceptable
from defkg.web.dumps import refusal
from defkg.web.methods import close_methods
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site

_FORMATS = {**GRAPHS, "html": HTML}
_VOID = "/void"
_DCAT = "/dcat"
_PLACES = {_VOID: _VOID, "/.well-known/void": _VOID, _DCAT: _DCAT}
_ALLOW = "GET, HEAD, OPTIONS"
_CLASSES = 200
_PROPERTIES = 300


def wellknown_router(service: Service, rendering: Rendering) -> APIRouter:
    """The routes of the descriptions."""
    router = APIRouter()

    async def respond(http: HttpRequest, address: str, suffix: str, chosen: str = "") -> Response:
        of_rdf = partial(_document, http, address, suffix, chosen)
        make = partial(_page, chosen) if suffix == "html" else of_rdf
        return await on_site(service, lambda site: rendering.page(http, site, make, suffix))

    async def negotiable(http: HttpRequest) -> Response:
        address = _PLACES[http.scope["path"]]
        offered = _offered(address)
        chosen = negotiated(http, offered)
        if chosen is None:
            raise not_acceptable(offered)
        return await respond(http, address, chosen, chosen)

    async def fixed(http: HttpRequest) -> Response:
        address, _, suffix = http.scope["path"].rpartition(".")
        return await respond(http, address, suffix)

    paths = dict.fromkeys(_PLACES, negotiable)
    paths |= {f"{_VOID}.{suffix}": fixed for suffix in _FORMATS}
    paths |= {f"{_DCAT}.{suffix}": fixed for suffix in GRAPHS}
    for path, endpoint in paths.items():
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, "A description is only read")
    return router


def described(http: HttpRequest, site: Site) -> Answer:
    """The description in VoID for a client that asks for RDF where people find a page.

    Raises:
        Problem: 400, the Host header names no host; 406, no format of RDF is wanted.
    """
    chosen = negotiated(http, GRAPHS)
    if chosen is None:
        raise not_acceptable(_FORMATS)
    return _made(http, site, _VOID, chosen, chosen)


def host(http: HttpRequest) -> str:
    """The address of the host that was asked, without a slash at its end."""
    return str(http.base_url).rstrip("/")


def dumped(site: Site) -> list[Dump]:
    """The dumps of the whole, those that were made already with size and checksum; none where there are none."""
    if refusal(site):
        return []
    types = {name: media_type(name.removesuffix(GZIP)) for name in PUBLISHED}
    made = {name: (site.dumped[name].size, site.dumped[name].sha256) for name in PUBLISHED if name in site.dumped}
    return [Dump(name, kind, *made.get(name, (0, ""))) for name, kind in types.items()]


def files(site: Site) -> Iterator[tuple[str, str, str]]:
    """The files of the whole default graph, where the limits let it through: name, address, media type."""
    if site.engine.graphs.get("", 0) <= site.engine.limits.rows:
        for name, media_type in GRAPHS.items():
            yield f"file-{name}", f"/graph-store?default&format={name}", media_type


def _document(http: HttpRequest, address: str, suffix: str, chosen: str, asker: Asker) -> Answer:
    return _made(http, asker.site, address, suffix, chosen)


def _made(http: HttpRequest, site: Site, address: str, suffix: str, chosen: str) -> Answer:
    try:
        told = at_host(_told(site.description, address), host(http))
        triples = _by_subject(dict.fromkeys([*told, *_dumps(site, host(http))]))
    except ValueError as error:
        raise Problem(400, "host", "The Host header names no host", str(error)) from error
    body = serialize(triples, format=formats.GRAPHS[GRAPHS[suffix]], prefixes=NAMESPACES) or b""
    return linked(made(GRAPHS[suffix], body), address, DATASET, _offered(address), chosen)


def _offered(address: str) -> dict[str, str]:
    """The formats of a description: that for catalogues has no page."""
    return GRAPHS if address == _DCAT else _FORMATS


def _by_subject(triples: Iterable[Triple]) -> list[Triple]:
    """What is said of one thing together, in the order in which things come first."""
    found: dict[object, list[Triple]] = {}
    for triple in triples:
        found.setdefault(triple.subject, []).append(triple)
    return [triple for of_one in found.values() for triple in of_one]


def _told(description: Description, address: str) -> Iterator[Triple]:
    if address == _VOID:
        yield from void(description)
    yield from dcat(description)


def _dumps(site: Site, base: str) -> Iterator[Triple]:
    """The whole graph in each format, where the limits let it through, and the dumps."""
    if list(files(site)):
        yield from dumps(site.description, base, GRAPHS)
    yield from published(site.description, base, dumped(site))


@dataclass(frozen=True)
class Shown:
    """A class or property on the page: its place there, its IRI and its label."""

    anchor: str
    iri: str
    label: str


def _page(chosen: str, asker: Asker) -> Answer:
    description, site = asker.site.description, asker.site
    numbers = description.statistics
    classes, properties = numbers.classes[:_CLASSES], numbers.properties[:_PROPERTIES]
    used = {counted.iri for counted in classes} | {counted.iri for counted in numbers.properties}
    names = _named(asker.select, [*used, *description.places, *description.examples])
    values = {
        "told": description,
        "numbers": numbers,
        "classes": [(_shown(names, "class", c.iri), c, _nested(names, c.iri, c.properties)) for c in classes],
        "properties": [(_shown(names, "property", p.iri), p) for p in properties],
        "links": [(_anchor("links", link.property, link.host), link) for link in numbers.links],
        "others": _others(numbers.links),
        "lists": {kind.iri: f"/id/{name}/" for name, kind in site.kinds.items() if kind.alone},
        "files": list(files(site)),
        "dumped": dumped(site),
        "stated": _stated(description),
        "names": names,
    }
    body = site.pages.render("void.html", values)
    return linked(made(HTML, body), _VOID, DATASET, _FORMATS, chosen)


def _shown(names: dict[str, str], *iris: str) -> Shown:
    return Shown(_anchor(*iris), iris[-1], names.get(iris[-1]) or compact(iris[-1]))


def _nested(names: dict[str, str], kind: str, properties: Sequence[tuple[str, int]]) -> list[tuple[Shown, int]]:
    return [(_shown(names, "class", kind, iri), triples) for iri, triples in properties]


def _anchor(*iris: str) -> str:
    return part(*iris).partition("#")[2]


def _others(links: Sequence[Links]) -> list[tuple[str, str]]:
    return [(_anchor("dataset", address), address) for address in sorted({link.host for link in links})]


def _stated(description: Description) -> list[tuple[str, str]]:
    """What else the project names in its statements, each with its place on the page and its name."""
    subjects = {t.subject.value for t in description.stated if isinstance(t.subject, NamedNode)} - {DATASET}
    names = {t.subject: t.object for t in description.stated if t.predicate.value in (FOAF + "name", DCTERMS + "title")}
    ours = sorted(iri for iri in subjects if iri.startswith(DOCUMENT + "#"))
    return [(iri.partition("#")[2], str(getattr(names.get(NamedNode(iri)), "value", compact(iri)))) for iri in ours]


def _named(select: Select, iris: Sequence[str]) -> dict[str, str]:
    return labels(select, set(iris))
