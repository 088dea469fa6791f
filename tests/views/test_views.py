"""Pictures as a whole: what they are made of, what they refuse, and those that the library asks for."""

from __future__ import annotations

import re
import time
from xml.etree.ElementTree import fromstring

import pytest
from pyoxigraph import Literal

from defkg.dataset import Dataset
from defkg.project import Project
from defkg.question import library
from defkg.terms import Term
from defkg.views import KINDS, MOST_ROWS, draw, reason, roles
from defkg.views.geography import points
from tests.conftest import ROOT
from tests.views.pictures import SVG, Rows, columns, number, text, thing, typed

NASTY = "<script>alert(1)</script>&\"'\x00\x07\u202e]]>\ufffe שלום " + "long " * 60
TAGS = {"svg", "title", "desc", "g", "text", "path", "rect", "circle"}
PLAIN = {"row", "column", "label", "what", "source", "target"}
PICTURED = sorted(name for name, question in library(Project.open(ROOT)).items() if question.view.kind != "table")
ROWS: dict[str, Rows] = {
    "timeline": [{"what": thing("meeting/a"), "whatLabel": text("A"), "date": Literal("2018-06")}],
    "matrix": [{"row": thing("a"), "column": thing("b"), "value": number(3)}],
    "bar": [{"label": thing("a"), "labelLabel": text("A"), "number": number(3)}],
    "graph": [{"source": thing("a"), "target": thing("b")}],
    "map": [{"country": thing("country/IND"), "countryLabel": text("India")}],
}


def nasty(kind: str) -> Rows:
    """Rows in which every label is as bad as can be."""
    return [row | {name + "Label": Literal(NASTY) for name in row if "Label" not in name} for row in ROWS[kind]]


def drawn(kind: str, rows: Rows, said: dict[str, str] | None = None) -> str | None:
    return draw(kind, said or {}, columns(rows), rows, {}, "A title & more")


@pytest.fixture(scope="module")
def names(closed: Dataset) -> dict[str, str]:
    found = closed.select("SELECT ?thing ?name WHERE { ?thing skos:prefLabel|rdfs:label|dcterms:title ?name }")
    return {str(row["thing"])[1:-1]: getattr(row["name"], "value", "") for row in found}


@pytest.mark.parametrize("kind", KINDS)
def test_picture_has_nothing_but_shapes_and_words(kind: str) -> None:
    svg = drawn(kind, nasty(kind))
    assert svg is not None
    root = fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= TAGS
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or "href" in name or name == "style"}
    assert not re.search(r"url\(|https?:", svg.replace("http://www.w3.org/2000/svg", ""))


@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_text_without_controls(kind: str) -> None:
    svg = drawn(kind, nasty(kind))
    assert svg is not None
    assert "<script" not in svg
    assert not re.search("[\x00-\x08\u202a-\u202e\ufffe]", svg)
    assert "שלום" in svg


@pytest.mark.parametrize("kind", KINDS)
def test_long_label_is_whole_where_it_is_read(kind: str) -> None:
    svg = drawn(kind, nasty(kind))
    assert svg is not None
    root = fromstring(svg)
    assert any("long " * 59 in str(title.text) for title in root.iter(SVG + "title"))
    assert all(len(str(line.text)) < 260 for line in root.iter(SVG + "text"))


@pytest.mark.parametrize("kind", KINDS)
def test_picture_says_what_it_is(kind: str) -> None:
    svg = drawn(kind, ROWS[kind])
    assert svg is not None
    root = fromstring(svg)
    name, description = root.find(SVG + "title"), root.find(SVG + "desc")
    assert name is not None
    assert description is not None
    assert name.text == f"{kind.capitalize()}: A title & more"
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (name.get("id"), description.get("id"))
    assert re.search(r"\b1\b", str(description.text))


@pytest.mark.parametrize("kind", KINDS)
def test_parts_that_are_read_have_a_role_that_may_be_named(kind: str) -> None:
    svg = drawn(kind, ROWS[kind])
    assert svg is not None
    parents = {child: parent for parent in fromstring(svg).iter() for child in parent}
    allowed = {"listitem": "list", "cell": "row", "rowheader": "row", "columnheader": "row", "row": "table"}
    for element, parent in parents.items():
        role = element.get("role", "")
        assert parent.get("role") == allowed.get(role, parent.get("role"))
        assert element.find(SVG + "title") is None or role in ("img", "columnheader")


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_at_least_twelve_pixels(kind: str) -> None:
    svg = drawn(kind, ROWS[kind])
    assert svg is not None
    root = fromstring(svg)
    assert {float(element.get("font-size", "12")) >= 12 for element in root.iter()} == {True}
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_two_pictures_may_stand_in_one_page() -> None:
    pictures = [draw("bar", {}, columns(ROWS["bar"]), ROWS["bar"], {}, title) for title in ("One", "Two")]
    one, two = (set(re.findall(r'\bid="([^"]+)"', str(svg))) for svg in pictures)
    assert len(one) == 2
    assert not one & two


