"""A finding: what is wrong, by which rule, at which place, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from defkg.terms import compact


class Severity(IntEnum):
    """How bad; the order is the order of a report."""

    ERROR = 0
    WARNING = 1


class Place(NamedTuple):
    """Where in a file: path relative to the project, line and column counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One fault, told once.

    Attributes:
        place: where it stands.
        severity: error or warning.
        rule: the IRI of the rule (a shape, a check).
        message: what is wrong, in plain words, on one line.
        hint: what to write instead; may be empty.
    """

    place: Place
    severity: Severity
    rule: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return " ".join(f"{self.place} {compact(self.rule)} {self.message}{hint}".split())


def exit_code(findings: Iterable[Finding]) -> int:
    """0 where there is no finding, else 1."""
    return 1 if any(True for _ in findings) else 0
