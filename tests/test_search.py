"""The search: the right thing first, whatever is typed; questions besides; as a page, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest

from defkg.terms import ID
from defkg.web.search.sought import LONGEST
from tests.conftest import HEAD
from tests.server import Server, server

HTML = {"Accept": "text/html"}
EVIL = "<script>alert(1)</script>\"'& <img src=x onerror=alert(2)>"
BRUNEI = f"{ID}mechanism/india-brunei-jwg"
PRASAD = f"{ID}official/amitabh-prasad"
INDIA = f"{ID}country/IND"


@pytest.fixture(scope="module")
def bundled() -> Iterator[Server]:
    with server("--no-check") as running:
        yield running


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("loose") / "loose.ttl"
    named = "".join(f'id:place\\/{n} a defkg:Place ; skos:prefLabel "Village {n:02d}" .\n' for n in range(60))
    path.write_text(
        f"{HEAD}{named}"
        f"id:place\\/evil skos:prefLabel {json.dumps(EVIL)} ; skos:hiddenLabel {json.dumps(EVIL + ' x')} .\n"
        '<javascript:alert(1)> rdfs:label "Scripted" .\n<https://example.org/x> rdfs:label "Outside" .\n'
    )
    with server(path) as running:
        yield running


def get(running: Server, path: str, accept: str = "text/html", **parameters: str) -> httpx.Response:
    return running.client.get(running.address + path, params=parameters, headers={"Accept": accept})


def found(running: Server, text: str, **parameters: str) -> Any:
    response = get(running, "/search.json", q=text, **parameters)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


@pytest.mark.parametrize(
    ("text", "iri", "how", "fit"),
    [
        ("Amitabh Prasad", PRASAD, "label", "same"),
        ("prasad AMITABH", PRASAD, "label", "contains"),
        ("Amitab Prassad", PRASAD, "label", "near"),
        ("Veer Gaurdian", f"{ID}exercise/veer-guardian", "misspelling in a document", "same"),
        ("defence minster", f"{ID}post/defence-minister-india", "misspelling in a document", "same"),
        ("brunei jwg", BRUNEI, "another name", "contains"),
        ("IND", INDIA, "code", "same"),
        ("id:country/IND", INDIA, "IRI", "same"),
        (INDIA, INDIA, "IRI", "same"),
        (f"<{INDIA}>", INDIA, "IRI", "same"),
        ("country/IND", INDIA, "IRI", "same"),
        ("http://127.0.0.1:8000/id/country/IND", INDIA, "IRI", "same"),
        ("PTI report on India-Brunei", f"{ID}source/2025-12-09-pti-india-brunei-jwg", "title", "begins"),
        ("joint workng group isreal", f"{ID}mechanism/india-israel-jwg", "label", "near"),
        ("defkg:Mechanism", "https://w3id.org/defkg/ontology#Mechanism", "IRI", "same"),
    ],
)
def test_the_right_thing_comes_first(bundled: Server, text: str, iri: str, how: str, fit: str) -> None:
    first = found(bundled, text)["results"][0]
    assert (first["iri"], first["matched_is"], first["fit"]) == (iri, how, fit)


def test_a_misspelling_leads_to_the_right_name_and_is_said_to_be_one(bundled: Server) -> None:
    text = unescape(get(bundled, "/search", q="veer gaurdian").text)
    (entry,) = re.findall(r'<li><a href="/id/exercise/veer-guardian">(.*?)</li>', text, re.DOTALL)
    assert entry.startswith("Veer Guardian</a>")
    assert "written “Veer Gaurdian” in a document" in entry


def test_near_names_are_said_to_be_near(bundled: Server) -> None:
    assert "nothing is called exactly so" in get(bundled, "/search", q="Amitab Prassad").text
    assert "nothing is called exactly so" not in get(bundled, "/search", q="Amitabh Prasad").text


def test_each_result_has_its_label_and_class(bundled: Server) -> None:
    first = found(bundled, "brunei jwg")["results"][0]
    assert first["label"] == "India–Brunei Joint Working Group on Defence Cooperation"
    assert first["classes"] == ["Joint working group"]
    assert first["kind"] == "mechanism"


def test_results_are_counted_and_chosen_by_kind(bundled: Server) -> None:
    every = found(bundled, "india")
    assert every["total"] == sum(every["kinds"].values()) > 30
    for kind, number in every["kinds"].items():
        chosen = found(bundled, "india", kind=kind)
        assert (chosen["total"], chosen["kinds"]) == (number, every["kinds"]), kind
        assert {result["kind"] for result in chosen["results"]} == {kind}
        listed = get(bundled, "/search.csv", q="india", kind=kind).text
        assert len(list(csv.DictReader(io.StringIO(listed)))) == number


def test_pages_have_each_thing_once_and_the_file_has_all(bundled: Server, loose: Server) -> None:
    for running, text in ((bundled, "india"), (loose, "village")):
        first = found(running, text)
        pages = [found(running, text, page=str(n + 1)) for n in range(first["pages"])]
        iris = [result["iri"] for page in pages for result in page["results"]]
        assert len(iris) == len(set(iris)) == first["total"] > 50
        rows = list(csv.DictReader(io.StringIO(get(running, "/search.csv", q=text).text)))
        assert [row["iri"] for row in rows] == iris
        assert all(row["label"] and row["fit"] for row in rows)
        shown = [
            href for n in range(first["pages"]) for href in _entries(get(running, "/search", q=text, page=str(n + 1)))
        ]
        assert len(shown) == len(iris)


def _entries(response: httpx.Response) -> list[str]:
    assert response.status_code == 200
    return re.findall(r'<li><a href="([^"]*)"', response.text.partition('class="entries"')[2].partition("</ol>")[0])


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("co-chaired", "jwgs-co-chaired-by"),
        ("which joint working groups has an official co-chaired", "jwgs-co-chaired-by"),
    ],
)
def test_questions_that_have_the_words_are_found_too(bundled: Server, text: str, question: str) -> None:
    told = found(bundled, text)["questions"]
    assert f"/questions/{question}" in [one["path"] for one in told]
    assert f'href="/questions/{question}"' in get(bundled, "/search", q=text).text


def test_a_kind_is_found_by_its_name(bundled: Server) -> None:
    told = found(bundled, "exercises")["lists"]
    assert {"title": "Exercises", "count": 8, "path": "/id/exercise/"} in told
    assert '<a href="/id/exercise/">Exercises</a>' in get(bundled, "/search", q="exercises").text


def test_nothing_found_says_where_to_look(bundled: Server) -> None:
    text = get(bundled, "/search", q="zorbly indai").text
    assert "No thing here is called so" in text
    assert 'Did you mean <a href="/search?q=india">' in text
    assert "zorbly (none)" in text
    assert 'href="/sparql"' in text
    assert "does not mean that no document exists" in text
    assert found(bundled, "zorbly indai")["did_you_mean"] == "india"


def test_nothing_typed_shows_how_to_search(bundled: Server) -> None:
    for path in ("/search", "/search?q=", "/search?q=%20"):
        response = get(bundled, path)
        assert response.status_code == 200
        assert "Words may stand in any order" in response.text
    assert found(bundled, "")["total"] == 0


@pytest.mark.parametrize(
    "text", [EVIL, "a\r\nSet-Cookie: x=1", "\x00\x1b[2J", "'; DROP", '"} # ', "{{7*7}}", "%", "🦀\u202e"]
)
def test_whatever_is_typed_is_inert(bundled: Server, text: str) -> None:
    response = get(bundled, "/search", q=text)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "<img src=x" not in response.text
    assert "\x00" not in response.text
    assert "\x1b" not in response.text
    assert "set-cookie" not in response.headers
    assert found(bundled, text)["results"] == []


def test_names_in_the_data_are_inert(loose: Server) -> None:
    for text in ("script alert", "onerror alert 2 x"):
        page = get(loose, "/search", q=text)
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    (result,) = found(loose, "scripted")["results"]
    assert result["iri"] == "javascript:alert(1)"
    assert 'href="javascript' not in get(loose, "/search", q="scripted").text
    assert 'href="https://example.org/x"' in get(loose, "/search", q="outside").text


@pytest.mark.parametrize(
    ("parameters", "status", "words"),
    [
        ({"q": "a" * (LONGEST + 1)}, 400, "characters, and 300"),
        ({"qq": "x"}, 400, "did you mean q"),
        ({"q": "india", "page": "99"}, 404, "pages"),
        ({"q": "india", "page": "0"}, 400, "a number from 1 on"),
        ({"q": "india", "page": "-1"}, 400, "a number from 1 on"),
        ({"q": "india", "kind": "nothing"}, 404, "no kind of things"),
        ({"q": "india", "kind": EVIL}, 404, "no kind of things"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_in_words(
    bundled: Server, parameters: dict[str, str], status: int, words: str
) -> None:
    page = get(bundled, "/search", **parameters)
    assert (page.status_code, words in page.text) == (status, True)
    assert "<script>alert" not in page.text
    data = get(bundled, "/search.json", **parameters)
    assert (data.status_code, words in data.json()["detail"]) == (status, True)


@pytest.mark.parametrize(
    "query", ["q=%ff", "q=%ED%A0%80", "q=a&q=b", "q=" + "a" * 60_000, "&".join(f"a{n}=" for n in range(5_000))]
)
def test_hostile_parameters_are_refused(bundled: Server, query: str) -> None:
    for path in ("/search", "/search.json", "/search.csv"):
        assert bundled.client.get(f"{bundled.address}{path}?{query}", headers=HTML).status_code in (400, 414)


def test_a_file_has_no_pages(bundled: Server) -> None:
    assert get(bundled, "/search.csv", q="india", page="1").status_code == 400


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
    ],
)
def test_the_search_comes_as_it_is_asked_for(bundled: Server, accept: str, media_type: str) -> None:
    assert get(bundled, "/search", accept, q="brunei").headers["content-type"].startswith(media_type)


def test_what_a_client_cannot_take_is_not_acceptable(bundled: Server) -> None:
    assert get(bundled, "/search", "image/png", q="x").status_code == 406
    assert bundled.client.post(f"{bundled.address}/search").status_code == 405


def test_the_words_stand_in_the_field_of_the_page_and_of_its_head(bundled: Server) -> None:
    text = get(bundled, "/search", q='a "quoted" <b>').text
    assert text.count('value="a &#34;quoted&#34; &lt;b&gt;"') == 2


def test_browsers_learn_of_the_search(bundled: Server) -> None:
    response = get(bundled, "/opensearch.xml")
    assert response.headers["content-type"].startswith("application/opensearchdescription+xml")
    tree = xml.etree.ElementTree.fromstring(response.content)
    (url,) = tree.findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url.get("template") == f"{bundled.address}/search?q={{searchTerms}}"
    assert 'rel="search" type="application/opensearchdescription+xml"' in get(bundled, "/search").text


def test_a_host_header_cannot_break_out_of_the_description(bundled: Server) -> None:
    response = bundled.client.get(f"{bundled.address}/opensearch.xml", headers={"Host": 'a"><x>&b'})
    assert response.status_code == 200
    assert len(list(xml.etree.ElementTree.fromstring(response.content))) == 4
    response = bundled.client.get(f"{bundled.address}/opensearch.xml", headers={"Host": "a&b"})
    assert "http://a&b/search" in unescape(xml.etree.ElementTree.fromstring(response.content)[3].attrib["template"])
