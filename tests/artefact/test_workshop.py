"""A folder is made whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from defkg.artefact.workshop import workshop
from defkg.project import ProjectError


def test_it_is_there_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a" / "target"
    with workshop(target) as folder:
        (folder / "file").write_text("whole")
        (folder / "sub").mkdir()
        assert not target.exists()
    assert (target / "file").read_text() == "whole"
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def fail(folder: Path, error: type[BaseException]) -> None:
    (folder / "file").write_text("half")
    raise error


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_nothing_is_left_of_what_fails(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), workshop(tmp_path / "target") as folder:
        fail(folder, error)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".target.building"
    (left / "store").mkdir(parents=True)
    (left / "store" / "half").write_text("half")
    with workshop(tmp_path / "target") as folder:
        assert list(folder.iterdir()) == []
    assert list((tmp_path / "target").iterdir()) == []


def test_two_builds_of_one_target_do_not_meet(tmp_path: Path) -> None:
    with workshop(tmp_path / "target") as folder:
        (folder / "file").write_text("mine")
        with pytest.raises(ProjectError, match="another build"), workshop(tmp_path / "target"):
            raise AssertionError("it began")
        assert (folder / "file").exists()


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    with pytest.raises(ProjectError, match="there already"), workshop(tmp_path / "target"):
        raise AssertionError("it began")
    with pytest.raises(ProjectError, match="cannot be made"), workshop(Path("/proc/target")):
        raise AssertionError("it began")
