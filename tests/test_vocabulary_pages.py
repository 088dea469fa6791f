"""The pages and documents of ontology, shapes, checks, context and named graphs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from rdflib.compare import isomorphic

from defkg.dataset import Dataset
from defkg.project import Project
from defkg.rulebook import rulebook
from defkg.terms import BASE, CHECKS, ONTOLOGY, ONTOLOGY_GRAPH, REGISTRY_GRAPH, SHAPES, SHAPES_GRAPH
from tests.conftest import HEAD, ROOT
from tests.kinds import BROWSER
from tests.server import server

LARGEST = 100_000
RDF = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server("--no-check") as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("loose")
    (folder / "data.ttl").write_text(HEAD + "id:a\\/b defkg:about id:a\\/c .")
    graph = f"{BASE}graph/x.ttl={folder / 'data.ttl'}"
    with server(folder / "data.ttl", "--graph", graph) as running, httpx.Client(base_url=running.address) as client:
        yield client


def page(client: httpx.Client, address: str) -> str:
    response = client.get(address, headers=BROWSER)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.headers["content-location"] == f"{address}.html"
    return response.text


def ids(html: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', html)


@pytest.mark.parametrize(("address", "graph"), [("/ontology", ONTOLOGY_GRAPH), ("/shapes", SHAPES_GRAPH)])
@pytest.mark.parametrize("suffix", RDF)
def test_documents_hold_the_whole_graph(
    client: httpx.Client, dataset: Dataset, address: str, graph: NamedNode, suffix: str
) -> None:
    media_type, form = RDF[suffix]
    response = client.get(f"{address}.{suffix}")
    assert response.headers["content-type"].partition(";")[0] == media_type
    expected = rdflib.Graph().parse(data="".join(f"{t} .\n" for t in dataset.graph(graph)), format="nt")
    assert isomorphic(rdflib.Graph().parse(data=response.content, format=form), expected)
    negotiated = client.get(address, headers={"Accept": media_type})
    assert negotiated.content == response.content
    assert negotiated.headers["content-location"] == f"{address}.{suffix}"
    by_name = client.get(f"/graph/{graph.value.rpartition('/')[2]}.{suffix}").content
    assert isomorphic(rdflib.Graph().parse(data=by_name, format=form), expected)


def test_every_term_has_its_place(client: httpx.Client, dataset: Dataset) -> None:
    html = page(client, "/ontology")
    terms = {t.subject.value for t in dataset.graph(ONTOLOGY_GRAPH) if isinstance(t.subject, NamedNode)}
    wanted = {iri.removeprefix(ONTOLOGY) for iri in terms if iri.startswith(ONTOLOGY)}
    assert len(wanted) > 100
    assert wanted <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


def test_every_shape_has_its_place(client: httpx.Client, dataset: Dataset) -> None:
    html = page(client, "/shapes")
    shapes = {t.subject.value for t in dataset.graph(SHAPES_GRAPH) if isinstance(t.subject, NamedNode)}
    assert {iri.removeprefix(SHAPES) for iri in shapes} <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


@pytest.mark.parametrize("address", ["/ontology", "/shapes", "/checks", "/graph/registry", "/questions/"])
def test_pages_are_small(client: httpx.Client, address: str) -> None:
    assert len(client.get(address, headers={**BROWSER, "Accept-Encoding": "identity"}).content) < LARGEST


def term(html: str, name: str) -> str:
    """What the page tells of a term, as text."""
    section = html.partition(f'id="{name}">')[2].partition("</section>")[0]
    return " ".join(re.sub("<[^>]*>", " ", section).split())


def test_a_term_is_told_in_words(client: httpx.Client) -> None:
    html = page(client, "/ontology")
    told = term(html, "coChaired")
    assert told.startswith("co-chaired defkg:coChaired Relates an official to a mechanism")
    assert "The other way co-chaired by" in told
    assert "Follows from co-chaired meeting , then meeting of" in told
    assert "Used 2 times" in told
    assert "Always has role : co-chair" in term(html, "CoChairParticipation")
    assert "Kind of Organisation" in term(html, "Ministry")
    assert "Narrower than concerns" in term(html, "discussed")
    assert "From Post To Organisation" in term(html, "officeOf")
    assert "It holds over several steps" in term(html, "duringEvent")
    assert "Used not used" not in term(html, "Country")
    assert "not used" in term(html, "subOrganisationOf")
    assert '<a href="/id/country/">5 things</a>' in html


def test_counts_lead_to_what_was_counted(client: httpx.Client) -> None:
    html = page(client, "/ontology")
    links = re.findall(r'<a href="(/sparql[^"]+)">([0-9,]+) time', html)
    assert len(links) > 30
    for href, number in links[::8]:
        rows = client.get(href.replace("&amp;", "&"), headers={"Accept": "text/csv"}).text.splitlines()
        assert len(rows) - 1 == int(number.replace(",", ""))


def test_a_rule_is_told_with_what_to_write_and_why(client: httpx.Client) -> None:
    row = page(client, "/shapes").partition('<tr id="CourtesyCall-host">')[2].partition("<tr")[0]
    assert "shapes:CourtesyCall-host" in row
    assert "^defkg:calledOnIn" in row
    assert "minCount 1" in row


def test_the_checks_are_told(client: httpx.Client, project: Project) -> None:
    rules = {rule.iri for rule in rulebook(project).values() if rule.iri.startswith(CHECKS)}
    assert {iri.removeprefix(CHECKS) for iri in rules} <= set(ids(page(client, "/checks")))
    found = parse(client.get("/checks", headers={"Accept": "text/turtle"}).content, format=RdfFormat.TURTLE)
    assert {quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)} == rules


def test_the_version_leads_to_the_ontology(client: httpx.Client, dataset: Dataset) -> None:
    (version,) = (t.object.value for t in dataset.graph(ONTOLOGY_GRAPH) if t.predicate.value.endswith("#versionIRI"))  # type: ignore[union-attr]
    address = version.removeprefix(BASE.rstrip("/"))
    response = client.get(address, headers={"Accept": "text/turtle"})
    assert (response.status_code, response.headers["content-location"]) == (200, "/ontology.ttl")
    assert client.get(f"{address}.nt").content == client.get("/ontology.nt").content
    assert client.get("/ontology/9.9.9").status_code == 404


def test_the_context_is_served(client: httpx.Client) -> None:
    response = client.get("/ontology/context.jsonld")
    assert response.headers["content-type"] == "application/ld+json"
    assert response.content == (ROOT / "ontology/context.jsonld").read_bytes()
    assert (
        client.get("/ontology/context.jsonld", headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    )
    used = client.get("/id/country/IND.jsonld").json()["@context"]
    whole = json.loads(response.content)["@context"]
    assert used.items() <= whole.items()


def test_a_graph_is_told_and_given(client: httpx.Client, dataset: Dataset) -> None:
    html = page(client, "/graph/registry")
    assert f"{len(set(dataset.graph(REGISTRY_GRAPH))):,}" in html
    assert '<a href="/graph/curation">' in html
    told = {quad.triple for quad in parse(client.get("/graph/registry.nt").content, format=RdfFormat.N_TRIPLES)}
    assert told == set(dataset.graph(REGISTRY_GRAPH))
    assert client.get("/graph/nothing").status_code == 404


def test_the_library_is_its_graph(client: httpx.Client) -> None:
    response = client.get("/questions/", headers={"Accept": "text/turtle"})
    assert response.headers["content-location"] == "/graph/questions.ttl"
    subjects = {quad.subject for quad in parse(response.content, format=RdfFormat.TURTLE)}
    for name in ("questions/jwgs-co-chaired-by", "questions/jwgs-co-chaired-by#official", "questions/#prefix-defkg"):
        assert NamedNode(BASE + name) in subjects
    assert {"prefix-defkg", "official"} <= set(ids(client.get("/questions/", headers=BROWSER).text))
    assert "official" in ids(client.get("/questions/jwgs-co-chaired-by", headers=BROWSER).text)


def test_the_triples_behind_a_question_in_every_format(client: httpx.Client) -> None:
    found: dict[str, set[Triple]] = {}
    for suffix, form in (
        ("ttl", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("rdf", RdfFormat.RDF_XML),
        ("jsonld", RdfFormat.JSON_LD),
    ):
        body = client.get(f"/questions/jwgs-co-chaired-by.{suffix}").content
        found[suffix] = {quad.triple for quad in parse(body, format=form)}
    assert found["ttl"]
    assert found["nt"] == found["rdf"] == found["jsonld"] == found["ttl"]


@pytest.mark.parametrize("address", ["/ontology", "/shapes", "/checks", "/ontology/context.jsonld", "/ontology/0.1.0"])
def test_loose_files_have_no_vocabulary(loose: httpx.Client, address: str) -> None:
    assert loose.get(address).status_code == 404
    assert loose.get(address, headers=BROWSER).status_code == 404


def test_a_graph_whose_name_ends_like_a_format(loose: httpx.Client) -> None:
    assert loose.get("/graph/x.ttl", headers={"Accept": "application/n-triples"}).text.count("\n") == 1
    assert loose.get("/graph/x.ttl.nt").text.count("\n") == 1
    assert loose.get("/graph/x").status_code == 404


def test_script_in_an_ontology_is_inert(copy: Path) -> None:
    ontology = copy / "ontology/defkg.ttl"
    ontology.write_text(
        ontology.read_text(encoding="utf-8").replace('rdfs:label "Country"@en', 'rdfs:label "<script>x</script>"@en')
    )
    with server("--no-check", copy) as running, httpx.Client(base_url=running.address) as client:
        html = page(client, "/ontology")
        assert "&lt;script&gt;x" in html
        assert "<script>x" not in html
