"""Dates as documents state them: to the day, the month, the year, or only as a bound."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from benchmarks.growth.chance import Chance, Skewed
from benchmarks.growth.sheet import Said

_PRECISIONS = Skewed(("day", "month", "year", "bounded", ""), 1.6)


def stated(day: date, chance: Chance) -> list[Said]:
    """What a document says of the day of an event; sometimes nothing."""
    precision = chance.skewed(_PRECISIONS)
    if not precision:
        return []
    text, earliest, latest = _bounds(day, precision)
    basis = "inferred" if chance.happens(0.1) else "stated"
    lower: list[Said] = [("defkg:earliest", _typed(earliest))] if earliest else []
    known: list[Said] = [("defkg:datePrecision", f'"{precision}"'), ("defkg:dateBasis", f'"{basis}"')]
    return [("defkg:date", f'"{text}"'), *lower, ("defkg:latest", _typed(latest)), *known]


def issued(day: date, chance: Chance) -> Said:
    """When a document came out that tells of a year that is over."""
    return "dcterms:issued", _typed(date(day.year + 1, 1, 1) + timedelta(chance.below(60)))


def somewhere_in(year: int, chance: Chance) -> date:
    """A day of a year."""
    return date(year, 1, 1) + timedelta(chance.below(365))


def _bounds(day: date, precision: str) -> tuple[str, date | None, date]:
    if precision == "bounded":
        return f"[..{day}]", None, day
    if precision == "day":
        return str(day), day, day
    if precision == "month":
        last = calendar.monthrange(day.year, day.month)[1]
        return f"{day:%Y-%m}", day.replace(day=1), day.replace(day=last)
    return f"{day.year}", date(day.year, 1, 1), date(day.year, 12, 31)


def _typed(day: date) -> str:
    return f'"{day}"^^xsd:date'
