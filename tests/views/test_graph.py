"""Graphs: every row an arrow, no box over another, and cycles drawn all the same."""

from __future__ import annotations

import itertools
from xml.etree.ElementTree import Element

import pytest

from defkg.views import reason
from defkg.views.layering import arrange, heights
from tests.views.pictures import SVG, Rows, columns, description, items, picture, row, shape, text, thing

SAID = {"source": "a", "target": "b"}


def rows(*pairs: str) -> Rows:
    return [
        {"a": thing(pair[0]), "aLabel": text(pair[0]), "b": thing(pair[1]), "bLabel": text(pair[1])} for pair in pairs
    ]


def boxes(root: Element) -> dict[str, tuple[float, float, float, float]]:
    shapes = {name: shape(entry, "rect") for name, entry in items(root, "Things").items()}
    return {name: (r["x"], r["y"], r["x"] + r["width"], r["y"] + r["height"]) for name, r in shapes.items()}


def apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_every_row_is_an_arrow_from_left_to_right() -> None:
    root = picture("graph", rows("ab", "ac", "bd"), SAID)
    at = boxes(root)
    assert list(items(root, "Links")) == ["a → b", "a → c", "b → d"]
    assert at["a"][2] < at["b"][0] < at["b"][2] < at["d"][0]
    assert description(root).startswith("A graph of 3 rows: 4 things and 3 links")


def test_arrow_starts_at_its_source_and_points_at_its_target() -> None:
    root = picture("graph", rows("ab"), SAID)
    line, point = (path.attrib["d"] for path in items(root, "Links")["a → b"].iter(SVG + "path"))
    at = boxes(root)
    assert float(line[1:].split()[0]) == pytest.approx(at["a"][2])
    assert float(point[1:].split()[0]) == pytest.approx(at["b"][0])


def test_words_stand_on_the_arrows() -> None:
    answer = [
        entry | {"predicate": thing(f"p/{n}"), "predicateLabel": text(f"p{n}")}
        for n, entry in enumerate(rows("ab", "ab"))
    ]
    root = picture("graph", answer)
    assert list(items(root, "Links")) == ["a – p0 – → b", "a – p1 – → b"]
    words = [e for e in root.iter(SVG + "text") if str(e.text).startswith("p")]
    assert len({word.attrib["y"] for word in words}) == 2


def test_same_rows_are_one_arrow_and_counted() -> None:
    assert list(items(picture("graph", rows("ab", "ab"), SAID), "Links")) == ["a → b (2 rows)"]


def test_row_with_one_end_is_a_box() -> None:
    root = picture("graph", [*rows("ab"), row(a=thing("c"), aLabel=text("c"))], SAID)
    assert set(boxes(root)) == {"a", "b", "c"}
    assert len(items(root, "Links")) == 1


def test_circles_and_loops_are_drawn_with_all_their_points() -> None:
    links = items(picture("graph", rows("ab", "bc", "ca", "aa"), SAID), "Links")
    assert list(links) == ["a → b", "b → c", "c → a", "a → a"]
    assert all(sum("9z" in path.attrib["d"] for path in entry.iter(SVG + "path")) == 1 for entry in links.values())


def test_closing_line_of_a_circle_points_back() -> None:
    root = picture("graph", rows("ab", "ba"), SAID)
    point = [path.attrib["d"] for path in items(root, "Links")["b → a"].iter(SVG + "path")][1]
    assert float(point[1:].split()[0]) == pytest.approx(boxes(root)["a"][2])


@pytest.mark.parametrize("step", [5, 7, 11])
def test_no_box_is_over_another(step: int) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    pairs = [letters[n % 26] + letters[(n * step + 3) % 26] for n in range(60)]
    found = list(boxes(picture("graph", rows(*pairs), SAID)).values())
    assert len(found) == 26
    assert all(apart(one, other) for one, other in itertools.combinations(found, 2))


def test_lines_go_around_the_boxes_between() -> None:
    layering = arrange(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])
    at = heights(layering, {name: 30.0 for layer in layering.layers for name in layer}, 10.0)
    between = [name for name in layering.paths["a", "c"] if name not in ("a", "c")]
    assert len(between) == 1
    assert abs(at[between[0]] - at["b"]) >= 30


def test_order_takes_crossings_out() -> None:
    layering = arrange(["a", "b", "x", "y"], [("a", "y"), ("b", "x")])
    left, right = layering.layers
    assert [right[0] == "y", right[1] == "y"] == [left[0] == "a", left[1] == "a"]


def test_too_many_things_and_too_long_chains_are_refused() -> None:
    many = [row(a=thing(f"a/{n}"), b=thing("b")) for n in range(60)]
    assert reason("graph", SAID, columns(many), many, {}) == "61 things are more than a graph of 60 things can show"
    chain = [row(a=thing(f"n/{n}"), b=thing(f"n/{n + 1}")) for n in range(16)]
    assert reason("graph", SAID, columns(chain), chain, {}).startswith("a chain of 17 is longer")
    pairs = itertools.islice(itertools.permutations(range(20), 2), 151)
    dense: Rows = [{"a": thing(f"n/{a}"), "b": thing(f"n/{b}")} for a, b in pairs]
    assert reason("graph", SAID, columns(dense), dense, {}).startswith("151 arrows are more")
