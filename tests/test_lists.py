"""Lists of things: complete, in order, narrowed by choices whose counts are right, as pages and as data."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from html.parser import HTMLParser

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, RdfFormat, Store, parse

from defkg.dataset import Dataset
from defkg.kinds import kinds
from defkg.terms import DCTERMS, ID, ONTOLOGY, PREFIXES, RDF, RDFS, SKOS, Term
from defkg.web.lists.choices import Choices
from defkg.web.lists.data import CSV, request
from defkg.web.lists.listing import PAGE, SORTED, agreed_only, count, entries
from tests.conftest import HEAD
from tests.server import Server, server

HTML = {"Accept": "text/html"}
EVIL = "<script>alert(1)</script>\"'&"
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
HOSTILE = ("country=%ff", "country=%ED%A0%80", "x=" + "a" * 60_000, "&".join(f"a{n}=" for n in range(5_000)))
QUOTED = json.dumps(EVIL)
LOOSE = f"""{HEAD}
id:meeting\\/late a defkg:Meeting, defkg:Event ; skos:prefLabel "Late" ; defkg:earliest "2020-01-01"^^xsd:date ;
    defkg:latest "2020-12-31"^^xsd:date ; defkg:datePrecision "year" ; defkg:date "2020" ; defkg:dateBasis "inferred" .
id:meeting\\/early a defkg:Meeting, defkg:Event ; skos:prefLabel "Early" ; defkg:latest "2019-05-01"^^xsd:date ;
    defkg:date "[..2019-05-01]" ; defkg:datePrecision "bounded" .
id:meeting\\/newyear a defkg:Meeting, defkg:Event ; skos:prefLabel "New Year" ; defkg:date "2020-12-31/2021-01-01" ;
    defkg:earliest "2020-12-31"^^xsd:date ; defkg:latest "2021-01-01"^^xsd:date .
id:meeting\\/never a defkg:Meeting, defkg:Event ; skos:prefLabel "Aardvark" .
id:meeting\\/unnamed a defkg:Meeting, defkg:Event .
<https://w3id.org/defkg/id/odd%20kind/x%2Fy> a <javascript:alert(1)> ; rdfs:label {QUOTED} .
id:place\\/a a defkg:Place ; skos:prefLabel {QUOTED} ; rdfs:label "B"@en, "A"@en .
id:official\\/o a defkg:Official ; skos:prefLabel "O" .
<https://example.org/other> a defkg:Official ; skos:prefLabel "Elsewhere" .
"""


@pytest.fixture(scope="module")
def bundled() -> Iterator[Server]:
    with server("--no-check") as running:
        yield running


@pytest.fixture(scope="module")
def bare() -> Iterator[Server]:
    with server("--no-check", "--no-inference") as running:
        yield running


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("loose") / "loose.ttl"
    path.write_text(LOOSE)
    with server(path) as running:
        yield running


class Parsed(HTMLParser):
    """A page: the links of its list, the links that narrow it with their counts, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.entries: list[str] = []
        self.facets: list[tuple[str, int]] = []
        self.text = ""
        self._part = ""
        self._href = ""
        self._tag = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given, self._tag = dict(attrs), tag
        self._part = {"ol": "entries", "section": given.get("id") or ""}.get(tag, self._part)
        if tag == "a":
            self._href = given.get("href") or ""
            if self._part == "entries":
                self.entries.append(self._href)

    def handle_endtag(self, tag: str) -> None:
        self._part = "" if tag == "ol" else self._part

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._part == "narrow" and self._tag == "span" and re.fullmatch(r"[\d,]+", data.strip()) and self._href:
            self.facets.append((self._href, int(data.replace(",", ""))))
            self._href = ""


def page(running: Server, path: str, status: int = 200) -> Parsed:
    response = running.client.get(running.address + path, headers=HTML)
    assert response.status_code == status, path
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Parsed(response.text)


def rows(running: Server, path: str) -> list[dict[str, str]]:
    response = running.client.get(running.address + path, headers={"Accept": "text/csv"})
    assert response.status_code == 200, (path, response.text)
    assert response.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.text)))


