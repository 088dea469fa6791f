"""EDTF text, its bounds and its precision.

Source: Extended Date/Time Format, ISO 8601-2:2019 levels 0 and 1, and the level 2 set ``[..date]``.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable
from time import struct_time
from typing import NamedTuple

_SHAPES = {
    "day": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "month": re.compile(r"\d{4}-\d{2}"),
    "year": re.compile(r"\d{4}"),
    "bounded": re.compile(r"\[\.\.\d{4}-\d{2}-\d{2}\]"),
}


class Bounds(NamedTuple):
    """The first and the last day that a date can be; None where it is open."""

    earliest: datetime.date | None
    latest: datetime.date | None


def bounds(text: str) -> Bounds:
    """The bounds of an EDTF text: ``2018-06`` gives 2018-06-01 and 2018-06-30.

    Raises:
        ValueError: the text is not EDTF, or names a day that does not exist.
    """
    try:
        simple = _SIMPLE.get(precision(text) or "")
        return simple(text) if simple else _by_grammar(text)
    except ValueError as error:
        hint = "a date in EDTF is written like 2012, 2018-06, 2020-09-09 or [..2025-11-05]"
        raise ValueError(f"{text!r} is no date: {hint}") from error


def precision(text: str) -> str | None:
    """``day``, ``month``, ``year`` or ``bounded``; None for any other form of EDTF."""
    return next((name for name, shape in _SHAPES.items() if shape.fullmatch(text)), None)


def _month(text: str) -> Bounds:
    first = datetime.date.fromisoformat(text + "-01")
    return Bounds(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))


_SIMPLE: dict[str, Callable[[str], Bounds]] = {
    "day": lambda text: Bounds(*[datetime.date.fromisoformat(text)] * 2),
    "month": _month,
    "year": lambda text: Bounds(datetime.date(int(text), 1, 1), datetime.date(int(text), 12, 31)),
    "bounded": lambda text: Bounds(None, datetime.date.fromisoformat(text[3:-1])),
}


def _by_grammar(text: str) -> Bounds:
    from edtf import parse_edtf  # its grammar takes 0.1 s to build, and is seldom needed
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed = parse_edtf(text)
        return Bounds(_day(parsed.lower_strict()), _day(parsed.upper_strict()))
    except (EDTFParseException, AttributeError, TypeError) as error:
        raise ValueError(text) from error


def _day(moment: struct_time | float) -> datetime.date | None:
    if isinstance(moment, struct_time):
        return datetime.date(moment.tm_year, moment.tm_mon, moment.tm_mday)
    return None
