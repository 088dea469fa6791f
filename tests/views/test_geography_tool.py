"""The points of countries: inside their polygon, far from its outline."""

from __future__ import annotations

import pytest
from tools.geography import area, largest, pole

from defkg.views.geography import Point


def square(west: float, south: float, size: float) -> list[Point]:
    corners = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    return [Point(west + x, south + y) for x, y in corners]


def test_pole_of_a_square_is_its_middle() -> None:
    assert pole([square(10, -1, 2)]) == pytest.approx((11, 0), abs=0.1)


def test_pole_is_in_the_broad_part_and_not_in_a_hole() -> None:
    narrow = [Point(x, y) for x, y in [(0, 0), (10, 0), (10, 4), (9, 4), (9, 1), (0, 1), (0, 0)]]
    assert pole([narrow]).east > 9
    holed = pole([square(0, -5, 10), square(1, -4, 8)])
    assert not (1 < holed.east < 9 and -4 < holed.north < 4)


def test_area_shrinks_towards_the_pole() -> None:
    assert area(square(0, 60, 2)) == pytest.approx(area(square(0, -1, 2)) / 2, rel=0.05)


def test_largest_polygon_of_each_country_with_a_code() -> None:
    arcs = [[[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1]], [[50, 0], [9, 0], [0, 9], [-9, 0], [0, -9]]]
    india = {"type": "MultiPolygon", "id": "356", "arcs": [[[0]], [[1]]]}
    none = {"type": "Polygon", "arcs": [[0]]}
    topology = {
        "arcs": arcs,
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "objects": {"countries": {"geometries": [india, none]}},
    }
    found = largest(topology)
    assert list(found) == ["IND"]
    assert found["IND"][0][0] == Point(50, 0)
