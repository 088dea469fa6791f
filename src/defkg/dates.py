"""EDTF text: its bounds, its precision, and what else it says of itself.

Source: Extended Date/Time Format, ISO 8601-2:2019 levels 0 and 1, and the sets and qualifiers of level 2.
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
_SET = re.compile(r"\[([^\[\]]*)\]|\{([^{}]*)\}")
_UNKNOWN_END = re.compile(r"^/(?=.)|(?<=.)/$")


class Bounds(NamedTuple):
    """The first and the last day that a date can be; None where it is open or unknown."""

    earliest: datetime.date | None
    latest: datetime.date | None


def bounds(text: str) -> Bounds:
    """The bounds of an EDTF text: ``2018-06`` gives 2018-06-01 and 2018-06-30.

    Of a set they are those of all its members, and a qualifier does not widen them.

    Raises:
        ValueError: the text is not EDTF, or names a day that does not exist, or ends before it begins.
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


def qualifier(text: str) -> str:
    """How sure an EDTF text is of its date: ``about`` (``~``), ``perhaps`` (``?``), both (``%``), or empty."""
    marks = {"about": "~%", "perhaps": "?%"}
    return " ".join(word for word in ("perhaps", "about") if set(marks[word]) & set(text))


def members(text: str) -> tuple[str, list[str]] | None:
    """A set of dates, in words, with its members: ``[2010,2020]`` gives ``one of``, ``{2010,2020}`` ``all of``.

    None for any other text, and for one of all days before or after a date, as in ``[..2025-11-05]``.
    """
    found = _SET.fullmatch(text)
    if not found or re.fullmatch(r"\[(\.\.[^,.]+|[^,.]+\.\.)\]", text):
        return None
    word, inside = ("one of", found[1]) if found[2] is None else ("all of", found[2])
    return word, [part.strip() for part in inside.split(",")]


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
        parsed = parse_edtf(_UNKNOWN_END.sub(lambda end: "../" if end.start() == 0 else "/..", text))
        found = Bounds(_day(parsed.lower_strict()), _day(parsed.upper_strict()))
    except (EDTFParseException, AttributeError, TypeError) as error:
        raise ValueError(text) from error
    if found.earliest and found.latest and found.earliest > found.latest:
        raise ValueError(text)
    return found


def _day(moment: struct_time | float) -> datetime.date | None:
    if isinstance(moment, struct_time):
        return datetime.date(moment.tm_year, moment.tm_mon, moment.tm_mday)
    return None
