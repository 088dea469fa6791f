"""Characters that deceive a reader."""

from __future__ import annotations

import pytest

from defkg.characters import alike_labels, deceptive, mixed, same_but_for_case, skeleton, unseen
from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.gate import examine
from defkg.project import Project
from defkg.terms import REGISTRY_GRAPH, compact, show, source_graph
from defkg.turtle import read_turtle
from tests.conftest import HEAD

LINES = HEAD.count("\n")


def data(*texts: str) -> Dataset:
    files = [read_turtle(f"{n}.ttl", (HEAD + text).encode()) for n, text in enumerate(texts)]
    assert not [finding for file in files for finding in file.findings]
    return Dataset([(file, REGISTRY_GRAPH) for file in files])


def at(finding: Finding) -> str:
    return f"{finding.place.file}:{finding.place.line - LINES}:{finding.place.column} {compact(finding.rule)}"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("'a\u200bb'", [3]),
        ("'a\u202eb\u202cc'", [3]),
        ("'\u00ad'", [2]),
        (r"'a\u200Bb'", [3]),
        (r"'a\U000E0041b'", [3]),
        (r"'a\\u200Bb'", []),
        ("<http://x/a\u2066b>", [12]),
        ("# a\ufeff", [4]),
        ("'India–Brunei “é” ñ £ ₹ ½ 日本 กองทัพ'", []),
        ("'क्\u200dष می\u200cخواهم 👩\u200d💻'", []),
        ("'a\u200db'", [3]),
        ("'a\tb\nc'", []),
        ("'a\x7fb'", [3]),
    ],
)
def test_an_unseen_character_is_told_where_it_stands(text: str, columns: list[int]) -> None:
    assert [finding.place.column for finding in unseen("a.ttl", text)] == columns


def test_a_line_is_told_once_and_each_line_by_itself() -> None:
    found = list(unseen("a.ttl", "\u200b\u200b\n\n \u200b"))
    assert [(f.place.line, f.place.column) for f in found] == [(1, 1), (3, 2)]
    assert "U+200B ZERO WIDTH SPACE" in found[0].message


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("'Amitаbh Prasad'", [2]),
        ("'the Οfficial'", [6]),
        (r"'the Amit\u0430bh'", [6]),
        ("id:official\\/amitаbh-prasad", [14]),
        ("'Сергей Шойгу, Αθήνα, π = 3, Shoigu'", []),
        ("'Médaille', 'Đặng'", []),
    ],
)
def test_a_word_of_two_scripts_is_told_where_it_begins(text: str, columns: list[int]) -> None:
    assert [finding.place.column for finding in mixed("a.ttl", text)] == columns


def test_what_deceives_is_told_of_the_thing_that_it_is_said_of() -> None:
    text = 'id:place\\/a skos:prefLabel "A" .\nid:place\\/b\n  skos:prefLabel "B\u200b" ; skos:altLabel "Bа" .\n'
    found = list(deceptive(data(text, "# \u200b")))
    assert [(show(thing), at(finding)) for thing, finding in found[:2]] == [
        ("id:place/b", "0.ttl:3:20 checks:invisible-character"),
        ("id:place/b", "0.ttl:3:40 checks:look-alike"),
    ]
    assert at(found[2][1]) == "1.ttl:1:3 checks:invisible-character"


def test_what_deceives_in_an_iri_is_told_where_the_iri_begins() -> None:
    text = "id:place\\/a skos:related <http://x/a\u200b> ;\n  skos:related id:place\\/Bа ; # \u200b\n."
    found = [at(finding) for _, finding in deceptive(data(text))]
    assert found == [
        "0.ttl:1:26 checks:invisible-character",
        "0.ttl:2:16 checks:look-alike",
        "0.ttl:2:33 checks:invisible-character",
    ]


def test_an_iri_that_differs_in_case_is_told_where_it_is_described() -> None:
    text = "id:a\\/X a id:b\\/y . id:c\\/z skos:related id:a\\/x, id:b\\/y . id:d\\/z skos:related id:a\\/x ."
    (found,) = same_but_for_case(data(text, "id:a\\/x skos:related id:a\\/X, id:a\\/X ."))
    assert (show(found[0]), at(found[1])) == ("id:a/X", "0.ttl:1:1 checks:iri-case")
    assert found[1].message == "id:a/X differs only in case from id:a/x"


def test_of_two_used_alike_the_later_is_told() -> None:
    (found,) = same_but_for_case(data("id:a\\/x a id:b\\/y .", "id:a\\/X a id:b\\/y ."))
    assert at(found[1]) == "1.ttl:1:1 checks:iri-case"


def test_an_iri_that_nobody_describes_is_told_wherever_it_is_named() -> None:
    text = "id:a\\/x a id:b\\/y ; skos:note 1 . id:c\\/z skos:related id:a\\/X ."
    found = list(same_but_for_case(data(text, "id:d\\/z skos:related id:a\\/x .")))
    assert [(show(thing), at(finding)) for thing, finding in found] == [("id:c/z", "0.ttl:1:56 checks:iri-case")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Сорре", "Coppe"),
        ("India–Brunei", "India-Brunei"),
        ("Amitabh Prasad", "Amitabh\u00a0 Prasad"),
        ("MILAN", "MlLAN"),
        ("Ｍilan", "Milan"),
        ("Milan\u200b", "Milan"),
    ],
)
def test_labels_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)
    label = "id:a\\/x skos:prefLabel '{}' . id:a\\/y skos:altLabel '{}', '{}'@en ."
    (found,) = alike_labels(data(label.format(one, "other", other)))
    assert (show(found[0]), found[1].rule.rpartition("#")[2]) == ("id:a/y", "look-alike")


def test_labels_that_a_reader_can_tell_or_that_are_the_same_are_left_to_other_rules() -> None:
    one = "id:a\\/x skos:prefLabel 'Милан', 'A', 'A B' ; skos:altLabel 'А' ."
    assert list(alike_labels(data(one, "id:a\\/y skos:prefLabel 'Milan', 'A', 'a b' ."))) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("id:meeting\\/example defkg:hasParty id:country\\/IND, id:country\\/ISR, id:country\\/ІND .", "look-alike"),
        ("id:meeting\\/example defkg:hаsParty id:country\\/IND .", "look-alike"),
        ("id:meeting\\/example defkg:hasParty id:country\\/ind .", "iri-case"),
        ("id:meeting\\/example defkg:hasParty id:country\\/XXX .", "dangling-reference"),
        ("id:country\\/isr a defkg:Country ; skos:prefLabel 'Israel'@en .", "iri-case"),
        ("id:official\\/other a defkg:Official ; skos:prefLabel 'Nаgesh Singh'@en .", "look-alike"),
    ],
)
def test_one_fault_is_told_once(project: Project, dataset: Dataset, text: str, rule: str) -> None:
    file = read_turtle("x.ttl", (HEAD + text).encode())
    whole = Dataset([*dataset.files, (file, source_graph("x"))])
    found = [finding.rule.rpartition("#")[2] for finding in examine(project, whole, only={"x.ttl"})]
    assert found == [rule]


def test_nothing_in_the_repository_deceives(dataset: Dataset) -> None:
    assert [*deceptive(dataset), *same_but_for_case(dataset), *alike_labels(dataset)] == []
