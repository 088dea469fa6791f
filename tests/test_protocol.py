"""The SPARQL protocol over HTTP: what each request of the W3C's tests gets, and each that is wrong."""

from __future__ import annotations

import asyncio
import hashlib
import html
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
import rdflib
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import RDF

from defkg.engine.embedded import EmbeddedEngine
from defkg.engine.formats import GRAPHS, ROWS
from defkg.engine.limits import Limits
from defkg.web import parameters
from defkg.web.app import create_app
from defkg.web.description import LIMIT, SD, VOID
from defkg.web.negotiation import choose
from defkg.web.pages import Pages
from defkg.web.service import Service, Site
from defkg.web.transport import PatientProtocol

ONE, TWO, THREE, EMPTY = (f"http://example.org/graph/{name}" for name in ("one", "two", "three", "empty"))
TYPED = "<{0}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Graph> <{0}> .\n"
SHARED = "<http://example.org/s> <http://example.org/p> <http://example.org/o> <{0}> .\n"
DATA = "".join(TYPED.format(graph) + SHARED.format(graph) for graph in (ONE, TWO, THREE)) + SHARED.replace(" <{0}>", "")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}
LATIN = {"Content-Type": "application/x-www-form-urlencoded; charset=latin1"}
UPDATE = {"Content-Type": "application/sparql-update"}
JSON = {"Accept": "application/sparql-results+json"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SMALL = replace(Limits(), query=4, body=16, workers=2)


@contextmanager
def serving(nquads: str, graphs: list[str], limits: Limits) -> Iterator[httpx.Client]:
    """A real server over a few quads, on a port of its own, in a thread."""
    ready, ended = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve(listener: socket.socket) -> None:
        loops.append(asyncio.get_running_loop())
        with TemporaryFile() as data:
            data.write(nquads.encode())
            data.flush()
            engine = EmbeddedEngine(data, hashlib.sha256(nquads.encode()).hexdigest(), graphs, limits)
            await engine.start()
            try:
                app = create_app(Service(Site(engine, Pages())))
                config = uvicorn.Config(
                    app,
                    http=PatientProtocol,
                    proxy_headers=False,
                    log_level="warning",
                    h11_max_incomplete_event_size=1 << 20,
                )
                server = uvicorn.Server(config)
                running = asyncio.create_task(server.serve(sockets=[listener]))
                ready.set()
                await ended.wait()
                server.should_exit = True
                await running
            finally:
                await engine.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(serve(listener)))
        thread.start()
        assert ready.wait(20)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
                yield client
        finally:
            loops[0].call_soon_threadsafe(ended.set)
            thread.join()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(DATA, [ONE, TWO, THREE, EMPTY], SMALL) as client:
        yield client


def typed(*graphs: str) -> str:
    return " ".join(f"<{graph}> a ?type ." for graph in graphs)


def named(number: int, graph: str) -> str:
    return f"GRAPH ?g{number} {{ {typed(graph)} }}"


def address(**given: str | list[str]) -> str:
    return "/sparql?" + urlencode({name.replace("_", "-"): value for name, value in given.items()}, doseq=True)


