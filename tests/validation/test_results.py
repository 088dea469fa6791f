"""Findings of shapes stand at the line to mend: on inverse and longer paths, in nested shapes, on inferred triples."""

from __future__ import annotations

import re

import pytest

from defkg.dataset import Dataset
from defkg.finding import Finding, Place
from defkg.inference import close
from defkg.placing import Placing
from defkg.terms import CHECKS, ONTOLOGY, ONTOLOGY_GRAPH, SH, SHAPES, SHAPES_GRAPH, source_graph
from defkg.turtle import read_turtle
from defkg.validation import validate
from defkg.validation.paths import Path
from tests.conftest import HEAD

DATA = """
id:meeting\\/one a defkg:Meeting ;
    defkg:heldAt id:place\\/hall ;
    defkg:meetingOf id:mechanism\\/group .

id:place\\/hall a defkg:Place ;
    defkg:code "Xx" ;
    defkg:nextTo id:place\\/lobby .

id:place\\/lobby a defkg:Place ;
    defkg:code "Yy" .

id:visit\\/one a defkg:Visit ;
    defkg:heldAt id:place\\/hall .
"""
AXIOMS = """
defkg:venueOf a owl:ObjectProperty ; owl:inverseOf defkg:heldAt .
"""


def findings(shapes: str, data: str = DATA, ontology: str = AXIOMS) -> list[Finding]:
    """What one set of shapes finds in some data; lines of the data count from 1."""
    head = " ".join(HEAD.split("\n"))
    files = [
        (read_turtle("ontology/o.ttl", (HEAD + ontology).encode()), ONTOLOGY_GRAPH),
        (read_turtle("shapes/s.ttl", (HEAD + shapes).encode()), SHAPES_GRAPH),
        (read_turtle("data/d.ttl", (head + data).encode()), source_graph("d")),
    ]
    dataset = close(Dataset(files))
    assert dataset.findings == []
    return sorted(finding for _, finding in validate(dataset, Placing(dataset)))


def at(mark: str, data: str = DATA) -> Place:
    """The place of some words that occur once."""
    (index,) = (match.start() for match in re.finditer(re.escape(mark), data))
    line = data.count("\n", 0, index) + 1
    return Place("data/d.ttl", line, index - data.rfind("\n", 0, index))


def shape(body: str, target: str = "defkg:Place") -> str:
    node = f"shapes:S a sh:NodeShape ; sh:targetClass {target} ; sh:property shapes:P .\n"
    return f'{node}shapes:P sh:message "no"@en ; {body} .\n'


def test_on_an_inverse_path_at_the_triple_of_the_value() -> None:
    found = findings(shape("sh:path [ sh:inversePath defkg:heldAt ] ; sh:class defkg:Meeting"))
    assert [finding.place for finding in found] == [at("id:place\\/hall .")]
    assert "id:visit/one" in found[0].message
    assert found[0].rule == SHAPES + "P"


def test_too_many_on_an_inverse_path_at_the_last_of_them() -> None:
    found = findings(shape("sh:path [ sh:inversePath defkg:heldAt ] ; sh:maxCount 1"))
    assert [finding.place for finding in found] == [at("id:place\\/hall .")]


def test_too_few_on_an_inverse_path_at_the_thing() -> None:
    found = findings(shape("sh:path [ sh:inversePath defkg:heldAt ] ; sh:minCount 1"))
    assert [finding.place for finding in found] == [at("id:place\\/lobby a")]


@pytest.mark.parametrize(
    ("path", "place", "written"),
    [
        ("( defkg:heldAt defkg:code )", '"Xx"', "defkg:heldAt/defkg:code"),
        ("( defkg:heldAt defkg:nextTo defkg:code )", '"Yy"', "defkg:heldAt/defkg:nextTo/defkg:code"),
        ("( defkg:heldAt [ sh:zeroOrMorePath defkg:nextTo ] defkg:code )", '"Xx" "Yy"', None),
        ("( defkg:heldAt [ sh:oneOrMorePath defkg:nextTo ] defkg:code )", '"Yy"', None),
        ("( defkg:heldAt [ sh:zeroOrOnePath defkg:nextTo ] defkg:code )", '"Xx" "Yy"', None),
        (
            "( [ sh:alternativePath ( defkg:meetingOf defkg:heldAt ) ] defkg:code )",
            '"Xx"',
            "(defkg:meetingOf|defkg:heldAt)/defkg:code",
        ),
    ],
)
def test_on_a_longer_path_at_the_last_step(path: str, place: str, written: str | None) -> None:
    found = findings(shape(f"sh:path {path} ; sh:maxLength 1", "defkg:Meeting"))
    assert [finding.place for finding in found] == [at(mark) for mark in place.split()]
    result = found[0].result
    assert result is not None
    assert result.path is not None
    read = Path.read(result.path, result.path_triples)
    plain = str(read).replace(f"<{ONTOLOGY}", "defkg:").replace(">", "")
    assert written is None or plain == written


