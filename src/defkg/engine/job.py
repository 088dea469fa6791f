"""A question on its way through the pool: who waits for it, until when, and which worker is at it."""

from __future__ import annotations

from collections.abc import Callable

from defkg.engine import Problem
from defkg.engine.frames import Frame

Done = Callable[[Frame | Problem], None]


class Job:
    """One question.

    Attributes:
        data: the question's message.
        timeout: seconds that it may take, waiting included.
        deadline: when these are over, by the loop's clock.
        done: called once, with the answer's message or with why there is none.
        fd: an open file that goes with the question.
        settled: whether `done` was called, or nobody waits any more.
        again: whether it was asked before, of a worker that died with its zygote.
    """

    __slots__ = ("again", "data", "deadline", "done", "fd", "settled", "timeout")

    def __init__(self, data: bytes, timeout: float, deadline: float, done: Done, fd: int | None = None) -> None:
        self.data = data
        self.timeout = timeout
        self.deadline = deadline
        self.done = done
        self.fd = fd
        self.settled = False
        self.again = False
