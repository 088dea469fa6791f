"""Text in pictures: clean, within its width, and no letter cut."""

from __future__ import annotations

import pytest

from defkg.views.lettering import breadth, clean, wrap


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x00b\tc\n\n d", "a b c d"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\ufffeb\ud800c\ufdd0d", "abcd"),
        ("क\u200dष", "क\u200dष"),
        ("שלום", "שלום"),
        ("  ", ""),
    ],
)
def test_clean(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_clean_shortens_and_says_so() -> None:
    assert clean("x" * 50, 10) == "xxxxxxxxx…"
    assert clean("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize("words", ["one two three four five six seven", "x" * 80, "日本" * 30, "a-b/" * 20, "é" * 60])
@pytest.mark.parametrize("width", [40, 90, 200])
def test_no_line_is_wider_than_asked(words: str, width: int) -> None:
    lines = wrap(words, width, 100)
    assert all(breadth(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def test_what_is_cut_is_marked() -> None:
    for width in range(60, 90):
        lines = wrap("one two three four five six seven eight nine ten", width, 2)
        assert len(lines) == 2
        assert lines[-1].endswith("…")
        assert breadth(lines[-1]) <= width
    assert wrap("", 60, 2) == [""]


def test_letter_keeps_its_marks() -> None:
    letter = "e\u0301\u0323"
    lines = wrap(letter * 40, 50, 100)
    assert len(lines) > 2
    assert all(len(line) % 3 == 0 for line in lines)
    assert clean(letter * 10, 6) == letter + "…"


def test_breadth_knows_wide_and_narrow_letters() -> None:
    assert breadth("iii") < breadth("aaa") < breadth("WWW") < breadth("日本語") * 1.2
    assert breadth("e\u0301") == breadth("e")
