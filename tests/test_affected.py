"""What a change can affect: a check of that part finds what a check of everything finds."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from defkg.affected import affected
from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.gate import examine
from defkg.project import Project
from defkg.turtle import TurtleFile, read_turtle

FILES = ["data/registry/", "data/sources/", "data/curation.ttl"]


def changed(dataset: Dataset, name: str, text: str) -> Dataset:
    new = read_turtle(name, text.encode())
    return Dataset([(new if file.path == name else file, graph) for file, graph in dataset.files])


def findings(project: Project, dataset: Dataset, name: str, text: str) -> tuple[list[Finding], list[Finding]]:
    """By checking all, and by checking what the change can affect."""
    now = changed(dataset, name, text)
    part = affected(now, {name: text_of(dataset, name).encode()})
    assert part is not None
    return examine(project, now), examine(project, now, part=part)


def text_of(dataset: Dataset, name: str) -> str:
    return next(file.text for file, _ in dataset.files if file.path == name)


def mutant(file: TurtleFile, chance: random.Random) -> str:
    """The text with one line lost, one name misspelt, one number or one class altered."""
    lines = file.text.splitlines(keepends=True)
    whole = [n for n, line in enumerate(lines) if line.startswith("    ") and line.endswith(";\n")]
    kind = chance.choice(["drop", "name", "number", "class"])
    if kind == "drop" and whole:
        at = chance.choice(whole)
        return "".join(lines[:at] + lines[at + 1 :])
    pattern = {"number": r"\d+", "class": r"(?<= a )defkg:\w+"}.get(kind, r"id:[a-z-]+\\/[\w-]+")
    start = file.text.index("\n\n")
    found = chance.choice(list(re.finditer(pattern, file.text[start:])) or [re.match("", file.text[start:])])
    assert found
    new = {"number": str(chance.randrange(100)), "class": "defkg:Meeting"}.get(kind, found.group() + "x")
    return file.text[: start + found.start()] + new + file.text[start + found.end() :]


@pytest.mark.parametrize("seed", range(30))
def test_a_random_change_has_the_same_findings(project: Project, dataset: Dataset, seed: int) -> None:
    chance = random.Random(seed)
    files = [file for file, _ in dataset.files if file.path.startswith(tuple(FILES))]
    file = chance.choice(files)
    all_of_them, near = findings(project, dataset, file.path, mutant(file, chance))
    assert near == all_of_them


def test_a_changed_ontology_affects_everything(dataset: Dataset) -> None:
    assert affected(dataset, {"ontology/defkg.ttl": b""}) is None
    assert affected(dataset, {"queries/checks/ordinal-unique.rq": b""}) is None


def test_far_things_are_left_out_and_said(dataset: Dataset) -> None:
    name = "data/sources/2024-12-13-india-thailand-jwg.ttl"
    text = text_of(dataset, name).replace("passage\\/2024-12-13-india-thailand-jwg-s1 ", "passage\\/other ", 1)
    part = affected(changed(dataset, name, text), {name: text_of(dataset, name).encode()})
    assert part is not None
    assert part.things is not None
    assert 0 < len(part.things) < len(dataset.subjects) / 2
    assert re.match(r"[\d,]+ of [\d,]+ things", part.left_out[0])


def test_a_file_that_is_gone_leaves_dangling_references(project: Project, dataset: Dataset) -> None:
    name = "data/registry/places.ttl"
    now = Dataset([(file, graph) for file, graph in dataset.files if file.path != name])
    part = affected(now, {name: text_of(dataset, name).encode()})
    assert part is not None
    near = examine(project, now, part=part)
    assert near == examine(project, now)
    assert {Path(finding.place.file).name for finding in near} > {"2025-12-09-pti-india-brunei-jwg.ttl"}
