"""Thousands of queries, failures and killed processes leave no process, open file or temporary file behind."""

from __future__ import annotations

import os
import random
import signal
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import httpx
import pytest

from tests.server import Server, server, until

pytestmark = pytest.mark.alone

QUERIES = 10_000 if os.environ.get("DEFKG_LONG") else 2_000
CLIENTS = 4
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LONG = "BIND('0123456789abcdef' AS ?x0) BIND(CONCAT(?x0, ?x0, ?x0, ?x0) AS ?x1) BIND(CONCAT(?x1, ?x1, ?x1) AS ?x)"
LARGE = f"SELECT ?x {{ {LONG} ?a ?b ?c . ?d ?e ?f }}"

KINDS = {
    "ask": ("ASK {}", 200),
    "rows": ("SELECT * { ?s ?p ?o } LIMIT 50", 200),
    "graph": ("CONSTRUCT WHERE { ?s a ?o }", 200),
    "spooled": (f"{LARGE} LIMIT 9000", 200),
    "syntax": ("SELECT * {", 400),
    "unknown graph": ("ASK FROM <http://x/unknown> {}", 400),
    "deep": ("ASK " + "{" * 500 + "}" * 500, 400),
    "service": ("ASK { SERVICE <http://127.0.0.1:9/> {} }", 403),
    "too many rows": (f"{LARGE} LIMIT 11000", 413),
    "memory": (f"SELECT (REPLACE(?y, '.', ?y) AS ?z) {{ {LONG} BIND(REPLACE(?x, '.', ?x) AS ?y) }}", 413),
    "timeout": (FOREVER, 504),
    "hang up": (FOREVER, 0),
}
WEIGHTS = {"ask": 30, "rows": 20, "graph": 10, "syntax": 10, "unknown graph": 5, "service": 5, "deep": 5}


