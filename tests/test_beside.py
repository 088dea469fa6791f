"""Work in a forked process gives what it gives here, also where that process dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from defkg.beside import Step, beside

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.fixture
def single(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever threads the test runner has hold nothing that the work needs."""
    monkeypatch.setattr("defkg.beside.threading.active_count", lambda: 1)


def numbered(step: Step) -> int:
    step("one")
    step("two")
    return os.getpid()


@pytest.mark.usefixtures("single")
def test_another_process_does_it_and_says_what() -> None:
    told: list[str] = []
    with beside(numbered, told.append) as work:
        assert work.early is None
        found = work.result()
        assert found != os.getpid()
        assert work.result() == found
    assert told == ["one", "two"]
    with pytest.raises(ProcessLookupError):
        os.kill(found, 0)


@pytest.mark.usefixtures("single")
def test_it_is_done_here_where_another_process_may_not() -> None:
    told: list[str] = []
    with beside(numbered, told.append, possible=False) as work:
        assert work.early == os.getpid()
    assert told == ["one", "two"]


def test_it_is_done_here_beside_other_threads() -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        with beside(numbered, lambda _: None) as work:
            assert work.early == os.getpid()
    finally:
        end.set()
        thread.join()


@pytest.mark.usefixtures("single")
def test_what_a_process_that_dies_did_not_do_is_done_here() -> None:
    here = os.getpid()

    def dying(step: Step) -> int:
        step("begun")
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with beside(dying, lambda _: None) as work:
        assert work.result() == here


@pytest.mark.usefixtures("single")
def test_an_error_is_raised_where_the_result_is_waited_for() -> None:
    def failing(_: Step) -> int:
        raise ValueError("none")

    with beside(failing, lambda _: None) as work, pytest.raises(ValueError, match="none"):
        work.result()


@pytest.mark.usefixtures("single")
def test_a_block_that_is_left_ends_the_process(tmp_path: Path) -> None:
    noted = tmp_path / "pid"

    def endless(_: Step) -> int:
        noted.write_text(str(os.getpid()))
        time.sleep(600)
        return 0

    with beside(endless, lambda _: None):
        while not (noted.exists() and noted.read_text()):
            time.sleep(0.01)
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)
