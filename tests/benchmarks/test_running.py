"""A server for a measurement: started, waited for, measured, and ended with all it started."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from benchmarks.running import Missing, disk, found, group, running

from tests.server import until

CHILD = (
    "import subprocess, sys, time; "
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True); "
)


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait for long until it is buried."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    return False


def started(folder: Path, code: str) -> list[str]:
    return [sys.executable, "-c", f"{code}open('ready', 'w').close(); time.sleep(60)"]


def test_it_ends_with_every_process_that_it_started(tmp_path: Path) -> None:
    with running(started(tmp_path, CHILD), tmp_path, (tmp_path / "ready").exists) as server:
        members = group(server.process.pid)
        assert len(members) == 2
        assert server.seconds > 0
    assert until(lambda: not any(map(lives, members)), 10)


def test_its_memory_is_that_of_all_its_processes(tmp_path: Path) -> None:
    held = "import time; held = b'x' * 60_000_000; "
    with running(started(tmp_path, held), tmp_path, (tmp_path / "ready").exists) as server:
        assert 60 < server.memory() < 200


def test_a_server_settles_when_its_processes_work_no_more(tmp_path: Path) -> None:
    busy = "import time; end = time.process_time() + 1\nwhile time.process_time() < end: pass\n"
    with running(started(tmp_path, ""), tmp_path, (tmp_path / "ready").exists) as server:
        assert server.settle(30)
    (tmp_path / "ready").unlink()
    words = [sys.executable, "-c", f"open('ready', 'w').close(); {busy}import time; time.sleep(60)"]
    with running(words, tmp_path, (tmp_path / "ready").exists) as server:
        assert not server.settle(0.3)
        assert server.settle(60)


def test_a_server_that_ends_by_itself_says_why(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sys; sys.exit('no such port')"]
    with pytest.raises(Missing, match="no such port"), running(words, tmp_path, lambda: False):
        pass


def test_a_program_that_is_not_there_is_named_with_its_remedy() -> None:
    with pytest.raises(Missing, match="nowhere is not installed: apt-get install it"):
        found("nowhere", "apt-get install it")
    assert os.access(found("sh", ""), os.X_OK)


def test_the_disk_that_a_folder_takes_is_counted_in_blocks(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(os.urandom(1_000_000))
    os.sync()
    assert 1.0 <= disk(tmp_path) < 1.1
    assert disk(tmp_path / "deep" / "file") == disk(tmp_path)
