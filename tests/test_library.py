"""The question library as a whole: how much it asks, of which terms, and that its empty answers could be full."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import fromstring

import pytest
from pyoxigraph import Literal, NamedNode

from defkg.dataset import Dataset
from defkg.naming import labels
from defkg.provenance import columns
from defkg.question import Question
from defkg.terms import ONTOLOGY, PREFIXES, TYPE, Term, expand
from defkg.views import draw
from defkg.views.days import spoken
from defkg.views.labelled import Labelled
from tests.conftest import ROOT, Broken
from tests.test_question import CASES, LIBRARY, answer
from tests.views.pictures import items

VOCABULARY = ROOT / "docs" / "question-vocabulary.md"
OWL = PREFIXES["owl"]
KINDS = tuple(NamedNode(OWL + kind) for kind in ("Class", "ObjectProperty", "DatatypeProperty"))
GROUPS = "officials mechanisms agreements exercises topics evidence visits timeline comparison".split()
EMPTY = sorted(name for name, question in LIBRARY.items() if not question.expected)
TOKENS = re.compile(r'<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"|#[^\n]*|\?\w+|[\w-]*:[\w-]*|\w+|\S')
PROLOGUE = re.compile(r"^PREFIX .*\n", re.MULTILINE)

# What a careless graph would hold, and each question whose empty answer it would fill.
CARELESS = r"""
id:participation\/a a defkg:CoChairParticipation ;
    defkg:participant id:official\/amitabh-prasad ; defkg:coChairIn id:meeting\/india-thailand-talks-2024-12-12 .
id:meeting\/india-thailand-talks-2024-12-12 defkg:meetingOf id:mechanism\/india-thailand-jwg .
id:participation\/b a defkg:CoChairParticipation ;
    defkg:participant id:official\/rajesh-kumar-singh ; defkg:coChairIn id:meeting\/india-israel-jwg-17 .
id:participation\/c a defkg:SignatoryParticipation ;
    defkg:participant id:official\/rajesh-kumar-singh ; defkg:signatoryIn id:signing\/india-israel-mou .
id:participation\/d a defkg:DelegationHeadParticipation ;
    defkg:participant id:official\/nagesh-singh ; defkg:delegationHeadIn id:meeting\/india-thailand-talks-2024-12-12 .
id:participation\/e defkg:onBehalfOf id:country\/JPN ; defkg:participant id:official\/nagesh-singh .
id:agreement\/india-japan-supplies-and-services-agreement defkg:hasParty id:country\/IND, id:country\/JPN .
id:signing\/india-israel-mou defkg:heldInCountry id:country\/ISR .
id:exercise\/malabar defkg:hasParty id:country\/THA, id:country\/BRN .
id:exercise-edition\/malabar a defkg:ExerciseEdition ;
    defkg:editionOf id:exercise\/malabar ; skos:prefLabel "MALABAR"@en .
id:exercise-edition\/milan-2022 defkg:heldAt id:place\/new-delhi .
id:mechanism\/india-brunei-jwg defkg:frequency <http://purl.org/cld/freq/annual> .
id:meeting\/india-brunei-jwg-1 defkg:discussed id:focus-area\/co-production .
id:policy\/three-principles defkg:policyOf id:country\/JPN .
id:visit\/poh-kui-choon defkg:date "2025-12-09" ; defkg:dateBasis "inferred" .
id:inauguration\/dpsu-bhawan defkg:date "2025" ; defkg:dateBasis "inferred" .
id:meeting\/india-israel-jwg-17 defkg:date "2025-11-05" ; defkg:dateBasis "inferred" ;
    defkg:earliest "2025-11-05"^^xsd:date ; defkg:latest "2025-11-05"^^xsd:date .
id:meeting\/india-brunei-jwg-2 a defkg:Meeting ; skos:prefLabel "Second meeting"@en ;
    defkg:date "2026" ; defkg:dateBasis "stated" ; defkg:earliest "2026-01-01"^^xsd:date .
