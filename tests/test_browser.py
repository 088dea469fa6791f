"""The pages in a real browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
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

SHOWN = "document.querySelector('.CodeMirror').CodeMirror.getValue()"
PLANT = """() => {
  const val = { query: "ASK { <urn:evil> ?p ?o }", endpoint: "https://evil.example/", editorHeight: "300px" };
  const kept = { namespace: "triply", val, exp: 1e6, time: Date.now() };
  localStorage.setItem("yasqe__query", JSON.stringify(kept));
}"""


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
    assert "/id/passage/" in page.url
    assert page.get_by_role("heading", level=1).count() == 1


def test_quality_page_fits_a_narrow_screen(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address + "/quality")
    assert page.locator("body").evaluate("body => body.scrollWidth") <= 360


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    """The editor with its script, which fails on what it asks elsewhere or writes to the console."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    wrong: list[str] = []
    page.on("request", lambda r: None if r.url.startswith((address, "data:")) else wrong.append(r.url))
    page.on("console", lambda m: None if "status of 400" in m.text else wrong.append(m.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{address}/sparql", wait_until="networkidle")
    yield page
    context.close()
    assert wrong == []


def write(page: Page, text: str) -> None:
    """Types a query in place of that in the editor, which closes no bracket for whoever pastes."""
    editor = page.locator(".CodeMirror")
    if editor.count():
        editor.click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)
    else:
        page.get_by_label("Query").fill(text)


def written(page: Page) -> str:
    """The text that the form would send."""
    text: str = page.locator("#query").evaluate("field => field.value")
    return text


def test_own_query(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql", wait_until="networkidle")
    write(page, "ASK { ?c a defkg:Country }")
    page.get_by_role("button", name="Ask", exact=True).click()
    assert page.locator(".boolean").inner_text() == "Yes"
    assert written(page) == "ASK { ?c a defkg:Country }"


def test_wrong_query_keeps_its_text_and_says_where(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql", wait_until="networkidle")
    write(page, "ASK {\n?c a }")
    page.get_by_role("button", name="Ask", exact=True).click()
    assert "line 2, column" in page.get_by_role("alert").inner_text()
    assert written(page).split() == ["ASK", "{", "?c", "a", "}"]
    if page.locator(".CodeMirror").count():
        assert page.locator(".CodeMirror-code > div:has(.problem-line) .CodeMirror-linenumber").inner_text() == "2"


def test_a_question_of_the_library_is_put_into_the_editor(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql", wait_until="networkidle")
    page.get_by_text("officials", exact=False).first.click()
    page.get_by_role("link", name="Which joint working groups has an official co-chaired?").click()
    assert "defkg:coChaired" in written(page)
    page.get_by_role("button", name="Ask", exact=True).click()
    assert page.get_by_role("link", name="India–Brunei Joint Working Group").first.is_visible()


def test_terms_of_the_ontology_are_completed_and_their_prefix_is_declared(scripted: Page) -> None:
    write(scripted, "SELECT ?m WHERE {\n")
    scripted.keyboard.type("?m a Meeti")
    first = scripted.get_by_role("option").first
    first.wait_for()
    assert re.fullmatch(r"defkg:Meeting\s+Meeting\s+\d+", first.inner_text())
    assert str(first.get_attribute("title")).startswith("An event")
    scripted.keyboard.press("Enter")
    assert written(scripted).startswith("PREFIX defkg: <https://w3id.org/defkg/ontology#>\nSELECT")
    assert "?m a defkg:Meeting" in written(scripted)
    scripted.keyboard.type(" ; co-ch")
    scripted.get_by_text("defkg:coChairedBy").wait_for()


def test_no_markup_of_the_data_gets_into_the_list(browser: Browser, tmp_path: Path) -> None:
    loose = tmp_path / "loose.ttl"
    loose.write_text(
        "@prefix : <http://e.example/> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
        ':C a owl:Class ; rdfs:label "<img src=x onerror=alert(1)>" . :x a :C .'
    )
    context = browser.new_context()
    page = context.new_page()
    with server(loose) as running:
        page.goto(f"{running.address}/sparql", wait_until="networkidle")
        write(page, "ASK { ?x a ")
        page.keyboard.type("e.exa")
        page.get_by_role("option").wait_for()
        assert "<img src=x onerror=alert(1)>" in page.get_by_role("option").inner_text()
        assert page.locator("img").count() == 0
    context.close()


def test_what_a_query_will_disappoint_by_is_said_while_it_is_written(scripted: Page) -> None:
    write(scripted, "PREFIX defkg: <https://w3id.org/defkg/ontology#>\nASK { ?m a defkg:Meting ; defkg:date ?m }")
    scripted.get_by_text("did you mean defkg:Meeting?").wait_for()
    assert scripted.locator(".CodeMirror-code > div:has(.warning-line) .CodeMirror-linenumber").inner_text() == "2"


def test_the_keyboard_leaves_the_editor_and_asks(scripted: Page) -> None:
    write(scripted, "ASK {}")
    scripted.keyboard.press("Tab")
    assert scripted.evaluate("document.activeElement.textContent") == "Ask"
    scripted.keyboard.press("Shift+Tab")
    assert scripted.evaluate("document.activeElement.getAttribute('aria-labelledby')") == "query-label"
    with scripted.expect_navigation():
        scripted.keyboard.press("Control+Enter")
    assert scripted.url.endswith("/sparql?query=ASK+%7B%7D#answer")


def test_plain_text_is_one_button_away(scripted: Page) -> None:
    write(scripted, "ASK {}")
    scripted.get_by_role("button", name="Plain text").click()
    assert not scripted.locator(".CodeMirror").is_visible()
    scripted.locator("#query").fill("ASK { ?x a ?y }")
    scripted.get_by_role("button", name="Plain text").click()
    assert not scripted.locator("#query").is_visible()
    assert scripted.locator(".CodeMirror-line").inner_text() == "ASK { ?x a ?y }"
    scripted.get_by_role("button", name="Ask", exact=True).click()
    assert scripted.locator(".boolean").inner_text() == "Yes"


def test_a_long_query_is_posted(scripted: Page) -> None:
    write(scripted, f"ASK {{}} # {'x' * 20_000}")
    scripted.get_by_role("button", name="Ask", exact=True).click()
    assert scripted.locator(".boolean").inner_text() == "Yes"
    assert scripted.url.endswith("/sparql#answer")


def test_a_link_to_a_query_is_copied(scripted: Page, address: str) -> None:
    scripted.goto(f"{address}/sparql?query=ASK+%7B%7D&endpoint=https://evil.example/", wait_until="networkidle")
    scripted.get_by_role("button", name="Copy link").click()
    scripted.get_by_text("Copied.").wait_for()
    assert scripted.evaluate("navigator.clipboard.readText()") == f"{address}/sparql?query=ASK+%7B%7D"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "#query=ASK+%7B%7D&endpoint=https%3A%2F%2Fevil.example%2F",
        "?endpoint=https://evil.example/&requestConfig=%7B%22endpoint%22%3A%22https%3A%2F%2Fevil.example%22%7D",
        "?default-graph-uri=https://evil.example/#endpoint=https://evil.example/",
    ],
)
def test_no_link_and_nothing_kept_sends_a_query_elsewhere(scripted: Page, address: str, elsewhere: str) -> None:
    first = written(scripted)
    scripted.evaluate(PLANT)
    scripted.goto("about:blank")
    scripted.goto(f"{address}/sparql{elsewhere}", wait_until="networkidle")
    assert (written(scripted), scripted.evaluate(SHOWN)) == (first, first)
    assert scripted.evaluate("document.getElementById('editor').action") == f"{address}/sparql#answer"
    config = 'endpoint: "https://evil.example/"'
    with scripted.expect_navigation():
        scripted.evaluate(f"void document.querySelector('.CodeMirror').CodeMirror.query({{{config}}})")
    assert scripted.url.startswith(f"{address}/sparql?")
    assert "evil" not in scripted.url


def test_the_policy_keeps_a_script_from_asking_elsewhere(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sparql", wait_until="networkidle")
    assert (
        page.evaluate(
            """() => new Promise((told) => {
          document.addEventListener("securitypolicyviolation", (event) => told(event.effectiveDirective));
          fetch("https://evil.example/").finally(() => setTimeout(() => told("asked"), 1000));
        })"""
        )
        == "connect-src"
    )
    context.close()
