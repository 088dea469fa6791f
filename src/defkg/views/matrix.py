"""A matrix: rows by columns, what stands where they meet, and a mark where nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defkg.terms import Term
from defkg.views.labelled import Cell, Labelled, Undrawn, amount, are_bound, are_things, plural
from defkg.views.lettering import LINE, clean, longest_word, wrap
from defkg.views.roles import Role
from defkg.views.sheet import ACCENT, WIDTH, add, lines, rule, sheet

ROLES = (
    Role("row", "what the rows are", are_things, takes=are_bound),
    Role("column", "what the columns are", are_things, takes=are_bound),
    Role("value", "what stands in a cell", are_bound, required=False),
    Role("note", "what must be said beside a value", are_things, required=False, names=("note",), named=True),
)
MOST_ROWS, MOST_COLUMNS = 150, 24
NOTHING = "nothing stated"
_HEAD, _NARROW, _BROAD, _PAD = 210.0, 88.0, 170.0, 8.0


@dataclass(frozen=True)
class Entry:
    """What stands in a cell: text, the number that it is if it is one, and how a reader hears it."""

    text: str
    number: float | None
    spoken: str


def picture(table: Labelled, columns: Mapping[str, str], title: str) -> Element:
    """The matrix of an answer; rows and columns stand as they first appear.

    Raises:
        Undrawn: there are too many rows or columns.
    """
    cells = _cells(table, columns)
    sides = [list(dict.fromkeys(key[side] for key in cells)) for side in (0, 1)]
    for side, most, name in zip(sides, (MOST_ROWS, MOST_COLUMNS), ("rows", "columns"), strict=True):
        if len(side) > most:
            raise Undrawn(f"{len(side):,} {name} are more than a matrix of {most} {name} can show")
    counted = any(len(rows) > 1 for rows in cells.values())
    entries = {key: _entry(table, columns, rows, counted) for key, rows in cells.items()}
    return _Drawing(sides[0], sides[1], entries).draw(title, _meaning(columns.get("value"), counted))


def _cells(table: Labelled, columns: Mapping[str, str]) -> dict[tuple[Cell, Cell], list[Mapping[str, Term]]]:
    """The rows of the answer by the cell that they belong to."""
    found: dict[tuple[Cell, Cell], list[Mapping[str, Term]]] = {}
    unnamed = Cell("", NOTHING)
    for row in table.rows:
        key = table.cell(row, columns["row"]) or unnamed, table.cell(row, columns["column"]) or unnamed
        found.setdefault(key, []).append(row)
    return found


def _entry(table: Labelled, columns: Mapping[str, str], rows: list[Mapping[str, Term]], counted: bool) -> Entry:
    """A cell's values, each once; without a column for them, how many rows it has, or a mark where each has one."""
    value = columns.get("value")
    if value is None:
        return Entry(str(len(rows)), len(rows), plural(len(rows), "row")) if counted else Entry("●", None, "stated")
    found = list(dict.fromkeys(text for row in rows if (text := _noted(table, columns, row))))
    text = clean("; ".join(found))
    number = amount(rows[0].get(value)) if len(found) == 1 else None
    return Entry(text, number, text) if found else Entry("●", None, "stated, without a value")


def _noted(table: Labelled, columns: Mapping[str, str], row: Mapping[str, Term]) -> str:
    value, note = table.cell(row, columns["value"]), table.cell(row, columns.get("note"))
    return f"{value.label} ({note.label})" if value and note else value.label if value else ""


def _meaning(value: str | None, counted: bool) -> str:
    if value:
        return ""
    return " A number says how many rows of the answer belong there." if counted else " A dot says that a row does."


