"""The questions over HTTP: pages, data, problems, paging; and a new one after a reload."""

from __future__ import annotations

import ast
import csv
import io
import re
import shutil
import signal
import subprocess
import threading
import time
import xml.etree.ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn, cast
from urllib.parse import quote

import httpx
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from defkg.answer import Answer, values_of
from defkg.dataset import Dataset
from defkg.engine import Problem
from defkg.inference import rules
from defkg.linter.patterns import outline
from defkg.naming import Names
from defkg.project import FOLDERS
from defkg.provenance import answer
from defkg.question import Question
from defkg.question.absence import is_silence
from defkg.terms import ID, ONTOLOGY_GRAPH, Term, compact, expand
from defkg.web.asker import Asker
from defkg.web.links import link
from defkg.web.questions import silence
from defkg.web.questions.answer import Found
from defkg.web.questions.formats import FORMATS, TRIPLES
from defkg.web.questions.paging import cut
from defkg.web.questions.request import Asked
from defkg.web.questions.silence import MOST, SHOWN, Other, others
from defkg.web.questions.snippets import curl, python, python_text
from defkg.web.questions.table import Cell
from tests.conftest import ROOT
from tests.server import Server, server, until
from tests.test_question import LIBRARY, plain

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
CARD = "/questions/jwgs-co-chaired-by"
JWG = ID + "mechanism/india-brunei-jwg"
COUNTRY = "#+ parameters:\n#+ - {name: c, type: thing, class: defkg:Country, label: Country, default: id:country/IND}\n"
DOCUMENTS = [ID + "source/2025-12-09-pti-india-brunei-jwg", ID + "source/undated-india-brunei-jwg"]
ODD = {
    "paged": "title: Paged?\n#+ pagination: 2\nSELECT ?c WHERE { ?c a defkg:Country } ORDER BY ?c LIMIT 3",
    "required": "title: Needed?\n#+ parameters:\n#+ - {name: c, type: thing, class: defkg:Country}\nSELECT * {?c a ?k}",
    "many": "title: Many?\nSELECT ?a ?b WHERE { ?a rdfs:label ?x . ?b rdfs:label ?y } ORDER BY ?a ?b",
    "wide": "title: Wide?\nSELECT ?a ?b WHERE { ?a rdfs:label ?x . ?b rdfs:label ?y } ORDER BY ?a ?b LIMIT 12000",
    "wider": "title: Wider?\nSELECT ?a ?b ?c ?d ?e WHERE { "
    + " ".join(f"?{x} rdfs:label ?{x}1 ; skos:prefLabel ?{x}2 ." for x in "abcde")
    + " } LIMIT 10000",
    "odd": 'title: <b>Odd?\nSELECT ("<script>alert(1)</script>" AS ?x) (IRI("javascript:alert(1)") AS ?y) WHERE {}',
    "graph": "title: Graph?\nCONSTRUCT WHERE { ?c a defkg:Country }",
    "truth": "title: Truth?\nASK { ?c a defkg:Country }",
    "named": f"title: Named?\n{COUNTRY}CONSTRUCT {{ ?c skos:prefLabel ?l }} WHERE {{ ?c skos:prefLabel ?l }}",
    "described": f"title: Described?\n{COUNTRY}DESCRIBE ?c WHERE {{ ?c a defkg:Country }}",
    "abroad": f"title: Abroad?\n{COUNTRY}CONSTRUCT {{ ?c a ?k }} WHERE {{ ?c a ?k FILTER (?c != id:country\\/IND) }}",
    "every": "title: Every?\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "enough": f"title: Enough?\n{COUNTRY}SELECT (COUNT(?m) AS ?n) {{ ?m a ?c }} HAVING (COUNT(?m) > 1000)",
    "least": f"title: Least?\n{COUNTRY}#+ - {{name: least, type: number, default: 99}}\n"
    "SELECT ?n { { SELECT ?c (COUNT(*) AS ?n) { ?x ?p ?c } GROUP BY ?c } FILTER (?n >= ?least) } ORDER BY ?n",
    "slow": f"title: Slow?\n{COUNTRY}SELECT ?b ?d {{ FILTER (?c != id:country\\/IND) ?b ?q ?r . ?d ?s ?t . ?e ?u ?v "
    "FILTER (STRLEN(CONCAT(STR(?r), STR(?t), STR(?v))) < 0) }",
    "misfit": "title: Misfit?\n#+ expected:\n#+   - {x: 'http://[x', y: 'id:a{b}', z: 'urn:isbn:1', 'a b': 'x'}\n"
    "SELECT ?x ?y ?z WHERE {}",
}
EMPTY = {
    "subquery": "SELECT ?a { { SELECT ?a ?c { ?a a defkg:Exercise ; defkg:hasParty ?c } } }",
    "grouped": "SELECT ?n { { SELECT ?c (COUNT(?a) AS ?n) { ?a a defkg:Exercise ; defkg:hasParty ?c } GROUP BY ?c } }",
    "having": "SELECT ?c { ?a a defkg:Exercise ; defkg:hasParty ?c } GROUP BY ?c HAVING (COUNT(?a) > 1)",
    "limited": "SELECT ?a { { SELECT ?a ?c { ?a a defkg:Exercise ; defkg:hasParty ?c } ORDER BY ?c LIMIT 9 } }",
    "minus": "SELECT ?c { ?c a defkg:Country MINUS { ?a a defkg:Exercise ; defkg:hasParty ?c } }",
    "labelled": "SELECT ?a { ?a a defkg:Exercise ; defkg:hasParty ?c . _:b defkg:hasParty ?c } ORDER BY ?a LIMIT 3",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    project = tmp_path_factory.mktemp("project")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, project / name)
    (project / "queries" / "odd").mkdir()
    for name, text in ODD.items():
        (project / "queries" / "odd" / f"{name}.rq").write_text(f"#+ {text}\n")
    with server(project, "--no-check", "--workers", "2") as running:
        yield running


