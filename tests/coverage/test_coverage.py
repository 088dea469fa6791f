"""Coverage: of sentences, of things, of terms, shapes and questions; what is not stated; the command."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from typer.testing import CliRunner

from defkg.cli import app
from defkg.coverage import Coverage, Covered, measure
from defkg.coverage.exercised import exercised
from defkg.coverage.extent import Extent
from defkg.dataset import Dataset
from defkg.inference import close
from defkg.project import Project, ProjectError
from defkg.question import QuestionError
from defkg.terms import ID, ONTOLOGY_GRAPH, REGISTRY_GRAPH, SHAPES_GRAPH, source_graph
from defkg.turtle import read_turtle
from tests.conftest import HEAD, ROOT

ONTOLOGY = """
defkg:Event a owl:Class ; rdfs:label "Event"@en . defkg:Visit a owl:Class ; rdfs:subClassOf defkg:Event .
defkg:Summit a owl:Class ; rdfs:label "Summit"@en . defkg:Official a owl:Class ; rdfs:label "Official"@en .
defkg:FocusArea a owl:Class . defkg:SourceDocument a owl:Class . defkg:Passage a owl:Class .
defkg:date a owl:DatatypeProperty ; rdfs:label "date"@en . defkg:place a owl:DatatypeProperty .
defkg:discussed a owl:ObjectProperty ; rdfs:subPropertyOf defkg:concerns .
defkg:Treaty a owl:Class ; rdfs:label "Treaty"@en ; rdfs:subClassOf defkg:Pact .
defkg:Pact a owl:Class ; rdfs:label "Pact"@en . defkg:sample a defkg:Treaty .
defkg:concerns a owl:ObjectProperty ; rdfs:label "concerns"@en .
"""
SHAPES = """
shapes:Event a sh:NodeShape ; sh:targetClass defkg:Event ; sh:nodeKind sh:IRI ;
    sh:property shapes:Event-evidence, shapes:Event-date, shapes:Event-place, shapes:Event-topic .
