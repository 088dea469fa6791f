"""The running server: a site that can be replaced while requests go on, signals, and an orderly end."""

from __future__ import annotations

import asyncio
import logging
import pickle
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import uvicorn

from defkg.engine.embedded import EmbeddedEngine
from defkg.engine.limits import Limits
from defkg.engine.zygote_link import ZygoteFailed
from defkg.loading import Loaded, Recipe, spool
from defkg.project import FOLDERS, ProjectError
from defkg.watching import look
from defkg.web import log
from defkg.web.app import create_app
from defkg.web.pages import Pages
from defkg.web.quality import Quality
from defkg.web.service import Service, Site
from defkg.web.transport import PatientProtocol

_LOG = logging.getLogger("defkg")
_POLL = 0.5


@dataclass(frozen=True)
class Settings:
    """How the server runs.

    Attributes:
        limits: what a query may use.
        grace: seconds that running queries get when the server ends, or when their graph is replaced.
        watch: whether a changed project is loaded by itself.
        proxy: the address of a proxy whose forwarded headers are believed; empty for none.
        trusted_loopback: whether clients on this machine are free of the per-client limit.
    """

    limits: Limits
    grace: float = 10
    watch: bool = False
    proxy: str = ""
    trusted_loopback: bool = True


class Server:
    """One server over one recipe.

    Args:
        recipe: what is served, and loaded again when it changes.
        settings: how.
        earlier: what was served at other times, for the rows of answers that were cited then.
    """

    def __init__(self, recipe: Recipe, settings: Settings, earlier: Sequence[tuple[Loaded, BinaryIO]] = ()) -> None:
        self._recipe = recipe
        self._settings = settings
        self._given = earlier
        self._earlier: dict[str, Site] = {}
        self._engines: list[EmbeddedEngine] = []
        self._engine: EmbeddedEngine | None = None
        self._service: Service | None = None
        self._reloading = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()

    async def run(self, listener: socket.socket, loaded: Loaded, data: BinaryIO, on_ready: Callable[[], None]) -> None:
        """Serves until a signal ends it.

        Raises:
            ZygoteFailed: the graph could not be loaded.
        """
        log.start()
        await self._open_earlier()
        site = await self._site(loaded, data)
        self._service = Service(site, trusted_loopback=self._settings.trusted_loopback)
        self._observe(self._service)
        server = _Uvicorn(self._config(self._service))
        self._signals(server)
        on_ready()
        watcher = asyncio.create_task(self._watch()) if self._settings.watch else None
        try:
            await server.serve(sockets=[listener])
        finally:
            if watcher:
                watcher.cancel()
            for engine in (self._engine, *self._engines):
                if engine:
                    await engine.close()

    def _config(self, service: Service) -> uvicorn.Config:
        return uvicorn.Config(
            create_app(service),
            http=PatientProtocol,
            log_level="warning",
            server_header=False,
            access_log=False,
            proxy_headers=bool(self._settings.proxy),
            forwarded_allow_ips=self._settings.proxy or None,
            timeout_graceful_shutdown=int(self._settings.grace),
            h11_max_incomplete_event_size=(self._settings.limits.query << 12) + 65536,
            backlog=2048,
        )

    async def _open_earlier(self) -> None:
        limits = replace(self._settings.limits, workers=1)
        for loaded, data in self._given:
            engine = EmbeddedEngine(data, loaded.digest, loaded.graphs, limits)
            await engine.start()
            self._engines.append(engine)
            self._earlier[loaded.digest] = Site(engine, Pages(), questions=loaded.questions, names=loaded.names)

    async def _site(self, loaded: Loaded, data: BinaryIO) -> Site:
        engine = EmbeddedEngine(data, loaded.digest, loaded.graphs, self._settings.limits)
        await engine.start()
        self._engine = engine
        notice = ""
        if loaded.findings:
            notice = (
                f"This graph has not passed its checks: {len(loaded.findings)} finding(s). It is served by --force."
            )
        checked = self._recipe.check and self._recipe.project is not None
        quality = Quality(loaded.coverage, loaded.findings, checked, loaded.unmeasured)
        return Site(
            engine,
            Pages(notice),
            loaded.terms,
            notice,
            loaded.questions,
            loaded.names,
            loaded.rules,
            self._earlier,
            loaded.kinds,
            description=loaded.description,
            context=loaded.context,
            checks=loaded.checks,
            quality=quality,
            presentation=loaded.presentation,
            unstated=loaded.coverage.by_thing() if loaded.coverage else None,
        )

    def _observe(self, service: Service) -> None:
        if self._engine:
            pool = self._engine.pool
            pool.deaths = service.metrics.deaths
            service.metrics.watch(queue=lambda: pool.queued)

    def _signals(self, server: uvicorn.Server) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.handle_exit, number, None)
        loop.add_signal_handler(signal.SIGHUP, self._start, self.reload)

    def _start(self, work: Callable[[], object]) -> None:
        task = asyncio.ensure_future(work())  # type: ignore[call-overload]
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def reload(self) -> None:
        """Loads the recipe again and swaps the site if it is clean; keeps the old one and says so if it is not."""
        async with self._reloading:
            data = spool()
            try:
                loaded = await _load_apart(self._recipe, data)
                if loaded.findings and not self._recipe.force:
                    raise ProjectError(f"{len(loaded.findings)} finding(s), the first: {loaded.findings[0]}")
                await self._swap(loaded, data)
            except Exception as error:  # whatever it is, the old graph stays and the operator is told
                data.close()
                if not isinstance(error, ProjectError | ZygoteFailed):
                    _LOG.exception("reload")
                self._say("kept", f"the graph on disk is not served: {error}")

    async def _swap(self, loaded: Loaded, data: BinaryIO) -> None:
        assert self._service
        old = self._engine
        self._service.site = await self._site(loaded, data)
        self._observe(self._service)
        self._say("loaded", f"now serving {loaded.digest}")
        if old:
            self._start(lambda: _retire(old, self._settings.limits.timeout + 1))

    def _say(self, what: str, words: str) -> None:
        assert self._service
        self._service.ready["reload"] = {"result": what, "detail": words}
        (_LOG.warning if what == "kept" else _LOG.info)("reload: %s", words)

    async def _watch(self) -> None:
        roots = _roots(self._recipe)
        seen = await asyncio.to_thread(look, roots)
        while True:
            await asyncio.sleep(_POLL)
            now = await asyncio.to_thread(look, roots)
            if now != seen:
                seen = now
                await self.reload()


class _Uvicorn(uvicorn.Server):
    """Leaves signals to the loop: uvicorn's own way raises them again, and nothing would be tidied up."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures nothing."""
        yield


async def _retire(engine: EmbeddedEngine, grace: float) -> None:
    await asyncio.sleep(_POLL)  # a request may have taken the old site and not yet asked it
    await engine.close(grace)


def _roots(recipe: Recipe) -> list[Path]:
    folders = [recipe.project / name for name in FOLDERS] if recipe.project else []
    return [*folders, *recipe.files, *(Path(entry.partition("=")[2]) for entry in recipe.graphs)]


async def _load_apart(recipe: Recipe, data: BinaryIO) -> Loaded:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "defkg.loading", str(data.fileno()),
        pass_fds=(data.fileno(),), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate(pickle.dumps(recipe))
    if process.returncode:
        raise ProjectError(f"loading ended with status {process.returncode}")
    result = pickle.loads(said)
    if isinstance(result, ProjectError):
        raise result
    assert isinstance(result, Loaded)
    return result
