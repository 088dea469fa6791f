"""What to call things that have no label."""

from __future__ import annotations

import pytest

from defkg.dataset import Dataset
from defkg.terms import ID
from defkg.web.called import LONGEST, called, shortened

SLUG = "2025-12-09-pti-india-brunei-jwg"
TITLE = "PTI report on India–Brunei defence ties and the inaugural Joint Working Group meeting"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("country/IND", "India"),
        (f"source/{SLUG}", TITLE),
        (f"passage/{SLUG}-s2", f"S2 of “{TITLE}”"),
        (
            "participation/meeting-india-brunei-jwg-1--amitabh-prasad--co-chair",
            "Amitabh Prasad at Inaugural meeting of the India–Brunei Joint Working Group on Defence Cooperation",
        ),
        ("nothing/at-all", "id:nothing/at-all"),
    ],
)
def test_a_thing_is_called_by_what_it_is(closed: Dataset, key: str, name: str) -> None:
    assert called(closed.select, [ID + key]) == {ID + key: name}


def test_a_statement_goes_by_what_it_says(closed: Dataset) -> None:
    iri = f"{ID}statement/{SLUG}-s3-capacity-building"
    assert called(closed.select, [iri])[iri].startswith("By the account of the ministry, capacity building")


def test_everything_in_the_data_has_a_name_of_its_own(closed: Dataset) -> None:
    rows = closed.select(f'SELECT DISTINCT ?x WHERE {{ ?x a ?c FILTER (STRSTARTS(STR(?x), "{ID}")) }}')
    things = {str(row["x"])[1:-1] for row in rows}
    names = called(closed.select, things)
    assert names.keys() == things
    assert [iri for iri, name in names.items() if name.startswith("id:")] == []


def test_a_long_text_is_cut_at_a_word() -> None:
    assert shortened("short") == "short"
    cut = shortened("word " * 100)
    assert cut.endswith("word …")
    assert len(cut) <= LONGEST + 2
    assert shortened("x" * 500).endswith(" …")


def test_what_is_no_iri_goes_by_its_own_text(closed: Dataset) -> None:
    assert called(closed.select, ["a b", ""]) == {"a b": "a b", "": ""}
