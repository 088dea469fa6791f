"""Comunica's endpoint over the graph as one file: it reads it by HTTP, and keeps it in memory."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.engines import Data, Endpoint, answered
from benchmarks.running import Missing, free_port, running


class Comunica:
    """``comunica-sparql-http`` of the npm package ``@comunica/query-sparql``, with a worker for each core."""

    name = "Comunica"
    analytic = False  # like rdflib-endpoint, it is there for the lookups: larger questions take it minutes

    def version(self) -> str:
        """Its version.

        Raises:
            Missing: it is not installed.
        """
        done = subprocess.run(
            [_program(), "--version"], capture_output=True, text=True
        )  # it tells it, and exits with 1
        told = re.search(r"Comunica Engine\s*\| (\S+)", done.stdout + done.stderr)
        return told[1] if told else "(of no known version)"

    @contextmanager
    def serve(self, data: Data, folder: Path) -> Iterator[Endpoint]:
        """Starts it; reading the file is a part of the start."""
        port = free_port()
        base = f"http://127.0.0.1:{port}/sparql?query="
        with _files(data.quads.parent) as address:
            source = f"{address}/{data.quads.name}"
            words = [_program(), "--port", str(port), "--workers", "2", "--timeout", "120", source]
            with running(words, folder, lambda: answered(base)) as server:
                yield Endpoint(base, server)


def _program() -> str:
    path = Path(sys.prefix) / "comunica" / "node_modules" / ".bin" / "comunica-sparql-http"
    if not path.exists():
        raise Missing("Comunica is not installed: make comunica")
    return str(path)


class _Quads(SimpleHTTPRequestHandler):
    extensions_map = {".nq": "application/n-quads"}  # noqa: RUF012 - as the base class has it

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def _files(folder: Path) -> Iterator[str]:
    """A server of a folder's files; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quads, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
