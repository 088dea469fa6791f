"""The server over HTTP: the protocol's query operation, formats, problems, pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server import server
from tests.test_question import CASES, LIBRARY

JWG = "<https://w3id.org/defkg/id/mechanism/india-brunei-jwg>"
ASKED = "<https://w3id.org/defkg/id/official/amitabh-prasad>"
CARD = f"SELECT ?jwg WHERE {{ {ASKED} defkg:coChaired ?jwg . ?jwg a defkg:JointWorkingGroup }}"
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server() as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


def select(client: httpx.Client, query: str, **more: str) -> list[dict[str, Any]]:
    response = client.get(
        "/sparql", params={"query": query, **more}, headers={"Accept": "application/sparql-results+json"}
    )
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["results"]["bindings"]
    return rows


def test_card_question_has_one_row(client: httpx.Client) -> None:
    assert [row["jwg"]["value"] for row in select(client, CARD)] == [JWG[1:-1]]


def test_card_question_counts_one(client: httpx.Client) -> None:
    (row,) = select(client, CARD.replace("SELECT ?jwg", "SELECT (COUNT(*) AS ?n)"))
    assert row["n"]["value"] == "1"


def test_card_question_rests_on_two_documents(client: httpx.Client) -> None:
    rows = select(
        client, f"SELECT DISTINCT ?source {{ GRAPH ?source {{ ?p defkg:participant {ASKED} ; defkg:coChairIn ?m }} }}"
    )
    slugs = {row["source"]["value"].rpartition("/")[2] for row in rows}
    assert slugs == {"undated-india-brunei-jwg", "2025-12-09-pti-india-brunei-jwg"}


@pytest.mark.parametrize(("name", "number", "case"), CASES, ids=[f"{name}-{number}" for name, number, _ in CASES])
def test_library_answers_over_http(client: httpx.Client, name: str, number: int, case: dict[str, Any]) -> None:
    question = LIBRARY[name]
    parameters = {p.name: p for p in question.parameters}
    given = {key: parameters[key].term(str(value)) for key, value in (case.get("parameters") or {}).items()}
    rows = select(client, question.bind(question.defaults() | given))
    assert len(rows) == len(case.get("expected") or [])


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv", "text/csv"),
        (CHROMIUM, "text/html"),
    ],
)
def test_rows_come_in_the_format_asked_for(client: httpx.Client, accept: str | None, media_type: str) -> None:
    response = client.get("/sparql", params={"query": CARD}, headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert "india-brunei-jwg" in response.text


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_graphs_come_in_the_format_asked_for(client: httpx.Client, accept: str, form: str) -> None:
    query = "CONSTRUCT { ?s defkg:coChaired ?o } WHERE { ?s defkg:coChaired ?o }"
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.headers["content-type"].startswith(accept)
    assert len(rdflib.Graph().parse(data=response.content, format=form)) == 2


def test_turtle_is_written_with_prefixes(client: httpx.Client) -> None:
    text = client.get("/sparql", params={"query": f"CONSTRUCT WHERE {{ {ASKED} defkg:coChaired ?o }}"}).text
    assert "@prefix defkg:" in text


def test_one_triple_in_two_graphs_counts_once(client: httpx.Client) -> None:
    graphs = [
        ("default-graph-uri", f"https://w3id.org/defkg/id/source/{slug}")
        for slug in ("undated-india-brunei-jwg", "2025-12-09-pti-india-brunei-jwg", "undated-india-brunei-jwg")
    ]
    query = f"SELECT (COUNT(*) AS ?n) {{ ?p defkg:participant {ASKED} ; a defkg:CoChairParticipation }}"
    rows = client.get("/sparql", params=[("query", query), *graphs]).json()["results"]["bindings"]
    assert rows[0]["n"]["value"] == "1"


def test_a_named_dataset_replaces_the_whole(client: httpx.Client) -> None:
    graph = "https://w3id.org/defkg/id/source/undated-india-brunei-jwg"
    found = select(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", **{"named-graph-uri": graph})
    assert [row["g"]["value"] for row in found] == [graph]
    assert select(client, "SELECT * { ?s ?p ?o }", **{"named-graph-uri": graph}) == []


def test_default_graph_is_merged_and_leaves_out_shapes(client: httpx.Client) -> None:
    ask = {"query": "ASK { ?s a sh:NodeShape }"}
    assert client.get("/sparql", params=ask).json()["boolean"] is False
    (row,) = select(client, "SELECT (COUNT(*) AS ?all) (COUNT(DISTINCT *) AS ?different) { ?s ?p ?o }")
    assert row["all"]["value"] == row["different"]["value"] != "0"


def test_library_is_listed_and_each_query_answers(client: httpx.Client) -> None:
    page = client.get("/questions/", headers={"Accept": CHROMIUM}).text
    assert page.count('<li><a href="/questions/') == len(LIBRARY)
    for question in LIBRARY.values():
        assert f'href="/questions/{question.name}"' in page
        query = quote(question.bind(question.defaults()))
        assert client.get(f"/sparql?query={query}", headers={"Accept": CHROMIUM}).status_code == 200


def test_home_says_what_a_question_is_about_where_nothing_else_is_given(client: httpx.Client) -> None:
    page = client.get("/", headers={"Accept": CHROMIUM}).text
    assert "Which joint working groups has an official co-chaired?</a> <small>Amitabh Prasad</small>" in page


def test_labels_cannot_carry_script(client: httpx.Client) -> None:
    query = 'SELECT ("<script>alert(1)</script>" AS ?x) (IRI("javascript:alert(1)") AS ?y) {}'
    page = client.get("/sparql", params={"query": query}, headers={"Accept": CHROMIUM})
    assert "<script>" not in page.text
    assert 'href="javascript' not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60), accept=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_nothing_sent_gives_a_server_error(client: httpx.Client, text: str, accept: str) -> None:
    response = client.get("/sparql", params={"query": text}, headers={"Accept": accept})
    assert response.status_code < 500


def test_page_says_what_a_query_will_disappoint_by(client: httpx.Client) -> None:
    query = "SELECT ?x { ?x defkg:coChairsIn ?y }"
    page = client.get("/sparql", params={"query": query}, headers={"Accept": CHROMIUM}).text
    assert "did you mean defkg:coChairIn?" in page
    assert "About this query" not in client.get("/sparql?query=ASK%7B%7D", headers={"Accept": CHROMIUM}).text
