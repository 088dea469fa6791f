"""Our triples as graphs of rdflib, for pySHACL, and its terms as ours."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.term import Node

from defkg.terms import Term


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """The same triples as an rdflib graph."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # a wrong date is our finding, not its traceback
    graph = rdflib.Graph()
    known: dict[Term, Node] = {}
    for triple in triples:
        s, p, o = (known.get(t) or known.setdefault(t, _node(t)) for t in triple)
        graph.add((s, p, o))
    return graph


def to_term(node: Node | None) -> Term | None:
    """The same term as ours; None for what is none."""
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None)
    return None


def _node(term: Term) -> Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
