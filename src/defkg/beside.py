"""Work that a forked process does while this one goes on: it has all that this one holds, and nothing is read twice."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Generic, TypeVar

T = TypeVar("T")
Step = Callable[[str], None]
Work = Callable[[Step], T]


class Beside(Generic[T]):
    """Work that has begun; `beside` makes it.

    Args:
        work: what is done; it is told where to say what it does.
        step: told that.
        said: what the other process says; None where the work is done here.
    """

    def __init__(self, work: Work[T], step: Step, said: BinaryIO | None = None) -> None:
        self._work = work
        self._step = step
        self._said = said
        self._found: list[T] = []

    @property
    def early(self) -> T | None:
        """What it gives, where that is known without waiting."""
        return self._found[0] if self._found else None

    def result(self) -> T:
        """Waits for what it gives.

        Raises:
            Exception: what the work raises: where the other process ends without a result, it is done again here.
        """
        if not self._found:
            said, self._said = self._said, None
            self._found += self._told(said) if said else []
            self._found += [] if self._found else [self._work(self._step)]
        return self._found[0]

    def _told(self, said: BinaryIO) -> list[T]:
        with suppress(EOFError, pickle.UnpicklingError):
            while isinstance(told := pickle.load(said), str):
                self._step(told)
            return list(told)
        return []


@contextmanager
def beside(work: Work[T], step: Step, possible: bool = True) -> Iterator[Beside[T]]:
    """Begins work in a process of its own, which ends with the block.

    It is done here, at once, where that is not possible, and where this process has other threads: what they hold would
    never be let go of in the other one.

    Args:
        work: what to do; its result can be pickled.
        step: told what it says it does, here, when its result is waited for.
        possible: whether another process may do it.
    """
    if not possible or threading.active_count() > 1:
        here = Beside(work, step)
        here.result()
        yield here
        return
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        _do(work, theirs)
    os.close(theirs)
    try:
        with open(ours, "rb") as said:  # noqa: PTH123 - a descriptor, not a path
            yield Beside(work, step, said)
    finally:
        os.kill(pid, signal.SIGKILL)  # it is not reaped yet, so the number is still its own
        os.waitpid(pid, 0)


def _do(work: Work[T], theirs: int) -> None:
    try:
        with open(theirs, "wb") as said:
            found = work(lambda name: pickle.dump(name, said))
            pickle.dump((found,), said)
            said.flush()
        sys.stderr.flush()
    finally:
        os._exit(0)
