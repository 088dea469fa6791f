"""What a change means: changes to copies of the bundled project, and to a small one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from defkg.dataset import quads
from defkg.difference import Difference, State, compare, machine, of_file, of_project, prose
from defkg.difference.answers import ALONE, MOST, Answer
from defkg.difference.machine import CHANGESET
from defkg.difference.reach import reach
from defkg.project import FOLDERS, Project, ProjectError
from defkg.terms import ID, INFERRED_GRAPH, ONTOLOGY, PREFIXES, SHAPES, SHAPES_GRAPH, Term, show
from tests.conftest import HEAD, ROOT

CO_CHAIR = r"""
id:participation\/meeting-india-israel-jwg-17--rajesh-kumar-singh--co-chair a defkg:CoChairParticipation ;
    defkg:participant id:official\/rajesh-kumar-singh ;
    defkg:coChairIn id:meeting\/india-israel-jwg-17 .
id:source\/2026-01-01-report a defkg:SourceDocument .
"""
Edit = Callable[[Path], None]

ONTOLOGY_TEXT = """
defkg:Official a owl:Class . defkg:Meeting a owl:Class . defkg:Group a owl:Class .
defkg:coChairedMeeting a owl:ObjectProperty . defkg:meetingOf a owl:ObjectProperty .
defkg:coChaired a owl:ObjectProperty ; owl:propertyChainAxiom ( defkg:coChairedMeeting defkg:meetingOf ) .
"""
SHAPES_TEXT = r"""
shapes:Official a sh:NodeShape ; sh:targetClass defkg:Official ; sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ;
    sh:message "an official needs a label" ] .
"""
REGISTRY_TEXT = r"""
id:official\/ann a defkg:Official ; skos:prefLabel "Ann"@en .
id:official\/bob a defkg:Official ; skos:prefLabel "Bob"@en .
id:group\/g a defkg:Group ; skos:prefLabel "Group"@en .
id:group\/h a defkg:Group ; skos:prefLabel "Group"@en .
"""
SOURCE_TEXT = r"""
id:source\/s a defkg:SourceDocument ; dcterms:title "The report"@en .
id:meeting\/m a defkg:Meeting ; defkg:meetingOf id:group\/g ; defkg:date "2012" ; defkg:evidencedBy id:passage\/s-1 .
id:official\/ann defkg:coChairedMeeting id:meeting\/m .
id:passage\/s-1 a defkg:Passage ; prov:wasQuotedFrom id:source\/s ; oa:hasSelector id:selector\/s-1 .
id:selector\/s-1 a oa:TextPositionSelector ; oa:start 1 ; oa:end 9 .
"""
QUESTION = """#+ title: Which groups has an official co-chaired?
#+ parameters:
#+   - {name: official, type: thing, class: defkg:Official, default: id:official/ann}
SELECT ?group WHERE { ?official defkg:coChaired ?group }
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small project in a folder of its own."""
    return make(tmp_path / "small")


def make(root: Path) -> Path:
    """A project of a dozen facts, so that a comparison takes no time."""
    for name in (*FOLDERS, "data/registry", "data/sources", "queries/officials", "queries/checks"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "ontology" / "o.ttl").write_text(HEAD + ONTOLOGY_TEXT)
    (root / "shapes" / "s.ttl").write_text(HEAD + SHAPES_TEXT)
    (root / "data" / "registry" / "r.ttl").write_text(HEAD + REGISTRY_TEXT)
    (root / "data" / "sources" / "s.ttl").write_text(HEAD + SOURCE_TEXT)
    (root / "queries" / "officials" / "co-chaired.rq").write_text(QUESTION)
    return root


def replaced(name: str, old: str, new: str) -> Edit:
    """An edit that replaces a text in a file."""

    def edit(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return edit


def appended(name: str, text: str) -> Edit:
    """An edit that adds a text to a file, or makes the file."""

    def edit(root: Path) -> None:
        path = root / name
        path.write_text((path.read_text() if path.exists() else HEAD) + text)

    return edit


def moved(name: str, new: str) -> Edit:
    """An edit that gives a file another name."""

    def edit(root: Path) -> None:
        (root / name).rename(root / new)

    return edit


def changed(root: Path, *edits: Edit) -> Difference:
    """A project compared with a copy of it that was edited."""
    copy = root.with_name("edited")
    shutil.copytree(root, copy)
    for edit in edits:
        edit(copy)
    return compare(of_project(Project.open(root), "before"), of_project(Project.open(copy), "after"))


def bundled(folder: Path) -> Path:
    """A copy of the bundled project."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / "before" / name)
    return folder / "before"


