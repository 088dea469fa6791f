"""Answers in memory and in files, and their limits."""

from __future__ import annotations

import tempfile
from typing import BinaryIO

import pytest

from defkg.engine import Problem
from defkg.engine.limits import LimitError, Limits
from defkg.engine.rows import counter
from defkg.engine.spool import INLINE, Spool


def filled(size: int, limits: Limits = Limits()) -> Spool:  # noqa: B008 - frozen
    spool = Spool(limits)
    for start in range(0, size, 8192):
        spool.write(b"x" * min(8192, size - start))
    spool.flush()
    return spool


def test_small_answer_stays_in_memory() -> None:
    spool = filled(INLINE)
    assert (spool.file, spool.length, len(spool.body())) == (None, INLINE, INLINE)


def test_large_answer_goes_whole_to_a_file() -> None:
    spool = filled(INLINE + 1)
    assert spool.file is not None
    spool.file.seek(0)
    assert len(spool.file.read()) == spool.length == INLINE + 1
    spool.file.close()


def test_answer_over_its_size_is_a_problem() -> None:
    with pytest.raises(Problem) as raised:
        filled((1 << 20) + 300_000, Limits(answer=1))
    assert (raised.value.kind, raised.value.status) == ("answer-too-large", 413)


def broken_off(spool: Spool, fault: BaseException, files: list[BinaryIO | None]) -> None:
    """Writes more than stays in memory, and fails; `files` gets the file."""
    with spool.whole():
        spool.write(b"the answer to another query " * (INLINE // 20))
        spool.flush()
        files.append(spool.file)
        raise fault


def test_an_answer_that_fails_keeps_no_file() -> None:
    spool, files = Spool(Limits()), list[BinaryIO | None]()
    with pytest.raises(ValueError, match="half-way"):
        broken_off(spool, ValueError("half-way"), files)
    assert spool.file is None
    assert [file.closed for file in files if file] == [True]


@pytest.mark.parametrize("fault", [ValueError(), MemoryError(), KeyboardInterrupt()])
def test_a_file_that_was_lent_holds_nothing_of_an_answer_that_failed(fault: BaseException) -> None:
    with tempfile.TemporaryFile() as spare:
        first, second = (Spool(Limits(), file=spare) for _ in range(2))
        with pytest.raises(type(fault)):
            broken_off(first, fault, [])
        with second.whole():
            second.write(b"x" * (INLINE + 1))
        assert second.file is spare
        spare.flush()
        spare.seek(0)
        assert spare.read() == b"x" * (INLINE + 1)


def test_answer_with_too_many_rows_is_a_problem() -> None:
    spool = Spool(Limits(rows=2), counter("text/csv"))
    spool.write(b"a\r\n1\r\n2\r\n")
    spool.flush()
    spool.write(b"3\r\n")
    with pytest.raises(Problem) as raised:
        spool.flush()
    assert (raised.value.kind, raised.value.more) == ("rows", {"limit": 2})


def test_limits_are_given_or_of_the_environment_or_default() -> None:
    limits = Limits.read({"DEFKG_ROWS": "7", "DEFKG_TIMEOUT": "1.5"}, timeout=2)
    assert (limits.rows, limits.timeout, limits.memory) == (7, 2, 512)


@pytest.mark.parametrize("text", ["many", "-1", "0", "nan", "inf", "1e400"])
def test_limit_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(LimitError, match="DEFKG_TIMEOUT"):
        Limits.read({"DEFKG_TIMEOUT": text})
