"""Thousands of findings of one rule: a few are shown, the rest is counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from defkg.finding import Finding
from defkg.terms import compact


class Rest(NamedTuple):
    """The findings of one rule that are not shown: how many, in how many files."""

    rule: str
    number: int
    files: int

    def __str__(self) -> str:
        files = "1 file" if self.files == 1 else f"{self.files:,} files"
        return f"{self.number:,} more of {compact(self.rule)} in {files}"


def grouped(findings: Iterable[Finding], most: int | None) -> tuple[list[Finding], list[Rest]]:
    """The first findings of each rule in their order, and what is left of each rule."""
    shown: list[Finding] = []
    counts: Counter[str] = Counter()
    hidden: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        counts[finding.rule] += 1
        fits = most is None or counts[finding.rule] <= most
        (shown if fits else hidden[finding.rule]).append(finding)
    rest = [Rest(rule, len(left), len({f.place.file for f in left})) for rule, left in hidden.items()]
    return shown, rest