def test_in_a_nested_property_shape_at_the_inner_value() -> None:
    found = findings(
        shape("sh:path defkg:heldAt ; sh:property [ sh:path defkg:code ; sh:maxLength 1 ]", "defkg:Meeting")
    )
    assert [(finding.place, finding.rule) for finding in found] == [(at('"Xx"'), SHAPES + "P")]
    assert found[0].message == 'id:place/hall: no ["Xx"]'


def test_the_innermost_shape_with_a_name_is_the_rule() -> None:
    inner = """
    shapes:Inner a sh:NodeShape ; sh:property shapes:Code .
    shapes:Code sh:path defkg:code ; sh:maxLength 1 ; sh:message "short"@en .
    """
    found = findings(shape("sh:path defkg:heldAt ; sh:node shapes:Inner", "defkg:Meeting, defkg:Visit") + inner)
    assert [(finding.place, finding.rule) for finding in found] == [(at('"Xx"'), SHAPES + "Code")]
    assert found[0].message == 'id:place/hall: short ["Xx"]'


def test_a_value_that_nothing_describes_is_told_where_it_is_stated() -> None:
    data = """
id:agreement\\/one defkg:note "long", <http://example.org/far> .
id:visit\\/two a defkg:Visit ;
    defkg:note
        "long" ;
    defkg:heldAt
        <http://example.org/far> .
"""
    literal = "sh:path defkg:note ; sh:node [ a sh:NodeShape ; sh:maxLength 1 ]"
    assert [f.place for f in findings(shape(literal, "defkg:Visit"), data)] == [Place("data/d.ttl", 5, 9)]
    for inner in (
        'sh:node [ a sh:NodeShape ; sh:pattern "w3id" ]',
        "sh:property [ sh:path defkg:code ; sh:minCount 1 ]",
    ):
        outside = shape(f"sh:path defkg:heldAt ; {inner}", "defkg:Visit")
        assert [f.place for f in findings(outside, data)] == [Place("data/d.ttl", 7, 9)], inner


def test_on_an_inferred_triple_at_its_premise() -> None:
    found = findings(shape("sh:path defkg:venueOf ; sh:class defkg:Meeting"))
    assert [finding.place for finding in found] == [at("id:place\\/hall .")]


def test_the_result_says_what_the_report_says() -> None:
    (finding,) = findings(shape("sh:path defkg:venueOf ; sh:class defkg:Meeting"))
    assert finding.result is not None
    said = finding.result
    assert [str(term).rpartition("/")[2] for term in (said.focus, said.path, said.value)] == [
        "hall>",
        "ontology#venueOf>",
        "one>",
    ]
    assert said.component == SH + "ClassConstraintComponent"


def test_a_shape_without_any_name_gives_its_component_as_the_rule() -> None:
    found = findings("[] a sh:NodeShape ; sh:targetClass defkg:Visit ; sh:nodeKind sh:Literal .")
    assert [finding.rule for finding in found] == [SH + "NodeKindConstraintComponent"]


@pytest.mark.parametrize(
    "fault",
    [
        "sh:path defkg:code, defkg:note ; sh:maxLength 1",
        "sh:maxLength 1",
        'sh:path "code" ; sh:maxLength 1',
        'sh:path defkg:code ; sh:minCount "one"',
        "sh:path defkg:code ; sh:minCount 1, 2",
        'sh:path defkg:code ; sh:pattern "("',
    ],
)
def test_a_shape_that_cannot_be_used_is_told_where_it_stands(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    (found,) = findings(shape(f"a sh:PropertyShape ; {fault}") + 'shapes:Z a sh:NodeShape ; sh:message "z"@en .\n')
    assert found.rule == CHECKS + "shape"
    assert found.place == Place("shapes/s.ttl", HEAD.count("\n") + 2, 1)
    assert caplog.records == []
