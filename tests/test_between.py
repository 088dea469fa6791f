"""What is between two countries, and between all of them: pages and CSV, by a server."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Server, server

HTML = {"Accept": "text/html"}
SMALL = """
@prefix defkg: <https://w3id.org/defkg/ontology#> .
@prefix id: <https://w3id.org/defkg/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/defkg/id/country/AAA> a defkg:Country ; skos:prefLabel "<script>alert(1)</script>" .
<https://w3id.org/defkg/id/country/BBB> a defkg:Country ; skos:notation "BBB" ; skos:prefLabel "Beta" .
<https://w3id.org/defkg/id/country/CCC> a defkg:Country ; skos:prefLabel "Gamma" .
<https://w3id.org/defkg/id/country/DDD> a defkg:Country ; skos:prefLabel "Delta" .
<javascript:alert(1)> a defkg:Event, defkg:Meeting ; skos:prefLabel "A meeting with a bad address" ;
    defkg:hasParty <https://w3id.org/defkg/id/country/AAA>, <https://w3id.org/defkg/id/country/BBB> ;
    defkg:date "2020-05" ; defkg:dateBasis "stated" .
<https://w3id.org/defkg/id/mechanism/counted> a defkg:Mechanism ; defkg:meetingCount 3 ;
    skos:prefLabel "Counted talks" ;
    defkg:hasParty <https://w3id.org/defkg/id/country/AAA>, <https://w3id.org/defkg/id/country/BBB> .
<https://w3id.org/defkg/id/agreement/with-navy> a defkg:Agreement ; skos:prefLabel "Pact with a navy" ;
    defkg:hasParty <https://w3id.org/defkg/id/country/AAA>, <https://w3id.org/defkg/id/country/BBB>, <urn:navy> .
<https://w3id.org/defkg/id/agreement/three> a defkg:Agreement ; skos:prefLabel "Treaty of three" ;
    defkg:hasParty <https://w3id.org/defkg/id/country/AAA>, <https://w3id.org/defkg/id/country/BBB>,
        <https://w3id.org/defkg/id/country/CCC> .
"""


SPLIT = """
@prefix d: <https://w3id.org/defkg/ontology#> .
@prefix c: <https://w3id.org/defkg/id/country/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
c:AAA a d:Country ; skos:prefLabel "Alpha" . c:BBB a d:Country ; skos:prefLabel "Beta" .
<urn:talks> a d:Event ; skos:prefLabel "Talks" ; d:hasParty c:AAA, c:BBB .
<urn:ann> skos:prefLabel "Ann" . <urn:first> skos:prefLabel "First Secretary" .
<urn:second> skos:prefLabel "Second Secretary" . <urn:role> skos:prefLabel "speaker" .
<urn:p> d:inEvent <urn:talks> ; d:participant <urn:ann> ; d:role <urn:role> ; d:onBehalfOf c:AAA ;
    d:inCapacityOf <urn:first>, <urn:second> .
<https://w3id.org/defkg/id/source/a> { <urn:p> d:participant <urn:ann> ; d:inCapacityOf <urn:first> . }
<https://w3id.org/defkg/id/source/b> { <urn:p> d:participant <urn:ann> ; d:inCapacityOf <urn:second> ;
    d:onBehalfOf c:AAA . }
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server("--no-check") as started:
        yield started


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path: Path = tmp_path_factory.mktemp("small") / "small.ttl"
    path.write_text(SMALL, encoding="utf-8")
    with server(path) as started:
        yield started


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path: Path = tmp_path_factory.mktemp("split") / "split.trig"
    path.write_text(SPLIT, encoding="utf-8")
    with server(path) as started:
        yield started


def page(running: Server, address: str, status: int = 200) -> str:
    response = running.client.get(running.address + address, headers=HTML)
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"].startswith("text/html")
    assert len(response.content) < 100_000
    return response.text


