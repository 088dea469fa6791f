"""The rules, beside owlrl as the oracle."""

from __future__ import annotations

import owlrl
import pytest
import rdflib
from owlrl.OWLRL import OWLRL_Semantics
from pyoxigraph import BlankNode, RdfFormat, Triple, parse
from rdflib.namespace import OWL, RDF

from defkg.dataset import Dataset
from defkg.inference import UnsupportedAxiom, close, rules
from defkg.terms import ID, ONTOLOGY_GRAPH, source_graph
from defkg.turtle import read_turtle
from defkg.validation.bridge import to_rdflib
from tests.conftest import HEAD

Plain = set[tuple[str, str, str]]
ONTOLOGY = HEAD + "@prefix : <http://x/> .\n"


def by_owlrl(dataset: Dataset) -> Plain:
    graph = to_rdflib(dataset.asserted)
    owlrl.DeductiveClosure(OWLRL_Semantics).expand(graph)  # type: ignore[no-untyped-call]
    return plain(graph)


def plain(graph: rdflib.Graph) -> Plain:
    """Instance triples without what every thing has: owl:Thing, owl:sameAs itself, anonymous classes."""
    kept = (t for t in graph if str(t[0]).startswith(ID))
    noise = {(RDF.type, OWL.Thing)}
    triples = (t for t in kept if (t[1], t[2]) not in noise and t[1] != OWL.sameAs)
    return {(str(s), str(p), o.n3()) for s, p, o in triples if not isinstance(o, rdflib.BNode)}


def by_rules(dataset: Dataset) -> Plain:
    return plain(to_rdflib([*dataset.asserted, *close(dataset).inferred]))


def small(ontology: str, data: str) -> Dataset:
    files = [
        (read_turtle("o.ttl", (ONTOLOGY + ontology).encode()), ONTOLOGY_GRAPH),
        (read_turtle("d.ttl", (ONTOLOGY + data).encode()), source_graph("d")),
    ]
    assert not [file.findings for file, _ in files if file.findings]
    return Dataset(files)


def test_bundled_graph_closes_as_owlrl_closes_it(dataset: Dataset, closed: Dataset) -> None:
    ours, theirs = by_rules(dataset), by_owlrl(dataset)
    assert ours ^ theirs == set()
    assert len(closed.inferred) > 1000


@pytest.mark.parametrize(
    ("ontology", "data"),
    [
        (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", "id:i a :A ."),
        (":A owl:equivalentClass :B .", "id:i a :A . id:j a :B ."),
        (":p rdfs:subPropertyOf :q .", "id:i :p id:j ."),
        (":p owl:equivalentProperty :q .", "id:i :p id:j . id:k :q id:l ."),
        (":p rdfs:domain :A ; rdfs:range :B .", "id:i :p id:j ."),
        (":p owl:inverseOf :q .", "id:i :p id:j . id:k :q id:l ."),
        (":p a owl:TransitiveProperty .", "id:i :p id:j . id:j :p id:k . id:k :p id:i ."),
        (":p a owl:SymmetricProperty .", "id:i :p id:j ."),
        (":p owl:propertyChainAxiom ( :q :r :s ) .", "id:i :q id:j . id:j :r id:k . id:k :s id:l ."),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue id:v ] .", "id:i a :A ."),
        (":p rdfs:range :B ; rdfs:subPropertyOf rdfs:label .", 'id:i :p "text"@en , id:j .'),
    ],
)
def test_each_axiom_closes_as_owlrl_closes_it(ontology: str, data: str) -> None:
    dataset = small(ontology, data)
    assert by_rules(dataset) == by_owlrl(dataset) != plain(to_rdflib(dataset.asserted))


@pytest.mark.parametrize(
    "axiom",
    [
        ":p a owl:FunctionalProperty .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .",
        ":A owl:unionOf ( :B :C ) .",
        ":p owl:hasKey ( :q ) .",
        "[ a owl:Restriction ; owl:onProperty :p ; owl:hasSelf true ] rdfs:subClassOf :A .",
        ":i owl:sameAs :j .",
        "[ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] rdfs:subClassOf :A .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p, :q ; owl:hasValue :v ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:hasValue :v ] .",
        ":p rdfs:range [ a owl:Class ] .",
        "[ owl:inverseOf :p ] rdfs:domain :A .",
        "[] a owl:TransitiveProperty .",
        ":p rdfs:subPropertyOf rdf:type .",
        "rdf:type rdfs:domain :A .",
        ":p owl:propertyChainAxiom () .",
        ":p owl:propertyChainAxiom ( :q [ owl:inverseOf :r ] ) .",
        ":p owl:propertyChainAxiom ( :q rdf:type ) .",
        ":p owl:propertyChainAxiom _:l . _:l rdf:first :q ; rdf:rest _:l .",
        ":p owl:propertyChainAxiom _:l . _:l rdf:first :q .",
        ":p owl:propertyChainAxiom :q .",
    ],
)
def test_axiom_without_a_rule_is_named(axiom: str) -> None:
    with pytest.raises(UnsupportedAxiom, match=r"owl:\w+|rdfs:\w+"):
        close(small(axiom, "id:i a :A ."))


def test_rules_do_not_leave_blank_nodes_in_the_closure(closed: Dataset) -> None:
    assert not [t for t in closed.inferred if isinstance(t.object, BlankNode) or isinstance(t.subject, BlankNode)]


def test_rule_says_its_axiom() -> None:
    text = ONTOLOGY + ":p owl:propertyChainAxiom ( :q :r ) ."
    triples: list[Triple] = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    assert [rule.axiom for rule in rules(triples)] == ["http://x/p propertyChainAxiom (http://x/q http://x/r)"]
