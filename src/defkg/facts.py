"""What a graph says of one thing, and which of its parts say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.holding import Graphs, Select
from defkg.terms import Term

_SAID = """SELECT ?p ?o ?g WHERE {{
  {thing} ?p ?o .
  OPTIONAL {{ GRAPH ?g {{ {thing} ?p ?o }} }}
}}"""


class Fact(NamedTuple):
    """A property of a thing and one value of it, with the IRIs of the named graphs that hold it."""

    predicate: str
    object: Term
    graphs: Graphs


def facts(select: Select, iri: str) -> list[Fact]:
    """What the default graph says with a thing as subject, each triple once, in an order that the triples decide.

    Args:
        select: what asks the graph.
        iri: the thing.

    Raises:
        ValueError: it is no IRI.
    """
    return gathered(select(_SAID.format(thing=NamedNode(iri))))


def gathered(rows: Iterable[Mapping[str, Term]]) -> list[Fact]:
    """The facts that rows of property ``p``, value ``o`` and graph ``g`` tell, in the order of `facts`."""
    held: dict[tuple[str, Term], set[str]] = {}
    for row in rows:
        predicate = row["p"]
        assert isinstance(predicate, NamedNode)
        graphs = held.setdefault((predicate.value, row["o"]), set())
        if isinstance(graph := row.get("g"), NamedNode):
            graphs.add(graph.value)
    found = (Fact(predicate, value, frozenset(graphs)) for (predicate, value), graphs in held.items())
    return sorted(found, key=lambda fact: (fact.predicate, str(fact.object)))
