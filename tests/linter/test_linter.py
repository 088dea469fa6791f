"""Warnings for queries that parse and disappoint."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Store

from defkg.dataset import Dataset
from defkg.linter import Lint, lint, why_empty
from defkg.terms import ONTOLOGY, ONTOLOGY_GRAPH
from tests.linter.test_emptiness import WORDS
from tests.test_question import LIBRARY
from tests.test_sparql import HOSTILE

TERMS = frozenset(ONTOLOGY + name for name in ("coChairIn", "coChaired", "Meeting", "date"))
OURS = "PREFIX defkg: <https://w3id.org/defkg/ontology#> PREFIX ex: <http://e/> "


def found(query: str) -> list[tuple[str, str]]:
    Store().query(OURS + query)
    return [(warning.kind, warning.message) for warning in lint(OURS + query, TERMS)]


def kinds(query: str) -> list[str]:
    return [kind for kind, _ in found(query)]


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("defkg:coChairsIn", "defkg:coChairsIn is no term of the ontology; did you mean defkg:coChairIn?"),
        ("defkg:cochairin", "defkg:cochairin is no term of the ontology; did you mean defkg:coChairIn?"),
        (f"<{ONTOLOGY}datum>", "defkg:datum is no term of the ontology; did you mean defkg:date?"),
        ("defkg:xyzzy", "defkg:xyzzy is no term of the ontology"),
    ],
)
def test_unknown_term(term: str, message: str) -> None:
    assert found(f"SELECT * {{ ?x {term} ?y ; {term} ?z }}") == [("unknown-term", message)]


def test_known_terms_and_other_namespaces_are_silent() -> None:
    assert found(f"SELECT * {{ ?x defkg:coChairIn/<{ONTOLOGY}date> ?y . ?x ex:coChairsIn 'defkg:x' }} # defkg:x") == []
    assert lint(OURS + "SELECT * { ?x defkg:nothing ?y }", frozenset()) == []


def test_prefix_that_only_this_server_adds() -> None:
    query = "SELECT * { ?x skos:prefLabel ?y ;\n  skos:altLabel ?z ; <http://e/p> ?o }"
    message = (
        "skos: is not declared; this server adds PREFIX skos: <http://www.w3.org/2004/02/skos/core#>, others do not"
    )
    assert lint(query, TERMS) == [Lint(1, 15, "undeclared-prefix", message)]
    assert lint("PREFIX skos: <http://other/> " + query, TERMS) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "SELECT ?y { ?x a ?y ; ex:p ?z , ?meeting . ?meating a ex:M }",
            "?z occurs once; [] says that any value will do",
        ),
        ("SELECT ?y { ?x a ?y ; ex:p ?meeting . ?meating a ?y }", "?meating occurs once; did you mean ?meeting?"),
        ("CONSTRUCT { ?x a ?x } WHERE { ?x a ?any }", "?any occurs once; [] says that any value will do"),
        ("SELECT ?x { ?x a ex:C . OPTIONAL { ?x ex:p ?any } }", "?any occurs once; [] says that any value will do"),
    ],
)
def test_variable_that_occurs_once(query: str, message: str) -> None:
    assert ("variable-once", message) in found(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?x a ?y }",
        "SELECT (COUNT(*) AS ?n) { ?x a ?y }",
        "ASK { ?x a ?y }",
        "CONSTRUCT WHERE { ?x a ?y }",
        "SELECT ?y { GRAPH ?g { ?x a ?y ; ex:p [] } }",
        "SELECT ?x { ?x a ex:C FILTER NOT EXISTS { ?x ex:p ?any } MINUS { ?x ex:q ?other } }",
        "SELECT ?a ?b { ?x ex:p ?a ; ex:q ?b }",
        "SELECT (SUM(?v) AS ?n) { [] ex:p ?v }",
    ],
)
def test_variable_that_occurs_once_for_a_reason(query: str) -> None:
    assert found(query) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?z { ?x a ?x }", "?z is asked for, but nothing gives it a value"),
        (
            "SELECT ?meting { ?meeting a ?meeting }",
            "?meting is asked for, but nothing gives it a value; did you mean ?meeting?",
        ),
        ("SELECT ?x (STR(?y) AS ?z) { ?x a ex:C FILTER(?y > 1) }", "?y is asked for, but nothing gives it a value"),
        ("CONSTRUCT { ?x a ?y } WHERE { ?x a ex:C }", "?y is asked for, but nothing gives it a value"),
        ("SELECT ?x { ?x a ex:C { SELECT ?x ?k { ?x a ex:D } } }", "?k is asked for, but nothing gives it a value"),
    ],
)
def test_variable_without_a_value(query: str, message: str) -> None:
    assert ("unbound-variable", message) in found(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x ?n ?v { ?x a ex:C BIND(1 AS ?n) } VALUES ?v { 1 }",
        "SELECT ?x (1 AS ?n) (?n + 1 AS ?m) { ?x a ex:C }",
        "SELECT ?k { ?x a ex:C } GROUP BY (STR(?x) AS ?k)",
        "SELECT ?x (EXISTS { ?x ex:p ?any } AS ?has) { ?x a ex:C }",
        "SELECT ?x { { SELECT ?x { ?x a ex:C } } }",
        "SELECT ?x { SELECT ?x { ?x a ex:C } }",
        "DESCRIBE ?x { ?x a ex:C }",
        "DESCRIBE ex:x",
    ],
)
def test_variable_with_a_value(query: str) -> None:
    assert found(query) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ex:p ?b . ?c ex:q ?d }",
        "SELECT * { ex:a ex:p ?b . ?c ex:q ?d }",
        "SELECT * { ?a ex:p ?b OPTIONAL { ?a ex:q ?c . ?d ex:r ?e } }",
        "SELECT * { ?a ex:p ?b { SELECT ?c { ?c ex:q ?a } } }",
        "SELECT * { { ?a ex:p ?b } UNION { ?a ex:p ?b . ?c ex:q ?d } }",
        "SELECT * { ?a ex:p ?b FILTER(?a > 1) ?c ex:q ?d FILTER(?d > 1) }",
    ],
)
def test_cartesian_product(query: str) -> None:
    assert kinds(query) == ["cartesian-product"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ex:p ?b . ?c ex:q ?d FILTER(?b < ?d) }",
        "SELECT * { ?a ex:p ?b . ?c ex:q ?d BIND(?b + ?d AS ?e) }",
        "SELECT * { ?a ex:p ?b . ?c ex:q ?d VALUES (?a ?c) { (1 2) } }",
        "SELECT * { ?a ex:p ?b . ?c ex:q ?d OPTIONAL { ?b ex:r ?c } }",
        "SELECT * { ?a ex:p ?b OPTIONAL { ?a ex:q ?c . ?b ex:r ?d } }",
        "SELECT * { ?a ex:p ?b . ?b ex:q ?c . ?c ex:r ?d }",
        "SELECT * { ex:a ex:p ?b . ex:a ex:q ?c }",
        "SELECT * { ex:a ex:p ex:b . ?a ex:q ?c }",
        "SELECT * { ?a ex:p _:b . _:b ex:q ?c }",
        "SELECT * { { ?a ex:p ?b } { ?b ex:q ?c } GRAPH ?g { ?c ex:r ?d } }",
    ],
)
def test_linked_patterns_are_silent(query: str) -> None:
    assert kinds(query) == []


def test_warnings_come_in_the_order_of_the_text_with_their_places() -> None:
    query = "SELECT ?z {\n  ?x defkg:dates ?y .\n  ?y defkg:date ?x . ?a defkg:date ?b, ?a }"
    places = [(warning.line, warning.column, warning.kind) for warning in lint(query, TERMS)]
    assert places == sorted(places)
    assert (2, 6, "unknown-term") in places
    assert (3, 22, "cartesian-product") in places


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_the_library_asks_only_what_can_be_answered(closed: Dataset, name: str) -> None:
    triples = closed.graph(ONTOLOGY_GRAPH)
    terms = frozenset(t.subject.value for t in triples if isinstance(t.subject, NamedNode))
    assert f"{ONTOLOGY}coChairIn" in terms
    warnings = lint(LIBRARY[name].sparql, terms)
    assert [warning for warning in warnings if warning.kind != "variable-once"] == []


@pytest.mark.parametrize(
    "unit", [*HOSTILE.values(), "OPTIONAL{?a ?b ?c}", "{SELECT?x{", "defkg:a1b ?x . ", "FILTER(EXISTS{"]
)
def test_hostile_text_is_soon_done_with(unit: str) -> None:
    begin = time.process_time()
    assert isinstance(lint(("ASK{" + unit * 65536)[:65536], TERMS), list)
    assert time.process_time() - begin < 3


def test_very_long_or_deep_text_has_no_warnings() -> None:
    assert lint("SELECT ?x {}" + " " * 65536, TERMS) == []
    assert lint("SELECT ?x " + "{" * 200 + "}" * 200, TERMS) == []


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([*WORDS, "defkg:x", "skos:y", "?yy", "?yyy"]), max_size=25))
def test_any_words_are_borne(words: list[str]) -> None:
    assert isinstance(lint(" ".join(words), TERMS), list)


def test_linter_offers_why_empty() -> None:
    assert why_empty("ASK { ?x a ?y }", lambda _: False)[0].kind == "no-match"
