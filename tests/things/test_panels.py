"""Panels: what stands beside a thing's facts is what the documents say, and no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Literal, QuerySolutions, RdfFormat, Store

from defkg.dataset import Dataset
from defkg.engine import Problem
from defkg.holding import Select
from defkg.kinds import kinds as kinds_of
from defkg.project import Project
from defkg.question import library
from defkg.terms import ID, ONTOLOGY, PREFIXES, Term
from defkg.web.pages import Pages
from defkg.web.relations import _FOUND, Relations
from defkg.web.things.panels import made, untold
from defkg.web.things.panels.elsewhere import Elsewhere
from defkg.web.things.panels.panel import Panel
from defkg.web.things.panels.series import missing
from tests.conftest import HEAD, Broken

Told = Callable[[str], dict[str, Panel]]
INFERENCE = Relations()
PTI = "PTI report on India–Brunei defence ties and the inaugural Joint Working Group meeting"
UNDATED = "Article on the first meeting of the India–Brunei Joint Working Group (undated)"


def told(
    select: Select, thing: str, paths: Relations = INFERENCE, elsewhere: Elsewhere | None = None
) -> dict[str, Panel]:
    iri = ID + thing
    classes = [str(getattr(row["k"], "value", "")) for row in select(f"SELECT ?k {{ <{iri}> a ?k }}")]
    return {panel.key: panel for panel in made(select, iri, classes, paths, elsewhere or Elsewhere())}


@pytest.fixture
def panels(closed: Dataset) -> Told:
    return lambda thing: told(closed.select, thing)


def rows(panel: Panel) -> list[list[str]]:
    return [[", ".join(part.text for part in cell) for cell in row.cells] for row in panel.rows]


def sources(panel: Panel, number: int) -> set[str]:
    return {part.text for part in panel.rows[number].sources}


def row(panel: Panel, *words: str) -> int:
    found = [n for n, cells in enumerate(rows(panel)) if all(any(word in cell for cell in cells) for word in words)]
    assert len(found) == 1, rows(panel)
    return found[0]


def number(select: Select, pattern: str) -> int:
    term = select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}")[0]["n"]
    assert isinstance(term, Literal)
    return int(term.value)


def test_counts_of_a_country_are_those_of_the_graph(closed: Dataset, panels: Told) -> None:
    found = panels("country/IND")
    assert list(found) == ["partners", "mechanisms", "agreements", "exercises", "officials", "topics", "timeline"]
    for key, kind in ("mechanisms", "Mechanism"), ("agreements", "Agreement"), ("exercises", "Exercise"):
        assert found[key].total == number(closed.select, f"?x defkg:involves id:country\\/IND ; a defkg:{kind}") > 5
    for cells in rows(found["partners"]):
        partner = f"?x defkg:involves id:country\\/IND, ?p . ?p skos:prefLabel '{cells[0]}'@en . "
        kinds = ("Mechanism", "Agreement", "Exercise", "Meeting")
        assert cells[1:5] == [str(number(closed.select, f"{partner} ?x a defkg:{kind}")) for kind in kinds]


def test_partner_leads_to_the_page_of_the_pair(panels: Told) -> None:
    partners = panels("country/THA")["partners"]
    assert [cell[0].href for cell in (row.cells[-1] for row in partners.rows)] == ["/between/IND/THA"]


def test_agreement_of_forces_is_a_country_s_by_inference_and_names_its_document(panels: Told) -> None:
    agreements = panels("country/JPN")["agreements"]
    forces = agreements.rows[row(agreements, "Reciprocal Provisions of Supplies")]
    assert forces.inferred
    assert {part.text for part in forces.sources} == {"Web page on India–Japan defence cooperation (undated)"}
    assert not agreements.rows[row(agreements, "Tokyo Declaration")].inferred


def test_topics_of_a_country_are_counted_by_verb(closed: Dataset, panels: Told) -> None:
    topics = panels("country/BRN")["topics"]
    told = rows(topics)[row(topics, "maritime security")][1]
    own = "?x defkg:involves id:country\\/BRN ; defkg:concerns id:focus-area\\/maritime-security"
    general = f"{own} FILTER NOT EXISTS {{ ?x defkg:discussed|defkg:prioritised id:focus-area\\/maritime-security }}"
    assert told == f"discussed 1, prioritised 1, concerns {number(closed.select, general)}"


def test_timeline_of_a_country_is_drawn_and_told_as_a_table(panels: Told) -> None:
    timeline = panels("country/THA")["timeline"]
    assert timeline.picture.startswith("<svg")
    assert [cells[0] for cells in rows(timeline)] == ["2012", "2024-12-12, inferred"]
    assert all(cells[1] in timeline.picture.replace("\n", " ") for cells in rows(timeline))


def test_role_post_party_and_date_of_an_official_are_those_of_the_event(panels: Told) -> None:
    roles = panels("official/amitabh-prasad")["roles"]
    assert rows(roles) == [
        [
            "Inaugural meeting of the India–Brunei Joint Working Group on Defence Cooperation",
            "2025-12-09, inferred",
            "co-chair",
            "Joint Secretary",
            "India",
        ],
        [
            "Signing of the Terms of Reference of the India–Brunei Joint Working Group",
            "on or before 2025-12-09, inferred",
            "signatory",
            "not stated",
            "India",
        ],
        [
            "India–Thailand defence talks, 12 December 2024",
            "2024-12-12, inferred",
            "head of delegation",
            "Joint Secretary (International Cooperation)",
            "India",
        ],
    ]
    assert [sources(roles, 0), sources(roles, 2)] == [
        {PTI, UNDATED},
        {"Article on India–Thailand talks about co-production"},
    ]


def marked(panel: Panel, number: int, text: str) -> set[str]:
    (part,) = (part for cell in panel.rows[number].cells for part in cell if part.text == text)
    return {source.text for source in part.sources}


def test_value_names_its_documents_where_they_are_not_those_of_the_row(panels: Told) -> None:
    context = panels("visit/poh-kui-choon")["context"]
    assert sources(context, row(context, "Rajesh Kumar")) == {UNDATED}
    assert marked(context, row(context, "Rajesh Kumar"), "New Delhi") == {PTI}
    spoken = panels("focus-area/interoperability")["by-verb"]
    assert marked(spoken, row(spoken, "Inaugural meeting"), "2025-12-09, inferred") == {PTI}
    roles = panels("official/poh-kui-choon")["roles"]
    assert marked(roles, row(roles, "to DPSU Bhawan"), "Deputy Permanent Secretary") == {UNDATED}
    assert marked(roles, row(roles, "Inaugural meeting"), "Deputy Permanent Secretary") == set()


def test_who_is_only_quoted_has_a_post(panels: Told) -> None:
    statements = panels("official/nagesh-singh")["said"]
    assert {cells[-1] for cells in rows(statements)} == {"Indian Ambassador to Thailand"}
    held = panels("post/ambassador-of-india-to-thailand")["said"]
    assert (held.title, len(held.rows), {cells[3] for cells in rows(held)}) == (
        "Said by those who held it",
        3,
        {"Nagesh Singh"},
    )


def test_mechanism_that_was_only_agreed_on_says_so_in_a_list(panels: Told, broken: Broken) -> None:
    mechanisms = panels("country/THA")["mechanisms"]
    assert rows(mechanisms)[0][2] == "agreed to; no meeting stated"
    met = broken("id:meeting\\/one a defkg:Meeting ; defkg:meetingOf id:mechanism\\/india-thailand-jwg .")
    assert "Standing" not in told(met.select, "country/THA")["mechanisms"].columns


def test_only_who_co_chaired_a_meeting_co_chaired_its_mechanism(panels: Told) -> None:
    chaired = panels("official/amitabh-prasad")["co-chaired"]
    assert rows(chaired) == [["India–Brunei Joint Working Group on Defence Cooperation", "1 meeting"]]
    assert chaired.rows[0].inferred
    assert "co-chaired" not in panels("official/rajesh-kumar-singh")
    assert "co-chairs" not in panels("mechanism/india-israel-jwg")


def test_missing_meetings_are_not_in_this_graph_rather_than_not_held(panels: Told) -> None:
    israel, japan = (panels(f"mechanism/{name}")["lifecycle"] for name in ("india-israel-jwg", "india-japan-jwg-detc"))
    assert israel.notes == ("Not in this graph: meetings no. 1 to 16. That is not to say that none took place.",)
    assert japan.notes[0] == "Stated to have met 7 times."
    assert "no. 1 to 6." in japan.notes[1]
    assert rows(israel)[0][2] == "on or before 2025-11-05, inferred"


def test_mechanism_that_was_only_agreed_on_has_not_met(panels: Told) -> None:
    life = panels("mechanism/india-thailand-jwg")["lifecycle"]
    assert rows(life) == [
        [
            "agreed to establish it",
            "India–Thailand defence talks, 12 December 2024",
            "2024-12-12, inferred",
            "not stated",
        ]
    ]
    assert life.notes == ("No meeting of it is in this graph: that it was agreed on does not say that it met.",)


@pytest.mark.parametrize(
    ("ordinals", "count", "words"),
    [
        ([17], 0, "1 to 16"),
        ([1, 2, 4], 6, "3, 5 to 6"),
        ([1, 2, 3], 3, ""),
        ([], 0, ""),
        ([2], 0, "1"),
        ([5], 3, "1 to 4"),
    ],
)
def test_numbers_left_out_in_words(ordinals: list[int], count: int, words: str) -> None:
    assert missing(ordinals, count) == words


def test_mechanism_tells_co_chairs_parties_and_topics_with_their_verbs(panels: Told) -> None:
    found = panels("mechanism/india-brunei-jwg")
    people = [(cells[2], cells[4]) for cells in rows(found["co-chairs"])]
    assert people == [("Amitabh Prasad", "India"), ("Poh Kui Choon", "Brunei")]
    topics = found["topics"]
    assert sources(topics, row(topics, "discussed", "technology cooperation")) == {PTI}
    assert sources(topics, row(topics, "discussed", "safety of sea lanes")) == {PTI, UNDATED}
    assert sources(topics, row(topics, "will explore", "capacity building")) == {UNDATED}
    assert rows(found["lifecycle"])[0][0] == "established by"


def test_agreement_between_forces_names_no_state_and_no_signatory(panels: Told) -> None:
    found = panels("agreement/india-japan-supplies-and-services-agreement")
    assert "No state is named" in found["parties"].notes[0]
    assert found["history"].notes == ("Who signed it: not stated in this graph.",)
    steps = [(cells[0], cells[2]) for cells in rows(found["history"])]
    assert steps == [("signed", "2020-09-09"), ("put into operation", "2022-03")]


def test_signing_that_nobody_dates_is_not_stated(panels: Told) -> None:
    assert panels("agreement/india-japan-memorandum")["history"].notes == (
        "When and where it was signed and who signed it: not stated in this graph.",
    )
    signed = panels("agreement/india-brunei-jwg-terms-of-reference")
    assert signed["history"].notes == ()
    assert {cells[0] for cells in rows(signed["signatories"])} == {"Amitabh Prasad", "Poh Kui Choon"}


def test_exercise_has_editions_services_and_what_it_is_called(panels: Told) -> None:
    found = panels("exercise/milan")
    assert found["editions"].notes == ("Called multilateral.",)
    assert rows(found["editions"]) == [["edition", "MILAN 2022", "2022, inferred", "not stated"]]
    assert ["Indian Navy", "participating service", "India"] in rows(found["parties"])
    assert "multilateral" not in str(panels("exercise/dharma-guardian")["editions"].notes)


def test_event_tells_who_was_there_and_what_followed(panels: Told) -> None:
    found = panels("meeting/india-thailand-talks-2024-12-12")
    assert {cells[1] for cells in rows(found["people"])} == {"head of delegation"}
    assert rows(found["context"]) == [["agreed to establish", "India–Thailand Joint Working Group"]]


def test_focus_area_has_its_place_in_the_register_and_who_speaks_of_it(panels: Told) -> None:
    found = panels("focus-area/maritime-security")
    assert {part.text for row in found["tree"].rows for part in row.sources} == {"register"}
    assert {"narrower"} == {cells[0] for cells in rows(found["tree"])}
    assert [cells[0] for cells in rows(found["by-verb"])][:2] == ["discussed", "prioritised"]


def test_both_dates_stand_where_documents_differ(broken: Broken) -> None:
    other = broken('id:meeting\\/india-brunei-jwg-1 defkg:date "2025-12-08" ; defkg:dateBasis "stated" .')
    life = told(other.select, "mechanism/india-brunei-jwg")["lifecycle"]
    assert rows(life)[1][2] == "2025-12-08, 2025-12-09, inferred"


def test_long_panels_are_cut_and_say_so(broken: Broken) -> None:
    names = "".join(
        f'id:mechanism\\/m{n} a defkg:Dialogue ; skos:prefLabel "M{n:03}" ; defkg:hasParty id:country\\/THA .\n'
        f"id:meeting\\/m{n} a defkg:Meeting ; defkg:meetingOf id:mechanism\\/india-thailand-jwg ; defkg:ordinal {n} ;"
        f' defkg:earliest "{2000 + n}-01-01"^^xsd:date .\n'
        for n in range(60)
    )
    select = broken(names).select
    mechanisms = told(select, "country/THA")["mechanisms"]
    assert (len(mechanisms.rows), mechanisms.total) == (10, 61)
    life = told(select, "mechanism/india-thailand-jwg")["lifecycle"]
    assert (len(life.rows), life.total) == (11, 61)
    assert "Of 60 by “meeting”, the newest 10 are here." in life.notes
    assert "id:meeting/m59" in rows(life)[-1][1]
    page = Pages().render("thing_panels.html", {"panels": [mechanisms]}).decode()
    assert "Here are 10 of 61." in page


def test_everything_leads_to_lists_and_questions_that_there_are(closed: Dataset, project: Project) -> None:
    lists = kinds_of(closed.select)
    known = Elsewhere(lists.values(), library(project))
    found = told(closed.select, "country/IND", elsewhere=known)
    links = {key: panel.everything.href for key, panel in found.items() if panel.everything}
    assert links == {
        "mechanisms": "/id/mechanism/?country=IND",
        "agreements": "/id/agreement/?country=IND",
        "exercises": "/id/exercise/?country=IND",
        "officials": "/questions/officials-acting-for-country?country=id%3Acountry%2FIND",
        "timeline": "/timeline?country=IND",
    }
    alone = told(closed.select, "country/IND")
    assert {key for key, panel in alone.items() if panel.everything} == {"timeline"}


@pytest.mark.parametrize(
    "thing",
    [
        "official/amitabh-prasad",
        "mechanism/india-brunei-jwg",
        "agreement/india-japan-supplies-and-services-agreement",
        "exercise/milan",
        "meeting/india-brunei-jwg-1",
        "organisation/jsdf",
        "country/JPN",
    ],
)
def test_panels_are_the_same_without_inference(closed: Dataset, dataset: Dataset, thing: str) -> None:
    with_it, without = told(closed.select, thing), told(dataset.select, thing, _FOUND)
    assert with_it.keys() == without.keys()
    for key in with_it:
        assert (rows(with_it[key]), with_it[key].total) == (rows(without[key]), without[key].total), key


def test_every_thing_has_panels_that_read_well(closed: Dataset) -> None:
    own = f"FILTER (STRSTARTS(STR(?kind), '{ONTOLOGY}') && STRSTARTS(STR(?x), '{ID}'))"
    found_things = closed.select(f"SELECT DISTINCT ?x {{ ?x a ?kind . {own} }}")
    things = [str(getattr(row["x"], "value", "")) for row in found_things]
    assert len(things) > 200
    spoken = {ONTOLOGY + name for name in ("Passage", "Statement", "Commitment", "SourceDocument", "Participation")}
    for iri in things:
        classes = [str(getattr(row["k"], "value", "")) for row in closed.select(f"SELECT ?k {{ <{iri}> a ?k }}")]
        found = made(closed.select, iri, classes, INFERENCE)
        assert not (found and spoken & set(classes)), iri
        for panel in found:
            assert panel.rows or panel.notes, (iri, panel.key)
            assert len(panel.rows) <= 40, (iri, panel.key)
            for line in panel.rows:
                assert len(line.cells) == len(panel.columns)
                assert all(part.text for cell in (*line.cells, line.sources) for part in cell), (iri, panel.key)
                assert line.sources or line.inferred or not panel.sourced, (iri, panel.key, line)


def loose(turtle: str) -> Select:
    """Triples of a file that is served without ontology, as they are in the default graph alone."""
    store = Store()
    store.load((HEAD + turtle).encode(), format=RdfFormat.TURTLE)

    def select(query: str) -> list[dict[str, Term]]:
        found = store.query(query, prefixes=PREFIXES)
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: row[name] for name in names if row[name] is not None} for row in found]

    return select


HOSTILE = """
id:country\\/AAA a defkg:Country ; skos:prefLabel "A" .
<javascript:alert(1)> a defkg:Mechanism ; skos:prefLabel "<script>alert(1)</script>" ; defkg:hasParty id:country\\/AAA,
  <https://example.org/country/x> ; defkg:concerns "no topic" .
