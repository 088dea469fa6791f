"""From degrees to pixels: an equirectangular projection, true at the middle of what is shown, cut where nothing is.

Source: Snyder, "Map Projections: A Working Manual" (1987), chapter 12.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from defkg.views.geography import Point, near

_PADDING = 12.0
_NARROWEST, _LOWEST = 75.0, 40.0
_SOUTH, _NORTH = -84.0, 88.0


@dataclass(frozen=True)
class Projection:
    """A window on the world.

    Attributes:
        west, east: its sides in degrees; ``east`` may be past 180.
        south, north: its lower and upper side in degrees.
        scale: pixels for each degree east.
        stretch: how much longer a degree north is drawn.
    """

    west: float
    east: float
    south: float
    north: float
    scale: float
    stretch: float

    @property
    def height(self) -> float:
        """The height of the window in pixels."""
        return (self.north - self.south) * self.scale * self.stretch

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point is drawn, its meridian counted as it is given."""
        return (point.east - self.west) * self.scale, (self.north - point.north) * self.scale * self.stretch

    def inside(self, point: Point) -> Point:
        """The point with its meridian counted so that it is in the window."""
        return Point(near(point.east, (self.west + self.east) / 2), point.north)

    @staticmethod
    def around(shown: Sequence[Point], width: float, tallest: float, lowest: float) -> Projection:
        """A window of a width that holds all points, and enough around them to know the land again.

        Its height is between the two given where the world is large enough for it.
        """
        west, east = _padded(*_shortest(shown), _NARROWEST, 360.0)
        south, north = _padded(min(p.north for p in shown), max(p.north for p in shown), _LOWEST, _NORTH - _SOUTH)
        stretch = 1 / max(0.4, math.cos(math.radians((south + north) / 2)))
        west, east = _padded(west, east, width * (north - south) * stretch / tallest, 360.0, padding=0)
        scale = width / (east - west)
        south, north = _padded(south, north, lowest / (scale * stretch), _NORTH - _SOUTH, padding=0)
        down = max(0.0, north - _NORTH) - max(0.0, _SOUTH - south)
        return Projection(west, east, south - down, north - down, scale, stretch)


def _shortest(shown: Sequence[Point]) -> tuple[float, float]:
    """The shortest stretch of meridians that holds all points, found as what the widest gap leaves."""
    easts = sorted({point.east % 360 for point in shown})
    gaps = [(after - before, after) for before, after in zip(easts, [*easts[1:], easts[0] + 360], strict=True)]
    widest, start = max(gaps)
    west = start - 360 if start > 180 else start
    return west, west + 360 - widest


def _padded(low: float, high: float, least: float, most: float, padding: float = _PADDING) -> tuple[float, float]:
    """A stretch with its middle kept, longer by a padding at both ends, and within two lengths."""
    half, middle = min(max(high - low + 2 * padding, least), most) / 2, (low + high) / 2
    return middle - half, middle + half
