"""Hostile clients: each attack gets its error in time, and another client notices nothing."""

from __future__ import annotations

import asyncio
import http.client
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
import pytest

from tests.bombs import ANSWER_BOMBS, FLAT_BOMBS, HALVES, HEAD, MEMORY_BOMBS, STACK_BOMBS, TIME_BOMBS, doubled
from tests.server import Server, server, until

pytestmark = pytest.mark.alone

TIMEOUT = 2
MEMORY = 128
SLACK = 0.5
LATEST = TIMEOUT + 1 + SLACK
RECEIVED = 10 + 1 + SLACK  # seconds until a request must have arrived
KEPT = 64  # MB that processes may keep of what they once used
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


@dataclass
class Asker:
    """A second client, which asks the same little thing all the time, of the engine and not of the cache."""

    port: int
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.done.wait(0.01):
            started = time.perf_counter()
            try:
                self._ask(connection, f"ASK {{}} # {len(self.seconds)}")
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(repr(error))
                connection.close()
            self.seconds.append(time.perf_counter() - started)
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, query: str) -> None:
        connection.request("POST", "/sparql", query, {"Content-Type": DIRECT})
        response = connection.getresponse()
        body = response.read()
        if (response.status, b"true" in body) != (200, True):
            self.failed.append(f"{response.status} {body.decode()}")

    def p99(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


@dataclass(frozen=True)
class Before:
    processes: int
    memory: float
    temporary: list[str]


@pytest.fixture(scope="module")
def live() -> Iterator[Server]:
    limits = ("--timeout", str(TIMEOUT), "--memory", str(MEMORY), "--rows", "100000", "--answer", "32")
    with server(*limits, "--workers", "2", "--queue", "1000", "--client-seconds", "0", "--no-check") as running:
        yield running


@pytest.fixture(scope="module")
def before(live: Server) -> Before:
    for number in range(20):
        live.ask(f"SELECT * {{ ?s ?p ?o }} # {number}")
    return Before(len(live.family()), live.memory(), live.temporary())


@pytest.fixture(scope="module", autouse=True)
def asker(live: Server, before: Before) -> Iterator[Asker]:
    client = Asker(live.port)
    thread = threading.Thread(target=client.run)
    thread.start()
    yield client
    client.done.set()
    thread.join()


def kind(response: httpx.Response) -> str:
    """The problem's kind, from a document that says as much as a problem document must."""
    assert response.headers["content-type"].startswith("application/problem+json"), response.text
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["title"]
    assert problem["detail"]
    name: str = problem["type"].rpartition("/")[2]
    return name


def attack(live: Server, query: str, **parameters: str) -> tuple[int, str]:
    """The status and the problem's kind, which must come in time."""
    started = time.monotonic()
    response = live.ask(query, **parameters)
    assert time.monotonic() - started < LATEST
    return response.status_code, kind(response) if response.status_code != 200 else ""


@pytest.mark.parametrize("name", MEMORY_BOMBS)
def test_memory_bomb_is_413(live: Server, name: str) -> None:
    assert attack(live, MEMORY_BOMBS[name]) == (413, "memory")


@pytest.mark.parametrize("name", TIME_BOMBS)
def test_time_bomb_is_504(live: Server, name: str) -> None:
    assert attack(live, TIME_BOMBS[name]) == (504, "timeout")


def test_client_may_ask_for_less_time_and_not_for_more(live: Server) -> None:
    started = time.monotonic()
    assert attack(live, TIME_BOMBS["count"], timeout="0.3") == (504, "timeout")
    assert time.monotonic() - started < 1
    assert attack(live, TIME_BOMBS["count"], timeout="60") == (504, "timeout")


@pytest.mark.parametrize("name", ANSWER_BOMBS)
def test_answer_bomb_is_413_or_504(live: Server, name: str) -> None:
    query, kinds = ANSWER_BOMBS[name]
    status, found = attack(live, query)
    assert found in kinds
    assert status == (504 if found == "timeout" else 413)


@pytest.mark.parametrize("name", STACK_BOMBS)
def test_stack_bomb_is_400(live: Server, name: str) -> None:
    status, found = attack(live, STACK_BOMBS[name])
    assert (status, found in {"too-deep", "stack", "syntax"}) == (400, True), found


@pytest.mark.parametrize("name", FLAT_BOMBS)
def test_bomb_without_brackets_is_answered_or_refused(live: Server, name: str) -> None:
    status, found = attack(live, FLAT_BOMBS[name])
    assert (status, found) in {
        (200, ""), (400, "stack"), (400, "too-deep"), (400, "syntax"), (413, "memory"), (504, "timeout")
    }  # fmt: skip


def test_long_queries_do_not_hold_up_others(live: Server, asker: Asker) -> None:
    begun = len(asker.seconds)
    for number in range(5):
        attack(live, f"{FLAT_BOMBS['sums']} # {number}", timeout="0.2")
    assert until(lambda: len(asker.seconds) > begun + 10, 5)
    assert max(asker.seconds[begun:]) < 0.25


@pytest.fixture
def trap() -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens and must not be called, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener, f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        with pytest.raises(BlockingIOError):
            listener.accept()


LINK_LOCAL = "http://169.254.169.254/latest/meta-data/"
SERVICES = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { service\n# a comment\n silent <URL> { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "ASK { FILTER EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } } } }",
]


@pytest.mark.parametrize("query", SERVICES)
@pytest.mark.parametrize("where", ["loopback", "link-local"])
def test_service_is_refused_and_nobody_is_called(
    live: Server, trap: tuple[socket.socket, str], query: str, where: str
) -> None:
    address = trap[1] if where == "loopback" else LINK_LOCAL
    assert attack(live, query.replace("URL", address)) == (403, "service-refused")


@pytest.mark.parametrize("word", ["\\u0053ERVICE", "SERVIC\\u0045", "\\u0053ERVICE SILENT", "\\U00000053ERVICE"])
def test_service_spelt_by_escapes_calls_nobody(live: Server, trap: tuple[socket.socket, str], word: str) -> None:
    status, _ = attack(live, f"SELECT * {{ {word} <{trap[1]}> {{ ?s ?p ?o }} }}")
    assert status in (400, 403)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { BIND('SERVICE <http://x/>' AS ?s) }",
        "ASK { OPTIONAL { ?s <http://x/SERVICE> ?o } }",
        "ASK {} # SERVICE <http://x/>",
        "PREFIX service: <http://x/> ASK { OPTIONAL { ?service service:SERVICE ?o } }",
    ],
)
def test_the_word_service_is_no_call(live: Server, query: str) -> None:
    assert attack(live, query) == (200, "")


