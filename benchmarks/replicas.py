"""Lookups a second through nginx before one, two and three replicas of `defkg serve`, and of one without nginx.

    python -m benchmarks.replicas [--seconds 5] [--rounds 3] [--connections 32] [FLAGS of defkg serve]

nginx is set up as docs/remote.md tells. All replicas run at once, and the ways are measured in turn in each round.
Prints a table in Markdown, with medians. Replicas on one machine share its processors: more of them answer more only
where there are processors that have nothing to do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import httpx
from tests.services import configuration

from benchmarks.asking import lookups
from benchmarks.engines import Endpoint, answered
from benchmarks.load import Load, load
from benchmarks.machine import described, sentence
from benchmarks.running import Running, found, free_port, running

_FLAGS = "--no-check --proxy 127.0.0.1 --client-seconds 0 --queue 1000".split()
_MOST = 3
_KINDS = {"each query new": True, "the same queries again": False}


def measured(words: argparse.Namespace, flags: Sequence[str]) -> dict[str, dict[str, list[Load]]]:
    """The loads of all rounds, by way and by kind of query.

    Raises:
        Missing: nginx or wrk is not installed, or a server did not start.
    """
    results: dict[str, dict[str, list[Load]]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="defkg-bench-")))
        ways = _ways(stack, folder, flags)
        with httpx.Client() as client:
            queries = lookups(next(iter(ways.values())), client)
        for _ in range(words.rounds):
            for way, endpoint in ways.items():
                asked = [endpoint.address(query) for query in queries]
                for kind, unique in _KINDS.items():
                    made = load(asked, words.connections, words.seconds, unique=unique)
                    results.setdefault(way, {}).setdefault(kind, []).append(made)
    return results


def _ways(stack: ExitStack, folder: Path, flags: Sequence[str]) -> Mapping[str, Endpoint]:
    """A server without nginx, and nginx before one, two and three."""
    ports = [free_port() for _ in range(_MOST)]
    serve = [sys.executable, "-m", "defkg", "serve", *_FLAGS, *flags, "--port"]
    replicas = [_start(stack, [*serve, str(port)], folder / f"replica-{port}", port) for port in ports]
    ways = {"no nginx, 1 replica": replicas[0]}
    for number in range(1, _MOST + 1):
        port, place = free_port(), folder / f"nginx-{number}"
        words = [found("nginx", "apt-get install nginx-light"), "-p", str(place), "-c", "nginx.conf", "-e", "stderr"]
        place.mkdir()
        (place / "nginx.conf").write_text(configuration(ports[:number], port))
        ways[f"nginx, {number} replica{'s' * (number > 1)}"] = _start(stack, words, place, port)
    return ways


def _start(stack: ExitStack, words: list[str], folder: Path, port: int) -> Endpoint:
    folder.mkdir(exist_ok=True)
    base = f"http://127.0.0.1:{port}/sparql?query="
    server: Running = stack.enter_context(running(words, folder, lambda: answered(base)))
    return Endpoint(base, server)


def table(results: Mapping[str, Mapping[str, Sequence[Load]]]) -> str:
    """The medians, in Markdown."""
    lines = [f"| answers/s (p50, p99 in ms) | {' | '.join(_KINDS)} |", "|---" * (len(_KINDS) + 1) + "|"]
    for way, by in results.items():
        lines.append(f"| {way} | {' | '.join(_cell(by[kind]) for kind in _KINDS)} |")
    return "\n".join(lines)


def _cell(loads: Sequence[Load]) -> str:
    rate, p50, p99 = (median(getattr(one, name) for one in loads) for name in ("rate", "p50", "p99"))
    failed = sum(one.failed for one in loads)
    return f"{rate:,.0f} ({p50:.1f}, {p99:.1f}{f', **{failed} failed**' if failed else ''})"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replicas", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    words, flags = parser.parse_known_args()
    machine = described()
    print(table(measured(words, flags)))
    print(f"\n{words.connections} connections; {sentence(machine)}")


if __name__ == "__main__":
    main()
