"""Connections: what is asked ahead is answered in order, and what is not asked, or not awaited, is let go."""

from __future__ import annotations

import asyncio
import platform
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from defkg.engine import Answer, Request
from tests.test_operation import BIG, FILED, LATE, SLOW, SMALL, FakeEngine, Running, _raw, eventually, running


@pytest.fixture
def server() -> Iterator[Running]:
    with running(FakeEngine()) as server:
        yield server


def replies(server: Running, *pieces: bytes, pause: float = 0.0) -> bytes:
    """All that comes back for what is sent in these pieces, until nothing more does."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        return b"".join(arriving(connection))


def arriving(connection: socket.socket) -> Iterator[bytes]:
    connection.settimeout(1)
    try:
        while data := connection.recv(1 << 16):
            yield data
    except TimeoutError:
        return


def statuses(data: bytes) -> list[bytes]:
    return [part.split(b" ")[0] for part in data.split(b"HTTP/1.1 ")[1:]]


def test_requests_sent_ahead_are_answered_in_order(server: Running) -> None:
    asked = [SMALL, LATE, BIG, SMALL, FILED, "SELECT", SMALL]
    ahead = replies(server, b"".join(map(_raw, asked)))
    assert statuses(ahead) == [b"200", b"504", b"200", b"200", b"200", b"200", b"200"]
    apart = replies(server, *map(_raw, asked))
    assert statuses(apart) == statuses(ahead)


def test_a_request_that_arrives_while_another_is_answered_waits(server: Running) -> None:
    data = replies(server, _raw(LATE), _raw(SMALL)[:30], _raw(SMALL)[30:] + _raw(LATE), pause=0.01)
    assert statuses(data) == [b"504", b"200", b"504"]
    assert server.engine.asked.count(LATE) == 2


def test_a_request_in_drops_is_answered(server: Running) -> None:
    assert statuses(replies(server, *(bytes([octet]) for octet in _raw(SMALL)))) == [b"200"]


def test_more_is_asked_than_is_read(server: Running) -> None:
    requests = _raw(BIG) * 40
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(requests)
        time.sleep(0.3)
        assert server.get(SMALL).status_code == 200
        data = b"".join(arriving(connection))
    assert statuses(data) == [b"200"] * 40


def test_a_client_that_asks_ahead_and_goes_is_not_worked_for(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(_raw(SLOW))
        assert eventually(lambda: server.engine.asked == [SLOW])
        connection.sendall(_raw(LATE))
    assert server.engine.cancelled.wait(5)
    assert server.engine.asked == [SLOW]
    assert eventually(lambda: b"defkg_queries_in_flight 0.0" in server.service.metrics.text())


@pytest.mark.parametrize("first", [b"", _raw(SMALL), _raw(LATE)], ids=["nothing", "answered", "refused"])
def test_a_connection_that_begins_no_request_is_closed(first: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("defkg.web.transport.HEAD_SECONDS", 0.2)
    with running(FakeEngine()) as server, socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.settimeout(3)
        connection.sendall(first)
        if first:
            assert connection.recv(1 << 16)
        connection.sendall(b"GET /spa")
        assert connection.recv(1 << 16) == b""


def test_a_query_that_takes_longer_than_a_head_may_is_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("defkg.web.transport.HEAD_SECONDS", 0.01)
    with running(FakeEngine()) as server:
        assert server.get(LATE).status_code == 504
        assert server.get(SMALL).status_code == 200


class Leisurely(FakeEngine):
    async def answer(self, request: Request) -> Answer:
        await asyncio.sleep(0.4)  # the server looks every 0.1 s whether it is to end
        return await super().answer(request)


def test_the_server_ends_after_the_query_that_runs() -> None:
    with running(Leisurely()) as server:
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.sendall(_raw(SMALL))
        assert eventually(lambda: b"defkg_queries_in_flight 1.0" in server.service.metrics.text())
    with connection:
        data = b"".join(arriving(connection))
        assert statuses(data) == [b"200"]
        assert b"connection: close" in data


class Middling(FakeEngine):
    async def answer(self, request: Request) -> Answer:
        return Answer("text/csv", b"x" * 60_000, None, 60_000, 1, 0.1, "t")


def test_a_client_that_asks_and_does_not_read_is_not_answered_without_end() -> None:
    with running(Middling()) as server, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        for _ in range(500):
            connection.sendall(_raw(SMALL))
            time.sleep(0.001)
        assert eventually(lambda: b'defkg_queries_total{outcome="cached"}' in server.service.metrics.text())
        found = re.search(rb'defkg_queries_total{outcome="cached"} ([0-9.]+)', server.service.metrics.text())
        assert found
        assert float(found[1]) < 250


def test_the_loop_is_uvloop_where_it_is_installed() -> None:
    pytest.importorskip("uvloop")
    from defkg.web.loop import run

    async def kind() -> str:
        import asyncio

        return type(asyncio.get_running_loop()).__module__

    assert run(kind()).startswith("uvloop")


HEAPS = """
import asyncio, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from defkg.web import loop

together = Barrier(10)

def use(_):
    bytes(30_000_000)  # freed at once: from now on glibc keeps as much
    together.wait()
    held = [b"x" * 200_000 for _ in range(100)]
    together.wait()

async def work():
    with ThreadPoolExecutor(10) as threads:
        await asyncio.gather(*(asyncio.get_running_loop().run_in_executor(threads, use, n) for n in range(10)))
        print(int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) // 1000)

if sys.argv[1:]:
    loop._bound_heaps = lambda: None
loop.run(work())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
def test_what_threads_have_freed_goes_back_to_the_system() -> None:
    def left(*words: str) -> int:
        done = subprocess.run([sys.executable, "-c", HEAPS, *words], capture_output=True, text=True, check=True)
        return int(done.stdout)

    assert left() < 120 < left("as glibc has it")


def test_the_loop_is_asyncio_where_uvloop_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from defkg.web import loop

    monkeypatch.setitem(__import__("sys").modules, "uvloop", None)

    async def kind() -> str:
        import asyncio

        return type(asyncio.get_running_loop()).__module__

    assert loop.run(kind()).startswith("asyncio")
    assert Path(loop.__file__).exists()
