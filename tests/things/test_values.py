"""Values in words."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from defkg.terms import ID, ONTOLOGY, XSD
from defkg.web.things.properties import natural
from defkg.web.things.values import LONGEST, duration, value

DATE = ONTOLOGY + "date"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P2D", "2 days"),
        ("P1Y2M", "1 year, 2 months"),
        ("PT1H30M", "1 hour, 30 minutes"),
        ("-P1D", "minus 1 day"),
        ("P0D", "0 days"),
        ("soon", "soon"),
        ("P", "P"),
        ("", ""),
    ],
)
def test_a_duration_is_in_words(text: str, words: str) -> None:
    assert duration(text) == words


@pytest.mark.parametrize(
    ("text", "words", "note"),
    [
        ("2018-06", "2018-06", "the month is known, the day is not"),
        ("2012", "2012", "the year is known, the day is not"),
        ("2020-09-09", "2020-09-09", ""),
        ("[..2025-11-05]", "on or before 2025-11-05", ""),
        ("2018-06~", "about 2018-06", ""),
        ("no date", "no date", ""),
    ],
)
def test_a_date_is_as_precise_as_it_is_stated(text: str, words: str, note: str) -> None:
    found = value(Literal(text), {}, DATE)
    assert (found.text, found.note) == (words, note)


def test_a_text_that_looks_like_a_date_is_one_only_as_a_date() -> None:
    assert value(Literal("2012"), {}).note == ""


@pytest.mark.parametrize(("text", "words"), [("true", "yes"), ("1", "yes"), ("false", "no"), ("maybe", "maybe")])
def test_a_truth_value_is_yes_or_no(text: str, words: str) -> None:
    assert value(Literal(text, datatype=NamedNode(XSD + "boolean")), {}).text == words


def test_a_thing_goes_by_its_name_and_leads_to_its_page() -> None:
    found = value(NamedNode(ID + "country/IND"), {ID + "country/IND": "India"})
    assert (found.text, found.href, found.host) == ("India", "/id/country/IND", "")
    assert value(NamedNode(ID + "country/IND"), {}).text == "id:country/IND"


def test_an_address_elsewhere_shows_its_host_and_only_the_web_is_linked() -> None:
    found = value(NamedNode("https://user:secret@www.example.org/a"), {})
    assert found.host == "example.org"
    assert value(NamedNode("javascript:alert(1)"), {}).href == ""
    assert value(NamedNode("http://a\u2100b/"), {}).host == ""


def test_a_long_text_is_cut_and_says_so() -> None:
    found = value(Literal("x" * (LONGEST + 1)), {})
    assert len(found.text) < LONGEST + 5
    assert "2,001" in found.note


def test_a_digest_is_code_and_a_text_in_another_language_says_which() -> None:
    assert value(Literal("ab" * 32), {}).code
    assert value(Literal("Grüße", language="de"), {}).language == "de"
    assert value(Literal("hello", language="en"), {}).language == ""
    assert value(BlankNode("b"), {}).note


def test_numbers_in_names_sort_by_size() -> None:
    assert sorted(["S10", "S2", "a", "S2b", "10", "9"], key=natural) == ["9", "10", "a", "S2", "S2b", "S10"]
    natural("9" * 10_000)
