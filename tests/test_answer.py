"""Answers as every face shows them."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from defkg.answer import Missing, ask, grounds, query, values_of
from defkg.dataset import Dataset
from defkg.inference import Rule, rules
from defkg.naming import Names
from defkg.provenance import Untold
from defkg.question import Parameter, Question, QuestionError
from defkg.table import Table
from defkg.terms import ID, ONTOLOGY_GRAPH
from tests.test_question import LIBRARY

CARD = LIBRARY["jwgs-co-chaired-by"]
PRASAD = NamedNode(ID + "official/amitabh-prasad")
BRUNEI = ID + "mechanism/india-brunei-jwg"


@pytest.fixture(scope="module")
def ruled(closed: Dataset) -> list[Rule]:
    return rules(closed.graph(ONTOLOGY_GRAPH))


@pytest.fixture(scope="module")
def names(closed: Dataset) -> Names:
    return Names.read(closed.select, (p.kind for q in LIBRARY.values() for p in q.parameters))


def test_answer_has_rows_sources_and_labels(closed: Dataset, ruled: list[Rule]) -> None:
    answer = ask(closed.select, ruled, CARD, {"official": PRASAD})
    assert [row["jwg"] for row in answer.table.rows] == [NamedNode(BRUNEI)]
    assert answer.sources is not None
    assert answer.documents == list(answer.sources[0]) != []
    assert answer.inferred[0]
    assert answer.labels[PRASAD.value] == "Amitabh Prasad"
    assert {*answer.documents, BRUNEI} < set(answer.labels)


def test_sources_are_one_column_more(closed: Dataset, ruled: list[Rule]) -> None:
    answer = ask(closed.select, ruled, CARD, {"official": PRASAD})
    table = answer.with_sources()
    assert table.variables == ["jwg", "jwgLabel", "sources"]
    assert table.rows[0]["sources"] == Literal(" ".join(answer.documents))
    taken = query(closed.select, ruled, "SELECT ?sources { ?sources a defkg:Country }").with_sources()
    assert taken.variables == ["sources", "sources_of_row"]


@pytest.mark.parametrize(
    ("sparql", "columns"),
    [
        ("SELECT ?c (RAND() AS ?r) { ?c a defkg:Country }", ["c", "r"]),
        ("SELECT ?c ?d (RAND() AS ?r) { ?c a defkg:Nothing }", ["c", "d", "r"]),
        ("SELECT * { ?c a defkg:Nothing FILTER(RAND() < 2) }", ["c"]),
        ("SELECT ?c ?d FROM <https://w3id.org/defkg/graph/registry> { ?c a defkg:Nothing }", ["c", "d"]),
        (f"SELECT ?c {{ ?c a defkg:Country }} #{'x' * 70_000}", ["c"]),
    ],
)
def test_columns_are_there_where_sources_cannot_be_told(
    closed: Dataset, ruled: list[Rule], sparql: str, columns: list[str]
) -> None:
    answer = query(closed.select, ruled, sparql)
    assert answer.sources is None
    assert answer.untold
    assert answer.table.variables == columns
    with pytest.raises(QuestionError, match="cannot be told"):
        answer.with_sources()


def test_triples_behind_the_rows_are_turtle(closed: Dataset) -> None:
    written = grounds(closed.select, CARD.bind({"official": PRASAD})).decode()
    prefixes = [line.split()[1] for line in written.splitlines() if line.startswith("@prefix ")]
    assert prefixes == ["defkg:", "id:", "rdf:", "skos:"]
    assert r"id:official\/amitabh-prasad defkg:coChaired id:mechanism\/india-brunei-jwg" in written
    with pytest.raises(Untold):
        grounds(closed.select, "DESCRIBE ?x { ?x a defkg:Country }")


def question(*parameters: Parameter) -> Question:
    return Question("q", "g", "t", "SELECT ?x ?y { ?x ?y ?z }", parameters=parameters)


def test_values_are_given_or_defaults(names: Names) -> None:
    year = Parameter("x", "year", default="2015")
    assert values_of(question(year), names, {}) == {"x": Literal(2015)}
    assert values_of(question(year), names, {"x": "2016"}) == {"x": Literal(2016)}


def test_optional_value_may_be_left_out(names: Names) -> None:
    year = Parameter("x", "year", default="2015", optional=True)
    assert values_of(question(year), names, {"x": ""}) == {}
    assert values_of(question(Parameter("x", "year", optional=True)), names, {}) == {}


@pytest.mark.parametrize("given", [{}, {"x": ""}])
def test_value_that_is_needed_is_missing(names: Names, given: dict[str, str]) -> None:
    with pytest.raises(Missing, match="x is missing: give a year, such as 2024"):
        values_of(question(Parameter("x", "year")), names, given)


def test_unknown_parameter_is_refused(names: Names) -> None:
    with pytest.raises(QuestionError, match="no parameter 'y'; it takes x"):
        values_of(question(Parameter("x")), names, {"x": "a", "y": "b"})


def test_digest_does_not_depend_on_how_the_answer_came(closed: Dataset, ruled: list[Rule]) -> None:
    answer = ask(closed.select, ruled, CARD, {"official": PRASAD})
    assert Table.parse(answer.table.write("json")).digest() == answer.table.digest()
