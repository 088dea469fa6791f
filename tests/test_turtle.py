"""Turtle with places."""

from __future__ import annotations

from pathlib import Path

import pytest

from defkg.finding import Place
from defkg.terms import compact
from defkg.turtle import TurtleFile, read_turtle

TRICKY = '''@prefix : <http://x/> . # a comment with "quotes" and <iri>
:s :p [ :q :o ; :r ( :a "b" [ :z 1 ] ) ] , :k ; :p2 () .
( :h ) :i :j . [ :only :one ] . [] :m :n ; a :c .
_:b :p 1.50, 01, true, "x\\n\\u00e9"@EN-us, """lo
ng "q" """^^:dt .
:a\\/b :p.x -1e4 ; ; . :same :same :same , :same2 .
PREFIX é: <http://é/>
é:x é:y.z 'single', \'\'\'it's\'\'\' .
@base <http://base/> .
<s> <p> <#o> .
'''


def places(text: str) -> list[tuple[str, int, int]]:
    file = read_turtle("t.ttl", text.encode())
    assert file.findings == []
    return [(str(p.triple.object), *p.object_at) for p in file.placed if not str(p.triple.object).startswith("_:")]


def text_at(text: str, line: int, column: int) -> str:
    return text.split("\n")[line - 1][column - 1 :]


@pytest.mark.parametrize(
    ("term", "written"),
    [
        ("<http://x/o>", ":o ;"),
        ("<http://x/a>", ":a "),
        ('"b"', '"b"'),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "1 ]"),
        ("<http://x/k>", ":k ;"),
        ("<http://x/j>", ":j ."),
        ("<http://x/one>", ":one"),
        ("<http://x/c>", ":c ."),
        ('"01"^^<http://www.w3.org/2001/XMLSchema#integer>', "01,"),
        ('"x\\né"@en-us', '"x\\n'),
        ('"lo\\nng \\"q\\" "^^<http://x/dt>', '"""lo'),
        ('"-1e4"^^<http://www.w3.org/2001/XMLSchema#double>', "-1e4"),
        ("<http://x/same2>", ":same2"),
        ("<http://x/same>", ":same ,"),
        ('"single"', "'single'"),
        ('"it\'s"', "'''it"),
        ("<http://base/#o>", "<#o>"),
    ],
)
def test_object_stands_where_it_is_written(term: str, written: str) -> None:
    found = [(line, column) for obj, line, column in places(TRICKY) if obj == term]
    assert [text_at(TRICKY, *at)[: len(written)] for at in found] == [written]


def test_every_triple_of_the_repository_has_its_place() -> None:
    root = Path(__file__).parent.parent
    files = [*root.glob("data/**/*.ttl"), *root.glob("ontology/*.ttl"), *root.glob("shapes/*.ttl")]
    assert len(files) > 10
    for path in files:
        file = read_turtle(path.name, path.read_bytes())
        assert not [p for p in file.placed if (1, 1) in (p.object_at, p.predicate_at, p.subject_at)], path


def test_subject_and_predicate_have_places() -> None:
    file = read_turtle("t.ttl", b"@prefix : <http://x/> .\n:s\n  :p :o ;\n  :q :o .")
    assert [(p.subject_at, p.predicate_at) for p in file.placed] == [((2, 1), (3, 3)), ((2, 1), (4, 3))]


def only(file: TurtleFile) -> tuple[Place, str]:
    assert file.placed == []
    (finding,) = file.findings
    return finding.place, compact(finding.rule)


def test_syntax_error_is_one_finding_at_its_place() -> None:
    file = read_turtle("t.ttl", b"@prefix : <http://x/> .\n:a :b :c\n:d :e :f .")
    assert only(file) == (Place("t.ttl", 3, 1), "checks:syntax")


def test_file_that_is_not_utf8_is_one_finding_at_its_place() -> None:
    file = read_turtle("t.ttl", b'@prefix : <http://x/> .\n:a :b "\xe9" .')
    assert only(file) == (Place("t.ttl", 2, 8), "checks:not-utf8")


def test_brackets_nested_deep_keep_their_triples() -> None:
    deep = b"@prefix : <http://x/> . :s :p " + b"[ :p " * 3000 + b":o" + b" ]" * 3000 + b" ."
    assert len(read_turtle("t.ttl", deep).placed) == 3001
