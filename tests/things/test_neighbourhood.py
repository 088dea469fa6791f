"""What stands around a thing: asserted, one step away, bounded, and the same in list, drawing and moving picture."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, sync_playwright

from defkg.dataset import Dataset
from defkg.terms import ID, ONTOLOGY, SKOS
from defkg.web.pages import Pages
from defkg.web.things.neighbourhood import Neighbourhood, neighbourhood
from defkg.web.things.neighbours import MOST, Edge, Way, shared
from tests.conftest import Broken
from tests.server import server

GROUP = ID + "mechanism/india-brunei-jwg"
PRASAD = ID + "official/amitabh-prasad"
FLAGS = ["--no-sandbox", "--disable-gpu"]


def around(dataset: Dataset, thing: str) -> Neighbourhood:
    return neighbourhood(dataset.select, ID + thing)


def test_only_what_is_asserted_is_an_edge(closed: Dataset, dataset: Dataset) -> None:
    edges = around(closed, "mechanism/india-brunei-jwg").edges
    assert {edge.word for edge in edges if edge.source == GROUP} == {
        "concerns",
        "has party",
        "in relationship",
        "will explore",
    }
    assert "co-chaired" not in {edge.word for edge in edges}
    without = around(dataset, "mechanism/india-brunei-jwg")
    assert sorted(without.edges) == sorted(edges)


def test_participations_are_told_as_who_was_what_at_which_event(closed: Dataset) -> None:
    meeting = ID + "meeting/india-brunei-jwg-1"
    edge = Edge(PRASAD, "co-chair", meeting)
    for thing in ("official/amitabh-prasad", "meeting/india-brunei-jwg-1", "country/IND", "post/joint-secretary-india"):
        assert edge in around(closed, thing).edges, thing
    assert Edge(PRASAD, "acted on behalf of", ID + "country/IND") in around(closed, "country/IND").edges
    ends = {end for edge in around(closed, "country/IND").edges for end in (edge.source, edge.target)}
    assert not [end for end in ends if "/participation/" in end]


def test_a_participation_has_its_own_relations(closed: Dataset) -> None:
    part = "participation/meeting-india-brunei-jwg-1--amitabh-prasad--co-chair"
    assert {edge.word for edge in around(closed, part).edges} == {
        "co-chair in",
        "in capacity of",
        "on behalf of",
        "participant",
    }


def test_what_is_left_out_is_told_with_numbers(broken: Broken) -> None:
    many = "".join(f"id:mechanism\\/m{n} a defkg:Dialogue ; defkg:hasParty id:country\\/BRN .\n" for n in range(300))
    found = around(broken(many), "country/BRN")
    parties = [edge for edge in found.edges if edge.word == "has party"]
    assert found.things <= MOST
    assert any(re.fullmatch(rf"{len(parties)} of 3\d\d by “has party”", words) for words in found.left_out)
    assert found.picture.startswith("<svg")


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 500)), max_size=60))
def test_room_is_shared_and_the_small_come_first(kinds: list[tuple[bool, int]]) -> None:
    names = {True: ONTOLOGY + "onBehalfOf", False: SKOS + "related"}
    ways = shared([Way(False, names[double], total) for double, total in kinds], MOST)
    assert sum(way.most * way.weight for way in ways) <= MOST
    assert all(0 <= way.most <= way.total for way in ways)
    if sum(way.total * way.weight for way in ways) <= MOST:
        assert all(way.most == way.total for way in ways)


class Listed(HTMLParser):
    """The edges of the list on a page, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.edges: list[Edge] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: text or "" for name, text in attrs}
        if tag == "li" and "data-word" in told:
            self.edges.append(Edge(told["data-source"], told["data-word"], told["data-target"]))
        if tag == "a":
            self.links.append(told.get("href", ""))


def test_the_list_has_every_edge_once(closed: Dataset) -> None:
    found = around(closed, "country/THA")
    page = Pages().render("neighbourhood.html", {"around": found}).decode()
    assert sorted(Listed(page).edges) == sorted(found.edges)
    assert len(found.edges) > 20


def test_markup_and_foreign_addresses_are_inert(broken: Broken) -> None:
    other = broken(
        "id:country\\/THA defkg:about <javascript:alert(1)> ."
        '<javascript:alert(1)> skos:prefLabel "<script>alert(1)</script>" .'
        'id:x a defkg:Place ; skos:prefLabel "\\"><img src=x>" ; defkg:about id:country\\/THA .'
    )
    page = Pages().render("neighbourhood.html", {"around": around(other, "country/THA")}).decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "javascript:alert(1)" in {edge.target for edge in Listed(page).edges}
    assert not [link for link in Listed(page).links if link.startswith("javascript")]


def test_a_thing_without_relations_is_not_denied_any(closed: Dataset) -> None:
    found = around(closed, "mechanism/nothing-here")
    assert (found.edges, found.picture, found.left_out) == ([], "", [])
    page = Pages().render("neighbourhood.html", {"around": found}).decode()
    assert "That is not a denial" in page
    assert "<script" not in page


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with server() as running:
        yield running.address


def test_the_page_may_run_scripts_of_this_server_only(address: str) -> None:
    found = httpx.get(f"{address}/id/official/amitabh-prasad?neighbours=1", headers={"Accept": "text/html"})
    policy = found.headers["Content-Security-Policy"]
    assert (found.status_code, "script-src 'self'" in policy, "unsafe" in policy) == (200, True, False)
    assert (
        "script-src" not in httpx.get(f"{address}/id/official/amitabh-prasad.html").headers["Content-Security-Policy"]
    )


@pytest.fixture(scope="module", params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, address: str) -> Iterator[Page]:
    """The page in a browser; fails on what it asks elsewhere, writes to the console or may not do."""
    path = shutil.which("chromium")
    if path is None and not os.environ.get("CI"):
        pytest.skip("Chromium is not here: apt-get install chromium")
    assert path, "CI must have Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(java_script_enabled=request.param)
        wrong: list[str] = []
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else wrong.append(r.url))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{address}/id/mechanism/india-brunei-jwg.html?neighbours=1")
        yield page
        browser.close()
        assert wrong == []


@pytest.mark.services
def test_drawing_and_list_stand_without_scripts_and_move_with_them(page: Page) -> None:
    assert page.get_by_role("heading", name="it – has party → …").is_visible()
    begin = page.get_by_role("button", name="Make it movable")
    assert page.locator("#picture > svg").is_visible()
    if begin.is_visible():
        begin.click()
        page.locator(".moving canvas").first.wait_for()
        assert page.locator("#picture > svg").count() == 0
        page.get_by_role("button", name="Larger").click()
        page.get_by_role("button", name="Hold still").click()
        assert page.locator("#picture > svg").is_visible()
        page.get_by_role("button", name="Move").click()
        page.locator("#picture").focus()
        page.keyboard.press("ArrowLeft")
        assert page.locator(".moving canvas").first.is_visible()


@pytest.mark.services
def test_a_narrow_screen_is_enough(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.locator("body").evaluate("body => body.scrollWidth") <= 320


@pytest.mark.services
def test_a_box_leads_to_the_page_of_its_thing(page: Page, address: str) -> None:
    begin = page.get_by_role("button", name="Make it movable")
    page.set_viewport_size({"width": 1200, "height": 900})
    page.reload()
    if not begin.is_visible():
        page.get_by_role("link", name="Brunei", exact=True).click()
        return page.wait_for_url(f"{address}/id/country/BRN")
    begin.click()
    box = page.locator(".moving").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2 + 140, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("/id/(?!mechanism/india-brunei-jwg)"), timeout=5000)
    return None
