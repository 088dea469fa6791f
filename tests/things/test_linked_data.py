"""Dereferencing: each IRI of ours leads to what is said of it, in the format that a client asks for."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from rdflib.compare import isomorphic

from defkg.dataset import Dataset
from defkg.terms import BASE, ID, INFERRED_GRAPH
from defkg.web.links import path
from tests.server import Server, server

THING = "/id/mechanism/india-brunei-jwg"
TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "csv": "text/csv",
    "html": "text/html",
}
READ = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}
ODD = [
    "a(b)",
    "o'neil",
    "são-tomé",
    "caf%C3%A9",
    "x.ttl",
    "x",
    "dot.in.key",
    "a//b",
    "a:b@c",
    "a?b=c&d",
    "percent%25",
    "x.html.nt",
]


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server("--no-check") as running:
        yield running


@pytest.fixture(scope="module")
def client(running: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server of loose RDF: things with odd keys, and IRIs that are only named."""
    file = tmp_path_factory.mktemp("odd") / "odd.nt"
    lines = [
        f'<{ID}place/{key.replace("?", "%3F")}> <http://example.org/p/1> "{number}" .' for number, key in enumerate(ODD)
    ]
    lines += [
        f"<{ID}place/x> <http://example.org/near> <{ID}place/only-named> .",
        f"<{BASE}elsewhere/x> <{BASE}p> <{BASE}> .",
    ]
    lines += [f'<{ID}place/x.ttl> <http://example.org/javascript> "<script>alert(1)</script>\\r\\n" .']
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with server(file) as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


def kind(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0]


def triples(response: httpx.Response, suffix: str) -> set[Triple]:
    assert (response.status_code, kind(response)) == (200, TYPES[suffix])
    return {quad.triple for quad in parse(response.content, format=READ[suffix])}


# The headers that the clients send, as they send them.
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
RDFLIB = (
    "application/rdf+xml, text/xml, text/n3, text/turtle, application/x-turtle, application/n-triples,"
    " text/plain, application/trig, application/ld+json, application/hext"
)
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "text/n3;q=0.3,application/trix+xml;q=0.2,*/*;q=0.1"
)
RDF4J = (
    "application/rdf+xml;q=0.8, application/xml;q=0.8, text/xml;q=0.8, text/turtle;q=0.9,"
    " application/x-turtle;q=0.9, application/n-triples;q=0.8, text/plain;q=0.8,"
    " application/ld+json;q=0.8, text/html;q=0.3"
)
ANY23 = (
    "application/rdf+xml, text/n3, text/rdf+n3, text/turtle, application/x-turtle,"
    " application/xhtml+xml;q=0.5, text/html;q=0.5, */*;q=0.1"
)


