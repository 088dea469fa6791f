"""Operation: validators, compression, the cache, budgets, metrics, the log, and what every response carries."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import re
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import BinaryIO

import httpx
import pytest
import uvicorn
import zstandard
from starlette.requests import Request as HttpRequest

from defkg.engine import Answer, Problem, Request
from defkg.engine.limits import Limits
from defkg.web import encoding, log
from defkg.web.app import create_app
from defkg.web.cache import AnswerCache
from defkg.web.clients import Clients, name
from defkg.web.pages import Pages
from defkg.web.service import Service, Site
from defkg.web.transport import PatientProtocol

LARGE = b"".join(b"%d,row\r\n" % n for n in range(20_000))
SPOOLED = LARGE * 40
SLOW, BOOM, LATE = "ASK {} # slow", "ASK {} # boom", "ASK {} # late"
SMALL, BIG, FILED, VOLATILE = (f"SELECT * {{}} # {word}" for word in ("small", "big", "filed", "volatile"))
BODIES = {BIG: LARGE, FILED: b"", VOLATILE: b"x\r\n1\r\n"}


@dataclass
class FakeEngine:
    """Answers by a query's comment, and remembers what it was asked."""

    digest: str = "d1"
    graphs: Mapping[str, int] = field(default_factory=lambda: {"": 0})
    limits: Limits = field(default_factory=Limits)
    seconds: float = 0.25
    asked: list[str] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)
    files: list[BinaryIO] = field(default_factory=list)

    def tag(self, request: Request) -> str | None:
        return None if request.query == VOLATILE else f"{self.digest}-{len(request.query)}-{request.rows_type}"

    async def answer(self, request: Request) -> Answer:
        self.asked.append(request.query)
        if request.query == SLOW:
            await self._wait()
        if request.query == BOOM:
            raise RuntimeError("a secret of the server's")
        if request.query == LATE:
            await asyncio.sleep(0.05)
            raise Problem(504, "timeout", "The query took too long", "Narrow it")
        body = BODIES.get(request.query, b"x\r\n\xc3\xa9\r\n")
        if request.query.startswith("SELECT ?iri"):  # what is said of an address that nothing else answers
            body = b'{"head": {"vars": ["iri"]}, "results": {"bindings": []}}'
        length = len(SPOOLED) if request.query == FILED else len(body)
        return Answer("text/csv", body, self._file(request), length, 1, self.seconds, self.tag(request))

    async def _wait(self) -> None:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    def _file(self, request: Request) -> BinaryIO | None:
        if request.query != FILED:
            return None
        file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - the taker closes it
        file.write(SPOOLED)
        file.flush()
        self.files.append(file)
        return file


@dataclass
class Running:
    """A server, the service and engine behind it, and a client."""

    client: httpx.Client
    service: Service
    engine: FakeEngine
    port: int

    def get(self, query: str, method: str = "GET", **headers: str) -> httpx.Response:
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.client.request(
            method, "/sparql", params={"query": query}, headers={"Accept": "text/csv", "Accept-Encoding": "", **names}
        )


