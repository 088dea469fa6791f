"""A pattern of an ontology: its classes as boxes, its properties as arrows with their names, from left to right.

It stands alone, without a style sheet: the colours are in its attributes, once for light pages and once for dark ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import NamedTuple
from xml.etree.ElementTree import Element

from defkg.views.layering import Layering, arrange, heights
from defkg.views.lettering import LINE, breadth, wrap
from defkg.views.sheet import INK, add, item, lines, listing, plain, sheet, text_of

_INKS = {"light": ("#1c2126", "#14507a"), "dark": ("#e3e5e1", "#8fc1e8")}
SCHEMES = tuple(_INKS)
_WIDEST, _SPACE, _GAP, _PAD, _MARGIN = 150.0, 22.0, 12.0, 8.0, 5.0


class Arrow(NamedTuple):
    """What may be said of a thing of one class: that it has this relation to one of the other.

    Attributes:
        source: the label of the class that it starts at.
        word: the label of the property.
        target: the label of the class that it ends at.
        follows: whether it is concluded, and never written down.
    """

    source: str
    word: str
    target: str
    follows: bool = False

    @property
    def stop(self) -> str:
        """The name of the place on the way where its word stands."""
        return f"\1{self.source}\1{self.word}\1{self.target}"

    @property
    def sentence(self) -> str:
        """The arrow in words."""
        return f"{self.source} – {self.word} → {self.target}" + (" (follows)" if self.follows else "")


class _Drawing(NamedTuple):
    """Where everything stands: lines of text, widths, and the middle of each box, word and passage."""

    layering: Layering
    texts: dict[str, list[str]]
    wide: dict[str, float]
    at: dict[str, tuple[float, float]]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height with a margin around."""
        right = max(self.ends(name)[1] for name in self.at)
        bottom = max(y + len(self.texts.get(name, ())) * LINE / 2 + _PAD for name, (_, y) in self.at.items())
        return right + _MARGIN, bottom + _MARGIN

    def ends(self, name: str) -> tuple[float, float, float]:
        """Left, right and height at which lines meet it."""
        (x, y), half = self.at[name], self.wide[name] / 2
        return x - half, x + half, y


def draw_pattern(name: str, description: str, arrows: Sequence[Arrow], scheme: str = "light") -> str:
    """The picture of a pattern as SVG, to stand alone.

    Args:
        name: what it is called.
        description: what it shows, in a sentence.
        arrows: its arrows; each class is one box.
        scheme: the pages that it is for: light or dark.

    Raises:
        KeyError: there is no such scheme.
    """
    ink, accent = _INKS[scheme]
    drawing = _arranged(arrows)
    root = sheet("pattern", *drawing.size, name, description)
    root.set("color", ink)
    links = listing(root, "Properties")
    for arrow in arrows:
        _draw_arrow(links, arrow, drawing)
    boxes = listing(root, "Classes")
    for box in dict.fromkeys(end for arrow in arrows for end in (arrow.source, arrow.target)):
        _draw_box(boxes, box, drawing, accent)
    return text_of(root)


def size(arrows: Sequence[Arrow]) -> tuple[int, int]:
    """Width and height of the picture of a pattern, in pixels, rounded up."""
    width, height = _arranged(arrows).size
    return ceil(width), ceil(height)


def _arranged(arrows: Sequence[Arrow]) -> _Drawing:
    boxes = dict.fromkeys(end for arrow in arrows for end in (arrow.source, arrow.target))
    texts = {box: wrap(box, _WIDEST, 3) for box in boxes} | {a.stop: wrap(a.word, _WIDEST, 2) for a in arrows}
    steps = [step for arrow in arrows for step in _steps(arrow)]
    layering = arrange(list(texts), steps)
    wide = {name: max(map(breadth, text)) + (2 * _PAD if name in boxes else 6) for name, text in texts.items()}
    tall = {name: len(text) * LINE + (_PAD if name in boxes else 0) for name, text in texts.items()}
    wide |= {name: 0.0 for layer in layering.layers for name in layer if name not in wide}
    tall |= {name: 4.0 for layer in layering.layers for name in layer if name not in tall}
    middles, left = heights(layering, tall, _GAP), _MARGIN
    at: dict[str, tuple[float, float]] = {}
    for layer in layering.layers:
        width = max(wide[name] for name in layer)
        wide |= {name: width for name in layer if name not in texts}  # a passage is as wide as what stands over it
        at |= {name: (left + width / 2, _MARGIN + middles[name]) for name in layer}
        left += width + _SPACE
    return _Drawing(layering, texts, wide, at)


def _steps(arrow: Arrow) -> tuple[tuple[str, str], tuple[str, str]]:
    return (arrow.source, arrow.stop), (arrow.stop, arrow.target)


def _draw_arrow(links: Element, arrow: Arrow, drawing: _Drawing) -> None:
    entry = item(links, arrow.sentence)
    for step in _steps(arrow):
        path, back = drawing.layering.paths[step], step in drawing.layering.reversed
        dashes = {"stroke_dasharray": "5 4"} if arrow.follows else {}
        drawn = _line(path, drawing)
        add(entry, "path", d=drawn, fill="none", stroke=INK, stroke_opacity=0.6, stroke_width=1.3, **dashes)
        if step[1] == arrow.target:
            left, right, y = drawing.ends(arrow.target)
            way, x = (1, right) if back else (-1, left)
            add(entry, "path", d=f"M{plain(x)} {plain(y)}l{way * 8} -4v8z")
    x, y = drawing.at[arrow.stop]
    text = drawing.texts[arrow.stop]
    lines(entry, x, y - len(text) * LINE / 2 + LINE - 4, text, text_anchor="middle", font_style="italic")


def _line(path: Sequence[str], drawing: _Drawing) -> str:
    """A curve from each box or word to the next, and straight through passages."""
    drawn = ""
    for start, end in pairwise(path):
        (_, x1, y1), (x2, _, y2) = drawing.ends(start), drawing.ends(end)
        middle, low = plain((x1 + x2) / 2), plain(y2)
        drawn += f"M{plain(x1)} {plain(y1)}C{middle} {plain(y1)} {middle} {low} {plain(x2)} {low}"
        drawn += f"H{plain(drawing.ends(end)[1])}" if end not in drawing.texts else ""
    return drawn


def _draw_box(boxes: Element, box: str, drawing: _Drawing, accent: str) -> None:
    entry, text = item(boxes, box), drawing.texts[box]
    left, right, y = drawing.ends(box)
    tall = len(text) * LINE + _PAD
    place = {"x": left, "y": y - tall / 2, "width": right - left, "height": tall, "rx": 4}
    add(entry, "rect", **place, fill=accent, fill_opacity=0.12, stroke=accent)
    lines(entry, (left + right) / 2, y - len(text) * LINE / 2 + LINE - 4, text, text_anchor="middle")
