"""The dataset's description, the sitemap and robots.txt over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, VOID

from defkg.selfdescription.description import DATASET, DOCUMENT
from defkg.terms import ID, VOID_GRAPH
from defkg.web import sitemap
from tests.kinds import BROWSER
from tests.server import Server, server

NODE = rdflib.URIRef(DATASET)
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server("--no-check") as running:
        yield running


@pytest.fixture(scope="module")
def client(running: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


def graph(response: httpx.Response, form: str = "turtle") -> rdflib.Graph:
    assert response.status_code == 200, response.text
    return rdflib.Graph().parse(data=response.text, format=form)


def kind(response: httpx.Response) -> str:
    return response.headers["content-type"].partition(";")[0]


@pytest.mark.parametrize("place", ["/void", "/.well-known/void", "/"])
@pytest.mark.parametrize("suffix", FORMS)
def test_void_comes_in_each_format_of_graphs(client: httpx.Client, place: str, suffix: str) -> None:
    media_type, form = FORMS[suffix]
    response = client.get(place, headers={"Accept": media_type})
    assert (kind(response), response.headers["content-location"]) == (media_type, f"/void.{suffix}")
    assert (NODE, RDF.type, VOID.Dataset) in graph(response, form)
    fixed = client.get(f"/void.{suffix}", headers={"Accept": "text/html"})
    assert fixed.content == response.content


@pytest.mark.parametrize("suffix", FORMS)
def test_dcat_has_the_dataset_without_its_partitions(client: httpx.Client, suffix: str) -> None:
    told = graph(client.get(f"/dcat.{suffix}"), FORMS[suffix][1])
    assert (NODE, RDF.type, DCAT.Dataset) in told
    assert list(told.objects(NODE, VOID.classPartition)) == []


@pytest.mark.parametrize("suffix", FORMS)
def test_dcat_is_negotiated(client: httpx.Client, suffix: str) -> None:
    response = client.get("/dcat", headers={"Accept": FORMS[suffix][0]})
    assert (kind(response), response.headers["content-location"]) == (FORMS[suffix][0], f"/dcat.{suffix}")
    assert response.content == client.get(f"/dcat.{suffix}").content
    assert client.get("/dcat", headers={"Accept": "text/html"}).status_code == 406


@pytest.mark.parametrize(
    ("place", "accept", "media_type"),
    [
        ("/void", "*/*", "text/turtle"),
        ("/dcat", BROWSER["Accept"], "text/turtle"),
        ("/.well-known/void", BROWSER["Accept"], "text/html"),
        ("/", "*/*", "text/html"),
        ("/", "image/png", "text/html"),
        ("/", BROWSER["Accept"], "text/html"),
    ],
)
def test_negotiation(client: httpx.Client, place: str, accept: str, media_type: str) -> None:
    response = client.get(place, headers={"Accept": accept})
    assert (response.status_code, kind(response)) == (200, media_type)
    assert "Accept" in response.headers["vary"]


def test_what_is_not_offered_is_refused(client: httpx.Client) -> None:
    response = client.get("/void", headers={"Accept": "image/png"})
    assert (response.status_code, "text/turtle" in response.json()["offered"]) == (406, True)


def test_the_graph_answers_and_the_documents_have_all_of_it_at_this_host(client: httpx.Client, running: Server) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{VOID_GRAPH.value}> {{ ?s ?p ?o }} }}"
    inside = graph(client.get("/sparql", params={"query": query}))
    told = graph(client.get("/void.ttl"))
    assert set(told.objects(NODE, VOID.sparqlEndpoint)) == {rdflib.URIRef(f"{running.address}/sparql")}
    moved = {t for t in inside if str(t[2]).removeprefix("https://w3id.org/defkg/") in ("", "sparql")}
    assert set(inside) - moved <= set(told)
    assert f"<{VOID_GRAPH.value}>" in client.get("/sparql?format=nt").text


def test_nothing_in_the_graph_tells_of_this_machine(client: httpx.Client) -> None:
    query = f"SELECT ?o WHERE {{ GRAPH <{VOID_GRAPH.value}> {{ ?s ?p ?o }} FILTER CONTAINS(STR(?o), '127.0.0.1') }}"
    assert client.get("/sparql", params={"query": query, "format": "csv"}).text.split() == ["o"]


def test_each_file_that_is_named_is_there(client: httpx.Client) -> None:
    told = graph(client.get("/dcat.ttl"))
    files = [file for file in map(str, told.objects(NODE, VOID.dataDump)) if "/graph-store?" in file]
    assert len(files) == len(FORMS)
    number = int(str(graph(client.get("/void.ttl")).value(NODE, VOID.triples)))
    for address in files:
        name = address.rpartition("=")[2]
        response = client.get(address)
        assert kind(response) == FORMS[name][0]
        if name == "nt":
            assert len(response.text.splitlines()) == number


class Ids(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == "id"]


def test_every_part_has_its_place_on_the_page(client: httpx.Client) -> None:
    text = client.get("/void.html").text
    ids = Ids(text).found
    assert len(ids) == len(set(ids))
    told = graph(client.get("/void.ttl"))
    parts = {str(s).partition("#")[2] for s in told.subjects() if str(s).startswith(f"{DOCUMENT}#")}
    assert len(parts) > 500
    assert parts - set(ids) == set()
    assert len(text.encode()) < 100_000


def test_who_has_it_gets_304_and_others_are_refused(client: httpx.Client) -> None:
    for place in ("/void", "/dcat.ttl", "/void.html", "/sitemap.xml"):
        first = client.get(place)
        again = client.get(place, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (client.head(place).status_code, client.post(place).status_code) == (200, 405)
        assert client.options(place).headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("host", ["a<b", "a b", 'x"', "[::1", "x/y#z", "%", "a&b"])
@pytest.mark.parametrize("place", ["/void", "/void.html", "/dcat.ttl", "/", "/about", "/sitemap.xml", "/robots.txt"])
def test_a_host_that_is_none_is_never_a_fault_of_the_server(client: httpx.Client, place: str, host: str) -> None:
    response = client.get(place, headers={"Host": host})
    assert response.status_code in (200, 400)
    if kind(response) == "application/xml":
        ElementTree.fromstring(response.content)
    assert "<b/" not in response.text


def located(client: httpx.Client, address: str) -> list[str]:
    response = client.get(address)
    assert (response.status_code, kind(response)) == (200, "application/xml")
    return [entry.text or "" for entry in ElementTree.fromstring(response.content).iter(LOC)]


def test_sitemap_has_every_thing_once_and_what_it_lists_answers(client: httpx.Client, running: Server) -> None:
    listed = [address for part in located(client, "/sitemap.xml") for address in located(client, part)]
    assert len(listed) == len(set(listed))
    query = f'SELECT DISTINCT ?x WHERE {{ ?x a ?class FILTER (isIRI(?x) && STRSTARTS(STR(?x), "{ID}")) }}'
    things = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1:]
    assert {f"{running.address}/id/{iri.removeprefix(ID)}" for iri in things} <= set(listed)
    others = [address for address in listed if not re.search("/id/[^/]+/.|/questions/[^j]", address)]
    assert f"{running.address}/between/BRN/IND" in others
    wrong = {a: s for a in others if (s := client.get(a, headers=BROWSER).status_code) != 200}
    assert wrong == {}


def test_sitemap_comes_in_parts(client: httpx.Client) -> None:
    assert sitemap.LONGEST <= 50_000
    assert client.get("/sitemap/official-2.xml").status_code == 404
    for name in ("official-0", "official", "nothing-1", "official--1", "official-1e3", "official-²", "-", "x" * 9000):
        assert client.get(f"/sitemap/{name}.xml").status_code == 404


def test_robots_are_asked_not_to_query(client: httpx.Client, running: Server) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /*?" in text
    assert f"Sitemap: {running.address}/sitemap.xml" in text


def test_loose_files_and_a_small_limit(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . <http://x/a> a <urn:K> ."
        f"<{ID}thing/one> a <urn:K> ; owl:sameAs <http://other.example/1> ; <javascript:alert(1)> 2 ."
    )
    with server(tmp_path / "a.ttl", DEFKG_ROWS="2") as running, httpx.Client(base_url=running.address) as client:
        told = graph(client.get("/void"))
        assert told.value(NODE, DCTERMS.license) is None
        assert list(told.objects(NODE, VOID.dataDump)) == []
        page = client.get("/void", headers=BROWSER)
        assert (page.status_code, 'href="javascript' in page.text) == (200, False)
        ids = Ids(page.text).found
        parts = {str(s).partition("#")[2] for s in told.subjects() if str(s).startswith(f"{DOCUMENT}#")}
        assert parts - set(ids) == set()
        assert f"{running.address}/id/thing/one" in located(client, "/sitemap/thing-1.xml")
        assert not [part for part in located(client, "/sitemap.xml") if "pairs" in part]
        for place in ("/", "/about", "/quality"):
            assert client.get(place, headers=BROWSER).status_code == 200
        assert "its licence is not stated" in client.get("/about").text
