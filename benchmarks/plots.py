"""Pictures of what was measured, as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from defkg.views.sheet import ACCENT, add, rule, sheet, text_of

COLOURS = (ACCENT, "#b5651d", "#5b7f3a", "#7b4b94", "#555555", "#c03a5b")
_WIDTH, _LEFT, _RIGHT, _BAR, _GAP = 720.0, 150.0, 90.0, 15.0, 14.0
_SIDE, _EDGE = 520.0, 60.0


def bars(title: str, groups: Mapping[str, Mapping[str, float]], unit: str) -> str:
    """Bars in groups: for each group the bars of each engine, with their numbers.

    Args:
        title: what it shows.
        groups: a group's name to engines with their numbers.
        unit: of the numbers.
    """
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    most = max(number for group in groups.values() for number in group.values())
    height = 40 + sum(len(group) * _BAR + _GAP for group in groups.values()) + 30
    root = _paper("bars", _WIDTH, height, title, f"{unit}; the longest bar is {most:,.0f}.")
    top = 40.0
    for label, group in groups.items():
        add(root, "text", label, x=0, y=top + 12, font_weight=600)
        for name, number in group.items():
            _bar(
                root,
                top,
                name,
                number,
                (_WIDTH - _LEFT - _RIGHT) * number / most,
                COLOURS[names.index(name) % len(COLOURS)],
            )
            top += _BAR
        top += _GAP
    _key(root, names, height - 10)
    return text_of(root)


def scatter(title: str, points: Sequence[tuple[str, float, float]], axes: tuple[str, str]) -> str:
    """Points for questions, by the time of one engine and of another, on scales of powers of ten.

    Args:
        title: what it shows.
        points: the question's name, and milliseconds for the horizontal and the vertical axis.
        axes: the names of the engines.
    """
    times = [time for _, *pair in points for time in pair]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    below = sum(down < across for _, across, down in points)
    words = f"{below} of {len(points)} questions lie below the line: {axes[1]} is faster there."
    root = _paper("scatter", _SIDE + 2 * _EDGE, _SIDE + 2 * _EDGE, title, words)

    def at(time: float) -> float:
        return (math.log10(time) - low) / max(1, high - low) * _SIDE

    for power in range(low, high + 1):
        _grid(root, at(10.0**power), f"{10.0**power:g}")
    rule(root, _EDGE, _EDGE + _SIDE, _EDGE + _SIDE, _EDGE, 0.6)
    for name, across, down in points:
        dot = add(
            root, "circle", cx=_EDGE + at(across), cy=_EDGE + _SIDE - at(down), r=4, fill=ACCENT, fill_opacity=0.6
        )
        add(dot, "title", f"{name}: {axes[0]} {across:.1f} ms, {axes[1]} {down:.1f} ms")
    middle = _EDGE + _SIDE / 2
    add(root, "text", f"{axes[0]}, ms", x=middle, y=_SIDE + 2 * _EDGE - 8, text_anchor="middle")
    turned = f"rotate(-90 14 {middle:.0f})"
    add(root, "text", f"{axes[1]}, ms", x=14, y=middle, text_anchor="middle", transform=turned)
    return text_of(root)


def lines(title: str, series: Mapping[str, Mapping[int, float]], unit: str) -> str:
    """A line for each engine over the sizes of graphs.

    Args:
        title: what it shows.
        series: an engine's name to numbers by size.
        unit: of the numbers.
    """
    sizes = sorted({size for line in series.values() for size in line})
    most = max(number for line in series.values() for number in line.values())
    root = _paper("lines", _WIDTH, 380, title, f"{unit}; the highest is {most:,.0f}.")
    step = (_WIDTH - 140) / max(1, len(sizes) - 1)
    for number, size in enumerate(sizes):
        add(root, "text", f"{size:,}", x=80 + number * step, y=330, text_anchor="middle")
    for level in (0, 0.5, 1):
        rule(root, 70, 300 - 250 * level, _WIDTH - 40, 300 - 250 * level)
        add(root, "text", f"{most * level:,.0f}", x=62, y=305 - 250 * level, text_anchor="end")
    for (_, line), colour in zip(series.items(), COLOURS, strict=False):
        places = [(80 + sizes.index(size) * step, 300 - 250 * number / most) for size, number in sorted(line.items())]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        add(root, "path", d=path, fill="none", stroke=colour, stroke_width=2)
        for x, y in places:
            add(root, "circle", cx=x, cy=y, r=4, fill=colour)
    _key(root, list(series), 368)
    return text_of(root)


def _paper(kind: str, width: float, height: float, title: str, description: str) -> Element:
    root = sheet(kind, width, height, title, description)
    root.set("color", "#1a1a1a")
    add(root, "rect", width="100%", height="100%", fill="#ffffff")
    add(root, "text", title, x=0, y=18, font_size=16, font_weight=700)
    return root


def _bar(root: Element, top: float, name: str, number: float, length: float, colour: str) -> None:
    bar = add(root, "rect", x=_LEFT, y=top, width=max(length, 1.0), height=_BAR - 2, fill=colour)
    add(bar, "title", f"{name}: {number:,.0f}")
    add(root, "text", f"{number:,.0f}", x=_LEFT + length + 5, y=top + 11, font_size=12)


def _key(root: Element, names: Sequence[str], y: float) -> None:
    for number, name in enumerate(names):
        x = number * (_WIDTH / max(1, len(names)))
        add(root, "rect", x=x, y=y - 10, width=11, height=11, fill=COLOURS[number % len(COLOURS)])
        add(root, "text", name, x=x + 16, y=y, font_size=12)


def _grid(root: Element, place: float, label: str) -> None:
    rule(root, _EDGE, _EDGE + _SIDE - place, _EDGE + _SIDE, _EDGE + _SIDE - place)
    rule(root, _EDGE + place, _EDGE, _EDGE + place, _EDGE + _SIDE)
    add(root, "text", label, x=_EDGE + place, y=_EDGE + _SIDE + 20, text_anchor="middle", font_size=12)
    add(root, "text", label, x=_EDGE - 6, y=_EDGE + _SIDE - place + 4, text_anchor="end", font_size=12)