id:organisation\/jasdf defkg:subOrganisationOf id:organisation\/jsdf .
"""
DATES = "SELECT ?thing ?date ?basis WHERE { GRAPH ?g { ?thing defkg:date ?date ; defkg:dateBasis ?basis } }"
INFERRED = """SELECT DISTINCT ?thing ?date WHERE {
  GRAPH ?g { ?dated defkg:date ?date ; defkg:dateBasis "inferred" }
  ?thing (defkg:signedAt|defkg:concludedAt)? ?dated .
}"""
TIMELINES = sorted(name for name, question in LIBRARY.items() if question.view.kind == "timeline")
SHOWING_DATES = sorted(name for name, question in LIBRARY.items() if "date" in columns(question.sparql))
TELLING = {"status", "firmness", "note", "relation"}
DATED = r'id:agreement\/india-japan-memorandum defkg:date "2014-09" ; defkg:dateBasis "stated" .'


@pytest.fixture(scope="module")
def careless(broken: Broken) -> Dataset:
    return broken(add=CARELESS + DATED, source="undated-india-japan-defence-cooperation")


def terms(closed: Dataset) -> set[str]:
    """The classes and properties that the ontology declares."""
    store = closed.store
    found = {quad.subject for kind in KINDS for quad in store.quads_for_pattern(None, TYPE, kind, None)}
    return {term.value for term in found if isinstance(term, NamedNode) and term.value.startswith(ONTOLOGY)}


def asked(question: Question) -> set[str]:
    """The ontology's terms that a question's query names, in full or by prefix."""
    names = {token.strip("<>") for token in TOKENS.findall(PROLOGUE.sub("", question.sparql))}
    return {expand(name) for name in names if name.startswith(("defkg:", ONTOLOGY))}


def listed() -> dict[str, str]:
    """The terms of the vocabulary page with the reasons why no question uses them."""
    rows = re.findall(r"^\| `(defkg:\w+)` \| (.*?) \|$", VOCABULARY.read_text(encoding="utf-8"), re.MULTILINE)
    return {expand(name): reason for name, reason in rows}


def shape(question: Question) -> str:
    """The query without prefixes and layout, its variables numbered in order of appearance."""
    tokens = [token for token in TOKENS.findall(PROLOGUE.sub("", question.sparql)) if not token.startswith("#")]
    numbers: dict[str, str] = {}
    return " ".join(numbers.setdefault(t, f"?{len(numbers)}") if t.startswith("?") else t for t in tokens)


def test_there_are_sixty_questions() -> None:
    assert len(LIBRARY) >= 60


def test_a_sixth_of_the_answers_is_empty() -> None:
    assert len(EMPTY) * 6 >= len(LIBRARY), f"{len(EMPTY)} of {len(LIBRARY)}"


def test_every_group_has_a_handful() -> None:
    count = Counter(question.group for question in LIBRARY.values())
    assert {group for group in count if count[group] >= 5} == set(GROUPS)


def test_every_term_is_asked_for_or_listed_with_a_reason(closed: Dataset) -> None:
    used = set().union(*map(asked, LIBRARY.values()))
    assert sorted(terms(closed) - used - set(listed())) == []


def test_what_is_listed_is_a_term_that_no_question_uses(closed: Dataset) -> None:
    used = set().union(*map(asked, LIBRARY.values()))
    assert sorted(set(listed()) & used) == []
    assert set(listed()) <= terms(closed)
    assert all(len(reason.split()) > 4 for reason in listed().values())


def test_no_question_asks_for_a_term_that_is_not_there(closed: Dataset) -> None:
    known = terms(closed)
    assert {
        name: sorted(asked(question) - known) for name, question in LIBRARY.items() if asked(question) - known
    } == {}


def test_no_two_questions_ask_the_same() -> None:
    same: dict[str, list[str]] = {}
    for name, question in LIBRARY.items():
        same.setdefault(shape(question), []).append(name)
    assert [names for names in same.values() if len(names) > 1] == []
    titles = Counter(question.title for question in LIBRARY.values())
    assert [title for title, number in titles.items() if number > 1] == []


def test_shape_does_not_depend_on_names_and_layout() -> None:
    query = "PREFIX defkg: <x>\nSELECT ?a WHERE { ?a defkg:date ?b }"
    other = "SELECT ?x\nWHERE {\n  ?x defkg:date ?y # when\n}"
    assert shape(Question("a", "g", "t", query)) == shape(Question("b", "g", "t", other))
    assert shape(Question("a", "g", "t", query)) != shape(Question("b", "g", "t", other.replace("?x d", "?y d")))


@pytest.mark.parametrize("name", EMPTY)
def test_empty_answer_is_explained(name: str) -> None:
    assert re.search(r"\b[Ee]mpty\b|\bNo row means\b", LIBRARY[name].description)


@pytest.mark.parametrize("name", EMPTY)
def test_careless_graph_would_fill_the_empty_answer(careless: Dataset, name: str) -> None:
    assert answer(careless, name, {}) != []


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_rows_are_ordered_by_what_they_show(name: str) -> None:
    sparql = LIBRARY[name].sparql
    assert re.search(r"^ORDER BY .*\?\w+", sparql, re.MULTILINE)


def rows_of(closed: Dataset, name: str) -> list[list[dict[str, Term]]]:
    """The answers of a question at its defaults and in its cases."""
    question, found = LIBRARY[name], []
    parameters = {parameter.name: parameter for parameter in question.parameters}
    for given in (case.get("parameters") or {} for asked_for, _, case in CASES if asked_for == name):
        values = {key: parameters[key].term(str(value)) for key, value in given.items()}
        found.append(closed.select(question.bind(question.defaults() | values)))
    return found


def drawn(closed: Dataset, name: str, rows: list[dict[str, Term]]) -> tuple[set[str], set[str]]:
    """The sentences of a question's timeline; and those that things with an inferred date must have."""
    view, variables = LIBRARY[name].view, columns(LIBRARY[name].sparql)
    iris = {term.value for row in rows for term in row.values() if isinstance(term, NamedNode)}
    table = Labelled(variables, rows, labels(closed.select, iris))
    svg = draw("timeline", view.columns, variables, rows, table.labels)
    said = (
        {re.sub(r" \(\d+ rows\)$", "", entry) for entry in items(fromstring(svg), "Things by date")} if svg else set()
    )
    known = {(row["thing"], row["date"]) for row in closed.select(f"PREFIX defkg: <{ONTOLOGY}>\n{INFERRED}")}
    what, when = table.subject(view.columns["what"]), view.columns["when"]
    inferred = [row for row in rows if any((term, row.get(when)) in known for term in row.values())]
    cells = [(table.cell(row, what), spoken(row[when])) for row in inferred]
    return said, {f"{cell.label}: {date}, inferred" for cell, date in cells if cell}