def test_thousands_of_queries_leave_nothing() -> None:
    limits = ("--timeout", "2", "--rows", "10000", "--memory", "64", "--workers", "2", "--queue", "100")
    with server(*limits, "--client-seconds", "0", "--no-check") as live:
        Load(live, seed=1).run(QUERIES // 10)
        before = Seen.settled(live)
        load = Load(live, seed=2)
        load.run(QUERIES, kill_every=QUERIES // 10)
        assert until(lambda: Seen.of(live) == before, 10), (before, Seen.of(live))
        assert load.wrong == []
        assert sum(load.statuses.values()) == QUERIES
        assert load.statuses[500] + load.statuses[503] <= 10 * CLIENTS
        assert min(load.statuses[status] for status in (200, 400, 403, 413, 504)) > 0
        assert live.ask("ASK {}").status_code == 200
        assert "Traceback" not in live.said()


@dataclass(frozen=True)
class Seen:
    """What can leak."""

    processes: int
    files: list[int]
    temporary: list[str]

    @staticmethod
    def of(live: Server) -> Seen:
        return Seen(len(live.family()), live.files(), live.temporary())

    @staticmethod
    def settled(live: Server) -> Seen:
        """What is seen once all workers are there and nothing changes any more."""
        seen: list[Seen] = []

        def still() -> bool:
            seen.append(Seen.of(live))
            time.sleep(0.3)
            return len(live.workers()) == 2 and 0 not in seen[-1].files and seen[-1] == Seen.of(live)

        assert until(still, 10), seen
        return seen[-1]


class Load:
    """Clients that ask queries of every kind at the same time, while processes are killed under them."""

    def __init__(self, live: Server, seed: int) -> None:
        self._live = live
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []

    def run(self, queries: int, kill_every: int = 0) -> None:
        names = self._chance.choices(list(KINDS), [WEIGHTS.get(name, 2) for name in KINDS], k=queries)
        with ThreadPoolExecutor(CLIENTS) as clients:
            tasks: list[Future[None]] = []
            for number, name in enumerate(names):
                tasks.append(clients.submit(self._one, number, name))
                if kill_every and number % kill_every == kill_every - 1:
                    tasks[-1].result(60)
                    self._kill("zygote" if number % (5 * kill_every) == 5 * kill_every - 1 else "worker")
            for task in tasks:
                task.result(60)

    def _kill(self, what: str) -> None:
        found = self._live.zygotes() if what == "zygote" else self._live.workers()
        with suppress(ProcessLookupError):
            os.kill(self._chance.choice(found), signal.SIGKILL)

    def _one(self, number: int, name: str) -> None:
        query, expected = KINDS[name]
        query = f"{query} # {number}"
        if name == "hang up":
            status = hang_up(self._live, query)
        else:
            status = self._live.ask(query, timeout="0.2" if name == "timeout" else "2").status_code
        with self._lock:
            self.statuses[status] += 1
            if status not in (expected, 500, 503):
                self.wrong.append(f"{name}: {status}")


def hang_up(live: Server, query: str) -> int:
    """Sends a query and goes away."""
    with live.connect() as sock:
        head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        sock.sendall(f"{head}Content-Length: {len(query)}\r\n\r\n{query}".encode())
        time.sleep(0.02)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return 0


@pytest.fixture
def live() -> Iterator[Server]:
    with server("--timeout", "4", "--workers", "2", "--client-seconds", "0", "--no-check") as running:
        yield running


def later(live: Server, query: str) -> Future[httpx.Response]:
    """The answer of a query that is being asked by now."""
    executor = ThreadPoolExecutor(1)
    future = executor.submit(live.ask, query)
    executor.shutdown(wait=False)
    time.sleep(0.3)
    return future


def lasting(live: Server, seconds: float) -> str:
    """A query that takes about so long on this machine."""
    query = "SELECT (COUNT(*) AS ?n) {{ {{ SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {} }} }}"
    rows = 1_000_000
    started = time.monotonic()
    assert live.ask(query.format(rows)).status_code == 200
    return query.format(int(rows * seconds / (time.monotonic() - started)))


def gone(pids: list[int]) -> bool:
    """Whether none of them runs; one that nobody has buried does not run."""
    return not any(_state(pid) not in ("", "Z") for pid in pids)


def _state(pid: int) -> str:
    with suppress(OSError), open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - no file in the usual sense
        return stat.read().rpartition(")")[2].split()[0]
    return ""


def test_sigterm_lets_a_running_query_finish(live: Server) -> None:
    answer = later(live, lasting(live, 1.5))
    family = list(live.family())
    live.process.send_signal(signal.SIGTERM)
    response = answer.result(10)
    assert response.status_code == 200
    assert response.text.startswith("n")
    assert live.process.wait(5) == 0
    assert gone(family)


def test_sigterm_ends_a_query_that_goes_on(live: Server) -> None:
    answer = later(live, FOREVER)
    family = list(live.family())
    live.process.send_signal(signal.SIGTERM)
    assert live.process.wait(4 + 2) == 0
    assert gone(family)
    with suppress(httpx.HTTPError):
        assert answer.result(10).status_code in (503, 504)


def test_sigterm_does_not_wait_for_an_idle_connection(live: Server) -> None:
    with httpx.Client(base_url=live.address) as client, live.connect():
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        live.process.send_signal(signal.SIGTERM)
        assert live.process.wait(2) == 0


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_sigkill_leaves_no_process(live: Server, busy: bool) -> None:
    answer = later(live, FOREVER) if busy else None
    family = list(live.family())
    assert len(family) == 4
    live.process.kill()
    live.process.wait()
    assert until(lambda: gone(family), 2), live.family()
    if answer is not None:
        assert isinstance(answer.exception(5), httpx.HTTPError)


def test_killed_worker_fails_its_query_alone(live: Server) -> None:
    answer = later(live, FOREVER)
    other = later(live, lasting(live, 2))
    os.kill(live.workers()[0], signal.SIGKILL)
    statuses = {answer.result(10).status_code, other.result(10).status_code}
    assert statuses in ({500, 200}, {500, 504})
    assert until(lambda: len(live.workers()) == 2, 2)
    assert live.ask("ASK {}").status_code == 200


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_killed_zygote_is_restarted(live: Server, busy: bool) -> None:
    answer = later(live, FOREVER) if busy else None
    (zygote,) = live.zygotes()
    workers = live.workers()
    os.kill(zygote, signal.SIGKILL)
    assert until(lambda: gone([zygote, *workers]), 2)
    assert until(lambda: live.zygotes() != [] and len(live.workers()) == 2, 5)
    assert live.ask("ASK {} # again").status_code == 200
    if answer is not None:
        assert answer.result(10).status_code in (500, 503, 504)


def test_zygote_killed_again_and_again_comes_back(live: Server) -> None:
    for number in range(5):
        assert until(lambda: len(live.workers()) == 2, 5)
        os.kill(live.zygotes()[0], signal.SIGKILL)
        assert live.ask(f"ASK {{}} # {number}").status_code == 200
