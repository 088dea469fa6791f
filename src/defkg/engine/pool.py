"""The pool: workers that answer, a queue before them, deadlines that kill, and a new worker for each that dies."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from defkg.engine import Problem
from defkg.engine.evaluation import death_problem, memory_problem
from defkg.engine.frames import Frame
from defkg.engine.limits import Limits
from defkg.engine.worker_link import WorkerGone, WorkerLink
from defkg.engine.zygote_link import ZygoteFailed, ZygoteLink

_RESTARTS = 5


class Pool:
    """Workers over one dataset.

    Attributes:
        graphs: the triples of each named graph, and of the default graph under "".
        deaths: called with the cause whenever a worker dies that the server had not let go.
    """

    def __init__(self, data: BinaryIO, graphs: list[str], limits: Limits) -> None:
        self._data = data
        self._names = graphs
        self._limits = limits
        self._numbers = itertools.count()
        self._workers: dict[int, WorkerLink] = {}
        self._idle: list[WorkerLink] = []
        self._waiting: deque[asyncio.Future[WorkerLink]] = deque()
        self._zygote: ZygoteLink | None = None
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
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

    async def run(self, members: dict[str, Any], timeout: float) -> Frame:
        """Has a worker answer.

        Args:
            members: the question.
            timeout: seconds from now, waiting included.

        Raises:
            Problem: too busy, too slow, too large, or the worker died of the query.
        """
        for attempt in (1, 2):
            deadline = asyncio.get_running_loop().time() + timeout
            worker = await self._acquire(timeout)
            self._busy += 1
            try:
                return await self._ask(worker, members, deadline, timeout)
            except WorkerGone as error:
                problem = await self._cause(worker)
                if problem.kind != "zygote-died" or attempt == 2:
                    raise problem from error
            finally:
                self._busy -= 1
        raise AssertionError("unreachable")

    async def close(self, grace: float = 0) -> None:
        """Lets running queries finish for up to `grace` seconds, then ends every process."""
        end = asyncio.get_running_loop().time() + grace
        while (self._busy or self._waiting) and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
        self._closing = True
        while self._waiting:
            self._waiting.popleft().set_exception(_ending())
        if self._zygote:
            self._zygote.close()
            await self._zygote.wait()
        self._end_workers()
        for task in self._tasks:
            task.cancel()

    async def _ask(self, worker: WorkerLink, members: dict[str, Any], deadline: float, timeout: float) -> Frame:
        try:
            async with asyncio.timeout_at(deadline):
                frame = await worker.ask(members)
        except TimeoutError:
            self._kill(worker, "timeout")
            raise _timeout(timeout) from None
        except asyncio.CancelledError:
            self._kill(worker, "hung-up")
            raise
        self._release(worker)
        return frame

    async def _acquire(self, timeout: float) -> WorkerLink:
        if self._closing:
            raise _ending()
        while self._idle:
            worker = self._idle.pop()
            if not worker.gone:
                return worker
        if len(self._waiting) >= self._limits.queue:
            raise _busy("the queue is full")
        waiting: asyncio.Future[WorkerLink] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(timeout):
                return await waiting
        except BaseException as error:
            if waiting.done() and not waiting.cancelled() and not waiting.exception():
                self._release(waiting.result())  # handed over at the last moment
            if isinstance(error, TimeoutError):
                raise _busy("no worker became free in time") from None
            raise
        finally:
            with suppress(ValueError):
                self._waiting.remove(waiting)

    def _release(self, worker: WorkerLink) -> None:
        if worker.gone:
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(worker)
                return
        self._idle.append(worker)

    def _hire(self) -> None:
        if self._zygote is None or self._closing:
            return
        number = next(self._numbers)
        with suppress(OSError):  # a zygote that has just died: its end hires anew
            worker = WorkerLink(number, self._zygote.fork(number))
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
            worker.close()
            worker.fail()
            worker.ended.set_result(event["status"])
            self.deaths(worker.fate or _CAUSES.get(event["status"], "unknown"))
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
            worker.fail()
            if not worker.ended.done():
                worker.ended.set_result(-9)

    def _on_zygote_end(self) -> None:
        self._end_workers()
        if not self._closing:
            self.deaths("zygote")
            task = asyncio.get_running_loop().create_task(self._restart())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

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
                    return Problem(503, "zygote-died", "The engine was restarted", "Ask again", headers=_RETRY)
                return _death(_CAUSES.get(status, "unknown"), self._limits)
        return _death("unknown", self._limits)


_RETRY = {"Retry-After": "1"}
_CAUSES = {-6: "memory", -11: "stack", -7: "stack", -9: "killed", 70: "panic"}


def _death(cause: str, limits: Limits) -> Problem:
    if cause == "memory":
        return memory_problem(limits)
    if cause == "stack":
        detail = "The query is nested too deeply for the engine; write it flatter"
        return Problem(400, "stack", "The query is nested too deeply", detail)
    return death_problem(cause)


def _ending() -> Problem:
    return Problem(503, "shutting-down", "The server is shutting down", "Ask again in a moment", headers=_RETRY)


def _timeout(seconds: float) -> Problem:
    detail = f"The query took longer than {seconds:g} seconds; narrow it, or ask for part of the answer with LIMIT"
    return Problem(504, "timeout", "The query took too long", detail, {"limit": seconds})


def _busy(why: str) -> Problem:
    return Problem(
        503, "busy", "The server is busy", f"All workers are at work and {why}; ask again in a moment", headers=_RETRY
    )