@pytest.fixture(scope="module")
def client(running: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.address, timeout=30) as client:
        yield client


def page(client: httpx.Client, path: str, status: int = 200) -> str:
    response = client.get(path, headers=BROWSER)
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    return response.text


def words(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def links_of(html: str) -> list[tuple[str, str]]:
    """The formats that a page offers: what each is called, and its address."""
    offered = re.findall(r'<p class="formats">(.*?)</p>', html)[0]
    return [(called, unescape(href)) for href, called in re.findall(r'<a href="([^"]+)">([^<]+)</a>', offered)]


def said_of_nothing(html: str) -> str:
    """What a page says of an answer without rows."""
    return words(html.partition('class="unstated-answer">')[2].partition("</section>")[0])


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def refused(client: httpx.Client, path: str, status: int = 400) -> dict[str, object]:
    response = client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    document: dict[str, object] = response.json()
    return document


def test_library_by_topic_and_by_tag(client: httpx.Client) -> None:
    text = page(client, "/questions/")
    assert all(f'href="/questions/{name}"' in text for name in LIBRARY)
    tagged = {name for name, question in LIBRARY.items() if "co-chair" in question.tags}
    assert set(re.findall(r'<li><a href="/questions/([^"]+)"', page(client, "/questions/?tag=co-chair"))) == tagged
    assert f"{len(tagged)} of {len(LIBRARY) + len(ODD)} questions" in words(page(client, "/questions/?tag=co-chair"))
    assert "No question has this tag" in page(client, "/questions/?tag=%3Cscript%3E")
    moved = client.get("/questions?tag=co-chair", headers=BROWSER)
    assert (moved.status_code, moved.headers["location"]) == (308, "/questions/?tag=co-chair")


def test_library_leads_to_the_questions(client: httpx.Client) -> None:
    assert set(re.findall(r'href="/questions/([^"]+)"', page(client, "/questions/"))) >= set(LIBRARY)


@pytest.mark.parametrize("name", LIBRARY)
def test_each_question_has_its_page_with_its_rows_and_sources(client: httpx.Client, name: str) -> None:
    text = page(client, f"/questions/{name}")
    assert text.count('<tr id="row-') == len(LIBRARY[name].expected)
    assert "cannot be told" not in text
    assert LIBRARY[name].expected or "Documents behind this answer" not in text
    assert ('class="unstated-answer"' in text) == (not LIBRARY[name].expected)


def test_page_has_picker_label_sources_and_links(client: httpx.Client) -> None:
    text = page(client, CARD)
    assert '<option value="id:official/amitabh-prasad" selected>Amitabh Prasad</option>' in text
    assert f'title="{JWG}">India–Brunei Joint Working Group on Defence Cooperation</a>' in text
    (row,) = re.findall(r'<tr id="row-1">.*?</tr>', text, re.DOTALL)
    assert row.count('class="source"') == 2
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', text) == ["jwg", "sources"]
    for link_text in ("CSV", "CSV with sources", "JSON", "XML", "TSV", "Turtle", "SPARQL"):
        (href,) = re.findall(rf'<a href="([^"]+)">{link_text}</a>', text.partition('class="formats"')[2])
        assert client.get(unescape(href)).status_code == 200


@pytest.mark.parametrize("official", ["Poh Kui Choon", "poh  kui choon", "id:official/poh-kui-choon"])
def test_a_thing_is_picked_by_label_and_by_iri(client: httpx.Client, official: str) -> None:
    assert "selected>Poh Kui Choon" in page(client, f"{CARD}?official={quote(official)}")
    assert rows(client.get(f"{CARD}.csv", params={"official": official}).text)[0]["jwg"] == JWG


def test_why_is_told_when_asked(client: httpx.Client) -> None:
    assert "by the rule" not in page(client, CARD)
    told = words(page(client, f"{CARD}?why=1"))
    assert "Amitabh Prasad co-chaired India–Brunei Joint Working Group" in told
    assert "by the rule: defkg:coChaired propertyChainAxiom (defkg:coChairedMeeting defkg:meetingOf)" in told
    assert "meeting of India–Brunei Joint Working Group on Defence Cooperation stated in PTI report" in told
    assert "by the rule" not in page(client, f"{CARD}?why=2")
    parties = "/questions/states-party-to-agreement?agreement=id:agreement/india-israel-mou"
    assert "Israel party to Memorandum" in words(page(client, f"{parties}&why=2"))
    assert "India party to Memorandum" in words(page(client, f"{parties}&why=1"))


def test_an_empty_answer_says_of_what_the_documents_state_it(client: httpx.Client) -> None:
    told = words(page(client, f"{CARD}?official=Rajesh+Kumar+Singh"))
    assert "No document in this graph states an answer for Rajesh Kumar Singh (Official). That is not a denial." in told
    assert "There are rows for another official: Amitabh Prasad , Poh Kui Choon ." in told
    text = page(client, f"{CARD}?official=Rajesh+Kumar+Singh")
    assert 'href="/questions/jwgs-co-chaired-by?official=id%3Aofficial%2Famitabh-prasad"' in text
    assert client.get(unescape(re.findall(r'href="(/sparql/explain[^"]+)"', text)[0])).status_code == 200


def test_an_empty_answer_says_that_the_documents_are_silent(client: httpx.Client) -> None:
    told = words(page(client, "/questions/place-of-signing?agreement=id:agreement/tokyo-declaration"))
    assert "For any other agreement there is nothing either: the documents are silent." in told


def test_an_empty_answer_to_a_question_about_absence_claims_no_silence(client: httpx.Client) -> None:
    told = words(page(client, "/questions/partners-without-exercise?country=Thailand"))
    assert "Nothing found Nothing in this graph fits for Thailand (Country)." in told
    assert "There are rows for another country: Brunei" in told
    assert "are silent" not in told


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("focus-areas-under?focus_area=id:focus-area/air-defence", "air defence (Focus area)"),
        ("least?c=id:country/ISR", "Israel (Country), 99 (least)"),
        ("events-known-of-day?date=1999-01-01", "1999-01-01 (Day)"),
        ("officials-by-name?text=Zz", "Zz (Part of the name)"),
        ("enough", "India (Country)"),
    ],
)
def test_of_documents_nothing_is_said_that_is_not_theirs(client: httpx.Client, path: str, value: str) -> None:
    told = said_of_nothing(page(client, f"/questions/{path}"))
    assert f"Nothing found Nothing in this graph fits for {value}." in told
    assert "document" not in told