BOTH = f"ASK {{ {named(1, ONE)} {named(2, TWO)} }}"
NAMED = address(named_graph_uri=[ONE, TWO])
FULL = address(default_graph_uri=THREE, named_graph_uri=[ONE, TWO])
EMPTY_ONE = address(default_graph_uri=EMPTY)
ASKED = [
    ("a form", "POST", EMPTY_ONE, FORM, "query=ASK%20%7B%7D"),
    ("default graphs, GET", "GET", address(query=f"ASK {{ {typed(ONE, TWO)} }}", default_graph_uri=[ONE, TWO]), {}, ""),
    ("default graphs, POST", "POST", address(default_graph_uri=[ONE, TWO]), QUERY, f"ASK {{ {typed(ONE, TWO)} }}"),
    ("named graphs, POST", "POST", NAMED, QUERY, BOTH),
    ("named graphs, GET", "GET", address(query=BOTH, named_graph_uri=[ONE, TWO]), {}, ""),
    ("both kinds", "POST", FULL, QUERY, f"ASK {{ {typed(THREE)} {named(1, ONE)} {named(2, TWO)} }}"),
    ("a dataset here and there", "POST", NAMED, QUERY, BOTH.replace("ASK", f"ASK FROM <{THREE}>")),
    ("GET", "GET", address(query="ASK {}", default_graph_uri=EMPTY), {}, ""),
    ("the query itself", "POST", "/sparql", QUERY, "ASK {}"),
]
TYPES = [
    ("SELECT (1 AS ?value) {}", set(ROWS)),
    ("ASK {}", {"application/sparql-results+json", "application/sparql-results+xml"}),
    ("DESCRIBE <http://example.org/>", set(GRAPHS)),
    ("CONSTRUCT { <s> <p> 1 } WHERE {}", set(GRAPHS)),
]
REFUSED = [
    ("another method", "PUT", address(query="ASK {}", default_graph_uri=EMPTY), FORM, "", 405),
    ("two queries", "GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", {}, "", 400),
    ("another media type", "POST", "/sparql", {"Content-Type": "text/plain"}, "ASK {}", 415),
    ("a form without a type", "POST", "/sparql", {}, "query=ASK%20%7B%7D", 415),
    ("a query without a type", "POST", "/sparql", {}, "ASK {}", 415),
    (
        "UTF-16",
        "POST",
        "/sparql",
        {"Content-Type": "application/sparql-query; charset=UTF-16"},
        "ASK {}".encode("utf-16"),
        415,
    ),
    ("no valid query", "GET", "/sparql?query=ASK%20%7B", {}, "", 400),
    ("an update by GET", "GET", "/sparql?update=CLEAR%20ALL", {}, "", 403),
    ("two updates", "POST", "/sparql", FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", 403),
    ("an update as text", "POST", "/sparql", {"Content-Type": "text/plain"}, "CLEAR NAMED", 415),
    ("an update form without a type", "POST", "/sparql", {}, "update=CLEAR%20NAMED", 415),
    (
        "an update in UTF-16",
        "POST",
        "/sparql",
        {"Content-Type": "application/sparql-update; charset=UTF-16"},
        "CLEAR NAMED".encode("utf-16"),
        403,
    ),
    ("no valid update", "POST", "/sparql", FORM, "update=CLEAR%20XYZ", 403),
    (
        "an update with two datasets",
        "POST",
        "/sparql?using-named-graph-uri=http%3A%2F%2Fexample.org%2Fpeople",
        UPDATE,
        "WITH <http://example.org/a> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }",
        403,
    ),
]
INSERT = f"INSERT {{ GRAPH <{EMPTY}> {{ ?s a ?t }} }} WHERE {{ ?s a ?t }}"
UPDATES = [
    ("default graph", "/sparql?" + urlencode({"using-graph-uri": ONE}), UPDATE, INSERT),
    ("default graphs", "/sparql?" + urlencode({"using-graph-uri": [ONE, TWO]}, doseq=True), UPDATE, INSERT),
    ("named graphs", "/sparql?" + urlencode({"using-named-graph-uri": [ONE, TWO]}, doseq=True), UPDATE, INSERT),
    ("both", "/sparql?" + urlencode({"using-graph-uri": ONE, "using-named-graph-uri": TWO}), UPDATE, INSERT),
    ("a form", "/sparql", FORM, "update=CLEAR+ALL"),
    ("the update itself", "/sparql", UPDATE, "CLEAR ALL"),
    ("a relative IRI", "/sparql", UPDATE, f"INSERT DATA {{ GRAPH <{EMPTY}> {{ <{ONE}> <{ONE}> <test> }} }}"),
]


@pytest.mark.parametrize(("method", "path", "headers", "body"), [c[1:] for c in ASKED], ids=[c[0] for c in ASKED])
def test_w3c_queries_are_answered(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], body: str
) -> None:
    response = client.request(method, path, headers=headers, content=body or None)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert response.json()["boolean"] is True


