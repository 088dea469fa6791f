"""Every rule has a passing and a failing example; the failing one has exactly the finding it is for, in its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from defkg.dataset import Dataset, own_graph
from defkg.gate import examine
from defkg.project import Project
from defkg.terms import CHECKS, SH, SHAPES, SHAPES_GRAPH, TYPE, source_graph
from defkg.turtle import read_turtle

EXAMPLES = Path(__file__).parent / "examples"
RULES = sorted(folder.name for folder in EXAMPLES.iterdir())
IN_CODE = {"syntax", "undeclared-term", "dangling-reference", "blank-node", "ill-typed", "edtf-bounds", "inconsistent"}
WITHOUT_EXAMPLE = {"not-utf8", "misplaced-file", "uncovered-axiom", "evidence-digest"}  # no Turtle file shows them


def examined(project: Project, dataset: Dataset, path: Path) -> list[tuple[str, int, int]]:
    file = read_turtle(path.name, path.read_bytes())
    with_example = Dataset([*dataset.files, (file, own_graph(file, source_graph(path.stem)))])
    findings = examine(project, with_example, only={path.name})
    return [(f.rule, f.place.line, f.place.column) for f in findings]


def rules(project: Project, dataset: Dataset) -> set[str]:
    kinds = (NamedNode(SH + "NodeShape"), NamedNode(SH + "PropertyShape"))
    graph = dataset.graph(SHAPES_GRAPH)
    shapes = {str(t.subject)[1:-1] for t in graph if t.predicate == TYPE and t.object in kinds}
    silent = {shape for shape in shapes if not constrains(dataset, shape)}
    return (
        (shapes - silent)
        | {CHECKS + path.stem for path in project.query_files("checks")}
        | {CHECKS + n for n in IN_CODE}
    )


def constrains(dataset: Dataset, shape: str) -> bool:
    said = {t.predicate.value for t in dataset.graph(SHAPES_GRAPH) if str(t.subject)[1:-1] == shape}
    about = {"targetClass", "targetSubjectsOf", "targetObjectsOf", "property", "message", "description", "severity"}
    about |= {"path", "name", "order", "group", "target"}
    return any(p.startswith(SH) and p.removeprefix(SH) not in about for p in said)


def local(rule: str) -> str:
    return rule.removeprefix(SHAPES).removeprefix(CHECKS)


def test_every_rule_has_its_examples(project: Project, dataset: Dataset) -> None:
    assert {local(rule) for rule in rules(project, dataset)} - set(RULES) == set()


@pytest.mark.parametrize("rule", RULES)
def test_failing_example_has_one_finding_in_its_place(project: Project, dataset: Dataset, rule: str) -> None:
    path = EXAMPLES / rule / "fail.ttl"
    expected = re.match(r"# expect (\d+):(\d+)", path.read_text())
    assert expected
    found = [(local(iri), line, column) for iri, line, column in examined(project, dataset, path)]
    assert found == [(rule, int(expected[1]), int(expected[2]))]


@pytest.mark.parametrize("rule", RULES)
def test_passing_example_has_none(project: Project, dataset: Dataset, rule: str) -> None:
    assert examined(project, dataset, EXAMPLES / rule / "pass.ttl") == []
