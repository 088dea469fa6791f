"""The names of a graph, and the things that a text may mean."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from defkg import index as module
from defkg.index import Index
from defkg.spelling import Words, distance, folded
from defkg.terms import ID, XSD, Term

NAMES = [
    ("official/amitabh-prasad", "Amitabh Prasad", 0),
    ("exercise/veer-guardian", "Veer Guardian", 0),
    ("exercise/veer-guardian", "Veer Gaurdian", 5),
    ("exercise/dharma-guardian", "Dharma Guardian", 0),
    ("country/IND", "India", 0),
    ("country/IND", "IND", 4),
    ("organisation/indian-navy", "Indian Navy", 0),
    ("organisation/coastguard", "Coastguard of India", 0),
    ("place/sao", "São Paulo", 0),
    ("mechanism/2-plus-2", "2+2 Dialogue (India–Japan)", 0),
    ("mechanism/jwg", "India–Japan Joint Working Group", 0),
    ("mechanism/jwg", "Joint Working Group of India", 3),
]
WORD = st.text("abc", max_size=6)


class Rows:
    """The names as an engine gives them, so many at a time."""

    def __init__(self, names: Sequence[tuple[str, str, int]]) -> None:
        self.names = names
        self.asked: list[tuple[int, int]] = []
        self.fails_at = -1

    def __call__(self, query: str) -> list[dict[str, Term]]:
        limit, offset = map(int, re.findall(r"(?:LIMIT|OFFSET) (\d+)", query))
        if offset == self.fails_at:
            self.fails_at = -1
            raise TimeoutError
        self.asked.append((limit, offset))
        return [_row(*name) for name in self.names[offset : offset + limit]]


def _row(key: str, name: str, rank: int) -> dict[str, Term]:
    number = Literal(str(rank), datatype=NamedNode(XSD + "integer"))
    return {"thing": NamedNode(ID + key), "name": Literal(name), "rank": number}


@pytest.fixture(scope="module")
def index() -> Index:
    made = Index()
    assert made.read(Rows(NAMES), 5)
    return made


def keys(index: Index, text: str) -> list[tuple[str, str]]:
    return [(one.iri.removeprefix(ID), one.fit) for one in index.find(text)]


@pytest.mark.parametrize(
    ("text", "first", "fit", "how"),
    [
        ("amitabh prasad", "official/amitabh-prasad", "same", "label"),
        ("  PRASAD   amitabh ", "official/amitabh-prasad", "contains", "label"),
        ("amit", "official/amitabh-prasad", "begins", "label"),
        ("pras am", "official/amitabh-prasad", "contains", "label"),
        ("Amitab Prassad", "official/amitabh-prasad", "near", "label"),
        ("veer gaurdian", "exercise/veer-guardian", "same", "misspelling in a document"),
        ("dharma gaurdian", "exercise/dharma-guardian", "near", "label"),
        ("ind", "country/IND", "same", "code"),
        ("india japan", "mechanism/jwg", "begins", "label"),
        ("India-Japan Joint Working Group", "mechanism/jwg", "same", "label"),
        ("group of india joint", "mechanism/jwg", "contains", "another name"),
        ("sao paulo", "place/sao", "same", "label"),
        ("SÃO PAULO", "place/sao", "same", "label"),
        ("sa\u0303o", "place/sao", "begins", "label"),
        ("2+2", "mechanism/2-plus-2", "begins", "label"),
        ("2 + 2 dialogue", "mechanism/2-plus-2", "begins", "label"),
        ("stguard", "organisation/coastguard", "contains", "label"),
        ("jiont wokring", "mechanism/jwg", "near", "label"),
    ],
)
def test_a_text_finds_its_thing_first(index: Index, text: str, first: str, fit: str, how: str) -> None:
    found = index.find(text)[0]
    assert (found.iri, found.fit, found.how) == (ID + first, fit, how)


def test_exact_comes_before_beginnings_and_these_before_the_rest(index: Index) -> None:
    assert keys(index, "india") == [
        ("country/IND", "same"),
        ("organisation/indian-navy", "begins"),
        ("mechanism/jwg", "begins"),
        ("organisation/coastguard", "contains"),
        ("mechanism/2-plus-2", "contains"),
    ]


@pytest.mark.parametrize("text", ["", " ", "+", "\x00", "xqzw", "prasad xqzw", "a" * 5_000, "🦀", "ab " * 500])
def test_what_is_nothing_finds_nothing(index: Index, text: str) -> None:
    assert list(index.find(text)) == []
    assert index.exact(text) == []


def test_what_was_nearly_typed_is_offered(index: Index) -> None:
    assert index.like("amitba xq") == "amitabh"
    assert index.like("prasad") == ""
    assert index.like("xq zw prasad") == ""


def test_hits_are_counted_and_chosen_by_kind(index: Index) -> None:
    hits = index.find("india")
    assert dict(hits.kinds()) == {"country": 1, "organisation": 2, "mechanism": 2}
    assert [one.iri for one in hits.of("organisation")] == [
        f"{ID}organisation/indian-navy",
        f"{ID}organisation/coastguard",
    ]
    assert [one.iri for one in hits[1:3]] == [one.iri for one in list(hits)[1:3]]


def test_a_thing_is_called_by_its_first_name(index: Index) -> None:
    assert index.label(ID + "exercise/veer-guardian") == "Veer Guardian"
    assert index.label(ID + "country/IND") == "India"
    assert index.label(ID + "nothing/here") == ""


def test_names_are_read_once_in_batches_and_go_on_where_an_error_ended_them() -> None:
    made, rows = Index(), Rows(NAMES)
    rows.fails_at = 5
    with pytest.raises(TimeoutError):
        made.read(rows, 5)
    assert list(made.find("prasad")) == []
    assert made.read(rows, 5)
    assert made.read(rows, 5)
    assert rows.asked == [(5, 0), (5, 5), (5, 10), (5, 15)]
    assert len(made.names) == len(NAMES)


def test_whoever_comes_while_names_are_read_is_told_so() -> None:
    made, rows, reading, go_on = Index(), Rows(NAMES), threading.Event(), threading.Event()

    def slow(query: str) -> list[dict[str, Term]]:
        reading.set()
        assert go_on.wait(10)
        return rows(query)

    other = threading.Thread(target=made.read, args=(slow, 50))
    other.start()
    assert reading.wait(10)
    assert made.read(rows, 50, patience=0) is False
    go_on.set()
    other.join(10)
    assert made.read(rows, 50, patience=0) is True


def test_more_names_than_are_held_are_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 5)
    made, rows = Index(), Rows(NAMES)
    made.read(rows, 5)
    assert (made.cut, len(made.names), rows.asked) == (True, 5, [(5, 0)])


def test_things_can_be_left_out() -> None:
    made = Index()
    made.read(Rows(NAMES), 100, {ID + "country/IND"})
    assert made.exact("IND") == []


@pytest.mark.parametrize(
    ("one", "two", "away"),
    [
        ("guardian", "gaurdian", 1),
        ("prasad", "prassad", 1),
        ("abc", "", 3),
        ("", "ab", 2),
        ("ca", "abc", 3),
        ("a", "a", 0),
    ],
)
def test_distance(one: str, two: str, away: int) -> None:
    assert distance(one, two) == away


@given(WORD, WORD)
def test_distance_is_the_same_both_ways_and_one_for_one_change(one: str, two: str) -> None:
    assert distance(one, two) == distance(two, one) <= max(len(one), len(two))
    assert (distance(one, two) == 0) == (one == two)
    assert distance(one, one + "x") == 1


@given(st.lists(st.text("abcd", min_size=1, max_size=8)), st.text("abcd", min_size=2, max_size=5))
def test_words_that_begin_with_a_text_or_hold_it_are_all_found(words: list[str], part: str) -> None:
    made = Words()
    for number, word in enumerate(words):
        made.add(word, number)
    made.close()
    assert made.beginning(part) == sorted({word for word in words if word.startswith(part)})
    if len(part) > 2:
        assert made.holding(part) == sorted({word for word in words if part in word})


def test_folding() -> None:
    assert folded("  India–Brunei (JWG), Çà_et là ") == "india brunei jwg ca et la"
    assert folded("Straße ﬁne Ⅳ") == "strasse fine iv"
