"""The pages in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.server import server

pytestmark = pytest.mark.services
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None and not os.environ.get("CI"):
        pytest.skip("Chromium is not here: apt-get install chromium")
    assert path, "CI must have Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with server() as running:
        yield running.address


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails on what it asks elsewhere or writes to the console."""
    context = browser.new_context(java_script_enabled=request.param)
    page = context.new_page()
    wrong: list[str] = []
    page.on("request", lambda r: None if r.url.startswith((address, "data:")) else wrong.append(r.url))
    page.on("console", lambda m: None if "status of 400" in m.text else wrong.append(m.text))
    page.goto(address)
    yield page
    context.close()
    assert wrong == []


def test_one_click_from_home_to_the_answer(page: Page) -> None:
    page.get_by_role("link", name="Which joint working groups has an official co-chaired?").click()
    row = page.get_by_role("row", name="India–Brunei Joint Working Group on Defence Cooperation")
    assert row.get_by_role("link", name="PTI report on India–Brunei").is_visible()
    assert row.get_by_role("link", name="Article on the first meeting").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert "india-brunei-jwg" in download.value.path().read_text()


def test_another_official_is_picked_and_the_answer_is_that_nothing_is_stated(page: Page, address: str) -> None:
    page.goto(f"{address}/questions/jwgs-co-chaired-by")
    page.get_by_label("Official").select_option("Rajesh Kumar Singh")
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("heading", name="Not stated").is_visible()
    page.get_by_role("link", name="Poh Kui Choon").click()
    assert page.get_by_label("Official").input_value() == "id:official/poh-kui-choon"


def test_the_rule_behind_a_row_is_shown_and_hidden(page: Page, address: str) -> None:
    page.goto(f"{address}/questions/jwgs-co-chaired-by")
    page.get_by_role("link", name="inferred: why?").click()
    assert page.get_by_text("by the rule").first.is_visible()
    page.get_by_role("link", name="hide why").click()
    assert page.get_by_text("by the rule").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["jwgs-co-chaired-by?why=1", "timeline-of-country", "documents-by-partner", ""])
def test_question_pages_fit_a_narrow_screen(
    page: Page, address: str, name: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{address}/questions/{name}")
    assert page.locator("body").evaluate("body => body.scrollWidth") <= 360


def test_quality_page_from_home_to_the_things_of_a_sentence(page: Page) -> None:
    page.get_by_role("link", name="What the documents cover").click()
    assert page.get_by_role("img", name="Sentences of the document").count() == 5
    page.get_by_text("Agreements without a signatory").click()
    assert page.get_by_role("link", name="Tokyo Declaration").first.is_visible()
    page.get_by_text("The sentences in numbers").first.click()
    page.get_by_role("row", name="S2").get_by_role("link").first.click()
    assert page.get_by_role("heading", name="Answer").count() == 1


def test_quality_page_fits_a_narrow_screen(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address + "/quality")
    assert page.locator("body").evaluate("body => body.scrollWidth") <= 360


def test_own_query_from_home(page: Page) -> None:
    page.get_by_label("Query").fill("ASK { ?c a defkg:Country }")
    page.get_by_role("button", name="Ask").click()
    assert page.locator(".boolean").inner_text() == "Yes"


def test_wrong_query_keeps_its_text_and_says_where(page: Page) -> None:
    page.get_by_label("Query").fill("ASK { ?c a }")
    page.get_by_role("button", name="Ask").click()
    assert "line 1, column" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("textbox").input_value() == "ASK { ?c a }"