@pytest.mark.parametrize("update", ["LOAD <URL>", "LOAD SILENT <URL> INTO GRAPH <http://g/>", "CLEAR ALL", "DROP ALL"])
@pytest.mark.parametrize("how", ["query", "form", "direct"])
def test_update_is_refused(live: Server, trap: tuple[socket.socket, str], update: str, how: str) -> None:
    text = update.replace("URL", trap[1])
    body = {"content": text, "headers": {"Content-Type": "application/sparql-update"}}
    sent = {"query": {"data": {"query": text}}, "form": {"data": {"update": text}}, "direct": body}[how]
    response = live.client.post(f"{live.address}/sparql", **sent)  # type: ignore[arg-type]
    if how == "query":
        assert (response.status_code, kind(response)) == (400, "syntax")
        assert "begins an update" in response.json()["detail"]
    else:
        assert (response.status_code, kind(response)) == (403, "update-refused")


@pytest.mark.parametrize("iri", ["file:///etc/passwd", "FILE:///etc/passwd", "TRAP", LINK_LOCAL, "http://x/unknown"])
@pytest.mark.parametrize("how", ["FROM", "FROM NAMED", "from\nnamed", "default-graph-uri", "named-graph-uri"])
def test_unknown_graph_is_refused_and_not_read(
    live: Server, trap: tuple[socket.socket, str], iri: str, how: str
) -> None:
    iri = trap[1] if iri == "TRAP" else iri
    graph = {how: iri} if how.endswith("uri") else {}
    query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    query = query if graph else query.replace("*", f"* {how} <{iri}>")
    response = live.client.post(f"{live.address}/sparql", data={"query": query, **graph})
    assert (response.status_code, kind(response)) == (400, "unknown-graph")
    assert "root:" not in response.text


def test_random_bodies_are_refused(live: Server) -> None:
    chance = random.Random(3)
    types = [FORM, DIRECT, f"{FORM}; charset=utf-16", "text/plain", "application/sparql-update", "multipart/form-data"]
    with httpx.Client(base_url=live.address, timeout=LATEST) as client:
        for _ in range(1000):
            body = chance.randbytes(chance.choice([0, 1, 10, 100, 1000, 10_000]))
            body = body if chance.random() < 0.7 else b"query=" + body
            response = client.post("/sparql", content=body, headers={"Content-Type": chance.choice(types)})
            assert 400 <= response.status_code < 500, (body, response.text)