@pytest.mark.parametrize("name", TIMELINES)
def test_no_inferred_date_is_drawn_as_stated(closed: Dataset, name: str) -> None:
    for rows in rows_of(closed, name):
        said, inferred = drawn(closed, name, rows)
        assert sorted(inferred - said) == []
        assert sorted(said & {sentence.removesuffix(", inferred") for sentence in inferred}) == []


@pytest.mark.parametrize("name", SHOWING_DATES)
def test_question_that_shows_dates_tells_which_are_inferred(name: str) -> None:
    question = LIBRARY[name]
    assert "basis" in columns(question.sparql)
    assert question.view.kind != "timeline" or question.view.columns["basis"] == "basis"


@pytest.fixture(scope="module")
def disputed(closed: Dataset, broken: Broken) -> Dataset:
    """The graph with one document more that dates all events otherwise, and on the other basis."""
    other = {"stated": "inferred", "inferred": "stated"}
    said = {
        f'{row["thing"]} defkg:date "1999-03-01" ; defkg:datePrecision "day" ; '
        f'defkg:dateBasis "{other[row["basis"].value]}" ; '
        'defkg:earliest "1999-03-01"^^xsd:date ; defkg:latest "1999-03-01"^^xsd:date .'
        for row in closed.select(f"PREFIX defkg: <{ONTOLOGY}>\n{DATES}")
        if isinstance(row["basis"], Literal)
    }
    return broken(add="\n".join(sorted(said)))


@pytest.mark.parametrize("name", SHOWING_DATES)
def test_what_two_documents_say_of_a_date_is_not_mixed(closed: Dataset, disputed: Dataset, name: str) -> None:
    facts = ("date", "basis", "earliest", "latest", "precision")
    said = {tuple(row.get(fact) for fact in facts) for rows in rows_of(closed, name) for row in rows}
    other = {tuple(row.get(fact) for fact in facts) for rows in rows_of(disputed, name) for row in rows}
    for date, _, *bounds in other - said:
        assert isinstance(date, Literal)
        assert date.value == "1999-03-01"
        assert {bound.value for bound in bounds if isinstance(bound, Literal)} <= {"1999-03-01", "day"}


@pytest.mark.parametrize("name", sorted(name for name, question in LIBRARY.items() if question.view.kind != "table"))
def test_picture_keeps_how_firm_its_answer_is(name: str) -> None:
    question = LIBRARY[name]
    shown = {column.removesuffix("Label") for column in question.view.columns.values()}
    firm = {"relation"} if "firmness" in shown else set()
    assert TELLING & set(columns(question.sparql)) <= shown | firm
