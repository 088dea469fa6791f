"""JSON-LD of a thing: as RDF exactly what is said of it, and what its objects are called."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib.compare import isomorphic

from defkg.context import read_context
from defkg.dataset import Dataset
from defkg.facts import facts
from defkg.jsonld import Context, ContextError, called, document, graph
from defkg.project import Project
from defkg.terms import ID, ONTOLOGY, ONTOLOGY_GRAPH, PREFIXES, SHAPES_GRAPH, SKOS, TYPE, XSD, Term

LABEL = SKOS + "prefLabel"
Said = list[tuple[str, Term]]


@pytest.fixture(scope="module")
def context(project: Project) -> Context:
    return read_context(project)


def expected(iri: str, said: Said, labels: dict[str, tuple[str, Literal]]) -> set[Triple]:
    """What the document must say: the facts, and the label of each object that has one."""
    found = {Triple(NamedNode(iri), NamedNode(predicate), value) for predicate, value in said}
    for predicate, value in said:
        if isinstance(value, NamedNode) and value.value in labels and predicate != TYPE.value:
            name, label = labels[value.value]
            found.add(Triple(value, NamedNode(name), label))
    return found


def oxigraph(found: dict[str, Any]) -> set[Triple]:
    return {quad.triple for quad in parse(json.dumps(found).encode(), format=RdfFormat.JSON_LD)}


def rdf(triples: set[Triple]) -> rdflib.Graph:
    return rdflib.Graph().parse(data="".join(f"{t} .\n" for t in triples), format="nt")


def test_every_thing_of_the_graph_is_read_back(closed: Dataset, context: Context) -> None:
    things = sorted({s.value for s in closed.subjects if isinstance(s, NamedNode)})
    assert len(things) > 500
    for iri in things:
        said: Said = [(fact.predicate, fact.object) for fact in facts(closed.select, iri)]
        labels = called(closed.select, {o.value for _, o in said if isinstance(o, NamedNode)})
        found = document(iri, said, labels, context)
        assert oxigraph(found) == expected(iri, said, labels)
        if iri.startswith((ID + "me", ID + "participation/", ID + "source/")):
            assert isomorphic(rdflib.Graph().parse(data=json.dumps(found), format="json-ld"), rdf(oxigraph(found)))


IRIS = st.sampled_from(
    [
        *(ID + key for key in ("country/IND", "//evil", "a(b", "são", "x:y", "")),
        *("urn:x", "tag:example.org,2026:x", "schema:odd", "id:odd", "defkg:odd", "https://example.org/a?b=c#d"),
    ]
).map(NamedNode)
PREDICATES = st.sampled_from(
    [
        ONTOLOGY + name
        for name in ("hasParty", "ordinal", "earliest", "gist", "reason", "multilateral", "unknown", "date")
    ]
    + [LABEL, TYPE.value, "http://example.org/p", "urn:p", "prov:odd", PREFIXES["schema"] + "url"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["en", "de", "en-gb"])),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(kind)),
        st.sampled_from(
            ["0", "1", "01", "-1", "+1", "-0", "true", "false", "9007199254740993", "2025-01-31", "x", "1.0"]
        ),
        st.sampled_from([*(XSD + k for k in ("integer", "boolean", "date", "double", "decimal")), "skos:odd"]),
    ),
)
FACTS = st.lists(st.tuples(PREDICATES, st.one_of(IRIS, LITERALS)), max_size=6)
LABELS = st.dictionaries(IRIS.map(lambda iri: iri.value), st.tuples(st.just(LABEL), LITERALS), max_size=3)


@settings(max_examples=400, deadline=None)
@given(IRIS, FACTS, LABELS)
def test_any_facts_are_read_back(
    context: Context, iri: NamedNode, said: Said, labels: dict[str, tuple[str, Literal]]
) -> None:
    assert oxigraph(document(iri.value, said, labels, context)) == expected(iri.value, said, labels)


@settings(max_examples=60, deadline=None)
@given(IRIS, FACTS)
def test_without_a_context_prefixes_do(iri: NamedNode, said: Said) -> None:
    assert oxigraph(document(iri.value, said, {}, Context())) == expected(iri.value, said, {})


@pytest.mark.parametrize("name", [ONTOLOGY_GRAPH, SHAPES_GRAPH])
def test_a_graph_with_blank_nodes_and_lists_is_read_back(dataset: Dataset, context: Context, name: NamedNode) -> None:
    triples = set(dataset.graph(name))
    found = graph(triples, context)
    assert any(isinstance(triple.object, BlankNode) for triple in triples)
    assert isomorphic(rdf(oxigraph(found)), rdf(triples))
    assert json.dumps(graph(sorted(triples, key=str, reverse=True), context)) == json.dumps(found)


def test_it_is_short_and_says_what_it_needs(context: Context) -> None:
    said: Said = [
        (TYPE.value, NamedNode(ONTOLOGY + "Meeting")),
        (LABEL, Literal("First meeting", language="en")),
        (ONTOLOGY + "earliest", Literal("2025-12-09", datatype=NamedNode(XSD + "date"))),
        (ONTOLOGY + "hasParty", NamedNode(ID + "country/IND")),
        (ONTOLOGY + "hasParty", NamedNode(ID + "country/THA")),
        (ONTOLOGY + "ordinal", Literal("1", datatype=NamedNode(XSD + "integer"))),
        ("https://example.org/p", Literal("x")),
    ]
    labels = {ID + "country/IND": (LABEL, Literal("India", language="en"))}
    assert document(ID + "meeting/x", said, labels, context) == {
        "@context": {
            "Meeting": "defkg:Meeting",
            "defkg": ONTOLOGY,
            "earliest": {"@id": "defkg:earliest", "@type": "xsd:date"},
            "hasParty": {"@id": "defkg:hasParty", "@type": "@id"},
            "id": ID,
            "ordinal": {"@id": "defkg:ordinal", "@type": "xsd:integer"},
            "prefLabel": {"@id": "skos:prefLabel", "@language": "en"},
            "skos": SKOS,
            "xsd": XSD,
        },
        "@id": "id:meeting/x",
        "@type": "Meeting",
        "prefLabel": "First meeting",
        "earliest": "2025-12-09",
        "hasParty": [{"@id": "id:country/IND", "prefLabel": "India"}, "id:country/THA"],
        "ordinal": 1,
        "https://example.org/p": "x",
    }


@pytest.mark.parametrize(
    ("text", "written"), [("17", 17), ("-3", -3), ("9007199254740993", "9007199254740993"), ("007", "007")]
)
def test_a_number_is_one_where_no_reader_changes_it(context: Context, text: str, written: object) -> None:
    said: Said = [(ONTOLOGY + "ordinal", Literal(text, datatype=NamedNode(XSD + "integer")))]
    assert document(ID + "meeting/x", said, {}, context)["ordinal"] == written


def test_a_thing_is_called_by_its_english_preferred_label(closed: Dataset) -> None:
    iris = [
        ID + "country/IND",
        ID + "source/2024-12-13-india-thailand-jwg",
        ID + "passage/2024-12-13-india-thailand-jwg-s1",
    ]
    found = called(closed.select, iris)
    assert found[iris[0]] == (LABEL, Literal("India", language="en"))
    assert found[iris[1]][0] == PREFIXES["dcterms"] + "title"
    assert iris[2] not in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON object"),
        ("[]", "no JSON object"),
        ("{}", "no JSON object"),
        ("[" * 100_000, "no JSON object"),
        ('{"@context": []}', "must be one object"),
        ('{"@context": {"@vocab": "https://example.org/"}}', "@vocab uses more"),
        ('{"@context": {"a": {"@id": "https://example.org/a", "@container": "@set"}}}', "a uses more"),
        ('{"@context": {"a": {"@type": "@id"}}}', "a needs an @id"),
        ('{"@context": {"a": {"@id": null}}}', "a needs an @id"),
        ('{"@context": {"a": "nothing"}}', "nothing is no IRI"),
        ('{"@context": {"a:b": "https://example.org/a"}}', "a:b uses more"),
        ('{"@context": {"a": "https://example.org/a", "a": "https://example.org/b"}}', "a stands there twice"),
    ],
)
def test_a_context_that_is_not_understood_is_refused(text: str, words: str) -> None:
    with pytest.raises(ContextError, match=words):
        Context.read(text.encode())
