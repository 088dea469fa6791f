"""The first page: how much there is, questions to begin with, the latest documents, and how to use the data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode

from defkg.terms import DCTERMS, ID, Term
from defkg.web.home import FIRST_PAGE, cards, embedded, latest
from tests.conftest import ROOT
from tests.kinds import BROWSER
from tests.server import Server, server
from tests.test_question import LIBRARY

CARD = "jwgs-co-chaired-by"


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server("--no-check") as running:
        yield running


@pytest.fixture(scope="module")
def client(running: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.address, timeout=30, headers=BROWSER) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    return client.get("/").text


def test_page_is_small_kept_and_linked(client: httpx.Client) -> None:
    first = client.get("/")
    assert len(first.content) < 20_000
    assert client.get("/", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.post("/").status_code == 405
    assert client.head("/").content == b""


def test_every_link_answers(client: httpx.Client, page: str) -> None:
    links = {unescape(link) for link in re.findall(r'href="(/[^"#]*)', page)}
    assert len(links) > 30
    assert {link for link in links if client.get(link, follow_redirects=True).status_code != 200} == set()


def test_each_count_is_that_of_its_list(client: httpx.Client, page: str) -> None:
    figures = re.findall(r'<li><a href="([^"]+)"><b>([\d,]+)</b> ([^<]+)</a></li>', page)
    assert [words for _, _, words in figures][1:3] == ["countries", "officials"]
    for kind, name in (("country", "Country"), ("official", "Official"), ("mechanism", "Mechanism")):
        query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a defkg:{name} }}"
        counted = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1]
        assert [number for address, number, _ in figures if address == f"/id/{kind}/"] == [counted]
    query = "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { ?x a defkg:Event }"
    counted = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1]
    assert ("/timeline", counted, "events") in figures


def test_first_card_is_one_click_and_says_what_it_is_about(page: str) -> None:
    found = re.findall(r'<a href="/questions/([^"]+)">([^<]+)</a>(?: <small>([^<]+)</small>)?', page)
    assert found[0] == (CARD, LIBRARY[CARD].title, "Amitabh Prasad")
    assert len(found) == 8
    assert f'<a href="/questions/">All {len(LIBRARY)} questions</a>' in page


def test_cards_are_those_with_the_tag_the_earlier_the_first() -> None:
    shown = cards(LIBRARY)
    assert {question.name for question in shown} == {q.name for q in LIBRARY.values() if FIRST_PAGE in q.tags}
    assert shown[0].name == CARD
    assert len({question.group for question in shown}) == len(shown)


def test_without_the_tag_there_is_one_of_each_topic() -> None:
    untagged = {name: question for name, question in LIBRARY.items() if FIRST_PAGE not in question.tags}
    shown = cards(untagged)
    assert len(shown) == 8
    assert len({question.group for question in shown}) == 8
    assert cards({}) == []


def test_documents_are_the_latest_first_and_undated_ones_say_so(page: str) -> None:
    papers = re.findall(r'<li><a href="/id/source/([^"]+)">[^<]+</a> <span>(.*?)</span>', page)
    assert [slug for slug, _ in papers][:2] == ["2025-12-09-pti-india-brunei-jwg", "2025-11-05-india-israel-jwg"]
    assert papers[0][1] == 'PTI, <time datetime="2025-12-09">2025-12-09</time>'
    assert all(("date not stated" in told) == slug.startswith("undated") for slug, told in papers)


def test_a_document_with_two_dates_stands_once_and_one_without_title_by_its_iri() -> None:
    def select(query: str) -> list[dict[str, Term]]:
        if "SourceDocument" not in query:
            return []
        day = NamedNode("http://www.w3.org/2001/XMLSchema#date")
        dated: list[dict[str, Term]] = [
            {"document": NamedNode(ID + "source/a"), "issued": Literal(d, datatype=day)}
            for d in ("2025-02-01", "2025-01-01")
        ]
        return [*dated, {"document": NamedNode("javascript:alert(1)")}]

    found = latest(select)
    assert [(d.iri, d.title, d.issued) for d in found] == [
        (ID + "source/a", "id:source/a", "2025-02-01"),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
    ]


def test_dataset_is_described_for_search_engines(running: Server, page: str) -> None:
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    told = json.loads(written)
    assert (told["@type"], told["url"]) == ("Dataset", f"{running.address}/")
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {place["name"] for place in told["spatialCoverage"]} >= {"India", "Brunei"}
    for file in told["distribution"]:
        response = httpx.head(file["contentUrl"])
        assert response.headers["content-type"].startswith(file["encodingFormat"])


def test_what_is_embedded_cannot_end_its_element() -> None:
    written = embedded({"name": "</script><script>alert(1)</script>&\u2028"})
    assert not set("<>&\u2028") & set(written)
    assert json.loads(written)["name"].startswith("</script>")


def test_lines_to_copy_work_in_a_shell(page: str) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not here")
    lines = [unescape(text) for text in re.findall(r"<pre tabindex=\"0\">(.*?)</pre>", page, re.DOTALL)]
    told = [subprocess.run(line, shell=True, capture_output=True, text=True, check=True).stdout for line in lines[:3]]
    assert told[0].startswith("@prefix")
    assert "india-brunei-jwg" in told[1]
    assert told[2].startswith("class,things")


def test_a_project_of_other_things_has_a_page(tmp_path: Path) -> None:
    for name in ("ontology", "shapes", "data", "queries"):
        (tmp_path / name).mkdir()
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology", dirs_exist_ok=True)
    (tmp_path / "data/dataset.ttl").write_text(
        f'<https://w3id.org/defkg/void#dataset> <{DCTERMS}title> "</script><b>Ships</b>"@en .'
    )
    with server(tmp_path, "--no-check") as other:
        text = httpx.get(other.address, headers=BROWSER).text
        assert httpx.get(f"{other.address}/about").status_code == 200
    assert "&lt;b&gt;Ships" in text
    assert "<b>Ships" not in text
    assert "Questions to begin with" not in text
    assert "Latest documents" not in text
