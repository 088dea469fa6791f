"""Why an answer is empty."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from defkg.linter.emptiness import Explanation, why_empty
from defkg.linter.patterns import outline
from defkg.linter.triples import triples

PREFIX = "PREFIX ex: <http://e/>\n"
STORE = Store()
STORE.load(
    b"@prefix ex: <http://e/> . ex:a a ex:A ; ex:p ex:b . ex:b ex:q ex:c . ex:d ex:r 1 .", format=RdfFormat.TURTLE
)
STORE.load(b"@prefix ex: <http://e/> . ex:g { ex:a ex:p ex:b }", format=RdfFormat.TRIG)


def explain(query: str) -> list[Explanation]:
    return why_empty(PREFIX + query, lambda text: bool(STORE.query(text)))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * { ?x a ex:A ; ex:p ?y , ?z .\n ?y ex:zz/ex:q ?w }", [("no-match", 3, 2, "?y ex:zz/ex:q ?w")]),
        (
            "SELECT * { ?x a ex:A ; ex:zz ?y , ex:b }",
            [("no-match", 2, 24, "?x ex:zz ?y"), ("no-match", 2, 35, "?x ex:zz ex:b")],
        ),
        ("SELECT * { ?x a ex:A . ?d ex:r 1 . ?x ex:r ?n }", [("no-match-together", 2, 36, "?x ex:r ?n")]),
        ("SELECT * { ?x ex:p ?y ;\n ex:r 1 }", [("no-match-together", 3, 2, "?x ex:r 1")]),
        ("SELECT * { ?x a ex:A FILTER(?x = ex:q) }", [("filter", 2, 22, "FILTER(?x = ex:q)")]),
        ("SELECT * { FILTER NOT EXISTS { ?x a ?c } ?x ex:p ?y }", [("filter", 2, 12, "FILTER NOT EXISTS { ?x a ?c }")]),
        ("SELECT * { ?x a ex:A MINUS { ?x ex:p ?y } }", [("filter", 2, 22, "MINUS { ?x ex:p ?y }")]),
        ("SELECT * { ?x a ex:A OPTIONAL { ?x ex:zz ?y } FILTER(BOUND(?y)) }", [("filter", 2, 47, "FILTER(BOUND(?y))")]),
        ("SELECT * { GRAPH ?g { ?x ex:p ?y . ?x a ?z } }", [("no-match", 2, 36, "GRAPH ?g { ?x a ?z . }")]),
        (
            "SELECT * { { ?x ex:zz ?y } UNION { ?x ex:z ?y } }",
            [("no-match", 2, 12, "{ ?x ex:zz ?y } UNION { ?x ex:z ?y }")],
        ),
        ("SELECT * { ?x a ex:A VALUES ?x { ex:n } }", [("no-match-together", 2, 22, "VALUES ?x { ex:n }")]),
        ("SELECT * { ?x a ex:A } VALUES ?x { ex:n }", [("no-match-together", 2, 24, "VALUES ?x { ex:n }")]),
        ("SELECT * { ?x a ex:A } LIMIT 0", [("modifiers", 2, 24, "LIMIT 0")]),
        (
            "SELECT ?x { ?x a ex:A } GROUP BY ?x HAVING(COUNT(*) > 1)",
            [("modifiers", 2, 25, "GROUP BY ?x HAVING(COUNT(*) > 1)")],
        ),
        ("SELECT * FROM ex:n FROM NAMED ex:g { ?x a ex:A }", [("no-match", 2, 38, "?x a ex:A")]),
        ("CONSTRUCT { ?x a ex:B } WHERE { [ ex:zz ?x ] ex:p ?y }", [("no-match", 2, 33, "[ ex:zz ?x ] ex:p ?y")]),
        ("SELECT * { SELECT ?x { ?x ex:zz ?y } }", [("no-match", 2, 24, "?x ex:zz ?y")]),
        ("SELECT * { { SELECT ?x { ?x ex:zz ?y } } }", [("no-match", 2, 12, "{ SELECT ?x { ?x ex:zz ?y } }")]),
        ("SELECT * { ?x a ex:A }", []),
        ("DESCRIBE ex:x", []),
    ],
)
def test_explanation(query: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert [(e.kind, e.line, e.column, e.pattern) for e in explain(query)] == expected


def test_a_long_chain_is_halved_not_walked() -> None:
    asked: list[str] = []

    def ask(text: str) -> bool:
        asked.append(text)
        return not ("ex:r ?n" in text and "ex:p" in text)

    chain = " ".join(f"?x ex:p ?y{number} ." for number in range(200))
    (found,) = why_empty(f"{PREFIX}SELECT * {{ {chain} ?x ex:r ?n . }}", ask)
    assert found.pattern == "?x ex:r ?n"
    assert len(asked) < 70


@pytest.mark.parametrize(
    ("statement", "parts"),
    [
        (
            '?x a ex:A, "b"@en ; ; ^ex:p*/(ex:q|!ex:r)+ -1 , "1"^^ex:i ;',
            ["?x a ex:A", '?x a "b" @en', "- 1", '"1" ^^ ex:i'],
        ),
        ("(1 2) ex:p 3", []),
        ("?x ex:p ?y {| ex:q 1 |}", []),
        ("?x ex:p [ ex:q (1 2) ; ex:r 3 ] , 2", ["[ ex:q ( 1 2 ) ; ex:r 3 ]", "?x ex:p 2"]),
    ],
)
def test_statement_is_taken_apart(statement: str, parts: list[str]) -> None:
    shape = outline(f"ASK {{ {statement} }}")
    assert shape
    assert shape.where
    found = [" ".join(t.text for part in parts for t in part) for parts in triples(shape.where.elements[0])]
    assert len(found) == len(parts)
    assert all(text.endswith(part) for text, part in zip(found, parts, strict=True))


WORDS = [
    "ASK",
    "SELECT",
    "FROM",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "?x",
    "a",
    "ex:p",
    ".",
    ";",
    ",",
    "FILTER",
    "EXISTS",
    "OPTIONAL",
]
WORDS += [
    "GRAPH",
    "VALUES",
    "BIND",
    "AS",
    "UNION",
    "MINUS",
    "-",
    "1",
    "^^",
    "'a'",
    "@en",
    "<",
    "^",
    "/",
    "*",
    "CONSTRUCT",
    "NAMED",
    "<<",
    "{|",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_any_words_are_borne(words: list[str]) -> None:
    assert isinstance(why_empty(" ".join(words), lambda text: len(text) % 3 > 0), list)
