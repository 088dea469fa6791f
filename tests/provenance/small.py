"""A small closed graph: three documents, a registry and an ontology, in which every construct has something to find."""

from __future__ import annotations

from defkg.dataset import Dataset
from defkg.inference import close
from defkg.terms import CURATION_GRAPH, ONTOLOGY_GRAPH, REGISTRY_GRAPH, source_graph
from defkg.turtle import read_turtle

HEAD = """
@prefix : <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix id: <https://w3id.org/defkg/id/> .
"""
PREFIX = "PREFIX : <https://example.org/> "
ONTOLOGY = """
:Leader rdfs:subClassOf :Person .
:within a owl:TransitiveProperty .
:knows a owl:SymmetricProperty .
:leads rdfs:subPropertyOf :attends ; rdfs:domain :Leader .
:attendedBy owl:inverseOf :attends .
:takesPartIn owl:propertyChainAxiom ( :attends :within ) .
"""
REGISTRY = """
:ann :name "Ann" . :bob :name "Bob" . :cy :name "Cy" . :dee :name "Dee" .
:talk :name "Talk" . :round :name "Round" . :series :name "Series" .
:ann a :Person . :bob a :Person .
"""
ONE = """
:ann :knows :bob ; :leads :talk ; :age 30 .
:talk :within :round ; :topic :trade ; :year 2001 .
:trade :broader :money .
:list :holds ( :ann :bob ) .
"""
TWO = """
:ann :knows :bob . :bob :knows :cy ; :attends :talk ; :age 40 .
:round :within :series ; :topic :trade, :ports ; :year 2002 .
:money :broader :world . :ports :broader :money .
:note :about [ :says "hello" ; :by :bob ] .
"""
THREE = """
:cy :knows :dee ; :leads :round ; :age 40 .
:series :topic :ports ; :year 2003 .
:world :broader :trade .
:round :cancelled true .
:dee :quote "a } brace # no comment" ; :nick "D\u00e9\u00e9" .
"""


def small() -> Dataset:
    """The graph, closed."""
    texts = {
        ONTOLOGY_GRAPH: ONTOLOGY,
        REGISTRY_GRAPH: REGISTRY,
        source_graph("one"): ONE,
        source_graph("two"): TWO,
        source_graph("three"): THREE,
        CURATION_GRAPH: ":ann :sameTalk :bob .",
    }
    files = [(read_turtle("small.ttl", (HEAD + text).encode()), graph) for graph, text in texts.items()]
    return close(Dataset(files))
