"""The page on quality: served, as a file of its own, with everything that is long cut and said to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from defkg.cli import app
from defkg.coverage import Coverage, Covered, Sentence, measure
from defkg.coverage.extent import Thing
from defkg.dataset import Dataset
from defkg.finding import Finding, Place, Severity
from defkg.loading import MEASURED, Recipe, load, spool
from defkg.project import Project
from defkg.terms import CHECKS
from defkg.web import quality
from defkg.web.pages import Pages
from defkg.web.quality import Quality, bars, view
from tests.conftest import ROOT
from tests.server import server


@pytest.fixture(scope="module")
def coverage(closed: Dataset) -> Coverage:
    return measure(Project.open(ROOT), closed)


def page(told: Quality) -> str:
    return Pages().render("quality.html", view(told, alone=False)).decode()


class Links(HTMLParser):
    """What a page refers to, and what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.refers: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.refers += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name == "style" or name.startswith("on")]
        if tag not in ("meta", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_tells_each_document_its_sentences_and_what_is_not_stated(coverage: Coverage) -> None:
    text = page(Quality(coverage, [], True))
    for document in coverage.documents:
        assert document.title.replace("'", "&#39;") in text
    assert text.count("<rect") - 5 == sum(len(document.sentences) for document in coverage.documents)
    assert "Agreements without a signatory" in text
    assert "Only the register tells of these" in text
    assert "The graph passes all its checks" in text


def test_page_is_well_formed_and_links_within_its_host(coverage: Coverage) -> None:
    links = Links(page(Quality(coverage, [], True)))
    assert links.open == []
    assert [link for link in links.refers if not link.startswith(("/", "#", "data:,"))] == []


def test_file_needs_nothing_else() -> None:
    done = CliRunner().invoke(app, ["coverage", "--format", "html"])
    links = Links(done.stdout)
    assert [link for link in links.refers if not link.startswith(("#", "data:,", "https://w3id.org/defkg/"))] == []
    assert "--bar:" in done.stdout
    assert "The checks were not run" in done.stdout


def test_findings_are_listed_and_cut(coverage: Coverage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "SHOWN_FINDINGS", 2)
    findings = [Finding(Place("a.ttl", n, 1), Severity.ERROR, CHECKS + "x", "<b>") for n in range(1, 4)]
    text = page(Quality(coverage, findings, True))
    assert "a.ttl:2:1 checks:x &lt;b&gt;" in text
    assert "a.ttl:3:1" not in text
    assert "The first 2 of 3" in text


def test_long_lists_are_cut_and_that_is_said(coverage: Coverage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "SHOWN_DOCUMENTS", 1)
    monkeypatch.setattr(quality, "SHOWN_THINGS", 2)
    entry = coverage.unstated[0]._replace(things=tuple(Thing(f"thing {n}", f"urn:{n}") for n in range(3)))
    text = page(Quality(replace(coverage, unstated=(entry,)), [], True))
    assert "The first 1 of 5 documents" in text
    assert "thing 1" in text
    assert "thing 2" not in text
    assert "The first 2;" in text


def test_fewer_things_are_listed_where_a_shape_leaves_a_property_open(coverage: Coverage) -> None:
    entry = coverage.unstated[0]._replace(things=tuple(Thing(f"thing {n}", f"urn:{n}") for n in range(6)))
    by_query, by_shape = (replace(coverage, unstated=(entry._replace(paths=paths),)) for paths in ((), ("urn:p",)))
    assert "thing 5" in page(Quality(by_query, [], True))
    text = page(Quality(by_shape, [], True))
    assert "thing 4" in text
    assert "thing 5" not in text
    assert "The first 5;" in text


def test_page_without_coverage_says_why() -> None:
    text = page(Quality(unmeasured="It is too large."))
    assert "It is too large." in text
    assert "<svg" not in text


def test_bars_stand_where_the_sentences_do_and_darken_with_the_facts() -> None:
    sentences = tuple(Sentence(f"S{n}", "", n * 50, n * 50 + 50, 1, facts) for n, facts in enumerate((0, 1, 5, 10)))
    found = bars(Covered("t", "i", "s", sentences, (), 0, 0), 10)
    assert [(bar.x, bar.width, bar.level) for bar in found] == [
        (0, 250, 0),
        (250, 250, 1),
        (500, 250, 2),
        (750, 250, 4),
    ]


def loaded(recipe: Recipe) -> tuple[Coverage | None, str]:
    with spool() as data:
        result = load(recipe, data)
    return result.coverage, result.unmeasured


def test_loading_measures_a_project(coverage: Coverage) -> None:
    assert loaded(Recipe(ROOT, check=False)) == (coverage, "")


def test_loading_says_why_it_does_not_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    assert "folder" in loaded(Recipe(None, (tmp_path / "a.ttl",)))[1]
    assert "infer nothing" in loaded(Recipe(ROOT, infer=False, check=False))[1]
    assert MEASURED == 200_000
    monkeypatch.setattr("defkg.loading.MEASURED", 100)
    assert re.search(r"[\d,]+ triples, too many", loaded(Recipe(ROOT, check=False))[1])


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server() as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


def test_page_is_served_under_a_strict_policy_and_linked_from_home(client: httpx.Client) -> None:
    assert 'href="/quality"' in client.get("/").text
    response = client.get("/quality")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert client.head("/quality").status_code == 200
    assert "passes all its checks" in response.text


def test_things_and_sentences_lead_to_their_pages(client: httpx.Client) -> None:
    links = Links(client.get("/quality").text).refers
    for kind in ("source", "passage", "agreement"):
        link = next(link for link in links if link.startswith(f"/id/{kind}/"))
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200
    assert [link for link in links if "DESCRIBE" in link] == []


def test_who_has_the_page_gets_304(client: httpx.Client) -> None:
    first = client.get("/quality")
    again = client.get("/quality", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(first.content) + len(client.get("/static/defkg.css").content) < 100_000


def test_other_methods_are_refused(client: httpx.Client) -> None:
    assert client.post("/quality").status_code == 405
    assert client.options("/quality").headers["allow"] == "GET, HEAD, OPTIONS"


def test_documents_that_disagree_stand_beside_each_other(client: httpx.Client) -> None:
    text = client.get("/quality").text
    part = text[text.index('id="disagreements"') : text.index('id="unstated"')]
    assert "Structured roadmap: to be developed or implemented" in part
    for document in ("2025-12-09-pti-india-brunei-jwg", "undated-india-brunei-jwg"):
        assert part.count(f'<dt><a href="/id/source/{document}"') == 3
    assert '<span class="kind">under exploration</span>' in part


def test_disagreements_are_cut_and_their_absence_is_said(coverage: Coverage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "SHOWN_DISAGREEMENTS", 2)
    assert "The first 2 of 3" in page(Quality(coverage, [], True))
    assert "No disagreement is noted" in page(Quality(replace(coverage, disagreements=()), [], True))
