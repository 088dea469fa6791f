"""What is told at a glance is what reading the whole query tells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defkg.engine import Problem
from defkg.engine.glance import needed, plain
from defkg.engine.scan import scan
from defkg.project import Project
from defkg.question import library
from defkg.terms import PREFIXES

PIECES = [
    *"{ } ( ) [ ] << >> < > ? * . ; , # ' \" \\ : / ^ | _: @ \n \r \t - + = ! && %".split(" "),
    *"SELECT ASK DESCRIBE CONSTRUCT WHERE FROM NAMED SERVICE SILENT GRAPH FILTER INSERT DELETE ADD WITH LOAD".split(),
    *"NOW() RAND() uuid() BNODE() knownow PREFIX BASE VERSION select aSk service froM ſervice ıNSERT".split(),
    *"?s id: defkg:from x:service \\u0053ERVICE <http://x/a> <a:from> 'text' _:b 1.5 trueFROM true".split(),
    "PREFIX x: <http://x/>", "PREFIX service: <http://x/>", " ", " ", "SELECT * {", "ASK {", "ASK{",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.lists(
    st.sampled_from(PIECES), max_size=14
).map(" ".join)


def read(query: str, depth: int) -> bool:
    """Whether reading finds nothing."""
    try:
        found = scan(query)
    except Problem:
        return False
    clauses = found.default_graphs or found.named_graphs
    return not clauses and not found.volatile and found.depth <= depth and found.query == query


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.sampled_from([0, 1, 2, 100]))
def test_a_plain_query_is_one_in_which_reading_finds_nothing(query: str, depth: int) -> None:
    if plain(query, depth):
        assert read(query, depth), query


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:a> <a:a> <a:a> }", "PREFIX x: <http://x/> DELETE WHERE { ?s ?p ?o }", "SELECT * FROM <a:a>{}",
        "ASK { SERVICE <a:a> {} }", "ASK { FILTER(NOW() > 1) }",
        "SELECT (rand() AS ?x) {}", "SELECT (STRUUID() AS ?x) {}", "SELECT (BNODE() AS ?x) {}",
        "CONSTRUCT { _:a ?p ?o } WHERE { ?s ?p ?o }",
        "# SELECT\nLOAD <a:a>", "ASK { ſervice <a:a> {} }", "SELECTINSERT", "", "SELECT",
    ],
)  # fmt: skip
def test_what_must_be_read_is_not_plain(query: str) -> None:
    assert not plain(query, 100)


@pytest.mark.parametrize("inside", ["{}", "[]", "FILTER((1))", "<< ?s ?p ?o >> ?p ?o"])
def test_each_bracket_counts_as_a_level(inside: str) -> None:
    assert plain(f"ASK {{ {inside} }}", 3)
    assert not plain(f"ASK {{ {inside} }}", 1)


def test_most_questions_of_the_library_are_plain() -> None:
    questions = [question.sparql for question in library(Project.bundled()).values()]
    assert sum(plain(query, 100) for query in questions) > len(questions) / 2


@given(st.lists(st.sampled_from([*PREFIXES, "x"]), max_size=4))
def test_the_prefixes_that_are_used_are_given(used: list[str]) -> None:
    found = needed(" ".join(f"{prefix}:a" for prefix in used))
    assert set(used) & set(PREFIXES) <= set(found)
    assert found.items() <= PREFIXES.items()
    assert needed("\\") == PREFIXES