@pytest.mark.parametrize(("query", "media_types"), TYPES, ids=[query.split()[0] for query, _ in TYPES])
def test_w3c_answers_have_a_type_of_their_kind(client: httpx.Client, query: str, media_types: set[str]) -> None:
    response = client.post(EMPTY_ONE, content=query, headers=QUERY)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] in media_types


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_w3c_faults_are_refused(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], body: str | bytes, status: int
) -> None:
    response = client.request(method, path, headers=headers, content=body or None)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "headers", "body"), [c[1:] for c in UPDATES], ids=[c[0] for c in UPDATES])
def test_w3c_updates_are_refused_and_change_nothing(
    client: httpx.Client, path: str, headers: dict[str, str], body: str
) -> None:
    response = client.post(path, content=body, headers=headers)
    assert response.status_code == 403
    assert response.json()["type"].endswith("/update-refused")
    assert client.get(address(query=f"ASK {{ GRAPH <{EMPTY}> {{ ?s ?p ?o }} }}")).json()["boolean"] is False


def test_w3c_tests_are_all_here() -> None:
    assert len(ASKED) + len(TYPES) + len(REFUSED) + len(UPDATES) == 34


@pytest.mark.parametrize(
    ("given", "default", "in_graphs"),
    [
        ({}, 1, 6),
        ({"default_graph_uri": [ONE, TWO, ONE]}, 3, 0),
        ({"named_graph_uri": [ONE, TWO]}, 0, 4),
        ({"default_graph_uri": ONE, "named_graph_uri": TWO}, 2, 2),
        ({"default_graph_uri": EMPTY}, 0, 0),
    ],
)
def test_dataset_is_a_set_and_what_is_not_named_is_empty(
    client: httpx.Client, given: dict[str, Any], default: int, in_graphs: int
) -> None:
    for pattern, count in (("?s ?p ?o", default), ("GRAPH ?g { ?s ?p ?o }", in_graphs)):
        query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        for response in (client.get(address(query=query, **given)), form(client, query, given)):
            assert response.json()["results"]["bindings"][0]["n"]["value"] == str(count)


def form(client: httpx.Client, query: str, given: dict[str, Any]) -> httpx.Response:
    return client.post("/sparql", data={"query": query, **{k.replace("_", "-"): v for k, v in given.items()}})