def test_what_is_asked_with_a_number_is_not_concluded_from_others(client: httpx.Client) -> None:
    assert '<tr id="row-1"' in page(client, "/questions/least?least=1")
    told = said_of_nothing(page(client, "/questions/least?least=999999"))
    assert "For any other country, the rest as asked, there is nothing either." in told
    assert "silent" not in told


def test_what_has_rows_instead_is_told_of_triples_and_of_truths(client: httpx.Client) -> None:
    told = words(page(client, "/questions/abroad"))
    assert "There is an answer for another country: Brunei , Israel , Japan , Thailand ." in told


@pytest.fixture(scope="module")
def names(closed: Dataset) -> Names:
    return Names.read(closed.select, {p.kind for q in LIBRARY.values() for p in q.parameters})


def checked(closed: Dataset, names: Names, question: Question, given: dict[str, Term]) -> list[Other]:
    """What is said to have rows instead, each compared with the question asked for it."""
    found = others(closed.select, names, question, given)
    for other in found:
        name = other.parameter.name
        things = {NamedNode(thing.iri) for thing in names.of(other.parameter.kind)}
        values = (things | {Literal(choice) for choice in other.parameter.choices}) - {given[name]}
        rows = {value for value in values if closed.select(question.bind({**given, name: value}))}
        said = {value.term for value in other.values}
        assert said <= rows, (question.name, name)
        assert other.more or not other.whole or said == rows, (question.name, name)
        assert other.more == (len(rows) > SHOWN), (question.name, name)
        assert (other.total, other.failed) == (len(values), False)
    return found


@pytest.mark.parametrize("name", LIBRARY)
def test_what_would_have_rows_is_what_has_rows(closed: Dataset, names: Names, name: str) -> None:
    question = LIBRARY[name]
    for case in [{}, *(case["parameters"] for case in question.cases)]:
        given = values_of(question, names, {key: str(value or "") for key, value in case.items()})
        if not closed.select(question.bind(given)):
            checked(closed, names, question, given)


