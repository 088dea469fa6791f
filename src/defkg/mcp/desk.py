"""The project that is asked: loaded, taken in anew when its files change, and kept as it was where they are broken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from defkg.engine.embedded import EmbeddedEngine
from defkg.engine.limits import Limits
from defkg.engine.zygote_link import ZygoteFailed
from defkg.index import Index
from defkg.loaded import Loaded
from defkg.loading import Recipe, load, spool
from defkg.mcp.lane import Lane
from defkg.project import FOLDERS, ProjectError
from defkg.watching import Look, look

_LOG = logging.getLogger("defkg")


@dataclass
class Graph:
    """A project as it was at one moment.

    Attributes:
        loaded: its library, names and rules.
        engine: what answers queries over it.
        slow: where queries of an assistant's own run; one worker is left to the other calls, where there are several.
        quick: where questions of the library are asked, and things are looked up.
        index: what its things are called; read when it is first asked for.
        users: how many calls are asking it.
    """

    loaded: Loaded
    engine: EmbeddedEngine
    slow: Lane
    quick: Lane
    index: Index = field(default_factory=Index)
    users: int = 0

    @staticmethod
    async def open(project: Path, limits: Limits) -> Graph:
        """Loads a project and starts its worker processes.

        Raises:
            ProjectError: it cannot be used.
            ZygoteFailed: its graph could not be held.
        """
        data = spool()
        try:
            loaded = await asyncio.to_thread(load, Recipe(project, check=False), data)
            engine = EmbeddedEngine(data, loaded.digest, loaded.graphs, limits)
        except BaseException:
            data.close()
            raise
        try:
            await engine.start()
        except BaseException:
            await engine.close()
            raise
        slow = Lane(max(limits.workers - 1, 1), limits.queue)
        return Graph(loaded, engine, slow, Lane(limits.workers, limits.queue))

    async def close(self) -> None:
        """Ends its processes and threads; the lanes close first, so that whoever waits is told why."""
        self.slow.close()
        self.quick.close()
        await self.engine.close()


class Desk:
    """Where calls get the graph that they ask.

    Args:
        project: the project folder.
        limits: what a query may use.

    Attributes:
        notice: why the project on disk is not the one that is asked; empty where it is.
    """

    def __init__(self, project: Path, limits: Limits) -> None:
        self.notice = ""
        self._project = project
        self._limits = limits
        self._graph: Graph | None = None
        self._seen: Look = {}
        self._looking = asyncio.Lock()

    async def open(self) -> None:
        """Loads the project.

        Raises:
            ProjectError: it cannot be used.
            ZygoteFailed: its graph could not be held.
        """
        self._seen = await self._look()
        self._graph = await Graph.open(self._project, self._limits)

    @asynccontextmanager
    async def graph(self) -> AsyncIterator[Graph]:
        """The graph of the files as they are now; one call keeps it to its end."""
        await self._renew()
        graph = self._graph
        assert graph, "the desk is not open"
        graph.users += 1
        try:
            yield graph
        finally:
            graph.users -= 1
            if graph is not self._graph and not graph.users:
                await graph.close()

    async def close(self) -> None:
        """Ends every process."""
        if self._graph:
            await self._graph.close()

    async def _look(self) -> Look:
        return await asyncio.to_thread(look, [self._project / name for name in FOLDERS])

    async def _renew(self) -> None:
        async with self._looking:
            now = await self._look()
            if now == self._seen:
                return
            try:
                await self._swap(await Graph.open(self._project, self._limits))
                self.notice = ""
            except Exception as error:  # whatever it is, the old graph stays, and whoever asks is told
                if not isinstance(error, ProjectError | ZygoteFailed):
                    _LOG.exception("reload")
                self.notice = f"The files on disk cannot be used, so this is from before they changed: {error}"
            self._seen = now

    async def _swap(self, new: Graph) -> None:
        old, self._graph = self._graph, new
        if old and not old.users:
            await old.close()
