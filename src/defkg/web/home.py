"""``/``: what this is, how much there is, questions to begin with, the latest documents, and how to use the data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from shlex import quote
from typing import NamedTuple

from fastapi import APIRouter
from markupsafe import Markup
from pyoxigraph import NamedNode
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer
from defkg.holding import Select
from defkg.kinds import Kind
from defkg.naming import Names, labels
from defkg.question import Question
from defkg.selfdescription.schemaorg import dataset
from defkg.terms import DCTERMS, ONTOLOGY, Term, compact
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.documents import GRAPHS, HTML, negotiated
from defkg.web.links import path
from defkg.web.methods import close_methods
from defkg.web.rendering import Rendering, on_site
from defkg.web.service import Service, Site
from defkg.web.wellknown import described, files, host

FIRST_PAGE = "first page"
"""The tag of the questions that the page begins with; the earlier among its tags, the earlier there."""

_CARDS = 8
_DOCUMENTS = 6
_FORMATS = {"html": HTML, **GRAPHS}
_COUNTED = ("SourceDocument", "Country", "Official", "Mechanism", "Agreement", "Exercise")
_QUERY = "'query=SELECT ?class (COUNT(*) AS ?things) WHERE { ?x a ?class } GROUP BY ?class'"
_LATEST = f"""SELECT ?document ?issued ?publisher WHERE {{
  ?document a defkg:SourceDocument .
  OPTIONAL {{ ?document <{DCTERMS}issued> ?issued }}
  OPTIONAL {{ ?document <{DCTERMS}publisher> ?publisher }}
}} ORDER BY DESC(?issued) ?document LIMIT {_DOCUMENTS * 2}"""


class Count(NamedTuple):
    """How many of something there are, what they are called, and where they are listed."""

    number: int
    words: str
    address: str


class Document(NamedTuple):
    """A document of the graph; its date and publisher are empty where they are not stated."""

    iri: str
    title: str
    issued: str
    publisher: str


def home_router(service: Service, rendering: Rendering) -> APIRouter:
    """The route of the first page; as RDF, its address gives the description of the dataset."""
    router = APIRouter()

    async def home(http: HttpRequest) -> Response:
        chosen = negotiated(http, _FORMATS) or "html"
        make = partial(_page, http) if chosen == "html" else partial(_described, http)
        return await on_site(service, lambda site: rendering.page(http, site, make, chosen))

    router.add_api_route("/", home, methods=["GET", "HEAD"], include_in_schema=False, response_class=Response)
    close_methods(router, "/", "GET, HEAD, OPTIONS", "A page is only read")
    return router


def cards(questions: Mapping[str, Question]) -> list[Question]:
    """The questions to begin with: those that say so by their tags; where none does, the first of each topic."""
    tagged = [question for question in questions.values() if FIRST_PAGE in question.tags]
    if tagged:
        return sorted(tagged, key=lambda question: question.tags.index(FIRST_PAGE))[:_CARDS]
    firsts: dict[str, Question] = {}
    for question in questions.values():
        firsts.setdefault(question.group, question)
    return list(firsts.values())[:_CARDS]


def about(question: Question, names: Names) -> str:
    """The things that a question is about where nothing else is given, by their labels."""
    defaults = question.defaults()
    things = [(p.kind, defaults[p.name]) for p in question.parameters if p.type == "thing" and p.name in defaults]
    return ", ".join(names.label(kind, term.value) for kind, term in things if isinstance(term, NamedNode))


def counts(site: Site) -> list[Count]:
    """How much there is of what; the kinds of most things where the data have none of ours."""
    kinds = list(site.kinds.values())
    by_class = {kind.iri: kind for kind in kinds}
    known = [by_class[ONTOLOGY + name] for name in _COUNTED if ONTOLOGY + name in by_class]
    found = known or sorted(kinds, key=lambda kind: -kind.count)[: len(_COUNTED)]
    events = sum(kind.count for kind in kinds if kind.dated)
    dated = [Count(events, "event" if events == 1 else "events", "/timeline")] if events else []
    numbers = site.description.statistics
    triples = Count(numbers.triples, "triple" if numbers.triples == 1 else "triples", "/void")
    return [*map(_listed, found), *dated, triples]


def latest(select: Select) -> list[Document]:
    """The documents that were issued last; those whose date is not stated come after all others."""
    rows: dict[str, dict[str, Term]] = {}
    for row in select(_LATEST):
        rows.setdefault(_text(row["document"]), row)
    kept = dict(list(rows.items())[:_DOCUMENTS])
    publishers = {_text(row["publisher"]) for row in kept.values() if isinstance(row.get("publisher"), NamedNode)}
    names = labels(select, {*(iri for iri in kept if path(iri)), *publishers})
    return [_document(iri, row, names) for iri, row in kept.items()]


def _page(http: HttpRequest, asker: Asker) -> Answer:
    site, address = asker.site, host(http)
    description = site.description
    places = labels(asker.select, description.places)
    downloads = {address + place: media_type for _, place, media_type in files(site)}
    shown = cards(site.questions)
    values = {
        "told": description,
        "counts": counts(site),
        "cards": [(question, about(question, site.names)) for question in shown],
        "total": len(site.questions),
        "documents": latest(asker.select),
        "uses": _uses(address, [*_things(shown), *description.examples], shown),
        "card": embedded(dataset(description, address, places, downloads)),
    }
    return made(HTML, site.pages.render("home.html", values))


def _described(http: HttpRequest, asker: Asker) -> Answer:
    return described(http, asker.site)


def embedded(document: object) -> Markup:
    """A document as JSON that may stand inside a page: nothing in it can end the element that it is in."""
    written = json.dumps(document, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return Markup(written)


def _uses(address: str, examples: Sequence[str], shown: Sequence[Question]) -> list[tuple[str, str]]:
    """How programs use the data: what for, and lines to copy."""
    thing = next((place for iri in examples if (place := path(iri))), "")
    turtle = [("One thing, as Turtle", f"curl -H 'Accept: text/turtle' {quote(address + thing)}")] if thing else []
    sparql = (
        "SPARQL, as CSV",
        f"curl -H 'Accept: text/csv' {quote(f'{address}/sparql')} \\\n  --data-urlencode {_QUERY}",
    )
    if not shown:
        return [*turtle, sparql]
    name = shown[0].name
    asked = ("A question, as CSV", f"curl {quote(f'{address}/questions/{name}.csv')}")
    python = ("Python", f"import defkg\n\nanswer = defkg.load().ask({name!r})\nanswer.to_pandas(sources=True)")
    return [*turtle, asked, sparql, python, ("An assistant, by the Model Context Protocol", "defkg mcp")]


def _things(shown: Sequence[Question]) -> list[str]:
    """What the questions to begin with are about where nothing else is given."""
    defaults = (term for question in shown for term in question.defaults().values())
    return [term.value for term in defaults if isinstance(term, NamedNode)]


def _listed(kind: Kind) -> Count:
    words = kind.label if kind.count == 1 else kind.title
    return Count(kind.count, words[:1].lower() + words[1:], path(kind.prefix) or "")


def _document(iri: str, row: Mapping[str, Term], names: Mapping[str, str]) -> Document:
    publisher = _text(row["publisher"]) if "publisher" in row else ""
    issued = _text(row["issued"]) if "issued" in row else ""
    return Document(iri, names.get(iri) or compact(iri), issued, names.get(publisher) or compact(publisher))


def _text(term: Term) -> str:
    return str(getattr(term, "value", term))