@pytest.mark.parametrize("name", EMPTY)
def test_what_would_have_rows_of_an_odd_query(closed: Dataset, names: Names, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.rq").write_text(f"#+ title: Odd?\n{COUNTRY}{EMPTY[name]}\n")
    question = Question.read(tmp_path / "x.rq")
    parties = "SELECT ?c (COUNT(?a) AS ?n) { ?a a defkg:Exercise ; defkg:hasParty ?c . ?c a defkg:Country } GROUP BY ?c"
    having = {plain(row["c"]) for row in closed.select(parties) if name != "having" or int(plain(row["n"])) > 1}
    countries = {compact(thing.iri) for thing in names.of(expand("defkg:Country"))}
    assert having < countries or name != "minus"
    wanted = countries - having if name == "minus" else having
    (other,) = checked(closed, names, question, {"c": NamedNode(ID + "country/IND")})
    assert {value.text for value in other.values} == wanted - {"id:country/IND"}


@pytest.mark.parametrize(
    ("query", "given", "silence"),
    [
        ("SELECT ?a { ?a a ?c }", {}, True),
        ("ASK { ?a a ?c }", {}, True),
        ("SELECT ?a { ?a a ?c ; ?p ?n }", {"n": "1"}, False),
        ("SELECT ?m { { SELECT (COUNT(?a) AS ?m) { ?a a ?c } } FILTER (?m > 9) }", {}, False),
        ("SELECT ?c { ?a a ?c } GROUP BY ?c", {}, False),
        ("SELECT ?a { { SELECT ?a { ?a ?p ?o } LIMIT 3 } ?a a ?c }", {}, False),
        ("SELECT ?a { ?a a ?c FILTER NOT EXISTS { ?a ?p 1 } }", {}, False),
    ],
)
def test_silence_is_concluded_only_where_it_follows(
    tmp_path: Path, query: str, given: dict[str, str], silence: bool
) -> None:
    number = "#+ - {name: n, type: number, optional: true}\n" if "?n" in query else ""
    (tmp_path / "x.rq").write_text(f"#+ title: Odd?\n{COUNTRY}{number}{query}\n")
    question = Question.read(tmp_path / "x.rq")
    values = {
        p.name: p.term(given.get(p.name) or p.default or "") for p in question.parameters if p.name != "n" or given
    }
    assert is_silence(question, values) == silence


def test_no_more_than_so_many_are_tried(closed: Dataset, tmp_path: Path) -> None:
    (tmp_path / "x.rq").write_text(
        "#+ title: Odd?\n#+ parameters: [{name: x, type: thing, class: 'defkg:Passage', default: 'id:x'}]\n"
        "SELECT ?x { ?x a defkg:Country }\n"
    )
    question = Question.read(tmp_path / "x.rq")
    passages = Names.read(closed.select, [expand("defkg:Passage")])
    asked: list[str] = []

    def select(sparql: str) -> list[dict[str, Term]]:
        asked.append(sparql)
        return closed.select(sparql)

    (other,) = others(select, passages, question, question.defaults())
    assert (len(asked), other.tried, other.values) == (MOST, MOST, [])
    assert other.total > MOST
    assert not other.whole


def test_what_takes_too_long_besides_is_left_out(client: httpx.Client) -> None:
    begun = time.monotonic()
    text = page(client, "/questions/slow?timeout=2")
    assert time.monotonic() - begun < 2
    told = said_of_nothing(text)
    assert "Nothing found" in told or "Not stated" in told
    assert "Whether there is anything for another country is not known" in told
    assert "silent" not in told
    left = client.head("/questions/slow?timeout=2", headers=BROWSER)
    assert (left.headers["cache-control"], "etag" in left.headers) == ("no-store", False)


def test_what_takes_too_long_is_neither_stated_nor_denied(
    closed: Dataset, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object) -> NoReturn:
        raise Problem(504, "timeout", "Time is up", "Time is up")

    asker = SimpleNamespace(
        site=SimpleNamespace(names=names, rules=rules(closed.graph(ONTOLOGY_GRAPH))), select=closed.select, seconds=0.0
    )
    asker.part = lambda share, most: asker
    official = NamedNode(ID + "official/rajesh-kumar-singh")
    asked = Asked(LIBRARY["jwgs-co-chaired-by"], values={"official": official})
    assert silence.instead(cast(Asker, asker), asked)[1] is True
    monkeypatch.setattr(silence, "ask", late)
    assert silence.instead(cast(Asker, asker), asked)[1] is None
    assert not Found(cast(Answer, None), 0, silence=None).whole


def test_rows_are_shown_without_what_their_server_cannot_ask_for() -> None:
    path = "/questions/undated-events"
    with (
        server("--no-check", "--workers", "1", "--query", "1") as running,
        httpx.Client(base_url=running.address, timeout=30) as client,
    ):
        text = page(client, path)
        assert "The sources of the rows cannot be told: The query is longer than 1 KB" in words(text)
        assert text.count('<tr id="row-') == len(rows(client.get(f"{path}.csv").text)) > 0
        assert 'class="source"' not in text
        assert refused(client, f"{path}.csv?sources=true", 413)


def test_a_value_that_is_not_accepted_stays_in_the_form(client: httpx.Client) -> None:
    text = page(client, f"{CARD}?official=Amitab", 400)
    assert 'value="Amitab"' in text
    assert "did you mean" in text
    assert "Amitabh Prasad" in text
    problem = refused(client, f"{CARD}.csv?official=Amitab")
    assert problem["parameter"] == "official"
    assert "its label" in str(problem["accepts"])


def test_what_has_to_be_given_is_asked_for(client: httpx.Client) -> None:
    text = page(client, "/questions/required")
    assert "Choose one to ask this." in text
    assert "choose …" in text
    assert "<table" not in text
    assert refused(client, "/questions/required.csv")["parameter"] == "c"


@pytest.mark.parametrize(
    "path",
    [
        f"{CARD}?official=x&official=y",
        f"{CARD}?offical=x",
        f"{CARD}?why=0",
        f"{CARD}?why=x",
        f"{CARD}.csv?limit=0",
        f"{CARD}.csv?limit=10001",
        f"{CARD}.csv?offset=-1",
        f"{CARD}.csv?sources=yes",
        f"{CARD}.csv?why=1",
        f"{CARD}.ttl?sources=true",
        f"{CARD}.rq?offset=1",
        "/questions/truth.json?limit=5",
        "/questions/truth.csv?offset=1",
        "/questions/truth.csv?sources=true",
        "/questions/truth.tsv?sources=true",
        "/questions/graph.ttl?limit=5",
        f"{CARD}.csv?timeout=0",
        f"{CARD}.csv?official=%FF",
        f"{CARD}.csv?{'&'.join(f'x{n}=1' for n in range(3_000))}",
        f"{CARD}.csv?official={'x' * 50_000}",
        f"{CARD}.csv?official=%0D%0ASet-Cookie:x",
        f"{CARD}.csv?official=%00",
        "/questions/agreements-dated-in-year.csv?year=15",
        "/questions/agreements-dated-in-year.csv?year=%D9%A1%D9%A1%D9%A1%D9%A1",
        "/questions/events-known-of-day.csv?date=2024-02-30",
        "/questions/first-meetings-of-mechanism.csv?ordinal=1.5",
    ],
)
def test_what_is_no_question_of_ours_is_refused(client: httpx.Client, path: str) -> None:
    status = 404 if "first-meetings" in path else 400
    refused(client, path, status)
    assert client.get(path, headers=BROWSER).status_code == status


@pytest.mark.parametrize("name", ["limit=1", "offset=5", "sources=true"])
def test_a_page_refuses_what_it_does_not_heed(client: httpx.Client, name: str) -> None:
    text = page(client, f"{CARD}?{name}", 400)
    assert f"{name.partition('=')[0]}= has no meaning for the page" in words(text)
    assert "<table" not in text
    assert "a question that is answered by yes or no" in words(page(client, "/questions/truth?sources=true", 400))
    assert "a question that is answered by triples" in words(page(client, "/questions/graph?why=1", 400))


def test_a_row_that_is_not_there_is_not_explained(client: httpx.Client) -> None:
    assert "There is no row 99 to explain: this page shows 1." in words(page(client, f"{CARD}?why=99"))
    plain_row = "/questions/states-party-to-agreement?agreement=id:agreement/india-israel-mou&why=9"
    assert "There is no row 9 to explain: this page shows 2." in words(page(client, plain_row))


INJECTIONS = [
    "<https://w3id.org/defkg/id/official/amitabh-prasad> } UNION { ?a ?b ?c",
    'x" } SELECT * { ?s ?p ?o } #',
    "https://w3id.org/defkg/id/official/x> } { ?s ?p ?o } #",
    "id:official/x> . ?s ?p ?o . <id:y",
    "2015 } UNION { ?s ?p ?o",
    '2024-12-12"^^xsd:date } UNION { ?s ?p ?o }',
    "agreed\\u0022 } UNION { ?s ?p ?o }",
    "?x",
    "'''",
    "\\",
    "UNDEF",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_value_is_read_as_sparql(client: httpx.Client, text: str) -> None:
    types = {p.type: (q.name, p.name) for q in LIBRARY.values() for p in q.parameters}
    assert set(types) == {"thing", "date", "year", "number", "text", "choice"}
    for kind, (question, parameter) in types.items():
        answer = client.get(f"/questions/{question}.csv", params={parameter: text})
        if kind == "text":
            assert (answer.status_code, len(rows(answer.text))) == (200, 0)
        else:
            assert answer.status_code == 400, (kind, answer.text)
        assert client.get(f"/questions/{question}", params={parameter: text}, headers=BROWSER).status_code in (200, 400)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40))
