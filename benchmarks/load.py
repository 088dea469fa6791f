"""Requests from many connections at once, made by wrk, which takes a fraction of what the servers take."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.running import found

_SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Load:
    """What a server did under load.

    Attributes:
        rate: answers in a second.
        p50: milliseconds in which half of the answers came; `p95` and `p99` likewise.
        failed: answers other than 2xx, and requests without an answer.
    """

    rate: float
    p50: float
    p95: float
    p99: float
    failed: int


def load(addresses: Sequence[str], connections: int, seconds: float, *, unique: bool) -> Load:
    """Asks a server for addresses, in turn, from so many connections for so long.

    Args:
        addresses: whole addresses of one server; the query is the end of each.
        connections: kept open; each has one request at a time under way.
        seconds: how long.
        unique: whether each query ends with a comment of its own, so that nothing that is kept can answer it.

    Raises:
        Missing: wrk is not installed.
        CalledProcessError: it failed.
    """
    program = found("wrk", "apt-get install wrk")
    parts = [urlsplit(address) for address in addresses]
    with tempfile.NamedTemporaryFile("w", prefix="defkg-bench-", suffix=".txt") as file:
        file.writelines(f"{part.path}?{part.query}\n" for part in parts)
        file.flush()
        script = [str(_SCRIPT), f"http://{parts[0].netloc}", "--", file.name, "unique" if unique else "same"]
        options = ["-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s", "-s"]
        words = [program, *options, *script, str(time.time_ns() // 1000)]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
    return _read(done.stdout)


def _read(said: str) -> Load:
    line = next(line for line in said.splitlines() if line.startswith("RESULT "))
    told = json.loads(line.removeprefix("RESULT "))
    rate = (told["requests"] - told["failed"]) / told["seconds"]
    return Load(rate, told["p50"], told["p95"], told["p99"], told["failed"])
