"""How many lookups a second defkg answers beside ``oxigraph serve``, on the bundled graph: half a minute.

    python -m benchmarks.lookups [--seconds 2] [--rounds 1] [--engines defkg,oxigraph] [--connections 1,8,32] [PROJECT]

Both servers run at the same time, and are asked in turn; the rates are medians of the rounds. "kept" asks the same
queries again and again; "new" ends each query with a comment of its own, so that no cache can answer it.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import httpx

from benchmarks.asking import lookups
from benchmarks.engines import Data, Endpoint
from benchmarks.engines.embedded import Defkg
from benchmarks.engines.oxigraph import Oxigraph
from benchmarks.load import Load, load
from defkg.loading import Recipe
from defkg.loading import load as write_quads
from defkg.project import Project

ENGINES = {"defkg": Defkg, "oxigraph": Oxigraph}


def quads(project: Path, file: Path) -> Path:
    """Writes all that defkg serves of a project, as N-Quads."""
    with file.open("w+b") as data:
        write_quads(Recipe(project, check=False), data)
    return file


def row(endpoint: Endpoint, queries: list[str], words: argparse.Namespace, *, unique: bool) -> list[float]:
    """Requests a second of one engine, by connections."""
    addresses = [endpoint.address(query) for query in queries]

    def rate(connections: int) -> float:
        return median(_sound(load(addresses, connections, words.seconds, unique=unique)) for _ in range(words.rounds))

    load(addresses, 8, 1, unique=unique)
    return [rate(connections) for connections in words.connections]


def _sound(found: Load) -> float:
    if found.failed:
        raise SystemExit(f"{found.failed} requests failed")
    return found.rate


def main() -> None:
    """Measures and prints."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are ended too
    words = _words()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="defkg-bench-")))
        data = Data(words.project, quads(words.project, folder / "graph.nq"))
        endpoints = {}
        for name in words.engines:
            (folder / name).mkdir()
            endpoints[name] = stack.enter_context(ENGINES[name]().serve(data, folder / name))
        with httpx.Client() as client:
            queries = lookups(next(iter(endpoints.values())), client)
        print(f"| requests/s at connections | {' | '.join(map(str, words.connections))} |")
        print("|---" * (len(words.connections) + 1) + "|")
        for kind, unique in (("new", True), ("kept", False)):
            for name, endpoint in endpoints.items():
                rates = row(endpoint, queries, words, unique=unique)
                print(f"| {name}, {kind} | {' | '.join(f'{rate:,.0f}' for rate in rates)} |", flush=True)


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lookups")
    parser.add_argument("project", nargs="?", type=Path, default=Project.bundled().root)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--connections", type=lambda text: [int(n) for n in text.split(",")], default=[1, 8, 32])
    parser.add_argument("--engines", type=lambda text: text.split(","), default=list(ENGINES))
    return parser.parse_args()


if __name__ == "__main__":
    main()
