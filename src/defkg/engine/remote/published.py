"""What `publish` writes about the data that a service holds, and how the engine reads it there.

One graph of the service, which no query of ours ever shows, tells the dataset's digest, the graph that holds the
default graph, and the triples of each graph. From the first change to the last it says that data is being replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from defkg.terms import BASE, DCTERMS, RDF, Term

GRAPH = BASE + "graph/published"
MERGED = BASE + "graph/merged"
READ = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
GLANCE = f"SELECT ?o WHERE {{ <{GRAPH}> <{DCTERMS}issued> ?o }}"
_DIGEST, _MARK, _DEFAULT = DCTERMS + "identifier", DCTERMS + "issued", DCTERMS + "source"
_PART, _LISTED = DCTERMS + "hasPart", RDF + "value"
_PER_NODE = 50  # graphs that one literal lists: a store may cap rows, and dislike long literals


@dataclass(frozen=True)
class Held:
    """What a graph of the service holds: its triples, and a digest of them."""

    count: int
    digest: str


@dataclass(frozen=True)
class Published:
    """The data that a service holds.

    Attributes:
        digest: the dataset's SHA-256; empty while the data is being replaced.
        mark: another text for each publishing.
        default_graph: the graph that holds the merged default graph.
        held: what is in each named graph; "" is the default graph. Those only, while the data is being replaced, that
            are as they shall be.
    """

    digest: str
    mark: str
    default_graph: str = ""
    held: Mapping[str, Held] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """The triples of each named graph; "" is the default graph."""
        return {iri: held.count for iri, held in self.held.items()}

    def triples(self) -> Iterator[Triple]:
        """What is written about it: no blank nodes, and only plain literals, which every store keeps."""
        here = NamedNode(GRAPH)
        yield Triple(here, NamedNode(_MARK), Literal(self.mark))
        if self.digest:
            yield Triple(here, NamedNode(_DIGEST), Literal(self.digest))
        if self.default_graph:
            yield Triple(here, NamedNode(_DEFAULT), NamedNode(self.default_graph))
        held = sorted(self.held.items())
        for number, start in enumerate(range(0, len(held), _PER_NODE)):
            yield from listed(str(number), dict(held[start : start + _PER_NODE]))

    @staticmethod
    def read(rows: Sequence[Mapping[str, Term]]) -> Published | None:
        """What the rows of `READ` tell; None where nothing was ever published.

        Raises:
            ValueError: they are not what was written.
        """
        said = {(_value(row["s"]), _value(row["p"])): _value(row["o"]) for row in rows}
        if not said:
            return None
        parts = {_value(row["o"]) for row in rows if _value(row["p"]) == _PART}
        lines = [line.split(" ", 2) for part in parts for line in said.get((part, _LISTED), "").splitlines()]
        whole = all((part, _LISTED) in said for part in parts)
        held = {iri: Held(int(count), digest) for count, digest, iri in lines}
        digest, mark = said.get((GRAPH, _DIGEST), ""), said.get((GRAPH, _MARK), "")
        return Published(digest if whole else "", mark, said.get((GRAPH, _DEFAULT), ""), held)


def listed(name: str, held: Mapping[str, Held]) -> Iterator[Triple]:
    """A part of the list of graphs, under a name that no other part has."""
    node = NamedNode(f"{GRAPH}#{name}")
    lines = (f"{each.count} {each.digest} {iri}" for iri, each in held.items())
    yield Triple(NamedNode(GRAPH), NamedNode(_PART), node)
    yield Triple(node, NamedNode(_LISTED), Literal("\n".join(lines)))


def _value(term: Term) -> str:
    return str(getattr(term, "value", ""))
