"""The question library as a whole: how much it asks, of which terms, and that its empty answers could be full."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from pyoxigraph import NamedNode

from defkg.dataset import Dataset
from defkg.question import Question
from defkg.terms import ONTOLOGY, PREFIXES, TYPE, expand
from tests.conftest import ROOT, Broken
from tests.test_question import LIBRARY, answer

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
id:inauguration\/dpsu-bhawan defkg:date "2025" .
id:meeting\/india-israel-jwg-17 defkg:earliest "2025-11-05"^^xsd:date .
id:meeting\/india-brunei-jwg-2 a defkg:Meeting ; skos:prefLabel "Second meeting"@en ;
    defkg:date "2026" ; defkg:earliest "2026-01-01"^^xsd:date .
id:organisation\/jasdf defkg:subOrganisationOf id:organisation\/jsdf .
"""
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
