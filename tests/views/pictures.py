"""Answers to draw, and pictures to look into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, fromstring

from pyoxigraph import Literal, NamedNode

from defkg.terms import ID, XSD, Term
from defkg.views import draw

SVG = "{http://www.w3.org/2000/svg}"
Rows = list[dict[str, Term]]


def thing(name: str) -> NamedNode:
    return NamedNode(ID + name)


def text(words: str) -> Literal:
    return Literal(words, language="en")


def typed(value: str, kind: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + kind))


def number(value: object, kind: str = "integer") -> Literal:
    return typed(str(value), kind)


def row(**values: Term) -> dict[str, Term]:
    return values


def columns(rows: Sequence[Mapping[str, Term]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def picture(
    kind: str, rows: Rows, said: Mapping[str, str] | None = None, labels: Mapping[str, str] | None = None
) -> Element:
    """The picture of an answer, which is there, parsed."""
    drawn = draw(kind, said or {}, columns(rows), rows, labels or {})
    assert drawn is not None
    return fromstring(drawn)


def items(root: Element, name: str) -> dict[str, Element]:
    """What a list of a picture holds, by the sentence that is read for it."""
    found = [part for part in root.iter(SVG + "g") if part.get("aria-label") == name]
    assert len(found) == 1
    return {
        str(entry.findtext(SVG + "title")): entry for entry in found[0].iter(SVG + "g") if entry.get("role") == "img"
    }


def shape(entry: Element, tag: str) -> dict[str, float]:
    """The numbers of the one shape of a kind in an entry."""
    shapes = list(entry.iter(SVG + tag))
    assert len(shapes) == 1
    return {key: float(value) for key, value in shapes[0].attrib.items() if _is_number(value)}


def texts(root: Element) -> list[str]:
    return [str(element.text) for element in root.iter(SVG + "text")]


def description(root: Element) -> str:
    return str(root.findtext(SVG + "desc"))


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
