"""Pictures of patterns: every class one box, every text inside what it belongs to, nothing over another."""

from __future__ import annotations

from itertools import combinations
from xml.etree.ElementTree import Element, fromstring

import pytest

from defkg.views.lettering import breadth
from defkg.views.pattern import SCHEMES, Arrow, draw_pattern, size

SVG = "{http://www.w3.org/2000/svg}"
ARROWS = [
    Arrow("Official", "participates through", "Co-chair participation"),
    Arrow("Co-chair participation", "co-chair in", "Meeting"),
    Arrow("Official", "co-chaired meeting", "Meeting", follows=True),
    Arrow("Meeting", "meeting of", "A mechanism with a name that is much too long for the box that it stands in"),
    Arrow("Meeting", "outcome of", "Official"),
]


def drawn(scheme: str = "light") -> Element:
    return fromstring(draw_pattern("Taking part", "Who & what.", ARROWS, scheme))


def number(element: Element, name: str) -> float:
    return float(element.attrib[name])


def boxes(root: Element) -> list[tuple[Element, list[Element]]]:
    """Each box with its lines of text."""
    entries = [entry for entry in root.iter(f"{SVG}g") if entry.find(f"{SVG}rect") is not None]
    found = [(entry.find(f"{SVG}rect"), entry.findall(f"{SVG}text")) for entry in entries]
    return [(rect, texts) for rect, texts in found if rect is not None]


def test_every_class_is_one_box() -> None:
    assert len(boxes(drawn())) == 4


def test_every_text_is_inside_its_box() -> None:
    for rect, texts in boxes(drawn()):
        assert texts
        for text in texts:
            half = breadth(text.text or "") / 2
            middle, left = number(text, "x"), number(rect, "x")
            assert left <= middle - half
            assert middle + half <= left + number(rect, "width")
            assert number(rect, "y") < number(text, "y") < number(rect, "y") + number(rect, "height")


def test_no_box_is_over_another_and_all_are_on_the_sheet() -> None:
    root = drawn()
    places = [[number(rect, side) for side in ("x", "y", "width", "height")] for rect, _ in boxes(root)]
    for (x1, y1, w1, h1), (x2, y2, w2, h2) in combinations(places, 2):
        assert x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1
    for x, y, wide, tall in places:
        assert 0 <= x <= x + wide <= number(root, "width")
        assert 0 <= y <= y + tall <= number(root, "height")


def test_the_size_is_that_of_the_sheet() -> None:
    root = drawn()
    wide, tall = size(ARROWS)
    assert 0 <= wide - number(root, "width") < 1
    assert 0 <= tall - number(root, "height") < 1


def test_what_follows_is_dashed_and_every_arrow_is_read_out() -> None:
    entries = [entry for entry in drawn().iter(f"{SVG}g") if entry.get("role") == "img"]
    told = {entry.findtext(f"{SVG}title"): entry.find(f"{SVG}path") for entry in entries}
    dashed = {words for words, path in told.items() if path is not None and "stroke-dasharray" in path.attrib}
    assert dashed == {"Official – co-chaired meeting → Meeting (follows)"}
    assert {arrow.sentence for arrow in ARROWS} <= told.keys()


def test_it_has_a_name_and_a_description() -> None:
    root = drawn()
    name, description = (root.find(f"{SVG}{tag}") for tag in ("title", "desc"))
    assert name is not None
    assert description is not None
    assert (name.text, description.text) == ("Taking part", "Who & what.")
    assert (root.attrib["aria-labelledby"], root.attrib["aria-describedby"]) == (name.get("id"), description.get("id"))


def test_light_and_dark_differ_in_their_colours_alone() -> None:
    light, dark = (drawn(scheme) for scheme in SCHEMES)
    assert light.attrib["color"] != dark.attrib["color"]
    assert [e.tag for e in light.iter()] == [e.tag for e in dark.iter()]
    assert [e.text for e in light.iter()] == [e.text for e in dark.iter()]
    with pytest.raises(KeyError):
        drawn("blue")
