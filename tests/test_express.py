"""The short way of plain queries: nobody can tell from an answer, the log or the metrics which way it came."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from defkg.engine import Problem
from defkg.engine.embedded import EmbeddedEngine
from defkg.engine.limits import Limits
from defkg.web import hints, log
from defkg.web.app import create_app
from defkg.web.express import Errand, Express
from defkg.web.pages import Pages
from defkg.web.parameters import Parameters, read_address
from defkg.web.service import Service, Site
from defkg.web.transport import PatientProtocol

GRAPH = "http://example.org/g"
DATA = "".join(
    f'<http://example.org/s{n}> <http://example.org/p> "größe {n} \\u003C" {graph}.\n'
    for n in range(400)
    for graph in ("", f"<{GRAPH}> ")
)
LIMITS = replace(Limits(), workers=1, rows=20_000, query=6, timeout=5)
JSON, CSV = "application/sparql-results+json", "text/csv"

QUERIES = [
    "ASK {}",
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 40",
    "SELECT * { ?s ?p ?o }",
    "SELECT ?x { VALUES ?x { 'ü' \"a\\\\b\" '\\t' } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5",
    "DESCRIBE <http://example.org/s1>",
    "SELECT (NOW() AS ?now) { FILTER(false) }",
    "SELECT (RAND() < 2 AS ?x) {}",
    f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}> {{ ?s ?p ?o }}",
    "ASK FROM <http://example.org/unknown> {}",
    "ASK { SERVICE <http://127.0.0.1:9/> {} }",
    "DELETE WHERE { ?s ?p ?o }",
    "SELECT",
    "",
    "ASK { ?s ?p '" + "x" * 7000 + "' }",
    "PREFIX : <http://example.org/> ASK { :s1 :p ?o } # ;&=+%/?:@!*'(),$~-._",
    "ASK {" + "{" * 120 + "}" * 120 + "}",
    "SELECT * { ?s ?p ?o }" + " #" * 2500,
]
SPOOLED, TOO_MANY, FOREVER = (
    "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 12000",
    "SELECT ?a { ?s ?p ?o . ?a ?b ?c } LIMIT 21000",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }",
)
FORMS = [
    "Accept: */*",
    f"Accept: {JSON}",
    f"accept:{CSV};q=0.5, application/xml\r\nAccept: text/plain",
    "Accept: image/png",
    f"Accept: {JSON}\r\nAccept-Encoding: gzip, zstd;q=0.5",
    f"Accept: {CSV}\r\nAccept-Encoding: br, zstd",
    f"ACCEPT: {CSV}\r\nOrigin: http://example.org\r\nX-Request-Id: mine\r\nRange: bytes=0-3\r\nCookie: a=b",
    "Accept: text/turtle",
]
HEADS = [
    "Connection: keep-alive",
    "X-Forwarded-For: 192.0.2.7, 192.0.2.8\r\nX-Forwarded-Proto: https",
    "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 127.0.0.1",
    "X-Forwarded-For: nobody",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    *(f"Accept: {JSON}\r\n{field}" for field in ("Connection: close", 'If-None-Match: "x"', "If-None-Match: *")),
    f"Accept: {JSON}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
    f"Accept: {JSON}\r\nContent-Length: 0",
    "Accept: text/cs\u00fc",
    f"Accept: {CSV}  \t",
    "Accept:",
    "Accept : text/csv",
    "Host: again",
    "Accept",
    "Accept: text/csv\r\n , text/turtle",
    "",
]
ADDRESSES = [
    "query=ASK+%7B%7D&format=csv",
    "query=ASK+%7B%7D&format=nonsense",
    "query=ASK+%7B%7D&format=csv&format=json",
    "query=CONSTRUCT+WHERE%7B%3Fs+%3Fp+%3Fo%7D&format=ttl",
    "query=ASK%20%7B%7D",
    "query=ASK%20%7b%7d",
    "query=ASK%20{}",
    "query=ASK%20{}%2f%2F#a",
    "query=ASK+{}&",
    "&query=ASK+{}&&",
    "query=ASK+%7B%7D&query=ASK+%7B%7D",
    "query=ASK+%7B%7D&timeout=2",
    "query=ASK+%7B%7D&timeout=none",
    "query=ASK+%7B%7D&timeout=2&timeout=3",
    "query=ASK+%7B%7D&explain=empty",
    "query=ASK+%7B%7D&version=1.2",
    "query=ASK+%7B%7D&update=x",
    "query=ASK+%7B%7D&default-graph-uri=" + quote_plus(GRAPH),
    "query=ASK+%7B%7D&named-graph-uri=" + quote_plus(GRAPH) + "&default-graph-uri=" + quote_plus(GRAPH),
    "query=ASK+%7B%7D&default-graph-uri=no",
    "query=ASK+%7B%7D&default-graph-uri=http://example.org/unknown",
    "query=%FF",
    "query=%zz%7B%7D%4",
    "query=ASK%5C%78%7B%7D",
    "query=ASK {}",
    "query",
    "=",
    "",
    "format=ttl",
    "quer%79=ASK+%7B%7D",
    "query=ASK+{}+%23'!*()~",
    "query=ASK+{}&" + "a=b&" * 150,
    "query=ASK+{}" + "+" * 3000,
    "query=ASK+{}%23" + "%41" * 700,
]


def target(query: str) -> str:
    return f"/sparql?query={quote(query, safe='')}"


def request(path: str, fields: str, method: str = "GET", version: str = "1.1", host: str = "Host: x\r\n") -> bytes:
    return f"{method} {path} HTTP/{version}\r\n{host}{fields}{chr(13) + chr(10) if fields else ''}\r\n".encode(
        "latin-1"
    )


REQUESTS = [
    *(request(target(query), form) for query, form in itertools.product(QUERIES, FORMS)),
    *(request(target(query), form) for query, form in itertools.product([SPOOLED, TOO_MANY], FORMS[1:3])),
    request(target(FOREVER) + "&timeout=0.2", FORMS[0]),
    *(request(target(QUERIES[1]), head) for head in HEADS),
    *(request(f"/sparql?{address}", f"Accept: {CSV}") for address in ADDRESSES),
    *(request(target("ASK {}"), "", method) for method in ("HEAD", "POST", "OPTIONS", "BREW")),
    *(
        request(path, "Accept: text/csv")
        for path in ("/sparql", "/sparql/?query=ASK%7B%7D", "/sparql%3Fquery=ASK%7B%7D")
    ),
    request(target("ASK {}"), "", version="1.0"),
    request(target("ASK {}"), "Connection: keep-alive", version="1.0"),
    request(target("ASK {}"), "Accept: text/csv", host=""),
    request(f"http://x{target('ASK {}')}", "Accept: text/csv"),
    request(target("ASK {}"), "Accept: text/csv").replace(b"\r\n", b"\n"),
]


PEERS = ("192.0.2.8", "192.0.2.7", "nobody")
FORWARDED = [request(target("ASK {}"), head) for head in HEADS[:4]] * 2


@dataclass
class Way:
    """A server, and what it is asked on one connection, or several where it closes them."""

    port: int
    service: Service
    express: Express | None
    loop: asyncio.AbstractEventLoop
    taken: list[Errand]

    def answers(self, requests: list[bytes]) -> Iterator[tuple[str, bytes]]:
        with ExitStack() as stack:
            connection: io.BufferedRWPair | None = None
            for sent in requests:
                if connection is None:
                    sock = stack.enter_context(socket.create_connection(("127.0.0.1", self.port), timeout=20))
                    connection = stack.enter_context(sock.makefile("rwb"))
                connection.write(sent)
                connection.flush()
                head, body, closed = received(connection, sent)
                yield head, body
                if closed:
                    connection = None


def received(connection: io.BufferedRWPair, sent: bytes) -> tuple[str, bytes, bool]:
    """The head and the body of a response, and whether the connection was closed after it."""
    lines = list(iter(connection.readline, b"\r\n"))
    head = b"".join(lines).decode("latin-1")
    length = re.search(r"^content-length: (\d+)", head, re.MULTILINE | re.IGNORECASE)
    no_body = sent.startswith(b"HEAD") or "304" in head[:15]
    body = b"" if no_body or not length else connection.read(int(length[1]))
    return head, body, "connection: close" in head.lower() or "HTTP/1.0" in sent.decode("latin-1")


@contextmanager
def serving(short: bool, proxy: str = "") -> Iterator[Way]:
    ready, ended = threading.Event(), asyncio.Event()
    made: list[Way] = []

    async def serve(listener: socket.socket) -> None:
        with TemporaryFile() as data:
            data.write(DATA.encode())
            data.flush()
            engine = EmbeddedEngine(data, "d" * 64, [], LIMITS)
            await engine.start()
            service = Service(Site(engine, Pages(), notice="made for a test"))
            app = create_app(service)
            taken: list[Errand] = []
            counted(app.state.express, taken)
            app.state.express = app.state.express if short else None
            config = uvicorn.Config(
                app,
                http=PatientProtocol,
                proxy_headers=bool(proxy),
                forwarded_allow_ips=proxy or None,
                server_header=False,
                log_level="critical",
                h11_max_incomplete_event_size=1 << 20,
            )
            server = uvicorn.Server(config)
            running = asyncio.create_task(server.serve(sockets=[listener]))
            loop = asyncio.get_running_loop()
            made.append(Way(listener.getsockname()[1], service, app.state.express, loop, taken))
            ready.set()
            await ended.wait()
            server.should_exit = True
            await running
            await engine.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(serve(listener)))
        thread.start()
        assert ready.wait(20)
        try:
            yield made[0]
        finally:
            made[0].loop.call_soon_threadsafe(ended.set)
            thread.join()


def counted(express: Express, taken: list[Errand]) -> None:
    start = express.start

    def counting(errand: Errand) -> None:
        taken.append(errand)
        start(errand)

    express.start = counting  # type: ignore[method-assign]


_CHANGING = [
    (r"^date: .*", "date: then"),
    (r"^x-request-id: .{16}$", "x-request-id: one"),
    (r"dur=[\d.]+", "dur=some"),
    (r"seconds=[\d.]+", "seconds=some"),
]


def settled(head: str, body: bytes) -> tuple[str, bytes]:
    """A response without what is another each time."""
    assert head.count("\r\n") == head.count("\n")
    head = head.replace("\r", "")
    for pattern, constant in _CHANGING:
        head = re.sub(pattern, constant, head, flags=re.MULTILINE)
    if b'"request_id"' in body or b"request_id: " in body:
        body = re.sub(rb"[0-9a-f]{16}", b"one", body)
        head = re.sub(r"^content-length: \d+", "content-length: some", head, flags=re.MULTILINE)
    if "no-store" in head and b"<head>" in body:
        body = re.sub(rb"[0-9a-f]{16}", b"one", body)
    return head, body


def logged(stream: io.StringIO) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [{name: value for name, value in line.items() if name not in _TIMES} for line in lines]


_TIMES = ("time", "id", "seconds", "elapsed")


def outcomes(service: Service) -> list[bytes]:
    return sorted(
        re.findall(rb"^defkg_(?:queries_total|cache_lookups_total|queries_in).*", service.metrics.text(), re.M)
    )


@pytest.mark.parametrize(
    ("requests", "proxy"), [([*REQUESTS, *REQUESTS], ""), (FORWARDED, "127.0.0.1")], ids=["clients", "proxy"]
)
def test_nobody_can_tell_the_two_ways_apart(requests: list[bytes], proxy: str) -> None:
    found, lines, counts = [], [], []
    for short in (True, False):
        stream = io.StringIO()
        log.start(stream)
        with serving(short, proxy) as way:
            found.append([settled(*answer) for answer in way.answers(requests)])
            counts.append(outcomes(way.service))
            assert (len(way.taken) > len(requests) / 2) is short
        lines.append(logged(stream))
    log.start()
    for sent, one, other in zip(requests, *found, strict=True):
        assert (one[0].split("\n"), one[1]) == (other[0].split("\n"), other[1]), sent[:500]
    assert lines[0] == lines[1]
    assert counts[0] == counts[1]
    statuses = {head.split()[1] for head, _ in found[0]}
    assert proxy or statuses >= {"200", "304", "400", "403", "404", "405", "406", "413", "414"}
    assert {line["client"] for line in lines[0]} == ({"127.0.0.1"} if not proxy else {*PEERS, "127.0.0.1"})


@given(st.binary(max_size=40) | st.text(alphabet="%&=+aF2\\x5C7u.-é", max_size=30).map(str.encode))
def test_an_address_is_read_quickly_as_it_is_read_slowly(query_string: bytes) -> None:
    try:
        slowly = tuple(parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        return
    assert read_address(query_string).pairs == slowly


WRITTEN = [
    quote_plus,
    lambda text: "".join(f"%{octet:02X}" for octet in text.encode("utf-8", "replace")),
    quote,
    lambda text: quote(text, safe="!*'()/"),
    lambda text: quote(text).lower(),
    str,
]


@given(st.text(max_size=30), st.sampled_from(WRITTEN))
def test_links_are_made_of_an_address_as_they_are_of_a_query(query: str, written: Callable[[str], str]) -> None:
    address = b"query=" + written(query).encode("utf-8", "replace")
    try:
        parameters = read_address(address)
    except Problem:
        return
    assert hints.links(parameters, given=address) == hints.links(parameters)


def test_links_of_several_parameters() -> None:
    pairs = [("query", "ASK {}"), ("default-graph-uri", GRAPH)]
    assert urlencode(pairs) in hints.links(Parameters(pairs), given=urlencode(pairs).encode())[0]


@pytest.mark.parametrize("header", ["zstd", "gzip"])
def test_what_is_kept_is_compressed_once(header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from defkg.web import encoding

    made: list[str] = []
    compress = encoding.compress

    def counting(coding: str, body: bytes) -> bytes:
        made.append(coding)
        return compress(coding, body)

    monkeypatch.setattr(encoding, "compress", counting)
    with serving(True) as way:
        asked = request(target(QUERIES[3]), f"Accept: {CSV}\r\nAccept-Encoding: {header}")
        bodies = {body for _, body in way.answers([asked] * 5)}
    assert len(bodies) == 1
    assert made == [header, header]  # when it is new, and when it is first found among what is kept
