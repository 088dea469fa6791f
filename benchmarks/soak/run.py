"""One run: a server, what is right, the load, and what was seen."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import httpx
from tests.server import Server, server

from benchmarks.machine import described
from benchmarks.soak.asking import asks
from benchmarks.soak.load import Plan, bouts
from benchmarks.soak.outcome import Outcome
from benchmarks.soak.tally import Tally
from benchmarks.soak.usage import Usage, settled

_FILL = "SELECT * WHERE {{ {{ SELECT ?a ?b ?c WHERE {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 2500 }} }} # {}"
_END = 30


def soak(flags: Sequence[str], plan: Plan, things: int = 3, **environment: str) -> Outcome:
    """Runs the load on a server of its own.

    Args:
        flags: of the server.
        plan: how much load.
        things: how many of each class are asked about.
        environment: of the server.
    """
    machine = described()
    with server(*flags, **environment) as running:
        told, left_out = asks(running.address, things)
        _fill(running)
        tally, usages = Tally(), list[Usage]()
        begun = time.monotonic()
        usages.append(settled(running, None, begun, plan.rest))
        for number in bouts(running, told, plan, tally):
            usages.append(settled(running, usages[0], begun, plan.rest))
            _say(f"{(number + 1) * plan.bout:g} s: {tally.asked():,} answers, {usages[-1]}")
            if running.process.poll() is not None:
                tally.fault("the server ended by itself", _last(running))
                break
        _reloaded(running, plan, tally)
        _stop(running, tally)
        return Outcome(machine, list(flags), plan, len(told), left_out, tally, usages)


def _fill(running: Server) -> None:
    """Fills the cache of answers, so that it does not grow under the load."""
    with httpx.Client(base_url=running.address, timeout=60) as client:
        kept = [-1.0, 0.0]
        while kept[-1] > kept[-2]:
            for number in range(10):
                client.post("/sparql", data={"query": _FILL.format(f"{len(kept)}.{number}")}).raise_for_status()
            kept.append(_kept(client))


def _kept(client: httpx.Client) -> float:
    """The bytes of answers that the server keeps."""
    lines = client.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("defkg_cache_bytes "))


def _reloaded(running: Server, plan: Plan, tally: Tally) -> None:
    """Makes sure that the last reload went as it should."""
    if plan.reload and running.process.poll() is None:
        told = httpx.get(f"{running.address}/readyz", timeout=60).json()
        tally.count("reload", str(told.get("reload", {}).get("result")))
        if told.get("reload", {}).get("result") == "kept":
            tally.fault("reloads that failed", str(told))


def _stop(running: Server, tally: Tally) -> None:
    """Ends the server as an operator does, and looks for what it left and said."""
    family = running.family()
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        try:
            running.process.wait(_END)
        except subprocess.TimeoutExpired:
            tally.fault("no end", f"SIGTERM did not end the server in {_END} seconds")
    if running.process.returncode:
        tally.fault("no end", f"exit status {running.process.returncode}: {_last(running)}")
    if left := family.keys() & running.family().keys():
        tally.fault("processes left", f"{sorted(left)}")
    if files := [path.name for path in (running.folder / "tmp").rglob("*")]:
        tally.fault("temporary files left", f"{files[:10]}")
    for line in _troubles(running):
        tally.fault("what the log has", line[:1000])


def _troubles(running: Server) -> Iterator[str]:
    """Lines of the log with a fault of the server's own."""
    with (running.folder / "said").open(encoding="utf-8", errors="replace") as said:
        yield from (line for line in said if "raceback" in line or '"outcome": "unexpected"' in line)


def _last(running: Server) -> str:
    return running.said()[-1000:]


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
