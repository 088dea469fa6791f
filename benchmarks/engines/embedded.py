"""defkg itself: in memory, or over the RocksDB of an artefact."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from benchmarks.engines import Data, Endpoint, answered
from benchmarks.running import Missing, disk, free_port, running

_LIMITS = ("--timeout", "600", "--memory", "6000")


class Defkg:
    """``defkg serve``.

    Args:
        stored: whether it reads the artefact's store from the disk; else it holds the graph in memory.
    """

    analytic = True

    def __init__(self, stored: bool = False) -> None:
        self.name = "defkg --store" if stored else "defkg"
        self._stored = stored

    def version(self) -> str:
        """Its version, with that of pyoxigraph."""
        return f"{version('defkg')} (pyoxigraph {version('pyoxigraph')})"

    @contextmanager
    def serve(self, data: Data, folder: Path) -> Iterator[Endpoint]:
        """Starts it; in memory, loading is a part of the start."""
        port = free_port()
        base = f"http://127.0.0.1:{port}/sparql?query="
        words = [sys.executable, "-m", "defkg", "serve", "--port", str(port), *_LIMITS, *self._what(data)]
        with running(words, folder, lambda: answered(base), {"TMPDIR": str(folder)}) as server:
            yield Endpoint(base, server, 0, disk(data.artefact) if self._stored and data.artefact else 0)

    def _what(self, data: Data) -> list[str]:
        if not self._stored:
            return ["--no-check", str(data.project)]
        if data.artefact is None:
            raise Missing("no artefact was built")
        return ["--force", "--store", str(data.artefact)]
