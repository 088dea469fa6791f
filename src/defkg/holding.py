"""Which named graphs hold a triple, asked by SELECT queries alone, so that any SPARQL 1.1 service can tell.

Source: SPARQL 1.1 Query Language (W3C), sections 10 and 13.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from pyoxigraph import BlankNode, NamedNode, Triple

from defkg.terms import ID, INFERRED_GRAPH, Term

Select = Callable[[str], list[dict[str, Term]]]
Graphs = frozenset[str]
Thing = TypeVar("Thing")
_MOST = 50_000  # characters of a list of values
_DOCUMENTS = ID + "source/"


def documents(graphs: Iterable[str]) -> frozenset[str]:
    """Those graphs that are documents; registry, curation, ontology and what is inferred are none."""
    return frozenset(graph for graph in graphs if graph.startswith(_DOCUMENTS))


def only_inferred(graphs: Graphs) -> bool:
    """Whether a triple that these graphs hold is asserted nowhere."""
    return graphs == {INFERRED_GRAPH.value}


class Holding:
    """Which graphs hold which triples; what was asked once is known.

    Args:
        select: a SELECT query in, its rows out, unbound variables left out.
    """

    def __init__(self, select: Select) -> None:
        self._select = select
        self._known: dict[Triple, Graphs] = {}

    def __call__(self, triples: Iterable[Triple]) -> dict[Triple, Graphs]:
        """For each triple the IRIs of the named graphs that hold it; an empty set where none does."""
        wanted = dict.fromkeys(triples)
        for batch in batches([triple for triple in wanted if triple not in self._known], written):
            self._ask(batch)
        return {triple: self._known[triple] for triple in wanted}

    def _ask(self, batch: list[Triple]) -> None:
        found: dict[Triple, set[str]] = {triple: set() for triple in batch}
        values = " ".join(f"({written(triple)})" for triple in batch)
        query = f"SELECT ?s ?p ?o ?g {{ VALUES (?s ?p ?o) {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        for row in self._select(query):
            graphs = found.get(triple_of(row["s"], row["p"], row["o"]))
            if graphs is not None:
                graphs.add(str(getattr(row["g"], "value", row["g"])))
        self._known.update({triple: frozenset(graphs) for triple, graphs in found.items()})


def batches(things: Iterable[Thing], write: Callable[[Thing], str]) -> Iterator[list[Thing]]:
    """The things in lists that fit into a query each."""
    batch: list[Thing] = []
    size = 0
    for thing in things:
        length = len(write(thing))
        if batch and size + length > _MOST:
            yield batch
            batch, size = [], 0
        batch.append(thing)
        size += length
    if batch:
        yield batch


def written(terms: Iterable[Term]) -> str:
    """Terms as a row of VALUES; a blank node has no name there, so that any term may stand in its place."""
    return " ".join("UNDEF" if isinstance(term, BlankNode) else str(term) for term in terms)


def triple_of(subject: Term, predicate: Term, obj: Term) -> Triple:
    """Three terms of a row as a triple."""
    assert isinstance(subject, NamedNode | BlankNode)
    assert isinstance(predicate, NamedNode)
    return Triple(subject, predicate, obj)
