"""Places of triples, against a slow reader that keeps every place."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode

from defkg.places import term_key
from defkg.turtle import Placed, TurtleFile, read_turtle
from tests.conftest import ROOT
from tests.odd_turtle import Writer
from tests.slow_turtle import Reader, Told

Row = tuple[tuple[tuple[int, int], ...], str, str]


def told(one: Told) -> Row:
    key = one.object if isinstance(one.object, str) else one.object[1:] if one.object[0] == "literal" else None  # type: ignore[index]
    return one.places, one.predicate, str(key)


def placed(one: Placed) -> Row:
    places = (tuple(one.subject_at), tuple(one.predicate_at), tuple(one.object_at))
    return places, one.triple.predicate.value, str(term_key(one.triple.object))  # type: ignore[return-value]


def compare(text: str, file: TurtleFile) -> None:
    """Each triple has its three places, and each blank node is the one that is written there."""
    slow, fast = sorted(Reader(text).read(), key=told), sorted(file.placed, key=placed)
    assert [placed(one) for one in fast] == [told(one) for one in slow]
    nodes: dict[BlankNode, object] = {}
    for one, other in zip(fast, slow, strict=True):
        for term, written in ((one.triple.subject, other.subject), (one.triple.object, other.object)):
            if isinstance(term, BlankNode):
                assert nodes.setdefault(term, written) == written
    assert len(set(nodes.values())) == len(nodes)


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_every_term_of_an_odd_file_has_its_place(chance: Random) -> None:
    text = Writer(chance).text()
    file = read_turtle("t.ttl", text.encode())
    assert file.findings == []
    compare(text, file)


FILES = [*ROOT.glob("data/**/*.ttl"), *ROOT.glob("ontology/*.ttl"), *ROOT.glob("shapes/*.ttl")]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_term_of_the_repository_has_its_place(path: Path) -> None:
    compare(path.read_text(), read_turtle(path.name, path.read_bytes()))


def test_the_comparison_tells_one_blank_node_from_two() -> None:
    text = "<http://x/s> <http://x/p> _:b . <http://x/t> <http://x/p> _:c ."
    compare(text, read_turtle("t.ttl", text.encode()))
    with pytest.raises(AssertionError):
        compare(text, read_turtle("t.ttl", text.replace("_:c", "_:b").encode()))
