"""A timeline: a row for each thing, with a dot for a day, a bar for a longer time, and an arrow for an open end."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from defkg.dates import Bounds
from defkg.views.labelled import Labelled, Undrawn, are_bound, are_days, are_things, plural
from defkg.views.lettering import LINE, wrap
from defkg.views.moments import Moment, description
from defkg.views.moments import moments as read
from defkg.views.roles import Role
from defkg.views.sheet import ACCENT, WIDTH, add, hidden, item, lines, listing, plain, rule, sheet

ROLES = (
    Role("from", "first days", are_days, required=False, names=("earliest", "from"), named=True),
    Role("to", "last days", are_days, required=False, names=("latest", "to"), named=True),
    Role("when", "dates", are_days, names=("date", "when"), unless=("from", "to")),
    Role("basis", "how a date is known", are_things, required=False, names=("basis", "dateBasis"), named=True),
    Role("what", "what is dated", are_things, takes=are_bound),
)
_LEFT, _START, _END = 290.0, 332.0, WIDTH - 44.0
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_LABELS, _TOP, _PAD, _ARROW = 102.0, 34.0, 8.0, 30.0


class Axis(NamedTuple):
    """The years shown: from the first day of one to the last day of another."""

    first: int
    last: int

    def at(self, ordinal: int) -> float:
        """Where a day begins, counted as `datetime.date.toordinal` does."""
        start, end = _new_year(self.first), datetime.date(self.last, 12, 31).toordinal() + 1
        return _START + (ordinal - start) / (end - start) * (_END - _START)


def picture(table: Labelled, columns: Mapping[str, str], title: str) -> Element:
    """The timeline of an answer.

    Raises:
        Undrawn: no row has a date, or there are too many.
    """
    moments = sorted(read(table, columns), key=lambda moment: moment.order)
    if not any(moment.bounds for moment in moments):
        raise Undrawn("no row has a date")
    texts = [_texts(moment) for moment in moments]
    heights = [max(map(len, pair)) * LINE + 2 * _PAD for pair in texts]
    root = sheet("timeline", WIDTH, _TOP + sum(heights) + 26, title, description(moments, len(table.rows)))
    axis = _axis(moment.bounds for moment in moments if moment.bounds)
    _years(root, axis, _TOP, _TOP + sum(heights))
    entries, top = listing(root, "Things by date"), _TOP
    for moment, pair, height in zip(moments, texts, heights, strict=True):
        _row(entries, axis, moment, pair, (top, height))
        top += height
    return root


def _axis(found: Iterable[Bounds]) -> Axis:
    years = [day.year for bounds in found for day in bounds if day]
    return Axis(min(years), max(years))


def _years(root: Element, axis: Axis, top: float, bottom: float) -> None:
    part = hidden(root)
    for ordinal, name in _ticks(axis):
        x = axis.at(ordinal)
        rule(part, x, top - 8, x, bottom + 4)
        for y in (top - 14, bottom + 18):
            add(part, "text", name, x=x, y=y, text_anchor="middle", font_size=12, class_="tick")


def _ticks(axis: Axis) -> list[tuple[int, str]]:
    """The days that the axis names: quarters of a year, halves of two, else the beginnings of years."""
    if axis.last - axis.first < 2:
        step = 3 * (axis.last - axis.first + 1)
        months = [(year, month) for year in range(axis.first, axis.last + 1) for month in range(1, 13, step)]
        return [(datetime.date(year, month, 1).toordinal(), f"{year:04}-{month:02}") for year, month in months]
    room = (_END - _START) / (axis.last - axis.first + 1)
    step = next((step for step in _STEPS if step * room >= 44), 5000)
    years = [year for year in range(axis.first, axis.last + 1) if year % step == 0 or step == 1]
    return [(_new_year(year), f"{year:04}") for year in years]


def _new_year(year: int) -> int:
    return datetime.date(year, 1, 1).toordinal()


def _texts(moment: Moment) -> tuple[list[str], list[str]]:
    """The date and the label of a row, in lines."""
    return wrap(moment.said, _LABELS - 8, 4, 12), wrap(moment.label, _LEFT - _LABELS, 4)


def _row(
    entries: Element, axis: Axis, moment: Moment, texts: tuple[list[str], list[str]], place: tuple[float, float]
) -> None:
    top, height = place
    repeated = f" ({plural(moment.rows, 'row')})" if moment.rows > 1 else ""
    entry = item(entries, f"{moment.label}: {moment.said}{repeated}")
    rule(entry, 0, top, WIDTH, top, 0.12)
    lines(entry, 0.0, top + _PAD + LINE - 4, texts[0], font_size=12, class_="date")
    lines(entry, _LABELS, top + _PAD + LINE - 4, texts[1])
    if moment.bounds:
        _mark(entry, moment.bounds, _ends(axis, moment.bounds), top + height / 2, _look(moment))


def _ends(axis: Axis, bounds: Bounds) -> tuple[float, float]:
    """From where to where a date is drawn: a day in its middle, a longer time from its first to its last moment."""
    first, last = bounds
    x1 = axis.at(first.toordinal()) if first else axis.at(last.toordinal() + 1) - _ARROW if last else _START
    x2 = axis.at(last.toordinal() + 1) if last else x1 + _ARROW
    return ((x1 + x2) / 2,) * 2 if first == last else (x1, max(x2, x1 + 2))


def _look(moment: Moment) -> dict[str, object]:
    """Filled is a date as the answer has it, hollow an inferred one, dashed one that is about or perhaps."""
    hollow = moment.inferred or moment.doubted
    dashes = {"stroke_dasharray": "3 2"} if moment.doubted else {}
    filled = {"fill": "none" if hollow else ACCENT, "class_": "mark hollow" if hollow else "mark dated"}
    return {"stroke": ACCENT, "stroke_width": 1.6, **filled, **dashes}


def _mark(entry: Element, bounds: Bounds, ends: tuple[float, float], y: float, look: dict[str, object]) -> None:
    if None in bounds:
        _arrow(entry, *(ends if bounds.earliest else ends[::-1]), y, look)
    elif bounds.earliest == bounds.latest:
        add(entry, "circle", cx=ends[0], cy=y, r=4.5, **look)
    else:
        add(entry, "rect", x=ends[0], y=y - 4.5, width=ends[1] - ends[0], height=9, **look)


def _arrow(entry: Element, known: float, tip: float, y: float, look: dict[str, object]) -> None:
    """A date with an open end: a stroke across the end that is known, and an arrow towards the other."""
    way = 1 if tip > known else -1
    shaft = f"M{plain(known)} {plain(y - 7)}v14M{plain(known)} {plain(y)}H{plain(tip - way * 8)}"
    add(entry, "path", d=shaft, **(look | {"fill": "none", "class_": "mark hollow"}))
    add(entry, "path", d=f"M{plain(tip)} {plain(y)}l{-way * 8} -4.5v9z", **look)
