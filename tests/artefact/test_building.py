"""An artefact built: the same bytes each time, all that a server over the project has, and nothing where it fails."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

from defkg.artefact.building import Unfit, build
from defkg.artefact.examination import Examination, look_at
from defkg.artefact.manifest import Manifest
from defkg.artefact.opening import open_artefact
from defkg.loading import Recipe, load, spool
from defkg.project import Project, ProjectError
from tests.conftest import ROOT
from tests.server import until
from tests.test_cli import run

MADE_ANEW = {"store.json"}


def command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "defkg", "build", *map(str, args)]


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "store")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_same_project_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    said = run("build", str(ROOT), "-o", str(tmp_path / "again"), PYTHONHASHSEED="7")
    digest = Manifest.read(built).digest
    assert (said.returncode, said.stdout.strip().endswith(f"checked, digest {digest}")) == (0, True)
    one, other = files(built), files(tmp_path / "again")
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name] and name not in MADE_ANEW] == []


def test_text_is_sorted_and_is_all_that_a_server_over_the_project_has(built: Path) -> None:
    lines = gzip.decompress((built / "graph.nq.gz").read_bytes()).splitlines(keepends=True)
    assert lines == sorted(set(lines))
    with spool() as data:
        loaded = load(Recipe(ROOT, check=False), data)
        data.seek(0)
        expected = {line for line in data if b"_:" not in line}
    assert {line for line in lines if b"_:" not in line} == expected
    manifest = Manifest.read(built)
    assert (manifest.digest, manifest.quads) == (loaded.digest, len(lines))
    assert manifest.text == hashlib.sha256(b"".join(lines)).hexdigest()


def test_counts_are_those_of_the_text_and_of_the_store(built: Path) -> None:
    text = gzip.decompress((built / "graph.nq.gz").read_bytes())
    counted = Counter(getattr(quad.graph_name, "value", "") for quad in parse(text, format=RdfFormat.N_QUADS))
    assert json.loads((built / "graphs.json").read_text()) == dict(counted)
    assert len(Store.read_only(str(built / "store"))) == counted.total()
    manifest = Manifest.read(built)
    assert (manifest.triples, manifest.graphs) == (counted[""], len(counted) - 1)


def test_nothing_in_it_tells_of_the_machine(built: Path) -> None:
    told = [name for name, content in files(built).items() if str(ROOT).encode() in content]
    assert told == []
    assert list((built / "store").glob("LOG*")) == []


def test_a_project_with_findings_is_not_built(copy: Path, tmp_path: Path) -> None:
    registry = copy / "data/registry/officials.ttl"
    registry.write_text(registry.read_text().replace("skos:prefLabel", "skos:prefLable"))
    with pytest.raises(Unfit):
        build(Project.open(copy), tmp_path / "a")
    said = run("build", str(copy), "-o", str(tmp_path / "a"))
    assert (said.returncode, said.stdout) == (1, "")
    assert "undeclared-term" in said.stderr
    assert said.stderr.strip().endswith("give --no-check to build it all the same")
    assert [path.name for path in tmp_path.iterdir()] == ["project"]
    assert Manifest.read(build(Project.open(copy), tmp_path / "a", check=False)[0]).checked == ""


def test_what_is_asserted_only(project: Project, tmp_path: Path) -> None:
    path, manifest = build(project, tmp_path / "a", check=False, infer=False)
    opened = open_artefact(path)
    os.close(opened.store)
    assert (manifest.inferred, opened.loaded.rules, opened.loaded.coverage) == (False, [], None)
    assert "infer nothing" in opened.loaded.unmeasured
    assert "https://w3id.org/defkg/graph/inferred" not in opened.graphs


def test_one_that_is_there_stays_and_is_enough_where_it_is_the_same(built: Path, project: Project) -> None:
    before = (built / "manifest.json").stat().st_mtime_ns
    assert build(project, built)[1].digest == Manifest.read(built).digest
    assert (built / "manifest.json").stat().st_mtime_ns == before
    with pytest.raises(ProjectError, match="is there already, and is of another graph"):
        build(project, built, infer=False)


def test_one_that_other_checks_were_put_to_is_not_enough(copy: Path, tmp_path: Path) -> None:
    project = Project.open(copy)
    build(project, tmp_path / "a", check=False)
    check = next((copy / "queries/checks").glob("*.rq"))
    check.write_text(check.read_text() + "\n# more\n")
    with pytest.raises(ProjectError, match="is of an earlier state of the project"):
        build(project, tmp_path / "a", check=False)


def test_default_name_tells_the_digest(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path, manifest = build(project, check=False)
    assert path.name == f"defkg-{manifest.digest[:12]}"
    with pytest.raises(ProjectError, match="was not checked"):
        build(project)


def test_a_build_that_is_killed_leaves_nothing_that_opens_and_the_next_one_succeeds(tmp_path: Path) -> None:
    left = tmp_path / ".a.building"
    for sign in ("store", "graph.nq.gz"):
        process = subprocess.Popen(command(ROOT, "--no-check", "-o", tmp_path / "a"))
        assert until((left / sign).exists, 60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "a").exists()
        with pytest.raises(ProjectError, match="no artefact"):
            open_artefact(left)
    assert run("build", str(ROOT), "--no-check", "-o", str(tmp_path / "a")).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_build_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(command(ROOT, "--no-check", "-o", tmp_path / "a"), stderr=subprocess.DEVNULL)
    assert until(lambda: (tmp_path / ".a.building/store").exists(), 60)
    process.send_signal(signal.SIGINT)
    process.wait()
    assert until(lambda: list(tmp_path.iterdir()) == [], 5)


def test_a_full_disk_is_told_in_a_line_and_nothing_is_left(tmp_path: Path) -> None:
    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    said = subprocess.run(
        command(ROOT, "--no-check", "-o", tmp_path / "a"), capture_output=True, text=True, check=False, preexec_fn=fill
    )
    assert said.returncode == 2
    assert re.fullmatch(r"defkg: .*could not be built: .*nothing of it is left\n", said.stderr.splitlines(True)[-1])
    assert list(tmp_path.iterdir()) == []


def test_a_project_that_changes_meanwhile_is_not_built(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(project: Project, check: bool, infer: bool) -> Examination:
        found = look_at(project, check, infer)
        (copy / "data/curation.ttl").write_text((copy / "data/curation.ttl").read_text() + "\n# more\n")
        return found

    monkeypatch.setattr("defkg.artefact.building.look_at", look)
    with pytest.raises(ProjectError, match="changed while it was read"):
        build(Project.open(copy), tmp_path / "a", check=False)
    assert not (tmp_path / "a").exists()


def test_progress_is_told(project: Project, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(project, tmp_path / "a", check=False, step=lambda *step: told.append(step))
    names = list(dict.fromkeys(name for name, _, _ in told))
    assert [name for name in ("reading", "names", "counting", "sorting", "writing") if name not in names] == []
    assert all(done <= of for _, done, of in told if of)
