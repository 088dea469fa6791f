"""A closure that grows and shrinks is, after each change, the closure of what is asserted then."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, Triple

from defkg.dataset import Dataset
from defkg.inference import Closure, rules
from defkg.terms import ONTOLOGY_GRAPH
from tests.inference import reference
from tests.inference.worlds import graphs, ontologies, triples


def as_stored(data: set[Triple]) -> set[Triple]:
    """Without a literal in another spelling than a store's."""
    return {t for t in data if not (isinstance(t.object, Literal) and t.object.value in ("01", "1.0"))}


@settings(max_examples=100, deadline=None)
@given(ontologies, st.lists(graphs.map(as_stored), min_size=2, max_size=5))
def test_each_change_gives_what_a_full_run_gives(ontology: list[Triple], states: list[set[Triple]]) -> None:
    todo = rules(ontology)
    closure = Closure(todo)
    closure.add(before := states[0])
    inferred = set(closure.inferred())
    for state in states[1:]:
        change = closure.change(state - before, before - state)
        expected = reference.consequences(todo, state)
        assert set(closure.inferred()) == expected
        assert (change.new, change.gone) == (expected - inferred, inferred - expected)
        assert len(closure) == len(expected)
        before, inferred = state, expected


def test_losing_and_regaining_each_file_of_the_bundled_graph(dataset: Dataset, closed: Dataset) -> None:
    todo = rules(dataset.graph(ONTOLOGY_GRAPH))
    closure = Closure(todo)
    closure.add(dataset.asserted)
    assert not closure.respelt
    for file, graph in dataset.files:
        if graph != ONTOLOGY_GRAPH:
            others = {p.triple for other, name in dataset.files if other is not file for p in other.placed}
            lost = {p.triple for p in file.placed if p.triple in dataset.asserted} - others
            gone = closure.change((), lost)
            assert set(closure.inferred()) == closed.inferred - gone.gone | gone.new
            back = closure.change(lost, ())
            assert (back.new, back.gone) == (gone.gone, gone.new)
            assert set(closure.inferred()) == closed.inferred


@pytest.mark.parametrize(
    ("ontology", "two_ways"),
    [
        (":C rdfs:subClassOf :E . :D rdfs:subClassOf :E .", ":a a :C, :D ."),
        (":p rdfs:domain :C . :q rdfs:domain :C .", ":a :p :x ; :q :x ."),
        (":p rdfs:range :C . :q rdfs:range :C .", ":x :p :a . :y :q :a ."),
        (":p owl:inverseOf :q . :r rdfs:subPropertyOf :q .", ":a :p :b . :b :r :a ."),
        (":p a owl:SymmetricProperty . :q rdfs:subPropertyOf :p .", ":b :q :a . :a :p :b ."),
        (":r owl:propertyChainAxiom ( :p :q ) .", ":a :p :b, :c . :b :q :d . :c :q :d ."),
        (":s owl:propertyChainAxiom ( :p :q :r ) .", ":a :p :b, :c . :b :q :d . :c :q :d . :d :r :e ."),
        (":p a owl:TransitiveProperty .", ":a :p :b, :c . :b :p :d . :c :p :d . :d :p :e ."),
        (
            ":C rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :v ] . :q rdfs:subPropertyOf :p .",
            ":a a :C ; :q :v, :w .",
        ),
    ],
)
def test_of_what_rests_on_a_triple_only_that_goes_which_does_not_follow_otherwise(ontology: str, two_ways: str) -> None:
    todo, data = rules(triples(ontology)), triples(two_ways)
    for lost in data:
        closure = Closure(todo)
        closure.add(data)
        inferred = set(closure.inferred())
        rest = [triple for triple in data if triple != lost]
        change = closure.change((), [lost])
        assert inferred - change.gone | change.new == set(closure.inferred()) == reference.consequences(todo, rest)


def test_what_holds_in_two_ways_stays_until_both_are_gone() -> None:
    closure = Closure(rules(triples(":p rdfs:subPropertyOf :r . :q rdfs:subPropertyOf :r .")))
    one, other, follows = triples(":a :p :b . :a :q :b . :a :r :b .")
    closure.add([one, other])
    assert closure.change((), [one]) == (set(), set())
    assert closure.change((), [other]) == (set(), {follows})


def test_a_circle_does_not_hold_itself_up() -> None:
    closure = Closure(rules(triples(":p owl:inverseOf :q . :q owl:inverseOf :p . :p a owl:TransitiveProperty .")))
    data = triples(":a :p :b . :b :p :a .")
    closure.add(data)
    assert len(closure) == 6
    closure.change((), data)
    assert list(closure.inferred()) == []


def test_what_is_asserted_is_not_inferred_any_more_and_the_other_way_round() -> None:
    closure = Closure(rules(triples(":p rdfs:subPropertyOf :q .")))
    stated, follows = triples(":a :p :b . :a :q :b .")
    closure.add([stated])
    assert closure.change([follows], ()) == (set(), {follows})
    assert closure.change((), [follows]) == ({follows}, set())


def test_what_was_never_asserted_cannot_be_taken_out() -> None:
    closure = Closure(rules(triples(":p rdfs:subPropertyOf :q .")))
    stated, follows, strange = triples(":a :p :b . :a :q :b . :c :p :d .")
    closure.add([stated])
    assert closure.change((), [follows, strange]) == (set(), set())
    assert list(closure.inferred()) == [follows]


def test_a_literal_in_another_spelling_is_noticed() -> None:
    closure = Closure(rules(triples(":p rdfs:subPropertyOf :q .")))
    closure.add(triples(":a :p 1, 'text'@en, '2026-11-22'^^xsd:date ."))
    assert not closure.respelt
    closure.add(triples(":a :p 01 ."))
    assert closure.respelt
