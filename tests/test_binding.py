"""A value bound as a term does what the same value would do if it were written into the query."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, parse

from defkg.dataset import Dataset
from defkg.linter.patterns import outline
from defkg.naming import Names
from defkg.question import Question
from defkg.question.binding import bind, unreached
from defkg.terms import Term
from tests.test_question import LIBRARY

DATA = """
@prefix : <http://example.org/> .
:b1 :q :X . :b2 :q :Y . :b1 :t :B . :b2 :t :B . :b3 :t :B . :a1 :p :b1 . :a2 :p :b2 . :a3 :p :b3 .
"""
QUERIES = """
SELECT ?a { ?a :p ?b MINUS { ?b :q ?par } }
SELECT ?a { { ?a :p ?b MINUS { ?b :q ?par } } }
SELECT ?a { { ?a :p ?b MINUS { ?b :q ?par } } UNION { ?a :zz ?par } }
SELECT ?a ?k { { ?a :p ?b OPTIONAL { ?b :q ?par . BIND(1 AS ?k) } } UNION { ?a :zz ?par } }
SELECT ?a ?k { ?a :p ?b OPTIONAL { ?b :t ?k MINUS { ?b :q ?par } } }
SELECT ?a ?k { ?a :p ?b OPTIONAL { ?b :t ?k OPTIONAL { ?b :q ?z FILTER(?z = ?par) } FILTER(BOUND(?z)) } }
SELECT ?a { ?a :p ?b MINUS { ?b :q ?z { FILTER(?z = ?par) } } }
SELECT ?a { ?a :p ?b FILTER NOT EXISTS { { ?b :q ?z FILTER(?z = ?par) } } }
SELECT ?a { ?a :p ?b FILTER NOT EXISTS { { ?b :q ?z FILTER(?z = ?par) } UNION { ?b :zz ?par } } }
SELECT ?a { ?a :p ?b FILTER NOT EXISTS { SELECT ?b { ?b :q ?par } } }
SELECT ?a { ?a :p ?b FILTER NOT EXISTS { { SELECT ?b { ?b :q ?par } } } }
SELECT ?a { ?a :p ?b FILTER NOT EXISTS { SELECT ?b (COUNT(*) AS ?n) { ?b :q ?par } GROUP BY ?b } }
SELECT ?a { ?a :p ?b FILTER EXISTS { ?b :t :B OPTIONAL { ?b :q ?z } FILTER(!BOUND(?z) || ?z = ?par) } }
SELECT ?a { { ?a :p ?b FILTER NOT EXISTS { ?b :q ?par } } UNION { ?a :zz ?b } }
SELECT ?a ?k { ?a :p ?b BIND(EXISTS { SELECT ?b { ?b :q ?par } } AS ?k) }
SELECT ?b { { SELECT * { ?b :q ?par } LIMIT 1 } }
SELECT ?b { { SELECT ?b ?par { ?b :q ?par } ORDER BY ?b LIMIT 1 } }
SELECT ?b { { SELECT ?b ?par { ?b :q ?par } ORDER BY DESC(?b) LIMIT 1 OFFSET 0 } }
SELECT ?a { ?a :p ?b MINUS { SELECT ?b { ?b :q ?par } } }
SELECT ?n { { SELECT (COUNT(?b) AS ?n) { ?b :q ?par } } }
SELECT ?n { SELECT (COUNT(?b) AS ?n) { ?b :q ?par } }
SELECT ?b ?n { { SELECT ?b (IF(?par = :X, 1, 2) AS ?n) { ?b :t :B } } }
SELECT ?b { { SELECT ?b { ?b :q ?z } ORDER BY DESC(?z = ?par) ?b LIMIT 1 } }
SELECT ?b { ?b :q ?z } ORDER BY DESC(?z = ?par) LIMIT 1
SELECT ?a ?k { ?a :p ?b { BIND(?par AS ?k) } }
SELECT ?a { ?a :p ?b . { ?b :q ?z { FILTER(?z = ?par) } } }
SELECT (SUM(IF(?z = ?par, 1, 0)) AS ?n) { ?b :q ?z }
SELECT (COUNT(?b) AS ?n) { ?b :q ?par }
SELECT ?b { ?b :q ?par } VALUES ?b { :b1 :b3 }
SELECT ?b { ?b :q $par }
SELECT ?b { { ?b :q ?par } UNION { ?b :t :B MINUS { ?b :q ?par } } }
SELECT ?b { GRAPH ?g { ?b :q ?par } }
ASK { ?b :q ?par }
ASK { ?b :t :B MINUS { ?b :q ?par } }
DESCRIBE ?par
CONSTRUCT WHERE { ?b :q ?par }
CONSTRUCT { ?b :r ?par } WHERE { ?b :q ?par }
""".strip().splitlines()
UNREACHED = """
SELECT ?b { ?b :q ?z } GROUP BY ?b HAVING(SAMPLE(?z) = ?par)
SELECT ?b { { SELECT ?b { ?b :q ?z } GROUP BY ?b HAVING(SAMPLE(?z) = ?par) } }
SELECT (COUNT(?b) AS ?n) { ?b :q ?z } HAVING(COUNT(?b) > ?par)
SELECT ?b { ?a :p ?b FILTER EXISTS { SELECT ?b { ?b :q ?z } GROUP BY ?b HAVING(MIN(?z) = ?par) } }
""".strip().splitlines()
REACHED = """
SELECT ?b { ?b :q ?z . VALUES ?par { 1 } } GROUP BY ?b ?par HAVING(SAMPLE(?z) = ?par)
SELECT (COUNT(?par) AS ?n) { ?b :q ?z }
SELECT ?b (SUM(IF(?z = ?par, 1, 0)) AS ?n) { ?b :q ?z } GROUP BY ?b
SELECT ?b { { SELECT ?b (COUNT(?z) AS ?n) { ?b :q ?z } GROUP BY ?b } FILTER(?n > ?par) }
SELECT ?b { ?b :q ?z . FILTER(?z = ?par) }
SELECT ?par ("GROUP COUNT" AS ?n) { ?b :q ?par }
""".strip().splitlines()
NAMES = [NamedNode("http://example.org/X"), NamedNode("http://example.org/N")]


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.extend(parse(DATA, format=RdfFormat.TURTLE))
    return store


def answered(store: Store, sparql: str, without: set[str]) -> object:
    results = store.query("PREFIX : <http://example.org/> " + sparql)
    if isinstance(results, QueryBoolean):
        return bool(results)
    if isinstance(results, QueryTriples):
        return sorted(map(str, results))
    assert isinstance(results, QuerySolutions)
    names = [v.value for v in results.variables if v.value not in without]
    return sorted(str([str(row[name]) for name in names]) for row in results)


@pytest.mark.parametrize("value", NAMES, ids=str)
@pytest.mark.parametrize("sparql", QUERIES)
def test_bound_value_does_what_a_written_one_does(store: Store, sparql: str, value: NamedNode) -> None:
    bound = bind(sparql, {"par": value})
    assert answered(store, bound, {"par"}) == answered(store, by_hand(sparql, value), {"par"}), bound


def by_hand(sparql: str, value: NamedNode) -> str:
    """The query with the value written in its place; a SELECT that names the variable gives it out no more."""
    for named in ("SELECT ?b ?par ", "SELECT ?par ("):
        sparql = sparql.replace(named, named.replace("?par ", ""))
    return sparql.replace("?par", str(value)).replace("$par", str(value))


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_library_gives_the_same_rows_for_a_bound_and_a_written_value(closed: Dataset, names: Names, name: str) -> None:
    question = LIBRARY[name]
    for values in tried(question, names):
        bound = rows(closed, question.bind(values), set(values))
        assert bound == rows(closed, in_pattern(question.sparql, values), set(values)), values


@pytest.fixture(scope="module")
def names(closed: Dataset) -> Names:
    return Names.read(closed.select, (p.kind for q in LIBRARY.values() for p in q.parameters))


def tried(question: Question, names: Names) -> list[dict[str, Term]]:
    """The defaults, and for each parameter some other values."""
    values = [question.defaults()]
    for parameter in question.parameters:
        others: list[Term] = [NamedNode(named.iri) for named in names.of(parameter.kind)[:4]]
        others += [Literal(choice) for choice in parameter.choices]
        values += [{**question.defaults(), parameter.name: other} for other in others]
    return [one for one in values if one]


def in_pattern(sparql: str, values: dict[str, Term]) -> str:
    """The query with the values written into its pattern."""
    shape = outline(sparql)
    assert shape
    assert shape.where
    begin = shape.body[len(shape.head)].start
    end = shape.tail[0].start if shape.tail else len(sparql)
    inside = [token for token in shape.body if token.kind == "var" and begin < token.start < end]
    for token in reversed(inside):
        if token.text[1:] in values:
            sparql = f"{sparql[: token.start]}{values[token.text[1:]]}{sparql[token.end :]}"
    return sparql


def rows(closed: Dataset, sparql: str, without: set[str]) -> list[str]:
    return sorted(str(sorted((k, str(v)) for k, v in row.items() if k not in without)) for row in closed.select(sparql))


@pytest.mark.parametrize("sparql", UNREACHED)
def test_variable_that_no_value_reaches_is_told(sparql: str) -> None:
    assert unreached(sparql, "par")
    assert not unreached(sparql, "b")


@pytest.mark.parametrize("sparql", REACHED)
def test_variable_that_a_value_reaches_is_not_told(sparql: str) -> None:
    assert not unreached(sparql, "par")


def test_what_is_only_joined_is_bound_once(store: Store) -> None:
    bound = bind("SELECT ?a { { ?a :p ?par } UNION { ?par :q ?a } OPTIONAL { ?par :t ?t } }", {"par": NAMES[0]})
    assert bound.count("VALUES") == 1
