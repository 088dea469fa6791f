"""Pages that take several queries: one client leaves room for others, and who hangs up is worked for no more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.server import Server, server, until
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


def test_what_a_page_takes_beside_its_queries_is_charged() -> None:
    with server("--no-check", "--client-seconds", "0.05", "--proxy", "127.0.0.1") as running:
        seen = [httpx.get(f"{running.address}{path}", headers=one(6)).status_code for path in PAGES[:12]]
        assert seen[0] == 200
        assert 429 in seen
