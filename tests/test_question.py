"""The question library: heads, binding, and every expected answer."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.project import Project
from defkg.question import Parameter, Question, QuestionError, check_syntax, library, split_head
from defkg.terms import ID, ONTOLOGY, PREFIXES, Term, compact
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


def question(head: str, sparql: str = "SELECT ?x WHERE { ?x ?y ?z }", folder: Path | None = None) -> Question:
    lines = "".join(f"#+ {line}\n" for line in head.splitlines())
    assert folder
    path = folder / "some-question.rq"
    path.write_text(lines + sparql)
    return Question.read(path)


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        ("title: T\ntitle: U", 2, "'title' twice"),
        ("titel: T", 1, "did you mean 'title'"),
        ("tags: [a]", 1, "no title"),
        ("title: [T]", 1, "title must be text"),
        ("title: T\nsummary: U", 2, "two names of one thing"),
        ("title: T\ntags: a, b", 2, "tags must be a list"),
        ("title: T\ntags: [1]", 2, "each tag must be text"),
        ("title: T\nview: pie", 2, "view is one of table"),
        ("title: T\nview: {type: bar, label: [x]}", 2, "view is one of"),
        ("title: T\nview: {type: bar, lable: x}", 2, "the view bar has no 'lable'; it has"),
        ("title: T\nview: {type: bar, label: nix}", 2, "no variable ?nix for the view's label"),
        ("title: T\nview: {type: table, label: x}", 2, "no columns to name"),
        ("title: T\nparameters:\n  - {name: limit}", 3, "has a meaning of its own"),
        ("title: T\nparameters:\n  - {name: x, choices: [{a: b}]}", 3, "a list of values"),
        ("title: &t T\ndescription: *t", 2, "repeats a part"),
        ("title: &t [*t]", 1, "repeats a part"),
        ("title: T\npagination: many", 2, "pagination must be a whole number"),
        ("title: T\npagination: true", 2, "pagination must be a whole number"),
        ("title: T\npagination: -1", 2, "below zero"),
        ("title: T\nexpected: [x]", 2, "must be a mapping"),
        ("title: T\nparameters: x", 2, "parameters must be a list"),
        ("title: T\nparameters:\n  - {name: x}\n  - {name: x}", 4, "two parameters named x"),
        ("title: T\nparameters:\n  - {name: x}\n  - {name: nix}", 4, "no variable ?nix"),
        ("title: T\nparameters:\n  - {name: x, type: colour}", 3, "type is one of thing"),
        ("title: T\nparameters:\n  - {name: x, defualt: 1}", 3, "did you mean 'default'"),
        ("title: T\nparameters:\n  - {name: x, type: thing, class: nix:Y}", 3, "prefix that is not known"),
        ("title: T\nparameters:\n  - {name: x, class: defkg:Y}", 3, "only a thing has a class"),
        ("title: T\nparameters:\n  - {name: x, type: date, default: June}", 3, "must be a date"),
        ("title: T\nparameters:\n  - {name: x, type: choice}", 3, "a choice has choices"),
        ("title: T\nparameters:\n  - {name: x, choices: [a], default: b}", 3, "one of a"),
        ("title: T\nparameters:\n  - {name: x, optional: maybe}", 3, "true or false"),
        ("title: T\nparameters:\n  - {name: 'x }'}", 3, "a parameter is such as"),
        ("title: T\ncases:\n  - {parameters: {q: 1}}", 3, "no parameter 'q'"),
        ("title: T\ndefaults:\n  - nix: 1", 2, "no variable"),
        ("title: T\nenumerate:\n  - x: 1", 2, "a list of values"),
        ("title: T\nenumerate:\n  - x", 2, "a list such as"),
        ("title: T\nexpected:\n  - on: 2024-02-30", 1, "put it into quotes"),
        ("title: " + "[" * 2_000, 1, "deeper than 50"),
        ("title: " + "x" * 70_000, 1, "more than 64 KB"),
    ],
)
def test_bad_head_says_what_and_where(tmp_path: Path, head: str, line: int, said: str) -> None:
    with pytest.raises(QuestionError) as error:
        question(head, folder=tmp_path)
    assert said in str(error.value)
    assert error.value.line == line


def test_grlc_keys_mean_the_same(tmp_path: Path) -> None:
    head = "summary: T\npagination: 10\ndefaults:\n  - x: a\n  - word: hello\nenumerate:\n  - x: [a, b]"
    found = question(head, "SELECT ?x WHERE { ?x ?y ?_word }", tmp_path)
    assert (found.title, found.page) == ("T", 10)
    assert found.parameters == (
        Parameter("x", "choice", "x", default="a", choices=("a", "b")),
        Parameter("_word", "text", "word", default="hello"),
    )


def test_values_are_those_that_are_written(tmp_path: Path) -> None:
    head = (
        "title: T\nparameters:\n  - {name: x, choices: [IL, NO, 012, 12:30, 'a'], default: NO, optional: yes}"
        "\ncases:\n  - parameters: {x: NO}"
    )
    found = question(head, folder=tmp_path)
    assert found.parameters[0].choices == ("IL", "NO", "012", "12:30", "a")
    assert (found.parameters[0].default, found.parameters[0].optional) == ("NO", True)
    assert found.cases[0]["parameters"] == {"x": "NO"}


def test_variable_that_no_value_reaches_is_refused(tmp_path: Path) -> None:
    head = "title: T\nparameters:\n  - {name: least, type: number}"
    with pytest.raises(QuestionError, match=r"\?least is used beside an aggregate") as error:
        question(head, "SELECT ?x { ?x ?y ?z } GROUP BY ?x HAVING(COUNT(?y) > ?least)", tmp_path)
    assert error.value.line == 3


def test_only_rows_come_in_pages(tmp_path: Path) -> None:
    assert question("title: T\npagination: 10", folder=tmp_path).page == 10
    with pytest.raises(QuestionError, match="leave pagination out"):
        question("title: T\npagination: 10", "ASK { ?x ?y ?z }", tmp_path)


def test_further_keys_are_let_be(tmp_path: Path) -> None:
    assert question("title: T\nendpoint: x\nmethod: GET\nauthor: me", folder=tmp_path).title == "T"


def test_view_may_say_its_columns(tmp_path: Path) -> None:
    view = question("title: T\nview: {type: bar, label: '?x', number: y}", folder=tmp_path).view
    assert (view.kind, view.columns) == ("bar", {"label": "x", "number": "y"})


ONE = Literal("1")
BINDINGS = {
    "plain": ("SELECT ?v { BIND(?p AS ?v) }", [{"v": ONE}]),
    "comment": ("# { not this one\nSELECT ?v { BIND(?p AS ?v) }", [{"v": ONE}]),
    "string": ("SELECT ('{' AS ?s) ?v { BIND(?p AS ?v) }", [{"s": Literal("{"), "v": ONE}]),
    "inner group": ("SELECT ?v { { BIND(?p AS ?v) } }", [{"v": ONE}]),
    "filter of a group": ("SELECT ?v { { VALUES ?v { '1' '2' } FILTER(?v = ?p) } }", [{"v": ONE}]),
    "filter of a branch": (
        "SELECT ?v { { VALUES ?v { '1' '2' } FILTER(?v = ?p) } UNION { VALUES ?v { '3' } } }",
        [{"v": ONE}, {"v": Literal("3")}],
    ),
    "hidden in a subquery": ("SELECT ?v { { SELECT ?v { VALUES ?v { '1' '2' } FILTER(?v = ?p) } } }", [{"v": ONE}]),
    "counted": ("SELECT ?n { { SELECT (COUNT(?p) AS ?n) { VALUES ?p { '1' '2' } } } }", [{"n": Literal(1)}]),
    "subquery alone": ("SELECT ?v { SELECT ?v { BIND(?p AS ?v) } }", [{"v": ONE}]),
    "minus": ("SELECT ?p { VALUES ?p { '1' '2' } MINUS { VALUES ?p { '1' } } }", []),
    "not exists": ("SELECT ?v { VALUES ?v { '1' '2' } FILTER(?v != ?p) }", [{"v": Literal("2")}]),
    "deep": ("SELECT ?v { { { OPTIONAL { { BIND(?p AS ?v) } } } } }", [{"v": ONE}]),
    "dollar": ("SELECT $v { BIND($p AS $v) }", [{"v": ONE}]),
}


@pytest.mark.parametrize("name", BINDINGS)
def test_value_reaches_every_part_of_the_query(closed: Dataset, name: str) -> None:
    sparql, rows = BINDINGS[name]
    bound = Question("q", "g", "t", sparql).bind({"p": ONE})
    assert sorted(closed.select(bound), key=str) == rows


def test_construct_and_describe_are_bound_too(closed: Dataset) -> None:
    made = "CONSTRUCT { ?p a ?p } WHERE { ?p a defkg:Country }"
    short = "CONSTRUCT WHERE { ?p a defkg:Country }"
    india = NamedNode(ID + "country/IND")
    for sparql in (made, short, "DESCRIBE ?p", "DESCRIBE ?p WHERE { ?p a defkg:Country }"):
        triples = list(closed.store.query(Question("q", "g", "t", sparql).bind({"p": india}), prefixes=PREFIXES))  # type: ignore[arg-type]
        assert {triple.subject for triple in triples} == {india}, sparql
    assert closed.ask(Question("q", "g", "t", "ASK { ?p a defkg:Country }").bind({"p": india}))
    assert not closed.ask(Question("q", "g", "t", "ASK { ?p a defkg:Official }").bind({"p": india}))


@pytest.mark.parametrize("kind", ["date", "year", "number", "choice", "thing"])
@pytest.mark.parametrize("text", ['" } DROP ALL #', "> } #", "?x", "1 2", "\ud800", "\x00", "２０２４", "1" * 3_000])
def test_hostile_value_is_refused(kind: str, text: str) -> None:
    with pytest.raises(QuestionError):
        Parameter("x", kind, choices=("a",)).term(text)


@pytest.mark.parametrize("text", ['" } DROP ALL #', "\\u0022 }", "a\nb", "'''", "}", "\u202e", "$1"])
def test_hostile_text_is_only_text(closed: Dataset, text: str) -> None:
    bound = Question("q", "g", "t", "SELECT ?x { BIND(?text AS ?x) }").bind({"text": Parameter("text").term(text)})
    assert closed.select(bound) == [{"x": Literal(text)}]


@pytest.mark.parametrize("text", ["\ud800", "\x00", "x" * 2_001, "\ufffe"])
def test_what_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="must be text"):
        Parameter("text").term(text)


def test_name_of_a_file_must_be_fit_for_an_address(tmp_path: Path) -> None:
    (tmp_path / "What & Why.rq").write_text("#+ title: T\nASK {}")
    with pytest.raises(QuestionError, match="small letters"):
        Question.read(tmp_path / "What & Why.rq")


@pytest.mark.parametrize("form", ["ASK", "SELECT *", "SELECT (COUNT(*) AS ?n)", "CONSTRUCT { ?s ?p ?o }"])
@pytest.mark.parametrize("call", ["SERVICE", "service silent", "trueSERVICE"])
def test_look_at_the_syntax_calls_no_other_server(form: str, call: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        triple = "?a ?b " if call.startswith("true") else ""
        query = f"{form} {{ {triple}{call} <http://127.0.0.1:{other.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        with pytest.raises(QuestionError, match="SERVICE, which calls another server, is refused"):
            check_syntax(query)
        with pytest.raises(BlockingIOError):
            other.accept()


def test_service_may_be_a_part_of_a_name() -> None:
    check_syntax("PREFIX service: <http://service/> SELECT ?service ?Service { ?service service:Service 'SERVICE' }")
