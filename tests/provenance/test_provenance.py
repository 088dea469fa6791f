"""The documents behind every row of an answer, construct by construct."""

from __future__ import annotations

from pathlib import Path

import pytest

from defkg.dataset import Dataset
from defkg.inference import Rule, rules
from defkg.provenance import Sourced, answer
from defkg.terms import ID, ONTOLOGY_GRAPH, Term
from tests.provenance.slow_way import SlowWay
from tests.provenance.small import PREFIX, small

EX = "https://example.org/"


@pytest.fixture(scope="module")
def data() -> Dataset:
    return small()


@pytest.fixture(scope="module")
def known(data: Dataset) -> list[Rule]:
    return rules(data.graph(ONTOLOGY_GRAPH))


@pytest.fixture(scope="module")
def slow(data: Dataset, known: list[Rule]) -> SlowWay:
    return SlowWay(data.store, known)


def told(found: Sourced) -> list[tuple[str, str]]:
    """Rows as a person reads them: the last parts of the values, and the names of the documents."""
    return [
        (
            " ".join(last(row.values[name]) if name in row.values else "-" for name in found.variables),
            " ".join(source.removeprefix(ID + "source/") for source in row.sources),
        )
        for row in found.rows
    ]


def last(term: Term) -> str:
    return str(getattr(term, "value", term)).removeprefix(EX).rpartition("/")[2]


BY_HAND = {
    "a pattern": ("SELECT ?x { ?x :leads :talk }", [("ann", "one")]),
    "two documents say it": ("SELECT ?x { :ann :knows ?x }", [("bob", "one two")]),
    "the registry is no document": ("SELECT ?x { ?x :name 'Ann' }", [("ann", "")]),
    "nor is the curation": ("SELECT ?x { :ann :sameTalk ?x }", [("bob", "")]),
    "nor is the ontology": (
        "SELECT ?x { :Leader <http://www.w3.org/2000/01/rdf-schema#subClassOf> ?x }",
        [("Person", "")],
    ),
    "an optional that matches": (
        "SELECT ?x ?y { ?x :year 2002 OPTIONAL { ?x :cancelled ?y } }",
        [("round true", "three two")],
    ),
    "an optional that does not": ("SELECT ?x ?y { ?x :year 2001 OPTIONAL { ?x :cancelled ?y } }", [("talk -", "one")]),
    "an optional that does not, all of whose variables have values": (
        "SELECT ?x ?y { ?x :age 30 . ?y :age 40 . ?y :leads :round OPTIONAL { ?x :knows ?y . ?x :age 30 } }",
        [("ann cy", "one three")],
    ),
    "a negation adds none": (
        "SELECT ?x { ?x :year ?y FILTER NOT EXISTS { ?x :cancelled true } } ORDER BY ?y",
        [("talk", "one"), ("series", "three")],
    ),
    "what follows has the documents of its premises": (
        "SELECT ?x { :talk :within ?x } ORDER BY ?x",
        [
            ("round", "one"),
            ("series", "one two"),
        ],
    ),
    "and of all the ways": (
        "SELECT ?x { ?x :takesPartIn :series } ORDER BY ?x",
        [
            ("ann", "one two"),
            ("bob", "one two"),
            ("cy", "three two"),
        ],
    ),
    "a group has those of its members": (
        "SELECT ?t (COUNT(*) AS ?n) { ?x :topic ?t } GROUP BY ?t ORDER BY ?t",
        [("ports 2", "three two"), ("trade 2", "one two")],
    ),
    "a true ASK": ("ASK { ?x :cancelled true }", [("", "three")]),
    "a false one": ("ASK { ?x :cancelled false }", []),
    "a count of nothing": ("SELECT (COUNT(*) AS ?n) { ?x :cancelled false }", [("0", "")]),
    "a way along a path": ("SELECT ?x { :trade :broader+ ?x . ?x :broader :world }", [("money", "one three two")]),
    "a named graph counts alone": (
        f"SELECT ?x {{ GRAPH <{ID}source/two> {{ :ann :knows ?x }} }}",
        [("bob", "two")],
    ),
    "a path read backwards that leaves out one": (
        "SELECT ?y { :money !^:topic ?y } ORDER BY ?y",
        [("ports", "two"), ("trade", "one")],
    ),
    "a path that leaves out one each way": (
        "SELECT DISTINCT ?y { :trade !(:topic|^:topic) ?y } ORDER BY ?y",
        [("money", "one"), ("world", "three")],
    ),
    "a column that is an EXISTS": (
        "SELECT ?x (EXISTS { ?x :leads ?y } AS ?e) { ?x :age ?a } ORDER BY ?x",
        [("ann true", "one"), ("bob false", "two"), ("cy true", "three")],
    ),
    "a subquery in a column aggregates, the query does not": (
        "SELECT (EXISTS { { SELECT (COUNT(*) AS ?n) { ?y :age ?b } } } AS ?e) { :ann :age ?a }",
        [("true", "one three two")],
    ),
    "groups by something without a name": (
        "SELECT (COUNT(*) AS ?n) (MIN(?y) AS ?m) { ?x :year ?y } GROUP BY (?y > 2001) ORDER BY ?m",
        [("1 2001", "one"), ("2 2002", "three two")],
    ),
    "EXISTS is a witness": ("SELECT ?x { ?x :year 2002 FILTER EXISTS { ?x :cancelled ?y } }", [("round", "three two")]),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_sources_are_those_found_by_hand(name: str, data: Dataset, known: list[Rule]) -> None:
    query, expected = BY_HAND[name]
    assert told(answer(data.select, known, PREFIX + query)) == expected


QUERIES = (Path(__file__).parent / "queries.txt").read_text().splitlines()


@pytest.mark.parametrize("query", QUERIES)
def test_rows_and_sources_are_those_of_the_slow_way(
    query: str, data: Dataset, known: list[Rule], slow: SlowWay
) -> None:
    found = answer(data.select, known, PREFIX + query)
    if not query.startswith("ASK"):
        assert [row.values for row in found.rows] == data.select(PREFIX + query)
    assert slow.tells(found) == slow.rows(PREFIX + query, found.variables)
