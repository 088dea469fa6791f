"""Closing: as the rules say, whichever way, and only once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from pyoxigraph import DefaultGraph, Store, Triple

from defkg.dataset import Dataset, quads
from defkg.gate import examine
from defkg.inference import close, close_store, consequences, rules
from defkg.project import Project
from defkg.terms import INFERRED_GRAPH, ONTOLOGY_GRAPH
from tests.inference import reference
from tests.inference.worlds import graphs, ontologies, triples


@settings(deadline=None)
@given(ontologies, graphs)
def test_what_follows_is_what_the_rules_say(ontology: list[Triple], data: set[Triple]) -> None:
    todo = rules(ontology)
    found = list(consequences(todo, data))
    assert set(found) == reference.consequences(todo, data)
    assert len(set(found)) == len(found)


def test_bundled_graph_closes_as_the_rules_say(dataset: Dataset, closed: Dataset) -> None:
    todo = rules(dataset.graph(ONTOLOGY_GRAPH))
    assert closed.inferred == reference.consequences(todo, dataset.asserted)
    assert closed.inferred.isdisjoint(dataset.asserted)


def test_long_chains_close_without_trying_every_pair_at_every_step() -> None:
    ontology = rules(triples(":p a owl:TransitiveProperty ."))
    data = triples("".join(f":i{n} :p :i{n + 1} .\n" for n in range(150)))
    found = list(consequences(ontology, data))
    assert len(found) == len(set(found)) == 150 * 149 // 2


def test_a_dataset_is_closed_once(dataset: Dataset) -> None:
    assert close(dataset) is close(dataset)
    assert close(dataset).files is dataset.files
    assert close(dataset).asserted is dataset.asserted


def test_what_the_gate_has_closed_is_not_closed_again(project: Project) -> None:
    dataset = Dataset.load(project)
    assert examine(project, dataset) == []
    kept = dataset.closed
    assert kept is not None
    assert kept is close(dataset)


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_store_is_closed_in_its_default_graph_and_in_one_of_its_own(
    dataset: Dataset, closed: Dataset, tmp_path: Path, on_disk: bool
) -> None:
    store = Store(str(tmp_path / "store")) if on_disk else Store()
    store.bulk_extend(quads(dataset.asserted, DefaultGraph()))
    before = {quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}
    assert close_store(store, rules(dataset.graph(ONTOLOGY_GRAPH))) == len(closed.inferred)
    inferred = {quad.triple for quad in store.quads_for_pattern(None, None, None, INFERRED_GRAPH)}
    assert inferred == closed.inferred
    assert {quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())} == before | inferred


def test_progress_is_told_to_the_end(dataset: Dataset, closed: Dataset) -> None:
    store = Store()
    store.bulk_extend(quads(dataset.asserted, DefaultGraph()))
    told: list[tuple[str, int, int]] = []
    close_store(store, rules(dataset.graph(ONTOLOGY_GRAPH)), lambda *words: told.append(words))
    assert told[-1] == ("writing", len(closed.inferred), len(closed.inferred))
    assert "following" in {name for name, _, _ in told}
