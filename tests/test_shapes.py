"""Shapes and check queries say what to do, why, and how bad it is."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, NamedNode

from defkg.checks import Check
from defkg.dataset import Dataset
from defkg.project import Project
from defkg.question import split_head
from defkg.terms import RDFS, SH, SHAPES, SHAPES_GRAPH, TYPE
from tests.conftest import ROOT

CHECKS = sorted(ROOT.glob("queries/checks/*.rq"))
SHOWN = {TYPE.value, RDFS + "label", *(SH + name for name in ("path", "name", "group", "order"))}
"""What a group says, and a shape that orders a page and demands nothing."""

SAID = {SH + "message", SH + "description", SH + "severity"}


def test_every_shape_has_an_iri_a_message_a_reason_and_a_severity(dataset: Dataset) -> None:
    graph = dataset.graph(SHAPES_GRAPH)
    shapes = {t.subject for t in graph if t.predicate == TYPE and str(t.object).startswith(f"<{SH}")}
    shapes -= {s for s in shapes if {t.predicate.value for t in graph if t.subject == s} <= SHOWN}
    assert len(shapes) > 150
    for shape in shapes:
        assert str(shape).startswith(f"<{SHAPES}")
        assert {t.predicate.value for t in graph if t.subject == shape} >= SAID, shape


def test_no_property_shape_is_anonymous_and_none_is_sparql(dataset: Dataset) -> None:
    graph = dataset.graph(SHAPES_GRAPH)
    assert not [t for t in graph if t.predicate.value == SH + "property" and isinstance(t.object, BlankNode)]
    assert not [t for t in graph if t.predicate.value == SH + "sparql"]


def test_every_class_has_a_shape(closed: Dataset) -> None:
    targets = {t.object for t in closed.graph(SHAPES_GRAPH) if t.predicate == NamedNode(SH + "targetClass")}
    rows = closed.select("SELECT ?class { ?class a owl:Class FILTER(STRSTARTS(STR(?class), STR(defkg:))) }")
    assert [row["class"] for row in rows if row["class"] not in targets] == []


@pytest.mark.parametrize("path", CHECKS, ids=[path.stem for path in CHECKS])
def test_check_can_be_read_and_says_why(project: Project, path: object) -> None:
    assert path in project.query_files("checks")
    check = Check.read(ROOT / str(path))
    head, _ = split_head((ROOT / str(path)).read_text())
    assert check.message
    assert head["reason"]
