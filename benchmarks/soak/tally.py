"""What came of the requests: how many of each kind with which status, how soon, and what was wrong."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Set

from benchmarks.soak.ask import Ask, difference
from benchmarks.soak.exchange import Response

_TOLD = 10  # examples of each fault
_BROKEN = {"400", "405", "408", "411", "413", "414", "431", "501", "505", "closed"}


class Tally:
    """Counts, latencies and faults of a run.

    Attributes:
        answers: how many requests of each kind got which status, or had which end.
        faults: how many there were of each kind.
        examples: some of them, in words.
    """

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, str]] = Counter()
        self.faults: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}
        self._milliseconds = array("f")

    def good(self, ask: Ask, found: Response, seconds: float) -> None:
        """Counts an answer to a request that has a right one."""
        self.count(ask.kind, str(found.status))
        if _come_back(found):
            self.count("busy", "503")
            return
        if _incomplete(ask, found):
            self.count("incomplete", "200")
            return
        self._milliseconds.append(seconds * 1000)
        if wrong := difference(ask, found):
            told = f"{ask.request.method} {ask.request.target[:300]}: {wrong}"
            self.fault("killed" if _died(found) else "wrong answers", told)

    def hostile(self, kind: str, found: Response, right: Set[int]) -> None:
        """Counts an answer to a hostile query, which has to have one of some statuses, or to come too late for it."""
        self.count(f"hostile, {kind}", str(found.status))
        if found.status not in {*right, 504} and not _come_back(found):
            name = "killed" if _died(found) else "wrong refusals"
            self.fault(name, f"{kind}: {found.status} {found.body[:300].decode(errors='replace')}")

    def broken(self, name: str, end: str) -> None:
        """Counts what the server made of a broken request."""
        self.count("broken", end)
        if end not in _BROKEN:
            self.fault("broken requests that were answered", f"{name}: {end}")

    def lost(self, kind: str, why: str) -> None:
        """Counts a request that got no answer."""
        self.count(kind, "lost")
        self.fault("lost requests", f"{kind}: {why}")

    def count(self, kind: str, end: str) -> None:
        """Counts what has no answer that could be wrong."""
        self.answers[kind, end] += 1

    def fault(self, name: str, told: str) -> None:
        """Counts a fault."""
        self.faults[name] += 1
        examples = self.examples.setdefault(name, [])
        if len(examples) < _TOLD:
            examples.append(told)

    def killed(self) -> int:
        """How many workers were killed on purpose."""
        return self.answers["worker", "killed"]

    def busy(self) -> int:
        """How many requests with a right answer were told to come back, since no worker became free in time."""
        return self.answers["busy", "503"]

    def incomplete(self) -> int:
        """How many pages said that something was missing for want of time, and that nobody was to keep them."""
        return self.answers["incomplete", "200"]

    def asked(self) -> int:
        """How many requests with a right answer were answered."""
        return len(self._milliseconds)

    def percentile(self, share: float) -> float:
        """Milliseconds in which so many of the requests with a right answer were answered; 0 where there were none."""
        ordered = sorted(self._milliseconds)
        return ordered[math.ceil(len(ordered) * share) - 1] if ordered else 0


def _incomplete(ask: Ask, found: Response) -> bool:
    is_page = found.headers.get("content-type", "").startswith("text/html")
    kept = "no-store" not in found.headers.get("cache-control", "")
    return found.status == 200 and is_page and not kept and "no-store" not in ask.right.headers.get("cache-control", "")


def _died(found: Response) -> bool:
    return found.status == 500 and (b"engine-died" in found.body or b"<title>The engine failed" in found.body)


def _come_back(found: Response) -> bool:
    return found.status == 503 and "retry-after" in found.headers
