"""What a run showed, in words and as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.machine import sentence
from benchmarks.soak.load import Plan
from benchmarks.soak.tally import Tally
from benchmarks.soak.usage import Usage, growth

_SELDOM, _SOME, _FEW = 0.001, 0.02, 5


@dataclass(frozen=True)
class Outcome:
    """One run.

    Attributes:
        machine: as `benchmarks.machine.described` gives it.
        flags: of the server.
        plan: how much load.
        asks: how many requests with a right answer were asked in turn.
        left_out: those that the server refuses without any load.
        tally: what came of the requests.
        usages: what the server used before the load, and after each bout.
    """

    machine: dict[str, str]
    flags: list[str]
    plan: Plan
    asks: int
    left_out: list[str]
    tally: Tally
    usages: list[Usage] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """All that is not as it should be, in words."""
        counts = dict(self.tally.faults)
        deaths = counts.pop("killed", 0)
        found = [f"{name}: {number:,}" for name, number in counts.items()]
        if deaths > self.tally.killed():
            found.append(f"{deaths} queries died with their worker, but {self.tally.killed()} workers were killed")
        if self.tally.busy() > max(_FEW, self.tally.asked() * _SELDOM):
            found.append(f"{self.tally.busy():,} requests were told to come back")
        if self.tally.incomplete() > max(_FEW, self.tally.asked() * _SOME):
            found.append(f"{self.tally.incomplete():,} pages said that something was missing")
        if not self.tally.asked():
            found.append("nothing was answered")
        return found + [f"grew: {told}" for told in growth(self.usages[1:])]


def told(outcome: Outcome) -> dict[str, Any]:
    """All of it, for JSON."""
    answers: dict[str, dict[str, int]] = defaultdict(dict)
    for (kind, end), number in sorted(outcome.tally.answers.items()):
        answers[kind][end] = number
    return {
        "machine": outcome.machine,
        "flags": outcome.flags,
        "plan": asdict(outcome.plan),
        "asks": outcome.asks,
        "left out": outcome.left_out,
        "answers": answers,
        "milliseconds": {f"p{share}": round(outcome.tally.percentile(share / 100), 2) for share in (50, 99)},
        "usage": [asdict(usage) for usage in outcome.usages],
        "faults": outcome.faults,
        "examples": outcome.tally.examples,
    }


def report(outcome: Outcome) -> str:
    """The short form, for people."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    plan, tally = outcome.plan, outcome.tally
    yield f"{plan.seconds:g} s of load from {plan.connections} connections: {sentence(outcome.machine)}"
    yield f"defkg serve {' '.join(outcome.flags)}"
    yield f"{outcome.asks:,} requests in turn; {len(outcome.left_out)} left out, which are refused without load\n"
    for kind, ends in told(outcome)["answers"].items():
        yield f"  {kind:24} {', '.join(f'{end}: {number:,}' for end, number in ends.items())}"
    p50, p99 = (tally.percentile(share) for share in (0.5, 0.99))
    rate = tally.asked() / plan.seconds
    yield f"\n{tally.asked():,} answers compared, {rate:,.0f} a second; p50 {p50:.1f} ms, p99 {p99:.1f} ms"
    for usage in (outcome.usages[0], outcome.usages[len(outcome.usages) // 2], outcome.usages[-1]):
        yield f"  {usage}"
    yield from ("", *(f"FAULT {fault}" for fault in outcome.faults))
    for name, examples in tally.examples.items():
        yield from (f"  {name}: {example}" for example in examples[:3])
    yield "not as it should be" if outcome.faults else "all as it should be"
