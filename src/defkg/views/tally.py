"""What a map shows: how many rows of an answer each country has, or each pair of countries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from defkg.terms import Term
from defkg.views.geography import points
from defkg.views.labelled import Labelled, country, plural
from defkg.views.lettering import wrap

NOTE = (
    "Dots mark countries at a point inside their largest piece of land. No political borders are drawn. "
    "Land: Natural Earth, in the public domain."
)
_CAPTION = 316.0


class Pair(NamedTuple):
    """Two countries, by their codes in alphabetical order."""

    one: str
    other: str


@dataclass
class Tally:
    """What an answer puts on a map.

    Attributes:
        names: what each country is called.
        rows: how many rows each country has.
        pairs: how many rows each pair has.
        unnamed: how many rows have no country.
        paired: whether the answer is about pairs.
        total: how many rows there are.
    """

    names: dict[str, str]
    rows: Counter[str]
    pairs: Counter[Pair]
    unnamed: int
    paired: bool
    total: int

    @property
    def placed(self) -> list[str]:
        """The countries that have a point, the one with the most rows first."""
        return sorted((code for code in self.rows if code in points()), key=lambda code: (-self.rows[code], code))

    @property
    def arcs(self) -> list[Pair]:
        """The pairs of which both countries have a point."""
        return [pair for pair in self.pairs if {*pair} <= points().keys()]

    @property
    def lost(self) -> list[str]:
        """The names of those that have none."""
        return sorted(self.names[code] for code in self.rows if code not in points())

    @property
    def description(self) -> str:
        """A sentence that says what is on the map."""
        counts = f"{plural(self.total, 'row')} on a map: {plural(len(self.rows), 'country', 'countries')}"
        most = ", ".join(f"{self.names[code]} {self.rows[code]}" for code in self.placed[:5])
        paired = f" and {plural(len(self.pairs), 'pair')} of them, as arcs" if self.paired else ""
        absent = f" {plural(self.unnamed, 'row')} without a country." if self.unnamed else ""
        return f"{counts}{paired}; rows: {most}{', …' if len(self.placed) > 5 else ''}.{absent} {NOTE}"

    def caption(self, labelled: Container[str]) -> list[str]:
        """The lines under the map, with all that has no room or no place on it."""
        crowded = [f"{self.names[code]} {self.rows[code]}" for code in self.placed if code not in labelled]
        named = ", ".join(f"{self.pair(pair)} {number}" for pair, number in self.pairs.most_common())
        said = [
            f"Rows: {named}."
            if named
            else "The number beside a country says how many rows it has; the dot grows with it.",
            f"No room for the names of: {', '.join(crowded)}." if crowded else "",
            f"{plural(self.unnamed, 'row')} without a country." if self.unnamed else "",
            f"Not on this map: {', '.join(self.lost)}." if self.lost else "",
            NOTE,
        ]
        return [line for text in said if text for line in wrap(text, _CAPTION, 80, 12)]

    def pair(self, pair: Pair) -> str:
        """What a pair is called."""
        return f"{self.names[pair.one]} – {self.names[pair.other]}"


def count(table: Labelled, columns: Mapping[str, str]) -> Tally:
    """Counts the rows of an answer by the countries in some of its columns."""
    tally = Tally({}, Counter(), Counter(), 0, "other" in columns, len(table.rows))
    for row in table.rows:
        codes = {role: code for role, name in columns.items() if (code := country(row.get(name)))}
        tally.names |= {code: _name(table, row, columns[role]) for role, code in codes.items()}
        tally.rows.update(set(codes.values()))
        tally.unnamed += not codes
        if len(set(codes.values())) == 2:
            tally.pairs[Pair(*sorted(codes.values()))] += 1
    return tally


def _name(table: Labelled, row: Mapping[str, Term], variable: str) -> str:
    cell = table.cell(row, variable)
    return cell.label if cell else ""
