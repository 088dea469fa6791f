"""Documents of triples: exactly these triples, and the same bytes each time."""

from __future__ import annotations

import random
import re

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)
from rdflib.compare import isomorphic

from defkg.dataset import Dataset as Graph
from defkg.terms import ID, ONTOLOGY, ONTOLOGY_GRAPH, RDF, SHAPES_GRAPH, TYPE, XSD
from defkg.terms import Term as AnyTerm
from defkg.writing import Unwritable, ntriples, rdfxml, turtle
from tests.conftest import HEAD

FORMATS = {
    "turtle": (turtle, RdfFormat.TURTLE),
    "nt": (ntriples, RdfFormat.N_TRIPLES),
    "xml": (rdfxml, RdfFormat.RDF_XML),
}
KEYS = st.lists(st.sampled_from([*"aZ09-_./(),':;!éß中~", "%C3%A9", "%2F"]), min_size=1, max_size=8).map("".join)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,6}", fullmatch=True)
IRIS = st.builds(
    NamedNode,
    st.sampled_from([ID, ID + "country/", ONTOLOGY, "http://example.org/"]).flatmap(
        lambda b: KEYS.map(lambda k: b + k)
    ),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), max_size=12)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["en", "de", "en-gb"])),
    st.builds(lambda n: Literal(str(n), datatype=NamedNode(XSD + "integer")), st.integers()),
    st.sampled_from(
        [
            Literal(text, datatype=NamedNode(XSD + kind))
            for text, kind in [
                ("true", "boolean"),
                ("1", "boolean"),
                ("2025-01-31", "date"),
                ("+07", "integer"),
                ("no number", "integer"),
            ]
        ]
    ),
)
NODES = st.builds(BlankNode, st.sampled_from(["a", "b", "c", "d"]))
PREDICATES = st.one_of(
    st.just(TYPE),
    st.builds(
        lambda base, name: NamedNode(base + name),
        st.sampled_from([ONTOLOGY, "http://example.org/x/", RDF]),
        NAMES.filter(
            lambda n: (
                n
                not in (
                    "first",
                    "rest",
                    "li",
                    "Description",
                    "RDF",
                    "ID",
                    "about",
                    "parseType",
                    "resource",
                    "nodeID",
                    "datatype",
                    "bagID",
                    "aboutEach",
                    "aboutEachPrefix",
                )
            )
        ),
    ),
)
TRIPLES = st.sets(st.builds(Triple, st.one_of(IRIS, NODES), PREDICATES, st.one_of(IRIS, LITERALS, NODES)), max_size=12)


def canonical(triples: set[Triple]) -> set[Triple]:
    dataset = Dataset(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}


def read(body: bytes, form: RdfFormat) -> set[Triple]:
    return {quad.triple for quad in parse(body, format=form)}


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=150, deadline=None)
@given(TRIPLES)
def test_a_document_has_exactly_the_triples(name: str, triples: set[Triple]) -> None:
    write, form = FORMATS[name]
    assert canonical(read(write(triples), form)) == canonical(triples)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=50, deadline=None)
@given(TRIPLES, st.randoms())
def test_order_and_names_of_blank_nodes_change_no_byte(name: str, triples: set[Triple], chance: random.Random) -> None:
    write, _ = FORMATS[name]
    shuffled = sorted(triples, key=str)
    chance.shuffle(shuffled)
    renamed = [Triple(_other(t.subject), t.predicate, _other(t.object)) for t in shuffled]  # type: ignore[arg-type]
    assert write(renamed) == write(triples)


def _other(term: AnyTerm) -> AnyTerm:
    return BlankNode("x" + term.value) if isinstance(term, BlankNode) else term


@pytest.mark.parametrize("graph", [ONTOLOGY_GRAPH, SHAPES_GRAPH])
@pytest.mark.parametrize(("name", "form"), [("turtle", "turtle"), ("nt", "nt"), ("xml", "xml")])
def test_rdflib_reads_the_same(dataset: Graph, graph: NamedNode, name: str, form: str) -> None:
    triples = dataset.graph(graph)
    expected = rdflib.Graph().parse(
        data=b"".join(f"{t.subject} {t.predicate} {t.object} .\n".encode() for t in triples), format="nt"
    )
    assert isomorphic(rdflib.Graph().parse(data=FORMATS[name][0](triples), format=form), expected)


def of(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(HEAD + text, format=RdfFormat.TURTLE)]


def test_turtle_is_written_for_people() -> None:
    text = turtle(
        of(
            """id:meeting\\/m1 defkg:ordinal 17 ; a defkg:Event, defkg:Meeting ; defkg:multilateral true ;
            defkg:earliest "2025-01-31"^^xsd:date ; defkg:hasParty id:country\\/IND ; rdfs:label "é"@en ;
            dcterms:title "T" .
            defkg:coChaired owl:propertyChainAxiom ( defkg:a [ owl:inverseOf defkg:b ] ) ."""
        )
    ).decode()
    assert text == (
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix defkg: <https://w3id.org/defkg/ontology#> .\n"
        "@prefix id: <https://w3id.org/defkg/id/> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n"
        "id:meeting\\/m1 a defkg:Event, defkg:Meeting ;\n"
        '    dcterms:title "T" ;\n'
        '    rdfs:label "é"@en ;\n'
        '    defkg:earliest "2025-01-31"^^xsd:date ;\n'
        "    defkg:hasParty id:country\\/IND ;\n"
        "    defkg:multilateral true ;\n"
        "    defkg:ordinal 17 .\n\n"
        "defkg:coChaired owl:propertyChainAxiom ( defkg:a [ owl:inverseOf defkg:b ] ) .\n"
    )


def test_only_prefixes_that_are_used_stand_there() -> None:
    for text in (turtle(of("id:a defkg:about id:b .")).decode(), rdfxml(of("id:a defkg:about id:b .")).decode()):
        assert "ontology#" in text
        assert not re.search("skos|foaf|schema.org", text)


def test_nothing_is_an_empty_document() -> None:
    assert turtle([]) == b""
    assert ntriples([]) == b""
    assert read(rdfxml([]), RdfFormat.RDF_XML) == set()


@pytest.mark.parametrize(
    "text",
    [
        "_:a defkg:about _:b . _:b defkg:about _:a .",
        "_:a defkg:about _:a .",
        "_:a rdf:first 1 ; rdf:rest _:a .",
        "id:a defkg:about [ rdf:first 1, 2 ; rdf:rest rdf:nil ] .",
        "id:a defkg:about [ rdf:first 1 ; rdf:rest rdf:nil ; rdfs:label 'x' ] .",
        "id:a defkg:about [ rdf:first 1 ; rdf:rest id:b ] .",
    ],
)
def test_blank_nodes_in_circles_and_broken_lists_are_told(text: str) -> None:
    assert canonical(read(turtle(of(text)), RdfFormat.TURTLE)) == canonical(set(of(text)))


@pytest.mark.parametrize(
    ("predicate", "value", "words"),
    [
        ("http://example.org/123", Literal("x"), "does not end in a name"),
        ("http://example.org/", Literal("x"), "does not end in a name"),
        ("http://example.org/p", Literal("a\x01b"), "U+0001"),
        ("http://example.org/p", Literal("\ufffe"), "U+FFFE"),
    ],
)
def test_what_xml_cannot_carry_is_refused(predicate: str, value: Literal, words: str) -> None:
    triple = Triple(NamedNode(ID + "a"), NamedNode(predicate), value)
    with pytest.raises(Unwritable, match=re.escape(words)):
        rdfxml([triple])
    assert read(turtle([triple]), RdfFormat.TURTLE) == {triple}