@pytest.mark.parametrize(
    ("who", "accept", "suffix"),
    [
        ("Chromium", CHROMIUM, "html"),
        ("Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("older Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", "html"),
        ("Lynx", "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01", "html"),
        ("Java's URLConnection", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "html"),
        ("jQuery's html", "text/html, */*; q=0.01", "html"),
        ("a page and anything", "text/html, */*", "html"),
        ("curl, wget, httpx, requests", "*/*", "ttl"),
        ("urllib, Oxigraph's LOAD without a type", None, "ttl"),
        ("nothing said", "", "ttl"),
        ("fetch() and Chromium's prefetch", "*/*", "ttl"),
        ("an image", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "ttl"),
        ("a style sheet", "text/css,*/*;q=0.1", "ttl"),
        ("rdflib", RDFLIB, "ttl"),
        ("rdflib, turtle", "text/turtle, application/x-turtle, */*;q=0.1", "ttl"),
        ("rdflib, n3", "text/n3, */*;q=0.1", "ttl"),
        ("rdflib, xml", "application/rdf+xml, */*;q=0.1", "rdf"),
        ("rdflib, nt", "text/plain, */*;q=0.1", "nt"),
        ("rdflib, json-ld", "application/ld+json, application/json;q=0.9, */*;q=0.1", "jsonld"),
        ("rdflib, trig", "application/trig, */*;q=0.1", "ttl"),
        ("Oxigraph's LOAD", "application/n-triples, text/turtle, application/rdf+xml", "ttl"),
        ("Jena", JENA, "ttl"),
        ("RDF4J", RDF4J, "ttl"),
        ("Any23", ANY23, "ttl"),
        ("PyLD", "application/ld+json;q=1, application/json;q=0.5, text/html;q=0.8", "jsonld"),
        ("JSON", "application/json", "jsonld"),
        ("N-Triples", "application/n-triples", "nt"),
        ("plain text", "text/plain", "nt"),
        ("a spreadsheet", "text/csv", "csv"),
        ("Turtle in capitals", "TEXT/TURTLE;Q=1", "ttl"),
        ("all but Turtle", "text/turtle;q=0, */*;q=0.5", "nt"),
    ],
)  # fmt: skip
def test_real_clients_get_what_they_ask_for(client: httpx.Client, who: str, accept: str | None, suffix: str) -> None:
    request = client.build_request("GET", THING)
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    response = client.send(request)
    assert (response.status_code, kind(response)) == (200, TYPES[suffix]), who
    assert response.headers["content-location"] == f"{THING}.{suffix}"
    assert "accept" in [name.strip().lower() for name in response.headers["vary"].split(",")]
    fixed = client.get(f"{THING}.{suffix}", headers={"Accept": "image/png"})
    assert "content-location" not in fixed.headers
    assert fixed.content == response.content


@pytest.mark.parametrize("accept", ["application/xml", "text/xml", "image/png", "application/trig", "*/*;q=0", "x"])
def test_nothing_acceptable_is_told_with_what_there_is(client: httpx.Client, accept: str) -> None:
    response = client.get(THING, headers={"Accept": accept})
    assert response.status_code == 406
    assert sorted(response.json()["offered"]) == sorted(TYPES.values())
    assert "accept" in response.headers["vary"].lower()


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # of rdflib's own parser
@pytest.mark.parametrize("form", [None, "turtle", "n3", "xml", "nt", "json-ld", "trig"])
def test_rdflib_fetches_it(running: Server, closed: Dataset, form: str | None) -> None:
    fetched = rdflib.Graph().parse(running.address + THING, format=form)
    iri = rdflib.URIRef(BASE.rstrip("/") + THING)
    expected = rdflib.Graph().parse(data="".join(f"{t} .\n" for t in about(closed, str(iri))), format="nt")
    own = rdflib.Graph()
    for triple in fetched.triples((iri, None, None)):
        own.add(triple)
    assert isomorphic(own, expected)
    assert form == "json-ld" or len(fetched) == len(own)


def about(closed: Dataset, iri: str) -> set[Triple]:
    return {t for t in (*closed.asserted, *closed.inferred) if t.subject == NamedNode(iri)}


def test_documents_hold_exactly_what_is_asserted_and_inferred(client: httpx.Client, closed: Dataset) -> None:
    things = sorted(
        {
            t.subject.value
            for t in closed.asserted
            if isinstance(t.subject, NamedNode) and t.subject.value.startswith(ID)
        }
    )
    by_kind = {iri.removeprefix(ID).partition("/")[0]: iri for iri in things}
    assert len(by_kind) > 20
    chosen = {*by_kind.values(), *random.Random(6).sample(things, 20)}
    for iri in sorted(chosen):
        expected = about(closed, iri)
        for suffix in ("ttl", "nt", "rdf"):
            assert triples(client.get(f"{path(iri)}.{suffix}"), suffix) == expected
        told = triples(client.get(f"{path(iri)}.jsonld"), "jsonld")
        assert told >= expected
        others = told - expected
        assert others <= {*closed.asserted, *closed.inferred}
        assert {t.subject for t in others} <= {t.object for t in expected}
        assert len({t.subject for t in others}) == len(others)


def test_csv_has_a_row_for_each_triple_and_the_graphs_that_hold_it(client: httpx.Client, closed: Dataset) -> None:
    iri = BASE.rstrip("/") + THING
    response = client.get(f"{THING}.csv")
    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert list(rows[0]) == ["thing", "property", "value", "kind", "datatype", "language", "graphs"]
    assert len(rows) == len(about(closed, iri))
    assert {row["thing"] for row in rows} == {iri}
    party = next(row for row in rows if row["value"] == ID + "country/BRN" and row["property"].endswith("#hasParty"))
    assert party["kind"] == "iri"
    assert party["graphs"].split() == [
        f"{ID}source/2025-12-09-pti-india-brunei-jwg",
        f"{ID}source/undated-india-brunei-jwg",
    ]
    name = next(row for row in rows if row["property"].endswith("#prefLabel"))
    assert (name["kind"], name["language"]) == ("literal", "en")
    derived = next(row for row in rows if row["property"].endswith("#coChairedBy"))
    assert derived["graphs"] == INFERRED_GRAPH.value


def test_the_page_carries_the_json_ld(client: httpx.Client) -> None:
    page = client.get("/id/official/amitabh-prasad.html").text
    text = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(text) == client.get("/id/official/amitabh-prasad.jsonld").json()


def test_links_lead_to_every_format_and_to_what_is_described(client: httpx.Client) -> None:
    response = client.head(THING)
    assert response.content == b""
    links = [link.strip() for link in response.headers["link"].split(", ")]
    assert links == [
        *(f'<{THING}.{suffix}>; rel="alternate"; type="{media_type}"' for suffix, media_type in TYPES.items()),
        f'<{BASE.rstrip("/")}{THING}>; rel="describes"',
    ]
    for suffix in TYPES:
        assert client.get(f"{THING}.{suffix}").headers["link"] == response.headers["link"]
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Content-Location" in response.headers["access-control-expose-headers"]


def test_who_has_it_gets_304(client: httpx.Client, running: Server) -> None:
    for suffix in TYPES:
        first = client.get(f"{THING}.{suffix}")
        tag = first.headers["etag"]
        assert tag.startswith('"')
        again = client.get(f"{THING}.{suffix}", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    negotiated = client.get(THING, headers={"If-None-Match": client.get(f"{THING}.ttl").headers["etag"]})
    assert negotiated.status_code == 304
    assert negotiated.headers["content-location"] == f"{THING}.ttl"


def test_the_bytes_are_the_same_from_another_server(client: httpx.Client) -> None:
    with server("--no-check") as other, httpx.Client(base_url=other.address) as second:
        for suffix in ("ttl", "nt", "rdf", "jsonld", "csv"):
            assert second.get(f"{THING}.{suffix}").headers["etag"] == client.get(f"{THING}.{suffix}").headers["etag"]


@pytest.mark.parametrize(
    "address", [THING, f"{THING}.ttl", "/id/mechanism", "/graph/registry", "/ontology", "/shapes.ttl"]
)
def test_methods(client: httpx.Client, address: str) -> None:
    options = client.options(address)
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    preflight = client.options(
        address, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    )
    assert preflight.headers["access-control-allow-origin"] == "*"
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        refused = client.request(method, address)
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_parameter_that_would_not_be_heeded_is_refused(client: httpx.Client) -> None:
    for address in (f"{THING}.ttl?page=1", f"{THING}?page=1", "/ontology.ttl?page=1", "/graph/registry.nt?page="):
        response = client.get(address)
        assert (response.status_code, response.json()["parameter"]) == (400, "page")


def test_a_kind_leads_to_its_list(client: httpx.Client) -> None:
    response = client.get("/id/country?page=2")
    assert (response.status_code, response.headers["location"]) == (308, "/id/country/?page=2")
    assert client.get("/id/nonsense").status_code == 404


def test_an_unknown_thing_is_told_with_what_is_near(client: httpx.Client) -> None:
    response = client.get("/id/official/amitab-prasad.ttl")
    assert (response.status_code, kind(response)) == (404, "application/problem+json")
    assert response.json()["near"] == [ID + "official/amitabh-prasad"]
    page = client.get("/id/official/amitab-prasad", headers={"Accept": CHROMIUM})
    assert (page.status_code, kind(page)) == (404, "text/html")
    assert '<a href="/id/official/amitabh-prasad">Amitabh Prasad</a>' in page.text
    assert "near" not in client.get("/id/nonsense/amitabh-prasad").json()


@pytest.mark.parametrize(
    ("address", "statuses"),
    [
        ("/id/country/IND%00", {404}),
        ("/id/country/%0d%0aSet-Cookie:%20x=1", {404}),
        ("/id/country/..%2f..%2fetc%2fpasswd", {404}),
        ("/id/country/../../etc/passwd", {404}),
        ("/id//evil.example/x", {404}),
        ("//evil.example/", {404}),
        ("/%2F%2Fevil.example/", {404}),
        ("/id/country/%ff", {400}),
        ("/id/country/%ED%A0%80", {400}),
        ("/id/country/%3Cscript%3E", {404}),
        ("/id/country/%22%3E%7D", {404}),
        ("/id/country/IND%23x", {404}),
        ("/id/country/" + "a" * 3_900, {404}),
        ("/id/country/" + "a" * 100_000, {414}),
        ("/id/country/%", {404}),
        ("/id/country/IND?" + "&".join(["a=1"] * 10_000), {400}),
        ("/id/country/IND?a=%ff", {400}),
        ("/id/country/IND.ttl?a=" + "b" * 100_000, {200}),
        ("/id/country/IND.ttl?page=" + "b" * 100_000, {400}),
        ("/graph/%ff", {400}),
        ("/graph/registry%00", {404}),
        ("/graph/nothing", {404}),
        ("/ontology/9.9.9", {404}),
        ("/ontology/%22", {404}),
        ("/shapes.xyz", {404}),
        ("/nothing-here", {404}),
    ],
)  # fmt: skip
def test_odd_addresses_are_no_error_of_ours(running: Server, address: str, statuses: set[int]) -> None:
    for accept in ("*/*", CHROMIUM):
        connection = HTTPConnection("127.0.0.1", running.port, timeout=30)  # httpx would mend or refuse them
        connection.request("GET", address, headers={"Accept": accept})
        response = connection.getresponse()
        assert response.status in statuses
        assert response.headers["set-cookie"] is None
        assert b"<script>" not in response.read()
        connection.close()


@pytest.mark.parametrize("key", ODD)
def test_odd_keys_are_found(odd: httpx.Client, key: str) -> None:
    number, key = ODD.index(key), key.replace("?", "%3F")
    iri = f"{ID}place/{key}"
    address = path(iri)
    assert address
    response = odd.get(f"{address}.nt")
    assert f'"{number}"' in response.text
    assert {t.subject.value for t in triples(response, "nt")} == {iri}  # type: ignore[union-attr]
    negotiated = odd.get(address, headers={"Accept": "text/turtle"})
    assert f'"{number}"' in negotiated.text
    fixed = None if f"{key}.ttl" in ODD else f"{address}.ttl"  # where that is the address of another thing
    assert negotiated.headers.get("content-location") == fixed
    assert not fixed or odd.get(fixed).content == negotiated.content
    assert (f"<{address}.ttl>" in negotiated.headers["link"]) == bool(fixed)
    assert odd.get(address, headers={"Accept": CHROMIUM}).status_code == 200


def test_an_iri_that_is_written_in_percents_leads_to_itself_too(odd: httpx.Client) -> None:
    assert f'"{ODD.index("caf%C3%A9")}"' in odd.get("/id/place/caf%C3%A9").text
    assert f'"{ODD.index("são-tomé")}"' in odd.get("/id/place/s%C3%A3o-tom%C3%A9").text


def test_a_key_that_ends_like_a_format_wins_over_the_format(odd: httpx.Client) -> None:
    assert f'"{ODD.index("x.ttl")}"' in odd.get("/id/place/x.ttl").text
    assert f'"{ODD.index("x")}"' in odd.get("/id/place/x.nt").text
    assert f'"{ODD.index("x.ttl")}"' in odd.get("/id/place/x.ttl.nt").text


def test_what_is_only_named_has_an_empty_document(odd: httpx.Client) -> None:
    assert triples(odd.get("/id/place/only-named.nt"), "nt") == set()
    assert odd.get("/id/place/only-named", headers={"Accept": CHROMIUM}).status_code == 200
    assert odd.get("/id/place/not-named.nt").status_code == 404


def test_an_iri_of_ours_is_found_wherever_it_is(odd: httpx.Client) -> None:
    assert len(triples(odd.get("/elsewhere/x.nt"), "nt")) == 1
    assert odd.get("/elsewhere/y").status_code == 404


def test_what_xml_cannot_say_is_refused_in_it_alone(odd: httpx.Client) -> None:
    refused = odd.get("/id/place/x.rdf")
    assert refused.status_code == 406
    assert "http://example.org/p/1" in refused.json()["detail"]


def test_script_in_a_value_is_inert(odd: httpx.Client) -> None:
    page = odd.get("/id/place/x.ttl", headers={"Accept": CHROMIUM})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_without_inference_only_what_is_asserted(closed: Dataset, copy: Path) -> None:
    with server("--no-check", "--no-inference", copy) as running, httpx.Client(base_url=running.address) as client:
        told = triples(client.get(f"{THING}.nt"), "nt")
        assert told == {t for t in closed.asserted if t.subject == NamedNode(BASE.rstrip("/") + THING)}
        assert client.get(f"{THING}.html").status_code == 200
