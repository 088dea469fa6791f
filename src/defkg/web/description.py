"""The service description: what a server speaks, which graphs it has, and what a query may use.

Source: SPARQL 1.1 Service Description (W3C); VoID for the number of triples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from defkg.engine import Engine
from defkg.engine.formats import GRAPHS, ROWS
from defkg.engine.limits import Limits
from defkg.executable import at_endpoint
from defkg.terms import INFERRED_GRAPH, PREFIXES, RDFS, TYPE, XSD

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
ENTAILMENT = "http://www.w3.org/ns/entailment/"
PROFILE = "http://www.w3.org/ns/owl-profile/"
FORMATS = "http://www.w3.org/ns/formats/"
LIMIT = "https://w3id.org/defkg/limit#"
_PREFIXES = {"sd": SD, "void": VOID, "ent": ENTAILMENT, "formats": FORMATS, "limit": LIMIT, "rdfs": RDFS, "xsd": XSD}
_LANGUAGES = ("SPARQL10Query", "SPARQL11Query")
_FEATURES = ("EmptyGraphs",)
_JSON_LD = FORMATS + "JSON-LD"  # the registry's; the serialiser names another


def description(engine: Engine, address: str, examples: Sequence[Triple] = ()) -> list[Triple]:
    """The description of an engine that answers at an address.

    Editors look for examples of queries in it, where the default graph has none: so they are in it too.

    Raises:
        ValueError: the address is no absolute IRI.
    """
    endpoint, service, dataset = NamedNode(address), NamedNode(address + "#service"), NamedNode(address + "#dataset")
    return [
        Triple(service, TYPE, NamedNode(SD + "Service")),
        Triple(service, NamedNode(SD + "endpoint"), endpoint),
        *_abilities(service),
        *_entailment(service, engine),
        Triple(service, NamedNode(SD + "defaultDataset"), dataset),
        *_dataset(dataset, engine),
        *_limits(service, engine.limits),
        *at_endpoint(examples, address),
    ]


def description_document(engine: Engine, address: str, media_type: str, examples: Sequence[Triple] = ()) -> bytes:
    """The same in one of the formats of graphs."""
    triples, prefixes = description(engine, address, examples), _PREFIXES | (PREFIXES if examples else {})
    return serialize(triples, format=GRAPHS[media_type], prefixes=prefixes) or b""


def _abilities(service: NamedNode) -> Iterator[Triple]:
    for language in _LANGUAGES:
        yield Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + language))
    for feature in _FEATURES:
        yield Triple(service, NamedNode(SD + "feature"), NamedNode(SD + feature))
    for named in [*(form.iri for form in ROWS.values()), *(form.iri for form in GRAPHS.values())]:
        iri = _JSON_LD if named.endswith("JSON-LD") else named
        yield Triple(service, NamedNode(SD + "resultFormat"), NamedNode(iri))


def _entailment(service: NamedNode, engine: Engine) -> Iterator[Triple]:
    regime = "OWL-RDF-Based" if _infers(engine) else "Simple"
    yield Triple(service, NamedNode(SD + "defaultEntailmentRegime"), NamedNode(ENTAILMENT + regime))
    if _infers(engine):
        yield Triple(service, NamedNode(SD + "defaultSupportedEntailmentProfile"), NamedNode(PROFILE + "RL"))


def _infers(engine: Engine) -> bool:
    return INFERRED_GRAPH.value in engine.graphs


def _dataset(dataset: NamedNode, engine: Engine) -> Iterator[Triple]:
    names = sorted(name for name in engine.graphs if name)
    yield Triple(dataset, TYPE, NamedNode(SD + "Dataset"))
    yield Triple(dataset, NamedNode(SD + "defaultGraph"), BlankNode("default"))
    for number in range(len(names)):
        yield Triple(dataset, NamedNode(SD + "namedGraph"), BlankNode(f"named{number}"))
    yield from _graph(BlankNode("default"), engine.graphs.get("", 0))
    for number, name in enumerate(names):
        yield from _named(BlankNode(f"named{number}"), BlankNode(f"graph{number}"), name)
        yield from _graph(BlankNode(f"graph{number}"), engine.graphs[name])


def _named(node: BlankNode, graph: BlankNode, name: str) -> Iterator[Triple]:
    yield Triple(node, TYPE, NamedNode(SD + "NamedGraph"))
    yield Triple(node, NamedNode(SD + "name"), NamedNode(name))
    yield Triple(node, NamedNode(SD + "entailmentRegime"), NamedNode(ENTAILMENT + "Simple"))
    yield Triple(node, NamedNode(SD + "graph"), graph)


def _graph(graph: BlankNode, triples: int) -> Iterator[Triple]:
    yield Triple(graph, TYPE, NamedNode(SD + "Graph"))
    yield Triple(graph, NamedNode(VOID + "triples"), _number(triples))


def _limits(service: NamedNode, limits: Limits) -> Iterator[Triple]:
    for limit in fields(Limits):
        term = NamedNode(LIMIT + limit.name)
        yield Triple(service, term, _number(getattr(limits, limit.name)))
        yield Triple(term, NamedNode(RDFS + "label"), Literal(limit.name, language="en"))
        yield Triple(term, NamedNode(RDFS + "comment"), Literal(limit.metadata["words"], language="en"))
        yield Triple(term, NamedNode(LIMIT + "unit"), Literal(limit.metadata["unit"]))


def _number(value: Any) -> Literal:
    if int(value) == value:
        return Literal(str(int(value)), datatype=NamedNode(XSD + "integer"))
    return Literal(format(value, "f"), datatype=NamedNode(XSD + "decimal"))