def thing(name: str) -> NamedNode:
    return NamedNode(ID + name)


def said(found: Difference) -> list[str]:
    """The changed facts in short."""
    values = [
        (f, show(f.old) if f.old is not None else "", show(f.new) if f.new is not None else "") for f in found.facts
    ]
    return [f"{f.change} {show(f.subject)} {show(f.predicate)} {old}>{new}" for f, old, new in values]


def shown(rows: list[tuple[tuple[str, Term], ...]]) -> list[dict[str, str]]:
    return [{name: show(term) for name, term in row} for row in rows]


def answer(found: Difference, name: str, **values: Term) -> Answer:
    return next(a for a in found.answers.changed if a.question.name == name and a.values == values)


def test_new_document_makes_an_official_a_co_chair(tmp_path: Path) -> None:
    found = changed(bundled(tmp_path), appended("data/sources/2026-01-01-report.ttl", CO_CHAIR))
    official = thing("official/rajesh-kumar-singh")
    row = {"jwg": "id:mechanism/india-israel-jwg"}
    gained = answer(found, "jwgs-co-chaired-by", official=official)
    assert [row.items() <= got.items() for got in shown(gained.gained)] == [True]
    assert gained.lost == []
    participation = thing("participation/meeting-india-israel-jwg-17--rajesh-kumar-singh--co-chair")
    assert found.added == [participation, thing("source/2026-01-01-report")]
    rules = {show(t.predicate): found.reasons[t].name for t in found.inferred if t.subject == official}
    assert rules["defkg:coChaired"] == "prp-spo2"
    assert rules["defkg:participatesThrough"] in ("prp-inv1", "prp-inv2")
    assert found.removed == found.lost == found.mended == []
    assert SHAPES + "Participation-evidence" in {finding.rule for finding in found.gained}
    assert {f.place.file for f in found.gained} == {"data/sources/2026-01-01-report.ttl"}


def test_renamed_official_is_one_change_with_all_that_is_named_after_her(tmp_path: Path) -> None:
    root = bundled(tmp_path)

    def rename(copy: Path) -> None:
        for path in copy.glob("data/**/*.ttl"):
            path.write_text(path.read_text().replace("poh-kui-choon", "poh-kui-chun"))
        replaced("data/registry/officials.ttl", '"Poh Kui Choon"@en', '"Poh Kui Chun"@en')(copy)

    found = changed(root, rename)
    assert found.added == found.removed == []
    assert found.renamed[thing("official/poh-kui-choon")] == thing("official/poh-kui-chun")
    assert len(found.renamed) > 5
    assert said(found) == ['changed id:official/poh-kui-chun skos:prefLabel "Poh Kui Choon">"Poh Kui Chun"']
    assert {show(t.predicate) for t in (*found.inferred, *found.lost)} == {"rdfs:label"}
    rows = [row for a in found.answers.changed for row in a.gained]
    assert all(any("Poh Kui Chun" in show(term) for _, term in row) for row in rows)
    words = "~ Official Poh Kui Choon → Poh Kui Chun id:official/poh-kui-chun, was id:official/poh-kui-choon"
    assert words in prose.text(found)


def test_layout_is_no_meaning(small: Path) -> None:
    found = changed(
        small,
        replaced(
            "data/sources/s.ttl",
            SOURCE_TEXT,
            "# first\n" + SOURCE_TEXT.replace(" ; ", "\n  ;\n\t").replace(";", ";#\n"),
        ),
        replaced("data/registry/r.ttl", REGISTRY_TEXT, "\n".join(reversed(REGISTRY_TEXT.splitlines()))),
        replaced("ontology/o.ttl", "( defkg:coChairedMeeting", "(\n# chain\ndefkg:coChairedMeeting"),
        replaced(
            "shapes/s.ttl", " sh:path skos:prefLabel ; sh:minCount 1 ;", " sh:minCount 1 ; sh:path skos:prefLabel ;"
        ),
        replaced("queries/officials/co-chaired.rq", "{ ?official", "{ # who\n  ?official"),
    )
    assert not found
    assert prose.text(found) == "before → after: no difference in meaning\n"
    assert json.loads(machine.as_json(found))["different"] is False


