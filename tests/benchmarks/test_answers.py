"""When two engines' answers are the same, and how it is said that they are not."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks.answers import XSD, difference, read


def results(*rows: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {"head": {"vars": ["x"]}, "results": {"bindings": list(rows)}}


def literal(value: str, datatype: str = "", **more: str) -> dict[str, dict[str, str]]:
    return {"x": {"type": "literal", "value": value, **({"datatype": datatype} if datatype else {}), **more}}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (literal("a"), literal("a", XSD + "string")),
        (literal("a"), {"x": {"type": "typed-literal", "value": "a", "datatype": XSD + "string"}}),
        (literal("3", XSD + "integer"), literal("3", XSD + "int")),
        (literal("a", **{"xml:lang": "en"}), literal("a", **{"xml:lang": "EN"})),
        ({"x": {"type": "bnode", "value": "b0"}}, {"x": {"type": "bnode", "value": "n17"}}),
    ],
)
def test_what_is_only_writing_is_no_difference(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert difference(read(results(one)), read(results(other))) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (literal("a"), literal("b")),
        (literal("a"), {"x": {"type": "uri", "value": "a"}}),
        (literal("a"), literal("a", **{"xml:lang": "en"})),
        (literal("a"), {}),
        ({"x": {"type": "bnode", "value": "b0"}}, literal("b0")),
    ],
)
def test_another_term_is_another_row(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert difference(read(results(one)), read(results(other))).startswith("of 1 rows 1 missing and 1 further")


def test_the_order_of_rows_is_no_difference_and_their_number_is_one() -> None:
    one, two = literal("1"), literal("2")
    assert difference(read(results(one, two)), read(results(two, one))) == ""
    assert difference(read(results(one)), read(results(one, one))).startswith("of 1 rows 0 missing and 1 further")
    assert difference(read(results(one, two)), read(results(one))).startswith("of 2 rows 1 missing and 0 further")


def test_other_datatypes_are_named_as_such() -> None:
    said = difference(read(results(literal("true", XSD + "boolean"))), read(results(literal("1", XSD + "integer"))))
    assert said.startswith("the same values with other datatypes: ?x true")


def test_the_truth_of_an_ask_is_compared() -> None:
    assert difference(read({"boolean": True}), read({"boolean": True})) == ""
    assert difference(read({"boolean": True}), read({"boolean": False})) == "False instead of True"
    assert difference(read({"boolean": True}), read(results())) != ""


def test_what_is_no_answer_is_an_error() -> None:
    with pytest.raises(KeyError):
        read({"error": "no"})
