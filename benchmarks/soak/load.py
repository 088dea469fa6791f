"""The load: clients of all kinds at once, in bouts, and a rest after each in which the server is looked at."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from random import Random

from tests.server import Server

from benchmarks.soak import hostile
from benchmarks.soak.ask import Ask, variant
from benchmarks.soak.exchange import Connection, Lost
from benchmarks.soak.tally import Tally

_HOSTILE = 16  # of so many clients, one is of each hostile kind


@dataclass(frozen=True)
class Plan:
    """How much load there is.

    Attributes:
        seconds: of load, rests not counted.
        bout: seconds from one rest to the next.
        connections: how many clients there are, each with one connection.
        kill: seconds after which a worker is killed, again and again; 0 for never.
        reload: seconds after which the graph is loaded again, again and again; 0 for never.
        rest: seconds in which the server has to be as it was before, once nothing is asked any more.
    """

    seconds: float = 300
    bout: float = 10
    connections: int = 32
    kill: float = 0
    reload: float = 0
    rest: float = 30


def bouts(running: Server, asks: Sequence[Ask], plan: Plan, tally: Tally) -> Iterator[int]:
    """Runs the load; gives the number of each bout once it is over."""
    for number in range(max(1, round(plan.seconds / plan.bout))):
        asyncio.run(_bout(running, asks, plan, tally, number))
        yield number


async def _bout(running: Server, asks: Sequence[Ask], plan: Plan, tally: Tally, number: int) -> None:
    chances = (Random(f"{number} {client}") for client in count())
    unwelcome = max(1, plan.connections // _HOSTILE)
    end = time.monotonic() + plan.bout
    visitors = [_visits(running.port, asks, tally, next(chances), end) for _ in range(plan.connections - 3 * unwelcome)]
    others = [
        one(running.port, tally, next(chances))
        for one in (hostile.bombs, hostile.hang_ups, hostile.broken)
        for _ in range(unwelcome)
    ]
    others += [_at_times(plan, number, every, act) for every, act in _acts(running, plan, tally, next(chances))]
    tasks = [asyncio.ensure_future(other) for other in others]
    try:
        await asyncio.gather(*visitors)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    if errors := [one for one in ends if isinstance(one, Exception)]:
        raise errors[0]


async def _visits(port: int, asks: Sequence[Ask], tally: Tally, chance: Random, end: float) -> None:
    """Asks one thing after the other."""
    async with Connection(port) as connection:
        while (begun := time.monotonic()) < end:
            ask = variant(chance.choice(asks), chance, chance.getrandbits(60))
            try:
                tally.good(ask, await connection.ask(ask.request), time.monotonic() - begun)
            except Lost as error:
                tally.lost(ask.kind, f"{ask.request.method} {ask.request.target[:300]}: {error}")


Act = Callable[[], None]


def _acts(running: Server, plan: Plan, tally: Tally, chance: Random) -> list[tuple[float, Act]]:
    def kill() -> None:
        with suppress(ProcessLookupError, IndexError):
            os.kill(chance.choice(running.workers()), signal.SIGKILL)
            tally.count("worker", "killed")

    def reload() -> None:
        running.process.send_signal(signal.SIGHUP)
        tally.count("reload", "asked for")

    return [(every, act) for every, act in ((plan.kill, kill), (plan.reload, reload)) if every]


async def _at_times(plan: Plan, number: int, every: float, act: Act) -> None:
    """Does something each so many seconds of load, however long a bout is."""
    await asyncio.sleep((every / 2 - number * plan.bout) % every)
    while True:
        act()
        await asyncio.sleep(every)
