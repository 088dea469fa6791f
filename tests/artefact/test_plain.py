"""Values as JSON and back: the same values, and nothing but values."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from defkg.artefact.plain import decode, encode
from defkg.coverage import Coverage, measure
from defkg.dataset import Dataset
from defkg.finding import Severity
from defkg.kinds import Kind, kinds
from defkg.loaded import checks_of, rows
from defkg.presentation import Presentation
from defkg.project import Project
from defkg.rulebook import Rule
from defkg.selfdescription import Description, describe
from defkg.terms import VOID_GRAPH


class Pair(NamedTuple):
    one: str
    other: float | None = None


@dataclass(frozen=True)
class Held:
    pairs: tuple[Pair, ...] = ()
    by: Mapping[tuple[str, str], Pair] = field(default_factory=dict)
    some: frozenset[str] = frozenset()
    term: NamedNode | Literal | None = None
    severity: Severity = Severity.ERROR


def again(kind: Any, value: object) -> object:
    return decode(kind, json.loads(json.dumps(encode(value))))


def test_what_a_server_knows_comes_back_as_it_was(project: Project, closed: Dataset) -> None:
    select = partial(rows, closed.store)
    values: list[tuple[Any, object]] = [
        (dict[str, Kind], kinds(select)),
        (Presentation, Presentation.read(select)),
        (Description, describe(select, closed.graph(VOID_GRAPH), "d")),
        (Coverage | None, measure(project, closed)),
        (list[Rule], checks_of(project)),
    ]
    for kind, value in values:
        assert value
        assert again(kind, value) == value


def test_odd_values_come_back_as_they_were() -> None:
    terms = (NamedNode("urn:a"), Literal('"\\\n', language="en"), Literal("1.50", datatype=NamedNode("urn:t")))
    pairs = (Pair("é\ud800", math.inf), Pair(""))
    for term in terms:
        held = Held(pairs, {("", "a"): pairs[0]}, frozenset({"b", "a"}), term, Severity.WARNING)
        assert again(Held, held) == held
    triple = Triple(BlankNode("x"), NamedNode("urn:p"), Literal("a b . c"))
    assert again(tuple[Triple, ...], (triple,)) == (triple,)


def test_sets_are_written_in_one_order() -> None:
    names = [f"name{n}" for n in range(50)]
    assert encode(frozenset(names)) == encode(frozenset(reversed(names))) == sorted(names)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (str, 1), (int, "1"), (int, None), (Pair, ["a", 1.0, 2]), (Pair, [None, 1.0]), (Severity, "DREADFUL"),
        (Held, {}), (NamedNode | None, "no term"), (tuple[str, int], ["a"]), (dict[str, int], {"a": "b"}),
        (Triple, "<urn:a> <urn:b> <urn:c> . <urn:a> <urn:b> <urn:d>"),
    ],
)  # fmt: skip
def test_what_is_of_another_type_is_refused(kind: Any, value: object) -> None:
    with pytest.raises((TypeError, ValueError, KeyError, SyntaxError)):
        decode(kind, value)


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="function"):
        encode(lambda: None)