def test_no_text_is_more_than_a_text(client: httpx.Client, text: str) -> None:
    answer = client.get("/questions/officials-by-name.csv", params={"text": text})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200 and text:
        assert all(text.casefold() in " ".join(row.values()).casefold() for row in rows(answer.text))
    assert "<script" not in page(
        client, f"/questions/officials-by-name?text={quote(text)}", answer.status_code if text else 200
    )


@pytest.mark.parametrize("suffix", ["", "?official=%3Cscript%3Ealert(1)%3C/script%3E", "?%3Cscript%3E=1"])
def test_no_markup_gets_into_a_page(client: httpx.Client, suffix: str) -> None:
    assert "<script" not in client.get(f"{CARD}{suffix}", headers=BROWSER).text
    text = page(client, "/questions/odd")
    assert "<script" not in text
    assert "<b>Odd" not in text
    assert 'href="javascript' not in text
    assert not re.search(r'href="[^"]*javascript', text.partition("<h2>The query")[0])


def test_only_addresses_of_the_web_are_links() -> None:
    assert link("https://example.org/x")
    assert [link(iri) for iri in ("javascript:alert(1)", "data:text/html,x", "urn:x", "//x", "")] == [""] * 5


@pytest.mark.parametrize("path", ["/questions/..%2fx", "/questions/x/y", f"{CARD}.csv.csv", f"{CARD}.pdf"])
def test_other_addresses_are_not_found(client: httpx.Client, path: str) -> None:
    url = client.base_url.copy_with(raw_path=path.encode())
    refused(client, url, 404)  # type: ignore[arg-type]
    assert client.get(url, headers=BROWSER).status_code == 404


@pytest.mark.parametrize(
    "path", ["//", "//example.org/", "/questions//", "/questions/%2e%2e/", f"{CARD}/", f"{CARD}%0d%0aX:y"]
)
def test_nothing_leads_away(client: httpx.Client, path: str) -> None:
    answer = client.get(str(client.base_url).rstrip("/") + path, headers=BROWSER)
    assert answer.status_code in (200, 307, 308, 404)
    assert httpx.URL(answer.headers.get("location", "/")).host in ("", client.base_url.host)
    assert "x" not in answer.headers


def test_requests_beyond_what_a_client_library_sends(running: Server) -> None:
    for query in (
        "official=" + "x" * 100_000,
        "&".join(f"x{n}=1" for n in range(10_000)),
        "official=" + "%27" * 50_000,
    ):
        with running.connect() as raw:
            raw.sendall(f"GET {CARD}?{query} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n".encode())
            assert raw.recv(12) == b"HTTP/1.1 400"


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(client: httpx.Client) -> None:
    assert "jwgs-co-chaired-by" in refused(client, "/questions/jwg-cochaired", 404)["near"]  # type: ignore[operator]
    assert f'href="{CARD}"' in page(client, "/questions/jwg-cochaired", 404)
    assert refused(client, "/questions/jwgs-cochaired-by.csv", 404)["near"][0] == "jwgs-co-chaired-by"  # type: ignore[index]


@pytest.mark.parametrize("path", ["/questions/", CARD, f"{CARD}.csv"])
def test_methods(client: httpx.Client, path: str) -> None:
    assert client.head(path, headers=BROWSER).status_code == 200
    assert client.head(path, headers=BROWSER).content == b""
    assert client.options(path).headers["allow"] == "GET, HEAD, OPTIONS"
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, path).status_code == 405


