"""EDTF text and its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import dates

from defkg.dates import _by_grammar, bounds, members, precision, qualifier


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "kind"),
    [
        ("2012", "2012-01-01", "2012-12-31", "year"),
        ("2018-06", "2018-06-01", "2018-06-30", "month"),
        ("2016-02", "2016-02-01", "2016-02-29", "month"),
        ("2020-09-09", "2020-09-09", "2020-09-09", "day"),
        ("[..2025-11-05]", "None", "2025-11-05", "bounded"),
        ("2023-12/..", "2023-12-01", "None", None),
        ("../2018", "None", "2018-12-31", None),
        ("2018/", "2018-01-01", "None", None),
        ("2018-06-03/", "2018-06-03", "None", None),
        ("2018~/", "2018-01-01", "None", None),
        ("/2018", "None", "2018-12-31", None),
        ("/2018?", "None", "2018-12-31", None),
        ("2018-06~", "2018-06-01", "2018-06-30", None),
        ("[2010,2020]", "2010-01-01", "2020-12-31", None),
    ],
)
def test_bounds_and_precision(text: str, earliest: str, latest: str, kind: str | None) -> None:
    assert tuple(map(str, bounds(text))) == (earliest, latest)
    assert precision(text) == kind


@pytest.mark.parametrize(
    "text", ["2025-02-30", "2025-13", "junk", "", "Jun 18", "0000", "[..2025-02-30]", "2020/2018", "/"]
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match="EDTF"):
        bounds(text)


@given(dates())
def test_common_forms_agree_with_the_grammar(day: object) -> None:
    text = str(day)
    for form in (text, text[:7], text[:4], f"[..{text}]"):
        assert bounds(form) == _by_grammar(form)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2018", ""),
        ("2018-06~", "about"),
        ("2018?/2020", "perhaps"),
        ("2018-06%", "perhaps about"),
        ("?2018-~06", "perhaps about"),
    ],
)
def test_qualifier_in_words(text: str, said: str) -> None:
    assert qualifier(text) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[2010,2020]", ("one of", ["2010", "2020"])),
        ("{2010, 2020}", ("all of", ["2010", "2020"])),
        ("[2010..2020]", ("one of", ["2010..2020"])),
        ("{..2018}", ("all of", ["..2018"])),
        ("[..2018-03,2020]", ("one of", ["..2018-03", "2020"])),
        ("[..2025-11-05]", None),
        ("[2018..]", None),
        ("2010/2020", None),
        ("2018", None),
    ],
)
def test_members_of_a_set(text: str, found: tuple[str, list[str]] | None) -> None:
    assert members(text) == found
