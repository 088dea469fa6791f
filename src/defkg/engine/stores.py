"""The graph that workers answer from: in memory, where they share it; on the disk, where each opens it for itself."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from defkg.engine import Request
from defkg.engine.confinement import bounded_memory

_PATIENCE = 30  # seconds that opening a store may take
_OPENING = 4096  # MB that it may map: a store that is damaged may ask for any
Graphs = Sequence[str] | Mapping[str, int]
"""The IRIs of the named graphs; with the triples of each, and of the default graph as "", where they are known."""


class Data(Protocol):
    """An open file of N-Quads, or the open folder of a store."""

    def fileno(self) -> int:
        """Its descriptor."""
        ...

    def close(self) -> None:
        """Lets go of it."""
        ...


class Folder:
    """The open folder of a store, which it stays, wherever it is moved to and whatever takes its place."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Its descriptor."""
        return self._descriptor

    def close(self) -> None:
        """Lets go of it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


class Held(Protocol):
    """What a zygote holds for its workers.

    Attributes:
        counts: the named graphs with their triples; "" is the default graph.
        names: the IRIs of the named graphs.
    """

    counts: dict[str, int]
    names: frozenset[str]

    def open(self) -> Store:
        """The store, in the process that asks it.

        Raises:
            OSError: it cannot be opened.
        """
        ...

    def dataset(self, store: Store, request: Request) -> tuple[Store, Request]:
        """What to ask, and of which store, for a request with its dataset."""
        ...


def hold(data: int, graphs: Graphs) -> Held:
    """What is in an open file of N-Quads, or in the open folder of a store.

    Args:
        data: the descriptor; it stays open for a folder.
        graphs: the named graphs that are there even where they are empty; those of a folder with their triples.

    Raises:
        OSError, SyntaxError: it cannot be read.
    """
    if stat.S_ISDIR(os.fstat(data).st_mode):
        return OnDisk(data, dict(graphs) if isinstance(graphs, Mapping) else {})
    return InMemory(_loaded(data, graphs))


def _loaded(data: int, graphs: Graphs) -> Store:
    store = Store()
    os.lseek(data, 0, os.SEEK_SET)  # a zygote before this one has read it
    with open(data, "rb") as file:
        store.bulk_load(file, format=RdfFormat.N_QUADS)
    for iri in graphs:
        store.add_graph(NamedNode(iri))
    return store


class InMemory:
    """A store that is forked with its process; see `Held`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.counts = _counts(store)
        self.names = frozenset(self.counts) - {""}

    def open(self) -> Store:
        """The store, which every process has its own copy of."""
        return self._store

    def dataset(self, store: Store, request: Request) -> tuple[Store, Request]:
        """As it came: whoever evaluates it can merge graphs in the store."""
        return store, request


class OnDisk:
    """A store that each process opens for itself: what its engine holds open must not be shared; see `Held`."""

    def __init__(self, folder: int, counts: dict[str, int]) -> None:
        self._path = f"/proc/self/fd/{folder}"
        self.counts = counts
        self.names = frozenset(counts) - {""}
        _try(self.open)

    def open(self) -> Store:
        """The store, only to be read.

        Raises:
            OSError: it cannot be opened.
        """
        with bounded_memory(_OPENING):
            return Store.read_only(self._path)

    def dataset(self, store: Store, request: Request) -> tuple[Store, Request]:
        """Of several default graphs, a copy in memory, where a triple that two of them have is there once.

        The engine would count it twice, and nothing can be merged in a store that is not written to.
        """
        default = [NamedNode(iri) for iri in dict.fromkeys(request.default_graphs or ())]
        if len(default) < 2:
            return store, request
        copy = Store()
        for graph in default:
            quads = store.quads_for_pattern(None, None, None, graph)
            copy.bulk_extend(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads)
        for graph in map(NamedNode, dict.fromkeys(request.named_graphs or ())):
            copy.add_graph(graph)
            copy.bulk_extend(store.quads_for_pattern(None, None, None, graph))
        return copy, replace(request, default_graphs=None, named_graphs=None)


def _try(work: Callable[[], object]) -> None:
    """Does something in a process of its own, which ends with it, and has half a minute for it.

    Raises:
        OSError: it fails there; the text is what was said.
    """
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(_PATIENCE)
            work()
            os._exit(0)
        except BaseException as error:
            os.write(theirs, f"{error}".encode("utf-8", "backslashreplace")[:1000])
        finally:
            os._exit(1)
    os.close(theirs)
    with open(ours, "rb") as said:  # noqa: PTH123 - a descriptor, not a path
        words = " ".join(said.read().decode().split())
    if os.waitpid(pid, 0)[1]:
        raise OSError(words or "it is damaged: the process that opened it died")


def _counts(store: Store) -> dict[str, int]:
    rows = store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    counts = {graph.value: 0 for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    counts |= {row["g"].value: int(row["n"].value) for row in rows if row["g"] is not None}  # type: ignore[union-attr]
    (total,) = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")  # type: ignore[misc]
    return {"": int(total["n"].value), **counts}
