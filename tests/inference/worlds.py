"""Random small ontologies of every axiom that has a rule, and random small graphs that they say something about."""

from __future__ import annotations

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from defkg.terms import TYPE, XSD
from tests.conftest import HEAD

_PROPERTIES = [f":p{n}" for n in range(4)]
_CLASSES = [f":C{n}" for n in range(3)]
_THINGS = [*(NamedNode(f"http://x/i{n}") for n in range(4)), BlankNode("b")]
_LITERALS = [
    Literal("text"),
    Literal("text", language="en"),
    Literal("1", datatype=NamedNode(XSD + "integer")),
    Literal("01", datatype=NamedNode(XSD + "integer")),
    Literal("1.0", datatype=NamedNode(XSD + "decimal")),
]

_property, _class = st.sampled_from(_PROPERTIES), st.sampled_from(_CLASSES)
_value = st.sampled_from([":i0", ":C0", '"text"', "01"])


def _axiom(words: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda filled: words.format(*filled))


_axioms = st.one_of(
    _axiom("{} rdfs:subClassOf {} .", _class, _class),
    _axiom("{} owl:equivalentClass {} .", _class, _class),
    _axiom("{} rdfs:subPropertyOf {} .", _property, _property),
    _axiom("{} owl:equivalentProperty {} .", _property, _property),
    _axiom("{} rdfs:domain {} .", _property, _class),
    _axiom("{} rdfs:range {} .", _property, _class),
    _axiom("{} owl:inverseOf {} .", _property, _property),
    _axiom("{} a owl:TransitiveProperty .", _property),
    _axiom("{} a owl:SymmetricProperty .", _property),
    _axiom("{} owl:propertyChainAxiom ( {} ) .", _property, _property),
    _axiom("{} owl:propertyChainAxiom ( {} {} ) .", _property, _property, _property),
    _axiom("{} owl:propertyChainAxiom ( {} {} {} ) .", _property, _property, _property, _property),
    _axiom("{} rdfs:subClassOf [ owl:onProperty {} ; owl:hasValue {} ] .", _class, _property, _value),
    _axiom("{} rdfs:subClassOf [ owl:onProperty rdf:type ; owl:hasValue {} ] .", _class, _class),
)

ontologies = st.lists(_axioms, max_size=8).map(lambda axioms: triples("\n".join(axioms)))
"""Lists of the triples of an ontology."""

_facts = st.one_of(
    st.builds(
        Triple,
        st.sampled_from(_THINGS),
        _property.map(lambda name: NamedNode(f"http://x/{name[1:]}")),
        st.sampled_from([*_THINGS, *_LITERALS]),
    ),
    st.builds(
        Triple,
        st.sampled_from(_THINGS),
        st.just(TYPE),
        _class.map(lambda name: NamedNode(f"http://x/{name[1:]}")),
    ),
)

graphs = st.sets(_facts, max_size=12)
"""Sets of triples."""


def triples(turtle: str) -> list[Triple]:
    """The triples of a text."""
    text = HEAD + "@prefix : <http://x/> .\n" + turtle
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
