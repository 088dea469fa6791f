"""Work in threads that asks several queries: bounded for each client, charged to it, and ended when it hangs up."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

from defkg.engine import Problem
from defkg.web.connection import while_connected
from defkg.web.service import Service, Site

THREADS = 8
T = TypeVar("T")


class Threads:
    """The threads in which questions wait for their queries; no other work is kept from a thread by them.

    Args:
        service: whose clients they work for.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._limiter: CapacityLimiter | None = None

    async def run(self, http: HttpRequest, site: Site, work: Callable[[], T]) -> T:
        """What some work gives. Its own time, beside that of its queries, is the client's.

        Args:
            http: the request that it is for.
            site: of which it asks.
            work: what is to be done.

        Raises:
            Problem: 429, the client has used its budget or waits for too much already; 503, too many wait.
            ClientDisconnect: nobody waits for it any more.
        """
        limits, clients = site.engine.limits, self._service.clients
        limiter = self._limiter = self._limiter or CapacityLimiter(THREADS)
        clients.admit(http, limits.client_seconds)
        with clients.place(http, limits):
            if limiter.statistics().tasks_waiting >= limits.queue:
                detail = "Many questions are being asked; ask again in a moment"
                raise Problem(503, "busy", "The server is busy", detail, headers={"Retry-After": "1"})
            timed = partial(self._timed, http, limits.client_seconds, work)
            try:
                return await while_connected(http, to_thread.run_sync(timed, limiter=limiter))
            except ClientDisconnect:
                self._service.record(http, 499, "hung-up")
                raise

    def _timed(self, http: HttpRequest, budget: float, work: Callable[[], T]) -> T:
        begun = time.thread_time()
        try:
            return work()
        finally:
            self._service.clients.charge(http, budget, time.thread_time() - begun)
