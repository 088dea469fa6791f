"""Bar charts: lengths in proportion, the number in print, and nothing shown that is not there."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal

from defkg.terms import Term
from defkg.views import reason
from tests.views.pictures import Rows, columns, description, items, number, picture, row, shape, text, texts, thing


def rows(*numbers: object, kind: str = "integer") -> Rows:
    return [{"x": thing(f"x/{n}"), "xLabel": text(f"X{n}"), "n": number(v, kind)} for n, v in enumerate(numbers)]


def test_bars_are_as_long_as_their_numbers() -> None:
    found = items(picture("bar", rows(4, 1, 2)), "Numbers")
    lengths = [shape(entry, "rect")["width"] for entry in found.values()]
    assert list(found) == ["X0: 4", "X1: 1", "X2: 2"]
    assert lengths[0] == pytest.approx(4 * lengths[1], rel=0.01)
    assert lengths[0] == pytest.approx(2 * lengths[2], rel=0.01)


def test_numbers_are_printed_as_written_and_zero_is_kept() -> None:
    root = picture("bar", rows("2.50", "0", "17.25", kind="decimal"))
    assert {"2.50", "0", "17.25", "X1"} <= set(texts(root))
    assert description(root) == "3 bars, from 0 to 17.25."
    assert not [e for e in items(root, "Numbers")["X1: 0"].iter() if e.get("class") == "mark"]


def test_nothing_but_zeroes_can_be_drawn() -> None:
    assert description(picture("bar", rows(0, 0))) == "2 bars, from 0 to 0."


def test_row_without_number_is_kept_and_not_called_zero() -> None:
    answer = [*rows(3), row(x=thing("x/9"), xLabel=text("X9"))]
    root = picture("bar", answer)
    assert "X9: not stated" in items(root, "Numbers")
    assert description(root) == "1 bar, from 3 to 3; 1 without a number."


@pytest.mark.parametrize(
    "value", [number(-1), number("INF", "double"), number("NaN", "double"), Literal("3"), thing("x")]
)
def test_what_is_no_number_from_zero_up_does_not_fit(value: Term) -> None:
    answer = [*rows(3), row(x=thing("x/9"), n=value)]
    assert reason("bar", {"label": "x", "number": "n"}, columns(answer), answer, {})
    assert reason("bar", {}, columns(answer), answer, {}) == "no column holds numbers from 0 up"


def test_too_many_bars_are_refused() -> None:
    answer = rows(*range(201))
    assert reason("bar", {}, columns(answer), answer, {}) == "201 rows are more than a chart of 200 bars can show"
