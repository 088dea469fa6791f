"""Sentences by position. All texts are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defkg.scaffold.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["The blue side met.", "The red side did not."],
        ["Lt. Gen. Tran met Dr. A. K. Namuna in the U.S. Embassy.", "They spoke for 2.5 hours."],
        ["It was held in the U.S.", "The next is planned."],
        ["Nobody came on Sept. 5, as para. 3 says.", "So it ended."],
        ["It was in Dec.", "Rain fell."],
        ["It took approx. five days, i.e. a week."],
        ["“We agree.”", "“We do not!”", "(Nobody spoke.)", "Really?", "Yes…", "Well."],
        ["1.", "Defence Cooperation.", "Both sides met."],
        ["The address is example.org/a.html and not b.html"],
    ],
)
def test_sentences_of_one_line(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\u2028"])
def test_a_line_is_a_block_of_its_own(end: str) -> None:
    assert cut(f"A title{end}The text begins. It ends.{end}") == ["A title", "The text begins.", "It ends."]


def test_a_line_goes_on_in_the_next_only_with_a_small_letter_and_no_stop_before_it() -> None:
    assert cut("Both sides met in\nthe old town. They left.") == ["Both sides met in\nthe old town.", "They left."]
    assert cut("Both sides met in\r\nthe old town.") == ["Both sides met in\r\nthe old town."]
    assert cut("They met.\nand left") == ["They met.", "and left"]
    assert cut("They met in\n\nthe old town") == ["They met in", "the old town"]
    assert cut("Present were:\nthe first") == ["Present were:", "the first"]


def test_white_space_around_does_not_count() -> None:
    assert cut("\ufeff  \n\u00a0 One.  \u00a0 Two. \t\n") == ["One.", "Two."]
    assert cut(" \n ") == []
    assert cut(" \nend") == ["end"]


def test_positions_count_code_points() -> None:
    text = "🙂 One. Two."
    assert sentences(text) == [(0, 6), (7, 11)]


@given(st.text(alphabet=st.sampled_from("aB.!? \n\r\t'”(1é🙂")))
def test_sentences_stand_in_order_and_leave_only_white_space(text: str) -> None:
    spans = sentences(text)
    edges = [0, *(position for span in spans for position in span), len(text)]
    assert edges == sorted(edges)
    assert all(text[s:e].strip() == text[s:e] != "" for s, e in spans)
    assert not "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)).strip()