@dataclass(frozen=True)
class _Drawing:
    rows: list[Cell]
    columns: list[Cell]
    entries: dict[tuple[Cell, Cell], Entry]

    def draw(self, title: str, meaning: str) -> Element:
        heads = [wrap(column.label, self._width - 10, 5, 12.5) for column in self.columns]
        lined = [self._lined(row) for row in self.rows]
        top = max(map(len, heads)) * LINE + 2 * _PAD
        heights = [max(map(len, texts)) * LINE + 2 * _PAD for texts in lined]
        width = max(_HEAD + self._width * len(self.columns), min(WIDTH, 360))
        root = sheet("matrix", width, top + sum(heights) + 1, title, self._description() + meaning)
        grid = add(root, "g", role="table", aria_label="Matrix")
        self._head(grid, heads, top)
        for row, texts, height in zip(self.rows, lined, heights, strict=True):
            self._row(grid, row, texts, top, height)
            top += height
        return root

    @property
    def _width(self) -> float:
        """How wide a column is: as the longest word of a head, but broad for text and never broader."""
        texts = any(len(entry.text) > 12 for entry in self.entries.values())
        longest = max(longest_word(column.label, 13) for column in self.columns) + 14
        return _BROAD if texts else min(max(longest, _NARROW), _BROAD)

    def _lined(self, row: Cell) -> list[list[str]]:
        """The label of a row and the texts of its cells, in lines."""
        texts = [self.entries[row, column].text if (row, column) in self.entries else "–" for column in self.columns]
        return [wrap(row.label, _HEAD - 12, 4), *(wrap(text, self._width - 12, 4) for text in texts)]

    def _description(self) -> str:
        size = f"{plural(len(self.rows), 'row')} by {plural(len(self.columns), 'column')}"
        gaps = len(self.rows) * len(self.columns) - len(self.entries)
        return f"A matrix of {size}: {plural(len(self.entries), 'cell')} filled, {gaps} with {NOTHING}."

    def _head(self, grid: Element, heads: list[list[str]], height: float) -> None:
        line = add(grid, "g", role="row")
        add(add(line, "g", role="columnheader"), "title", "Rows")
        for number, (column, head) in enumerate(zip(self.columns, heads, strict=True)):
            box, x = _box(line, "columnheader", column.label), self._middle(number)
            top = height - _PAD - len(head) * LINE
            lines(box, x, top + LINE - 4, head, text_anchor="middle", font_size=12, font_weight=600)

    def _row(self, grid: Element, row: Cell, texts: list[list[str]], top: float, height: float) -> None:
        line = add(grid, "g", role="row")
        box = _box(line, "rowheader", row.label)
        rule(box, 0, top, _HEAD + self._width * len(self.columns), top, 0.2)
        lines(box, 0.0, _first_baseline(top, height, texts[0]), texts[0])
        for number, (column, text) in enumerate(zip(self.columns, texts[1:], strict=True)):
            self._cell(line, self.entries.get((row, column)), text, (self._middle(number), top, height))

    def _cell(self, line: Element, entry: Entry | None, text: list[str], place: tuple[float, float, float]) -> None:
        middle, top, height = place
        box = _box(line, "cell", entry.spoken if entry else NOTHING)
        if entry:
            size = {"x": middle - self._width / 2 + 3, "y": top + 4, "width": self._width - 6, "height": height - 7}
            add(box, "rect", **size, fill=ACCENT, fill_opacity=f"{self._shade(entry):.2f}", class_="mark", rx=2)
        look = {"font_weight": 600} if entry and entry.number is not None else {}
        lines(box, middle, _first_baseline(top, height, text), text, text_anchor="middle", **look)

    def _shade(self, entry: Entry) -> float:
        numbers = [entry.number for entry in self.entries.values() if entry.number is not None]
        return 0.08 + (0.24 * entry.number / max(numbers) if entry.number and max(numbers) > 0 else 0.04)

    def _middle(self, number: int) -> float:
        return _HEAD + (number + 0.5) * self._width


def _box(line: Element, role: str, spoken: str) -> Element:
    box = add(add(line, "g", role=role), "g", role="img")
    add(box, "title", clean(spoken))
    return box


def _first_baseline(top: float, height: float, texts: list[str]) -> float:
    return top + (height - len(texts) * LINE) / 2 + LINE - 4
