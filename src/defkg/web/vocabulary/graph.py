"""A named graph as a document: what it holds, or a page that tells what it is."""

from __future__ import annotations

from urllib.parse import urlencode

from pyoxigraph import NamedNode
from starlette.responses import Response

from defkg.engine import Answer
from defkg.holding import documents
from defkg.terms import (
    BASE,
    CURATION_GRAPH,
    INFERRED_GRAPH,
    ONTOLOGY_GRAPH,
    QUESTIONS_GRAPH,
    REGISTRY_GRAPH,
    SHAPES_GRAPH,
    TOMBSTONES_GRAPH,
    VOID_GRAPH,
)
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.documents import GRAPHS, HTML, links, not_acceptable, refuse, told
from defkg.web.parameters import Parameters

FORMATS = {**GRAPHS, "html": HTML}
_DATA = "Its triples are in the default graph too."
_APART = "Its triples are in no query's default graph, unless the query names it."
_WORDS = {
    REGISTRY_GRAPH: ("Registry", "Who and what there is: identities, labels and codes, each once.", _DATA),
    CURATION_GRAPH: ("Curation", "What curators decided where no single document does, with their reasons.", _DATA),
    INFERRED_GRAPH: ("Inferred", "What nobody wrote, and what follows from all the rest by the ontology.", _DATA),
    ONTOLOGY_GRAPH: ("Ontology", "The classes and properties, with what they mean.", _DATA),
    SHAPES_GRAPH: ("Shapes", "The rules that the data must pass.", _APART),
    TOMBSTONES_GRAPH: ("Tombstones", "What was withdrawn, merged or split, and why.", _APART),
    QUESTIONS_GRAPH: ("Questions", "The library's questions, as queries that run.", _APART),
    VOID_GRAPH: ("Description", "What is said of the dataset as a whole.", ""),
}
_OTHERS = {ONTOLOGY_GRAPH: "/ontology", SHAPES_GRAPH: "/shapes", QUESTIONS_GRAPH: "/questions/"}


def graph_document(iri: str, suffix: str, chosen: str, parameters: Parameters, asker: Asker) -> Answer | Response:
    """What a named graph holds, in the format of the suffix, or in that which was chosen.

    Raises:
        Problem: there is no answer; 406, nothing was chosen; 400, there are parameters.
    """
    form = suffix or chosen
    if not form:
        raise not_acceptable(FORMATS)
    refuse(parameters, form)
    found: Answer | Response
    if form == "html":
        page = asker.site.pages.render("graph.html", _values(asker, iri))
        found = made(HTML, page, asker.seconds)
    else:
        found = asker.stream(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {NamedNode(iri)} {{ ?s ?p ?o }} }}", GRAPHS[form]
        )
    return told(found, links("/" + iri.removeprefix(BASE), iri, FORMATS, chosen))


def _values(asker: Asker, iri: str) -> dict[str, object]:

    graphs, node = asker.site.engine.graphs, NamedNode(iri)
    title, what, where = _WORDS.get(node, (iri.removeprefix(BASE), "", ""))
    query = f"SELECT ?s ?p ?o WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }} LIMIT 100"
    others = sorted(name for name in graphs if name.startswith(BASE + "graph/") and name != iri)
    return {
        "iri": iri,
        "title": title,
        "what": what,
        "where": where,
        "triples": graphs[iri],
        "address": "/" + iri.removeprefix(BASE),
        "formats": GRAPHS,
        "page": _OTHERS.get(node, ""),
        "store": "/graph-store?" + urlencode({"graph": iri}),
        "query": "/sparql?" + urlencode({"query": query}),
        "others": [(name, _WORDS.get(NamedNode(name), (name.removeprefix(BASE),))[0], graphs[name]) for name in others],
        "documents": len(documents(graphs)),
    }
