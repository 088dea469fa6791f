"""The pool: questions, a queue of those that wait for a worker, and deadlines that kill.

A question needs no task of its own: an answer that arrives calls who waits for it, and its worker gets the next one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any

from defkg.engine import Problem
from defkg.engine.causes import busy, ending, too_slow
from defkg.engine.crew import Crew
from defkg.engine.frames import Frame, encode
from defkg.engine.job import Done, Job
from defkg.engine.limits import Limits
from defkg.engine.stores import Data, Graphs
from defkg.engine.worker_link import WorkerLink, drop

_SOON = 0.02  # seconds: less than a new worker costs
_TICK = 0.001  # a clock may wake its sleeper a little early


class Pool:
    """Questions to the workers over one dataset.

    Attributes:
        crew: the workers.
    """

    def __init__(self, data: Data, graphs: Graphs, limits: Limits) -> None:
        self._limits = limits
        self._idle: list[WorkerLink] = []
        self._waiting: deque[Job] = deque()
        self._closing = False
        self._unsettled = 0
        self._alarm: asyncio.TimerHandle | None = None
        self.crew = Crew(data, graphs, limits, self)

    async def start(self) -> None:
        """Starts the workers.

        Raises:
            ZygoteFailed: the graph could not be loaded.
        """
        await self.crew.start()

    @property
    def graphs(self) -> dict[str, int]:
        """The triples of each named graph, and of the default graph under ""."""
        return self.crew.graphs

    @property
    def queued(self) -> int:
        """How many queries wait for a worker."""
        return len(self._waiting)

    async def run(self, members: dict[str, Any], timeout: float, fd: int | None = None) -> Frame:
        """Has a worker answer.

        Args:
            members: the question.
            timeout: seconds from now, waiting included.
            fd: an open file that goes with the question; it stays open here.

        Raises:
            Problem: too busy, too slow, too large, or the worker died of the query.
        """
        answered: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        job = self.submit(
            encode(members if fd is None else {**members, "fd": True}), timeout, partial(_tell, answered), fd
        )
        try:
            return await answered
        except asyncio.CancelledError:
            self.cancel(job)
            if answered.done() and not answered.cancelled() and not answered.exception():
                drop(answered.result())  # it came in the moment of giving up
            raise

    def submit(self, data: bytes, timeout: float, done: Done, fd: int | None = None) -> Job:
        """Has a worker answer, without waiting for it.

        Args:
            data: the question's message.
            timeout: seconds from now, waiting included.
            done: called with the answer, or with why there is none: too slow, too large, or the worker died of the
                query; never before this has returned.
            fd: an open file that goes with the question; it stays open until then.

        Raises:
            Problem: the pool is closing, or too much waits already.
        """
        job = Job(data, timeout, asyncio.get_running_loop().time() + timeout, done, fd)
        self._place(job)
        self._unsettled += 1
        return job

    def cancel(self, job: Job) -> None:
        """Gives a question up; a worker that is at it and does not end soon is killed. Nothing, where it is settled."""
        if self._settle(job):
            self._forget(job)
            asyncio.get_running_loop().call_later(_SOON, self._withdraw, job, "hung-up")

    async def close(self, grace: float = 0) -> None:
        """Lets running queries finish for up to `grace` seconds, then ends every process."""
        end = asyncio.get_running_loop().time() + grace
        while self._unsettled and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
        self._closing = True
        while self._waiting:
            self._finish(self._waiting.popleft(), ending())
        await self.crew.close()
        if self._alarm:
            self._alarm.cancel()

    def free(self, worker: WorkerLink) -> None:
        """Gives a worker that has nothing to do its next question."""
        if worker.gone:
            return
        if self._waiting:
            worker.ask(self._waiting.popleft())
        else:
            self._idle.append(worker)

    def answered(self, job: Job, frame: Frame) -> None:
        """Tells who waits."""
        self._finish(job, frame)

    def lost(self, job: Job, problem: Problem, *, blameless: bool) -> None:
        """Tells why a worker died of its question, or asks it again where that is not to blame."""
        renewed = problem.kind == "zygote-died" and not job.again
        if (renewed or blameless) and not job.settled:
            if renewed:
                job.again = True
                job.deadline = asyncio.get_running_loop().time() + job.timeout
            try:
                self._place(job)
                return
            except Problem as refused:
                problem = refused
        self._finish(job, problem)

    def _place(self, job: Job) -> None:
        if self._closing:
            raise ending()
        worker = self._take()
        if worker:
            worker.ask(job)
        elif len(self._waiting) >= self._limits.queue:
            raise busy("the queue is full")
        else:
            self._waiting.append(job)
        self._wake_at(job.deadline)

    def _take(self) -> WorkerLink | None:
        while self._idle:
            worker = self._idle.pop()
            if not worker.gone:
                return worker
        return None

    def _settle(self, job: Job) -> bool:
        if job.settled:
            return False
        job.settled = True
        self._unsettled -= 1
        return True

    def _finish(self, job: Job, outcome: Frame | Problem) -> None:
        if self._settle(job):
            job.done(outcome)
        elif isinstance(outcome, Frame):
            drop(outcome)

    def _withdraw(self, job: Job, fate: str) -> None:
        worker = self.crew.at(job)
        if worker:
            self.crew.kill(worker, fate)
        self._forget(job)

    def _forget(self, job: Job) -> None:
        with suppress(ValueError):
            self._waiting.remove(job)

    def _wake_at(self, deadline: float) -> None:
        if self._alarm is not None:
            if self._alarm.when() <= deadline:
                return
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_at(deadline, self._end_late_ones)

    def _end_late_ones(self) -> None:
        now, self._alarm = asyncio.get_running_loop().time() + _TICK, None
        asked = [worker.job for worker in self.crew.workers.values() if worker.job and not worker.job.settled]
        for job in [*asked, *self._waiting]:
            if job.deadline <= now:
                waited = job in self._waiting
                self._withdraw(job, "timeout")
                self._finish(job, busy("no worker became free in time") if waited else too_slow(job.timeout))
        left = [job.deadline for job in [*asked, *self._waiting] if not job.settled]
        if left:
            self._wake_at(min(left))


def _tell(answered: asyncio.Future[Frame], outcome: Frame | Problem) -> None:
    if answered.done():
        if isinstance(outcome, Frame):
            drop(outcome)
    elif isinstance(outcome, Frame):
        answered.set_result(outcome)
    else:
        answered.set_exception(outcome)