def test_requests_that_do_not_end_are_ended(live: Server) -> None:
    with ThreadPoolExecutor(len(HALVES)) as clients:
        ends = dict(zip(HALVES, clients.map(lambda half: _send(live, *half), HALVES.values()), strict=True))
    assert {name: end for name, end in ends.items() if end not in ("closed", "408", "400")} == {}


def _send(live: Server, start: bytes, drops: bytes) -> str:
    with live.connect() as sock:
        latest = time.monotonic() + RECEIVED
        sock.sendall(start)
        for drop in drops:
            if (end := _end_of(sock, time.monotonic() + 0.1)) != "still open" or time.monotonic() > latest:
                return end
            with suppress(ConnectionError):
                sock.sendall(bytes([drop]))
        return _end_of(sock, latest)


def _end_of(sock: socket.socket, latest: float) -> str:
    """What the server makes of a request that does not end: "closed", a status, or "still open"."""
    sock.settimeout(max(0.001, latest - time.monotonic()))
    try:
        got = sock.recv(4096)
    except TimeoutError:
        return "still open"
    except ConnectionError:
        return "closed"
    return got.split()[1].decode() if got else "closed"


def _reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def _post(query: str) -> bytes:
    body = query.encode()
    return HEAD.replace(b"1000", str(len(body)).encode()) + b"\r\n" + body


def test_clients_that_hang_up_in_mid_query_free_their_workers(live: Server) -> None:
    for number in range(6):
        sock = live.connect()
        sock.sendall(_post(TIME_BOMBS["count"] + f"# {number}"))
        time.sleep(0.1)
        _reset(sock)
    started = time.monotonic()
    assert live.ask("ASK {} # free").status_code == 200
    assert time.monotonic() - started < 1


def test_clients_that_hang_up_in_mid_answer_leave_nothing(live: Server, before: Before) -> None:
    query = f"SELECT ?x {{ {doubled(14)} ?s ?p ?o }} LIMIT 100"
    assert len(live.ask(query).content) > 20_000_000
    for number in range(10):
        sock = live.connect()
        sock.sendall(_post(f"{query} # {number}"))
        assert sock.recv(1000).startswith(b"HTTP/1.1 200")
        _reset(sock)
    assert until(lambda: live.temporary() == before.temporary, 5), live.temporary()


def test_500_connections_at_once_are_all_answered(live: Server) -> None:
    async def one(number: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
        await gate.wait()
        writer.write(_post(f"ASK {{}} # of 500, {number}").replace(b"Host: x", b"Host: x\r\nConnection: close"))
        answer = await reader.read()
        writer.close()
        return answer

    async def opened() -> None:
        await asyncio.sleep(1)
        gate.set()

    async def every() -> list[bytes]:
        *answers, _ = await asyncio.wait_for(asyncio.gather(*map(one, range(500)), opened()), 30)
        return [answer for answer in answers if answer]

    gate = asyncio.Event()
    answers = asyncio.run(every())
    assert len(answers) == 500
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 200 OK"}


def test_more_than_the_queue_holds_is_told_to_come_back() -> None:
    with server("--timeout", "1", "--workers", "1", "--queue", "2", "--client-seconds", "0", "--no-check") as small:
        found: list[httpx.Response] = []
        bombs = [TIME_BOMBS["count"] + f"# {number}" for number in range(8)]
        threads = [threading.Thread(target=lambda q=bomb: found.append(small.ask(q))) for bomb in bombs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        busy = [response for response in found if response.status_code == 503]
        assert len(busy) >= 5
        assert all(int(response.headers["retry-after"]) > 0 for response in busy)
        assert {kind(response) for response in busy} == {"busy"}
        assert 504 in {response.status_code for response in found}
        assert small.ask("ASK {} # afterwards").status_code == 200


def test_afterwards_the_server_is_as_it_was(live: Server, before: Before) -> None:
    assert until(lambda: len(live.family()) == before.processes, 5), live.family()
    assert until(lambda: live.temporary() == before.temporary, 5), live.temporary()
    assert until(lambda: live.memory() < before.memory + KEPT, 5), (before.memory, live.memory())
    assert live.ask("ASK {} # at the end").status_code == 200
    assert "Traceback" not in live.said()


def test_the_second_client_noticed_nothing(asker: Asker) -> None:
    assert until(lambda: len(asker.seconds) >= 200, 30)
    print(f"{len(asker.seconds)} asked, p99 {asker.p99() * 1000:.1f} ms, slowest {max(asker.seconds) * 1000:.1f} ms")
    assert asker.failed == []
    assert asker.p99() < 0.25
