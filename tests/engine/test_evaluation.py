"""What is said of a query that cannot be read."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from defkg.engine.evaluation import syntax_problem

UNREADABLE = "the query cannot be read on from here"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * WHERE { ?s ?p }", UNREADABLE),
        ("SELEC * { ?s ?p ?o }", UNREADABLE),
        ("SELECT * { ?s ?p ?o } ORDER BY", UNREADABLE),
        ("SELECT ?s WHERE ?s ?p ?o }", 'expected "{"'),
        ("SELECT ?s WHERE { ?s a <http://e/M>", 'expected one of ",", ".", ";", "{", "}"'),
        ('SELECT ?s { ?s ?p "a }', 'expected "\\""'),
        ("SELECT ?s { ?s a def:Meeting }", "a prefix is not declared; add PREFIX name: <IRI>, or write the whole IRI"),
        ("SELECT ?s { ?s a <no iri> }", "the IRI is not valid"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", "group by each variable that is selected, or aggregate it"),
    ],
)
def test_a_complaint_says_what_helps_and_no_words_of_the_grammar(query: str, said: str) -> None:
    with pytest.raises(SyntaxError) as error:
        Store().query(query)
    detail = syntax_problem(error.value).detail
    assert detail.partition(": ")[2] == said
