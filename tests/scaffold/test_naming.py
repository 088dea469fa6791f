"""Keys of names, and names that may mean one thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defkg.scaffold.naming import Unnamable, alike, checked, honorific, nearest, slug

SAME = [
    ("Rajesh K Singh", "Rajesh Kumar Singh"),
    ("R. K. Singh", "Rajesh Kumar Singh"),
    ("Singh Rajesh Kumar", "Rajesh Kumar Singh"),
    ("Rajeshkumar Singh", "Rajesh Kumar Singh"),
    ("Singh", "Rajesh Kumar Singh"),
    ("Shri Amitabh Prasad", "Amitabh Prasad"),
    ("Amitab Prasad", "Amitabh Prasad"),
    ("Tarapong Malakam", "Tharapong Malakam"),
    ("Mohammed Ali", "Muhammad Aly"),
    ("Đặng Văn Lâm", "Dang Van Lam"),
    ("José Núñez", "Jose Nunez"),
    ("India–Thailand JWG", "India–Thailand Joint Working Group"),
    ("MoU (India–Thailand)", "Memorandum of Understanding on Defence Cooperation (India–Thailand)"),
    ("Ministry of Defense, India", "Ministry of Defence, India"),
    ("Dharma Gaurdian", "Dharma Guardian"),
]
APART = [
    ("Rajnath Singh", "Rajesh Kumar Singh"),
    ("Nagesh Singh", "Rajesh Kumar Singh"),
    ("Nagesh Singh", "Rajnath Singh"),
    ("R S", "Rajnath Singh"),
    ("Plan 12345", "Plan 12346"),
    ("17th meeting of the JWG", "18th meeting of the JWG"),
    ("Army Staff Talks (India–Japan)", "Navy Staff Talks (India–Japan)"),
    ("Ministry of Defence, Brunei", "Ministry of Defence, India"),
    ("India–Vietnam Joint Working Group", "India–Thailand Joint Working Group"),
    ("Nguyen Van An", "Tran Thi Binh"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_may_mean_one_thing_are_alike(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(("one", "other"), APART)
def test_names_of_two_things_are_not_alike(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_has_no_direction(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Poh Kui Choon", "poh-kui-choon"),
        ("Đặng Văn Lâm", "dang-van-lam"),
        ("Søren O’Brien-Łęcki", "soren-obrien-lecki"),
        ("2+2 Ministerial Dialogue (India–Japan)", "2-plus-2-ministerial-dialogue-india-japan"),
        ("  Research & Development ", "research-and-development"),
    ],
)
def test_key_of_a_name(name: str, key: str) -> None:
    assert slug(name) == key


@given(st.text())
def test_a_key_is_plain_and_its_own_key(name: str) -> None:
    try:
        key = slug(name)
    except Unnamable:
        return
    assert key.isascii()
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not key.startswith("-")
    assert "--" not in key
    assert slug(key) == key


@pytest.mark.parametrize("name", ["", "—", "Rajn\u0430th", "राजनाथ", "プラサド"])
def test_name_without_a_key_is_refused(name: str) -> None:
    with pytest.raises(Unnamable, match="Latin letters"):
        slug(name)


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\u202eb", "a\u200bb", "שלום", "a\x00", "a\u2028b"])
def test_text_with_a_character_that_misleads_is_refused(text: str) -> None:
    with pytest.raises(Unnamable, match=r"U\+"):
        checked(text)


def test_text_is_composed_and_trimmed() -> None:
    assert checked(' Cafe\u0301 "quoted" \\ ') == 'Café "quoted" \\'


@pytest.mark.parametrize(
    ("name", "title"), [("Lt Gen A B Singh", "Lt Gen"), ("Smt. Asha", "Smt."), ("Asha Dr", ""), ("Generosa Diaz", "")]
)
def test_honorific_before_a_name(name: str, title: str) -> None:
    assert honorific(name) == title


def test_nearest_names() -> None:
    assert nearest("hanoy", ["Hanoi", "Tokyo"]) == ["Hanoi"]
    assert nearest("joint sec", ["Joint Secretary", "Ambassador"]) == ["Joint Secretary"]
    assert nearest("xyz", ["Hanoi"]) == []