shapes:Event-evidence a sh:PropertyShape ; sh:path defkg:evidencedBy .
shapes:Event-date a sh:PropertyShape ; sh:path defkg:date ; sh:maxCount 1 .
shapes:Event-place a sh:PropertyShape ; sh:path defkg:place ; sh:maxCount 1 .
shapes:Event-topic a sh:PropertyShape ; sh:path defkg:discussed ; sh:minCount 1 .
shapes:Summit a sh:NodeShape ; sh:targetClass defkg:Summit ; sh:property shapes:Summit-label .
shapes:Summit-label a sh:PropertyShape ; sh:path skos:prefLabel ; sh:minCount 1 .
"""
REGISTRY = r"""
id:official\/ann a defkg:Official ; skos:prefLabel "Ann"@en .
id:official\/bob a defkg:Official ; skos:prefLabel "Bob"@en .
id:official\/eve a defkg:Official ; skos:prefLabel "Eve"@en .
id:visit\/a skos:prefLabel "Visit A"@en .
id:focus-area\/sea a defkg:FocusArea ; skos:broader id:focus-area\/land . id:focus-area\/land a defkg:FocusArea .
"""
VISIT = r"id:visit\/a a defkg:Visit ; defkg:discussed id:focus-area\/sea ; defkg:with id:official\/ann"


def document(slug: str, *passages: tuple[str, int, int, bool]) -> str:
    """A document with passages: a locator, the positions, and whether it is listed."""
    lines = [rf'id:source\/{slug} a defkg:SourceDocument ; dcterms:title "Title of {slug}"@en .']
    for locator, start, end, listed in passages:
        key = f"{slug}-{start}-{end}"
        lines += [
            rf'id:passage\/{key} a defkg:Passage ; defkg:locator "{locator}" ; defkg:sha256 "x" ;',
            rf"    prov:wasQuotedFrom id:source\/{slug} ; oa:hasSelector id:selector\/{key} .",
            rf"id:selector\/{key} oa:start {start} ; oa:end {end} .",
            rf"id:source\/{slug} defkg:hasSentence id:passage\/{key} ." if listed else "",
        ]
    return "\n".join(lines)


ONE = (
    document("one", ("S1", 0, 10, True), ("S2", 11, 20, True), ("S4", 21, 30, True), ("S2", 12, 15, False))
    + rf"""
{VISIT} ; defkg:evidencedBy id:passage\/one-0-10, id:passage\/one-12-15 .
id:visit\/b a defkg:Visit ; defkg:date "2020" ; defkg:evidencedBy id:passage\/one-0-10 .
"""
)
TWO = (
    document("two", ("S1", 0, 10, True))
    + rf"""
{VISIT}, id:official\/bob ; defkg:evidencedBy id:passage\/two-0-10 .
"""
)


def dataset() -> Dataset:
    files = [(read_turtle("o.ttl", (HEAD + ONTOLOGY).encode()), ONTOLOGY_GRAPH)]
    files.append((read_turtle("s.ttl", (HEAD + SHAPES).encode()), SHAPES_GRAPH))
    files.append((read_turtle("r.ttl", (HEAD + REGISTRY).encode()), REGISTRY_GRAPH))
    for name, turtle in (("one", ONE), ("two", TWO)):
        files.append((read_turtle(f"{name}.ttl", (HEAD + turtle).encode()), source_graph(name)))
    assert [finding for file, _ in files for finding in file.findings] == []
    return close(Dataset(files))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("shapes", "data", "queries/group", "queries/coverage"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology/o.ttl").write_text(HEAD + ONTOLOGY)
    return tmp_path


@pytest.fixture
def measured(folder: Path) -> Coverage:
    return measure(Project.open(folder), dataset())


def covered(measured: Coverage, slug: str) -> Covered:
    return next(document for document in measured.documents if document.slug == slug)


def test_things_and_facts_rest_on_the_sentences_they_cite_in_that_document(measured: Coverage) -> None:
    one = covered(measured, "one")
    assert [(s.locator, s.start, s.things, s.facts) for s in one.sentences] == [
        ("S1", 0, 2, 5),
        ("S2", 11, 1, 3),
        ("S4", 21, 0, 0),
    ]
    assert (one.title, one.things, one.facts) == ("Title of one", 2, 5)


def test_sentences_without_facts_and_gaps_in_the_numbering_are_named(measured: Coverage) -> None:
    one = covered(measured, "one")
    assert ([s.locator for s in one.silent], one.missing) == (["S4"], ("S3",))
    assert (covered(measured, "two").silent, covered(measured, "two").missing) == ([], ())


def test_things_are_counted_by_the_documents_that_speak_of_them(measured: Coverage) -> None:
    kinds = {kind.kind.label: kind for kind in measured.sourced}
    visits, officials = kinds["defkg:Visit"], kinds["Official"]
    assert [(thing.label, count) for thing, count in visits.more] == [("Visit A", 2)]
    assert (visits.one, visits.none) == (1, ())
    assert [(thing.label, count) for thing, count in officials.more] == [("Ann", 2)]
    assert (officials.one, [thing.label for thing in officials.none]) == (1, ["Eve"])
    assert (measured.corroborated, measured.single, measured.unspoken) == (2, 2, 1)
    assert "Source document" not in kinds


def test_terms_that_no_fact_uses_are_told_apart_from_inferred_ones(measured: Coverage) -> None:
    unused = {entry.kind: entry for entry in measured.unused}

    def names(kind: str) -> tuple[list[str], list[str]]:
        return [t.label for t in unused[kind].never], [t.label for t in unused[kind].inferred]

    assert names("classes") == (["Pact", "Summit", "Treaty"], ["Event"])
    assert names("properties") == (["defkg:place"], ["concerns"])
    assert names("focus areas") == (["focus-area/land"], [])
    assert (unused["classes"].total, unused["focus areas"].total) == (9, 2)


def test_properties_that_shapes_leave_open_are_not_stated_of(measured: Coverage) -> None:
    assert [(e.title, e.total, [t.label for t in e.things]) for e in measured.unstated] == [
        ("Event: date", 2, ["Visit A"]),
        ("Event: place", 2, ["Visit A", "visit/b"]),
    ]


def test_query_of_the_project_takes_the_place_of_a_shape(folder: Path) -> None:
    query = "SELECT ?thing ?stated { ?thing a defkg:Visit BIND(EXISTS { ?thing defkg:date ?d } AS ?stated) }"
    head = "#+ title: Visits without a day\n#+ replaces: [Event-date, Event-place]\n"
    (folder / "queries/coverage/day.rq").write_text(f"{head}{query}\n")
    found = measure(Project.open(folder), dataset()).unstated
    assert [(e.title, e.total, [t.label for t in e.things]) for e in found] == [
        ("Visits without a day", 2, ["Visit A"])
    ]


@pytest.mark.parametrize("text", ["SELECT ?thing { ?thing a ?c }", "#+ title: x\nSELECT ?thing {"])
def test_query_that_cannot_be_used_says_which(folder: Path, text: str) -> None:
    (folder / "queries/coverage/wrong.rq").write_text(text)
    with pytest.raises(QuestionError, match=r"queries/coverage/wrong\.rq:\d"):
        measure(Project.open(folder), dataset())


def test_shapes_that_nothing_exercises(measured: Coverage) -> None:
    found = measured.exercised
    assert (found.shapes, found.without_focus, found.rules) == (7, ("shapes:Summit",), 0)
    assert found.without_value == ("shapes:Event-place",)


def test_shape_that_forbids_a_property_wants_no_value(folder: Path) -> None:
    data = dataset()
    forbidden = "shapes:Event-place sh:maxCount 0 ."
    files = [*data.files, (read_turtle("f.ttl", (HEAD + forbidden).encode()), SHAPES_GRAPH)]
    closed = close(Dataset(files))
    assert exercised(Project.open(folder), closed, Extent(closed)).without_value == ()


def test_rules_without_both_examples(folder: Path) -> None:
    examples = folder / "tests/examples"
    for name in ("Event", "Event-date", "Event-place"):
        (examples / name).mkdir(parents=True)
        (examples / name / "pass.ttl").touch()
        (examples / name / "fail.ttl").touch()
    (examples / "Event-place/fail.ttl").unlink()
    found = measure(Project.open(folder), dataset()).exercised
    assert (found.rules, found.without_example) == (5, ("Event-place", "Event-topic", "Summit-label"))


QUESTION = """#+ title: t
#+ parameters:
#+   - {name: who, type: thing, default: id:official/ann}
#+   - {name: day, type: text, default: a}
#+ expected: []
#+ cases:
#+   - parameters: {who: id:official/bob, day: a}
#+     expected: [%s]
SELECT ?x { ?x a ?who ; ?p ?day }
"""


def test_questions_without_rows_and_parameters_that_keep_their_default(folder: Path) -> None:
    (folder / "queries/group/silent.rq").write_text(QUESTION % "")
    (folder / "queries/group/telling.rq").write_text(QUESTION % "{x: y}")
    found = measure(Project.open(folder), dataset()).exercised
    assert (found.questions, found.without_rows) == (2, ("silent",))
    assert found.without_case == ("silent ?day", "telling ?day")


@pytest.fixture(scope="module")
def bundled(closed: Dataset) -> Coverage:
    return measure(Project.open(ROOT), closed)


def test_every_fact_with_evidence_rests_on_a_sentence_in_the_bundled_graph(bundled: Coverage) -> None:
    assert len(bundled.documents) == 5
    for document in bundled.documents:
        assert document.things >= max(s.things for s in document.sentences) > 0
        assert sum(s.facts for s in document.sentences) >= document.facts
        assert document.missing == ()


def test_bundled_traps_are_told_as_not_stated(bundled: Coverage) -> None:
    unstated = {entry.title: entry for entry in bundled.unstated}
    (undated,) = unstated["Agreements without a date"].things
    assert undated.label.startswith("Memorandum of Defence Cooperation and Exchanges")
    signed = unstated["Agreements without a signatory"]
    assert len(signed.things) == signed.total - 1
    assert "Agreement: date" not in unstated


def test_who_speaks_in_a_post_has_one(bundled: Coverage) -> None:
    without = [entry for entry in bundled.unstated if entry.title == "Officials without a post"]
    assert "Nagesh Singh" not in [thing.label for entry in without for thing in entry.things]


def test_bundled_gaps_of_co_chairs_days_and_cities_are_told(bundled: Coverage) -> None:
    unstated = {entry.title: entry for entry in bundled.unstated}
    chaired, open_bound, country = (
        unstated[title]
        for title in (
            "Mechanisms without a named co-chair",
            "Events of which only an open bound is known",
            "Events of which only the country is known",
        )
    )
    assert (len(chaired.things), chaired.total) == (14, 15)
    assert f"{ID}mechanism/india-brunei-jwg" not in {thing.iri for thing in chaired.things}
    assert (len(open_bound.things), open_bound.total) == (4, 24)
    assert {thing.iri.removeprefix(ID) for thing in open_bound.things} == {
        "meeting/india-israel-jwg-17",
        "meeting/india-israel-ministry-discussions",
        "signing/india-brunei-jwg-terms-of-reference",
        "signing/india-israel-mou",
    }
    assert country.total == 9
    assert {thing.iri.removeprefix(ID) for thing in country.things} == {
        "meeting/india-israel-jwg-17",
        "meeting/india-japan-2-plus-2-ministerial-1",
    }


def test_participation_is_called_by_its_person_and_event(bundled: Coverage) -> None:
    labels = [
        thing.label for kind in bundled.sourced if kind.kind.label.startswith("Co-chair") for thing, _ in kind.more
    ]
    assert labels[0] == (
        "Amitabh Prasad, Inaugural meeting of the India–Brunei Joint Working Group on Defence Cooperation"
    )


def test_coverage_can_be_handed_to_another_process(bundled: Coverage) -> None:
    assert pickle.loads(pickle.dumps(bundled)) == bundled


def run(*args: str | Path) -> str:
    done = CliRunner().invoke(app, ["coverage", *map(str, args)])
    assert done.exit_code == 0, done.exception
    return done.stdout


def test_text_has_a_line_for_each_sentence(folder: Path) -> None:
    (folder / "data/sources").mkdir()
    (folder / "data/sources/one.ttl").write_text(HEAD + ONE)
    (folder / "shapes/s.ttl").write_text(HEAD + SHAPES)
    lines = [" ".join(line.split()) for line in run(folder).splitlines()]
    assert lines[:6] == [
        "one: Title of one",
        "2 things, 5 facts, 2 of 3 sentences",
        "S1 0 to 10 2 things, 5 facts",
        "S2 11 to 20 1 thing, 3 facts",
        "S4 21 to 30 nothing rests on it",
        "not listed: S3",
    ]
    assert "Event: date: 1 of 2: visit/a" in lines
    assert "shapes that no thing is tried on, of 7: shapes:Summit" in lines


def test_json_names_its_members(folder: Path) -> None:
    (folder / "data/sources").mkdir()
    (folder / "data/sources/one.ttl").write_text(HEAD + ONE)
    told = json.loads(run(folder, "--format", "json"))
    sentence = told["documents"][0]["sentences"][1]
    assert (sentence["locator"], sentence["things"], sentence["facts"]) == ("S2", 1, 3)
    assert told["unused"][0]["kind"] == "classes"


def test_question_that_cannot_be_used_stops_the_command(folder: Path) -> None:
    (folder / "queries/group/wrong.rq").write_text("SELECT")
    done = CliRunner().invoke(app, ["coverage", str(folder)])
    assert isinstance(done.exception, ProjectError)
