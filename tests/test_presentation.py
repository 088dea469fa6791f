"""The order and the names of what is told of a thing."""

from __future__ import annotations

import pytest

from defkg.dataset import Dataset
from defkg.presentation import FURTHER, Place, Presentation
from defkg.terms import ONTOLOGY, RDFS, SH, SHAPES_GRAPH, TYPE
from tests.conftest import Broken

MEETING, EVENT, AGREEMENT = (ONTOLOGY + name for name in ("Meeting", "Event", "Agreement"))


@pytest.fixture(scope="module")
def bundled(closed: Dataset) -> Presentation:
    return Presentation.read(closed.select)


def test_every_property_of_the_data_has_a_place(bundled: Presentation, closed: Dataset) -> None:
    rows = closed.select("""SELECT DISTINCT ?p WHERE { GRAPH ?g { ?x ?p ?o }
        FILTER (STRSTARTS(STR(?g), STR(id:)) || STRENDS(STR(?g), "/registry") || STRENDS(STR(?g), "/curation")) }""")
    used = {str(row["p"])[1:-1] for row in rows}
    assert len(used) > 50
    assert {prop for prop in used if bundled.place(prop, ()).group == FURTHER} == set()


def test_properties_of_the_ontology_have_a_place(bundled: Presentation, closed: Dataset) -> None:
    rows = closed.select("SELECT ?p WHERE { ?p a ?kind FILTER (?kind IN (owl:ObjectProperty, owl:DatatypeProperty)) }")
    declared = {str(row["p"])[1:-1] for row in rows}
    assert {prop for prop in declared if bundled.place(prop, ()).group == FURTHER} == set()


def test_no_two_properties_have_the_same_place(bundled: Presentation) -> None:
    places = [place[:3] for (kind, _), place in bundled.places.items() if not kind]
    assert len(places) == len(set(places))


def test_a_narrower_class_wins_over_a_wider_one_and_both_over_all() -> None:
    held = Presentation(
        {
            ("", "p"): Place(3, "all", 1),
            (EVENT, "p"): Place(2, "events", 1),
            (MEETING, "p"): Place(1, "meetings", 1),
        },
        wider={MEETING: frozenset({EVENT})},
    )
    assert held.place("p", [MEETING]).group == "meetings"
    assert held.place("p", [EVENT, MEETING]).group == "meetings"
    assert held.place("p", [EVENT]).group == "events"
    assert held.place("p", [AGREEMENT]).group == "all"
    assert held.place("q", [MEETING]).group == FURTHER


def test_a_shape_of_a_class_can_name_another_place(broken: Broken) -> None:
    shapes = f"""
    GRAPH {SHAPES_GRAPH} {{ shapes:S sh:targetClass defkg:Meeting ; sh:property shapes:P .
      shapes:P sh:path defkg:date ; sh:group shapes:G ; sh:order 7 ; sh:name "day" . shapes:G rdfs:label "Day" }}"""
    dataset = broken()
    dataset.store.update(f"INSERT DATA {{ {shapes} }}", prefixes=_prefixes())
    found = Presentation.read(dataset.select)
    assert found.place(ONTOLOGY + "date", [MEETING]) == Place(0, "Day", 7, "day")
    assert found.place(ONTOLOGY + "date", [AGREEMENT]).group == "When"


def test_the_narrowest_classes_are_those_above_no_other(bundled: Presentation) -> None:
    assert bundled.narrowest([EVENT, MEETING]) == [MEETING]
    assert bundled.narrowest([EVENT, AGREEMENT]) == [AGREEMENT, EVENT]
    assert bundled.by_narrowness([MEETING])[:2] == [MEETING, EVENT]


def test_names_are_those_of_the_shapes_then_of_the_ontology(bundled: Presentation) -> None:
    assert bundled.name(TYPE.value) == "is a"
    assert bundled.name(ONTOLOGY + "hasParty") == "has party"
    assert bundled.name(RDFS + "seeAlso") == "rdfs:seeAlso"
    assert bundled.inverses[ONTOLOGY + "hasParty"] == ONTOLOGY + "partyTo"
    assert bundled.inverses[ONTOLOGY + "partyTo"] == ONTOLOGY + "hasParty"
    assert bundled.definitions[MEETING]


def test_groups_and_what_only_presents_demand_nothing(closed: Dataset) -> None:
    graph = closed.graph(SHAPES_GRAPH)
    shown = {t.subject for t in graph if t.predicate.value == SH + "group"}
    telling = {TYPE.value, *(SH + name for name in ("path", "name", "group", "order"))}
    only = {s for s in shown if {t.predicate.value for t in graph if t.subject == s} <= telling}
    attached = {t.object for t in graph if t.predicate.value == SH + "property"}
    assert shown == only
    assert not shown & attached


def test_without_shapes_and_ontology_there_is_no_order() -> None:
    assert Presentation.read(lambda query: []) == Presentation()


def _prefixes() -> dict[str, str]:
    from defkg.terms import PREFIXES

    return PREFIXES