@contextmanager
def running(engine: FakeEngine, *, notice: str = "", trusted: bool = True) -> Iterator[Running]:
    service = Service(Site(engine, Pages(), notice=notice), trusted_loopback=trusted)
    server = uvicorn.Server(
        uvicorn.Config(create_app(service), http=PatientProtocol, proxy_headers=False, log_level="critical")
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
                yield Running(client, service, engine, port)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def server() -> Iterator[Running]:
    with running(FakeEngine()) as server:
        yield server


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """The log's lines so far."""
    stream = io.StringIO()
    log.start(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    log.start()


def eventually(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def test_an_answer_says_what_it_is_and_what_it_cost(server: Running) -> None:
    response = server.get(SMALL)
    assert response.status_code == 200
    assert response.text == "x\r\né\r\n"
    headers = response.headers
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["content-length"] == str(len(response.content))
    assert headers["etag"].startswith('"d1-')
    assert headers["cache-control"] == "public, no-cache"
    assert {"Accept", "Accept-Encoding"} <= set(headers["vary"].split(", "))
    assert headers["server-timing"] == "query;dur=250.000"
    assert headers["x-defkg-receipt"] == "seconds=0.250, rows=1, bytes=7, cache=miss"


def test_what_changes_by_nature_is_kept_by_nobody(server: Running) -> None:
    for _ in range(2):
        response = server.get(VOLATILE, If_None_Match="*")
        assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in response.headers
    assert server.engine.asked == [VOLATILE, VOLATILE]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("*", "zstd"),
        ("zstd;q=0, *;q=0.1", "gzip"),
        ("gzip;q=0.5, identity", ""),
        ("identity", ""),
        ("gzip;q=nonsense", ""),
        ("br", ""),
    ],
)
def test_compressed_as_the_client_asks(server: Running, accepted: str, coding: str) -> None:
    response = server.get(BIG, Accept_Encoding=accepted)
    assert response.content == LARGE
    assert response.headers.get("content-encoding", "") == coding
    assert response.headers["etag"].endswith(f'-{coding}"' if coding else 'csv"')
    assert (int(response.headers["content-length"]) < len(LARGE)) is bool(coding)


def test_compression_is_undone_and_the_same_each_time() -> None:
    assert gzip.decompress(encoding.compress("gzip", LARGE)) == LARGE
    assert zstandard.decompress(encoding.compress("zstd", LARGE)) == LARGE
    assert encoding.compress("gzip", LARGE)[4:8] == bytes(4)  # where a gzip head has the time


def test_small_answers_are_sent_as_they_are(server: Running) -> None:
    assert "content-encoding" not in server.get(SMALL, Accept_Encoding="gzip").headers


@pytest.mark.parametrize("query", [SMALL, BIG, FILED])
def test_head_has_the_headers_of_get_and_no_body(server: Running, query: str) -> None:
    of_get = server.get(query, Accept_Encoding="gzip").headers
    response = server.get(query, "HEAD", Accept_Encoding="gzip")
    assert response.content == b""
    for header in ("content-length", "content-type", "etag", "vary", "cache-control"):
        assert response.headers[header] == of_get[header]


@pytest.mark.parametrize(
    ("condition", "status"),
    [("{}", 304), ("W/{}", 304), ('"other", {}', 304), ('"a,b" , W/{}', 304), ('"other"', 200), ("nonsense", 200)],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_client_that_has_the_answer_is_told_so(
    server: Running, condition: str, status: int, method: str, coding: str
) -> None:
    etag = server.get(BIG, Accept_Encoding=coding).headers["etag"]
    server.service.site = replace(server.service.site, engine=FakeEngine())  # whatever it is asked shows
    response = server.get(BIG, method, Accept_Encoding=coding, If_None_Match=condition.format(etag))
    assert response.status_code == status
    assert response.headers["etag"] == etag
    assert "Accept-Encoding" in response.headers["vary"]
    if status == 304:
        assert response.content == b""
        assert "content-length" not in response.headers


def test_not_modified_runs_nothing(server: Running) -> None:
    etag = server.get(FILED).headers["etag"]
    assert server.get(FILED, If_None_Match=etag).status_code == 304
    assert server.engine.asked == [FILED]


def test_a_coding_that_the_client_no_longer_takes_is_not_what_it_has(server: Running) -> None:
    etag = server.get(BIG, Accept_Encoding="gzip").headers["etag"]
    assert server.get(BIG, If_None_Match=etag).status_code == 200


def test_any_answer_is_a_condition_that_needs_the_answer(server: Running) -> None:
    assert server.get(FILED, If_None_Match="*").status_code == 304
    assert server.engine.asked == [FILED]
    assert server.engine.files[0].closed
    assert server.get(LATE, If_None_Match="*").status_code == 504


def test_post_is_answered_whatever_the_client_has(server: Running) -> None:
    headers = {"Accept": "text/csv", "If-None-Match": server.get(SMALL).headers["etag"]}
    assert server.client.post("/sparql", data={"query": SMALL}, headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_file_is_sent_whole_and_closed(server: Running, method: str) -> None:
    response = server.get(FILED, method, Accept_Encoding="gzip")
    assert response.content == (SPOOLED if method == "GET" else b"")
    assert int(response.headers["content-length"]) == len(SPOOLED)
    assert "content-encoding" not in response.headers
    assert eventually(lambda: server.engine.files[0].closed)


def test_a_file_is_closed_when_the_client_hangs_up(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(_raw(FILED))
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        assert not server.engine.files[0].closed
    assert eventually(lambda: server.engine.files[0].closed)


def test_a_file_is_closed_when_the_client_stops_reading(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("defkg.web.answers._STALL", 0.1)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(_raw(FILED))
        assert eventually(lambda: bool(server.engine.files))
        assert eventually(lambda: server.engine.files[0].closed)
    assert server.get(SMALL).status_code == 200


def test_a_file_that_ends_early_cuts_the_connection(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.pread", lambda fd, size, offset: b"" if offset else b"x" * size)
    with pytest.raises(httpx.RemoteProtocolError):
        server.get(FILED)
    assert server.engine.files[0].closed


def test_a_query_that_nobody_waits_for_is_given_up(
    server: Running, lines: Callable[[], list[dict[str, object]]]
) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(_raw(SLOW))
        assert eventually(lambda: server.engine.asked == [SLOW])
    assert server.engine.cancelled.wait(5)
    assert eventually(lambda: bool(lines()))
    assert [line["outcome"] for line in lines()] == ["hung-up"]


def _raw(query: str) -> bytes:
    path = httpx.URL("/sparql", params={"query": query}).raw_path
    return b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n"


def test_an_answer_is_kept_until_the_dataset_changes(server: Running) -> None:
    first, second = server.get(SMALL), server.get(SMALL)
    assert server.engine.asked == [SMALL]
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["x-defkg-receipt"] == "seconds=0.000, rows=1, bytes=7, cache=hit"
    changed = FakeEngine("d2")
    server.service.site = replace(server.service.site, engine=changed)
    assert server.get(SMALL, If_None_Match=first.headers["etag"]).status_code == 200
    assert changed.asked == [SMALL]


def test_the_cache_is_bounded() -> None:
    cache = AnswerCache(10_000)
    for number in range(100):
        cache.put(str(number), Answer("text/csv", b"x" * 1000, tag="t"))
        assert cache.size <= 10_000
    assert cache.get("99") is not None
    assert cache.get("0") is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer("text/csv", b"x"),
        Answer("text/csv", b"x" * (1 << 20) + b"x", tag="t"),
        Answer("text/csv", spool=io.BytesIO(), tag="t"),
    ],
)
def test_what_is_not_kept(answer: Answer) -> None:
    cache = AnswerCache()
    cache.put("key", answer)
    assert cache.get("key") is None
    assert AnswerCache(0).get("key") is None


def test_a_client_that_has_used_its_budget_is_told_when_to_ask_again() -> None:
    with running(FakeEngine(limits=Limits(client_seconds=1), seconds=2), trusted=False) as server:
        etag = server.get(SMALL).headers["etag"]
        response = server.get(BIG)
        assert response.status_code == 429
        assert 1 <= int(response.headers["retry-after"]) <= 60
        assert response.json()["type"].endswith("/client-budget")
        assert server.engine.asked == [SMALL]
        assert server.get(SMALL).status_code == 200  # kept: costs no worker anything
        assert server.get(SMALL, If_None_Match=etag).status_code == 304


@pytest.mark.parametrize(("trusted", "budget"), [(True, 1), (False, 0), (False, 100)])
def test_who_may_go_on(trusted: bool, budget: float) -> None:
    with running(FakeEngine(limits=Limits(client_seconds=budget), seconds=2), trusted=trusted) as server:
        assert [server.get(query).status_code for query in (SMALL, BIG, VOLATILE)] == [200, 200, 200]


def test_time_that_came_to_nothing_is_charged_too() -> None:
    with running(FakeEngine(limits=Limits(client_seconds=0.01)), trusted=False) as server:
        assert [server.get(LATE).status_code for _ in range(2)] == [504, 429]


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::1", "::1"),
        ("made up\n", "made up\n"),
        (None, "unknown"),
    ],
)
def test_whom_a_client_is_counted_as(host: str | None, counted: str) -> None:
    assert name(_http(host)) == counted


@pytest.mark.parametrize(
    ("host", "exempt"), [("127.8.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False)]
)
def test_only_this_machine_is_exempt(host: str, exempt: bool) -> None:
    clients = Clients()
    clients.charge(_http(host), 1, 5)
    if exempt:
        clients.admit(_http(host), 1)
    else:
        with pytest.raises(Problem):
            clients.admit(_http(host), 1)
        clients.admit(_http("192.0.2.2"), 1)


def _http(host: str | None) -> HttpRequest:
    return HttpRequest({"type": "http", "client": (host, 1) if host else None, "headers": []})


def test_metrics_count_what_happened(server: Running) -> None:
    etag = server.get(SMALL).headers["etag"]
    server.get(SMALL)
    server.get(SMALL, If_None_Match=etag)
    server.get(LATE)
    server.service.metrics.deaths("memory")
    server.service.metrics.watch(queue=lambda: 7)
    response = server.client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    samples = dict(re.findall(r"^(defkg_\S+) (\S+)$", response.text, re.MULTILINE))
    assert samples['defkg_queries_total{outcome="ok"}'] == "1.0"
    assert samples['defkg_queries_total{outcome="cached"}'] == "1.0"
    assert samples['defkg_queries_total{outcome="not-modified"}'] == "1.0"
    assert samples['defkg_queries_total{outcome="timeout"}'] == "1.0"
    assert samples['defkg_query_seconds_count{outcome="timeout"}'] == "1.0"
    assert samples['defkg_cache_lookups_total{result="hit"}'] == "1.0"
    assert samples['defkg_cache_lookups_total{result="miss"}'] == "2.0"
    assert samples['defkg_worker_deaths_total{cause="memory"}'] == "1.0"
    assert samples["defkg_queue_length"] == "7.0"
    assert samples["defkg_queries_in_flight"] == "0.0"
    assert float(samples["defkg_cache_bytes"]) > 0


def test_two_services_count_for_themselves(server: Running) -> None:
    server.get(SMALL)
    other = Service(server.service.site)
    assert b'outcome="ok"' not in other.metrics.text()


def test_each_query_is_a_line_with_the_id_of_its_response(
    server: Running, lines: Callable[[], list[dict[str, object]]]
) -> None:
    ids = [server.get(query).headers["x-request-id"] for query in (SMALL, SMALL, LATE)]
    first, second, third = lines()
    assert [line["id"] for line in (first, second, third)] == ids
    assert [line["outcome"] for line in (first, second, third)] == ["ok", "cached", "timeout"]
    assert [line["status"] for line in (first, second, third)] == [200, 200, 504]
    assert first["seconds"] == 0.25
    assert (first["rows"], first["bytes"], first["cached"]) == (1, 7, False)
    assert (first["client"], first["method"], first["query"]) == ("127.0.0.1", "GET", SMALL)
    assert first["form"] == second["form"] != third["form"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(first["time"]))


def test_a_request_that_is_no_query_is_a_line_too(
    server: Running, lines: Callable[[], list[dict[str, object]]]
) -> None:
    server.client.get("/sparql", params=[("query", SMALL), ("query", BIG)])
    assert [(line["outcome"], line["status"]) for line in lines()] == [("query-doubled", 400)]


def test_no_query_can_forge_a_line_or_fill_the_log() -> None:
    query = 'a\n{"id": "forged"}\r\x0b\x0c\x1b\x7f\x85\u2028\ud800"' + "x" * 5000
    line = log.Entry("id", "client\n", "GET", 200, "ok", 0.1, 0.1, query=query).line()
    assert re.fullmatch(r"[ -~]+", line)
    assert json.loads(line)["query"] == query[:2000]


def test_the_id_is_never_the_client_s(server: Running) -> None:
    ids = {server.client.get("/healthz", headers={"X-Request-Id": "f" * 16}).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert "f" * 16 not in ids
    assert all(re.fullmatch("[0-9a-f]{16}", given) for given in ids)


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/static/defkg.css", "/nowhere", "/sparql?query=" + SMALL.replace("#", "%23")]
)
def test_every_response_has_the_headers_of_the_frame(server: Running, path: str) -> None:
    headers = server.client.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["access-control-allow-origin"] == "*"
    exposed = set(headers["access-control-expose-headers"].split(", "))
    assert {"ETag", "Link", "X-Request-Id", "Server-Timing", "X-Defkg-Receipt"} <= exposed
    assert "warning" not in headers


def test_a_notice_is_in_every_response_whatever_is_in_it() -> None:
    with running(FakeEngine(), notice='1 "fault"\r\nX-Forged: é') as server:
        for response in (server.get(SMALL), server.client.get("/nowhere"), server.get(BOOM)):
            assert response.headers["warning"] == "199 defkg \"1 'fault'??X-Forged: ?\""


def test_the_operator_sees_that_it_lives_and_what_it_serves(server: Running) -> None:
    alive = server.client.get("/healthz")
    assert (alive.status_code, alive.text, alive.headers["cache-control"]) == (200, "ok", "no-store")
    server.service.ready["reload"] = "kept the old graph: 2 findings"
    ready = server.client.get("/readyz")
    assert ready.status_code == 200
    told = ready.json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told.pop("started"))
    assert told == {"ready": True, "digest": "d1", "reload": "kept the old graph: 2 findings"}
    server.service.ready = {"ready": False}
    assert server.client.get("/readyz").status_code == 503
    assert server.client.get("/healthz").status_code == 200
    for path in ("/about", "/healthz", "/metrics"):
        assert server.client.head(path).status_code == 200


def test_an_error_that_nobody_expected_tells_the_log_and_not_the_client(
    server: Running, lines: Callable[[], list[dict[str, object]]]
) -> None:
    response = server.get(BOOM, Accept="application/json")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"].endswith("/unexpected")
    assert response.headers["x-request-id"] in response.text
    assert "nosniff" in response.headers["x-content-type-options"]
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    query, fault = lines()
    assert query["outcome"] == "unexpected"
    assert fault["id"] == response.headers["x-request-id"]
    assert "a secret of the server's" in str(fault["traceback"])
    assert server.get(SMALL).status_code == 200


def test_what_is_nowhere_is_a_problem_document_too(server: Running) -> None:
    response = server.client.get("/nowhere")
    assert (response.status_code, response.json()["status"]) == (404, 404)
    response = server.client.delete("/")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]


def test_static_files_may_be_kept(server: Running) -> None:
    response = server.client.get("/static/defkg.css")
    assert (response.status_code, response.headers["cache-control"]) == (200, "public, max-age=3600")
    again = server.client.get("/static/defkg.css", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