def under(dataset: Dataset, name: str) -> set[str]:
    subjects = {row["x"] for row in dataset.select("SELECT DISTINCT ?x WHERE { ?x a ?class }")}
    return {s.value for s in subjects if isinstance(s, NamedNode) and s.value.startswith(f"{ID}{name}/")}


def test_all_kinds_are_listed_with_their_counts(bundled: Server, closed: Dataset) -> None:
    told = rows(bundled, "/id/.csv")
    assert len(told) > 30
    assert {row["kind"]: int(row["count"]) for row in told} == {
        row["kind"]: len(under(closed, row["kind"])) for row in told
    }
    overview = bundled.client.get(f"{bundled.address}/id/", headers=HTML).text
    for row in told:
        assert re.search(rf'href="/id/{row["kind"]}/">[^<]+</a> <span>{row["count"]}</span>', overview), row


def test_each_list_has_each_thing_once_on_its_pages_and_in_its_file(bundled: Server, closed: Dataset) -> None:
    for row in rows(bundled, "/id/.csv"):
        kind, total = row["kind"], int(row["count"])
        listed = [line["iri"] for line in rows(bundled, f"/id/{kind}.csv")]
        assert set(listed) == under(closed, kind)
        assert len(listed) == total
        shown = [href for n in range(-(-total // PAGE)) for href in page(bundled, f"/id/{kind}/?page={n + 1}").entries]
        assert len(shown) == total
        assert {ID + href.removeprefix("/id/") for href in shown} == set(listed)


@pytest.mark.parametrize(
    "kind", ["meeting", "mechanism", "agreement", "participation", "organisation", "source", "official"]
)
def test_a_count_is_how_many_things_the_list_then_has(bundled: Server, kind: str) -> None:
    first = page(bundled, f"/id/{kind}/").facets
    assert first
    for href, number in first:
        assert len(rows(bundled, href.replace("/?", "/.csv?"))) == number, href


def test_choices_narrow_together_and_their_counts_are_of_both(bundled: Server) -> None:
    seen = 0
    for start in ("/id/meeting/?country=JPN", "/id/agreement/?year=2015", "/id/mechanism/?class=JointWorkingGroup"):
        for href, number in page(bundled, start).facets:
            assert len(rows(bundled, href.replace("/?", "/.csv?"))) == number, href
            seen += 1
    assert seen > 40
    both = rows(bundled, "/id/agreement/.csv?country=JPN&year=2015")
    assert {row["class"].removeprefix(ONTOLOGY) for row in both} == {
        "EquipmentTechnologyAgreement",
        "InformationSecurityAgreement",
    }


def test_what_excludes_another_choice_takes_its_place(bundled: Server) -> None:
    hrefs = [href for href, _ in page(bundled, "/id/meeting/?year=2018&country=JPN").facets]
    assert "/id/meeting/?country=JPN&year=2019" in hrefs
    assert "/id/meeting/?year=2018&country=JPN&country=IND" in hrefs
    assert not [href for href in hrefs if href.count("year=") > 1 or href.count("country=JPN") > 1]
    assert "/id/meeting/?country=JPN&year=2018" not in hrefs


def test_a_choice_can_be_taken_back(bundled: Server) -> None:
    text = bundled.client.get(f"{bundled.address}/id/meeting/?year=2018&country=JPN", headers=HTML).text
    chosen = unescape(text.partition('class="chosen"')[2].partition("</ul>")[0])
    assert re.findall(r'href="([^"]*)"', chosen) == [
        "/id/meeting/?country=JPN",
        "/id/meeting/?year=2018",
        "/id/meeting/",
    ]
    assert "<b>Japan</b>" in chosen


def test_a_list_is_narrowed_as_far_as_it_goes_and_no_further(bundled: Server) -> None:
    shown, choices = page(bundled, "/id/meeting/?country=ISR"), 1
    while narrower := [href for href, _ in shown.facets if href.count("=") > choices]:
        shown, choices = page(bundled, narrower[-1]), choices + 1
    assert choices == 20


def test_an_empty_list_says_so_and_denies_nothing(bundled: Server) -> None:
    shown = page(bundled, "/id/meeting/?country=JPN&country=BRN")
    assert shown.entries == []
    assert "That is not a denial" in shown.text
    assert rows(bundled, "/id/meeting/.csv?country=JPN&country=BRN") == []


def test_events_stand_by_date_and_those_without_one_apart(loose: Server) -> None:
    shown = page(loose, "/id/meeting/")
    assert [href.rpartition("/")[2] for href in shown.entries[:4]] == ["early", "late", "newyear", "never"]
    dated, _, undated = shown.text.partition("Without a date")
    assert re.search(r"on or before 2019-05-01(?! \(inferred)", dated)
    assert "2020 (inferred)" in dated
    assert "Aardvark" in undated
    assert "Late" not in undated.partition("All 5")[0]
    assert ("/id/meeting/?precision=undated", 2) in shown.facets
    assert ("/id/meeting/?year=2020", 1) in shown.facets
    assert [href for href, _ in shown.facets if "year=" in href] == ["/id/meeting/?year=2020"]


def test_undated_events_come_after_the_dated_on_all_pages_together() -> None:
    store = Store()
    store.load(LOOSE.encode(), format=RdfFormat.TURTLE)
    kind = kinds(partial(select, store))["meeting"]
    shown = [entry.label for entry in entries(partial(select, store), Choices(kind), 5)]
    assert shown == ["Early", "Late", "New Year", "Aardvark", "id:meeting/unnamed"]


def select(store: Store, query: str) -> list[dict[str, Term]]:
    found = store.query(query, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in found]


def test_other_things_stand_by_name(bundled: Server) -> None:
    told = rows(bundled, "/id/organisation.csv")
    assert len(told) > 20
    assert told == sorted(told, key=lambda row: (row["label"], row["iri"]))
    by_name = sorted(told, key=lambda row: (row["label"].lower(), row["iri"]))
    assert [ID + href.removeprefix("/id/") for href in page(bundled, "/id/organisation/").entries] == [
        r["iri"] for r in by_name
    ]


def test_an_agreement_has_the_date_of_what_dates_it(bundled: Server) -> None:
    text = page(bundled, "/id/agreement/").text
    assert "signed on or before 2025-12-09 (inferred)" in text
    assert "concluded 2015" in text


def test_rows_date_agreements_and_say_how_each_date_is_known(bundled: Server) -> None:
    told = {row["iri"].rpartition("/")[2]: row for row in rows(bundled, "/id/agreement.csv")}
    assert {key for key, row in told.items() if not row["date"]} == {"india-japan-memorandum"}
    assert known(told["india-thailand-mou"]) == ("2012", "2012-01-01", "2012-12-31", "year", "stated")
    assert known(told["india-israel-mou"]) == ("[..2025-11-05]", "", "2025-11-05", "bounded", "inferred")
    assert told["india-thailand-mou"]["date_of"] == f"{ID}signing/india-thailand-mou"
    assert told["india-japan-detc-agreement"]["date_of"] == f"{ID}meeting/india-japan-annual-summit-2015"
    assert {row["basis"] for row in rows(bundled, "/id/meeting.csv")} == {"inferred", "stated"}


def test_rows_credit_a_date_only_to_the_documents_that_give_it(bundled: Server) -> None:
    told = {row["iri"].rpartition("/")[2]: row for row in rows(bundled, "/id/agreement.csv")}
    terms = told["india-brunei-jwg-terms-of-reference"]
    dated, undated = f"{ID}source/2025-12-09-pti-india-brunei-jwg", f"{ID}source/undated-india-brunei-jwg"
    assert (terms["date_sources"], set(terms["sources"].split())) == (dated, {dated, undated})


def test_rows_of_a_list_too_long_to_group_say_how_dates_are_known(closed: Dataset) -> None:
    query = request(Choices(kinds(closed.select)["agreement"]), CSV, long=True).query
    told = [row for row in closed.select(query) if "date" in row]
    assert len(told) == 7
    assert {str(row["basis"].value) for row in told if isinstance(row["basis"], Literal)} == {"inferred", "stated"}


def known(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("date", "earliest", "latest", "precision", "basis"))


def test_a_mechanism_that_was_only_agreed_to_is_told_apart(bundled: Server) -> None:
    items = page(bundled, "/id/mechanism/").text.split("India–Thailand Joint Working Group")
    assert "agreed to; no meeting stated" in items[1].partition("\n\n")[0]
    assert "".join(items).count("agreed to; no meeting stated") == 1


def test_what_an_agreement_establishes_is_not_only_agreed_to() -> None:
    store = Store()
    agreed = "id:visit\\/v defkg:agreedToEstablish id:mechanism\\/a, id:mechanism\\/b, id:mechanism\\/c ."
    later = "id:agreement\\/t defkg:establishes id:mechanism\\/b . id:meeting\\/m defkg:meetingOf id:mechanism\\/c ."
    store.load(f"{HEAD}{agreed}{later}".encode(), format=RdfFormat.TURTLE)
    things = [f"{ID}mechanism/{key}" for key in "abcd"]
    assert agreed_only(partial(select, store), things) == {things[0]}


def test_files_of_triples_hold_types_and_names_as_the_graph_has_them(bundled: Server, closed: Dataset) -> None:
    told = (RDFS + "label", SKOS + "prefLabel", DCTERMS + "title", RDF + "type")
    wanted = {
        quad.triple
        for quad in closed.store.quads_for_pattern(None, None, None, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
        and quad.subject.value.startswith(f"{ID}agreement/")
        and quad.predicate.value in told
    }
    assert len(wanted) > 20
    for ending, form in FORMATS.items():
        body = bundled.client.get(f"{bundled.address}/id/agreement/.{ending}").content
        assert {quad.triple for quad in parse(body, format=form)} == wanted, ending


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/csv", "text/csv"),
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/plain", "application/n-triples"),
    ],
)
def test_a_list_comes_as_it_is_asked_for(bundled: Server, accept: str, media_type: str) -> None:
    response = bundled.client.get(f"{bundled.address}/id/visit/?year=2025", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media_type)
    fixed = bundled.client.get(bundled.address + response.headers["content-location"], headers={"Accept": "image/png"})
    assert fixed.headers["content-type"] == response.headers["content-type"]
    assert fixed.text == response.text


def test_a_list_that_a_client_cannot_take_is_not_acceptable(bundled: Server) -> None:
    response = bundled.client.get(f"{bundled.address}/id/visit/", headers={"Accept": "image/png"})
    assert response.status_code == 406


def test_addresses_of_files(bundled: Server) -> None:
    same = {bundled.client.get(f"{bundled.address}/id/visit{end}").text for end in (".csv", "/.csv", "/?format=csv")}
    assert len(same) == 1
    moved = bundled.client.get(f"{bundled.address}/id")
    assert (moved.status_code, moved.headers["location"]) == (308, "/id/")


def test_a_page_that_is_known_is_not_sent_again(bundled: Server) -> None:
    address = f"{bundled.address}/id/visit/"
    first = bundled.client.get(address, headers=HTML)
    again = bundled.client.get(address, headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert bundled.client.head(address, headers=HTML).headers["content-type"] == "text/html; charset=utf-8"
    assert bundled.client.post(address).status_code == 405
    assert 'rel="alternate"; type="text/csv"' in first.headers["link"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/id/vist/", 404, "did you mean visit"),
        ("/id/%00/", 404, "There is no such list"),
        ("/id/%ff/", 404, "There is no such list"),
        ("/id/visit/?country=XXX", 404, "nothing that this graph knows"),
        ("/id/visit/?class=Nothing", 404, "nothing that this graph knows"),
        ("/id/visit/?document=nothing", 404, "nothing that this graph knows"),
        ("/id/visit/?contry=IND", 400, "did you mean country"),
        ("/id/visit/?year=20", 400, "a year of four digits"),
        ("/id/visit/?year=2018&year=2019", 400, "is there twice"),
        ("/id/visit/?precision=exact", 400, "one of day, month"),
        ("/id/visit/?country=%00", 400, "a country by its ISO code"),
        ("/id/visit/?country=a%0d%0aSet-Cookie:x", 400, "a country by its ISO code"),
        ("/id/visit/?country=%3E%20%7D%20%23", 400, "a country by its ISO code"),
        ("/id/visit/?class=nope:X", 400, "a class, such as Meeting"),
        ("/id/visit/?page=0", 400, "a number from 1 on"),
        ("/id/visit/?page=x", 400, "a number from 1 on"),
        ("/id/visit/?page=2", 404, "This list has 1 page,"),
        ("/id/visit/?page=1&page=2", 400, "page= is there 2 times"),
        ("/id/visit/?" + "&".join(f"country=A{n}" for n in range(21)), 400, "20 choices at most"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_words(bundled: Server, path: str, status: int, words: str) -> None:
    assert words in page(bundled, path, status).text
    data = bundled.client.get(bundled.address + path, headers={"Accept": "text/csv"})
    if "page=" not in path:
        assert (data.status_code, words in data.json()["detail"] or data.status_code == 404) == (status, True)
    else:
        assert data.status_code == 400


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_parameters_are_refused(bundled: Server, query: str) -> None:
    assert bundled.client.get(f"{bundled.address}/id/visit/?{query}").status_code in (400, 414)


@pytest.mark.parametrize(
    "path",
    ["/id/visit/?format=xls", "/id/visit/.csv?format=csv", "/id/visit/.csv?page=1", "/id/?kind=visit", "/id/.csv?x=1"],
)
def test_what_would_not_be_heeded_is_refused(bundled: Server, path: str) -> None:
    assert bundled.client.get(bundled.address + path).status_code == 400


@pytest.mark.parametrize("path", ["/id/visit/.xls", "/id/nothing.csv", "/id/.xls", "/id/nothing/.csv"])
def test_files_that_there_are_not(bundled: Server, path: str) -> None:
    assert bundled.client.get(bundled.address + path).status_code == 404


def test_without_inference_a_list_is_as_long(bare: Server, bundled: Server) -> None:
    for kind in ("agreement", "mechanism", "organisation", "participation"):
        assert {row["iri"] for row in rows(bare, f"/id/{kind}.csv")} == {
            row["iri"] for row in rows(bundled, f"/id/{kind}.csv")
        }
        shown = page(bare, f"/id/{kind}/")
        assert shown.facets
        for href, number in shown.facets:
            assert len(rows(bare, href.replace("/?", "/.csv?"))) == number, href


def test_labels_and_classes_of_whatever_kind_are_inert(loose: Server) -> None:
    for path in ("/id/place/", "/id/odd%2520kind/"):
        response = loose.client.get(loose.address + path, headers=HTML)
        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert 'href="javascript' not in response.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text
    (place,) = rows(loose, "/id/place.csv")
    assert place["label"] == EVIL


def test_a_list_has_only_what_has_an_address_in_it(loose: Server) -> None:
    assert [row["iri"] for row in rows(loose, "/id/official.csv")] == [ID + "official/o"]
    assert len(page(loose, "/id/official/").entries) == 1


def test_a_thing_without_a_name_goes_by_its_iri(loose: Server) -> None:
    assert "id:meeting/unnamed" in page(loose, "/id/meeting/").text


def test_a_list_that_is_too_long_to_sort_has_each_thing_once(closed: Dataset) -> None:
    kind = kinds(closed.select)["statement"]
    choices = [Choices(kind, page=number) for number in (1, 2)]
    total = count(closed.select, choices[0])
    shown = [entry.iri for one in choices for entry in entries(closed.select, one, SORTED + 1)]
    assert sorted(shown) == sorted(under(closed, "statement"))
    assert total == len(shown) > PAGE
