"""What refers to a thing: counted, in order, paged."""

from __future__ import annotations

import pytest

from defkg.dataset import Dataset
from defkg.presentation import Presentation
from defkg.terms import ID, ONTOLOGY
from defkg.web.things.backlinks import FIRST, PAGE, backlinks, referring

IND, PRASAD = ID + "country/IND", ID + "official/amitabh-prasad"


@pytest.fixture(scope="module")
def presentation(closed: Dataset) -> Presentation:
    return Presentation.read(closed.select)


def counted(closed: Dataset, prop: str, iri: str) -> set[str]:
    rows = closed.select(f"SELECT DISTINCT ?s WHERE {{ ?s <{prop}> <{iri}> FILTER (isIRI(?s)) }}")
    return {str(row["s"])[1:-1] for row in rows}


def test_each_property_is_counted_and_the_first_are_shown(closed: Dataset, presentation: Presentation) -> None:
    groups = {group.prop: group for group in backlinks(closed.select, IND, presentation)}
    party = groups[ONTOLOGY + "hasParty"]
    assert party.total == len(counted(closed, party.prop, IND)) > FIRST
    assert len(party.things) == FIRST
    assert {thing for thing, _ in party.things} <= counted(closed, party.prop, IND)


def test_a_wider_property_with_as_many_is_told_with_the_narrower(closed: Dataset, presentation: Presentation) -> None:
    place = ID + "focus-area/co-production"
    groups = backlinks(closed.select, place, presentation)
    shown = {group.prop for group in groups} | {prop for group in groups for prop in group.also}
    rows = closed.select(f"SELECT DISTINCT ?p WHERE {{ ?s ?p <{place}> FILTER (isIRI(?s)) }}")
    assert shown == {str(row["p"])[1:-1] for row in rows}
    for group in groups:
        for wider in group.also:
            assert counted(closed, wider, place) == counted(closed, group.prop, place)
    assert any(group.also for group in groups)


def test_without_inference_no_property_stands_for_another(closed: Dataset, presentation: Presentation) -> None:
    groups = backlinks(closed.select, ID + "focus-area/co-production", presentation, closed=False)
    assert not any(group.also for group in groups)


def test_what_is_inferred_is_marked(closed: Dataset, presentation: Presentation) -> None:
    groups = {group.prop: group for group in backlinks(closed.select, PRASAD, presentation)}
    assert all(follows for _, follows in groups[ONTOLOGY + "coChairedBy"].things)
    assert not any(follows for _, follows in groups[ONTOLOGY + "participant"].things)


def test_the_pages_of_a_property_hold_each_thing_once(closed: Dataset) -> None:
    prop = ONTOLOGY + "hasParty"
    wanted = counted(closed, prop, IND)
    pages = [referring(closed.select, IND, prop, number) for number in range(1, len(wanted) // PAGE + 2)]
    things = [thing for page in pages for thing, _ in page.things]
    assert len(things) == len(wanted)
    assert set(things) == wanted
    assert referring(closed.select, IND, prop, 99).things == []


@pytest.mark.parametrize("wrong", ["", "a b", "x> . ?s ?p ?o", "http://x/{}"])
def test_what_is_no_iri_never_gets_into_a_query(closed: Dataset, wrong: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        referring(closed.select, wrong, ONTOLOGY + "hasParty", 1)
    with pytest.raises(ValueError, match="IRI"):
        referring(closed.select, IND, wrong, 1)
