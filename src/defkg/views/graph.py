"""A graph: a box for each thing, an arrow for each row, in layers from left to right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element

from defkg.views.labelled import Cell, Labelled, Undrawn, are_bound, are_things, plural
from defkg.views.layering import Layering, arrange, heights
from defkg.views.lettering import LINE, breadth, wrap
from defkg.views.roles import Role
from defkg.views.sheet import ACCENT, INK, add, item, lines, listing, plain, sheet

ROLES = (
    Role("source", "where the arrows start", are_things, takes=are_bound),
    Role("target", "where the arrows end", are_things, takes=are_bound),
    Role("edge", "what the arrows say", are_things, required=False, names=("predicate", "relation"), named=True),
)
MOST_BOXES, MOST_ARROWS, MOST_LAYERS = 60, 150, 16
_BOX, _SPACE, _GAP, _PAD, _MARGIN = 168.0, 64.0, 14.0, 8.0, 4.0


class Arrow(NamedTuple):
    """What a row says: this thing, with this word, leads to that one."""

    source: Cell
    word: Cell | None
    target: Cell

    @property
    def stop(self) -> str:
        """The name of the place on the way where its word stands."""
        return f"\1{self.source.key}\1{self.word and self.word.key}\1{self.target.key}"


@dataclass
class _Parts:
    boxes: dict[str, Cell] = field(default_factory=dict)
    arrows: dict[Arrow, int] = field(default_factory=dict)


class _Places(NamedTuple):
    layering: Layering
    texts: dict[str, list[str]]
    at: dict[str, tuple[float, float]]

    def edge(self, name: str, right: bool = False) -> tuple[float, float]:
        """Where lines meet a box, or the text of a word, at its left or right."""
        (x, y), half = self.at[name], _BOX / 2
        if name.startswith("\1"):
            half = max(breadth(text) for text in self.texts[name]) / 2 + 2
        return x + _BOX / 2 + (half if right else -half), y


def picture(table: Labelled, columns: Mapping[str, str], title: str) -> Element:
    """The graph of an answer.

    Raises:
        Undrawn: there are too many things or arrows, or they stand in too long a chain.
    """
    parts = _parts(table, columns)
    for number, most, name in (len(parts.boxes), MOST_BOXES, "things"), (len(parts.arrows), MOST_ARROWS, "arrows"):
        if number > most:
            raise Undrawn(f"{number:,} {name} are more than a graph of {most} {name} can show")
    places = _places(parts)
    if len(places.layering.layers) > MOST_LAYERS:
        raise Undrawn(f"a chain of {len(places.layering.layers)} is longer than a graph of {MOST_LAYERS} can show")
    root = _root(parts, places, title, len(table.rows))
    links = listing(root, "Links")
    for arrow, rows in parts.arrows.items():
        _arrow(links, arrow, rows, places)
    things = listing(root, "Things")
    for key, cell in parts.boxes.items():
        _box(things, cell, places.texts[key], places.at[key])
    return root


def _parts(table: Labelled, columns: Mapping[str, str]) -> _Parts:
    """The boxes and arrows of an answer, each once; a row with one end only is a box."""
    parts = _Parts()
    for row in table.rows:
        source, word, target = (table.cell(row, columns.get(role)) for role in ("source", "edge", "target"))
        parts.boxes |= {cell.key: cell for cell in (source, target) if cell}
        if source and target:
            arrow = Arrow(source, word, target)
            parts.arrows[arrow] = parts.arrows.get(arrow, 0) + 1
    return parts


def _places(parts: _Parts) -> _Places:
    texts = {key: wrap(cell.label, _BOX - 2 * _PAD, 5) for key, cell in parts.boxes.items()}
    texts |= {arrow.stop: wrap(arrow.word.label, _BOX - 2 * _PAD, 3) for arrow in parts.arrows if arrow.word}
    layering = arrange(list(texts), [step for arrow in parts.arrows for step in _steps(arrow)])
    names = [name for layer in layering.layers for name in layer]
    tall = {name: len(texts[name]) * LINE + 2 * _PAD if name in texts else 2.0 for name in names}
    middles = heights(layering, tall, _GAP)
    across = {name: depth for depth, layer in enumerate(layering.layers) for name in layer}
    at = {name: (_MARGIN + across[name] * (_BOX + _SPACE), _MARGIN + middles[name]) for name in names}
    return _Places(layering, texts, at)


def _steps(arrow: Arrow) -> list[tuple[str, str]]:
    ends = arrow.source.key, arrow.target.key
    return [(ends[0], arrow.stop), (arrow.stop, ends[1])] if arrow.word else [ends]


def _root(parts: _Parts, places: _Places, title: str, rows: int) -> Element:
    width = len(places.layering.layers) * (_BOX + _SPACE) - _SPACE + 2 * _MARGIN
    bottoms = [y + len(places.texts.get(name, ())) * LINE / 2 + _PAD for name, (_, y) in places.at.items()]
    counts = f"{plural(len(parts.boxes), 'thing')} and {plural(len(parts.arrows), 'link')}"
    description = (
        f"A graph of {plural(rows, 'row')}: {counts}, as arrows from left to right where no circle forbids it."
    )
    return sheet("graph", width + 14, max(bottoms) + _MARGIN, title, description)


def _arrow(links: Element, arrow: Arrow, rows: int, places: _Places) -> None:
    word = f" – {arrow.word.label} –" if arrow.word else ""
    repeated = f" ({plural(rows, 'row')})" if rows > 1 else ""
    entry = item(links, f"{arrow.source.label}{word} → {arrow.target.label}{repeated}")
    steps = _steps(arrow)
    for number, step in enumerate(steps):
        _line(entry, step, places, pointed=number == len(steps) - 1)
    if arrow.word:
        x, y = places.at[arrow.stop]
        _text(entry, places.texts[arrow.stop], x, y, font_style="italic")


def _line(entry: Element, step: tuple[str, str], places: _Places, pointed: bool) -> None:
    """A line from box to box, through the gaps between boxes, with a point at its end."""
    if step not in places.layering.paths:
        return _loop(entry, places.at[step[0]])
    path = places.layering.paths[step]
    drawn = "".join(_curve(*places.edge(a, right=True), *places.edge(b)) for a, b in pairwise(path))
    drawn += "".join(f"M{plain(x)} {plain(y)}h{plain(_BOX)}" for x, y in (places.at[name] for name in path[1:-1]))
    add(entry, "path", d=drawn, fill="none", stroke=INK, stroke_opacity=0.55, stroke_width=1.3)
    if pointed:
        back = step in places.layering.reversed
        _point(entry, *(places.edge(path[0], right=True) if back else places.edge(path[-1])), 1 if back else -1)
    return None


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    half = (x1 + x2) / 2
    ends = f"C{plain(half)} {plain(y1)} {plain(half)} {plain(y2)} {plain(x2)} {plain(y2)}"
    return f"M{plain(x1)} {plain(y1)}{ends}"


def _loop(entry: Element, place: tuple[float, float]) -> None:
    x, y = place[0] + _BOX, place[1]
    ends = f"M{plain(x)} {plain(y - 6)}c18 -14 18 26 0 12"
    add(entry, "path", d=ends, fill="none", stroke=INK, stroke_opacity=0.55, stroke_width=1.3)
    _point(entry, x, y + 6, 1)


def _point(entry: Element, x: float, y: float, way: int) -> None:
    add(entry, "path", d=f"M{plain(x)} {plain(y)}l{way * 9} -4.5v9z")


def _box(things: Element, cell: Cell, text: list[str], place: tuple[float, float]) -> None:
    entry, (x, y) = item(things, cell.label), place
    height = len(text) * LINE + 2 * _PAD - 4
    size = {"x": x, "y": y - height / 2, "width": _BOX, "height": height, "rx": 4}
    add(entry, "rect", **size, fill=ACCENT, fill_opacity=0.1, stroke=ACCENT, class_="box mark")
    _text(entry, text, x, y)


def _text(entry: Element, text: list[str], x: float, y: float, **look: object) -> None:
    top = y - len(text) * LINE / 2
    lines(entry, x + _BOX / 2, top + LINE - 4, text, text_anchor="middle", **look)
