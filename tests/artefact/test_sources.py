"""A project read file by file: the triples that the whole of it has, with names for blank nodes that stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Quad

from defkg.artefact.sources import Sources, copy_project, dataset_digest, project_digest
from defkg.dataset import Dataset
from defkg.project import Project, ProjectError
from defkg.question import library
from defkg.terms import ONTOLOGY_GRAPH


def plain(quads: set[Quad]) -> set[Quad]:
    return {q for q in quads if not any(isinstance(term, BlankNode) for term in (q.subject, q.object))}


def test_quads_and_digest_are_those_of_the_dataset(project: Project, dataset: Dataset) -> None:
    sources = Sources(project)
    found = set(sources.quads())
    expected = set(Dataset(dataset.files).store)
    assert plain(found) == plain(expected)
    assert len(found) == len(expected)
    assert sources.digest == dataset_digest(project) == dataset.digest
    assert sources.asserted == sum(len(file.placed) for file, _ in dataset.files)
    assert len(sources.ontology) == len(dataset.graph(ONTOLOGY_GRAPH))


def test_blank_nodes_keep_their_names_and_no_two_files_share_them(copy: Path) -> None:
    for name in ("one", "two"):
        (copy / f"data/sources/{name}.ttl").write_text("<urn:a> <urn:b> _:same, [ <urn:c> ( 1 2 ) ] .")
    first, second = (list(Sources(Project.open(copy)).quads()) for _ in range(2))
    assert first == second
    mine = [q for q in first if q.predicate.value == "urn:b" and q.graph_name != DefaultGraph()]
    assert len({q.object for q in mine}) == 4


def test_fault_is_told_with_its_place(copy: Path) -> None:
    (copy / "data/sources/one.ttl").write_text("<urn:a> <urn:b>\n  wrong .")
    with pytest.raises(ProjectError, match=r"^data/sources/one\.ttl:2:3 .*mend it"):
        list(Sources(Project.open(copy)).quads())


def test_digest_of_the_project_sees_what_that_of_the_data_does_not(copy: Path) -> None:
    project = Project.open(copy)
    before = dataset_digest(project), project_digest(project)
    check = next((copy / "queries/checks").glob("*.rq"))
    check.write_text(check.read_text() + "\n# more\n")
    assert dataset_digest(project) == before[0]
    assert project_digest(project) != before[1]


def test_copy_has_all_but_the_data(project: Project, tmp_path: Path) -> None:
    copied = copy_project(project, tmp_path)
    assert library(copied) == library(project)
    assert {path.parent.name for path, _ in copied.turtle_files()} == {"ontology", "shapes"}
    assert copied.context()
