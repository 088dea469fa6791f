"""Every kind of page in a real browser: nothing goes elsewhere, nothing breaks the policy, everybody can use it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.kinds import EDITOR, PAGES, WRONG
from tests.server import server
from tests.test_browser import browser  # noqa: F401 - a fixture

pytestmark = pytest.mark.services
AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js").read_text(encoding="utf-8")
SHIFT = """new Promise(told => new PerformanceObserver(list => {}).observe({type: 'layout-shift', buffered: true})
  || setTimeout(() => { const o = new PerformanceObserver(() => {}); o.observe({type: 'layout-shift', buffered: true});
  setTimeout(() => told(o.takeRecords().reduce((sum, entry) => sum + entry.value, 0)), 100) }, 0))"""
REACHABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
SCROLLED = 25
"""Tabs beyond the number of controls: a browser also stops at parts that scroll, and once at its own window."""

Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with server("--no-check") as running:
        yield running.address


class Watched:
    """A page with what went wrong on it: requests elsewhere, messages of the console, breaches of the policy."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.wrong: list[str] = []
        self.page = context.new_page()
        self.page.on("request", lambda r: None if r.url.startswith((address, "data:")) else self.wrong.append(r.url))
        self.page.on("console", lambda m: None if "the server responded with a status of" in m.text else self._say(m))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def _say(self, message: Any) -> None:
        self.wrong.append(message.text)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def watched(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Watched]:  # noqa: F811
    context = browser.new_context(java_script_enabled=request.param)
    yield Watched(context, address)
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", PAGES)
def test_nothing_goes_elsewhere_and_nothing_breaks(watched: Watched, address: str, kind: str) -> None:
    response = watched.page.goto(address + PAGES[kind], wait_until="networkidle")
    assert response
    assert response.status == WRONG.get(kind, 200)
    assert watched.wrong == []
    assert watched.page.locator("h1").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(page: Page, address: str, kind: str, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(address + PAGES[kind], wait_until="networkidle")
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")
    told = [f"{v['id']}: {node['target']} {node['failureSummary']}" for v in found["violations"] for node in v["nodes"]]
    assert told == []
    assert len(found["passes"]) > 10


@pytest.mark.parametrize("width", [320, 768])
@pytest.mark.parametrize("kind", PAGES)
def test_it_fits_its_screen(page: Page, address: str, kind: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + PAGES[kind], wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", PAGES)
def test_it_stays_where_it_is(page: Page, address: str, kind: str) -> None:
    page.goto(address + PAGES[kind], wait_until="networkidle")
    assert page.evaluate(SHIFT) == 0


@pytest.mark.parametrize("kind", PAGES)
def test_the_keyboard_reaches_everything(page: Page, address: str, kind: str) -> None:
    page.goto(address + PAGES[kind], wait_until="networkidle")
    wanted = page.evaluate(
        f"""[...document.querySelectorAll("{REACHABLE}")]
        .filter(e => e.checkVisibility() && e.tabIndex >= 0).map((e, i) => e.dataset.reach = i).length"""
    )
    reached = set()
    for _ in range(min(wanted, 150) + SCROLLED):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.reach"))
    assert len(reached - {None}) >= min(wanted, 150)


def test_no_page_is_large_without_the_editor(page: Page, address: str) -> None:
    """A page without compression, and with it all that a first visit transfers."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    large = {}
    for kind in sorted(PAGES.keys() - EDITOR):
        answers.clear()
        page.goto(address + PAGES[kind], wait_until="networkidle")
        transferred = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
        if len(answers[0].body()) > 100_000 or transferred > 50_000:
            large[kind] = (len(answers[0].body()), transferred)
    assert large == {}


def test_axe_would_find_something(page: Page) -> None:
    page.set_content("<html><body><img src='data:,'><input></body></html>")
    page.evaluate(AXE)
    found = {violation["id"] for violation in page.evaluate("axe.run()")["violations"]}
    assert {"image-alt", "label", "html-has-lang"} <= found


def test_axe_is_as_published() -> None:
    digest = (
        "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"  # npm axe-core 4.14.1, axe.min.js, MPL-2.0
    )
    assert hashlib.sha256(AXE.encode()).hexdigest() == digest
