"""What was prepared once is taken again; what was not made to its end is made anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.preparing import prepared

from defkg.artefact.manifest import Manifest


def test_what_was_prepared_is_taken_again(tmp_path: Path) -> None:
    (tmp_path / "project.part").mkdir()
    data, told = prepared(50, None, tmp_path, built=True)
    assert data.artefact
    assert told["quads"] == Manifest.read(data.artefact).quads == data.quads.read_bytes().count(b"\n")
    assert {"triples", "generate", "build", "quads_size", "artefact_size"} <= set(told)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert prepared(50, None, tmp_path, built=True) == (data, told)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    with pytest.raises(ValueError, match="is of 50 triples"):
        prepared(51, None, tmp_path, built=True)


def test_without_an_artefact_the_quads_are_the_same(tmp_path: Path) -> None:
    for name in ("built", "not"):
        (tmp_path / name).mkdir()
    built, _ = prepared(50, None, tmp_path / "built", built=True)
    data, told = prepared(50, built.project, tmp_path / "not", built=False)
    assert data.artefact is None
    assert told["build"] == 0
    assert named(data.quads) == named(built.quads)


def named(quads: Path) -> set[bytes]:
    """The lines without blank nodes, which have other names each time."""
    return {line for line in quads.read_bytes().splitlines() if b"_:" not in line}
