"""Where an export is put: whole or not at all, and never over what is somebody else's."""

from __future__ import annotations

import errno
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from defkg.export.files import SUMS, File, with_sums
from defkg.export.place import put
from defkg.project import ProjectError

FILES = [File("a.txt", b"one"), File("sub/b.txt.gz", b"two")]


def broken() -> Iterator[File]:
    yield File("a.txt", b"new")
    raise OSError(errno.ENOSPC, "No space left on device")


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_folder_holds_the_files_and_sha256sum_agrees(tmp_path: Path) -> None:
    target = tmp_path / "new" / "out"
    assert put(with_sums(FILES), target)[0] == 3
    assert names(target) == [SUMS, "a.txt", "sub/b.txt.gz"]
    assert list((tmp_path / "new").iterdir()) == [target]
    subprocess.run(["sha256sum", "-c", "--strict", SUMS], cwd=target, check=True, capture_output=True)
    (target / "a.txt").write_text("other")
    assert subprocess.run(["sha256sum", "-c", SUMS], cwd=target, check=False, capture_output=True).returncode == 1


def test_a_zip_holds_the_same(tmp_path: Path) -> None:
    put(with_sums(FILES), tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["a.txt", "sub/b.txt.gz", SUMS]
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_what_is_there_is_replaced_only_by_force(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    put(with_sums(FILES), target)
    with pytest.raises(ProjectError, match=r"is there already.*--force"):
        put(with_sums(FILES), target)
    put(with_sums(FILES[:1]), target, force=True)
    put(with_sums([File("c", b"")]), target, force=True)
    found = names(target) if target.is_dir() else zipfile.ZipFile(target).namelist()
    assert sorted(found) == [SUMS, "c"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["out", "out.zip"])
@pytest.mark.parametrize("force", [False, True])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, name: str, force: bool) -> None:
    target = tmp_path / name
    if force:
        put(with_sums(FILES), target)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ProjectError, match="No space left on device"):
        put(broken(), target, force)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert bool(list(tmp_path.iterdir())) is force


def test_what_no_export_wrote_is_never_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    put(with_sums(FILES), target)
    (target / "sub" / "notes.txt").write_text("mine")
    with pytest.raises(ProjectError, match=r"holds sub/notes.txt, which no export wrote"):
        put(with_sums(FILES), target, force=True)
    assert (target / "sub" / "notes.txt").read_text() == "mine"


def test_neither_is_what_is_no_export_at_all(tmp_path: Path) -> None:
    own, file, link = (tmp_path / name for name in ("own", "file.zip", "link"))
    own.mkdir()
    (own / "letter.txt").write_text("mine")
    file.write_text("mine")
    link.symlink_to(own)
    for target in (own, file, link):
        with pytest.raises(ProjectError, match="so it is not replaced"):
            put(with_sums(FILES), target, force=True)
    assert names(own) == ["letter.txt"]
    assert file.read_text() == "mine"


def test_what_a_killed_export_left_is_cleared_away(tmp_path: Path) -> None:
    target = tmp_path / "out"
    put(with_sums(FILES), target)
    for word in ("fresh", "old", "fresh.building"):
        left = tmp_path / (f"..out.{word}" if "building" in word else f".out.{word}")
        left.mkdir()
        (left / "half").write_text("")
    put(with_sums(FILES), target, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