<https://example.org/country/x> a defkg:Country ; skos:prefLabel "\\"><img src=x onerror=alert(1)>" .
<https://example.org/e> a defkg:Meeting ; defkg:hasParty id:country\\/AAA ; defkg:date "<b>soon</b>" , "2020" ;
  defkg:meetingOf <javascript:alert(1)> ; defkg:ordinal "-3" , 2 .
[] a defkg:Agreement ; defkg:hasParty id:country\\/AAA, [ a defkg:Country ] ; defkg:discussed [] .
[] defkg:participant [] ; defkg:onBehalfOf id:country\\/AAA ; defkg:coChairIn <https://example.org/e> .
"""


def test_loose_files_with_markup_are_rendered_inert() -> None:
    select = loose(HOSTILE)
    found = made(select, ID + "country/AAA", [ONTOLOGY + "Country"], _FOUND)
    series = made(select, "javascript:alert(1)", [ONTOLOGY + "Mechanism"], _FOUND)
    page = Pages().render("thing_panels.html", {"panels": [*found, *series]}).decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>soon" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)" in page
    assert [panel.key for panel in found] == ["partners", "mechanisms", "timeline"]
    assert "no. 1" in series[0].notes[0]


def test_marks_lead_to_the_cards_of_the_page_or_to_a_list_of_their_own(panels: Told) -> None:
    roles = panels("official/amitabh-prasad")["roles"]
    alone = Pages().render("thing_panels.html", {"panels": [roles]}).decode()
    assert alone.count('href="#panel-source-1"') == 4  # of two rows, and of the dates there
    assert 'id="panel-source-3"' in alone
    marks = {part.iri: (n + 7, f"#card-{n + 7}") for n, part in enumerate(p for r in roles.rows for p in r.sources)}
    page = Pages().render("thing_panels.html", {"panels": [roles], "marks": marks}).decode()
    assert "panel-source" not in page
    assert all(href in page for _, href in marks.values())
    marks.pop(roles.rows[2].sources[0].iri)
    page = Pages().render("thing_panels.html", {"panels": [roles], "marks": marks}).decode()
    assert '<ol class="panel-sources" start="3">' in page
    assert page.count("panel-source-3") == 2


def test_panels_that_take_too_long_are_left_to_other_pages() -> None:
    (left,) = untold(Problem(504, "timeout", "Time is up", ""))
    assert "too long" in left.notes[0]
    with pytest.raises(Problem):
        untold(Problem(503, "busy", "Busy", ""))


def test_what_is_no_iri_is_refused(closed: Dataset) -> None:
    with pytest.raises(ValueError, match="IRI"):
        made(closed.select, "no iri> ?x ?y", [ONTOLOGY + "Country"], INFERENCE)
    assert made(closed.select, ID + "country/IND", [], INFERENCE) == []
