"""``/.well-known/sparql-examples``: the questions for other editors, over HTTP."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib

from defkg.executable import LIBRARY
from defkg.project import FOLDERS
from defkg.terms import PREFIXES, QUESTIONS_GRAPH
from tests.conftest import ROOT
from tests.server import Server, server, until
from tests.test_executable import EXAMPLES, NAMESPACES
from tests.test_question import LIBRARY as QUESTIONS

PATH = "/.well-known/sparql-examples"
CARD = LIBRARY + "jwgs-co-chaired-by"
SCHEMA = rdflib.Namespace(PREFIXES["schema"])
# As the editor of sib-swiss reads a service description (Comunica's default Accept header).
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,application/json;q=0.45,text/n3;q=0.35,application/xml;q=0.3,"
    "image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("project")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, project / name)
    return project


@pytest.fixture(scope="module")
def running(project: Path) -> Iterator[Server]:
    with server(project, "--no-check") as running:
        yield running


@pytest.fixture(scope="module")
def client(running: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


def graph(response: httpx.Response, form: str = "turtle") -> rdflib.Graph:
    assert response.status_code == 200, response.text
    return rdflib.Graph().parse(data=response.text, format=form)


@pytest.mark.parametrize(
    ("accept", "media_type", "form"),
    [
        ("*/*", "text/turtle", "turtle"),
        ("text/turtle", "text/turtle", "turtle"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("text/plain", "application/n-triples", "nt"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
    ],
)
def test_comes_in_each_format_of_graphs(client: httpx.Client, accept: str, media_type: str, form: str) -> None:
    response = client.get(PATH, headers={"Accept": accept})
    assert response.headers["content-type"].partition(";")[0] == media_type
    found = graph(response, form)
    comment = found.value(rdflib.URIRef(CARD), rdflib.RDFS.comment)
    assert comment == rdflib.Literal(QUESTIONS["jwgs-co-chaired-by"].title, lang="en")
    assert len(set(found.subjects(rdflib.RDF.type, rdflib.SH.SPARQLExecutable))) >= len(QUESTIONS)


def test_queries_are_for_the_host_that_was_asked(client: httpx.Client, running: Server) -> None:
    targets = set(graph(client.get(PATH)).objects(None, SCHEMA.target))
    assert targets == {rdflib.URIRef(f"{running.address}/sparql")}


def test_every_query_answers_where_its_target_is(client: httpx.Client) -> None:
    found = graph(client.get(PATH))
    (query,) = found.objects(rdflib.URIRef(CARD), rdflib.SH.select)
    (target,) = found.objects(rdflib.URIRef(CARD), SCHEMA.target)
    assert "india-brunei-jwg" in httpx.get(str(target), params={"query": str(query)}).text


def test_who_has_it_gets_304(client: httpx.Client) -> None:
    first = client.get(PATH)
    again = client.get(PATH, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(PATH, headers={"If-None-Match": first.headers["etag"], "Accept": "application/n-triples"})
    assert other.status_code == 200


def test_head_and_pages_of_other_hosts(client: httpx.Client) -> None:
    head = client.head(PATH, headers={"Origin": "http://example.org"})
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 1000 or "content-encoding" in head.headers
    assert head.headers["access-control-allow-origin"] == "*"
    assert "accept" in head.headers["vary"].lower()


@pytest.mark.parametrize(
    ("method", "more", "status", "kind"),
    [
        ("POST", {}, 405, "method"),
        ("GET", {"headers": {"Accept": "image/png"}}, 406, "not-acceptable"),
        ("GET", {"params": {"format": "csv"}}, 406, "not-acceptable"),
    ],
)
def test_what_is_refused_is_a_problem_document(
    client: httpx.Client, method: str, more: dict[str, dict[str, str]], status: int, kind: str
) -> None:
    response = client.request(method, PATH, **more)  # type: ignore[arg-type]
    assert response.status_code == status
    assert response.json()["type"].endswith(f"/{kind}")


@pytest.mark.parametrize("host", ["a<b", "a b", 'x"', "[::1", "x/y#z", "%"])
def test_a_host_that_is_none_is_never_a_fault_of_the_server(client: httpx.Client, host: str) -> None:
    response = client.get(PATH, headers={"Host": host})
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        assert len(set(graph(response).objects(None, SCHEMA.target))) == 1


def test_options_lists_the_methods(client: httpx.Client) -> None:
    assert client.options(PATH).headers["allow"] == "GET, HEAD, OPTIONS"


def test_other_editors_find_the_examples_in_the_service_description(client: httpx.Client) -> None:
    asked = client.get("/sparql", params={"query": EXAMPLES}, headers={"Accept": "application/sparql-results+json"})
    assert asked.json()["results"]["bindings"] == []
    described = graph(client.get("/sparql", headers={"Accept": COMUNICA}), "json-ld")
    assert len({row[0] for row in described.query(EXAMPLES)}) >= len(QUESTIONS)  # type: ignore[index]
    assert {str(row[0]) for row in described.query(NAMESPACES)} >= set(PREFIXES)  # type: ignore[index]


def test_graph_of_questions_can_be_asked_and_is_not_in_the_default_graph(client: httpx.Client) -> None:
    def count(pattern: str) -> int:
        query = f"SELECT (COUNT(DISTINCT ?q) AS ?n) {{ {pattern} }}"
        return int(client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1])

    assert count("?q a sh:SPARQLExecutable") == 0
    assert count(f"GRAPH <{QUESTIONS_GRAPH.value}> {{ ?q a sh:SPARQLExecutable }}") >= len(QUESTIONS)
    with_graph = {"query": EXAMPLES, "default-graph-uri": QUESTIONS_GRAPH.value, "format": "csv"}
    assert CARD in client.get("/sparql", params=with_graph).text


def test_loose_files_have_no_examples(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://x/a> <http://x/p> 1 .")
    with server(tmp_path / "a.ttl") as running:
        response = httpx.get(running.address + PATH)
        description = httpx.get(running.address + "/sparql", headers={"Accept": "text/turtle"}).text
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (404, "not-found")
    assert "SPARQLExecutable" not in description


def test_a_new_file_is_there_after_a_reload(client: httpx.Client, running: Server, project: Path) -> None:
    before = client.get(PATH)
    (project / "queries/topics/all-countries.rq").write_text(
        "#+ title: Which countries are there?\nSELECT ?c WHERE { ?c a defkg:Country }\n"
    )
    running.process.send_signal(signal.SIGHUP)
    assert until(lambda: LIBRARY + "all-countries" in client.get(PATH, params={"format": "nt"}).text, 30)
    again = client.get(PATH, headers={"If-None-Match": before.headers["etag"]})
    assert again.status_code == 200
    graphs = {"query": EXAMPLES, "default-graph-uri": QUESTIONS_GRAPH.value, "format": "csv"}
    assert LIBRARY + "all-countries" in client.get("/sparql", params=graphs).text