def test_changed_value_is_one_change_and_names_its_document(small: Path) -> None:
    found = changed(small, replaced("data/sources/s.ttl", '"2012"', '"2013"'))
    assert said(found) == ['changed id:meeting/m defkg:date "2012">"2013"']
    assert '~ defkg:date "2012" → "2013" [s]' in prose.text(found)


def test_fact_that_another_document_states_as_well_is_told_as_held(small: Path) -> None:
    fact = "id:official\\/ann defkg:coChairedMeeting id:meeting\\/m .\n"
    found = changed(small, appended("data/sources/t.ttl", fact))
    assert [(f.change, show(f.subject), f.held) for f in found.facts] == [("added", "id:official/ann", True)]
    assert found.inferred == found.answers.changed == []
    assert "which held before [t]" in prose.text(found)


def test_evidence_is_counted_by_document_not_poured_out(small: Path) -> None:
    found = changed(
        small,
        replaced("data/sources/s.ttl", "oa:end 9", "oa:end 8"),
        appended(
            "data/sources/s.ttl",
            "id:passage\\/s-2 a defkg:Passage ; oa:hasSelector id:selector\\/s-2 .\n"
            "id:selector\\/s-2 a oa:TextPositionSelector ; oa:start 9 .\n"
            "id:group\\/g defkg:evidencedBy id:passage\\/s-1, id:passage\\/s-2 .\n",
        ),
    )
    assert found.facts == found.added == []
    assert "~ s: passages added: 1, passages changed: 1, links to passages added: 2\n" in prose.text(found)


def test_removed_passage_takes_its_links_with_it(small: Path) -> None:
    found = changed(
        small,
        replaced("data/sources/s.ttl", " ; defkg:evidencedBy id:passage\\/s-1", ""),
        replaced("data/sources/s.ttl", SOURCE_TEXT[SOURCE_TEXT.index("id:passage\\/s-1 a") :], ""),
    )
    assert bool(found)
    assert found.facts == found.removed == []
    assert "~ s: passages removed: 1, links to passages removed: 1\n" in prose.text(found)


def test_axiom_makes_new_things_follow_and_old_ones_not(small: Path) -> None:
    chain = "owl:propertyChainAxiom ( defkg:coChairedMeeting defkg:meetingOf )"
    found = changed(small, replaced("ontology/o.ttl", chain, "owl:propertyChainAxiom ( defkg:met defkg:meetingOf )"))
    assert [show(t.subject) + " " + show(t.predicate) for t in found.lost] == ["id:official/ann defkg:coChaired"]
    assert [show(f.predicate) for f in found.facts] == ["owl:propertyChainAxiom"]
    assert shown(answer(found, "co-chaired", official=thing("official/ann")).lost) == [{"group": "id:group/g"}]
    text = prose.text(found)
    assert "~ owl:propertyChainAxiom (defkg:coChairedMeeting defkg:meetingOf) → (defkg:met defkg:meetingOf)" in text
    assert "- defkg:coChaired Group (id:group/g) by prp-spo2: defkg:coChaired propertyChainAxiom" in text
    back = compare(found.new, found.old)
    assert back.inferred == found.lost
    assert back.reasons.keys() == found.reasons.keys()


def test_broken_side_is_told_with_its_name_and_place(small: Path) -> None:
    with pytest.raises(ProjectError, match=r"^after: data/sources/s\.ttl:\d+:\d+ checks:syntax"):
        changed(small, appended("data/sources/s.ttl", "id:x a\n"))


@pytest.mark.parametrize(
    ("head", "words"),
    [("SELECT ?x WHERE { ?x", r"before: queries/.*co-chaired\.rq"), ("ASK", r"before: queries/.*co-chaired\.rq")],
)
def test_question_that_cannot_be_asked_is_told_with_its_side(small: Path, head: str, words: str) -> None:
    (small / "queries" / "officials" / "co-chaired.rq").write_text(f"#+ title: T\n{head}")
    with pytest.raises(ProjectError, match=words):
        changed(small, replaced("data/sources/s.ttl", "2012", "2013"))


