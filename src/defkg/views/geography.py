"""Land and the points of countries, as computed from Natural Earth; and the great circle from point to point.

The files and how they came about: ``tools/geography.py`` and ``docs/decisions/0008-views.md``.
"""

from __future__ import annotations

import itertools
import json
import math
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

LAND = "land-110m.world-atlas-2.0.2.json"
POINTS = "points.world-atlas-2.0.2.json"
_STEP = 3.0


class Point(NamedTuple):
    """A place in degrees east and north."""

    east: float
    north: float


@cache
def points() -> dict[str, Point]:
    """A point inside the largest piece of land of each country, by its ISO 3166-1 alpha-3 code."""
    return {code: Point(*place) for code, place in _read(POINTS)["points"].items()}


@cache
def land() -> list[list[Point]]:
    """The outlines of land, and of the waters inside it, as rings."""
    topology = _read(LAND)
    arcs = [degrees(topology, arc) for arc in topology["arcs"]]
    shapes = topology["objects"]["land"]["geometries"]
    return [ring(arcs, indices) for shape in shapes for polygon in shape["arcs"] for indices in polygon]


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("defkg.views") / "data" / name).read_text(encoding="utf-8"))
    return found


def degrees(topology: dict[str, Any], arc: list[list[int]]) -> list[Point]:
    """An arc of steps on a grid, as points (TopoJSON 2.1.2 and 2.1.4)."""
    scale, offset = topology["transform"]["scale"], topology["transform"]["translate"]
    places = zip(*(itertools.accumulate(axis) for axis in zip(*arc, strict=True)), strict=True)
    return [Point(x * scale[0] + offset[0], y * scale[1] + offset[1]) for x, y in places]


def ring(arcs: list[list[Point]], indices: list[int]) -> list[Point]:
    """A closed line of arcs; the number ``~i`` is the i-th arc backwards, and ends meet (TopoJSON 2.1.4).

    Its middle is within 180 degrees of Greenwich, its ends may be past them; one around a pole is closed along it.
    """
    pieces = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indices]
    found = [pieces[0][0]]
    for point in itertools.chain.from_iterable(piece[1:] for piece in pieces):
        found.append(Point(near(point.east, found[-1].east), point.north))
    if abs(found[-1].east - found[0].east) > 180:
        pole = math.copysign(90, found[0].north)
        found += [Point(found[-1].east, pole), Point(found[0].east, pole), found[0]]
    middle = (min(found).east + max(found).east) / 2
    return [Point(point.east + near(middle, 0) - middle, point.north) for point in found]


def great_circle(start: Point, end: Point) -> list[Point]:
    """The shortest way between two points, in steps of about three degrees; degrees east run on past 180."""
    a, b = _vector(start), _vector(end)
    angle = math.acos(max(-1.0, min(1.0, sum(x * y for x, y in zip(a, b, strict=True)))))
    if math.sin(angle) < 1e-9:
        return [start, end]
    count = max(2, math.ceil(math.degrees(angle) / _STEP))
    found = [start]
    for number in range(1, count + 1):
        parts = [math.sin((1 - number / count) * angle), math.sin(number / count * angle)]
        x, y, z = ((parts[0] * p + parts[1] * q) / math.sin(angle) for p, q in zip(a, b, strict=True))
        east = near(math.degrees(math.atan2(y, x)), found[-1].east)
        found.append(Point(east, math.degrees(math.atan2(z, math.hypot(x, y)))))
    return found


def near(east: float, other: float) -> float:
    """The same meridian, counted so that it is at most 180 degrees from another."""
    return east + 360 * round((other - east) / 360)


def _vector(point: Point) -> tuple[float, float, float]:
    east, north = math.radians(point.east), math.radians(point.north)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)
