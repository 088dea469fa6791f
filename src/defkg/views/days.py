"""From the date in an answer, of whatever type and precision, to its first and last day, and to words."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache

from pyoxigraph import Literal

from defkg.dates import Bounds, bounds, members, qualifier
from defkg.terms import XSD, Term

_TYPES = frozenset(XSD + name for name in ("string", "date", "dateTime", "gYear", "gYearMonth"))
_SHAPE = re.compile(r"[\[{/~?%]?[\dYX.][\dEXYSTW:., /?~%+\[\]{}-]{3,80}")
_ZONE = re.compile(r"(T.*|Z|[+-]\d\d:\d\d)$")


def days(term: Term | None) -> Bounds | None:
    """The first and last day of a date: EDTF text, ``xsd:date``, ``dateTime``, ``gYear`` or ``gYearMonth``.

    None where the term is no date, or leaves both ends open, or is a set of dates, which may have gaps: see `several`.
    """
    text = _edtf(term)
    return _bounds(text) if text and not members(text) else None


def several(term: Term | None) -> str:
    """A set of dates in words, such as ``one of 2010, 2020``; empty where the term is none."""
    text = _edtf(term)
    found = members(text) if text and _bounds(text) else None
    return f"{found[0]} {', '.join(found[1])}" if found else ""


def doubt(term: Term | None) -> str:
    """``about``, ``perhaps`` or both, where EDTF says so of a date; else empty."""
    return qualifier(_edtf(term) or "")


def spoken(term: Term | None) -> str:
    """A date that has bounds, as a reader says it: ``about 2018-06``, ``2017 to perhaps 2020``."""
    text, found = _edtf(term) or "", days(term)
    if not found or not qualifier(text):
        within = "some time in " if "X" in text and "/" not in text else ""
        return within + words(found) if found else ""
    first, slash, last = text.partition("/")
    if not slash:
        return f"{qualifier(text)} {words(found)}"
    ends = [_end(part) for part in (first, last)]
    return " to ".join(ends) if all(ends) else f"from {ends[0]} on" if ends[0] else f"until {ends[1]}"


def _end(text: str) -> str:
    found = _bounds(text)
    return f"{qualifier(text)} {words(found)}".strip() if found else ""


def _edtf(term: Term | None) -> str | None:
    if not isinstance(term, Literal) or term.datatype.value not in _TYPES:
        return None
    text = term.value if term.datatype.value == XSD + "string" else _ZONE.sub("", term.value)
    return text if _SHAPE.fullmatch(text) else None


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
