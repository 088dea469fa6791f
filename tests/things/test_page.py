"""The pages of things, over HTTP: what stands on them, and that they never say more than the graph."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest

from defkg.dataset import Dataset
from defkg.terms import ID
from defkg.web.links import link
from tests.server import server

LARGEST = 70_000  # with the stylesheet a page stays below 100 KB


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with server("--no-check") as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


def page(client: httpx.Client, key: str, **parameters: str) -> str:
    response = client.get(f"/id/{key}", params=parameters, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text
    return response.text


def section(text: str, key: str) -> str:
    found = re.search(rf'<section id="{key}".*?</section>', text, re.DOTALL)
    return words(found[0]) if found else ""


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def row(text: str, label: str) -> str:
    """What stands beside a property."""
    for found in re.findall(r"<tr>(<th scope=\"row\">.*?</th>)\s*(<td>.*?</td>)</tr>", text, re.DOTALL):
        if words(found[0]) == label:
            return words(found[1])
    return ""


def test_every_thing_has_a_page_that_is_not_too_large(client: httpx.Client, closed: Dataset) -> None:
    query = "SELECT DISTINCT ?x WHERE { { ?x ?p ?o } UNION { ?s ?q ?x } FILTER (isIRI(?x)) }"
    things = [str(r["x"])[1:-1] for r in closed.select(query)]
    kinds: dict[str, list[str]] = {}
    for thing in sorted(thing for thing in things if thing.startswith(ID)):
        kinds.setdefault(thing.removeprefix(ID).partition("/")[0], []).append(thing)
    assert len(kinds) > 25
    for some in kinds.values():
        for thing in some[:3]:
            response = client.get(f"{link(thing)}.html")
            assert response.status_code == 200, thing
            assert len(response.content) < LARGEST, thing
            assert response.text.count("<h1") == 1
            assert f'value="{thing}"' in response.text


def test_facts_stand_in_the_order_of_the_shapes(client: httpx.Client) -> None:
    text = section(page(client, "meeting/india-brunei-jwg-1"), "facts")
    places = [text.index(word) for word in ("Names", "Who", "When", "Where", "Topics", "evidenced by")]
    assert places == sorted(places)


def test_every_value_says_where_it_is_from(client: httpx.Client) -> None:
    text = page(client, "meeting/india-brunei-jwg-1")
    facts = re.search(r'<section id="facts".*?</section>', text, re.DOTALL)
    assert facts
    values = re.findall(r"<li[^>]*>(.*?)</li>", facts[0], re.DOTALL)
    assert len(values) > 20
    assert [value for value in values if 'class="mark' not in value and 'class="why"' not in value] == []
    assert row(text, "held at") == "New Delhi [1]"
    assert row(text, "name").endswith("register")
    cards = section(text, "sources")
    assert "Publisher PTI" in cards
    assert "Date 2025-12-09" in cards
    assert "Date not stated" in cards
    assert re.search(r"sentence 6 characters \d+–\d+", cards)


def test_a_date_that_curators_inferred_says_so_beside_it(client: httpx.Client) -> None:
    assert row(page(client, "meeting/india-brunei-jwg-1"), "date") == (
        "2025-12-09 [1] inferred by the curators, not stated"
    )
    stated = row(page(client, "agreement/tokyo-declaration"), "date")
    assert stated.startswith("2014-09 the month is known, the day is not [1]")
    assert "inferred" not in stated


def test_a_duration_is_in_words_and_a_truth_value_is_yes_or_no(client: httpx.Client) -> None:
    assert row(page(client, "visit/poh-kui-choon"), "duration").startswith("2 days ")
    assert row(page(client, "exercise/milan"), "multilateral").startswith("yes ")


def test_what_follows_is_marked_and_explained_on_demand(client: httpx.Client) -> None:
    text = page(client, "official/amitabh-prasad")
    assert row(text, "co-chaired") == "India–Brunei Joint Working Group on Defence Cooperation inferred: why?"
    assert row(text, "name") == "Amitabh Prasad register"
    number = re.search(r'coChaired" title.*?why=(\d+)', text, re.DOTALL)
    assert number
    told = row(page(client, "official/amitabh-prasad", why=number[1]), "co-chaired")
    assert "by the rule: defkg:coChaired" in told
    assert "stated in PTI report" in told


def test_only_what_is_inferred_has_a_reason_to_ask_for(client: httpx.Client) -> None:
    text = page(client, "official/amitabh-prasad")
    asked = {int(number) for number in re.findall(r"why=(\d+)", text)}
    other = min(set(range(max(asked))) - asked)
    assert client.get("/id/official/amitabh-prasad.html", params={"why": str(other)}).status_code == 404
    assert client.get("/id/official/amitabh-prasad.html", params={"why": "99999"}).status_code == 404


def test_leading_a_delegation_is_not_shown_as_co_chairing(client: httpx.Client) -> None:
    text = page(client, "official/rajesh-kumar-singh")
    assert row(text, "led delegation to")
    assert row(text, "co-chaired") == ""


def test_a_misspelling_is_never_shown_as_right(client: httpx.Client) -> None:
    text = page(client, "exercise/veer-guardian")
    assert re.findall(r"(?<!<s>)Veer Gaurdian", re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)) == []
    assert row(text, "spelt wrongly in a document as") == "Veer Gaurdian register"


def test_what_no_source_states_is_said_and_nothing_that_one_states(client: httpx.Client) -> None:
    text = section(page(client, "agreement/india-israel-mou"), "unstated")
    assert "who signed it" in text
    assert "That is not a denial" in text
    assert "a date" not in text  # its signing is dated
    assert "a date" in section(page(client, "agreement/india-japan-memorandum"), "unstated")
    signed = section(page(client, "agreement/india-brunei-jwg-terms-of-reference"), "unstated")
    assert "who signed it" not in signed
    israel = section(page(client, "meeting/india-israel-jwg-17"), "unstated")
    assert "who co-chaired it Who led a delegation there need not have co-chaired." in israel
    assert "who co-chaired it" not in section(page(client, "meeting/india-brunei-jwg-1"), "unstated")
    assert "part of series" in section(page(client, "meeting/india-thailand-talks-2024-12-12"), "unstated")


def test_questions_that_fit_are_asked_about_the_thing(client: httpx.Client) -> None:
    text = page(client, "official/amitabh-prasad")
    address = "/questions/jwgs-co-chaired-by?official=id:official/amitabh-prasad"
    assert f'href="{address}"' in text
    assert "India–Brunei" in client.get(address, headers={"Accept": "text/html"}).text
    assert "co-chair" not in section(page(client, "place/new-delhi"), "questions")


def test_the_json_ld_within_is_that_of_the_file(client: httpx.Client) -> None:
    text = page(client, "official/amitabh-prasad")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    assert json.loads(found[1]) == client.get("/id/official/amitabh-prasad.jsonld").json()


def test_a_long_list_is_counted_and_leads_to_the_rest(client: httpx.Client) -> None:
    text = page(client, "country/IND")
    assert re.match(r"\d+, the same as under what refers to this", row(text, "party to"))
    address = re.search(r'href="(/id/country/IND\?from=defkg%3AhasParty&amp;page=1)">All (\d+)<', text)
    assert address
    seen: set[str] = set()
    for number in (1, 2):
        part = page(client, "country/IND", **{"from": "defkg:hasParty", "page": str(number)})
        seen |= set(re.findall(r'<li><a href="([^"]+)"', part))
    assert len(seen) == int(address[2])
    beyond = client.get("/id/country/IND.html", params={"from": "defkg:hasParty", "page": "3"})
    assert beyond.status_code == 404


def test_all_values_of_a_property_can_be_paged(client: httpx.Client) -> None:
    text = page(client, "country/IND", property="defkg:partyTo", page="2")
    values = re.findall(r"why=\d+#why-\d+", text)
    assert 0 < len(values) < 100
    assert "Page 2 of 2" in words(text)


def test_a_document_tells_what_rests_on_it_and_where_others_differ(client: httpx.Client) -> None:
    text = page(client, "source/2025-12-09-pti-india-brunei-jwg")
    rests = section(text, "rests")
    assert "Participations 9, " in rests
    assert "All 18" in rests
    assert "11 sentences; something rests on each" in rests
    differ = section(text, "differences")
    assert "Structured roadmap: to be developed or implemented" in differ
    assert "be implemented under the joint working group" in differ
    assert "be developed" in differ
    assert section(page(client, "source/2025-11-05-india-israel-jwg"), "differences") == ""
    all_of_them = page(client, "source/2025-12-09-pti-india-brunei-jwg", rests="statement")
    assert len(re.findall(r"<li><a", all_of_them)) == 18


def test_a_claim_shows_the_other_side(client: httpx.Client) -> None:
    differ = section(page(client, "statement/2025-12-09-pti-india-brunei-jwg-s3-capacity-building"), "differences")
    assert "as actual" in differ
    assert "as under exploration" in differ


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=1&page=2",
        "page=" + "9" * 5000,
        "why=-1",
        "why=1%00",
        "property=a%20b",
        "property=nothing:here",
        "property=%3Cscript%3E",
        "from=" + "x" * 60_000,
        "from=%0d%0aX-Injected:%201",
        "from=%ff",
        "property=defkg:hasParty&from=defkg:hasParty",
        "rests=nothing",
        "rests=%22%29",
        "property=javascript:alert(1)",
        "&".join(f"p{n}=1" for n in range(3_000)),
    ],
    ids=lambda query: query[:30],
)
def test_a_wrong_parameter_is_refused_and_never_an_error_of_the_server(client: httpx.Client, query: str) -> None:
    response = client.get(f"/id/country/IND?{query}", headers={"Accept": "text/html"})
    assert response.status_code in (400, 404, 414, 431), response.text
    assert "X-Injected" not in response.headers
    assert "<script>" not in response.text


@pytest.mark.parametrize("suffix", ["", ".ttl", ".html", ".csv"])
def test_what_other_sites_add_to_a_link_is_left_aside(client: httpx.Client, suffix: str) -> None:
    plain, added = (client.get(f"/id/country/IND{suffix}{query}") for query in ("", "?utm_source=x&utm%5Fid="))
    assert (added.status_code, added.content) == (200, plain.content)
    assert added.headers.get("content-location") == plain.headers.get("content-location")
    given = client.get("/id/country/IND?utm_source=x&why=0&page=1", headers={"Accept": "text/html"})
    assert given.headers.get("content-location", "why=0").partition("?")[2] in ("", "why=0&page=1")


def test_differences_are_told_with_what_the_claims_concern_and_whose_they_are(client: httpx.Client) -> None:
    for thing in ("relationship/BRN-IND", "focus-area/capacity-building"):
        assert "as under exploration" in section(page(client, thing), "differences"), thing


def test_marks_of_a_value_in_a_table_are_those_of_its_documents(client: httpx.Client) -> None:
    told = words(page(client, "visit/poh-kui-choon"))
    assert re.search(r"Rajesh Kumar Singh not stated New Delhi \[\d\] \[\d\] ", told), told


def test_a_thing_without_documents_is_not_said_to_be_in_none(client: httpx.Client) -> None:
    assert "No document is cited for what is told here" in page(client, "organisation/ministry-of-defence-brunei")


THING = f"<{ID}thing/x>"
ODD = rf"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
{THING} a ex:Class, <javascript:alert(2)> ;
  skos:prefLabel "</title><script>alert(1)</script>" ;
  skos:altLabel "\"><img src=x onerror=alert(3)>" ;
  ex:json "</script><script>alert(4)</script>" ;
  ex:link <javascript:alert(5)>, <http://user@host.example/a> ;
  <http://example.org/p%3E%22> "odd property" ;
  ex:blank [ ex:inside 1 ] ;
  ex:lang "Grüße"@de ; ex:rtl "\u202Eabc" ; ex:control "\u0007bell" ;
  ex:number "NaN"^^xsd:double, "1e400"^^xsd:double, 12 .
<{ID}thing/long> ex:long "{"x" * 20_000}" .
<{ID}thing/%22%3E%3Cscript%3E> ex:refers {THING} .
<javascript:alert(6)> ex:refers {THING} .
"""


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server of a loose file with odd things, and one of which very much is said."""
    file = tmp_path_factory.mktemp("loose") / "loose.ttl"
    many = [f"<{ID}thing/many> <http://example.org/p{n % 3}> <{ID}thing/n{n}> ." for n in range(9_000)]
    many += [f"<{ID}thing/n{n}> <http://example.org/of> <{ID}thing/many> ." for n in range(9_000)]
    file.write_text(ODD + "\n".join(many))
    with server(file, "--no-check") as running, httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_what_the_data_says_is_inert(loose: httpx.Client) -> None:
    text = page(loose, "thing/x")
    elements = Elements(text).found
    assert [attrs for tag, attrs in elements if tag == "script"] == [{"type": "application/ld+json"}]
    assert not [tag for tag, _ in elements if tag in ("img", "iframe", "object", "style")]
    assert not [name for _, attrs in elements for name in attrs if name.startswith("on") or name == "style"]
    hrefs = [attrs["href"] or "" for _, attrs in elements if "href" in attrs]
    assert [href for href in hrefs if not re.match(r"/(?!/)|#|https?://|data:,$", href)] == []
    assert words(re.findall(r"<h1>.*?</h1>", text)[0]) == "</title><script>alert(1)</script>"
    assert "Grüße" in text
    assert '<span lang="de">' in text
    assert "host.example" in text


def test_the_json_ld_within_holds_what_the_data_says_and_ends_nothing(loose: httpx.Client) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page(loose, "thing/x"), re.DOTALL)
    assert found
    assert "<" not in found[1]
    assert json.loads(found[1]) == loose.get("/id/thing/x.jsonld").json()


def test_a_thing_in_a_loose_file_has_its_facts_and_no_claim_on_what_is_missing(loose: httpx.Client) -> None:
    text = page(loose, "thing/x")
    assert row(text, "http://example.org/lang") == "Grüße"
    assert section(text, "unstated") == ""
    assert "was not worked out for this graph" in text
    assert "Not stated in any source" not in text


def test_a_thing_of_which_much_is_said_has_a_page_of_bounded_size(loose: httpx.Client) -> None:
    text = page(loose, "thing/many")
    assert len(text.encode()) < LARGEST
    assert "All 3,000" in row(text, "http://example.org/p1")
    assert "All 9,000" in section(text, "what-refers")
    assert "does not carry the same as JSON-LD" in text
    part = page(loose, "thing/many", property="http://example.org/p1", page="30")
    assert len(re.findall(rf'href="{quote("/id/thing/n")}\d+"', part)) == 100


def test_a_thing_that_is_only_referred_to_has_a_page(loose: httpx.Client) -> None:
    text = page(loose, "thing/%2522%253E%253Cscript%253E")
    assert "<script" not in text.replace('<script type="application/ld+json">', "")


def test_without_inference_nothing_is_marked_as_inferred() -> None:
    with server("--no-check", "--no-inference") as running, httpx.Client(base_url=running.address) as client:
        text = page(client, "meeting/india-brunei-jwg-1")
        assert "inferred: why?" not in text
        assert row(text, "held at") == "New Delhi [1]"
        assert section(text, "unstated") == ""
        assert section(text, "what-refers")
