"""How the facts of a thing are arranged."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal

from defkg.dataset import Dataset
from defkg.facts import Fact
from defkg.presentation import Presentation
from defkg.terms import ID, ONTOLOGY, RDFS, REGISTRY_GRAPH, TYPE
from defkg.web.things.properties import Arranging, Property, Table
from defkg.web.things.said import Said, said, values
from defkg.web.things.sources import Sources
from tests.conftest import Broken

MEETING = ID + "meeting/india-brunei-jwg-1"


@pytest.fixture(scope="module")
def presentation(closed: Dataset) -> Presentation:
    return Presentation.read(closed.select)


def arranged(dataset: Dataset, iri: str, presentation: Presentation) -> Table:
    found = said(dataset.select, iri)
    return Arranging(found, presentation, Sources(found.facts)).table({})


def own(table: Table) -> dict[str, Property]:
    return {prop.iri: prop for group in table.groups for prop in group.properties}


def texts(prop: Property) -> set[str]:
    return {shown.value.iri or shown.value.text for shown in prop.values}


def test_every_fact_is_shown_once(closed: Dataset, presentation: Presentation) -> None:
    table = arranged(closed, MEETING, presentation)
    numbers = [shown.number for prop in (*own(table).values(), *table.implied) for shown in prop.values]
    assert sorted(numbers) == list(range(len(said(closed.select, MEETING).facts)))


def test_what_only_follows_from_a_narrower_property_stands_apart(closed: Dataset, presentation: Presentation) -> None:
    table = arranged(closed, MEETING, presentation)
    implied = {prop.iri: texts(prop) for prop in table.implied}
    assert implied[TYPE.value] == {ONTOLOGY + "Event"}
    assert texts(own(table)[TYPE.value]) == {ONTOLOGY + "Meeting"}
    assert ONTOLOGY + "partOfSeries" in implied
    assert ONTOLOGY + "partOfSeries" not in own(table)
    assert RDFS + "label" in implied
    discussed = texts(own(table)[ONTOLOGY + "discussed"])
    assert implied[ONTOLOGY + "concerns"] >= discussed
    broader = texts(own(table)[ONTOLOGY + "concernsBroadly"])
    assert broader
    assert not broader & implied[ONTOLOGY + "concernsBroadly"]


def test_what_a_document_states_is_never_folded_away(closed: Dataset, presentation: Presentation) -> None:
    for prop in arranged(closed, MEETING, presentation).implied:
        assert all(shown.marks.inferred and not shown.marks.numbers for shown in prop.values)


def test_documents_that_state_different_values_are_said_to_differ(
    closed: Dataset, broken: Broken, presentation: Presentation
) -> None:
    date = ONTOLOGY + "date"
    assert not own(arranged(closed, MEETING, presentation))[date].differs
    other = broken('id:meeting\\/india-brunei-jwg-1 defkg:date "2025-12-08" .')
    found = own(arranged(other, MEETING, presentation))[date]
    assert found.differs
    assert {shown.value.text for shown in found.values} == {"2025-12-08", "2025-12-09"}
    assert {shown.marks.numbers for shown in found.values} == {(1,), (2,)}
    assert not own(arranged(closed, MEETING, presentation))[ONTOLOGY + "hasParty"].differs


def test_many_values_are_cut_and_counted(broken: Broken, presentation: Presentation) -> None:
    topics = ", ".join(f"id:focus-area\\/t{n}" for n in range(60))
    table = arranged(broken(f"id:meeting\\/india-brunei-jwg-1 defkg:discussed {topics} ."), MEETING, presentation)
    prop = own(table)[ONTOLOGY + "discussed"]
    assert prop.total == 67
    assert len(prop.values) == 20


def test_more_facts_than_can_be_read_at_once_are_counted_by_property(broken: Broken) -> None:
    topics = ", ".join(f"id:focus-area\\/t{n}" for n in range(3_000))
    dataset = broken(f"id:meeting\\/m defkg:discussed {topics} ; defkg:ordinal 1 .")
    found = said(dataset.select, ID + "meeting/m")
    assert not found.whole
    assert found.totals[ONTOLOGY + "discussed"] == 3_000
    assert found.totals[ONTOLOGY + "ordinal"] == 1
    assert len([f for f in found.facts if f.predicate == ONTOLOGY + "discussed"]) == 20
    second = values(dataset.select, ID + "meeting/m", ONTOLOGY + "discussed", 30)
    assert len(second.facts) == 100
    assert values(dataset.select, ID + "meeting/m", ONTOLOGY + "discussed", 31).facts == []


def test_a_broad_statement_of_a_document_stands_beside_a_narrow_one(broken: Broken, presentation: Presentation) -> None:
    other = broken("id:meeting\\/india-brunei-jwg-1 defkg:concerns id:focus-area\\/maritime-security .")
    concerns = own(arranged(other, MEETING, presentation))[ONTOLOGY + "concerns"]
    assert [(shown.value.iri, shown.marks.inferred) for shown in concerns.values] == [
        (ID + "focus-area/maritime-security", False)
    ]


def test_the_register_is_no_document_that_differs(presentation: Presentation) -> None:
    date, source, register = ONTOLOGY + "date", ID + "source/one", REGISTRY_GRAPH.value
    facts = [Fact(date, Literal(day), frozenset({graph})) for day, graph in (("2012", source), ("2013", register))]
    table = Arranging(Said(facts, {date: 2}), presentation, Sources(facts)).table({})
    (prop,) = own(table).values()
    assert not prop.differs
    assert [shown.marks.others for shown in prop.values] == [(), (("register", register),)]
