"""From the date in an answer, of whatever type and precision, to its first and last day, and to words."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache

from pyoxigraph import Literal

from defkg.dates import Bounds, bounds
from defkg.terms import XSD, Term

_TYPES = frozenset(XSD + name for name in ("string", "date", "dateTime", "gYear", "gYearMonth"))
_SHAPE = re.compile(r"[\[{]?[\dYX.][\dEXYSTW:.,/?~%+\[\]{}-]{3,40}")
_ZONE = re.compile(r"(T.*|Z|[+-]\d\d:\d\d)$")


def days(term: Term | None) -> Bounds | None:
    """The first and last day of a date: EDTF text, ``xsd:date``, ``dateTime``, ``gYear`` or ``gYearMonth``.

    None where the term is no date, or leaves both ends open.
    """
    if not isinstance(term, Literal) or term.datatype.value not in _TYPES:
        return None
    text = term.value if term.datatype.value == XSD + "string" else _ZONE.sub("", term.value)
    return _bounds(text) if _SHAPE.fullmatch(text) else None


@lru_cache(maxsize=4096)
def _bounds(text: str) -> Bounds | None:
    try:
        found = bounds(text)
    except ValueError:
        return None
    return found if found.earliest or found.latest else None


def words(found: Bounds) -> str:
    """Bounds as a reader says them: ``2018-06``, ``on or before 2025-11-05``, ``2018-06-01 to 2018-07-15``."""
    first, last = found
    if first is None or last is None:
        return f"on or before {last}" if last else f"on or after {first}"
    if first == last:
        return first.isoformat()
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year:04}" if first.year == last.year else f"{first.year:04} to {last.year:04}"
    if first.day == 1 and last == _end_of_month(first):
        return first.isoformat()[:7]
    return f"{first} to {last}"


def _end_of_month(day: datetime.date) -> datetime.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
