"""The graphs of a dataset, each as a run of lines in one file, however large they are."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from defkg.artefact.lines import SortedLines
from defkg.project import ProjectError
from defkg.publishing.fingerprint import Fingerprint, has_nodes

_IRI = rb"<[^<>\"{}|^`\\\x00-\x20]*>"
_QUAD = re.compile(
    rb"((?:%(iri)s|_:\S+) %(iri)s (?:%(iri)s|_:\S+|\"(?:[^\"\\\n]|\\.)*\"(?:@[A-Za-z0-9-]+|\^\^%(iri)s)?))"
    rb"(?: (%(iri)s))? \.\n" % {b"iri": _IRI}
)


@dataclass(frozen=True)
class Graph:
    """One graph of a dataset.

    Attributes:
        iri: its name; empty for the default graph.
        start: where its lines begin in the file of the sheaf.
        nodes: how many bytes of them are the lines with blank nodes, which come first.
        size: how many bytes they are.
        fingerprint: of its triples.
    """

    iri: str
    start: int
    nodes: int
    size: int
    fingerprint: Fingerprint


class Sheaf:
    """The graphs of a dataset.

    Args:
        lines: N-Quads as our own engine writes them, in any order.
        names: graphs that are there even where no line names them.
        folder: where to put temporary files without names.

    Raises:
        ProjectError: a line is not such a quad.
    """

    def __init__(self, lines: Iterable[bytes], names: Iterable[str], folder: Path) -> None:
        self._file = tempfile.TemporaryFile(prefix="defkg-", dir=folder)  # noqa: SIM115 - closed by `close`
        self.graphs: dict[str, Graph] = {}
        try:
            self._fill(lines, folder)
        except BaseException:
            self.close()
            raise
        for name in names:
            empty = Graph(name, self._file.tell(), 0, 0, Fingerprint.of([]))
            self.graphs.setdefault(name, empty)

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def chunks(self, graph: Graph, size: int) -> Iterator[bytes]:
        """The graph's lines in pieces of about `size` bytes; at least one, and all blank nodes are in the first.

        The name of a blank node means something within one request only.
        """
        at, end = graph.start, graph.start + graph.size
        first = max(graph.nodes, size)
        while at < end or at == graph.start:
            self._file.seek(at)
            piece = self._file.read(min(first, end - at))
            if at + len(piece) < end:
                piece += self._file.readline()
            yield piece
            at, first = at + len(piece), size
            if at == graph.start:
                return

    def _fill(self, lines: Iterable[bytes], folder: Path) -> None:
        ordered = SortedLines(folder)
        try:
            for line in lines:
                found = _QUAD.fullmatch(line)
                if not found:
                    raise ProjectError(f"this line is no quad that can be published: {line[:200]!r}")
                name = (found[2] or b"<>")[1:-1]
                ordered.write(b"%s\t%d%s .\n" % (name, not has_nodes(found[1]), found[1]))
            for name, group in groupby(ordered, lambda line: line.partition(b"\t")[0]):
                self._add(name.decode(), (line.partition(b"\t")[2] for line in group))
        finally:
            ordered.close()

    def _add(self, name: str, marked: Iterable[bytes]) -> None:
        start = nodes = self._file.tell()

        def written() -> Iterator[bytes]:
            nonlocal nodes
            for line in marked:
                self._file.write(line[1:])
                if line[:1] == b"0":
                    nodes = self._file.tell()
                yield line[1:]

        fingerprint = Fingerprint.of(written())
        self.graphs[name] = Graph(name, start, nodes - start, self._file.tell() - start, fingerprint)
