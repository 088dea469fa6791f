"""``/ontology``, ``/shapes``, ``/checks`` and ``/graph/<name>``: vocabulary, rules and named graphs, as pages and RDF.

Each release of the ontology keeps its address, ``/ontology/<version>``. Beside the ontology stand the pictures of its
patterns, and where its terms are used.

Sources: "Best Practice Recipes for Publishing RDF Vocabularies" (W3C), recipe 3; SPARQL 1.1 Graph Store HTTP Protocol
(W3C), section 4.1 (a graph at its own IRI).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from defkg.engine import Answer
from defkg.terms import BASE, ONTOLOGY_GRAPH, OWL, SHAPES_GRAPH
from defkg.views.pattern import SCHEMES, draw_pattern
from defkg.web.answers import made, send
from defkg.web.asker import Asker
from defkg.web.documents import GRAPHS, HTML, links, negotiated, not_acceptable, refuse, split, told
from defkg.web.methods import close_methods
from defkg.web.parameters import Parameters, read_parameters
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site
from defkg.web.triples import written
from defkg.web.vocabulary.checks import check_statements, check_values
from defkg.web.vocabulary.graph import FORMATS, graph_document
from defkg.web.vocabulary.ontology import ontology_values, uses_values
from defkg.web.vocabulary.patterns import patterns
from defkg.web.vocabulary.reading import Said, statements
from defkg.web.vocabulary.shapes import shapes_values

_GRAPHS = {"ontology": ONTOLOGY_GRAPH, "shapes": SHAPES_GRAPH}
_VALUES = {"ontology": ontology_values, "shapes": shapes_values, "checks": check_values}
_ALLOW = "GET, HEAD, OPTIONS"
_WHY = "A vocabulary is only read"
_VERSION = f"ASK {{{{ GRAPH {ONTOLOGY_GRAPH} {{{{ ?ontology <{OWL}versionIRI> {{version}} }}}} }}}}"
_SVG = "image/svg+xml"
Respond = Callable[[HttpRequest], Awaitable[Response]]


def vocabulary_router(service: Service, rendering: Rendering, elsewhere: Respond) -> APIRouter:
    """The routes of the vocabulary.

    Args:
        service: through which all queries go.
        rendering: makes the pages.
        elsewhere: what responds where there is no such part of it.
    """
    router = APIRouter()

    async def context(http: HttpRequest) -> Response:
        text = service.site.context.text
        return send(http, made(GRAPHS["jsonld"], text)) if text else await elsewhere(http)

    async def vocabulary(http: HttpRequest, name: str, version: str = "") -> Response:
        return await on_site(service, partial(_document, rendering, elsewhere, http, name, version))

    async def graph(http: HttpRequest, name: str) -> Response:
        return await on_site(service, partial(_graph, rendering, elsewhere, http, name))

    async def uses(http: HttpRequest) -> Response:
        return await on_site(service, partial(_beside, rendering, elsewhere, http, _uses))

    async def pattern(http: HttpRequest, name: str) -> Response:
        return await on_site(service, partial(_beside, rendering, elsewhere, http, partial(_picture, name)))

    async def move(http: HttpRequest, name: str) -> Response:
        return RedirectResponse(f"/{name}", 308)

    def add(path: str, endpoint: Callable[..., Awaitable[Response]]) -> None:
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
        close_methods(router, path, _ALLOW, _WHY)

    add("/ontology/context.jsonld", context)
    add("/graph/{name}", graph)
    for name in _VALUES:
        add(f"/{name}", _named(vocabulary, name))
        add(f"/{name}/", _named(move, name))
        for suffix in FORMATS:
            add(f"/{name}.{suffix}", _named(vocabulary, name))
    add("/ontology/uses", uses)
    add("/ontology/patterns/{name}.svg", pattern)
    add("/ontology/{version}", _versioned(vocabulary))
    return router


def _named(respond: Callable[..., Awaitable[Response]], name: str) -> Respond:
    async def endpoint(http: HttpRequest) -> Response:
        return await respond(http, name)

    return endpoint


def _versioned(respond: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    async def endpoint(http: HttpRequest, version: str) -> Response:
        return await respond(http, "ontology", version)

    return endpoint


async def _document(
    rendering: Rendering, elsewhere: Respond, http: HttpRequest, name: str, version: str, site: Site
) -> Response:
    if not (site.engine.graphs.get(_GRAPHS[name].value) if name in _GRAPHS else site.checks):
        return await elsewhere(http)
    parameters = await read_parameters(http, site.engine.limits)
    suffix = split(http.scope["path"], FORMATS)[1]
    chosen = "" if suffix else negotiated(http, FORMATS) or ""
    version = split(version, FORMATS)[0]
    make = partial(_make, name, version, suffix, chosen, parameters)
    response = await rendering.page(http, site, make, _variant(site, chosen, version))
    return await elsewhere(http) if response.status_code == 404 else response


def _variant(site: Site, chosen: str, version: str) -> str:
    """What tells a document from others at its address: all that it is made of but the graph."""
    beside = (sorted(site.releases), site.releases.get(version), bool(site.alignments))
    return f"{chosen} {site.context.tag} {hash(repr(site.checks))} {beside}"


def _make(name: str, version: str, suffix: str, chosen: str, parameters: Parameters, asker: Asker) -> Answer | Response:
    release = version if version and not _is_version(asker, version) else ""
    if release and release not in asker.site.releases:
        return Response(status_code=404)
    form = suffix or chosen
    if not form:
        raise not_acceptable(FORMATS)
    refuse(parameters, form)
    triples = _released(asker, release) if release else _served(asker, name)
    if form == "html":
        values = ontology_values(asker, triples, release) if release else _VALUES[name](asker, triples)
        body = asker.site.pages.render(f"{name}.html", values)
    else:
        body = written(triples, form, asker.site.context)
    place = f"{name}/{release}" if release else name
    return told(made(FORMATS[form], body, asker.seconds), links(f"/{place}", BASE + place, FORMATS, chosen))


def _served(asker: Asker, name: str) -> list[Triple]:
    return statements(asker, _GRAPHS[name]) if name in _GRAPHS else check_statements(asker)


def _released(asker: Asker, release: str) -> list[Triple]:
    """The ontology as it was at a release that is not the one in the graph."""
    return [quad.triple for quad in parse(asker.site.releases[release], format=RdfFormat.TURTLE)]


async def _beside(
    rendering: Rendering, elsewhere: Respond, http: HttpRequest, make: Callable[[Asker], Answer | Response], site: Site
) -> Response:
    """What there is beside an ontology, where there is one."""
    if not site.engine.graphs.get(ONTOLOGY_GRAPH.value):
        return await elsewhere(http)
    refuse(await read_parameters(http, site.engine.limits), "html")
    response = await rendering.page(http, site, make)
    return await elsewhere(http) if response.status_code == 404 else response


def _uses(asker: Asker) -> Answer:
    page = asker.site.pages.render("ontology_uses.html", uses_values(asker, statements(asker, ONTOLOGY_GRAPH)))
    return made(HTML, page, asker.seconds)


def _picture(name: str, asker: Asker) -> Answer | Response:
    stem, dot, end = name.partition(".")
    scheme = end if dot else "light"
    for pattern in patterns(Said(statements(asker, ONTOLOGY_GRAPH))):
        if pattern.name == stem and scheme in SCHEMES:
            picture = draw_pattern(pattern.title, pattern.summary, pattern.arrows, scheme)
            return made(_SVG, picture.encode(), asker.seconds)
    return Response(status_code=404)


def _is_version(asker: Asker, version: str) -> bool:
    try:
        iri = NamedNode(f"{BASE}ontology/{version}")
    except ValueError:
        return False
    return bool(asker.select(_VERSION.format(version=iri)))


async def _graph(rendering: Rendering, elsewhere: Respond, http: HttpRequest, name: str, site: Site) -> Response:
    stem, suffix = (name, "") if BASE + "graph/" + name in site.engine.graphs else split(name, FORMATS)
    iri = BASE + "graph/" + stem
    if iri not in site.engine.graphs:
        return await elsewhere(http)
    parameters = await read_parameters(http, site.engine.limits)
    chosen = "" if suffix else negotiated(http, FORMATS) or ""
    return await rendering.page(http, site, partial(graph_document, iri, suffix, chosen, parameters), chosen)
