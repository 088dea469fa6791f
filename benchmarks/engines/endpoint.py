"""``rdflib-endpoint`` with Oxigraph's store: what a Python programmer would take."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.engines import Data, Endpoint, answered
from benchmarks.engines.peers import peer
from benchmarks.running import free_port, running

_APP = Path(__file__).with_name("endpoint_app.py")


class RdflibEndpoint:
    """The endpoint of the PyPI package ``rdflib-endpoint``, in memory."""

    name = "rdflib-endpoint"
    analytic = False  # it cannot stop a query: one that takes minutes holds up all that come after

    def version(self) -> str:
        """Its version, with that of its store.

        Raises:
            Missing: it is not installed.
        """
        peer("rdflib-endpoint")
        said = "from importlib.metadata import version; print(version('rdflib-endpoint'), version('pyoxigraph'))"
        done = subprocess.run([peer("python"), "-c", said], check=True, capture_output=True, text=True)
        return "{} (pyoxigraph {})".format(*done.stdout.split())

    @contextmanager
    def serve(self, data: Data, folder: Path) -> Iterator[Endpoint]:
        """Starts it; loading is a part of the start."""
        port = free_port()
        base = f"http://127.0.0.1:{port}/?query="
        words = [peer("python"), str(_APP), str(data.quads), str(port)]
        with running(words, folder, lambda: answered(base)) as server:
            yield Endpoint(base, server)
