"""The sheet that a picture is drawn on: SVG that carries its own look, a name, and lists to walk through.

Presentation attributes carry everything, so that a file looks right alone; classes let the site's sheet change colours
in the dark. Source: SVG 1.1, SVG Accessibility API Mappings 1.0, WAI-ARIA 1.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zlib import crc32

from defkg.views.lettering import LINE, SIZE, clean

WIDTH = 720
INK = "currentColor"
ACCENT = "#14507a"


def sheet(kind: str, width: float, height: float, name: str, description: str) -> Element:
    """An empty sheet with its name and a sentence that says what is on it."""
    own = f"view-{kind}-{crc32(f'{name} {description}'.encode()):08x}"
    ids = f"{own}-name", f"{own}-description"
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": f"view view-{kind}", "role": "group"})
    root.attrib |= {"aria-labelledby": ids[0], "aria-describedby": ids[1]}
    root.attrib |= {"width": plain(width), "height": plain(height), "viewBox": f"0 0 {plain(width)} {plain(height)}"}
    root.attrib |= {"font-family": "system-ui, sans-serif", "font-size": str(SIZE), "fill": INK}
    add(root, "title", name, id=ids[0])
    add(root, "desc", description, id=ids[1])
    return root


def text_of(root: Element) -> str:
    """The sheet as text."""
    indent(root, space="")
    return tostring(root, encoding="unicode")


def add(parent: Element, tag: str, text: str = "", /, **attributes: object) -> Element:
    """A new element in a parent; ``font_size`` is written ``font-size``, ``class_`` is ``class``."""
    written = {key.rstrip("_").replace("_", "-"): _value(value) for key, value in attributes.items()}
    element = SubElement(parent, tag, written)
    element.text = text or None
    return element


def plain(number: float) -> str:
    """A number with at most one decimal."""
    rounded = round(float(number), 1)
    return str(int(rounded) if rounded.is_integer() else rounded)


def listing(parent: Element, name: str) -> Element:
    """A list that a screen reader announces by a name."""
    return add(parent, "g", role="list", aria_label=name)


def item(parent: Element, sentence: str) -> Element:
    """An entry of a list: what is drawn in it is read as one sentence, which a pointer shows too."""
    entry = add(add(parent, "g", role="listitem"), "g", role="img")
    add(entry, "title", clean(sentence))
    return entry


def hidden(parent: Element) -> Element:
    """A part for the eye only."""
    return add(parent, "g", aria_hidden="true")


def lines(parent: Element, x: float, y: float, texts: Sequence[str], **attributes: object) -> None:
    """Lines of text, the first with its baseline at ``y``."""
    for number, text in enumerate(texts):
        add(parent, "text", text, x=x, y=y + number * LINE, unicode_bidi="plaintext", **attributes)


def rule(parent: Element, x1: float, y1: float, x2: float, y2: float, opacity: float = 0.2) -> None:
    """A thin line for the eye to follow."""
    add(parent, "path", d=f"M{plain(x1)} {plain(y1)}L{plain(x2)} {plain(y2)}", stroke=INK, stroke_opacity=opacity)


def _value(value: object) -> str:
    return plain(value) if isinstance(value, float) else str(value)
