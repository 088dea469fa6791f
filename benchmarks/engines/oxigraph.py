"""``oxigraph serve-read-only``: the engine that defkg embeds, as its authors serve it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.engines import Data, Endpoint, answered
from benchmarks.engines.peers import peer
from benchmarks.running import disk, free_port, running


class Oxigraph:
    """The server of the PyPI package ``oxigraph``, over its RocksDB."""

    name = "oxigraph serve"
    analytic = True

    def version(self) -> str:
        """Its version."""
        said = subprocess.run([peer("oxigraph"), "--version"], check=True, capture_output=True, text=True).stdout
        return said.split()[-1]

    @contextmanager
    def serve(self, data: Data, folder: Path) -> Iterator[Endpoint]:
        """Loads the quads, and starts it."""
        store, begun = folder / "store", time.perf_counter()
        loading = [peer("oxigraph"), "load", "--location", str(store), "--file", str(data.quads)]
        subprocess.run(loading, check=True, capture_output=True)
        took, port = time.perf_counter() - begun, free_port()
        base = f"http://127.0.0.1:{port}/query?query="
        words = [peer("oxigraph"), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
        with running(words, folder, lambda: answered(base)) as server:
            yield Endpoint(base, server, took, disk(store))
