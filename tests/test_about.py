"""The page about the data and the service: its limits are those that are set, and what it says can be copied."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest
import rdflib

from defkg.engine.limits import Limits
from defkg.web.about import limits
from defkg.web.description import LIMIT
from tests.server import Server, server


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server("--no-check", "--no-inference", DEFKG_ROWS="7654321", DEFKG_CLIENT_SECONDS="0") as running:
        yield running


@pytest.fixture(scope="module")
def page(running: Server) -> str:
    response = httpx.get(f"{running.address}/about")
    assert response.status_code == 200
    return unescape(response.text)


def test_limits_are_those_of_the_service_description(running: Server, page: str) -> None:
    described = rdflib.Graph().parse(data=httpx.get(f"{running.address}/sparql?format=nt").text, format="nt")
    rows = dict(re.findall(r"<tr>.*?<td>([^<]+)</td><td><code>(\w+)</code></td></tr>", page))
    told = {name: value for value, name in rows.items()}
    for limit in limits(Limits()):
        (number,) = described.objects(None, rdflib.URIRef(LIMIT + limit.name))
        written = re.sub(r"[^\d.]", "", told[limit.name].split()[0]) or "0"
        assert float(written) == float(str(number)), limit.name
    assert "7,654,321 rows" in page
    assert told["client_seconds"] == "no limit"


def test_limits_are_told_with_their_units() -> None:
    told = {limit.name: limit for limit in limits(Limits(timeout=2.5, memory=2048))}
    assert (told["timeout"].value, told["memory"].value) == ("2.5 seconds", "2,048 MB")
    assert told["rows"].words == "rows or triples of an answer"


def test_version_is_the_digest_that_is_served(running: Server, page: str) -> None:
    ready = httpx.get(f"{running.address}/readyz").json()
    assert f"<code>{ready['digest']}</code>" in page
    assert ready["started"][:16].replace("T", " ") in page


def test_citations_name_digest_and_day(running: Server, page: str) -> None:
    digest = httpx.get(f"{running.address}/readyz").json()["digest"]
    text, bibtex, csl = re.findall(r'<pre class="cite" tabindex="0">(.*?)</pre>', page, re.DOTALL)
    assert all(digest in form for form in (text, bibtex, csl))
    assert datetime.now(UTC).date().isoformat() in text
    assert json.loads(csl)[0]["title"].startswith("defkg")


def test_a_server_that_infers_nothing_says_so(page: str) -> None:
    assert "infer nothing" in page
    assert "triples are stated in no document" not in page


def test_borders_licence_and_privacy_are_told(page: str) -> None:
    for words in ("No political borders are drawn", "It is no denial", "no cookies", "Apache License 2.0"):
        assert words in page
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in page


def test_it_sets_no_cookie_and_is_kept(running: Server) -> None:
    first = httpx.get(f"{running.address}/about")
    assert "set-cookie" not in first.headers
    assert httpx.get(f"{running.address}/about", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert httpx.post(f"{running.address}/about").status_code == 405
