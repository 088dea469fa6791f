"""Deep queries get the room that they need, in the shell and in Python as in a worker."""

from __future__ import annotations

import threading

import pytest

import defkg
from defkg.stack import roomy
from tests.test_cli import run

DEEP = {
    "negation": f"ASK {{ FILTER({'!' * 20_000}true) }}",
    "minus": f"ASK {{ ?x a defkg:Country {'MINUS { ?x defkg:x ?y } ' * 3_000} }}",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_query_is_answered_or_refused_by_the_shell(name: str) -> None:
    said = run("query", "-", stdin=DEEP[name])
    assert said.returncode in (0, 2), said.stderr
    assert said.stdout.strip() in ("true", "false") if said.returncode == 0 else said.stderr.startswith("defkg: ")


def test_deep_query_is_answered_in_python() -> None:
    assert defkg.load().query(DEEP["negation"]) is True


def test_work_is_done_on_a_thread_of_its_own_and_the_size_is_put_back() -> None:
    before = threading.stack_size(1 << 20)
    try:
        assert roomy(threading.current_thread) is not threading.current_thread()
        assert threading.stack_size() == 1 << 20
    finally:
        threading.stack_size(before)


def test_what_work_raises_is_raised() -> None:
    def fail() -> None:
        raise ValueError("so")

    with pytest.raises(ValueError, match="so"):
        roomy(fail)


def test_results_of_work_that_failed_end_with_its_thread() -> None:
    seen: list[str] = []

    class Result:
        def __del__(self) -> None:
            seen.append(threading.current_thread().name)

    def fail() -> None:
        result = Result()
        seen.append(threading.current_thread().name)
        raise ValueError(f"after {result}")

    with pytest.raises(ValueError, match="after"):
        roomy(fail)
    assert seen == [seen[0]] * 2