def test_questions_come_go_and_ask_something_else(small: Path) -> None:
    (small / "queries" / "officials" / "old.rq").write_text("#+ title: Old\nASK {}")
    found = changed(
        small,
        moved("queries/officials/old.rq", "queries/officials/new.rq"),
        replaced("queries/officials/co-chaired.rq", "SELECT ?group", "SELECT DISTINCT ?official"),
    )
    told = found.answers
    assert (told.added, told.removed, told.edited) == (["new"], ["old"], ["co-chaired"])
    assert shown(answer(found, "co-chaired", official=thing("official/ann")).gained) == [
        {"official": "id:official/ann"}
    ]


def test_questions_are_asked_with_cases_and_with_what_the_change_touches(small: Path) -> None:
    path = small / "queries" / "officials" / "co-chaired.rq"
    case = "#+ cases:\n#+   - parameters: {official: id:official/bob}\n#+     expected: []\nSELECT"
    path.write_text(path.read_text().replace("SELECT", case))
    found = changed(
        small,
        appended("data/registry/r.ttl", 'id:official\\/eve a defkg:Official ; skos:prefLabel "Eve"@en .\n'),
        appended(
            "data/sources/s.ttl", "id:official\\/bob , id:official\\/eve defkg:x 1 .\n".replace(" , ", " defkg:x 2 . ")
        ),
        appended("data/sources/s.ttl", "id:official\\/eve defkg:coChairedMeeting id:meeting\\/m .\n"),
        appended("data/sources/s.ttl", "id:meeting\\/m defkg:meetingOf id:group\\/h .\n"),
    )
    gained = {show(a.values["official"]): shown(a.gained) for a in found.answers.changed}
    assert gained == {
        "id:official/ann": [{"group": "id:group/h"}],
        "id:official/eve": [{"group": "id:group/g"}, {"group": "id:group/h"}],
    }
    assert (
        "co-chaired: Which groups has an official co-chaired? (official = Eve)\n    + group = Group (id:group/g)"
        in (prose.text(found))
    )


def test_days_and_numbers_that_change_are_asked_about(small: Path) -> None:
    (small / "queries" / "officials" / "on.rq").write_text(
        "#+ title: What is there on a day, of a number and in a year?\n#+ parameters:\n"
        "#+   - {name: day, type: date}\n#+   - {name: n, type: number}\n#+   - {name: year, type: year}\n"
        "SELECT ?x WHERE { ?x defkg:on ?day ; defkg:number ?n FILTER(?year = YEAR(?day)) }"
    )
    found = changed(
        small, appended("data/sources/s.ttl", 'id:meeting\\/m defkg:on "2020-02-03"^^xsd:date ; defkg:number 7 .\n')
    )
    (asked,) = [a for a in found.answers.changed if len(a.values) == 3]
    assert {name: show(term) for name, term in asked.values.items()} == {
        "day": '"2020-02-03"',
        "n": "7",
        "year": "2020",
    }


def test_values_of_cases_are_asked_about(small: Path) -> None:
    (small / "queries" / "officials" / "of.rq").write_text(
        "#+ title: What has a word?\n#+ parameters: [{name: word, type: text, default: a}]\n"
        "#+ cases: [{parameters: {word: b}}]\nSELECT ?x WHERE { ?x defkg:word ?is FILTER(STR(?is) = ?word) }"
    )
    found = changed(small, appended("data/sources/s.ttl", 'id:meeting\\/m defkg:word "b"@en .\n'))
    assert [shown(a.gained) for a in found.answers.changed] == [[{"x": "id:meeting/m"}]]


def test_values_that_are_not_tried_are_told(small: Path) -> None:
    two = QUESTION.replace("SELECT", "#+   - {name: group, type: thing, class: defkg:Group}\nSELECT")
    (small / "queries" / "officials" / "of-two.rq").write_text(two)
    many = "".join(
        f'id:official\\/n{i} a defkg:Official ; skos:prefLabel "N{i}"@en ; defkg:coChairedMeeting id:meeting\\/m .\n'
        for i in range(ALONE + 9)
    )
    found = changed(small, appended("data/registry/r.ttl", many))
    assert found.answers.untried == {"co-chaired": 11, "of-two": 2 * (ALONE + 10) - MOST}
    assert len([a for a in found.answers.changed if a.question.name == "co-chaired"]) == ALONE - 1
    words = "note: 2 questions were not asked with every value that the change may touch: co-chaired, of-two"
    assert words in prose.text(found)


