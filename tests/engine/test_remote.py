"""The remote engine before services that are slow, down, broken or lying: each gets its clean error."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import parse_qs

import pytest

from defkg.engine import Answer, Problem, Request
from defkg.engine.limits import Limits
from defkg.engine.remote.credentials import address_of, credentials
from defkg.engine.remote.engine import RemoteEngine
from defkg.project import ProjectError

T = TypeVar("T")
LIMITS = Limits(workers=1, timeout=5, rows=1000, answer=1, query=8, depth=20, queue=2)
GRAPHS = {"http://g/1": 1, "http://g/2": 1}
JSON, TRIPLES = "application/sparql-results+json", "application/n-triples"
ROW = {"s": {"type": "uri", "value": "http://x/s"}}
SELECT, CONSTRUCT, ASK = "SELECT ?s WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "ASK { ?s ?p ?o }"


def rows(names: list[str], bindings: list[dict[str, Any]]) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def number(value: int) -> dict[str, str]:
    return {"type": "literal", "value": str(value), "datatype": "http://www.w3.org/2001/XMLSchema#integer"}


def response(body: bytes, kind: str = JSON, status: str = "200 OK", head: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body


GOOD = response(rows(["s"], [ROW]))


class Backend:
    """A service that answers the engine's own questions well, and everything else as it is told.

    Attributes:
        answers: for each further query, the bytes to send; None sends nothing and hangs up; a last one that is a
            function sends as it likes.
        asked: the forms of those queries.
        heads: the heads of all requests.
    """

    def __init__(self, *answers: bytes | Callable[[asyncio.StreamWriter], Awaitable[None]] | None) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, list[str]]] = []
        self.heads: list[str] = []
        self.address = ""
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        host, port = server.sockets[0].getsockname()
        self.address = f"http://{host}:{port}/sparql"
        try:
            yield
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._answer(reader, writer):
                    await writer.drain()
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        length = next(int(line.split()[1]) for line in head.splitlines() if line.lower().startswith("content-length"))
        form = parse_qs((await reader.readexactly(length)).decode())
        own = self._own(form["query"][0])
        if own:
            writer.write(response(own))
            return True
        self.asked.append(form)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            await answer(writer)
            return False
        writer.write(answer or b"")
        return answer is not None and b"Content-Length" in answer and b"Connection: close" not in answer

    @staticmethod
    def _own(query: str) -> bytes:
        if "GROUP BY ?g" in query:
            return rows(["g", "n"], [{"g": {"type": "uri", "value": g}, "n": number(n)} for g, n in GRAPHS.items()])
        if query.startswith("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"):
            return rows(["n"], [{"n": number(7)}])
        return rows(["s", "p", "o"], []) if query == "SELECT ?s ?p ?o WHERE { ?s ?p ?o }" else b""


def with_engine(backend: Backend, work: Callable[[RemoteEngine], Awaitable[T]], limits: Limits = LIMITS) -> T:
    async def run() -> T:
        async with backend.running():
            engine = RemoteEngine(backend.address, limits, environment={})
            await engine.start()
            try:
                return await work(engine)
            finally:
                await engine.close()

    return asyncio.run(run())


async def problem(engine: RemoteEngine, query: str, **more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        await engine.answer(Request(query, **more))
    return caught.value


async def never(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    while not writer.is_closing():
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


def flood(piece: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        while not writer.is_closing():
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()

    return send


TRIPLE = b"<http://x/s> <http://x/p> <http://x/o> .\n"
UNSTATED = f"HTTP/1.1 200 OK\r\nContent-Type: {TRIPLES}\r\nConnection: close\r\n\r\n".encode() + TRIPLE
CHUNKED = f"HTTP/1.1 200 OK\r\nContent-Type: {TRIPLES}\r\nTransfer-Encoding: chunked\r\n\r\n29\r\n".encode() + TRIPLE
SHORT = response(rows(["s"], [ROW]), head="Connection: close\r\n").replace(b"Content-Length: ", b"Content-Length: 9")
DEEP = response(b'{"head": {"vars": ["s"]}, "results": {"bindings": ' + b"[" * 500_000)
BOMB = response(gzip.compress(bytes(1 << 24)), head="Content-Encoding: gzip\r\n")
FAULTS: dict[str, tuple[str, Any, str, int]] = {
    "hangs up": (SELECT, None, "store-down", 503),
    "is busy": (SELECT, response(b"", status="503 Busy"), "store-down", 503),
    "fewer bytes than it said": (SELECT, SHORT, "store-broken", 502),
    "chunks without an end": (CONSTRUCT, CHUNKED, "store-broken", 502),
    "no length": (CONSTRUCT, UNSTATED, "store-broken", 502),
    "half of the rows": (SELECT, response(rows(["s"], [ROW])[:-10]), "store-broken", 502),
    "half of a triple": (CONSTRUCT, response(TRIPLE + TRIPLE[:20], TRIPLES), "store-broken", 502),
    "nothing": (SELECT, response(b""), "store-broken", 502),
    "a page": (SELECT, response(b"<html>sorry</html>", "text/html"), "store-broken", 502),
    "a page that says it is rows": (SELECT, response(b"<html>sorry</html>"), "store-broken", 502),
    "rows that say they are a page": (SELECT, response(rows(["s"], [ROW]), "text/html"), "store-broken", 502),
    "rows that say they are a graph": (CONSTRUCT, response(rows(["s"], [ROW]), TRIPLES), "store-broken", 502),
    "a truth for rows": (SELECT, response(b'{"head": {}, "boolean": true}'), "store-broken", 502),
    "rows for a truth": (ASK, GOOD, "store-broken", 502),
    "other columns": (SELECT, response(rows(["t"], [])), "store-broken", 502),
    "no such term": (SELECT, response(rows(["s"], [{"s": {"type": "uri", "value": "a b"}}])), "store-broken", 502),
    "brackets for ever": (SELECT, DEEP, "store-broken", 502),
    "a bomb": (SELECT, BOMB, "store-broken", 502),
    "no HTTP": (SELECT, b"SSH-2.0-nothing\r\n\r\n", "store-broken", 502),
    "a head for ever": (SELECT, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000, "store-broken", 502),
    "another address": (
        SELECT,
        response(b"", status="302 Found", head="Location: http://127.0.0.1:1/\r\n"),
        "store-broken",
        502,
    ),
    "its own error": (SELECT, response(b"Error SP030: bad\nstack", "text/plain", "400 Bad"), "store-refused", 502),
    "who are you": (SELECT, response(b"secret", "text/plain", "401 No"), "store-refused", 502),
    "bytes for ever": (SELECT, flood(b" " * 65536), "answer-too-large", 413),
    "rows for ever": (SELECT, flood(b'{"a": 1}, ' * 1000), "rows", 413),
    "a cut": (SELECT, response(rows(["s"], [ROW]), head="X-SPARQL-MaxRows: 1\r\n"), "store-rows", 413),
    "a part": (SELECT, response(rows(["s"], [ROW]), head="X-SQL-State: S1TAT\r\n"), "store-broken", 502),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_the_store_is_a_clean_error_and_the_next_answer_is_right(fault: str) -> None:
    query, answer, kind, status = FAULTS[fault]

    async def work(engine: RemoteEngine) -> tuple[Problem, Answer]:
        found = await problem(engine, query)
        backend.answers = [GOOD]
        return found, await engine.answer(Request(SELECT, rows_type="text/csv"))

    backend = Backend(answer)
    found, after = with_engine(backend, work)
    assert (found.kind, found.status) == (kind, status)
    assert backend.address.split("/")[2] not in found.detail
    assert after.body == b"s\r\nhttp://x/s\r\n"


def test_words_of_the_store_are_told_but_not_all() -> None:
    said = response(b"Error SP030: bad\nstack", "text/plain", "400 Bad")
    found = with_engine(Backend(said), lambda engine: problem(engine, SELECT))
    assert "Error SP030: bad" in found.detail
    assert "stack" not in found.detail
    assert found.more == {"store_status": 400}


@pytest.mark.parametrize("slow", [never, drip])
def test_slow_store_is_given_up_in_time_and_others_go_on(slow: Any) -> None:
    async def work(engine: RemoteEngine) -> tuple[Problem, Answer]:
        late = asyncio.ensure_future(problem(engine, SELECT, timeout=0.6))
        await asyncio.sleep(0.2)
        backend.answers = [GOOD]
        answer = await engine.answer(Request(SELECT))
        assert not late.done()
        return await late, answer

    backend = Backend(slow)
    found, answer = with_engine(backend, work)
    assert (found.kind, found.status, found.more) == ("timeout", 504, {"limit": 0.6})
    assert answer.rows == 1


def test_connection_that_fails_before_the_answer_is_tried_twice_more() -> None:
    backend = Backend(None, None, GOOD)
    answer = with_engine(backend, lambda engine: engine.answer(Request(SELECT)))
    assert (answer.rows, len(backend.asked)) == (1, 3)
    backend = Backend(None)
    with_engine(backend, lambda engine: problem(engine, SELECT))
    assert len(backend.asked) == 3


def test_answer_that_has_begun_is_not_asked_for_again() -> None:
    backend = Backend(SHORT)
    with_engine(backend, lambda engine: problem(engine, SELECT))
    assert len(backend.asked) == 1


def test_store_that_is_gone_is_a_clean_error() -> None:
    async def run() -> Problem:
        backend = Backend(GOOD)
        async with backend.running():
            engine = RemoteEngine(backend.address, LIMITS, environment={})
            await engine.start()
            await engine.answer(Request(SELECT))
        backend.answers = [None]
        found = await problem(engine, SELECT)
        await engine.close()
        return found

    assert asyncio.run(run()).kind == "store-down"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT", "syntax"),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", "syntax"),
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "service-refused"),
        ("SELECT (<bif:file_to_string>('/etc/passwd') AS ?x) {}", "function-refused"),
        ("PREFIX b: <BIF:> SELECT (b:now() AS ?x) {}", "function-refused"),
        ("SELECT * FROM <http://nowhere/> { ?s ?p ?o }", "unknown-graph"),
        ("SELECT * { " + "{" * 30 + "}" * 30 + " }", "too-deep"),
        (f"SELECT * {{ ?s ?p '{'x' * 9000}' }}", "query-too-long"),
    ],
)
def test_query_that_may_not_run_never_reaches_the_store(query: str, kind: str) -> None:
    backend = Backend(GOOD)
    assert with_engine(backend, lambda engine: problem(engine, query)).kind == kind
    assert backend.asked == []


def test_names_are_declared_and_the_dataset_is_told_apart() -> None:
    async def work(engine: RemoteEngine) -> None:
        await engine.answer(Request("SELECT ?s\n WHERE { ?s a defkg:Country }"))
        await engine.answer(Request("SELECT ?s FROM <http://g/1> { ?s ?p ?o }"))
        await engine.answer(Request("SELECT ?s { ?s ?p ?o }", named_graphs=("http://g/2",)))

    backend = Backend(GOOD)
    with_engine(backend, work)
    whole, one, named = backend.asked
    assert whole["query"][0].startswith(
        "BASE <https://w3id.org/defkg/> PREFIX defkg: <https://w3id.org/defkg/ontology#> SELECT"
    )
    assert "default-graph-uri" not in whole
    assert (one["default-graph-uri"], one["named-graph-uri"]) == (["http://g/1"], ["urn:x-defkg:nothing"])
    assert (named["default-graph-uri"], named["named-graph-uri"]) == (["urn:x-defkg:nothing"], ["http://g/2"])
    assert "FROM" not in one["query"][0]


def test_graphs_that_are_merged_count_a_triple_once() -> None:
    triple = {name: {"type": "uri", "value": f"http://x/{name}"} for name in "spo"}
    backend = Backend(response(rows(["s", "p", "o"], [triple, triple])))
    query = "SELECT (COUNT(*) AS ?n) FROM <http://g/1> FROM <http://g/2> { ?s ?p ?o }"
    answer = with_engine(backend, lambda engine: engine.answer(Request(query, rows_type="text/csv")))
    assert answer.body == b"n\r\n1\r\n"
    assert backend.asked[0]["default-graph-uri"] == ["http://g/1", "http://g/2"]


def test_triples_of_a_graph_are_told_once() -> None:
    backend = Backend(response(TRIPLE * 3, TRIPLES))
    answer = with_engine(backend, lambda engine: engine.answer(Request(CONSTRUCT, graph_type="application/n-triples")))
    assert (answer.body, answer.rows) == (TRIPLE, 1)


def test_many_queries_wait_and_more_are_turned_away() -> None:
    async def work(engine: RemoteEngine) -> list[str]:
        asked = [asyncio.ensure_future(problem(engine, SELECT, timeout=0.5)) for _ in range(5)]
        return sorted([(await found).detail.partition(";")[0].rpartition(" and ")[2] for found in asked])

    async def run() -> list[str]:
        backend = Backend(never)
        async with backend.running():
            engine = RemoteEngine(backend.address, LIMITS, connections=2, environment={})
            await engine.start()
            try:
                return await work(engine)
            finally:
                await engine.close()

    found = Counter(asyncio.run(run()))
    assert found.pop("the queue is full") == 1
    late = found.pop("The query took longer than 0.5 seconds")  # who waited may get a connection at the last moment
    assert late >= 2
    assert late + found.pop("none became free in time", 0) == 4
    assert not found


def test_nothing_is_kept_of_a_store_that_nobody_has_published_to() -> None:
    async def work(engine: RemoteEngine) -> tuple[object, ...]:
        answer = await engine.answer(Request(SELECT))
        return engine.tag(Request(SELECT)), answer.tag, engine.digest == engine.digest, dict(engine.graphs)

    assert with_engine(Backend(GOOD), work) == (None, None, False, {**GRAPHS, "": 7})


def test_credentials_are_sent_and_never_told() -> None:
    async def run(environment: dict[str, str]) -> tuple[list[str], Problem]:
        backend = Backend(response(b"", status="401 No", head='WWW-Authenticate: Basic realm="x"\r\n'))
        async with backend.running():
            engine = RemoteEngine(backend.address, LIMITS, environment=environment)
            await engine.start()
            found = await problem(engine, SELECT)
            await engine.close()
        return backend.heads, found

    heads, found = asyncio.run(run({"DEFKG_STORE_TOKEN": "s3cret"}))
    assert all("Authorization: Bearer s3cret" in head or "authorization: Bearer s3cret" in head for head in heads)
    heads, basic = asyncio.run(run({"DEFKG_STORE_USER": "u", "DEFKG_STORE_PASSWORD": "s3cret"}))
    assert "Basic dTpzM2NyZXQ=" in heads[-1]
    assert "Basic" not in heads[0]
    assert "s3cret" not in f"{found.document()}{basic.document()}"


@pytest.mark.parametrize(
    "environment",
    [
        {"DEFKG_STORE_USER": "u"},
        {"DEFKG_STORE_PASSWORD": "p"},
        {"DEFKG_STORE_TOKEN": "t", "DEFKG_STORE_USER": "u", "DEFKG_STORE_PASSWORD": "p"},
        {"DEFKG_STORE_TOKEN": "t\r\nX: y"},
    ],
)
def test_half_of_the_credentials_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(ProjectError, match="DEFKG_STORE"):
        credentials(environment)


@pytest.mark.parametrize(
    "address", ["ftp://x/", "http://", "http://u:p4ss@x/", "http://x:port/", "x", "http://x/#a", "http://x/\n"]
)
def test_address_that_is_none_is_refused_without_its_secrets(address: str) -> None:
    with pytest.raises(ProjectError) as caught:
        address_of(address)
    assert "p4ss" not in str(caught.value)


@pytest.mark.parametrize("answer", [None, response(b"<html>", "text/html"), response(b"", status="404 No")])
def test_start_before_what_is_no_sparql_service_is_one_line(answer: bytes | None) -> None:
    class Other(Backend):
        @staticmethod
        def _own(query: str) -> bytes:
            return b""

    async def run() -> str:
        backend = Other(answer)
        async with backend.running():
            with pytest.raises(ProjectError) as caught:
                await RemoteEngine(backend.address, LIMITS, environment={}).start()
        return str(caught.value)

    said = asyncio.run(run())
    assert said.startswith("--store http://127.0.0.1:")
    assert "\n" not in said
