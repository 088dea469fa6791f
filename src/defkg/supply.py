"""Where a server has its graph from: files that it loads, an artefact that it opens, a service that it asks."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from defkg.artefact.opening import Opened, open_artefact
from defkg.engine import Engine
from defkg.engine.embedded import EmbeddedEngine
from defkg.engine.limits import Limits
from defkg.engine.pool import Pool
from defkg.engine.stores import Folder
from defkg.loaded import Loaded
from defkg.loading import Recipe, load_beside, spool
from defkg.project import FOLDERS, Project, ProjectError
from defkg.web.pages import Pages
from defkg.web.quality import Quality
from defkg.web.service import Site

if TYPE_CHECKING:
    from collections.abc import Mapping

Changed = Callable[[], None]


class Running(Engine, Protocol):
    """An engine that has been started.

    Attributes:
        pool: its workers.
    """

    pool: Pool

    async def close(self, grace: float = 0) -> None:
        """Ends every process, running queries after `grace` seconds at the latest."""
        ...


@dataclass
class Supplied:
    """A graph that can be asked.

    Attributes:
        loaded: what is known of it.
        engine: what answers, started.
        checked: whether it has been checked.
        notice: one line that every page and response carries; empty for none.
    """

    loaded: Loaded
    engine: Running
    checked: bool
    notice: str = ""

    def site(self, earlier: Mapping[str, Site]) -> Site:
        """What is served of it, beside what was served at other times."""
        loaded = self.loaded
        return Site(
            self.engine,
            Pages(self.notice),
            loaded.terms,
            self.notice,
            loaded.questions,
            loaded.names,
            loaded.rules,
            earlier,
            loaded.kinds,
            description=loaded.description,
            context=loaded.context,
            releases=loaded.releases,
            alignments=loaded.alignments,
            checks=loaded.checks,
            quality=Quality(loaded.coverage, loaded.findings, self.checked, loaded.unmeasured),
            presentation=loaded.presentation,
            unstated=loaded.coverage.by_thing() if loaded.coverage else None,
        )


class Supply(Protocol):
    """Gives the graph, each time anew."""

    @property
    def watched(self) -> list[Path]:
        """The folders and files whose change makes it another."""
        ...

    async def open(self, limits: Limits, changed: Changed) -> Supplied:
        """The graph as it is now.

        Args:
            limits: what a query may use.
            changed: called when it is seen later that the graph is another.

        Raises:
            ProjectError, ZygoteFailed: it cannot be served.
        """
        ...


class FromRecipe:
    """Loads a project or files; see `Supply`.

    Args:
        recipe: what to load, and how.
        first: what that gave already, for the first time.
    """

    def __init__(self, recipe: Recipe, first: tuple[Loaded, BinaryIO] | None = None) -> None:
        self._recipe = recipe
        self._first = first

    @property
    def watched(self) -> list[Path]:
        """The folders of the project, and the files."""
        folders = [self._recipe.project / name for name in FOLDERS] if self._recipe.project else []
        named = (Path(entry.partition("=")[2]) for entry in self._recipe.graphs)
        return [*folders, *self._recipe.files, *named]

    async def open(self, limits: Limits, _: Changed) -> Supplied:
        """Loads it, in a process of its own, and starts workers over it."""
        (loaded, data), self._first = self._first or (None, spool()), None
        try:
            loaded = loaded or await load_beside(self._recipe, data)
            if loaded.findings and not self._recipe.force:
                raise ProjectError(f"{len(loaded.findings)} finding(s), the first: {loaded.findings[0]}")
            engine = EmbeddedEngine(data, loaded.digest, loaded.graphs, limits)
            await engine.start()
        except BaseException:
            data.close()
            raise
        found, checked = len(loaded.findings), self._recipe.check and self._recipe.project is not None
        notice = f"This graph has not passed its checks: {found} finding(s). It is served by --force." if found else ""
        return Supplied(loaded, engine, checked, notice)


@dataclass
class FromArtefact:
    """Opens an artefact; see `Supply`.

    Attributes:
        folder: where it is; a link is followed anew each time.
        verify: whether every file is read first.
        check: whether it must have passed its checks.
        force: whether to serve it all the same.
        first: what opening it gave already, for the first time.
    """

    folder: Path
    verify: bool = False
    check: bool = True
    force: bool = False
    first: Opened | None = None

    @property
    def watched(self) -> list[Path]:
        """Nothing: an artefact does not change."""
        return []

    def look(self) -> Opened:
        """Opens it, if it may be served.

        Raises:
            ProjectError: it is damaged, or has not been checked.
        """
        opened = open_artefact(self.folder, self.verify)
        if self.check and not self.force and not opened.passed:
            os.close(opened.store)
            raise ProjectError(
                f"{self.folder} was built without a check; build it with one, or give --force to serve it all the same"
            )
        return opened

    async def open(self, limits: Limits, _: Changed) -> Supplied:
        """Opens it, and starts workers that each open its store."""
        opened, self.first = self.first, None
        if opened is None:
            opened = await asyncio.to_thread(self.look)
        engine = EmbeddedEngine(Folder(opened.store), opened.manifest.digest, opened.graphs, limits)
        try:
            await engine.start()
        except BaseException:
            await engine.close()
            raise
        unchecked = self.check and not opened.passed
        notice = "This graph has not been checked. It is served by --force." if unchecked else ""
        return Supplied(opened.loaded, engine, opened.passed, notice)


@dataclass
class FromService:
    """Asks a SPARQL service; see `Supply`.

    Attributes:
        address: where it takes queries.
        project: the folder with the ontology, the shapes and the questions.
        default_graph: the graph of the service that has all that the graph says; None where it tells that itself.
        latest: the engine that was opened last: those before it are asked no more, and tell nothing.
    """

    address: str
    project: Project
    default_graph: str | None = None
    latest: Engine | None = None

    @property
    def watched(self) -> list[Path]:
        """Nothing: the engine itself looks whether the service holds something else."""
        return []

    async def open(self, limits: Limits, changed: Changed) -> Supplied:
        """Asks the service what there is to know of its graph."""
        from defkg.engine.remote.engine import RemoteEngine
        from defkg.surveying import survey

        engine = RemoteEngine(self.address, limits, default_graph=self.default_graph)
        try:
            await engine.start()
            loaded = await survey(engine, self.project)
        except BaseException:
            await engine.close()
            raise
        self.latest = engine
        engine.on_change = lambda: changed() if self.latest is engine else None
        return Supplied(loaded, engine, checked=False)


async def earlier_sites(given: list[tuple[Loaded, BinaryIO]], limits: Limits) -> dict[str, Supplied]:
    """What was served at other times, by its digest, each with one worker.

    Raises:
        ZygoteFailed: one could not be loaded.
    """
    found = {}
    for loaded, data in given:
        engine = EmbeddedEngine(data, loaded.digest, loaded.graphs, replace(limits, workers=1))
        await engine.start()
        found[loaded.digest] = Supplied(loaded, engine, checked=False)
    return found
