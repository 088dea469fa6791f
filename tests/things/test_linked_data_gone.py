"""Tombstones: a merged thing leads to what it became, a withdrawn or split one tells that it is gone, and why."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from defkg.gate import examine
from defkg.project import FOLDERS, Project
from defkg.terms import DCTERMS, ID
from tests.conftest import HEAD, ROOT
from tests.kinds import BROWSER
from tests.server import server

TOMBSTONES = (
    HEAD
    + """
id:official\\/merged prov:wasInvalidatedBy id:curation\\/brunei-meeting-is-the-inaugural-one ;
    prov:invalidatedAtTime "2026-11-20T00:00:00Z"^^xsd:dateTime ;
    dcterms:isReplacedBy id:official\\/amitabh-prasad .
id:official\\/split defkg:reason "Two people were taken for one <b>."@en ; dcterms:modified "2026-11-21"^^xsd:date ;
    dcterms:isReplacedBy id:official\\/amitabh-prasad, id:official\\/nagesh-singh .
id:statement\\/withdrawn defkg:reason "No document says it."@en .
id:official\\/itself dcterms:isReplacedBy id:official\\/itself .
id:official\\/nowhere dcterms:isReplacedBy <urn:x:y> .
"""
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    root = tmp_path_factory.mktemp("gone") / "project"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name)
    (root / "data/tombstones.ttl").write_text(TOMBSTONES, encoding="utf-8")
    assert [str(finding) for finding in examine(Project.open(root))] == []
    with server("--no-check", root) as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


@pytest.mark.parametrize("accept", ["*/*", "text/html", "image/png"])
def test_a_merged_thing_leads_to_what_it_became(client: httpx.Client, accept: str) -> None:
    response = client.get("/id/official/merged", headers={"Accept": accept})
    assert (response.status_code, response.headers["location"]) == (301, "/id/official/amitabh-prasad")


def test_its_own_documents_tell_what_is_left_of_it(client: httpx.Client) -> None:
    for suffix, form in (("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES), ("rdf", RdfFormat.RDF_XML)):
        response = client.get(f"/id/official/merged.{suffix}")
        assert response.status_code == 410
        told = {quad.triple for quad in parse(response.content, format=form)}
        assert {triple.subject for triple in told} == {NamedNode(ID + "official/merged")}
        assert len(told) == 3
        assert NamedNode(DCTERMS + "isReplacedBy") in {triple.predicate for triple in told}
        assert response.headers["link"] == '</id/official/amitabh-prasad>; rel="successor-version"'
    assert client.get("/id/official/merged.jsonld").json()["isReplacedBy"]["prefLabel"] == "Amitabh Prasad"
    assert client.get("/id/official/merged.csv").text.count("\n") == 4


def test_a_page_tells_why_and_since_when(client: httpx.Client) -> None:
    page = client.get("/id/official/split", headers=BROWSER)
    assert page.status_code == 410
    assert "Two people were taken for one &lt;b&gt;." in page.text
    assert "2026-11-21" in page.text
    assert '<a href="/id/official/amitabh-prasad">Amitabh Prasad</a>' in page.text
    assert page.headers["link"].count('rel="successor-version"') == 2
    merged = client.get("/id/official/merged.html").text
    assert "2026-11-20" in merged
    assert "wire report" in merged  # the curator's reason


@pytest.mark.parametrize(
    "address", ["/id/official/split", "/id/statement/withdrawn", "/id/official/itself", "/id/official/nowhere"]
)
def test_what_became_nothing_or_several_is_gone(client: httpx.Client, address: str) -> None:
    for accept in ("*/*", "text/turtle", "text/html", "application/ld+json"):
        response = client.get(address, headers={"Accept": accept})
        assert response.status_code == 410
        assert "location" not in response.headers
    assert client.get(address, headers={"Accept": "image/png"}).status_code == 406
    assert "successor" not in client.get("/id/statement/withdrawn").headers.get("link", "")


def test_tombstones_are_in_no_list_and_no_answer(client: httpx.Client) -> None:
    query = "ASK { ?s ?p ?o FILTER (STRENDS(STR(?s), '/merged') || STRENDS(STR(?s), '/withdrawn')) }"
    assert client.get("/sparql", params={"query": query}).json()["boolean"] is False
    assert client.get("/graph/tombstones.nt").text.count("\n") == 10