def test_slow_question_is_given_up_and_that_is_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("defkg.difference.answers.SECONDS", -1)
    found = changed(small, replaced("data/sources/s.ttl", '"2012"', '"2013"'))
    assert found.answers.untried == {"co-chaired": 1}


def test_question_with_one_thing_is_asked_of_its_whole_class(small: Path) -> None:
    fact = "id:official\\/bob defkg:knows id:a . id:a defkg:knows id:b . id:b defkg:knows id:c . id:c defkg:n {} .\n"
    appended("data/sources/s.ttl", fact.format(1))(small)
    path = small / "queries" / "officials" / "co-chaired.rq"
    path.write_text(path.read_text().replace("defkg:coChaired ?group", "defkg:knows+/defkg:n ?group"))
    found = changed(small, replaced("data/sources/s.ttl", "defkg:n 1", "defkg:n 2"))
    assert shown(answer(found, "co-chaired", official=thing("official/bob")).gained) == [{"group": "2"}]


def test_question_with_several_things_is_asked_of_what_is_near_the_change(tmp_path: Path) -> None:
    root = bundled(tmp_path)
    thai = "data/sources/2024-12-13-india-thailand-jwg.ttl"
    listed = "defkg:discussed id:focus-area\\/joint-exercises,"
    found = changed(root, replaced(thai, listed, "defkg:discussed"), replaced(thai, '"2024-12-12"^^', '"2024-12-11"^^'))
    values = {"country": thing("country/THA"), "focus_area": thing("focus-area/joint-exercises")}
    assert answer(found, "partners-on-focus-area", **values).lost
    officials = {a.values["official"] for a in found.answers.changed if a.question.name == "post-held-on-date"}
    assert thing("official/tharapong-malakam") in officials
    timelines = {a.values["country"] for a in found.answers.changed if a.question.name == "timeline-of-country"}
    assert thing("country/THA") in timelines


def test_change_of_evidence_alone_reaches_answers(small: Path) -> None:
    (small / "queries" / "officials" / "where.rq").write_text(
        "#+ title: Where does an event of a group stand?\n#+ parameters:\n"
        "#+   - {name: event, type: thing, class: defkg:Meeting}\n#+   - {name: of, type: thing, class: defkg:Group}\n"
        "SELECT ?passage { ?event defkg:meetingOf ?of ; defkg:evidencedBy ?passage }"
    )
    found = changed(
        small,
        replaced("data/sources/s.ttl", "defkg:evidencedBy id:passage\\/s-1", "defkg:evidencedBy id:passage\\/s-2"),
    )
    asked = answer(found, "where", event=thing("meeting/m"), of=thing("group/g"))
    assert (shown(asked.gained), shown(asked.lost)) == (
        [{"passage": "id:passage/s-2"}],
        [{"passage": "id:passage/s-1"}],
    )


def test_change_is_not_followed_through_what_everything_mentions(small: Path) -> None:
    hub, rest = thing("country/hub"), [thing(f"meeting/n{i}") for i in range(101)]
    name = NamedNode(ONTOLOGY + "hasParty")
    links = [Quad(meeting, name, hub) for meeting in rest]
    assert reach(set(), {links[0]}, set(links), set()) == [hub, rest[0]]
    assert len(reach(set(), {links[0]}, set(links[:100]), set())) == 101


def test_sentences_of_a_document_are_counted(small: Path) -> None:
    appended("data/sources/s.ttl", "id:source\\/s defkg:hasSentence id:passage\\/s-1 .\n")(small)
    found = changed(small, replaced("data/sources/s.ttl", "defkg:hasSentence id:passage\\/s-1", "defkg:n 1"))
    assert "~ s: sentences no longer listed: 1\n" in prose.text(found)
    assert "~ s: sentences listed: 1\n" in prose.text(compare(found.new, found.old))


def test_only_what_is_typed_as_a_passage_is_one(small: Path) -> None:
    found = changed(small, appended("data/sources/s.ttl", "id:group\\/g defkg:about defkg:Passage .\n"))
    assert found.evidence == []
    assert len(found.facts) == 1


