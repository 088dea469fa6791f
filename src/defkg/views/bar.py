"""A bar chart: a bar for each row, with its number beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pyoxigraph import Literal

from defkg.terms import Term
from defkg.views.labelled import Labelled, Undrawn, amount, are_amounts, are_bound, are_things, plural
from defkg.views.lettering import LINE, breadth, clean, wrap
from defkg.views.roles import Role
from defkg.views.sheet import ACCENT, add, hidden, item, lines, listing, rule, sheet

ROLES = (
    Role("number", "numbers from 0 up", are_amounts),
    Role("label", "what is counted", are_things, takes=are_bound),
)
MOST = 200
_WIDTH, _LEFT, _PAD = 560.0, 200.0, 7.0


class Bar(NamedTuple):
    """A row: its label, its number, and that number as written; None where there is none."""

    label: str
    number: float | None
    written: str


def picture(table: Labelled, columns: Mapping[str, str], title: str) -> Element:
    """The bar chart of an answer, in its order.

    Raises:
        Undrawn: there are too many rows.
    """
    if len(table.rows) > MOST:
        raise Undrawn(f"{len(table.rows):,} rows are more than a chart of {MOST} bars can show")
    bars = [_bar(table, columns, row) for row in table.rows]
    labels = [wrap(bar.label, _LEFT - 14, 4) for bar in bars]
    height = sum(map(_height, labels))
    root = sheet("bar", _WIDTH, height + 2, title, _description(bars))
    entries, top = listing(root, "Numbers"), 0.0
    start = _LEFT + max(breadth(bar.written) for bar in bars) + 8
    scale = (_WIDTH - start - 4) / max(bar.number or 0 for bar in [*bars, Bar("", 1e-300, "")])
    for bar, label in zip(bars, labels, strict=True):
        _row(entries, bar, label, top, (start, scale))
        top += _height(label)
    rule(hidden(root), start, 0, start, height, 0.6)
    return root


def _bar(table: Labelled, columns: Mapping[str, str], row: Mapping[str, Term]) -> Bar:
    label, term = table.cell(row, columns["label"]), row.get(columns["number"])
    written = clean(term.value, 20) if isinstance(term, Literal) else "not stated"
    return Bar(label.label if label else "(no name)", amount(term), written)


def _description(bars: list[Bar]) -> str:
    stated = [bar for bar in bars if bar.number is not None]
    ends = [key(stated, key=lambda bar: bar.number or 0).written for key in (min, max)]
    missing = f"; {len(bars) - len(stated)} without a number" if len(stated) < len(bars) else ""
    return f"{plural(len(stated), 'bar')}, from {ends[0]} to {ends[1]}{missing}."


def _row(entries: Element, bar: Bar, label: list[str], top: float, place: tuple[float, float]) -> None:
    entry, height, (start, scale) = item(entries, f"{bar.label}: {bar.written}"), _height(label), place
    middle = top + height / 2
    lines(entry, 0.0, top + _PAD + LINE - 4, label)
    style = {"font_style": "italic"} if bar.number is None else {"font_weight": 600}
    add(entry, "text", bar.written, x=start - 7, y=middle + 5, text_anchor="end", **style)
    if bar.number:
        length = bar.number * scale
        add(entry, "rect", x=start, y=middle - 9, width=length, height=18, fill=ACCENT, class_="mark")


def _height(label: list[str]) -> float:
    return len(label) * LINE + 2 * _PAD
