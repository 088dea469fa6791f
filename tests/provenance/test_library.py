"""Sources per row are right for every question, as a slow way finds them that shares no code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from defkg.dataset import Dataset
from defkg.inference import rules
from defkg.project import Project
from defkg.provenance import answer
from defkg.question import library
from defkg.terms import ONTOLOGY_GRAPH
from tests.conftest import ROOT
from tests.provenance.slow_way import SlowWay


def asked() -> Iterator[tuple[str, str]]:
    for question in library(Project.open(ROOT)).values():
        by_name = {parameter.name: parameter for parameter in question.parameters}
        for number, case in enumerate([{}, *question.cases]):
            given = {name: by_name[name].term(str(text)) for name, text in case.get("parameters", {}).items()}
            yield f"{question.name}-{number}", question.bind({**question.defaults(), **given})


ASKED = dict(asked())


@pytest.fixture(scope="module")
def slow(closed: Dataset) -> SlowWay:
    return SlowWay(closed.store, rules(closed.graph(ONTOLOGY_GRAPH)))


@pytest.mark.parametrize("name", ASKED)
def test_sources_per_row_are_those_of_the_slow_way(name: str, closed: Dataset, slow: SlowWay) -> None:
    found = answer(closed.select, rules(closed.graph(ONTOLOGY_GRAPH)), ASKED[name])
    assert [row.values for row in found.rows] == closed.select(ASKED[name])
    assert slow.tells(found) == slow.rows(ASKED[name], found.variables)


def test_most_answers_have_sources(closed: Dataset) -> None:
    known = rules(closed.graph(ONTOLOGY_GRAPH))
    rows = [row for name in ASKED for row in answer(closed.select, known, ASKED[name]).rows]
    assert len(rows) > 500
    assert sum(bool(row.sources) for row in rows) > 0.9 * len(rows)
    assert sum(bool(row.inferred) for row in rows) > 0.3 * len(rows)
