"""The way of a dataset into a service: what is there already stays, the rest is sent, read back, and compared."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import RdfFormat, Triple, serialize

from defkg.engine.remote import published
from defkg.engine.remote.published import Held, Published
from defkg.project import ProjectError
from defkg.publishing.fingerprint import Fingerprint
from defkg.publishing.graphstore import GraphStore
from defkg.publishing.sheaf import Graph, Sheaf

CHUNK = 8 << 20


@dataclass(frozen=True)
class Outcome:
    """What became of one graph.

    Attributes:
        graph: its IRI in the service.
        triples: how many it has.
        what: unchanged, published, removed, or differs: what is read back is not what was sent.
        words: how it differs.
    """

    graph: str
    triples: int
    what: str
    words: str = ""

    def __str__(self) -> str:
        said = f": {self.words}" if self.words else ""
        return f"{self.what:9} {self.triples:>11,} {self.graph}{said}"


class Publisher:
    """Puts one dataset into one service.

    Args:
        store: the service.
        sheaf: the graphs of the dataset.
        digest: the dataset's.
        default_graph: the graph of the service to put the default graph into: the service's own may be the union of
            all, and cannot be asked together with some named graphs only.
        every: whether also graphs that are there already are sent and compared again.

    Raises:
        ProjectError: that graph is needed for something else.
    """

    def __init__(self, store: GraphStore, sheaf: Sheaf, digest: str, default_graph: str, every: bool = False) -> None:
        if default_graph in {*sheaf.graphs, published.GRAPH}:
            raise ProjectError(f"<{default_graph}> is needed for something else; name another with --default-graph")
        if published.GRAPH in sheaf.graphs:
            raise ProjectError(f"<{published.GRAPH}> tells of what is published, and cannot be a graph of the data")
        self._store = store
        self._sheaf = sheaf
        self._digest = digest
        self._default_graph = default_graph
        self._every = every
        self._mark = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {secrets.token_hex(8)}"

    def run(self, tell: Callable[[Outcome], None]) -> bool:
        """Publishes, and tells of each graph; whether all is there as it should be.

        Until it is, the service says that its data is being replaced. The next run takes up one that was broken off.

        Raises:
            ProjectError: the service failed; what it holds says so of itself.
        """
        before = Published.read(self._store.select(published.READ, published.GRAPH)) or Published("", "")
        done = {iri: held for iri, held in before.held.items() if self._is_there(iri, held, before)}
        gone = [self._name(iri, before.default_graph) for iri in before.held]
        gone = [name for name in gone if name not in {self._name(iri) for iri in self._sheaf.graphs}]
        for iri in done:
            tell(Outcome(self._name(iri), done[iri].count, "unchanged"))
        if len(done) == len(self._sheaf.graphs) and not gone and before.digest == self._digest:
            return True
        self._announce(Published("", self._mark, self._default_graph, done))
        for graph in self._sheaf.graphs.values():
            if graph.iri not in done:
                outcome = self._publish(graph, len(done))
                tell(outcome)
                if outcome.what == "published":
                    done[graph.iri] = _held(graph)
        for name in gone:
            self._store.delete(name)
            tell(Outcome(name, 0, "removed"))
        if len(done) < len(self._sheaf.graphs):
            return False
        self._announce(Published(self._digest, self._mark, self._default_graph, done))
        return True

    def _name(self, iri: str, default_graph: str | None = None) -> str:
        return iri or (self._default_graph if default_graph is None else default_graph)

    def _is_there(self, iri: str, held: Held, before: Published) -> bool:
        """Whether a graph was published as it is now, and has as many triples still."""
        graph = self._sheaf.graphs.get(iri)
        same = graph is not None and held == _held(graph) and (iri or before.default_graph == self._default_graph)
        return bool(same) and not self._every and self._store.count(self._name(iri)) == held.count

    def _publish(self, graph: Graph, number: int) -> Outcome:
        name, send = self._name(graph.iri), self._store.put
        for chunk in self._sheaf.chunks(graph, CHUNK):
            send(name, chunk)
            send = self._store.post
        wrong = self._difference(name, graph.fingerprint)
        if wrong:
            return Outcome(name, graph.fingerprint.count, "differs", wrong)
        self._store.post(
            published.GRAPH, _written(published.listed(f"{self._mark[-16:]}-{number}", {graph.iri: _held(graph)}))
        )
        return Outcome(name, graph.fingerprint.count, "published")

    def _difference(self, name: str, sent: Fingerprint) -> str:
        count = self._store.count(name)
        if count != sent.count:
            return f"the service counts {count:,} triples"
        got = Fingerprint.of(self._store.triples(name))
        return (
            "" if got == sent else f"as many triples, but other ones (digest {got.digest[:12]}, not {sent.digest[:12]})"
        )

    def _announce(self, state: Published) -> None:
        self._store.put(published.GRAPH, _written(state.triples()))


def _held(graph: Graph) -> Held:
    return Held(graph.fingerprint.count, graph.fingerprint.digest)


def _written(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""