def text(html: str) -> str:
    """What a reader sees, without tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def section(html: str, name: str) -> str:
    """What stands under one heading."""
    found = re.search(rf'<h2 id="{name}">(.*?)(?=<h2|</main>)', html, re.DOTALL)
    assert found, f"there is no part {name}"
    return text(found[1])


def rows(running: Server, address: str) -> list[dict[str, str]]:
    response = running.client.get(running.address + address)
    assert response.status_code == 200, response.text[:500]
    assert response.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.text)))


def test_both_orders_of_a_pair_are_one_page_with_one_canonical_address(running: Server) -> None:
    one, other = page(running, "/between/IND/BRN"), page(running, "/between/BRN/IND")
    assert one == other
    assert '<link rel="canonical" href="/between/BRN/IND">' in one


def test_a_mechanism_that_is_only_agreed_to_has_not_met(running: Server) -> None:
    told = section(page(running, "/between/IND/THA"), "mechanism")
    assert (
        "agreed to at India–Thailand defence talks, 12 December 2024 (2024-12-12, inferred) no meeting stated" in told
    )
    assert "has met" not in told


def test_a_mechanism_tells_its_last_meeting_with_the_precision_of_its_date(running: Server) -> None:
    told = section(page(running, "/between/IND/ISR"), "mechanism")
    assert "has met; 17th meeting:" in told
    assert "(on or before 2025-11-05, inferred)" in told
    japan = section(page(running, "/between/IND/JPN"), "mechanism")
    assert "has met: 2+2 Dialogue (India–Japan), June 2018 (2018-06)" in japan
    assert "met 7 times as stated" in japan


def test_an_agreement_between_forces_belongs_to_the_pair_and_says_whose_it_is(running: Server) -> None:
    told = section(page(running, "/between/IND/JPN"), "agreement")
    assert "parties: Indian Armed Forces , Self Defense Forces of Japan and not the two states" in told
    signed = told.index("signed Signing of the agreement concerning Reciprocal")
    assert signed < told.index("put into operation")
    assert told.count("not the two states") == 1


def test_what_is_multilateral_stands_apart(running: Server) -> None:
    html = page(running, "/between/IND/JPN")
    for name in ("MALABAR", "MILAN", "MILAN 2022"):
        assert name in section(html, "multilateral")
    assert "MALABAR" not in section(html, "exercise")
    assert "MILAN 2022" not in section(html, "event")


def test_a_date_that_only_one_of_two_documents_states_names_it(running: Server) -> None:
    html = page(running, "/between/BRN/IND")
    row = next(part for part in html.split("<tr>") if "Inaugural meeting" in part and 'class="when"' in part)
    dated, _, rest = row.partition("</td>")
    assert re.findall(r"\[(\d)\]", dated) == ["1"]
    assert re.findall(r"\[(\d)\]", rest)[-2:] == ["1", "2"]
    assert "2025-12-09, inferred" in dated
    first = re.search(r'<li id="d1"><a href="([^"]+)"', html)
    assert first
    assert first[1].endswith("/2025-12-09-pti-india-brunei-jwg")


def test_a_place_or_a_length_that_only_one_document_states_names_it(running: Server) -> None:
    told = section(page(running, "/between/BRN/IND"), "event")
    assert "1st of its series [1] at New Delhi [1] [1] [2]" in told
    assert "lasted 2 days [2] [1] [2]" in told


def test_officials_are_told_with_side_role_and_post_or_that_it_is_not_stated(running: Server) -> None:
    told = section(page(running, "/between/BRN/IND"), "officials")
    assert "Amitabh Prasad India co-chair Inaugural meeting" in told
    assert "Amitabh Prasad India signatory Signing of the Terms of Reference" in told
    assert "Poh Kui Choon side not stated visitor" in told
    thai = section(page(running, "/between/IND/THA"), "officials")
    assert "Amitabh Prasad India head of delegation" in thai
    assert "co-chair" not in thai


def test_what_no_document_states_is_said_and_nothing_else(running: Server) -> None:
    brunei = section(page(running, "/between/BRN/IND"), "unstated")
    assert "No exercise between the two is stated" in brunei
    assert "No visit" not in brunei
    thailand = section(page(running, "/between/IND/THA"), "unstated")
    assert "No visit between the two is stated" in thailand
    assert "No exercise" not in thailand
    assert "No meeting is stated of: India–Thailand Joint Working Group" in thailand
    japan = section(page(running, "/between/IND/JPN"), "unstated")
    assert "No date is stated of: Memorandum of Defence Cooperation and Exchanges" in japan
    assert "Agreement on Security of Classified Military Information" not in japan, "it is dated by the summit"
    assert "India-Japan Joint Working Group on Defence Equipment" not in japan.split("No meeting is stated of")[1][:300]


def test_topics_keep_the_verb_of_the_documents(running: Server) -> None:
    html = page(running, "/between/BRN/IND")
    told = section(html, "topics")
    assert "Topic discussed prioritised agreed workstream on will explore concerns" in told
    assert "maritime security 1 1 nothing stated nothing stated 6" in told


def test_claims_keep_their_modality_and_who_made_them(running: Server) -> None:
    html = page(running, "/between/IND/THA")
    made = section(html, "commitment")
    assert "India and Thailand are to look into producing military hardware together. under exploration" in made
    assert "no speaker stated" in made
    assert "Nagesh Singh" in section(html, "statement")


def test_the_two_countries_are_told_where_they_speak_or_hold_something(running: Server) -> None:
    told = section(page(running, "/between/BRN/IND"), "statement")
    row = told.index("reaffirmed that both are committed to peace")
    assert "Affirmation actual Brunei , India [1]" in told[row : row + 250]
    held = section(page(running, "/between/IND/JPN"), "event")
    assert "First 2+2 Ministerial Dialogue (India–Japan) 1st of its series in India [1]" in held


def test_what_became_of_a_thing_names_the_documents_of_its_date_and_number(running: Server) -> None:
    html = page(running, "/between/BRN/IND")
    assert "has met; 1st meeting: [1] Inaugural meeting" in section(html, "mechanism")
    assert "(2025-12-09, inferred) [1] [1] [2]" in section(html, "mechanism")
    assert "(on or before 2025-12-09, inferred) [1] [1] [2]" in section(html, "agreement")


def test_a_post_is_credited_to_the_documents_that_state_it(running: Server, split: Server) -> None:
    told = section(page(running, "/between/BRN/IND"), "officials")
    assert "Visit of Poh Kui Choon to DPSU Bhawan Deputy Permanent Secretary [2] [1] [2]" in told
    both = section(page(split, "/between/AAA/BBB"), "officials")
    assert "Ann Alpha [2] speaker Talks First Secretary [1] , Second Secretary [2] [1] [2]" in both


def test_where_documents_differ_both_sides_stand(running: Server) -> None:
    told = section(page(running, "/between/BRN/IND"), "differences")
    assert "Structured roadmap: to be developed or implemented" in told
    assert "[1] as agreed" in told
    assert "[2] as agreed" in told


def test_an_edition_is_missed_of_a_multilateral_exercise_too(running: Server) -> None:
    told = section(page(running, "/between/IND/JPN"), "unstated")
    missed = told.split("No edition is stated of:")[1].split("Who took part")[0]
    assert "MALABAR" in missed
    assert "MILAN" not in missed


def test_the_picture_says_what_is_dated(running: Server) -> None:
    html = page(running, "/between/IND/THA")
    assert "<svg" in html
    assert "India–Thailand defence talks, 12 December 2024: 2024-12-12, inferred" in html


def test_nothing_between_two_countries_is_no_denial(running: Server) -> None:
    told = text(page(running, "/between/BRN/THA"))
    assert "No document in this graph states anything between the two. That is not a denial." in told


def test_codes_that_are_unknown_or_the_same_are_told_with_what_is_near(running: Server) -> None:
    told = page(running, "/between/IND/TAH", 404)
    assert 'href="/between/THA/IND"' in told
    assert "two countries" in page(running, "/between/IND/IND", 404)
    problem = running.client.get(f"{running.address}/between/IND/ISREAL.csv").json()
    assert problem["status"] == 404
    assert "ISR" in problem["near"]


def test_small_letters_lead_to_capitals(running: Server) -> None:
    for address, target in (("/between/ind/Tha", "/between/IND/THA"), ("/between/ind/tha.csv", "/between/IND/THA.csv")):
        response = running.client.get(running.address + address)
        assert (response.status_code, response.headers["location"]) == (308, target)


@pytest.mark.parametrize(
    "code", ["%00", "%0d%0aX:1", "..%2f..", "%22%3E", "%ff", "%ed%a0%80", "A" * 5000, "%3Cx%3E", "ß", " "]
)
def test_odd_codes_are_not_found(running: Server, code: str) -> None:
    for address in (f"/between/{code}/IND", f"/between/IND/{code}", f"/between/IND/{code}.csv"):
        response = running.client.get(running.address + address, headers=HTML)
        assert response.status_code in (308, 404), response.text
        assert "x" not in response.headers
        if response.status_code == 308:
            assert response.headers["location"].startswith("/between/")


def test_a_pair_as_csv_has_every_thing_with_its_documents(running: Server) -> None:
    found = {row["thing"].rpartition("/id/")[2]: row for row in rows(running, "/between/IND/JPN.csv")}
    milan = found["exercise-edition/milan-2022"]
    assert (milan["date"], milan["precision"], milan["basis"], milan["multilateral"]) == (
        "2022",
        "year",
        "inferred",
        "true",
    )
    assert found["agreement/tokyo-declaration"]["date"] == "2014-09"
    assert all(row["sources"].startswith("https://w3id.org/defkg/id/source/") for row in found.values())
    assert {"mechanism", "agreement", "exercise", "meeting", "statement"} <= {name.split("/")[0] for name in found}
    accepted = running.client.get(f"{running.address}/between/IND/JPN", headers={"Accept": "text/csv"})
    assert len(list(csv.DictReader(io.StringIO(accepted.text)))) == len(found)


def test_a_pair_as_csv_keeps_apart_what_is_told_beside_it_and_whose_a_date_is(running: Server) -> None:
    found = {row["thing"].rpartition("/id/")[2]: row for row in rows(running, "/between/BRN/IND.csv")}
    assert found["inauguration/dpsu-bhawan"]["told"] == "beside"
    assert found["meeting/india-brunei-jwg-1"]["told"] == "between"
    pact = found["agreement/india-brunei-jwg-terms-of-reference"]
    assert (pact["date"], pact["basis"]) == ("[..2025-12-09]", "inferred")
    assert pact["date_of"].endswith("/id/signing/india-brunei-jwg-terms-of-reference")
    assert pact["date_sources"].endswith("/2025-12-09-pti-india-brunei-jwg")
    assert len(pact["sources"].split()) == 2
    japan = {row["thing"].rpartition("/id/")[2]: row for row in rows(running, "/between/IND/JPN.csv")}
    assert japan["agreement/india-japan-detc-agreement"]["date"] == "2015"


def test_the_rows_of_a_pair_as_csv_stand_in_one_order(running: Server) -> None:
    found = rows(running, "/between/IND/JPN.csv")
    parts = ("mechanism", "agreement", "exercise", "meeting", "statement")
    first = [next(i for i, row in enumerate(found) if f"/id/{part}/" in row["thing"]) for part in parts]
    assert first == sorted(first)
    for part in parts:
        own = [(row["date"] or "~", row["thing"]) for row in found if f"/id/{part}/" in row["thing"]]
        assert own == sorted(own), part


def test_the_matrix_counts_and_leads_to_the_pairs(running: Server) -> None:
    html = page(running, "/between/?by=exercise")
    assert '<td><a href="/between/IND/JPN#exercise">7</a></td>' in html
    counted = {(row["one"], row["other"], row["kind"]): int(row["count"]) for row in rows(running, "/between.csv")}
    assert counted["IND", "JPN", "mechanism"] == 12
    assert counted["IND", "THA", "meeting"] == 1
    assert ("BRN", "IND", "exercise") not in counted
    assert text(html).count("nothing stated") > 10


def test_the_matrix_of_one_country_has_its_partners(running: Server) -> None:
    found = rows(running, "/between.csv?country=IND&by=topic")
    topic = "https://w3id.org/defkg/id/focus-area/maritime-security"
    assert {row["partner"]: row["count"] for row in found if row["item"] == topic} == {"BRN": "7", "ISR": "1"}
    html = page(running, "/between/?country=IND&by=mechanism")
    assert "Joint working group 1 1 1 1" in text(html)
    assert "India and its partners" in text(html)
    assert "outside any series" in page(running, "/between/?country=IND&by=meeting")


def test_two_countries_in_the_form_lead_to_their_page(running: Server) -> None:
    response = running.client.get(f"{running.address}/between/?country=ind&with=THA&by=")
    assert (response.status_code, response.headers["location"]) == (303, "/between/IND/THA")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("by=colour", 400),
        ("page=0", 400),
        ("page=1e9", 400),
        ("by=topic&by=topic", 400),
        ("country=ZZZ", 404),
    ],
)
def test_what_the_matrix_does_not_take_is_refused(running: Server, query: str, status: int) -> None:
    assert running.client.get(f"{running.address}/between/?{query}").status_code == status


def test_unknown_parameters_are_passed_over_on_pages_and_refused_of_tables(running: Server) -> None:
    for address in ("/between/", "/between/IND/THA"):
        page(running, f"{address}?utm_source=x")
    for address in ("/between.csv", "/between/IND/THA.csv"):
        assert running.client.get(f"{running.address}{address}?utm_source=x").status_code == 400


def test_a_page_beyond_the_last_says_so(running: Server) -> None:
    assert "There is no page 9" in text(page(running, "/between/?page=9"))


def test_methods_and_validators(running: Server) -> None:
    first = running.client.get(f"{running.address}/between/IND/THA", headers=HTML)
    again = running.client.get(first.url, headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert running.client.post(f"{running.address}/between/IND/THA").status_code == 405
    assert running.client.get(f"{running.address}/between").headers["location"] == "/between/"
    refused = running.client.get(f"{running.address}/between/", headers={"Accept": "image/png"})
    assert refused.status_code == 406


def test_loose_files_have_pages_too_and_nothing_in_them_runs(small: Server) -> None:
    html = page(small, "/between/AAA/BBB")
    assert "<script>alert" not in html
    assert "javascript:" not in html
    assert "A meeting with a bad address" in section(html, "event")
    assert "2020-05" in section(html, "event")
    assert "Treaty of three defkg:Agreement with Gamma" in section(html, "multilateral")
    assert "This server infers nothing" in text(html)
    assert "Delta" in text(page(small, "/between/")).split("stand in no pair")[1]


def test_what_is_only_counted_by_a_document_is_not_called_unstated(small: Server) -> None:
    html = page(small, "/between/AAA/BBB")
    assert "met 3 times as stated" in section(html, "mechanism")
    told = section(html, "unstated")
    assert "No meeting is stated of" not in told
    assert "How it came about is not stated of: Counted talks" in told


def test_states_that_are_parties_beside_a_force_are_not_denied(small: Server) -> None:
    told = section(page(small, "/between/AAA/BBB"), "agreement")
    assert "Pact with a navy" in told
    assert "not the two states" not in told


def test_without_inference_a_pair_is_told_by_what_is_asserted() -> None:
    with server("--no-check", "--no-inference") as plain:
        html = page(plain, "/between/IND/JPN")
        assert "not the two states" in section(html, "agreement")
        assert "MILAN 2022" in section(html, "multilateral")
        assert '<td><a href="/between/IND/JPN#exercise">7</a></td>' in page(plain, "/between/?by=exercise")
        assert "25 dated things" in text(page(plain, "/timeline"))
