"""What a timeline shows: things with their dates, as the columns of an answer give them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from defkg.dates import Bounds
from defkg.terms import Term
from defkg.views.days import days, doubt, several, spoken, words
from defkg.views.labelled import Cell, Labelled, Undrawn, plural

MOST = 200
UNDATED = "undated"


@dataclass(frozen=True)
class Moment:
    """A thing with its date.

    Attributes:
        label: what it is called.
        bounds: its first and last day; None where it is undated, or is a set of dates, which is not drawn.
        words: its date in words.
        inferred: whether its date is said to be inferred.
        doubted: whether its date is about or perhaps that.
        rows: in how many rows of the answer it stands.
    """

    label: str
    bounds: Bounds | None
    words: str
    inferred: bool
    doubted: bool
    rows: int

    @property
    def said(self) -> str:
        """Its date in words, and how it is known if it is not stated."""
        return self.words + (", inferred" if self.inferred else "")

    @property
    def order(self) -> tuple[datetime.date, datetime.date]:
        """Where it stands: by its first day, or its last if that is open; what is not drawn comes last."""
        first, last = self.bounds or (None, None)
        return first or last or datetime.date.max, last or datetime.date.max


def moments(table: Labelled, columns: Mapping[str, str]) -> list[Moment]:
    """The things of an answer with their dates; rows that say the same are one.

    Raises:
        Undrawn: there are too many.
    """
    found: dict[tuple[Cell | None, ...], list[Mapping[str, Term]]] = {}
    for row in table.rows:
        key = tuple(table.cell(row, variable) for variable in columns.values())
        found.setdefault(key, []).append(row)
    if len(found) > MOST:
        raise Undrawn(f"{len(found):,} dates are more than a timeline of {MOST} can show")
    return [_moment(table, columns, rows) for rows in found.values()]


def _moment(table: Labelled, columns: Mapping[str, str], rows: list[Mapping[str, Term]]) -> Moment:
    row, what = rows[0], table.cell(rows[0], columns.get("what"))
    when, found, basis = row.get(columns.get("when", "")), _between(row, columns), row.get(columns.get("basis", ""))
    said = spoken(when) or several(when) or (words(found) if found else _undated(when))
    inferred = isinstance(basis, Literal) and basis.value == "inferred" and not said.startswith(UNDATED)
    doubted = bool(found and days(when) and doubt(when))
    return Moment(what.label if what else "(no name)", found, said, inferred, doubted, len(rows))


def _undated(when: Term | None) -> str:
    return f"{UNDATED}: {when.value}" if isinstance(when, Literal) else UNDATED


def _between(row: Mapping[str, Term], columns: Mapping[str, str]) -> Bounds | None:
    """The bounds of a row's date: of its date, else from the first day of one column to the last of another.

    None where it is a set of dates, since a bar from the first to the last would fill the gaps.
    """
    if several(row.get(columns.get("when", ""))):
        return None
    first, last, when = (days(row.get(columns.get(role, ""))) for role in ("from", "to", "when"))
    if when or not (first or last):
        return when
    found = Bounds(first.earliest if first else None, last.latest if last else None)
    return None if found.earliest and found.latest and found.earliest > found.latest else found


def description(moments: Sequence[Moment], rows: int) -> str:
    """A sentence that says how many dates there are, from when to when, and of what kind."""
    drawn = [moment for moment in moments if moment.bounds]
    ends = sorted(day for moment in drawn for day in moment.bounds or () if day)
    undated = sum(moment.words.startswith(UNDATED) for moment in moments)
    sets = len(moments) - len(drawn) - undated
    counts = {
        "of them open at one end": sum(None in (moment.bounds or ()) for moment in drawn),
        "of them inferred, drawn hollow": sum(moment.inferred for moment in drawn),
        "of them about or perhaps, drawn dashed": sum(moment.doubted for moment in drawn),
        "undated, listed last": undated,
        f"{'set' if sets == 1 else 'sets'} of dates, listed last and not drawn": sets,
    }
    dates = f"{plural(len(drawn), 'date')} from {ends[0]} to {ends[-1]}"
    said = [dates, *(f"{number} {what}" for what, number in counts.items() if number)]
    return f"{plural(rows, 'row')} on a timeline: {'; '.join(said)}."