def test_findings_count_by_what_they_say_not_by_where_they_stand(small: Path) -> None:
    appended("data/registry/r.ttl", "id:official\\/old a defkg:Official .\n")(small)
    found = changed(
        small,
        replaced("data/registry/r.ttl", REGISTRY_TEXT, "\n\n" + REGISTRY_TEXT),
        appended("data/registry/r.ttl", "id:official\\/new a defkg:Official .\n"),
    )
    assert [f.message for f in found.gained] == ["id:official/new: an official needs a label"]
    assert found.gained[0].place.file == "data/registry/r.ttl"
    assert found.mended == []
    assert [f.message for f in compare(found.new, found.old).mended] == ["id:official/new: an official needs a label"]


def test_finding_that_moves_to_another_file_is_told(small: Path) -> None:
    nameless = "id:official\\/old a defkg:Official .\n"
    appended("data/registry/r.ttl", nameless)(small)
    appended("data/registry/q.ttl", "")(small)
    found = changed(
        small,
        replaced("data/registry/r.ttl", nameless, ""),
        appended("data/registry/q.ttl", nameless),
        replaced("data/sources/s.ttl", "2012", "2013"),
    )
    assert [f.place.file for f in found.gained] == ["data/registry/q.ttl"]
    assert [f.place.file for f in found.mended] == ["data/registry/r.ttl"]


def test_shapes_and_checks_that_change_are_named(small: Path) -> None:
    head = "#+ title: T\n#+ reason: R\n#+ severity: error\n#+ message: M\n"
    (small / "queries" / "checks" / "same.rq").write_text(head + "SELECT ?subject { ?subject a defkg:None }")
    (small / "queries" / "checks" / "other.rq").write_text(head + "SELECT ?subject { ?subject a defkg:None }")
    found = changed(
        small,
        replaced("shapes/s.ttl", "sh:minCount 1", "sh:minCount 2"),
        replaced("queries/checks/same.rq", "SELECT", "# a comment\nSELECT"),
        replaced("queries/checks/other.rq", "defkg:None", "defkg:Never"),
        appended("shapes/s.ttl", "shapes:New a sh:NodeShape .\n"),
    )
    assert [show(NamedNode(name)) for name in found.rules.edited] == ["checks:other", "shapes:Official"]
    assert [show(NamedNode(name)) for name in found.rules.added] == ["shapes:New"]
    assert {f.message for f in found.gained} >= {"id:official/ann: an official needs a label"}


def test_things_with_one_label_are_not_taken_for_each_other(small: Path) -> None:
    found = changed(
        small,
        replaced("data/registry/r.ttl", "group\\/g ", "group\\/k "),
        replaced("data/registry/r.ttl", "group\\/h ", "group\\/l "),
        replaced("data/sources/s.ttl", "group\\/g ", "group\\/k "),
    )
    assert found.renamed == {}
    assert found.added == [thing("group/k"), thing("group/l")]


def test_another_person_in_the_same_place_is_no_rename(small: Path) -> None:
    found = changed(
        small,
        replaced(
            "data/registry/r.ttl",
            'official\\/ann a defkg:Official ; skos:prefLabel "Ann"',
            'official\\/eve a defkg:Official ; skos:prefLabel "Eve"',
        ),
        replaced("data/sources/s.ttl", "official\\/ann", "official\\/eve"),
    )
    assert found.renamed == {}
    assert (found.removed, found.added) == ([thing("official/ann")], [thing("official/eve")])


def test_person_is_known_by_what_is_named_after_him(small: Path) -> None:
    of = "defkg:participant id:official\\/bob ; defkg:inCapacityOf id:post\\/p ; defkg:coChairIn id:meeting"
    named = "".join(f"id:participation\\/{e}--bob a defkg:Participation ; {of}\\/{e} .\n" for e in ("one", "two"))
    appended("data/sources/s.ttl", named)(small)
    found = changed(
        small,
        replaced("data/sources/s.ttl", "bob", "robert"),
        replaced("data/registry/r.ttl", "bob", "robert"),
        replaced("data/registry/r.ttl", "Bob", "Robert"),
    )
    assert found.renamed == {
        thing("official/bob"): thing("official/robert"),
        thing("participation/one--bob"): thing("participation/one--robert"),
        thing("participation/two--bob"): thing("participation/two--robert"),
    }


