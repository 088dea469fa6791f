"""A finding: what is wrong, by which rule, at which place, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from pyoxigraph import Triple

from defkg.terms import Term, compact


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


class Result(NamedTuple):
    """What a SHACL validation report says of a finding: focus node, path, value and constraint component.

    Where the path is more than a predicate, it is a blank node, and ``path_triples`` describe it.
    """

    focus: Term
    path: Term | None = None
    value: Term | None = None
    component: str = ""
    path_triples: tuple[Triple, ...] = ()


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One fault, told once.

    Attributes:
        place: where it stands.
        severity: error or warning.
        rule: the IRI of the rule (a shape, a check).
        message: what is wrong, in plain words, on one line.
        hint: what to write instead; may be empty.
        result: what a validation report says besides, where a shape complains.
    """

    place: Place
    severity: Severity
    rule: str
    message: str
    hint: str = ""
    result: Result | None = field(default=None, compare=False)

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        warning = "warning: " if self.severity is Severity.WARNING else ""
        return " ".join(f"{self.place} {compact(self.rule)} {warning}{self.message}{hint}".split())


def exit_code(findings: Iterable[Finding]) -> int:
    """0 where there is no finding, else 1."""
    return 1 if any(True for _ in findings) else 0
