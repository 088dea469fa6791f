"""Load by wrk: what it asks, and what it tells of the answers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from benchmarks.load import load

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("_wrk")]


@contextmanager
def server(status: int) -> Iterator[tuple[str, Counter[str]]]:
    """A server that answers all with one status, and counts what it was asked."""
    asked: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            assert self.headers["Accept"] == "application/sparql-results+json"
            asked[parse_qs(urlsplit(self.path).query)["query"][0]] += 1
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/sparql?query=", asked
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def test_it_asks_the_same_queries_in_turn() -> None:
    with server(200) as (base, asked):
        done = load([base + "one", base + "two", base + "three"], 2, 1, unique=False)
    assert set(asked) == {"one", "two", "three"}
    assert max(asked.values()) - min(asked.values()) < 5
    assert done.failed == 0
    assert 0 < done.p50 <= done.p95 <= done.p99
    assert asked.total() >= done.rate > 0


def test_no_query_is_asked_twice_where_each_is_to_be_new() -> None:
    with server(200) as (base, asked):
        load([base + "one"], 2, 1, unique=True)
        load([base + "one"], 2, 1, unique=True)
    assert len(asked) > 10
    assert max(asked.values()) == 1
    assert all(query.startswith("one\n#") for query in asked)


def test_answers_that_are_errors_are_failures_and_no_answers() -> None:
    with server(503) as (base, _):
        done = load([base + "one"], 2, 1, unique=False)
    assert done.failed > 0
    assert done.rate == 0
