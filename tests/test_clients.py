"""Programs that people ask SPARQL services with, against a real server."""

from __future__ import annotations

import io
import json
import os
import shutil
import statistics
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pandas
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

from defkg.terms import PREFIXES
from tests.conftest import ROOT
from tests.server import Server, server

pytestmark = pytest.mark.alone

DEFKG = PREFIXES["defkg"]
NOTATION = "http://www.w3.org/2004/02/skos/core#notation"
CAPITAL = "https://w3id.org/defkg/id/place/new-delhi"
INDIA = "https://w3id.org/defkg/id/country/IND"
COUNTRIES = f"SELECT ?c ?code {{ ?c a <{DEFKG}Country> ; <{NOTATION}> ?code }} ORDER BY ?code"
ABOUT = f"CONSTRUCT WHERE {{ <{INDIA}> ?p ?o }}"


@pytest.fixture(scope="module")
def live() -> Iterator[Server]:
    with server("--no-check", "--workers", "2") as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(live: Server) -> str:
    return f"{live.address}/sparql"


def test_sparqlwrapper_reads_rows(endpoint: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setQuery(COUNTRIES)
    client.setReturnFormat(JSON)
    answer = client.queryAndConvert()
    assert isinstance(answer, dict)
    assert "IND" in [row["code"]["value"] for row in answer["results"]["bindings"]]


@pytest.mark.parametrize("how", ["GET", "form", "direct"])
@pytest.mark.parametrize("form", [XML, JSON, CSV])
def test_sparqlwrapper_in_each_way_and_format(endpoint: str, how: str, form: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setQuery(COUNTRIES)
    client.setReturnFormat(form)
    if how != "GET":
        client.setMethod(POST)
    if how == "direct":
        client.setRequestMethod(POSTDIRECTLY)
    assert b"IND" in client.query().response.read()


@pytest.mark.parametrize("form", [TURTLE, N3])
def test_sparqlwrapper_reads_a_graph(endpoint: str, form: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setQuery(ABOUT)
    client.setReturnFormat(form)
    answer = client.queryAndConvert()
    assert isinstance(answer, bytes)
    assert len(rdflib.Graph().parse(data=answer, format="turtle")) >= 3


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_store_asks(endpoint: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    codes = [str(row[1]) for row in graph.query(COUNTRIES)]  # type: ignore[index]
    assert "IND" in codes
    assert graph.query("ASK {}").askAnswer is True
    assert len(graph.query(ABOUT).graph or []) >= 3


def test_rdflib_store_as_a_graph(endpoint: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint))
    country = rdflib.URIRef(f"{DEFKG}Country")
    assert len(list(graph.subjects(rdflib.RDF.type, country))) == 5
    assert (None, rdflib.RDF.type, country) in graph


def test_rdflib_dataset_asks_one_graph(endpoint: str) -> None:
    name = "https://w3id.org/defkg/id/source/undated-india-brunei-jwg"
    graph = rdflib.Graph(SPARQLStore(endpoint, context_aware=True), identifier=rdflib.URIRef(name))
    everything = rdflib.Graph(SPARQLStore(endpoint))
    participants = f"SELECT ?s ?o {{ ?s <{DEFKG}participant> ?o }}"
    assert 0 < len(graph.query(participants)) < len(everything.query(participants))


def test_rdflib_federates_over_the_endpoint(endpoint: str) -> None:
    graph = rdflib.Graph().parse(data='<http://x/a> <http://x/code> "IND" .', format="turtle")
    query = f"SELECT ?c {{ ?x <http://x/code> ?code SERVICE <{endpoint}> {{ ?c <{NOTATION}> ?code }} }}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        rows = list(graph.query(query))
    assert [str(row[0]) for row in rows] == [INDIA]  # type: ignore[index]


def test_pandas_reads_the_csv_address(endpoint: str) -> None:
    table = pandas.read_csv(f"{endpoint}?{urlencode({'query': COUNTRIES, 'format': 'csv'})}")
    assert list(table.columns) == ["c", "code"]
    assert len(table) == 5
    assert "IND" in set(table["code"])


def curl(*args: str) -> str:
    path = shutil.which("curl")
    if path is None and not os.environ.get("CI"):
        pytest.skip("curl is not here: apt-get install curl")
    assert path, "CI must have curl"
    done = subprocess.run(
        [path, "--silent", "--show-error", "--max-time", "30", *args], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize(
    "args",
    [
        ["--get", "--data-urlencode", f"query={COUNTRIES}"],
        ["--data-urlencode", f"query={COUNTRIES}"],
        ["--data-binary", COUNTRIES, "-H", "Content-Type: application/sparql-query"],
    ],
    ids=["get", "form", "direct"],
)
def test_curl_in_each_way(endpoint: str, args: list[str]) -> None:
    table = pandas.read_csv(io.StringIO(curl(*args, "-H", "Accept: text/csv", endpoint)))
    assert (len(table), "IND" in set(table["code"])) == (5, True)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_curl_unpacks_a_compressed_answer(endpoint: str, coding: str) -> None:
    query = ["--get", "--data-urlencode", "query=SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "-H", "Accept: text/csv"]
    plain = curl(*query, endpoint)
    said = curl(*query, "--dump-header", "-", "--output", os.devnull, "-H", f"Accept-Encoding: {coding}", endpoint)
    assert f"content-encoding: {coding}" in said.lower()
    try:
        assert curl(*query, "--compressed", endpoint) == plain
    except subprocess.CalledProcessError as error:
        raise AssertionError(error.stderr) from error


def test_curl_says_what_went_wrong(endpoint: str) -> None:
    said = curl("--data-urlencode", "query=SELECT * {", "--write-out", "%{http_code} %{content_type}", endpoint)
    problem, _, status = said.rpartition("}")
    assert json.loads(problem + "}")["status"] == 400
    assert status == "400 application/problem+json"


def test_kept_connection_is_answered_at_once(live: Server) -> None:
    """Within what a delayed acknowledgement would add: 40 ms."""
    seconds = []
    with httpx.Client(base_url=live.address) as client:
        for number in range(21):
            started = time.perf_counter()
            assert client.get("/sparql", params={"query": f"ASK {{}} # {number}"}).status_code == 200
            seconds.append(time.perf_counter() - started)
    assert statistics.median(seconds) < 0.03


COMUNICA = Path(os.environ.get("DEFKG_COMUNICA", ROOT / ".venv" / "comunica"))


def comunica(*args: str) -> list[dict[str, str]]:
    program = COMUNICA / "node_modules" / ".bin" / "comunica-sparql"
    if not program.exists() and not os.environ.get("CI"):
        pytest.skip("Comunica is not here: make comunica")
    assert program.exists(), "CI must have Comunica"
    done = subprocess.run([program, *args], capture_output=True, text=True, timeout=60, check=True)
    rows: list[dict[str, str]] = json.loads(done.stdout)
    return rows


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A second service, which knows one capital."""
    file = tmp_path_factory.mktemp("other") / "capitals.ttl"
    file.write_text(f"<{INDIA}> <http://example.org/capital> <{CAPITAL}> .")
    with server(file, "--no-check", "--workers", "1") as running:
        yield running


@pytest.mark.services
def test_comunica_asks(endpoint: str) -> None:
    assert '"IND"' in [row["code"] for row in comunica(f"sparql@{endpoint}", "-q", COUNTRIES)]


@pytest.mark.services
def test_comunica_finds_the_service_by_its_description(endpoint: str) -> None:
    assert len(comunica(endpoint, "-q", COUNTRIES)) == 5


@pytest.mark.services
def test_comunica_federates_over_two_endpoints(endpoint: str, other: Server) -> None:
    query = f"SELECT ?code ?capital {{ ?c <{NOTATION}> ?code . ?c <http://example.org/capital> ?capital }}"
    rows = comunica(f"sparql@{endpoint}", f"sparql@{other.address}/sparql", "-q", query)
    assert rows == [{"code": '"IND"', "capital": CAPITAL}]
