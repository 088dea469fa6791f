"""What a server uses when nothing is asked of it, and whether that grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.server import Server, until

from benchmarks.running import proportional

Middle = Callable[[Sequence[float]], float]
_MAY: dict[str, tuple[Middle, float, float, str]] = {  # what a third is summed up by, and by how much that may grow
    "front": (median, 0.05, 8, " MB"),
    "zygote": (median, 0.05, 8, " MB"),
    "workers": (min, 0.25, 32, " MB"),
    "processes": (median, 0, 0, ""),
    "files": (median, 0, 0, ""),
    "temporary": (median, 0, 0, ""),
}


@dataclass(frozen=True)
class Usage:
    """What all processes of a server use.

    Attributes:
        second: of the run.
        front: MB (1,000,000 bytes) of the web process; what is shared counts once, here and below.
        zygote: MB of the process that holds the graph.
        workers: MB of those that answer; how much they keep depends on the last large queries.
        processes: how many there are.
        files: how many files they have open.
        temporary: how many temporary files there are, nameless ones included.
    """

    second: float
    front: float
    zygote: float
    workers: float
    processes: int
    files: int
    temporary: int

    @staticmethod
    def of(running: Server, begun: float) -> Usage:
        """What a server uses now; `begun` is when the run began, by `time.monotonic`."""
        family = running.family()
        front = running.process.pid
        zygotes = {pid for pid, parent in family.items() if parent == front}
        parts = {"front": {front}, "zygote": zygotes, "workers": family.keys() - zygotes - {front}}
        memory = {name: round(sum(map(proportional, pids)) * 1024 / 1e6, 1) for name, pids in parts.items()}
        return Usage(
            round(time.monotonic() - begun, 1),
            **memory,
            processes=len(family),
            files=sum(running.files()),
            temporary=len(running.temporary()),
        )


def settled(running: Server, before: Usage | None, begun: float, seconds: float) -> Usage:
    """What a server uses once all is over that was under way, or when it should have been.

    Args:
        running: the server.
        before: what it used before anything was asked.
        begun: when the run began, by `time.monotonic`.
        seconds: in which it has to become as it was before.
    """
    found = Usage.of(running, begun)

    def still() -> bool:
        nonlocal found
        found, last = Usage.of(running, begun), found
        return _counts(found) == _counts(last) and found.workers > 0 and (before is None or _within(found, before))

    until(still, seconds)
    return found


def _counts(usage: Usage) -> tuple[int, int, int]:
    return usage.processes, usage.files, usage.temporary


def _within(found: Usage, before: Usage) -> bool:
    fewer = found.files <= before.files and found.temporary <= before.temporary
    return fewer and found.processes == before.processes


def growth(usages: Sequence[Usage]) -> list[str]:
    """What grew, in words: the last third of a run against the middle one; in the first third it warms up.

    The medians of the memory of front and zygote may grow by 5 % and 8 MB, those of processes and files not at all. Of
    the workers' memory the least is taken: what they keep of a large query goes with the next one that kills them.
    """
    third = len(usages) // 3
    found = []
    for name, (middle, share, slack, unit) in _MAY.items():
        series = [getattr(one, name) for one in usages]
        before, after = middle(series[third : 2 * third] or [0]), middle(series[2 * third :] or [0])
        if after > before * (1 + share) + slack:
            found.append(f"{name}: {before:g}{unit} in the middle third, {after:g}{unit} in the last")
    return found
