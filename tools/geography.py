"""Makes the geography of the map view from the npm package world-atlas: land as published, a point for each country.

Run: npm pack world-atlas@2.0.2 && python tools/geography.py world-atlas-2.0.2.tgz

A country's point is the pole of inaccessibility of its largest polygon: the place inside it that is farthest from its
outline (Garcia-Castellanos and Lombardo, "Poles of inaccessibility", 2007), found by halving squares as in polylabel
by Mapbox. Areas and distances are measured with degrees east shortened by the cosine of the latitude.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import itertools
import json
import math
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

import pycountry

from defkg.views.geography import LAND, POINTS, Point, degrees, near, ring

PACKAGE = "world-atlas"
VERSION = "2.0.2"
INTEGRITY = "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
LICENCE = f"LICENSE.{PACKAGE}-{VERSION}.txt"
TARGET = Path(__file__).parent.parent / "src" / "defkg" / "views" / "data"
PRECISION = 0.05

Ring = list[Point]
Polygon = list[Ring]


def main(tarball: Path) -> None:
    """Writes the files, and the lock file that says what they are."""
    content = tarball.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != INTEGRITY:
        raise SystemExit(f"{tarball} is not {PACKAGE} {VERSION} as published")
    with tarfile.open(tarball) as package:
        published = {LAND: _member(package, "land-110m.json"), LICENCE: _member(package, "LICENSE")}
        countries = json.loads(_member(package, "countries-50m.json"))
    places = {code: [round(part, 2) for part in pole(polygon)] for code, polygon in sorted(largest(countries).items())}
    written = {**published, POINTS: _json({"points": places})}
    for name, data in written.items():
        (TARGET / name).write_bytes(data)
    (TARGET / "lock.json").write_bytes(_json(_lock(written)))
    print(f"{len(places)} points; no polygon for {', '.join(sorted(_codes() - set(places)))}")


def largest(topology: dict[str, Any]) -> dict[str, Polygon]:
    """The largest polygon of each country that has an ISO 3166-1 code, by its alpha-3 code."""
    arcs = [degrees(topology, arc) for arc in topology["arcs"]]
    found: dict[str, Polygon] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        country = pycountry.countries.get(numeric=shape.get("id", ""))
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        if country:
            drawn = [[ring(arcs, indices) for indices in polygon] for polygon in polygons]
            drawn += [found[country.alpha_3]] if country.alpha_3 in found else []
            found[country.alpha_3] = max(drawn, key=lambda polygon: area(polygon[0]))
    return found


def area(outline: Ring) -> float:
    """The area of a ring, in square degrees of latitude (Gauss's formula)."""
    flat = _flat(outline, _stretch(outline))
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(flat))) / 2


def pole(polygon: Polygon) -> Point:
    """The place inside a polygon that is farthest from its outline."""
    stretch = _stretch(polygon[0])
    rings = [_flat(outline, stretch) for outline in polygon]
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*rings[0], strict=True))
    size = min(east - west, north - south)
    starts = itertools.product(_steps(west, east, size), _steps(south, north, size))
    squares = [_square(rings, x, y, size / 2) for x, y in starts]
    heapq.heapify(squares)
    best = min(squares, key=lambda square: -square[1])
    while squares and -squares[0][0] - best[1] > PRECISION:
        _, _, x, y, half = heapq.heappop(squares)
        for way, up in itertools.product((-half / 2, half / 2), repeat=2):
            square = _square(rings, x + way, y + up, half / 2)
            best = max(best, square, key=lambda square: square[1])
            heapq.heappush(squares, square)
    return Point(near(best[2] / stretch, 0), best[3])


def _square(rings: list[Ring], x: float, y: float, half: float) -> tuple[float, float, float, float, float]:
    """A square as the heap sorts it: the most that it can hold (negative), its middle's distance, and what it is."""
    distance = _distance(rings, x, y)
    return -(distance + half * math.sqrt(2)), distance, x, y, half


def _distance(rings: list[Ring], x: float, y: float) -> float:
    """How far a place is from the outlines; below zero outside."""
    inside, nearest = False, math.inf
    for a, b in (pair for outline in rings for pair in itertools.pairwise(outline)):
        if (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]:
            inside = not inside
        nearest = min(nearest, _to_piece(x, y, a, b))
    return nearest if inside else -nearest


def _to_piece(x: float, y: float, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy) if dx or dy else 0.0
    share = max(0.0, min(1.0, along))
    return math.hypot(x - a[0] - share * dx, y - a[1] - share * dy)


def _steps(low: float, high: float, size: float) -> list[float]:
    return [low + (number + 0.5) * size for number in range(math.ceil((high - low) / size))]


def _stretch(outline: Ring) -> float:
    norths = [point.north for point in outline]
    return math.cos(math.radians((min(norths) + max(norths)) / 2))


def _flat(outline: Ring, stretch: float) -> Ring:
    return [Point(point.east * stretch, point.north) for point in outline]


def _codes() -> set[str]:
    return {country.alpha_3 for country in pycountry.countries}


def _member(package: tarfile.TarFile, name: str) -> bytes:
    file = package.extractfile(f"package/{name}")
    assert file
    return file.read()


def _lock(written: dict[str, bytes]) -> dict[str, Any]:
    source = {"package": f"npm:{PACKAGE}@{VERSION}", "integrity": f"sha512-{INTEGRITY}"}
    facts = {
        LAND: {"from": "land-110m.json", "licence": "ISC; the data of Natural Earth are in the public domain"},
        POINTS: {"from": "countries-50m.json, by tools/geography.py", "licence": "CC-BY-4.0"},
        LICENCE: {"from": "LICENSE", "licence": "ISC"},
    }
    digests = {name: {"sha256": hashlib.sha256(data).hexdigest()} for name, data in written.items()}
    return {name: {**source, **facts[name], **digests[name]} for name in sorted(written)}


def _json(value: Any) -> bytes:
    text = json.dumps(value, indent=1)
    return (re.sub(r"\[\s+([^\s,]+),\s+(\S+)\s+\]", r"[\1, \2]", text) + "\n").encode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
