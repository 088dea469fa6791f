"""The crew: the workers over one dataset, the zygote that forks them, and a new one for each that dies."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

from defkg.engine import Problem
from defkg.engine.causes import CAUSES, RETRY, died
from defkg.engine.frames import Frame
from defkg.engine.job import Job
from defkg.engine.limits import Limits
from defkg.engine.stores import Data, Graphs
from defkg.engine.worker_link import WorkerLink, drop
from defkg.engine.zygote_link import ZygoteFailed, ZygoteLink

_RESTARTS = 5


class Employer(Protocol):
    """Who has the questions."""

    def free(self, worker: WorkerLink) -> None:
        """A worker has nothing to do."""

    def answered(self, job: Job, frame: Frame) -> None:
        """A worker has answered."""

    def lost(self, job: Job, problem: Problem, *, blameless: bool) -> None:
        """A worker has died of a question, or, `blameless`, before it had read it."""


class Crew:
    """Workers over one dataset.

    Attributes:
        graphs: the triples of each named graph, and of the default graph under "".
        deaths: called with the cause whenever a worker dies that the server had not let go.
        workers: those that there are, by their numbers.
    """

    def __init__(self, data: Data, graphs: Graphs, limits: Limits, employer: Employer) -> None:
        self._data = data
        self._names = graphs
        self._limits = limits
        self._employer = employer
        self._numbers = itertools.count()
        self._closing = False
        self._restarting: set[asyncio.Task[None]] = set()
        self._losing: set[asyncio.Task[None]] = set()
        self._zygote: ZygoteLink | None = None
        self.workers: dict[int, WorkerLink] = {}
        self.graphs: dict[str, int] = {}
        self.deaths: Callable[[str], None] = lambda _: None

    @property
    def zygote(self) -> int:
        """The process that forks; 0 where there is none."""
        return self._zygote.pid if self._zygote else 0

    async def start(self) -> None:
        """Starts the zygote and its workers.

        Raises:
            ZygoteFailed: the graph could not be loaded.
        """
        self._zygote = ZygoteLink(self._data, self._names, self._limits, self._on_event, self._on_zygote_end)
        self.graphs = await self._zygote.loaded
        for _ in range(self._limits.workers):
            self._hire()

    async def close(self) -> None:
        """Ends every process; what a worker was at is lost."""
        self._closing = True
        if self._zygote:
            self._zygote.close()
            await self._zygote.wait()
        self._end_workers()
        for task in self._restarting:
            task.cancel()
        await asyncio.gather(*self._losing)

    def at(self, job: Job) -> WorkerLink | None:
        """The worker that is at a question."""
        return next((worker for worker in self.workers.values() if worker.job is job), None)

    def kill(self, worker: WorkerLink, fate: str) -> None:
        """Ends a worker, whatever it is at; `fate` is what `deaths` is told."""
        worker.fate = fate
        if worker.pid is not None and self._zygote is not None:
            with suppress(OSError):
                self._zygote.kill(worker.pid)

    def _hire(self) -> None:
        if self._zygote is None or self._closing:
            return
        number = next(self._numbers)
        with suppress(OSError):  # a zygote that has just died: its end hires anew
            worker = WorkerLink(number, self._zygote.fork(number), self._on_frame, self._on_gone)
            self.workers[number] = worker

    def _on_frame(self, worker: WorkerLink, frame: Frame) -> None:
        job, worker.job = worker.job, None
        if job is None or worker.fate:
            drop(frame)
            return
        self._employer.free(worker)
        self._employer.answered(job, frame)

    def _on_gone(self, worker: WorkerLink) -> None:
        job, worker.job = worker.job, None
        if job and not job.settled:
            _keep(self._losing, self._lose(job, worker))

    async def _lose(self, job: Job, worker: WorkerLink) -> None:
        self._employer.lost(job, await self._cause(worker), blameless=worker.untouched)

    def _on_event(self, event: dict[str, Any]) -> None:
        if event["event"] == "forked":
            hired = self.workers[event["worker"]]
            hired.pid = event["pid"]
            self._employer.free(hired)
            return
        worker = next((w for w in self.workers.values() if w.pid == event["pid"]), None)
        if worker is not None:
            del self.workers[worker.number]
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
        workers, self.workers = self.workers, {}
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


def _keep(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
