"""The made-up graph: the same for everybody, of the size asked for, clean, and with something to tell."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.graph import write
from pyoxigraph import BlankNode, RdfFormat, parse

from defkg.dataset import Dataset
from defkg.gate import examine
from defkg.inference import close
from defkg.project import Project
from defkg.question import library
from tests.conftest import ROOT

SIZE = 6_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("graph") / "project"
    write(path, SIZE)
    return path


@pytest.fixture(scope="module")
def closed(folder: Path) -> Dataset:
    return close(Dataset.load(Project.open(folder)))


def made(folder: Path) -> dict[str, bytes]:
    """The files that are not those of the bundled project."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("made-*.ttl")}
    return {name: path.read_bytes() for name, path in sorted(files.items())}


def test_the_same_seed_gives_the_same_bytes_in_another_process(folder: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "benchmarks.graph", str(tmp_path / "again"), str(SIZE)]
    subprocess.run(words, check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "77"}, stdout=subprocess.DEVNULL)
    assert made(tmp_path / "again") == made(folder)


def test_another_seed_gives_another_world(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", SIZE, seed=8)
    one, other = made(folder), made(tmp_path / "other")
    assert all(one[name] != other[name] for name in one.keys() & other.keys())


def test_it_has_as_many_triples_as_asked_for_and_no_blank_node(tmp_path: Path) -> None:
    told = write(tmp_path / "project", SIZE)
    quads = [quad for text in made(tmp_path / "project").values() for quad in parse(text, format=RdfFormat.TURTLE)]
    assert len(quads) == told
    assert SIZE <= told < SIZE + 1_000
    assert not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object))


def test_it_passes_every_check(folder: Path) -> None:
    project = Project.open(folder)
    assert examine(project, Dataset.load(project)) == []


def test_its_countries_have_codes_that_nobody_has(folder: Path) -> None:
    text = (folder / "data" / "registry" / "made-country-1.ttl").read_text()
    codes = [line.split('"')[1] for line in text.splitlines() if "skos:notation" in line]
    assert len(codes) > 5
    assert all(len(code) == 3 and code.startswith("X") for code in codes)


def test_officials_rise_from_post_to_post(closed: Dataset) -> None:
    rows = closed.select("SELECT DISTINCT ?o ?p WHERE { ?x defkg:participant ?o ; defkg:inCapacityOf ?p }")
    posts = Counter(str(row["o"]) for row in rows if "X" in str(row["p"]).upper())
    assert posts.most_common(1)[0][1] > 1


def test_the_library_finds_something_in_it(closed: Dataset, folder: Path) -> None:
    question = library(Project.open(folder))["jwgs-co-chaired-by"]
    officials = closed.select("SELECT DISTINCT ?o WHERE { ?o defkg:coChaired ?m . ?m a defkg:JointWorkingGroup }")
    assert len(officials) > 10
    for row in officials[:10]:
        assert closed.select(question.bind({"official": row["o"]}))


def test_what_it_holds_in_memory_hardly_grows_with_its_size(tmp_path: Path) -> None:
    peaks, sizes = [], []
    for size in (5_000, 40_000):
        folder = tmp_path / str(size)
        tracemalloc.start()
        write(folder, size)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        sizes.append(sum(map(len, made(folder).values())))
    assert peaks[1] - peaks[0] < (sizes[1] - sizes[0]) / 4