def test_meeting_of_the_same_parties_is_another_meeting(small: Path) -> None:
    shared = "a defkg:Meeting ; defkg:hasParty id:country\\/A, id:country\\/B ; defkg:datePrecision 'day'"
    appended("data/sources/s.ttl", f"id:meeting\\/x {shared} ; defkg:date '2001-02-03' ; defkg:ordinal 1 .\n")(small)
    found = changed(
        small,
        replaced("data/sources/s.ttl", "meeting\\/x", "meeting\\/y"),
        replaced("data/sources/s.ttl", "'2001-02-03' ; defkg:ordinal 1", "'2004-05-06' ; defkg:ordinal 2"),
    )
    assert found.renamed == {}


def test_two_things_that_become_one_are_not_both_renamed(small: Path) -> None:
    said = "a defkg:Meeting ; defkg:a 1 ; defkg:b 2 ; defkg:c 3 .\n"
    appended("data/sources/s.ttl", f"id:meeting\\/x1 {said}id:meeting\\/x2 {said}")(small)
    found = changed(
        small,
        replaced("data/sources/s.ttl", f"id:meeting\\/x1 {said}", ""),
        replaced("data/sources/s.ttl", "meeting\\/x2", "meeting\\/y"),
    )
    assert found.renamed == {thing("meeting/x1"): thing("meeting/y")}
    assert found.removed == [thing("meeting/x2")]


def test_renamed_document_keeps_its_facts(small: Path) -> None:
    found = changed(
        small,
        replaced("data/sources/s.ttl", "source\\/s ", "source\\/report "),
        moved("data/sources/s.ttl", "data/sources/report.ttl"),
    )
    assert found.renamed == {thing("source/s"): thing("source/report")}
    assert not [*found.facts, *found.evidence, *found.answers.changed]


def test_thousands_of_changes_are_counted_and_shown_when_wanted(small: Path) -> None:
    many = "".join(f"id:meeting\\/n{i} defkg:number {i} .\n" for i in range(1000))
    found = changed(small, appended("data/sources/s.ttl", many))
    text = prose.text(found)
    assert "Facts (1000)" in text
    assert text.count("  … and 980 more; --all prints all") == 3
    assert len(text.splitlines()) < 100
    assert prose.text(found, everything=True).count("    + defkg:number") == 1000
    assert prose.markdown(found).count("`+` defkg:number") == 20
    assert len(json.loads(machine.as_json(found))["facts"]) == 1000


HOSTILE = "</details><script>alert(1)</script> [x](http://e.org) @all #1 `c` | \\u001B[31m \\u202E **b**"


def test_markdown_shows_what_the_data_holds_and_does_nothing_else(small: Path) -> None:
    found = changed(small, replaced("data/registry/r.ttl", '"Bob"@en', f'"{HOSTILE}"@en'))
    text = prose.markdown(found)
    plain = re.sub(r"\\.|<!-- -->", "", text)
    assert set(re.findall(r"</?\w+", plain)) == {"<details", "</details", "<summary", "</summary"}
    assert plain.count("<details>") == plain.count("</details>")
    assert "**b" not in plain
    for active in ("](", "@all", "#1 ", "http://", "\x1b", "\u202e"):
        assert active not in text.replace("\\]", "")
    assert "\x1b" not in prose.text(found)
    assert "\u202e" not in prose.text(found)


def test_json_tells_everything_with_its_terms(small: Path) -> None:
    found = changed(
        small,
        replaced("data/sources/s.ttl", '"2012"', '"2012-02-03"^^xsd:date'),
        appended("data/sources/s.ttl", "id:official\\/bob defkg:coChairedMeeting id:meeting\\/m .\n"),
        appended("data/registry/r.ttl", "id:official\\/eve a defkg:Official .\n"),
    )
    told = json.loads(machine.as_json(found))
    assert list(told) == [
        *(
            "old",
            "new",
            "different",
            "things",
            "facts",
            "evidence",
            "inferred",
            "questions",
            "rules",
            "findings",
            "notes",
        )
    ]
    assert told["things"]["added"] == [{"iri": ID + "official/eve", "kind": ONTOLOGY + "Official", "label": None}]
    assert told["facts"][0] == {
        "change": "changed",
        "subject": ID + "meeting/m",
        "predicate": ONTOLOGY + "date",
        "graph": ID + "source/s",
        "old": {"type": "literal", "value": "2012"},
        "new": {"type": "literal", "value": "2012-02-03", "datatype": "http://www.w3.org/2001/XMLSchema#date"},
        "held": False,
    }
    (inferred,) = [t for t in told["inferred"]["added"] if t["predicate"] == ONTOLOGY + "coChaired"]
    assert inferred["rule"] == "prp-spo2"
    assert inferred["object"] == {"type": "uri", "value": ID + "group/g"}
    (asked,) = told["questions"]["answers"]
    assert asked["parameters"] == {"official": {"type": "uri", "value": ID + "official/bob"}}
    assert asked["gained"] == [{"group": {"type": "uri", "value": ID + "group/g"}}]
    assert told["findings"]["gained"][0]["message"] == "id:official/eve: an official needs a label"


