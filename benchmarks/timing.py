"""How long single queries take, one after the other, by engines in turn."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import httpx

from benchmarks.answers import Answer, read
from benchmarks.asking import LONGEST, ask
from benchmarks.engines import Endpoint

_RUNS = 15
_ENOUGH = 1.5  # seconds of a query's runs after which there are no more


@dataclass(frozen=True)
class Timed:
    """The milliseconds of a query's runs, of which the first is not counted; or why there is no answer.

    Attributes:
        milliseconds: of each run that counts, in order of length.
        answer: what it was answered.
        failed: why not; empty where it was.
    """

    milliseconds: tuple[float, ...] = ()
    answer: Answer = False
    failed: str = ""

    def percentile(self, share: float) -> float:
        """The time in which so large a share of the runs were done, by the nearest rank."""
        return percentile(self.milliseconds, share)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value at or below which so large a share of ordered values lies (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def timed(
    endpoints: Mapping[str, Endpoint], query: str, client: httpx.Client, longest: float = LONGEST
) -> dict[str, Timed]:
    """Asks engines a query again and again, in turn, so that what the machine does besides falls on all of them.

    Each time the query has another comment, so that nothing that is kept can answer it. What takes longer than so many
    seconds is no answer.
    """
    found = {name: _first(endpoint, query, client, longest) for name, endpoint in endpoints.items()}
    while due := [name for name, one in found.items() if _wants_more(one)]:
        for name in due:
            found[name] = _again(found[name], endpoints[name], query, client, longest)
    return {name: replace(one, milliseconds=tuple(sorted(one.milliseconds))) for name, one in found.items()}


def _wants_more(one: Timed) -> bool:
    many = len(one.milliseconds)
    return not one.failed and (not many or (many < _RUNS and sum(one.milliseconds) < _ENOUGH * 1000))


def _first(endpoint: Endpoint, query: str, client: httpx.Client, longest: float) -> Timed:
    try:
        return Timed(answer=read(ask(endpoint, query, client, longest).json()))
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return Timed(failed=_why(error, longest))


def _again(one: Timed, endpoint: Endpoint, query: str, client: httpx.Client, longest: float) -> Timed:
    start = time.perf_counter()
    try:
        ask(endpoint, f"{query}\n#{time.time_ns()}", client, longest)
    except httpx.HTTPError as error:
        return Timed(failed=_why(error, longest))
    return replace(one, milliseconds=(*one.milliseconds, (time.perf_counter() - start) * 1000))


def _why(error: Exception, longest: float) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"no answer in {longest:g} s"
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error.response.status_code} {' '.join(error.response.text.split())[:200]}"
    return repr(error)[:200]