@pytest.mark.parametrize(
    ("sent", "status", "kind", "words"),
    [
        ({"params": {"timeout": "3"}}, 400, "query-missing", "no query"),
        ({"method": "POST", "content": b"", "headers": FORM}, 400, "query-missing", "no query"),
        ({"params": {"query": ""}}, 400, "syntax", ""),
        ({"params": {"query": "SELEKT"}}, 400, "syntax", ""),
        ({"method": "POST", "url": "/sparql?query=", "content": "ASK {}", "headers": QUERY}, 400, "query-doubled", "2"),
        ({"params": {"query": "ASK {}", "default-graph-uri": "data.ttl"}}, 400, "dataset", "absolute IRI"),
        ({"params": {"query": "ASK {}", "named-graph-uri": "http://a b"}}, 400, "dataset", "absolute IRI"),
        ({"params": {"query": "ASK {}", "named-graph-uri": "http://example.org/x"}}, 400, "unknown-graph", ONE),
        ({"params": {"query": "ASK {}", "format": "word"}}, 406, "not-acceptable", "format= is one of"),
        ({"params": {"query": "ASK {}", "format": "nt"}}, 406, "not-acceptable", "sparql-results"),
        ({"params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406, "not-acceptable", "sparql-results"),
        ({"params": {"query": "ASK {}", "timeout": "0"}}, 400, "parameter", "above 0"),
        ({"params": {"query": "ASK {}", "timeout": "-1"}}, 400, "parameter", "above 0"),
        ({"params": {"query": "ASK {}", "timeout": "nan"}}, 400, "parameter", "above 0"),
        ({"params": {"query": "ASK {}", "timeout": "1e999"}}, 400, "parameter", "above 0"),
        ({"params": {"query": "ASK {}", "timeout": ["1", "2"]}}, 400, "parameter", "2 times"),
        ({"url": "/sparql?query=ASK%20%7B%7D%FF"}, 400, "encoding", "UTF-8"),
        ({"url": "/sparql?" + "a&" * 3000}, 400, "parameter", "2,000"),
        ({"method": "POST", "content": b"\xff", "headers": QUERY}, 400, "encoding", "UTF-8"),
        ({"method": "POST", "content": b"query=\xff", "headers": FORM}, 400, "encoding", "UTF-8"),
        ({"method": "POST", "content": b"query=%ED%A0%80", "headers": FORM}, 400, "encoding", "UTF-8"),
        (
            {"method": "POST", "content": b"query=\xe9", "headers": LATIN},
            415,
            "charset",
            "latin1",
        ),
        ({"params": {"query": "ASK {}" + " " * 5000}}, 414, "query-too-long", "4 KB"),
        ({"method": "POST", "content": "ASK {}" + " " * 5000, "headers": QUERY}, 413, "query-too-long", "4 KB"),
        ({"method": "POST", "content": " " * 20_000, "headers": QUERY}, 413, "body-too-large", "16 KB"),
        ({"method": "POST", "content": iter([b" " * 9_000] * 2), "headers": QUERY}, 413, "body-too-large", "16 KB"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(client: httpx.Client, sent: dict[str, Any], status: int, kind: str, words: str) -> None:
    response = client.request(sent.get("method", "GET"), sent.get("url", "/sparql"), **without(sent, "method", "url"))
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"https://w3id.org/defkg/problem/{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert words in response.text
    assert problem["request_id"] == response.headers["x-request-id"]


def without(sent: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if name not in names}


def test_syntax_error_has_line_and_column(client: httpx.Client) -> None:
    problem = client.get(address(query="SELECT * WHERE {\n  ?s ?p }")).json()
    assert (problem["line"], problem["column"] > 1) == (2, True)


def test_not_acceptable_lists_what_there_is(client: httpx.Client) -> None:
    offered = client.get(address(query="ASK {}"), headers={"Accept": "image/png"}).json()["offered"]
    assert offered == list(ROWS)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
def test_utf_8_may_be_named(client: httpx.Client, charset: str) -> None:
    for media_type, body in ((QUERY, "ASK { BIND('é' AS ?x) }"), (FORM, "query=ASK%20%7B%7D&x=%C3%A9")):
        headers = {"Content-Type": f"{media_type['Content-Type']}; charset={charset}"}
        assert client.post("/sparql", content=body.encode(), headers=headers).status_code == 200


def test_slow_body_is_not_waited_for(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters, "BODY_SECONDS", 0.2)
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
        head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY['Content-Type']}\r\nContent-Length: 9\r\n\r\n"
        connection.sendall(head.encode() + b"ASK")
        begun = time.monotonic()
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("text/html;q=0.5, text/csv;q=0.4", None),
        ("a/b;q=0.1, c/d;q=0.9", "c/d"),
        ("a/*, c/d", "a/b"),
        ("*/*;q=0.1, a/b;q=0", "c/d"),
        ("a/b;q=nonsense", None),
        ("x/y, alias/of", "c/d"),
        ("", "a/b"),
        ("*/*;q=0", None),
        ("alias/*", None),
        ("c/d;q=1.5, a/b;q=0.9", "c/d"),
        (", ".join(["x/y"] * 100) + ", a/b", None),
    ],
)
def test_negotiation(accept: str, chosen: str | None) -> None:
    assert choose(accept, ["a/b", "c/d"], {"alias/of": "c/d"}) == chosen


@pytest.mark.parametrize(
    ("accept", "rows", "graph"),
    [
        (None, "application/sparql-results+json", "text/turtle"),
        ("*/*", "application/sparql-results+json", "text/turtle"),
        ("application/json", "application/sparql-results+json", "application/ld+json"),
        ("application/xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("text/*", "text/csv", "text/turtle"),
        ("text/csv;q=0.5, application/xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("application/sparql-results+xml, text/plain", "application/sparql-results+xml", "application/n-triples"),
        ("text/csv, application/ld+json, text/turtle", "text/csv", "text/turtle"),
        ("*/*;q=0.1, application/*;q=0", "text/csv", "text/turtle"),
        ("text/html;q=0.1, text/csv, application/n-triples", "text/csv", "application/n-triples"),
        ("image/png", None, None),
    ],
)  # fmt: skip
def test_accept(client: httpx.Client, accept: str | None, rows: str | None, graph: str | None) -> None:
    asked = (("SELECT * { ?s ?p ?o }", rows), ("CONSTRUCT WHERE { ?s ?p ?o }", graph))
    for query, media_type in asked:
        response = client.get(address(query=query), headers={} if accept is None else {"Accept": accept})
        assert response.status_code == (200 if media_type else 406)
        if media_type:
            assert response.headers["content-type"].partition(";")[0] == media_type
            assert "accept" in response.headers["vary"].lower()


@pytest.mark.parametrize(
    ("name", "rows", "graph"),
    [
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("csv", "text/csv", None),
        ("tsv", "text/tab-separated-values", None),
        ("turtle", None, "text/turtle"),
        ("ttl", None, "text/turtle"),
        ("nt", None, "application/n-triples"),
        ("jsonld", None, "application/ld+json"),
        ("rdf", None, "application/rdf+xml"),
        ("text/csv", "text/csv", None),
    ],
)
def test_format(client: httpx.Client, name: str, rows: str | None, graph: str | None) -> None:
    for query, media_type in (("SELECT * { ?s ?p ?o }", rows), ("CONSTRUCT WHERE { ?s ?p ?o }", graph)):
        response = client.get(address(query=query, format=name), headers={"Accept": "image/png"})
        assert response.headers["content-type"].partition(";")[0] == (media_type or "application/problem+json")


@pytest.mark.parametrize("form", [*ROWS])
def test_columns_come_in_the_order_of_the_projection(client: httpx.Client, form: str) -> None:
    query = "SELECT ?z ?a ?m { VALUES (?a ?m ?z) { (1 2 3) } }"
    text = client.get(address(query=query), headers={"Accept": form}).text
    names = re.findall(r'(?<=[?"])[a-z]\b|\b[a-z](?=[,\r])', text)
    assert names[:3] == ["z", "a", "m"]


def test_version_and_shorter_time_are_accepted(client: httpx.Client) -> None:
    response = client.get(address(query="ASK {}", version="1.2", timeout="2.5"))
    assert response.json()["boolean"] is True


@pytest.mark.parametrize("path", ["/sparql/", "/sparql"])
def test_address_may_end_in_a_slash(client: httpx.Client, path: str) -> None:
    assert client.get(path, params={"query": "ASK {}"}).status_code == 200
    assert client.post(path, data={"query": "ASK {}"}).status_code == 200


@pytest.mark.parametrize("path", [address(query="ASK {}"), "/sparql", "/graph-store?default"])
def test_head_says_what_get_would(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "vary", "link"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/sparql", "GET, HEAD, POST, OPTIONS"),
        ("/sparql/lint", "GET, HEAD, OPTIONS"),
        ("/graph-store", "GET, HEAD, OPTIONS"),
    ],
)
def test_other_methods_are_refused(client: httpx.Client, method: str, path: str, allow: str) -> None:
    response = client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allow)
    assert response.headers["content-type"] == "application/problem+json"
    assert client.options(path).headers["allow"] == allow


def test_pages_elsewhere_may_ask(client: httpx.Client) -> None:
    asked = {"Origin": "http://example.org", "Access-Control-Request-Method": "POST"}
    headers = client.options("/sparql", headers={**asked, "Access-Control-Request-Headers": "content-type"}).headers
    assert headers["access-control-allow-origin"] == "*"
    assert "POST" in headers["access-control-allow-methods"]
    assert "content-type" in headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize(
    ("accept", "text"),
    [
        ("text/plain", True),
        ("text/plain, */*;q=0.1", True),
        ("text/plain, application/json", False),
        ("application/ld+json, text/plain;q=0.5", False),
        ("text/csv", False),
        ("*/*", False),
    ],
)
def test_problem_is_text_for_who_asks_for_text_and_not_for_json(client: httpx.Client, accept: str, text: bool) -> None:
    response = client.get("/sparql", params={"timeout": "3"}, headers={"Accept": accept})
    assert response.status_code == 400
    assert response.headers["content-type"] == ("text/plain; charset=utf-8" if text else "application/problem+json")
    assert response.headers["x-request-id"] in response.text
    assert "There is no query" in response.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/timeline?from=zz", 400), ("POST", "/healthz", 405), ("PUT", "/nowhere", 404)],
)
def test_problem_is_a_page_for_a_browser(client: httpx.Client, method: str, path: str, status: int) -> None:
    page = client.request(method, path, headers={"Accept": BROWSER})
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert (page.headers["cache-control"], page.headers["vary"]) == ("no-store", "Accept")
    told = client.request(method, path).json()
    shown = html.unescape(page.text)
    assert f"<h1>{told['title']}</h1>" in shown
    assert told["detail"] in shown
    assert page.headers["x-request-id"] in shown


def test_problem_of_data_is_no_page(client: httpx.Client) -> None:
    response = client.get("/search.json?qq=x", headers={"Accept": BROWSER})
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")


def service_description(client: httpx.Client, accept: str = "*/*", form: str = "turtle") -> rdflib.Graph:
    response = client.get("/sparql", headers={"Accept": accept})
    assert response.status_code == 200
    return rdflib.Graph().parse(data=response.content, format=form)


@pytest.mark.parametrize(
    ("accept", "form", "media_type"),
    [
        ("*/*", "turtle", "text/turtle"),
        ("text/plain", "nt", "application/n-triples"),
        ("application/ld+json", "json-ld", "application/ld+json"),
        ("application/rdf+xml, */*;q=0.1", "xml", "application/rdf+xml"),
    ],
)
def test_service_description_comes_in_each_format(
    client: httpx.Client, accept: str, form: str, media_type: str
) -> None:
    assert client.get("/sparql", headers={"Accept": accept}).headers["content-type"].startswith(media_type)
    graph = service_description(client, accept, form)
    assert len(graph) == len(service_description(client))


def test_service_description_says_what_there_is(client: httpx.Client) -> None:
    graph, sd = service_description(client), rdflib.Namespace(SD)
    service = graph.value(predicate=RDF.type, object=sd.Service)
    assert graph.value(service, sd.endpoint) == rdflib.URIRef(f"{str(client.base_url).rstrip('/')}/sparql")
    assert set(graph.objects(service, sd.supportedLanguage)) == {sd.SPARQL10Query, sd.SPARQL11Query}
    assert len(set(graph.objects(service, sd.resultFormat))) == len(ROWS) + len(GRAPHS)
    assert sd.BasicFederatedQuery not in set(graph.objects(service, sd.feature))
    assert {str(name) for name in graph.objects(None, sd.name)} == {ONE, TWO, THREE, EMPTY}


def test_service_description_counts_triples(client: httpx.Client) -> None:
    graph, sd, void = service_description(client), rdflib.Namespace(SD), rdflib.Namespace(VOID)
    counts = {
        str(name): int(str(graph.value(graph.value(node, sd.graph), void.triples)))
        for node, name in graph.subject_objects(sd.name)
    }
    assert counts == {ONE: 2, TWO: 2, THREE: 2, EMPTY: 0}


@pytest.mark.parametrize("limit", fields(Limits), ids=[limit.name for limit in fields(Limits)])
def test_service_description_publishes_each_limit(client: httpx.Client, limit: Any) -> None:
    graph, term = service_description(client), rdflib.URIRef(LIMIT + limit.name)
    (value,) = graph.objects(None, term)
    assert float(str(value)) == getattr(SMALL, limit.name)
    assert str(graph.value(term, rdflib.URIRef(LIMIT + "unit"))) == limit.metadata["unit"]
    assert str(graph.value(term, rdflib.RDFS.comment)) == limit.metadata["words"]


def test_service_description_has_an_entity_tag(client: httpx.Client) -> None:
    tag = client.get("/sparql").headers["etag"]
    assert client.get("/sparql", headers={"If-None-Match": tag}).status_code == 304


def test_service_description_is_a_page_for_a_browser_and_refused_as_rows(client: httpx.Client) -> None:
    assert "<textarea" in client.get("/sparql", headers={"Accept": BROWSER}).text
    assert client.get("/sparql", headers={"Accept": "text/csv"}).status_code == 406
    assert (
        client.get("/sparql?format=ttl", headers={"Accept": BROWSER}).headers["content-type"].startswith("text/turtle")
    )


@pytest.mark.parametrize("host", ["a b", "[", "a<b", "x:y:z", "%"])
def test_service_description_survives_any_host(client: httpx.Client, host: str) -> None:
    assert client.get("/sparql", headers={"Host": host}).status_code < 500


def test_page_shows_a_thousand_rows_and_links_to_all(client: httpx.Client) -> None:
    query = "SELECT ?b ?a { VALUES ?x { 1 2 3 4 5 6 7 8 9 10 } VALUES ?y { 1 2 3 4 5 6 7 8 9 10 } "
    query += "VALUES ?z { 1 2 3 4 5 6 7 8 9 10 11 } BIND(?x AS ?a) BIND(?y AS ?b) }"
    page = client.get(address(query=query, default_graph_uri=ONE), headers={"Accept": BROWSER}).text
    assert "1,100 rows" in page
    assert "first 1,000" in page
    assert page.count("<tr>") == 1_001
    assert page.index('<th scope="col">b') < page.index('<th scope="col">a')
    assert f"default-graph-uri={quote(ONE, safe='')}&amp;format=csv" in page


def test_page_of_a_large_answer_shows_its_beginning(client: httpx.Client) -> None:
    ten = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcde")
    rows = client.get(address(query=f"SELECT * {{ {ten} }}"), headers={"Accept": BROWSER})
    assert rows.status_code == 200
    assert "100,000 rows" in rows.text
    assert rows.text.count("<tr>") == 1_001
    text = "CONCAT('twenty more characters', STR(?a), STR(?b), STR(?c), STR(?d), STR(?e))"
    graph = f"CONSTRUCT {{ <x:s> <x:p> ?n }} {{ {ten} BIND({text} AS ?n) }}"
    page = client.get(address(query=graph), headers={"Accept": BROWSER})
    assert "shows the beginning" in page.text


def test_page_of_a_graph_links_to_the_formats_of_graphs(client: httpx.Client) -> None:
    page = client.get(address(query="CONSTRUCT WHERE { ?s ?p ?o }"), headers={"Accept": BROWSER}).text
    assert "format=nt" in page
    assert "format=csv" not in page


def test_page_says_what_is_wrong_with_a_query(client: httpx.Client) -> None:
    response = client.get(address(query="SELEKT"), headers={"Accept": BROWSER})
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/html")
    assert "not valid SPARQL" in response.text


def test_answer_links_to_its_lint(client: httpx.Client) -> None:
    query = "SELECT ?s { ?s ?p ?o }"
    link = client.get(address(query=query, format="csv")).links["describedby"]["url"]
    response = client.get(link)
    assert response.headers["content-type"] == "application/json"
    assert response.json()["query"] == query
    assert isinstance(response.json()["warnings"], list)


def test_long_query_has_no_link(client: httpx.Client) -> None:
    response = client.get(address(query="ASK {}" + " " * 3000))
    assert response.status_code == 200
    assert "link" not in response.headers


@pytest.mark.parametrize(("pattern", "linked"), [("?s <http://example.org/none> ?o", True), ("?s ?p ?o", False)])
def test_empty_answer_links_to_why(client: httpx.Client, pattern: str, linked: bool) -> None:
    query = f"SELECT * {{ {pattern} }}"
    plain = client.get(address(query=query), headers=JSON)
    asked = client.get(address(query=query, explain="empty"), headers=JSON)
    assert asked.content == plain.content
    assert "help" not in plain.links
    assert ("help" in asked.links) is linked
    if linked:
        explained = client.get(asked.links["help"]["url"])
        assert explained.status_code == 200, explained.text
        assert "explanation" in explained.json()


@pytest.mark.parametrize(
    ("query", "triples"), [({"graph": ONE}, 2), ({"graph": EMPTY}, 0), ({"default": ""}, 1)], ids=str
)
@pytest.mark.parametrize(("media_type", "form"), [("text/turtle", "turtle"), ("application/n-triples", "nt")])
def test_graph_store_gives_a_graph(
    client: httpx.Client, query: dict[str, str], triples: int, media_type: str, form: str
) -> None:
    response = client.get("/graph-store", params=query, headers={"Accept": media_type})
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert len(rdflib.Graph().parse(data=response.content, format=form)) == triples


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/graph-store", 400),
        (f"/graph-store?default&graph={quote(ONE)}", 400),
        (f"/graph-store?graph={quote(ONE)}&graph={quote(TWO)}", 400),
        ("/graph-store?default=yes", 400),
        ("/graph-store?graph=relative", 400),
        ("/graph-store?graph=http://example.org/other", 404),
        ("/graph-store?default&format=word", 406),
        ("/graph-store?default&format=csv", 406),
    ],
)
def test_graph_store_refuses(client: httpx.Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_openapi_describes_the_operations(client: httpx.Client) -> None:
    paths = json.loads(client.get("/openapi.json").content)["paths"]
    assert set(paths["/sparql"]) == {"get", "post"}
    assert "query" in {parameter["name"] for parameter in paths["/sparql"]["get"]["parameters"]}
    assert {"/graph-store", "/sparql/lint", "/sparql/explain"} <= set(paths)


@settings(max_examples=150, deadline=None)
@given(
    query_string=st.binary(max_size=40),
    body=st.binary(max_size=60),
    media_type=st.sampled_from([QUERY["Content-Type"], FORM["Content-Type"], UPDATE["Content-Type"], "text/plain"]),
    charset=st.sampled_from(["", ";charset=utf-8", ";charset", ";charset=", "; charset=utf-16", ";;=;"]),
)
def test_no_request_gives_a_server_error(
    client: httpx.Client, query_string: bytes, body: bytes, media_type: str, charset: str
) -> None:
    url = client.base_url.copy_with(raw_path=b"/sparql?" + quote(query_string, safe="%&=").encode())
    response = client.post(url, content=body, headers={"Content-Type": media_type + charset})
    assert response.status_code < 500, response.text
    assert client.get(url).status_code < 500
