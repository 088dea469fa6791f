"""The rows of an answer as a picture needs them: what a cell is, and what it is called."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.terms import XSD, Term, compact
from defkg.views import beside
from defkg.views.days import days
from defkg.views.lettering import clean

_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
_LOOKED_AT = 200
_COUNTRY = re.compile(r"/country/([A-Z]{3})")


class Undrawn(Exception):
    """An answer that a kind of picture cannot show; the message says why, to go after "No picture: "."""


class Cell(NamedTuple):
    """A value of a row: what tells it from others, and what a reader sees."""

    key: str
    label: str


@dataclass(frozen=True)
class Labelled:
    """The rows of an answer.

    Attributes:
        variables: the columns in order.
        rows: variable to value; an unbound variable is left out.
        labels: IRI to label, for IRIs that no column beside them labels.
    """

    variables: Sequence[str]
    rows: Sequence[Mapping[str, Term]]
    labels: Mapping[str, str]

    def things(self) -> list[str]:
        """The columns that are not the label of another one; those that hold IRIs first."""
        found = [variable for variable in self.variables if self.subject(variable) == variable]
        return sorted(found, key=lambda variable: not self._has_iris(variable))

    def subject(self, variable: str) -> str:
        """The column that a label column labels (``meeting`` for ``meetingLabel``); else the column itself."""
        return beside.subject(variable, self.variables)

    def cell(self, row: Mapping[str, Term], variable: str | None) -> Cell | None:
        """What stands in a row's column; None where it is unbound, or there is no column."""
        term = row.get(variable) if variable else None
        if variable is None or term is None:
            return None
        return Cell(str(term), clean(beside.name(row, variable) or self._name(term)) or "(no name)")

    def values(self, variable: str) -> list[Term]:
        """The bound values of a column."""
        return [row[variable] for row in self.rows if variable in row]

    def _name(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self.labels.get(term.value) or compact(term.value)
        return str(getattr(term, "value", term))

    def _has_iris(self, variable: str) -> bool:
        return any(isinstance(term, NamedNode) for term in self.values(variable))


def amount(term: Term | None) -> float | None:
    """The number that a literal holds; None for anything else, and for what is not finite."""
    if not isinstance(term, Literal) or term.datatype.value not in _NUMBERS:
        return None
    try:
        number = float(term.value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def country(term: Term | None) -> str | None:
    """The ISO 3166-1 alpha-3 code in a country's IRI; None for anything else."""
    found = _COUNTRY.search(term.value) if isinstance(term, NamedNode) else None
    return found[1] if found and isinstance(term, NamedNode) and found.end() == len(term.value) else None


def are_amounts(table: Labelled, variable: str) -> bool:
    """Whether a column holds numbers from 0 up, and nothing else."""
    found = [amount(term) for term in table.values(variable)]
    return bool(found) and all(number is not None and number >= 0 for number in found)


def are_countries(table: Labelled, variable: str) -> bool:
    """Whether a column holds countries, and nothing else."""
    found = [country(term) for term in table.values(variable)]
    return bool(found) and None not in found


def are_days(table: Labelled, variable: str) -> bool:
    """Whether a column holds dates; a value that is none is undated."""
    return any(days(term) for term in table.values(variable)[:_LOOKED_AT])


def are_things(table: Labelled, variable: str) -> bool:
    """Whether a column holds anything that is neither a number nor a date."""
    return bool(table.values(variable)) and not are_days(table, variable) and not are_amounts(table, variable)


def are_bound(table: Labelled, variable: str) -> bool:
    """Whether a column holds anything."""
    return bool(table.values(variable))


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 row``, ``2 rows``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
