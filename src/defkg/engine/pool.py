"""The pool: workers that answer, a queue before them, deadlines that kill, and a new worker for each that dies.

A question needs no task of its own: an answer that arrives calls who waits for it, and its worker gets the next one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from defkg.engine import Problem
from defkg.engine.causes import CAUSES, RETRY, busy, died, ending, too_slow
from defkg.engine.frames import Frame, encode
from defkg.engine.job import Done, Job
from defkg.engine.limits import Limits
from defkg.engine.stores import Data, Graphs
from defkg.engine.worker_link import WorkerLink, drop
from defkg.engine.zygote_link import ZygoteFailed, ZygoteLink

_RESTARTS = 5
_SOON = 0.02  # seconds: less than a new worker costs
_TICK = 0.001  # a clock may wake its sleeper a little early


class Pool:
    """Workers over one dataset.

    Attributes:
        graphs: the triples of each named graph, and of the default graph under "".
        deaths: called with the cause whenever a worker dies that the server had not let go.
    """

    def __init__(self, data: Data, graphs: Graphs, limits: Limits) -> None:
        self._data = data
        self._names = graphs
        self._limits = limits
        self._numbers = itertools.count()
        self._workers: dict[int, WorkerLink] = {}
        self._idle: list[WorkerLink] = []
        self._waiting: deque[Job] = deque()
        self._zygote: ZygoteLink | None = None
        self._closing = False
        self._restarting: set[asyncio.Task[None]] = set()
        self._losing: set[asyncio.Task[None]] = set()
        self._unsettled = 0
        self._alarm: asyncio.TimerHandle | None = None
        self.graphs: dict[str, int] = {}
        self.deaths: Callable[[str], None] = lambda _: None

    async def start(self) -> None:
        """Starts the zygote and its workers.

        Raises:
            ZygoteFailed: the graph could not be loaded.
        """
        self._zygote = ZygoteLink(self._data, self._names, self._limits, self._on_event, self._on_zygote_end)
        self.graphs = await self._zygote.loaded
        for _ in range(self._limits.workers):
            self._hire()

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
        if self._zygote:
            self._zygote.close()
            await self._zygote.wait()
        self._end_workers()
        if self._alarm:
            self._alarm.cancel()
        for task in self._restarting:
            task.cancel()
        await asyncio.gather(*self._losing)

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

    def _release(self, worker: WorkerLink) -> None:
        if worker.gone:
            return
        if self._waiting:
            worker.ask(self._waiting.popleft())
        else:
            self._idle.append(worker)

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
        worker = next((worker for worker in self._workers.values() if worker.job is job), None)
        if worker:
            self._kill(worker, fate)
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
        asked = [worker.job for worker in self._workers.values() if worker.job and not worker.job.settled]
        for job in [*asked, *self._waiting]:
            if job.deadline <= now:
                waited = job in self._waiting
                self._withdraw(job, "timeout")
                self._finish(job, busy("no worker became free in time") if waited else too_slow(job.timeout))
        left = [job.deadline for job in [*asked, *self._waiting] if not job.settled]
        if left:
            self._wake_at(min(left))

    def _on_frame(self, worker: WorkerLink, frame: Frame) -> None:
        job, worker.job = worker.job, None
        if job is None or worker.fate:
            drop(frame)
            return
        self._release(worker)
        self._finish(job, frame)

    def _on_gone(self, worker: WorkerLink) -> None:
        job, worker.job = worker.job, None
        if job and not job.settled:
            _keep(self._losing, self._lose(job, worker))

    async def _lose(self, job: Job, worker: WorkerLink) -> None:
        """Tells why a worker died of its question, or asks it again where that is not to blame."""
        problem = await self._cause(worker)
        renewed = problem.kind == "zygote-died" and not job.again
        if (renewed or worker.untouched) and not job.settled:
            if renewed:
                job.again = True
                job.deadline = asyncio.get_running_loop().time() + job.timeout
            try:
                self._place(job)
                return
            except Problem as refused:
                problem = refused
        self._finish(job, problem)

    def _hire(self) -> None:
        if self._zygote is None or self._closing:
            return
        number = next(self._numbers)
        with suppress(OSError):  # a zygote that has just died: its end hires anew
            worker = WorkerLink(number, self._zygote.fork(number), self._on_frame, self._on_gone)
            self._workers[number] = worker

    def _kill(self, worker: WorkerLink, fate: str) -> None:
        worker.fate = fate
        if worker.pid is not None and self._zygote is not None:
            with suppress(OSError):
                self._zygote.kill(worker.pid)

    def _on_event(self, event: dict[str, Any]) -> None:
        if event["event"] == "forked":
            hired = self._workers[event["worker"]]
            hired.pid = event["pid"]
            self._release(hired)
            return
        worker = next((w for w in self._workers.values() if w.pid == event["pid"]), None)
        if worker is not None:
            del self._workers[worker.number]
            worker.bury()
            worker.ended.set_result(event["status"])
            self.deaths(worker.fate or CAUSES.get(event["status"], "unknown"))
            self._replace(worker)

    def _replace(self, worker: WorkerLink) -> None:
        if worker.asked:
            self._hire()
        else:  # it died before its first query: what kills it may kill the next one too
            asyncio.get_running_loop().call_later(0.5, self._hire)

    def _end_workers(self) -> None:
        workers, self._workers, self._idle = self._workers, {}, []
        for worker in workers.values():
            worker.fate = worker.fate or "zygote-died"
            worker.close()
            self._on_gone(worker)
            if not worker.ended.done():
                worker.ended.set_result(-9)

    def _on_zygote_end(self) -> None:
        self._end_workers()
        if not self._closing:
            self.deaths("zygote")
            _keep(self._restarting, self._restart())

    async def _restart(self) -> None:
        if self._zygote:
            await self._zygote.wait()
        for attempt in range(_RESTARTS):
            with suppress(ZygoteFailed, OSError):
                await self.start()
                return
            await asyncio.sleep(0.1 * 2**attempt)

    async def _cause(self, worker: WorkerLink) -> Problem:
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                status = await asyncio.shield(worker.ended)
                if worker.fate == "zygote-died":
                    return Problem(503, "zygote-died", "The engine was restarted", "Ask again", headers=RETRY)
                return died(CAUSES.get(status, "unknown"), self._limits)
        return died("unknown", self._limits)


def _tell(answered: asyncio.Future[Frame], outcome: Frame | Problem) -> None:
    if answered.done():
        if isinstance(outcome, Frame):
            drop(outcome)
    elif isinstance(outcome, Frame):
        answered.set_result(outcome)
    else:
        answered.set_exception(outcome)


def _keep(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
