"""The remote engine: see `defkg.engine.Engine`."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import asdict
from io import BytesIO
from typing import Any, BinaryIO

from defkg.engine import Answer, Problem, Request, reply
from defkg.engine.frames import Frame
from defkg.engine.limits import Limits
from defkg.engine.pool import Pool
from defkg.engine.remote import published, troubles
from defkg.engine.remote.credentials import address_of, credentials
from defkg.engine.remote.needs import Need
from defkg.engine.remote.service import FACTOR, Query, Service
from defkg.engine.remote.watch import Watch
from defkg.engine.zygote_link import ZygoteFailed
from defkg.project import ProjectError
from defkg.table import Table

_LANES = 4  # queries for the triples of one answer that are on their way together
_COUNTS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_TOTAL = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


class RemoteEngine:
    """A SPARQL 1.1 service behind our limits. One engine answers of one state of the data only.

    Args:
        address: where the service takes queries.
        limits: what a query may use; memory binds our own workers, not the service.
        default_graph: the graph that holds the merged default graph; None: what was published, else the service's own.
        connections: queries that are asked at the same time; as many as `limits.queue` wait.
        poll: seconds between looks at which data is there.
        environment: holds the credentials; None is the process's own.

    Attributes:
        on_change: called when the service holds another dataset, complete; this engine answers no more then.
    """

    def __init__(
        self,
        address: str,
        limits: Limits,
        *,
        default_graph: str | None = None,
        connections: int = 32,
        poll: float = 5.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        auth = credentials(os.environ if environment is None else environment)
        self.limits = limits
        self.on_change: Callable[[], None] = lambda: None
        self._address = address_of(address)
        self._service = Service(self._address, auth, connections + 2)
        self._watch = Watch(self._service, lambda: self.on_change())
        self._given_default = default_graph
        self._places = asyncio.Semaphore(connections)
        self._waiting = self._running = 0
        self._closing = False
        self._poll = poll
        self._watcher: asyncio.Task[None] | None = None
        self._graphs: dict[str, int] = {}
        self._data = tempfile.TemporaryFile(prefix="defkg-")  # noqa: SIM115 - the workers' empty graph; closed by close
        self.pool = Pool(self._data, [], limits)

    @property
    def digest(self) -> str:
        """What was published; where nobody did, or it is not sure to be there still, a text that never comes again."""
        seen = self._watch.seen
        return seen.digest if seen and self._watch.steady else secrets.token_hex(32)

    @property
    def graphs(self) -> Mapping[str, int]:
        """The served graphs and their triples; "" is the default graph."""
        return self._graphs

    async def start(self) -> None:
        """Finds out which data is there, and starts the workers.

        Raises:
            ProjectError: the service does not answer, or not as a SPARQL service does; the text is for the operator.
        """
        try:
            async with asyncio.timeout(self.limits.timeout):
                await self._watch.start()
                self._graphs = await self._counted()
            self.pool = Pool(self._data, [graph for graph in self._graphs if graph], self.limits)
            await self.pool.start()
        except (Problem, TimeoutError, ZygoteFailed) as error:
            await self.close()
            told = error.detail if isinstance(error, Problem) else str(error) or "it does not answer in time"
            raise ProjectError(f"--store {self._address} cannot be served: {told}") from error
        self._watcher = asyncio.create_task(self._watch.keep(self._poll))

    async def close(self, grace: float = 0) -> None:
        """Lets running queries finish for up to `grace` seconds, then hangs up and ends every process."""
        end = asyncio.get_running_loop().time() + grace
        while self._running and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
        self._closing = True
        if self._watcher:
            self._watcher.cancel()
        await self._service.close()
        await self.pool.close()
        self._data.close()

    def tag(self, request: Request) -> str | None:
        """Identifies dataset, query and formats; None where it is not sure which data is there."""
        seen = self._watch.seen
        if seen is None or not self._watch.steady:
            return None
        return reply.tag(seen.digest, request)

    async def answer(self, request: Request) -> Answer:
        """The complete answer.

        Raises:
            Problem: there is none.
        """
        reply.refuse_long(request, self.limits)
        seconds = min(self.limits.timeout, request.timeout or self.limits.timeout)
        deadline = asyncio.get_running_loop().time() + seconds
        async with self._place(seconds):
            try:
                async with asyncio.timeout_at(deadline):
                    return await self._answer(request, deadline)
            except TimeoutError:
                raise troubles.slow(seconds) from None
            except Problem as problem:
                raise troubles.slow(seconds) if problem.kind == "timeout" else problem from None

    async def _answer(self, request: Request, deadline: float) -> Answer:
        begun = asyncio.get_running_loop().time()
        tag = self.tag(request)
        asked = {name: value for name, value in asdict(request).items() if name != "timeout"}
        told = reply.told(await self._work("read-query", {**asked, "wary": self._service.is_virtuoso}, deadline))
        frame = await (self._passed_on if told["needs"] is None else self._made_here)(told, deadline)
        reply.told(frame)
        seconds = asyncio.get_running_loop().time() - begun
        return reply.answer(frame, seconds, None if told["volatile"] else tag)

    async def _passed_on(self, told: Mapping[str, Any], deadline: float) -> Frame:
        with closing(await self._fetch(told["query"], told, told["form"] == "graph")) as file:
            return await self._sure(self._work("read-answer", told, deadline, file.fileno()))

    async def _made_here(self, told: Mapping[str, Any], deadline: float) -> Frame:
        """The answer of our own engine, from the triples that it needs."""
        with tempfile.TemporaryFile(prefix="defkg-") as quads:
            needed = [Need(*each) for each in told["needs"]]
            try:
                async with asyncio.TaskGroup() as group:
                    for lane in range(_LANES):
                        group.create_task(self._gather(needed[lane::_LANES], told, deadline, quads))
            except BaseExceptionGroup as failed:
                raise failed.exceptions[0] from None
            quads.seek(0)
            return await self._sure(self._work("answer-here", told, deadline, quads.fileno()))

    async def _sure(self, work: Coroutine[Any, Any, Frame]) -> Frame:
        """What a worker makes of what has arrived, if that was of one state of the data."""
        looking = asyncio.ensure_future(self._watch.confirm(asyncio.get_running_loop().time()))
        looking.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            frame = await work
            try:
                await looking
            except BaseException:
                _drop(frame)
                raise
            return frame
        finally:
            looking.cancel()

    async def _gather(self, needed: Sequence[Need], told: Mapping[str, Any], deadline: float, quads: BinaryIO) -> None:
        for need in needed:
            with closing(await self._fetch(need.query(), told)) as file:
                members = {"need": need, "variables": need.variables()}
                frame = await self._work("read-quads", members, deadline, file.fileno())
            reply.told(frame)
            with os.fdopen(frame.fd, "rb") if frame.fd is not None else BytesIO(frame.body) as part:
                part.seek(0)
                shutil.copyfileobj(part, quads, 1 << 20)
            if quads.tell() > self.limits.answer * FACTOR << 20:
                raise troubles.flooded(self.limits, FACTOR)

    async def _work(self, do: str, members: Mapping[str, Any], deadline: float, fd: int | None = None) -> Frame:
        left = deadline - asyncio.get_running_loop().time()
        return await self.pool.run({"do": do, **members}, left, fd)

    async def _fetch(self, text: str, told: Mapping[str, Any], graph: bool = False) -> BinaryIO:
        default, named = told["default_graphs"], told["named_graphs"]
        if default is None and named is None and self._default_graph:
            default = [self._default_graph]
            named = [iri for iri in self._graphs if iri] if "GRAPH" in text.upper() else []
        return await self._service.fetch(Query(text, default, named, graph), self.limits)

    @property
    def _default_graph(self) -> str:
        if self._given_default is not None:
            return self._given_default
        return self._watch.seen.default_graph if self._watch.seen else ""

    async def _counted(self) -> dict[str, int]:
        if self._watch.seen:
            return self._watch.seen.counts
        default = [self._given_default] if self._given_default else None
        found: dict[str, int] = {}
        for query, graphs in ((_COUNTS, None), (_TOTAL, default)):
            with closing(await self._service.fetch(Query(query, graphs), self.limits)) as file:
                for row in Table.parse(file.read()).rows:
                    found[getattr(row.get("g"), "value", "")] = int(getattr(row["n"], "value", 0))
        return {iri: count for iri, count in found.items() if iri not in (published.GRAPH, self._given_default)}

    @asynccontextmanager
    async def _place(self, seconds: float) -> AsyncIterator[None]:
        if self._closing:
            raise troubles.ending()
        if self._places.locked() and self._waiting >= self.limits.queue:
            raise troubles.busy("the queue is full")
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await self._places.acquire()
        except TimeoutError:
            raise troubles.busy("none became free in time") from None
        finally:
            self._waiting -= 1
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._places.release()


def _drop(frame: Frame) -> None:
    if frame.fd is not None:
        os.close(frame.fd)
