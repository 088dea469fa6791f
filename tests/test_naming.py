"""Names and things: what is typed becomes an IRI, and what is near is told."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.naming import Named, Names, labels
from defkg.question import Parameter, QuestionError
from defkg.terms import ID, ONTOLOGY, Term

OFFICIAL = Parameter("official", "thing", kind=ONTOLOGY + "Official")
EXERCISE = Parameter("exercise", "thing", kind=ONTOLOGY + "Exercise")
COUNTRY = Parameter("country", "thing", kind=ONTOLOGY + "Country")
DOCUMENT = Parameter("document", "thing", kind=ONTOLOGY + "SourceDocument")


@pytest.fixture(scope="module")
def names(closed: Dataset) -> Names:
    return Names.read(closed.select, [p.kind for p in (OFFICIAL, EXERCISE, COUNTRY, DOCUMENT)])


@pytest.mark.parametrize(
    "text",
    [
        "Amitabh Prasad",
        "amitabh  PRASAD ",
        "id:official/amitabh-prasad",
        " id:official/amitabh-prasad ",
        ID + "official/amitabh-prasad",
        f"<{ID}official/amitabh-prasad>",
    ],
)
def test_thing_is_picked_by_label_or_iri(names: Names, text: str) -> None:
    assert names.pick(OFFICIAL, text) == NamedNode(ID + "official/amitabh-prasad")


def test_country_is_picked_by_its_code(names: Names) -> None:
    assert names.pick(COUNTRY, "brn") == NamedNode(ID + "country/BRN")


def test_country_is_picked_by_another_name(names: Names) -> None:
    assert names.pick(COUNTRY, "Brunei Darussalam") == NamedNode(ID + "country/BRN")


def test_misspelling_of_a_source_leads_to_the_right_thing(names: Names) -> None:
    assert names.pick(EXERCISE, "Veer Gaurdian") == NamedNode(ID + "exercise/veer-guardian")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Amitab Prasad", "did you mean 'Amitabh Prasad'"),
        ("id:official/nobody", "nothing here is id:official/nobody: official must be a defkg:Official"),
        ("id:country/IND", "nothing here is id:country/IND"),
        ("urn:isbn:1", "nothing here is urn:isbn:1"),
        ("zzzzzzzz", "such as '"),
        ("nowhere:x> } #", "nothing is called"),
        ("http://x/> } DROP", "is no IRI"),
        ("<http://x/\n>", "is no IRI"),
        ("x" * 5_000, "nothing is called 'xxx"),
    ],
)
def test_what_names_nothing_is_refused_with_what_is_accepted(names: Names, text: str, said: str) -> None:
    with pytest.raises(QuestionError) as error:
        names.pick(OFFICIAL, text)
    assert said in str(error.value)
    assert len(str(error.value)) < 400


def named(officials: dict[str, str]) -> Names:
    rows: list[dict[str, Term]] = [
        {"kind": NamedNode(OFFICIAL.kind), "thing": NamedNode(f"{ID}official/{key}"), "name": Literal(name)}
        for key, name in officials.items()
    ]
    return Names.read(lambda _: rows, [OFFICIAL.kind])


def test_two_things_of_one_name_are_both_told() -> None:
    names = named({"a": "A Namesake", "b": "A Namesake"})
    with pytest.raises(QuestionError, match="several things: id:official/a, id:official/b"):
        names.pick(OFFICIAL, "a namesake")


def test_things_of_a_class_are_sorted_by_label() -> None:
    found = named({"d": "b", "c": "C", "a": "B", "b": "a"}).of(OFFICIAL.kind)
    assert [(thing.label, thing.iri[-1]) for thing in found] == [("a", "b"), ("B", "a"), ("b", "d"), ("C", "c")]


def test_thing_is_called_by_its_first_name(names: Names) -> None:
    assert Named(ID + "country/BRN", "Brunei") in names.of(COUNTRY.kind)


def test_class_whose_names_were_not_read_has_nothing(names: Names) -> None:
    assert names.of(ONTOLOGY + "Nothing") == []


def test_document_is_called_by_its_title(names: Names, closed: Dataset) -> None:
    assert all(named.label and not named.label.startswith("id:") for named in names.of(DOCUMENT.kind))
    iris = [named.iri for named in names.of(DOCUMENT.kind)]
    assert labels(closed.select, iris) == {named.iri: named.label for named in names.of(DOCUMENT.kind)}


def test_labels_of_many_things_are_asked_in_batches(closed: Dataset) -> None:
    asked: list[str] = []

    def select(query: str) -> list[dict[str, object]]:
        asked.append(query)
        return closed.select(query)  # type: ignore[return-value]

    iris = [f"{ID}country/{number}" for number in range(1_200)] + [ID + "country/IND"]
    assert labels(select, iris) == {ID + "country/IND": "India"}  # type: ignore[arg-type]
    assert len(asked) == 3
