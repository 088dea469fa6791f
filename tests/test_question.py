"""The question library: heads, binding, and every expected answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.picking import pick
from defkg.project import Project
from defkg.question import Parameter, Question, QuestionError, library, split_head
from defkg.terms import ID, ONTOLOGY, Term, compact
from tests.conftest import ROOT

LIBRARY = library(Project.open(ROOT))
CASES = [
    (question.name, number, case)
    for question in LIBRARY.values()
    for number, case in enumerate([{"parameters": {}, "expected": question.expected}, *question.cases])
]
OFFICIAL = Parameter("official", "thing", kind=ONTOLOGY + "Official")


def answer(closed: Dataset, name: str, given: dict[str, Any]) -> list[dict[str, str]]:
    question = LIBRARY[name]
    parameters = {p.name: p for p in question.parameters}
    values = question.defaults() | {key: parameters[key].term(str(value)) for key, value in given.items()}
    rows = closed.select(question.bind(values))
    return [{key: plain(term) for key, term in row.items()} for row in rows]


def plain(term: Term) -> str:
    return compact(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", term))


@pytest.mark.parametrize(("name", "number", "case"), CASES, ids=[f"{name}-{number}" for name, number, _ in CASES])
def test_answer_is_as_expected(closed: Dataset, name: str, number: int, case: dict[str, Any]) -> None:
    assert answer(closed, name, case.get("parameters") or {}) == (case.get("expected") or [])


def test_questions_that_must_find_nothing_are_among_them() -> None:
    silent = {name for name, number, case in CASES if not case.get("expected")}
    wanted = {
        "co-chaired-meetings-of-mechanism",
        "co-chairs-of-meeting",
        "signatories-of-agreement",
        "documents-that-date-agreement",
    }
    assert wanted <= silent
    assert len(LIBRARY) >= 36


def test_expected_rows_can_fail(broken: Any) -> None:
    jwg = r"id:participation\/meeting-india-israel-jwg-17--rajesh-kumar-singh--delegation-head"
    data = broken(add=rf"{jwg} defkg:coChairIn id:meeting\/india-israel-jwg-17 .")
    assert answer(data, "co-chairs-of-meeting", {}) != LIBRARY["co-chairs-of-meeting"].expected


def test_value_is_bound_as_a_term_not_as_text(closed: Dataset) -> None:
    hostile = Literal('x" } } ; DROP ALL #')
    question = Question("q", "g", "t", "# a { brace\nSELECT ?x WHERE { BIND(?text AS ?x) }")
    assert closed.select(question.bind({"text": hostile})) == [{"x": hostile}]


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (Parameter("on", "date"), "2025-02-30"),
        (Parameter("on", "date"), "Jun 18"),
        (Parameter("of", "year"), "18"),
        (Parameter("n", "number"), "many"),
        (Parameter("c", "choice", choices=("a", "b")), "d"),
        (OFFICIAL, "nowhere:x> } #"),
    ],
)
def test_value_of_another_type_is_refused(parameter: Parameter, text: str) -> None:
    with pytest.raises(QuestionError, match=r"must be|no IRI"):
        parameter.term(text)


@pytest.mark.parametrize(
    "text", ["Amitabh Prasad", "amitabh prasad", "id:official/amitabh-prasad", ID + "official/amitabh-prasad"]
)
def test_thing_is_picked_by_label_or_iri(closed: Dataset, text: str) -> None:
    assert pick(closed, OFFICIAL, text) == NamedNode(ID + "official/amitabh-prasad")


def test_thing_that_is_not_there_gives_near_ones(closed: Dataset) -> None:
    with pytest.raises(QuestionError, match="amitabh prasad"):
        pick(closed, OFFICIAL, "Amitab Prasad")


def test_misspelling_of_a_source_leads_to_the_right_thing(closed: Dataset) -> None:
    exercise = Parameter("exercise", "thing", kind=ONTOLOGY + "Exercise")
    assert pick(closed, exercise, "Veer Gaurdian") == NamedNode(ID + "exercise/veer-guardian")


@pytest.mark.parametrize(
    ("head", "line"), [("SELECT 1", 1), ("#+ title: [", 1), ("#+ - a list", 1), ("#+ a: b\n#+  c: : d", 2)]
)
def test_bad_head_is_refused_with_its_line(head: str, line: int) -> None:
    with pytest.raises(QuestionError) as error:
        split_head(head)
    assert error.value.line == line


def test_two_questions_of_one_name_are_refused(tmp_path: Path) -> None:
    for part in ("ontology", "shapes", "data", "queries/a", "queries/b"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "ontology" / "o.ttl").write_text("")
    for group in "ab":
        (tmp_path / "queries" / group / "same.rq").write_text("#+ title: T\nASK {}")
    with pytest.raises(QuestionError, match=r"same\.rq:1:1 there are two"):
        library(Project.open(tmp_path))
