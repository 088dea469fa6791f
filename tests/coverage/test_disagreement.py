"""What documents state differently of one thing, and what curators noted."""

from __future__ import annotations

from defkg.coverage.disagreement import Disagreement, disagreements
from defkg.coverage.extent import Extent
from defkg.dataset import Dataset
from defkg.inference import close
from defkg.terms import CURATION_GRAPH, ONTOLOGY_GRAPH, REGISTRY_GRAPH, SHAPES_GRAPH, source_graph
from defkg.turtle import read_turtle
from tests.conftest import HEAD
from tests.coverage.test_coverage import ONTOLOGY, REGISTRY, SHAPES

ONE = r'id:visit\/a a defkg:Visit ; defkg:date "2020" ; defkg:discussed id:focus-area\/sea .'
CLAIM = r'id:statement\/{} a defkg:Statement ; defkg:gist "{}"@en ; defkg:modality id:modality\/agreed .'
DECISION = r"""id:curation\/d a defkg:CurationDecision ; skos:prefLabel "Built or planned"@en ;
    defkg:about id:statement\/x, id:statement\/y ."""


def found(two: str, one: str = ONE, decision: str = "") -> list[Disagreement]:
    graphs = ((ONTOLOGY, ONTOLOGY_GRAPH), (SHAPES, SHAPES_GRAPH), (REGISTRY, REGISTRY_GRAPH))
    sources = ((one, source_graph("one")), (two, source_graph("two")), (decision, CURATION_GRAPH))
    files = [(read_turtle("f.ttl", (HEAD + turtle).encode()), graph) for turtle, graph in (*graphs, *sources)]
    assert [finding for file, _ in files for finding in file.findings] == []
    dataset = close(Dataset(files))
    return disagreements(dataset, Extent(dataset))


def test_two_dates_of_one_thing_stand_beside_each_other() -> None:
    (only,) = found(r'id:visit\/a defkg:date "2021" .')
    assert only.property
    assert (only.about.label, only.property.label) == ("Visit A", "date")
    assert [(side.document.label, side.words) for side in only.sides] == [
        ("source/one", "2020"),
        ("source/two", "2021"),
    ]


def test_the_same_date_nothing_and_what_may_have_several_values_are_no_disagreement() -> None:
    assert found(r'id:visit\/a defkg:date "2020" .') == []
    assert found(r"id:visit\/a a defkg:Visit .") == []
    assert found(r"id:visit\/a defkg:discussed id:focus-area\/land .") == []


def test_what_the_register_says_is_no_side() -> None:
    assert found("", decision=r'id:visit\/a defkg:date "2021" .') == []


def test_noted_differences_have_both_claims_with_how_firm_they_are() -> None:
    (only,) = found(CLAIM.format("y", "It is planned."), CLAIM.format("x", "It is built."), DECISION)
    assert (only.about.label, only.property) == ("Built or planned", None)
    assert [(s.words, s.modality) for s in only.sides] == [
        ("It is built.", "modality/agreed"),
        ("It is planned.", "modality/agreed"),
    ]


def test_a_decision_on_claims_of_one_document_is_no_disagreement() -> None:
    assert found("", CLAIM.format("x", "A") + CLAIM.format("y", "B"), DECISION) == []