@pytest.mark.parametrize(
    ("accept", "media_type", "suffix"),
    [
        ("*/*", "application/sparql-results+json", "json"),
        ("application/json", "application/sparql-results+json", "json"),
        ("text/csv", "text/csv; charset=utf-8", "csv"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "tsv"),
        ("application/sparql-results+xml", "application/sparql-results+xml", "xml"),
        ("text/turtle", "text/turtle; charset=utf-8", "ttl"),
        ("application/sparql-query", "application/sparql-query", "rq"),
    ],
)
def test_the_format_is_negotiated(client: httpx.Client, accept: str, media_type: str, suffix: str) -> None:
    asked = f"{CARD}?official=Amitabh+Prasad"
    answer = client.get(asked, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["content-location"] == f"{CARD}.{suffix}?official=Amitabh+Prasad"
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["access-control-allow-origin"] == "*"
    fixed = client.get(answer.headers["content-location"], headers={"Accept": "image/png"})
    assert (fixed.content, fixed.headers["content-type"]) == (answer.content, media_type)
    again = client.get(asked, headers={"Accept": accept, "If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_pages_have_tags_too_and_no_format_is_refused(client: httpx.Client) -> None:
    for path in (CARD, "/questions/"):
        tag = client.get(path, headers=BROWSER).headers["etag"]
        assert client.get(path, headers={**BROWSER, "If-None-Match": tag}).status_code == 304
    assert client.get(CARD, headers={"Accept": "image/png"}).status_code == 406


def test_rows_come_with_their_sources(client: httpx.Client) -> None:
    assert rows(client.get(f"{CARD}.csv").text) == [
        {"jwg": JWG, "jwgLabel": "India–Brunei Joint Working Group on Defence Cooperation"}
    ]
    (row,) = rows(client.get(f"{CARD}.csv?sources=true").text)
    assert list(row) == ["jwg", "jwgLabel", "sources"]
    assert row["sources"].split() == DOCUMENTS
    (binding,) = client.get(f"{CARD}.json?sources=true").json()["results"]["bindings"]
    assert binding["jwg"] == {"type": "uri", "value": JWG}
    assert binding["sources"]["value"].split() == DOCUMENTS


def test_triples_behind_the_rows(client: httpx.Client) -> None:
    graph = rdflib.Graph().parse(data=client.get(f"{CARD}.ttl").text, format="turtle")
    official, jwg = rdflib.URIRef(ID + "official/amitabh-prasad"), rdflib.URIRef(JWG)
    assert (official, rdflib.URIRef(expand("defkg:coChaired")), jwg) in graph
    assert len(graph) == 3


def test_the_query_that_is_shown_gives_the_rows(client: httpx.Client) -> None:
    query = client.get(f"{CARD}.rq?official=Poh+Kui+Choon").text
    assert f"<{ID}official/poh-kui-choon>" in query
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert answer.content == client.get(f"{CARD}.csv?official=Poh+Kui+Choon").content


def test_a_picture_where_there_is_one(client: httpx.Client) -> None:
    name = next(q.name for q in LIBRARY.values() if q.view.kind == "timeline" and q.expected)
    answer = client.get(f"/questions/{name}.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert xml.etree.ElementTree.fromstring(answer.text).tag.endswith("svg")
    assert "<svg" in page(client, f"/questions/{name}")
    assert refused(client, f"{CARD}.svg", 404)["type"]


def test_other_forms_of_query(client: httpx.Client) -> None:
    graph = rdflib.Graph().parse(data=client.get("/questions/graph.ttl").text, format="turtle")
    assert len(graph) >= 5
    refused(client, "/questions/graph.csv", 406)
    assert client.get("/questions/truth.json").json()["boolean"] is True
    assert client.get("/questions/truth.csv").text.strip() == "true"
    text = page(client, "/questions/truth")
    assert '<p class="boolean">Yes</p>' in text
    assert "CSV with sources" not in text
    assert all(client.get(href).status_code == 200 for _, href in links_of(text))


@pytest.mark.parametrize(("name", "triples"), [("named", 1), ("graph", 5)])
def test_a_graph_has_a_page_with_its_triples(client: httpx.Client, name: str, triples: int) -> None:
    text = page(client, f"/questions/{name}")
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', text) == ["subject", "predicate", "object"]
    assert text.count('<tr id="row-') == triples
    assert f"{triples} triple" in words(text)
    assert f'title="{ID}country/IND">India</a>' in text
    assert "sources" not in words(text).casefold()
    assert [called for called, _ in links_of(text)] == ["Turtle", "SPARQL"]
    assert all(client.get(href).status_code == 200 for _, href in links_of(text))
    command = unescape(re.findall(r'id="curl">(.*?)</pre>', text, re.DOTALL)[0])
    fetched = subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout.decode()
    assert len(rdflib.Graph().parse(data=fetched, format="turtle")) == triples
    scope: dict[str, object] = {}
    exec(unescape(re.findall(r'id="python">(.*?)</pre>', text, re.DOTALL)[0]), scope)
    assert scope["text"] == fetched


def test_a_graph_is_described_in_part_where_it_is_large(client: httpx.Client) -> None:
    assert "party to" in words(page(client, "/questions/described"))
    text = page(client, "/questions/every")
    assert text.count('<tr id="row-') == 1000
    assert re.search(r"[0-9,]+ triples, of which this page shows the first 1,000", words(text))


def test_a_graph_comes_as_turtle_where_nothing_else_is_wanted(client: httpx.Client) -> None:
    for accept in ("*/*", "text/turtle", "text/csv;q=0.5, text/turtle;q=0.1"):
        answer = client.get("/questions/named?c=Japan", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
        assert answer.headers["content-location"] == "/questions/named.ttl?c=Japan"
        assert "Japan" in answer.text
    assert client.get("/questions/named", headers={"Accept": "text/csv"}).status_code == 406


def test_a_graph_can_be_cited(client: httpx.Client) -> None:
    address = unescape(re.findall(r'<a href="([^"]+)">Address of this answer', page(client, "/questions/named"))[0])
    assert "Same. The answer has the 1 row that was cited." in words(page(client, address))
    other = str(httpx.URL(address).copy_merge_params({"result": "0" * 64}))
    assert "Different." in words(page(client, other))


def test_it_is_said_what_the_sources_of_a_row_are(client: httpx.Client) -> None:
    sentence = "the documents that together hold what a row rests on; not each of them need say all of it"
    for path in (CARD, "/questions/inaugurators-of-facility", "/questions/timeline-of-country"):
        assert words(page(client, path)).count(sentence) == 1
    assert sentence not in words(page(client, f"{CARD}?official=Rajesh+Kumar+Singh"))
    assert sentence in client.get("/openapi.json").json()["components"]["parameters"]["sources"]["description"]


def test_dates_are_not_broken() -> None:
    for text in ("[..2025-12-09]", "2019-02-23/2019-03-01", "2015", "{2010,2020}", "2019-02~", "Japan"):
        assert Cell(text).shape == "short"
    assert Cell("a longer label").shape == ""
    assert Cell("Agreement on Defence Equipment and Technology Cooperation").shape == "long"


def test_what_is_expected_keeps_nothing_from_being_described(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert "example" not in paths["/questions/misfit"]["get"]["responses"]["200"]["content"]["text/csv"]
    assert "example" in paths[CARD]["get"]["responses"]["200"]["content"]["text/csv"]


def test_each_question_is_described_with_what_it_heeds(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    told = {
        name: (
            {p["$ref"].rpartition("/")[2] for p in paths[f"/questions/{name}"]["get"]["parameters"] if "$ref" in p},
            set(paths[f"/questions/{name}"]["get"]["responses"]["200"]["content"]),
        )
        for name in ("jwgs-co-chaired-by", "truth", "graph")
    }
    assert told["jwgs-co-chaired-by"] == ({"sources", "limit", "offset", "timeout"}, set(FORMATS.values()))
    assert told["truth"] == ({"timeout"}, set(FORMATS.values()) - {"image/svg+xml"})
    assert told["graph"] == ({"timeout"}, {*TRIPLES.values(), "application/sparql-query"})


def test_pages_of_rows_are_linked(client: httpx.Client) -> None:
    first = client.get("/questions/paged.csv")
    assert len(rows(first.text)) == 2
    second = client.get(first.links["next"]["url"])
    assert len(rows(second.text)) == 1
    assert set(second.links) == {"first", "prev"}
    assert client.get(second.links["prev"]["url"]).text == first.text
    one = [client.get(f"/questions/paged.csv?limit=1&offset={at}&sources=true") for at in range(4)]
    assert [row["c"] for answer in one for row in rows(answer.text)] == [
        row["c"] for answer in (first, second) for row in rows(answer.text)
    ]
    assert [len(answer.links) for answer in one] == [2, 3, 2, 2]


@pytest.mark.parametrize("name", LIBRARY)
def test_pages_put_together_are_the_whole(closed: Dataset, name: str) -> None:
    whole = LIBRARY[name].bind(LIBRARY[name].defaults())
    found = closed.select(whole)
    assert [row for at in range(0, len(found) + 1, 3) for row in closed.select(cut(whole, 3, at))] == found
    assert closed.select(cut(whole, None, 2)) == found[2:]


@pytest.mark.parametrize(
    ("query", "limit", "offset", "wanted"),
    [
        ("SELECT ?x { VALUES ?x { 1 2 3 4 5 } } ORDER BY ?x LIMIT 4", 2, 3, [4]),
        ("SELECT ?x { VALUES ?x { 1 2 3 4 5 } } ORDER BY ?x OFFSET 1 LIMIT 3 # LIMIT 9", 9, 1, [3, 4]),
        ("SELECT ?x { ?s ?p ?o } ORDER BY ?x LIMIT 2 OFFSET 1 VALUES ?x { 1 2 3 }", 1, 5, []),
        ("SELECT ?x { { SELECT ?x { VALUES ?x { 1 2 3 } } ORDER BY ?x LIMIT 2 } } ORDER BY ?x # end", None, 1, [2]),
    ],
)
def test_a_cut_keeps_the_limits_of_the_query(
    closed: Dataset, query: str, limit: int | None, offset: int, wanted: list[int]
) -> None:
    assert [int(plain(row["x"])) for row in closed.select(cut(query, limit, offset))] == wanted


def test_what_cannot_be_read_cannot_be_cut() -> None:
    with pytest.raises(Problem):
        cut("SELECT * {}" + " " * 100_000, 1, 0)


def test_a_long_answer_is_shown_in_part_and_says_so(client: httpx.Client) -> None:
    text = page(client, "/questions/many")
    assert text.count('<tr id="row-') == 1000
    total = re.findall(r"([0-9,]+) rows, of which this page shows the first 1,000", words(text))[0]
    assert len(rows(client.get("/questions/many.csv").text)) == int(total.replace(",", "")) > 1000
    assert "too large for that" in text


def test_sources_are_told_of_so_many_rows_at_once(client: httpx.Client) -> None:
    assert refused(client, "/questions/wide.csv?sources=true", 413)["limit"] == 10_000
    assert len(rows(client.get("/questions/wide.csv").text)) == 12_000


def test_sources_of_a_page_are_told_where_those_of_all_rows_take_too_much(client: httpx.Client) -> None:
    assert "such as limit=2500" in str(refused(client, "/questions/wider.csv?sources=true", 413)["detail"])
    sourced = client.get("/questions/wide.csv?sources=true&limit=5&offset=7000")
    assert sourced.status_code == 200
    plain_rows = rows(client.get("/questions/wide.csv?limit=5&offset=7000").text)
    assert [{name: row[name] for name in ("a", "b")} for row in rows(sourced.text)] == plain_rows
    assert len(plain_rows) == 5


@pytest.mark.parametrize("name", list(LIBRARY)[::3])
def test_rows_of_a_page_have_the_sources_that_they_have_among_all(closed: Dataset, name: str) -> None:
    given, found = rules(closed.graph(ONTOLOGY_GRAPH)), LIBRARY[name].bind(LIBRARY[name].defaults())
    assert answer(closed.select, given, cut(found, 2, 1)).rows == answer(closed.select, given, found).rows[1:3]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x ?n { ?x a defkg:Mechanism OPTIONAL { ?x defkg:hasParty ?n . ?n a defkg:Country } } ORDER BY ?x ?n",
        "SELECT (STR(?x) AS ?y) { ?x defkg:hasParty _:b . _:b a defkg:Country } ORDER BY ?y",
        "SELECT ?x { ?x defkg:hasParty ?c MINUS { ?x defkg:hasParty _:b . _:b a defkg:Place } } ORDER BY ?x",
        "SELECT ?x ?z { ?x defkg:hasParty ?c BIND (?c AS ?z) } ORDER BY ?x ?z",
        "SELECT DISTINCT ?c { ?x defkg:hasParty ?c MINUS { ?c a defkg:Country } } ORDER BY ?c",
        "SELECT ?x (STR(?c) AS ?d) { ?x defkg:hasParty ?c BIND (?x AS ?z) } ORDER BY ?x VALUES ?c { id:country\\/ISR }",
    ],
)
def test_rows_of_a_page_of_an_odd_query_have_their_sources(closed: Dataset, query: str) -> None:
    given = rules(closed.graph(ONTOLOGY_GRAPH))
    whole = answer(closed.select, given, query).rows
    for at in range(4):
        assert answer(closed.select, given, cut(query, 2, at)).rows == whole[at : at + 2]
    assert len(whole) > 1


def test_the_lines_for_a_shell_and_for_python_fetch_the_answer(client: httpx.Client) -> None:
    text = page(client, f"{CARD}?official=Poh+Kui+Choon")
    command = unescape(re.findall(r'id="curl">(.*?)</pre>', text, re.DOTALL)[0])
    program = unescape(re.findall(r'id="python">(.*?)</pre>', text, re.DOTALL)[0])
    fetched = subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout.decode()
    scope: dict[str, object] = {}
    exec(program, scope)
    assert scope["rows"] == rows(fetched) == rows(client.get(f"{CARD}.csv?official=Poh+Kui+Choon").text)


@pytest.mark.parametrize("text", ["'; touch x; '", "$(touch x)", '"""', "a\nb", "\\", "`x`", "ü\u2028", "-o x", "!!"])
def test_no_address_gets_out_of_its_quotes(text: str, tmp_path: Path) -> None:
    shown = subprocess.run(
        ["sh", "-c", curl(text).replace("curl --silent --show-error --fail", "printf %s")],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert text == "-o x" or shown.stdout.decode() == text
    assert list(tmp_path.iterdir()) == []
    for program in (python(text), python_text(text)):
        tree = ast.parse(program)
        assert [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)].count(text) == 1


def test_a_question_that_is_no_query_of_its_own_has_a_shape() -> None:
    assert all(outline(question.sparql) for question in LIBRARY.values())


@contextmanager
def asked_all_the_while(address: str) -> Iterator[list[tuple[int, bool]]]:
    """Whether each page came, and with its rows; one of them asks several queries, which take seconds."""
    outcomes: list[tuple[int, bool]] = []
    stop = threading.Event()

    def ask(name: str) -> None:
        while not stop.is_set():
            answer = httpx.get(f"{address}/questions/{name}?why=1", headers=BROWSER, timeout=30)
            outcomes.append((answer.status_code, 'id="row-1"' in answer.text))

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("timeline-of-country", "many")]
    for thread in threads:
        thread.start()
    try:
        yield outcomes
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.alone
def test_every_query_of_a_page_is_on_the_account_of_the_client() -> None:
    options = ("--no-check", "--workers", "2", "--client-seconds", "0.0001", "--proxy", "127.0.0.1")
    with server(*options) as running, httpx.Client(base_url=running.address) as client:
        one, other = ({**BROWSER, "X-Forwarded-For": f"192.0.2.{number}"} for number in (1, 2))
        answer = client.get(CARD, headers=one)
        assert answer.status_code == 429
        assert "used their 0.0001 worker-seconds" in words(answer.text)
        assert int(answer.headers["retry-after"]) > 0
        assert client.get("/questions/timeline-of-country.csv", headers=one).json()["status"] == 429
        assert client.get("/questions/timeline-of-country.csv", headers=other).status_code == 200
        assert client.get(f"{CARD}.csv?sources=true", headers=other).json()["status"] == 429


def test_a_new_file_is_everywhere_after_a_reload(running: Server, client: httpx.Client) -> None:
    path = "/questions/countries-named-so"
    refused(client, path, 404)
    assert path not in client.get("/openapi.json").json()["paths"]
    queries = Path(str(running.process.args[running.process.args.index("--no-check") - 1])) / "queries"  # type: ignore[union-attr,arg-type,index]
    (queries / "new").mkdir()
    (queries / "new" / "countries-named-so.rq").write_text(
        "#+ title: Which country is called so?\n#+ tags: [newest]\n"
        "#+ parameters:\n#+   - {name: country, type: thing, class: defkg:Country, default: id:country/IND}\n"
        "#+ expected:\n#+   - country: id:country/IND\n#+     countryLabel: India\n"
        "SELECT ?country ?countryLabel WHERE { ?country skos:prefLabel ?countryLabel }\n"
    )
    with asked_all_the_while(running.address) as outcomes:
        running.process.send_signal(signal.SIGHUP)
        assert until(lambda: client.get(path).status_code == 200, 20)
        time.sleep(2)
    assert len(outcomes) > 3
    assert set(outcomes) == {(200, True)}
    assert "selected>India</option>" in page(client, path)
    assert rows(client.get(f"{path}.csv?country=Japan").text)[0]["countryLabel"] == "Japan"
    assert f'href="{path}"' in page(client, "/questions/?tag=newest")
    assert f'href="{path}"' in page(client, "/questions/")
    assert client.get("/openapi.json").json()["paths"][path]["get"]["operationId"] == "countries-named-so"
