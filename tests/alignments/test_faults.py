"""What `defkg check` finds in alignments."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from defkg.alignments.faults import ALIGNMENT, alignment_faults
from defkg.dataset import Dataset
from defkg.project import FOLDERS, Project
from tests.conftest import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for part in FOLDERS:
        shutil.copytree(ROOT / part, tmp_path / part)
    return Project.open(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("prov.sssom.tsv", "\tskos:", "\tsk:", "ontology/alignments/prov.sssom.tsv:{}:1"),
        ("prov.sssom.tsv", "\ndefkg:", "\ndefkg:No", "is not declared"),
        ("prov.ttl", 'rdfs:comment "', 'rdfs:comment "Not that ', "python tools/alignments.py"),
    ],
)
def test_check_tells_of_a_fault_in_an_alignment(project: Project, file: str, old: str, new: str, told: str) -> None:
    path = project.root / "ontology" / "alignments" / file
    before = path.read_text()
    line = before[: before.index(old) + 1].count("\n") + 1
    path.write_text(before.replace(old, new, 1))
    found = [finding for _, finding in alignment_faults(project, Dataset.load(project))]
    assert found
    assert all(finding.rule == ALIGNMENT for finding in found)
    assert told.format(line) in str(found[0].place) + found[0].message + found[0].hint
    assert any(finding.place.line == line for finding in found)


def test_check_tells_of_a_table_without_turtle_and_the_other_way(project: Project) -> None:
    folder = project.root / "ontology" / "alignments"
    (folder / "prov.ttl").unlink()
    (folder / "org.sssom.tsv").unlink()
    said = [finding.message for _, finding in alignment_faults(project, Dataset.load(project))]
    assert said == [
        "there is no table that this Turtle is made from",
        "its Turtle, prov.ttl, is not there",
    ]


def test_check_tells_of_an_alignment_that_is_no_text(project: Project) -> None:
    (project.root / "ontology" / "alignments" / "prov.ttl").write_bytes(b"\xff")
    ((_, finding),) = alignment_faults(project, Dataset.load(project))
    assert finding.place.file == "ontology/alignments/prov.ttl"