def test_turtle_leads_from_the_old_side_to_the_new(small: Path) -> None:
    found = changed(
        small,
        replaced("data/sources/s.ttl", '"2012"', '"2013"'),
        replaced("ontology/o.ttl", "defkg:coChairedMeeting defkg:meetingOf", "defkg:met defkg:meetingOf"),
        replaced("shapes/s.ttl", "sh:minCount 1", "sh:minCount 2"),
        replaced("data/registry/r.ttl", "official\\/bob", "official\\/robert"),
    )
    text = machine.as_turtle(found)
    assert text == machine.as_turtle(compare(found.old, found.new))
    sides = {word: statements(text, word) for word in ("addition", "removal")}
    assert sides["addition"]
    assert (everything(found.old) - sides["removal"]) | sides["addition"] == everything(found.new)
    assert "id:official\\/robert dcterms:replaces id:official\\/bob ." in text


def statements(turtle: str, word: str) -> set[Quad]:
    store = Store()
    store.bulk_load(turtle.encode(), format=RdfFormat.TURTLE)
    found = store.query(
        f"SELECT ?s ?p ?o ?g {{ ?set <{CHANGESET}{word}> ?x . ?x a rdf:Statement ; rdf:subject ?s ; rdf:predicate ?p ;"
        " rdf:object ?o ; dcterms:isPartOf ?g }",
        prefixes=PREFIXES,
    )
    assert isinstance(found, QuerySolutions)
    return {Quad(row["s"], row["p"], row["o"], row["g"]) for row in found}


def everything(state: State) -> set[Quad]:
    return {*state.stated, *quads(state.inferred, INFERRED_GRAPH), *quads(state.shapes, SHAPES_GRAPH)}


def test_artefact_with_graphs_says_the_same_as_its_project(small: Path) -> None:
    before = of_project(Project.open(small), "before")
    before.store.dump(str(small / "all.nq"), format=RdfFormat.N_QUADS)
    found = compare(before, of_file(small / "all.nq", "all.nq"))
    assert not found
    assert found.notes == ["all.nq is no project: shapes and checks are not compared"]
    replaced("all.nq", '"2012"', '"2013"')(small)
    assert said(compare(before, of_file(small / "all.nq", "all.nq"))) == [
        'changed id:meeting/m defkg:date "2012">"2013"'
    ]


def test_plain_triples_are_compared_by_what_holds(small: Path) -> None:
    before = of_project(Project.open(small), "before")
    before.store.dump(str(small / "all.nt"), format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    found = compare(before, of_file(small / "all.nt", "all.nt"))
    assert not found
    assert "all.nt has no named graphs: what holds is compared, not which document states it" in found.notes
    text = (small / "all.nt").read_text()
    (small / "all.nt").write_text(
        "".join(line for line in text.splitlines(keepends=True) if "coChaired>" not in line or "owl#" in line)
    )
    found = compare(before, of_file(small / "all.nt", "all.nt"))
    assert [f.subject for f in found.facts if f.predicate.value == ONTOLOGY + "coChaired"] == [thing("official/ann")]
    assert shown(answer(found, "co-chaired", official=thing("official/ann")).lost) == [{"group": "id:group/g"}]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.ttl", "id:x a", r"^x\.ttl:1:1 not valid Turtle"),
        ("x.data", "", r"^x\.data: its name does not tell its format"),
    ],
)
def test_file_that_is_no_rdf_is_refused(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ProjectError, match=words):
        of_file(tmp_path / name, name)
