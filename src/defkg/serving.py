"""The running server: a site that can be replaced while requests go on, signals, and an orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import uvicorn

from defkg.engine.limits import Limits
from defkg.engine.zygote_link import ZygoteFailed
from defkg.loaded import Loaded
from defkg.project import ProjectError
from defkg.supply import Running, Supplied, Supply, earlier_sites
from defkg.watching import look
from defkg.web import log
from defkg.web.app import create_app
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
    """One server over one graph, which may become another while it runs.

    Args:
        supply: what gives the graph, also when it changes.
        settings: how it is served.
        earlier: what was served at other times, for the rows of answers that were cited then.
    """

    def __init__(self, supply: Supply, settings: Settings, earlier: Sequence[tuple[Loaded, BinaryIO]] = ()) -> None:
        self._supply = supply
        self._settings = settings
        self._given = list(earlier)
        self._earlier: dict[str, Supplied] = {}
        self._engine: Running | None = None
        self._service: Service | None = None
        self._reloading = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()

    async def run(self, listener: socket.socket, on_ready: Callable[[], None]) -> None:
        """Serves until a signal ends it.

        Raises:
            ProjectError, ZygoteFailed: the graph could not be opened.
        """
        log.start()
        try:
            self._earlier = await earlier_sites(self._given, self._settings.limits)
            self._service = Service(await self._open(), trusted_loopback=self._settings.trusted_loopback)
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
        finally:
            for engine in (self._engine, *(supplied.engine for supplied in self._earlier.values())):
                if engine:
                    await engine.close()

    async def _open(self) -> Site:
        supplied = await self._supply.open(self._settings.limits, self._changed)
        site = supplied.site({digest: one.site({}) for digest, one in self._earlier.items()})
        self._engine = supplied.engine
        return site

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

    def _observe(self, service: Service) -> None:
        if self._engine:
            pool = self._engine.pool
            pool.crew.deaths = service.metrics.deaths
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

    def _changed(self) -> None:
        if not self._reloading.locked():  # what is being opened is told of again if it is not the latest
            self._start(self.reload)

    async def reload(self) -> None:
        """Opens the graph again and swaps the site if it is clean; keeps the old one and says so if it is not."""
        async with self._reloading:
            old = self._engine
            try:
                site = await self._open()
            except Exception as error:  # whatever it is, the old graph stays and the operator is told
                if not isinstance(error, ProjectError | ZygoteFailed):
                    _LOG.exception("reload")
                self._say("kept", f"the graph on disk is not served: {error}")
            else:
                self._swap(site, old)

    def _swap(self, site: Site, old: Running | None) -> None:
        assert self._service
        self._service.site = site
        self._observe(self._service)
        self._say("loaded", f"now serving {site.engine.digest}")
        if old:
            self._start(lambda: _retire(old, self._settings.limits.timeout + 1))

    def _say(self, what: str, words: str) -> None:
        assert self._service
        self._service.ready["reload"] = {"result": what, "detail": words}
        (_LOG.warning if what == "kept" else _LOG.info)("reload: %s", words)

    async def _watch(self) -> None:
        roots = self._supply.watched
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


async def _retire(engine: Running, grace: float) -> None:
    await asyncio.sleep(_POLL)  # a request may have taken the old site and not yet asked it
    await engine.close(grace)
