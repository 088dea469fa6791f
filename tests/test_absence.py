"""What no row means: silence of the documents, or only that nothing fits."""

from __future__ import annotations

import pytest

from defkg.question import Parameter, Question
from defkg.question.absence import asks_for_absence, is_silence
from defkg.terms import Term
from tests.test_question import LIBRARY


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?o ?q ?r } }",
        "SELECT * { ?s ?p ?o FILTER (!bound(?q)) }",
        "SELECT * { ?s ?p ?o MINUS { ?o ?q ?r } }",
        "SELECT * { ?s ?p ?o }MINUS{ ?o ?q ?r }",
        "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(?o) > 1)",
        "SELECT * { ?s ?p ?o FILTER (?p NOT IN (<x:p>)) }",
        "SELECT * { ?s ?p ?o FILTERNOT EXISTS { ?o ?q ?r } }",
        "SELECT * { ?s ?p ?o FILTER (EXISTS { ?o ?q ?r } = false) }",
        "SELECT * { ?s !a ?o }",
        "SELECT * " + "{" * 200 + "}" * 200,
    ],
)
def test_what_is_absent_is_asked_for(query: str) -> None:
    assert asks_for_absence(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o FILTER (?s != ?o) }",
        "SELECT * { ?NOT ?MINUS 'NOT EXISTS' . ?s <x:HAVING> ?o } # MINUS !",
        "SELECT * { ?s <x:multilateral> false }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { ?o ?q ?r } }",
        "PREFIX NOT: <x:> SELECT * { ?s NOT:a ?o }",
    ],
)
def test_nothing_absent_is_asked_for(query: str) -> None:
    assert not asks_for_absence(query)
    assert is_silence(Question("q", "g", "Q?", query), {})


@pytest.mark.parametrize("query", ["SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT * { ?s ?p ?o } OFFSET 5"])
def test_what_is_counted_or_cut_is_no_silence(query: str) -> None:
    assert not asks_for_absence(query)
    assert not is_silence(Question("q", "g", "Q?", query), {})


@pytest.mark.parametrize(
    ("kind", "silent"),
    [("thing", True), ("choice", True), ("date", False), ("year", False), ("number", False), ("text", False)],
)
def test_what_may_be_compared_is_no_silence_where_it_is_given(kind: str, silent: bool) -> None:
    parameter = Parameter("x", kind, choices=("text",) if kind == "choice" else ())
    question = Question("q", "g", "Q?", "SELECT * { ?s ?p ?x }", parameters=(parameter,))
    given: dict[str, Term] = {"x": parameter.example}
    assert (is_silence(question, given), is_silence(question, {})) == (silent, True)


def test_questions_of_the_library_that_are_about_what_is_not_stated_ask_for_absence() -> None:
    told = [q for q in LIBRARY.values() if "not stated" in q.tags and q.name.split("-")[1:2] == ["without"]]
    assert told
    assert all(asks_for_absence(question.sparql) for question in told)
