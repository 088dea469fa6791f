"""A map: a dot for each country, or an arc for each pair of them, on land without political borders."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from xml.etree.ElementTree import Element

from defkg.views.geography import Point, great_circle, land, points
from defkg.views.labelled import Labelled, Undrawn, are_countries, plural
from defkg.views.lettering import LINE, breadth, wrap
from defkg.views.projection import Projection
from defkg.views.roles import Role
from defkg.views.sheet import ACCENT, INK, WIDTH, add, hidden, item, lines, listing, plain, sheet
from defkg.views.tally import Pair, Tally, count

ROLES = (
    Role("country", "countries", are_countries),
    Role("other", "the countries at the other end", are_countries, required=False),
)
MOST_ARCS = 300
_TALLEST, _LOWEST = 470.0, 320.0
_Box = tuple[float, float, float, float]


def picture(table: Labelled, columns: Mapping[str, str], title: str) -> Element:
    """The map of an answer.

    Raises:
        Undrawn: no country has a point on the map, or there are too many pairs.
    """
    shown = count(table, columns)
    if not shown.placed:
        raise Undrawn(f"the map has no point for {', '.join(shown.lost)}")
    if len(shown.pairs) > MOST_ARCS:
        raise Undrawn(f"{len(shown.pairs):,} pairs are more than a map of {MOST_ARCS} arcs can show")
    arcs = {pair: great_circle(points()[pair.one], points()[pair.other]) for pair in shown.arcs}
    ends = [points()[code] for code in shown.placed]
    window = Projection.around([*ends, *(point for arc in arcs.values() for point in arc)], WIDTH, _TALLEST, _LOWEST)
    labels = _labels(shown, window, arcs.values())
    below = shown.caption(labels)
    root = sheet("map", WIDTH, window.height + len(below) * LINE + 12, title, shown.description)
    view = add(root, "svg", width=WIDTH, height=window.height, overflow="hidden")
    _land(view, window)
    frame = {"width": WIDTH - 1, "height": window.height - 1, "fill": "none", "stroke": INK, "stroke_opacity": 0.25}
    add(hidden(view), "rect", x=0.5, y=0.5, **frame)
    if shown.paired:
        _arcs(listing(view, "Pairs of countries"), arcs, shown, window)
    _dots(listing(view, "Countries"), shown, window, labels)
    lines(root, 0.0, window.height + LINE + 2, below, font_size=12)
    return root


def _labels(shown: Tally, window: Projection, arcs: Iterable[Sequence[Point]]) -> dict[str, _Box]:
    """Where each country's name stands: over no other and no dot, if possible over no arc; left out without room."""
    crossed = [box for arc in arcs for box in _along(arc, window)]
    dots = {code: _dot(shown, window, code) for code in shown.placed}
    taken = [(x - r, y - r, x + r, y + r) for x, y, r in dots.values()]
    found: dict[str, _Box] = {}
    for code, (x, y, r) in dots.items():
        width = breadth(_label(shown, code))
        boxes = [box for box in _around(x, y, r + 4, width) if _free(box, taken, window)]
        if boxes:
            box = next((box for box in boxes if _free(box, crossed, window)), boxes[0])
            found[code] = box
            taken.append(box)
    return found


def _along(arc: Sequence[Point], window: Projection) -> list[_Box]:
    """Small boxes that cover an arc."""
    turn = window.inside(arc[0]).east - arc[0].east
    places = [window.at(Point(point.east + turn, point.north)) for point in arc]
    return [(min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in pairwise(places)]


def _label(shown: Tally, code: str) -> str:
    return f"{wrap(shown.names[code], 180, 1)[0]} {shown.rows[code]}"


def _around(x: float, y: float, r: float, width: float) -> list[_Box]:
    """Where a name can stand: to the right, left, below, above, and between these."""
    half, high = width / 2, LINE / 2
    middles = [(x + r + half, y), (x - r - half, y), (x, y + r + high), (x, y - r - high)]
    middles += [(x + way * (r + half), y + up * (r + high - 4)) for up in (1, -1) for way in (1, -1)]
    return [(a - half, b - high, a + half, b + high) for a, b in middles]


def _free(box: _Box, taken: Sequence[_Box], window: Projection) -> bool:
    inside = box[0] >= 2 and box[1] >= 2 and box[2] <= WIDTH - 2 and box[3] <= window.height - 2
    return inside and all(
        box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1] for other in taken
    )


def _dot(shown: Tally, window: Projection, code: str) -> tuple[float, float, float]:
    """The middle of a country's dot, and its radius: its area grows with the number of rows."""
    x, y = window.at(window.inside(points()[code]))
    return x, y, 4 + 8 * math.sqrt(shown.rows[code] / max(4, *shown.rows.values()))


def _land(view: Element, window: Projection) -> None:
    part = hidden(view)
    outlines = "".join(_outline(ring, window, turn, "z") for ring in land() for turn in (-360, 0, 360))
    add(part, "path", d=outlines, opacity=0.16, stroke=INK, stroke_width=0.4, class_="land")


def _outline(way: Sequence[Point], window: Projection, turn: float, end: str = "") -> str:
    """A line turned by some degrees, as a path; empty where none of it is in the window."""
    places = [window.at(Point(point.east + turn, point.north)) for point in way]
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*places, strict=True))
    if right < 0 or left > WIDTH or bottom < 0 or top > window.height:
        return ""
    return "M" + "L".join(written for written, _ in groupby(f"{plain(x)} {plain(y)}" for x, y in places)) + end


def _arcs(entries: Element, arcs: Mapping[Pair, Sequence[Point]], shown: Tally, window: Projection) -> None:
    for pair, arc in arcs.items():
        entry = item(entries, f"{shown.pair(pair)}: {plural(shown.pairs[pair], 'row')}")
        turn = window.inside(arc[0]).east - arc[0].east
        drawn = "".join(_outline(arc, window, turn + further) for further in (-360, 0, 360))
        width = 1.2 + 2.8 * shown.pairs[pair] / max(shown.pairs.values())
        look = {"fill": "none", "stroke": ACCENT, "stroke_opacity": 0.7, "class_": "arc mark"}
        add(entry, "path", d=drawn, stroke_width=width, **look)


def _dots(entries: Element, shown: Tally, window: Projection, labels: Mapping[str, _Box]) -> None:
    for code in shown.placed:
        entry = item(entries, f"{shown.names[code]}: {plural(shown.rows[code], 'row')}")
        x, y, r = _dot(shown, window, code)
        add(entry, "circle", cx=x, cy=y, r=r, fill=ACCENT, stroke="#fff", class_="mark dot")
        if code in labels:
            left, top, right, _ = labels[code]
            place = {"x": (left + right) / 2, "y": top + LINE - 4, "text_anchor": "middle", "class_": "halo"}
            halo = {"stroke": "#fff", "stroke_width": 3, "stroke_opacity": 0.75, "paint_order": "stroke"}
            add(entry, "text", _label(shown, code), **place, **halo)
