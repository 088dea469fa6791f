"""``/dumps/`` over HTTP: the files of the graph that is served, complete or a problem."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib.namespace import VOID, Namespace

from defkg.project import FOLDERS
from defkg.selfdescription.description import DATASET, DOCUMENT
from defkg.web import dumps
from tests.conftest import ROOT
from tests.kinds import BROWSER
from tests.server import Server, proc, server, until

DCAT = Namespace("http://www.w3.org/ns/dcat#")
EMPTY = {"Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("dumps") / "project"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name)
    return root


@pytest.fixture(scope="module")
def running(copied: Path) -> Iterator[Server]:
    with server("--no-check", copied) as running:
        yield running


@pytest.fixture(scope="module")
def client(running: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.address, timeout=60, headers=EMPTY) as client:
        yield client


def sums(client: httpx.Client) -> dict[str, str]:
    text = client.get("/dumps/SHA256SUMS").text
    return {name: digest for digest, name in (line.split("  ") for line in text.splitlines())}


def test_every_file_is_as_the_list_says(client: httpx.Client) -> None:
    page = client.get("/dumps/", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    listed = re.findall(r'href="/dumps/([^"]+)">', page.text)
    digests = sums(client)
    assert set(digests) | {"SHA256SUMS"} == set(listed) > {"defkg.nq.gz", "tables/meeting.csv", "datapackage.json"}
    for name, digest in digests.items():
        body = client.get(f"/dumps/{name}").content
        assert hashlib.sha256(body).hexdigest() == digest, name
        assert f"<td>{len(body):,}</td>" in page.text
        assert digest in page.text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("defkg.nq", "application/n-quads"),
        ("defkg.nq.gz", "application/gzip"),
        ("defkg.trig.gz", "application/gzip"),
        ("defkg.ttl", "text/turtle"),
        ("defkg.jsonld", "application/ld+json"),
        ("sources/undated-india-brunei-jwg.ttl", "text/turtle"),
        ("tables/meeting.csv", "text/csv"),
        ("SHA256SUMS", "text/plain"),
    ],
)
def test_a_file_says_what_it_is(client: httpx.Client, name: str, kind: str) -> None:
    response = client.get(f"/dumps/{name}")
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == kind
    assert response.headers["content-disposition"] == f'attachment; filename="{name.rpartition("/")[2]}"'
    head = client.head(f"/dumps/{name}")
    assert (head.status_code, head.content) == (200, b"")
    told = ("content-length", "etag", "content-type", "content-disposition")
    assert [head.headers[key] for key in told] == [response.headers[key] for key in told]
    assert int(head.headers["content-length"]) == len(response.content)
    unchanged = client.get(f"/dumps/{name}", headers={"If-None-Match": response.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_what_is_compressed_is_not_compressed_again(client: httpx.Client) -> None:
    response = client.get("/dumps/defkg.ttl.gz", headers={"Accept-Encoding": "gzip, zstd"})
    assert "content-encoding" not in response.headers
    assert gzip.decompress(response.content) == client.get("/dumps/defkg.ttl").content
    small = client.get("/dumps/tables/meeting.csv", headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "name", ["nothing", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "sources", "a" * 999]
)
def test_a_name_never_reaches_the_file_system(client: httpx.Client, name: str) -> None:
    response = client.get(f"/dumps/{name}")
    assert response.status_code == 404
    assert response.json()["type"].endswith("/not-found")


def test_other_methods_are_refused(client: httpx.Client) -> None:
    assert client.delete("/dumps/defkg.nq").status_code == 405
    assert client.options("/dumps/").headers["allow"] == "GET, HEAD, OPTIONS"
    moved = client.get("/dumps")
    assert (moved.status_code, moved.headers["location"]) == (308, "/dumps/")


def test_the_description_names_the_dumps_and_tells_size_and_checksum_once_they_are_made(copied: Path) -> None:
    spdx, node = Namespace("http://spdx.org/rdf/terms#"), rdflib.URIRef(f"{DOCUMENT}#dump-defkg.nq.gz")
    with server("--no-check", copied) as running, httpx.Client(base_url=running.address, timeout=60) as client:
        before = rdflib.Graph().parse(data=client.get("/dcat.ttl").text)
        (address,) = map(str, before.objects(node, DCAT.downloadURL))
        assert (node, DCAT.byteSize, None) not in before
        body = httpx.get(address, headers=EMPTY, timeout=60).content
        for place in ("/dcat.ttl", "/void.ttl", "/"):
            told = rdflib.Graph().parse(data=client.get(place, headers={"Accept": "text/turtle"}).text)
            assert rdflib.URIRef(address) in set(told.objects(rdflib.URIRef(DATASET), VOID.dataDump))
            assert [str(size) for size in told.objects(node, DCAT.byteSize)] == [str(len(body))]
            (checksum,) = told.objects(node, spdx.checksum)
            assert str(told.value(checksum, spdx.checksumValue)) == hashlib.sha256(body).hexdigest()
            assert str(told.value(node, DCAT.mediaType)).endswith("/application/n-quads")
        ids = re.findall(r' id="([^"]+)"', client.get("/void", headers=BROWSER).text)
        assert {"dump-defkg.nq.gz", "checksum-defkg.nq.gz"} <= set(ids)


def test_a_new_graph_has_new_files(running: Server, client: httpx.Client, copied: Path) -> None:
    """They are made once however many ask at a time, and the server answers meanwhile."""
    before = sums(client)
    path = copied / "data" / "registry" / "places.ttl"
    text = path.read_text()
    path.write_text(text.replace("New Delhi", "New Delhi (changed)"))
    digest = client.get("/readyz").json()["digest"]
    running.process.send_signal(signal.SIGHUP)
    assert until(lambda: bool(client.get("/readyz").json()["digest"] != digest), 60)
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(client.get, "/dumps/SHA256SUMS") for _ in range(4)]
        assert running.ask("ASK {}").status_code == 200
        assert len({each.result().text for each in asked}) == 1
    after = sums(client)
    assert after["graphs/registry.ttl"] != before["graphs/registry.ttl"]
    assert after["graphs/shapes.ttl"] == before["graphs/shapes.ttl"]
    assert "changed" in client.get("/dumps/tables/place.csv").text


def test_who_hangs_up_ends_the_making_and_the_next_gets_the_files(copied: Path) -> None:
    with server("--no-check", copied) as running:
        with running.connect() as connection:
            connection.sendall(b"GET /dumps/ HTTP/1.1\r\nHost: h\r\n\r\n")
            assert until(lambda: bool(pressing(running)), 30)
            (pid,) = pressing(running)
            os.kill(pid, signal.SIGSTOP)  # it can end by nothing but a signal
        assert until(lambda: not pressing(running), 30)
        assert running.client.get(f"{running.address}/dumps/SHA256SUMS", timeout=60).status_code == 200
        assert running.temporary() != []
        running.stop()
        assert running.family() == {}


def pressing(running: Server) -> list[int]:
    return [pid for pid in running.family() if b"defkg.export.press" in proc(pid, "cmdline")]


def test_a_graph_without_a_project_has_dumps_too(tmp_path: Path) -> None:
    (tmp_path / "loose.ttl").write_text('<http://e/s> <http://e/p> "x" .')
    with server(tmp_path / "loose.ttl") as running, httpx.Client(base_url=running.address, timeout=60) as client:
        assert client.get("/dumps/defkg.nt").text == '<http://e/s> <http://e/p> "x" .\n'
        assert client.get("/dumps/defkg.annotated.ttl").text.endswith('<http://e/s> <http://e/p> "x" .\n')
        assert "http://e/s,http://e/p,x" in client.get("/dumps/tables/facts.csv").text


def test_a_large_graph_has_none_and_the_page_says_why(tmp_path: Path) -> None:
    lines = (f"<http://e/{number}> <http://e/p> <http://e/o> .\n" for number in range(dumps.MOST + 1))
    (tmp_path / "large.nt").write_text("".join(lines))
    with server(tmp_path / "large.nt") as running, httpx.Client(base_url=running.address, timeout=60) as client:
        page = client.get("/dumps/")
        assert page.status_code == 200
        assert "100,000 at most" in page.text
        assert "/dumps/defkg" not in page.text
        refused = client.get("/dumps/defkg.nq")
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (404, "no-dumps")
        assert "defkg build" in refused.json()["detail"]
