"""Property paths: read, written, and followed."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Store, Triple

from defkg.terms import SH, show
from defkg.turtle import read_turtle
from defkg.validation.paths import Path
from tests.conftest import HEAD

GRAPH = """
id:a defkg:to id:b ; defkg:via id:x .
id:b defkg:to id:c .
id:c defkg:to id:a .
id:x defkg:via id:c ; defkg:name "x" .
"""


def path(turtle: str) -> Path:
    triples = [p.triple for p in read_turtle("p.ttl", f"{HEAD}id:p sh:path {turtle} .".encode()).placed]
    node = next(t.object for t in triples if t.predicate.value == SH + "path")
    read = Path.read(node, triples)
    assert read is not None
    return read


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    for placed in read_turtle("g.ttl", (HEAD + GRAPH).encode()).placed:
        store.add(Quad(*placed.triple))
    return store


@pytest.mark.parametrize(
    ("turtle", "steps"),
    [
        ("defkg:to", {"a to b"}),
        ("[ sh:inversePath defkg:to ]", {"c to a"}),
        ("( defkg:to defkg:to )", {"b to c"}),
        ("( defkg:via defkg:name )", {"x name x"}),
        ("[ sh:alternativePath ( defkg:to defkg:via ) ]", {"a to b", "a via x"}),
        ("[ sh:zeroOrOnePath defkg:to ]", {"a to b"}),
        ("[ sh:oneOrMorePath defkg:to ]", {"a to b", "b to c", "c to a"}),
        ("( [ sh:zeroOrMorePath defkg:to ] defkg:via )", {"a via x"}),
        ("( [ sh:zeroOrOnePath defkg:to ] defkg:to )", {"a to b", "b to c"}),
        ("( [ sh:oneOrMorePath defkg:via ] defkg:to )", {"c to a"}),
        ("[ sh:inversePath ( defkg:to defkg:to ) ]", {"b to c"}),
        ("[ sh:inversePath [ sh:inversePath defkg:to ] ]", {"a to b"}),
        ("[ sh:inversePath ( defkg:via [ sh:oneOrMorePath defkg:to ] ) ]", {"x via c"}),
    ],
)
def test_the_last_steps_of_all_ways(store: Store, turtle: str, steps: set[str]) -> None:
    found = path(turtle).follow(store, NamedNode("https://w3id.org/defkg/id/a"))
    assert {words(step.triple) for step in found} == steps


def words(triple: Triple) -> str:
    return " ".join(show(term).partition(":")[2] or show(term).strip('"') for term in triple)


@pytest.mark.parametrize(
    ("turtle", "written"),
    [
        ("defkg:to", "to"),
        ("( defkg:to [ sh:inversePath defkg:via ] )", "to/^via"),
        ("[ sh:inversePath ( defkg:to defkg:via ) ]", "^(to/via)"),
        ("( defkg:to [ sh:alternativePath ( defkg:to defkg:via ) ] )", "to/(to|via)"),
        ("[ sh:zeroOrMorePath [ sh:alternativePath ( defkg:to defkg:via ) ] ]", "(to|via)*"),
        ("( [ sh:oneOrMorePath defkg:to ] [ sh:zeroOrOnePath defkg:via ] )", "to+/via?"),
    ],
)
def test_is_written_as_in_sparql(turtle: str, written: str) -> None:
    plain = str(path(turtle)).replace("<https://w3id.org/defkg/ontology#", "").replace(">", "")
    assert plain == written


def test_what_is_no_path_is_none() -> None:
    (first, second) = read_turtle("p.ttl", f"{HEAD}id:p sh:path [ defkg:to id:b ] .".encode()).placed
    node = next(t.object for t in (first.triple, second.triple) if t.predicate.value == SH + "path")
    assert Path.read(node, [first.triple, second.triple]) is None
