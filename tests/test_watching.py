"""Saves are seen, whatever way an editor writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from defkg.watching import changes

PAUSE = 0.01


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data" / "sources").mkdir(parents=True)
    for name in ("a.ttl", "b.ttl", "c.txt"):
        (tmp_path / "data" / "sources" / name).write_text("1")
    return tmp_path / "data"


def after(change: Callable[[], object], *roots: Path) -> set[str]:
    seen = changes(roots, PAUSE)
    change()
    return {path.name for path in next(seen)}


def replace(path: Path) -> None:
    beside = path.with_name(".a.ttl.swp")
    beside.write_text(path.read_text())
    beside.replace(path)


def test_a_save_is_seen(folder: Path) -> None:
    assert after(lambda: (folder / "sources" / "a.ttl").write_text("2"), folder) == {"a.ttl"}


def test_a_rename_over_the_file_is_seen_even_with_the_same_size(folder: Path) -> None:
    assert after(lambda: replace(folder / "sources" / "a.ttl"), folder) == {"a.ttl"}


def test_new_renamed_and_deleted_files_are_seen(folder: Path) -> None:
    assert after(lambda: (folder / "new.rq").write_text(""), folder) == {"new.rq"}
    assert after((folder / "sources" / "b.ttl").unlink, folder) == {"b.ttl"}
    assert after(lambda: (folder / "sources" / "a.ttl").rename(folder / "d.ttl"), folder) == {"a.ttl", "d.ttl"}
    (folder / "sources" / "e.ttl").write_text("")
    assert after(lambda: (folder / "sources").rename(folder.parent / "gone"), folder) == {"e.ttl"}


def test_files_beside_the_data_and_those_of_editors_are_not_looked_at(folder: Path) -> None:
    seen = changes([folder], PAUSE)
    for name in ("c.txt", ".a.ttl", "a.ttl~", "4913", ".defkg-x"):
        (folder / "sources" / name).write_text("2")
    (folder / "z.ttl").write_text("")
    assert {path.name for path in next(seen)} == {"z.ttl"}


def test_a_single_file_is_watched_whatever_it_is_called(folder: Path) -> None:
    file = folder / "sources" / "c.txt"
    assert after(lambda: file.write_text("22"), file) == {"c.txt"}
    assert after(file.unlink, file) == {"c.txt"}


def test_what_changes_while_nobody_asks_is_told_at_the_next_turn(folder: Path) -> None:
    seen = changes([folder], PAUSE)
    (folder / "sources" / "a.ttl").write_text("2")
    next(seen)
    (folder / "sources" / "b.ttl").write_text("2")
    time.sleep(5 * PAUSE)
    assert {path.name for path in next(seen)} == {"b.ttl"}


def test_a_file_that_is_still_being_written_is_waited_for(folder: Path) -> None:
    file = folder / "sources" / "a.ttl"

    def write() -> None:
        with file.open("a") as out:
            for _ in range(20):
                out.write("x" * 100)
                out.flush()
                time.sleep(PAUSE / 2)

    seen = changes([folder], 4 * PAUSE)
    writer = threading.Thread(target=write)
    writer.start()
    next(seen)
    assert file.stat().st_size == 2001
    writer.join()


def test_a_file_that_is_never_still_is_told_all_the_same(folder: Path) -> None:
    file, stop = folder / "sources" / "a.ttl", threading.Event()

    def write() -> None:
        while not stop.wait(PAUSE / 4):
            with file.open("a") as out:
                out.write("x")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert next(changes([folder], PAUSE)) == {file}
    finally:
        stop.set()
        writer.join()


def test_a_save_is_told_soon_enough_for_an_answer_in_half_a_second(folder: Path) -> None:
    seen = changes([folder])
    threading.Timer(0.1, lambda: (folder / "sources" / "a.ttl").write_text("2")).start()
    begun = time.monotonic()
    next(seen)
    assert time.monotonic() - begun < 0.1 + 0.3
