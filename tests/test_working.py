"""Pages that take several queries: one client leaves room for others, and who hangs up is worked for no more."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.types import Message, Receive

from defkg.engine import Problem
from defkg.engine.limits import Limits
from defkg.web.connection import gone
from defkg.web.service import Service
from defkg.web.working import THREADS, Threads
from tests.server import Server, server, until
from tests.test_operation import FakeEngine
from tests.test_operation import running as served
from tests.test_question import LIBRARY
from tests.test_questions import BROWSER

pytestmark = pytest.mark.alone
PAGES = [f"/questions/{name}" for name in LIBRARY]
SLOW = "/questions/areas-only-with-partner"


def one(number: int) -> dict[str, str]:
    return {**BROWSER, "X-Forwarded-For": f"192.0.2.{number}"}


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server("--no-check", "--workers", "2", "--queue", "8", "--proxy", "127.0.0.1") as running:
        yield running


def counted(running: Server, outcome: str) -> float:
    metrics = running.client.get(f"{running.address}/metrics").text
    return sum(float(n) for n in re.findall(rf'^defkg_\w+_total{{outcome="{outcome}"}} (\S+)', metrics, re.MULTILINE))


def test_who_hangs_up_keeps_nobody_waiting(running: Server) -> None:
    before = counted(running, "hung-up")
    for path in PAGES[:60]:
        with running.connect() as raw:
            raw.sendall(f"GET {path}?timeout=20 HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n".encode())
    assert until(lambda: running.client.get(f"{running.address}{SLOW}", headers=one(1)).status_code == 200, 3)
    assert until(lambda: counted(running, "hung-up") > before, 5)


def test_one_client_cannot_have_all_places(running: Server) -> None:
    def get(number: int, path: str) -> int:
        return httpx.get(f"{running.address}{path}?timeout=19", headers=one(number), timeout=30).status_code

    with ThreadPoolExecutor(24) as pool:
        greedy = [pool.submit(get, 7, path) for path in PAGES[60:100]]
        others = [pool.submit(get, 8, path) for path in PAGES[100:102]]
        outcomes = Counter(future.result() for future in greedy)
        assert {future.result() for future in others} == {200}
    assert set(outcomes) == {200, 429}


def test_page_that_is_known_costs_nothing(running: Server) -> None:
    first = httpx.get(f"{running.address}{SLOW}?timeout=18", headers=one(2), timeout=30)
    again = httpx.get(f"{running.address}{SLOW}?timeout=18", headers=one(3))
    assert (first.text, first.headers["etag"]) == (again.text, again.headers["etag"])
    assert "cache=miss" in first.headers["x-defkg-receipt"]
    assert "cache=hit" in again.headers["x-defkg-receipt"]
    unchanged = {**one(4), "If-None-Match": again.headers["etag"]}
    assert httpx.get(f"{running.address}{SLOW}?timeout=18", headers=unchanged).status_code == 304


def test_page_is_known_for_its_host_only(running: Server) -> None:
    texts = {
        host: httpx.get(f"{running.address}{SLOW}", headers={**BROWSER, "Host": host}).text
        for host in ("a.example", "b.example", "a.example")
    }
    assert "http://a.example/questions/" in texts["a.example"]
    assert "http://a.example/questions/" not in texts["b.example"]


class Working:
    """Work for clients, in the threads of a service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._threads = Threads(service)

    async def run(self, work: Callable[[], object], number: int = 1, http: HttpRequest | None = None) -> object:
        return await self._threads.run(http or self.request(number), self._service.site, work)

    def request(self, number: int = 1, receive: Receive | None = None) -> HttpRequest:
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "client": (f"192.0.2.{number}", 1)}
        return HttpRequest(scope, receive or _nothing)


async def _nothing() -> Message:
    await asyncio.sleep(60)
    return {}


@contextmanager
def working(limits: Limits) -> Iterator[Working]:
    with served(FakeEngine(limits=limits), trusted=False) as server:
        yield Working(server.service)


def burn() -> None:
    end = time.thread_time() + 0.1
    while time.thread_time() < end:
        pass


def test_what_work_takes_beside_its_queries_is_charged() -> None:
    async def worked() -> None:
        await clients.run(lambda: time.sleep(0.2))  # waiting is free
        await clients.run(burn)
        with pytest.raises(Problem) as refused:
            await clients.run(burn)
        assert refused.value.kind == "client-budget"
        await clients.run(burn, number=2)

    with working(Limits(client_seconds=0.05)) as clients:
        asyncio.run(worked())


def test_work_that_fails_is_charged() -> None:
    def fail() -> None:
        burn()
        raise ValueError("so")

    async def worked() -> None:
        with pytest.raises(ValueError, match="so"):
            await clients.run(fail)
        with pytest.raises(Problem):
            await clients.run(fail)

    with working(Limits(client_seconds=0.05)) as clients:
        asyncio.run(worked())


def test_work_is_told_that_nobody_waits_for_it() -> None:
    begun = threading.Event()
    told: list[bool] = []

    async def hang_up() -> Message:
        while not begun.is_set():
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def worked() -> None:
        http = clients.request(receive=hang_up)

        def work() -> None:
            begun.set()
            told.append(until(lambda: gone(http), 5))

        with pytest.raises(ClientDisconnect):
            await clients.run(work, http=http)

    with working(Limits()) as clients:
        asyncio.run(worked())
    assert told == [True]


def test_more_work_than_may_wait_is_refused() -> None:
    async def crowded() -> None:
        crowd = [asyncio.create_task(clients.run(wait, number)) for number in range(THREADS + 1)]
        await asyncio.sleep(0.1)
        with pytest.raises(Problem) as refused:
            await clients.run(wait, THREADS + 1)
        assert refused.value.kind == "busy"
        free.set()
        assert await asyncio.gather(*crowd) == [True] * len(crowd)

    def wait() -> bool:
        return free.wait(5)

    free = threading.Event()
    with working(Limits(queue=1)) as clients:
        asyncio.run(crowded())
