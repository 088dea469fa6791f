"""Matrices: what stands in a cell, and what is said where nothing does."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from pyoxigraph import Literal

from defkg.terms import Term
from defkg.views import reason
from tests.views.pictures import SVG, Rows, columns, description, number, picture, text, texts, thing


def row(across: str, down: str, **more: Literal) -> dict[str, Term]:
    return {"a": thing(across), "aLabel": text(across), "b": thing(down), "bLabel": text(down), **more}


def read(root: Element) -> list[list[str]]:
    """The matrix as a screen reader walks it."""
    found = [part for part in root.iter(SVG + "g") if part.get("role") == "row"]
    return [[str(title.text) for title in line.iter(SVG + "title")] for line in found]


def test_matrix_is_read_as_a_table() -> None:
    answer: Rows = [row("R1", "C1", n=number(3)), row("R2", "C2", n=number(1))]
    root = picture("matrix", answer)
    assert read(root) == [
        ["Rows", "C1", "C2"],
        ["R1", "3", "nothing stated"],
        ["R2", "nothing stated", "1"],
    ]
    assert description(root) == "A matrix of 2 rows by 2 columns: 2 cells filled, 2 with nothing stated."


def test_gap_is_seen_and_is_not_zero() -> None:
    answer: Rows = [row("R1", "C1", n=number(0)), row("R2", "C2", n=number(1))]
    assert texts(picture("matrix", answer)) == ["C1", "C2", "R1", "0", "–", "R2", "–", "1"]


def test_values_of_a_cell_are_listed_and_not_added() -> None:
    answer: Rows = [row("R", "C", n=number(n)) for n in (3, 4, 4)]
    assert read(picture("matrix", answer))[1] == ["R", "3; 4"]


def test_note_stands_beside_its_value_and_nowhere_else() -> None:
    answer: Rows = [row("R", "C1", n=number(2)), row("R", "C2", n=number(1), note=Literal("only agreed on"))]
    answer += [row("R", "C2", n=number(3)), row("R", "C3", note=Literal("only agreed on"))]
    said = {"row": "a", "column": "b", "value": "n", "note": "note"}
    assert read(picture("matrix", answer, said))[1] == ["R", "2", "1 (only agreed on); 3", "stated, without a value"]
    assert read(picture("matrix", answer))[1] == ["R", "2", "1 (only agreed on); 3", "stated, without a value"]


def test_without_values_a_mark_or_the_number_of_rows() -> None:
    said = {"row": "a", "column": "b"}
    once: Rows = [row("R1", "C"), row("R2", "C")]
    twice: Rows = [*once, row("R2", "C", n=number(1))]
    assert texts(picture("matrix", once, said)) == ["C", "R1", "●", "R2", "●"]
    assert read(picture("matrix", twice, said))[1:] == [["R1", "1 row"], ["R2", "2 rows"]]
    assert "how many rows of the answer" in description(picture("matrix", twice, said))


def test_row_without_one_side_is_kept() -> None:
    answer: Rows = [row("R1", "C"), {"a": thing("R2"), "aLabel": text("R2")}]
    assert read(picture("matrix", answer)) == [
        ["Rows", "C", "nothing stated"],
        ["R1", "stated", "nothing stated"],
        ["R2", "nothing stated", "stated"],
    ]


def test_things_with_one_label_are_two() -> None:
    answer: Rows = [{"a": thing(x), "aLabel": text("same"), "b": thing("c")} for x in "xy"]
    assert [line[0] for line in read(picture("matrix", answer))] == ["Rows", "same", "same"]


def test_years_may_be_columns_if_the_head_says_so() -> None:
    answer: Rows = [{"a": thing("R"), "year": number(2018)}]
    assert read(picture("matrix", answer, {"row": "a", "column": "year"}))[0] == ["Rows", "2018"]
    assert reason("matrix", {}, columns(answer), answer, {}) == "no column holds what the columns are"


def test_too_many_columns_are_refused() -> None:
    answer: Rows = [row("R", f"C{n}") for n in range(25)]
    assert (
        reason("matrix", {}, columns(answer), answer, {}) == "25 columns are more than a matrix of 24 columns can show"
    )
