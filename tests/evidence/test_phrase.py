"""A phrase in a text: exactly, written otherwise, and nearly."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from defkg.evidence.phrase import KINDS, nearest, occurrences

TEXT = (
    "They said:\n“co‑chaired\u00a0 by Rene\u0301” — and co-chaired again, at the Gru\u0308ne Strasse. 🛡 The end of it."
)


@pytest.mark.parametrize(
    ("phrase", "words", "differs"),
    [
        ("co-chaired again", "co-chaired again", ()),
        ("  The end ", "The end", ()),
        ('"co-chaired by', "“co‑chaired\u00a0 by", (KINDS[0], KINDS[1], KINDS[2])),
        ("said: “co‑chaired", "said:\n“co‑chaired", (KINDS[0],)),
        ("- and", "— and", (KINDS[2],)),
        ("René", "Rene\u0301", (KINDS[3],)),
        ("grüne STRASSE", "Gru\u0308ne Strasse", (KINDS[3], KINDS[4])),
        ("\U0001f6e1 the", "🛡 The", (KINDS[4],)),
    ],
)
def test_phrase_is_found_and_what_differs_is_said(phrase: str, words: str, differs: tuple[str, ...]) -> None:
    (match,) = occurrences(phrase, TEXT)
    assert TEXT[match.span.start : match.span.end] == words
    assert match.differs == differs


def test_every_place_is_found_overlapping_ones_too() -> None:
    assert [match.span.start for match in occurrences("aa", "aaa aa")] == [0, 1, 4]


def test_an_accent_is_not_cut_from_its_letter() -> None:
    (match,) = occurrences("RENÉ", TEXT)
    assert TEXT[match.span.end] == "”"


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("cafe", "a cafe\u0301.", "cafe\u0301"),
        ("cafe", "a cafe\u0301\u0323.", "cafe\u0301\u0323"),
        ("\u0301 or", "a cafe\u0301 or", "e\u0301 or"),
        ("by \U0001f469", "by \U0001f469\u200d\U0001f680.", "by \U0001f469\u200d\U0001f680"),
        ("\U0001f680.", "by \U0001f469\u200d\U0001f680.", "\U0001f469\u200d\U0001f680."),
        ("\U0001f6e1", "by \U0001f6e1\ufe0f.", "\U0001f6e1\ufe0f"),
        ("“", "say “\u0301.", "“\u0301"),
    ],
)
def test_a_letter_is_never_cut_in_two(phrase: str, text: str, words: str) -> None:
    (match,) = occurrences(phrase, text)
    assert text[match.span.start : match.span.end] == words
    assert match.differs


def test_a_whole_letter_goes_before_part_of_one() -> None:
    assert occurrences("cafe", "cafe\u0301 cafe") == [((6, 10), ())]


def test_accents_may_stand_in_either_order() -> None:
    (match,) = occurrences("q\u0323\u0307", "aq\u0307\u0323b")
    assert (match.span, match.differs) == ((1, 4), (KINDS[3],))


def test_other_words_are_not_found() -> None:
    assert occurrences("co-chairs", TEXT) == []


@pytest.mark.parametrize("phrase", ["", " \n ", "\u200b"])
def test_phrase_without_words_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        occurrences(phrase, TEXT)


def test_nearest_part_and_how_like_it_is() -> None:
    found = nearest("co-chared agian, at", TEXT)
    assert found
    (start, end), likeness = found
    assert TEXT[start:end] == "co-chaired again, at"
    assert 0.8 < likeness < 1


@pytest.mark.parametrize(("phrase", "text"), [("zebra crossing", TEXT), ("?!", TEXT), ("word", ""), ("a b c d", "x")])
def test_nothing_near(phrase: str, text: str) -> None:
    assert nearest(phrase, text) is None


@given(st.text(alphabet="ab \n“\"'’-–e\u0301é\u00a0AB\u200d", min_size=1, max_size=40), st.data())
def test_any_part_of_a_text_is_found_at_its_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    at = start + len(part) - len(part.lstrip())
    end = at + len(part.strip())
    assume(part.strip(" \n\u00a0\u200d"))
    assume(not any(text[i : i + 1] in {"\u0301", "\u200d"} or text[i - 1 : i] == "\u200d" for i in (at, end)))
    assert (at, end) in [match.span for match in occurrences(part, text)]


@given(st.text(alphabet="ab “’e\u0301\u200d", min_size=1, max_size=40), st.data())
def test_any_part_of_a_text_is_found_with_the_rest_of_its_letters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))].strip("\u200d ")
    assume(part)
    assert any(part in text[match.span.start : match.span.end] for match in occurrences(part, text))