@pytest.mark.parametrize("kind", KINDS)
def test_same_answer_same_picture(kind: str) -> None:
    assert drawn(kind, ROWS[kind]) == drawn(kind, [dict(row) for row in ROWS[kind]])


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_no_picture(kind: str) -> None:
    assert draw(kind, {}, ["x"], [], {}) is None
    assert reason(kind, {}, ["x"], [], {}) == "there are no rows"


@pytest.mark.parametrize("kind", KINDS)
def test_many_rows_are_refused_with_the_number(kind: str) -> None:
    rows = [{name: _other(term, n) for name, term in ROWS[kind][0].items()} for n in range(MOST_ROWS)]
    started = time.monotonic()
    svg = drawn(kind, rows)
    assert time.monotonic() - started < 10
    assert bool(svg) == (kind == "map")
    assert len(svg or "") < 300_000
    assert svg or re.search(r"[\d,]+ .* more than", reason(kind, {}, columns(rows), rows, {}))
    assert "10,001 rows" in reason(kind, {}, columns(rows), [*rows, rows[0]], {})


def _other(term: Term, number: int) -> Term:
    """Another term of the same sort, for each number another one; but there are only so many countries."""
    if isinstance(term, Literal):
        return Literal(str(number), datatype=term.datatype) if term.value.isdigit() else term
    codes = sorted(points())
    return thing(f"country/{codes[number % len(codes)]}" if "country" in str(term) else f"x/{number}")


@pytest.mark.parametrize("kind", KINDS)
def test_roles_are_those_that_a_head_may_name(kind: str) -> None:
    rows, names = ROWS[kind], set(roles(kind))
    said = {name: name for name in rows[0] if name in names}
    assert drawn(kind, rows, said)
    assert drawn(kind, rows, {"weather": "x"}) is None
    assert "'weather'" in reason(kind, {"weather": "x"}, columns(rows), rows, {})
    assert "no column 'gone'" in reason(kind, {roles(kind)[0]: "gone"}, columns(rows), rows, {})


def test_columns_that_do_not_fit_are_named() -> None:
    rows: Rows = [{"label": thing("a"), "number": typed("2020-01-01", "date")}]
    assert reason("bar", {}, columns(rows), rows, {}) == "no column holds numbers from 0 up"
    said = {"number": "number"}
    assert reason("bar", said, columns(rows), rows, {}) == "the column 'number' does not hold numbers from 0 up"
    assert reason("map", {"country": "label"}, columns(rows), rows, {}) == "the column 'label' does not hold countries"
    assert reason("pie", {}, columns(rows), rows, {}).startswith("there is no view 'pie', only timeline")
    assert reason("bar", {}, columns(ROWS["bar"]), ROWS["bar"], {}) == ""


def test_label_comes_from_the_column_beside_then_the_labels_then_the_iri() -> None:
    rows: Rows = [{"x": thing("a"), "n": number(1)}]
    beside: Rows = [{"x": thing("a"), "xTitle": text("beside"), "n": number(1)}]
    labels = {thing("a").value: "given"}
    assert ">beside<" in str(draw("bar", {}, columns(beside), beside, labels))
    assert ">given<" in str(draw("bar", {}, columns(rows), rows, labels))
    assert ">id:a<" in str(draw("bar", {}, columns(rows), rows, {}))


def test_head_may_name_the_label_column() -> None:
    rows: Rows = [{"a": thing(x), "aLabel": text("same"), "b": thing("z")} for x in "xy"]
    svg = draw("graph", {"source": "aLabel", "target": "b"}, columns(rows), rows, {})
    assert str(svg).count("<title>same</title>") == 2


@pytest.mark.parametrize("name", PICTURED)
def test_every_view_of_the_library_draws(closed: Dataset, names: dict[str, str], name: str) -> None:
    question = library(Project.open(ROOT))[name]
    assert set(question.view.columns) <= set(roles(question.view.kind))
    rows = closed.select(question.bind(question.defaults()))
    known = list(dict.fromkeys(re.findall(r"\?(\w+)", question.sparql)))
    why = reason(question.view.kind, question.view.columns, known, rows, names)
    assert why == ("" if rows else "there are no rows")


def test_all_kinds_are_in_the_library() -> None:
    kinds = {question.view.kind for question in library(Project.open(ROOT)).values()}
    assert kinds == {"table", *KINDS}
