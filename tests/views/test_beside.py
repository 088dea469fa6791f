"""Columns that name the things of another column."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from defkg.terms import Term
from defkg.views import beside

IRI = NamedNode("https://w3id.org/defkg/id/country/IND")


@pytest.mark.parametrize(
    ("variable", "named"),
    [("aLabel", "a"), ("aTitle", "a"), ("a", "a"), ("bLabel", "bLabel"), ("Label", "Label"), ("aLabels", "aLabels")],
)
def test_subject(variable: str, named: str) -> None:
    assert beside.subject(variable, ["a", "aLabel", "aTitle", "bLabel", "Label", "aLabels"]) == named


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"a": IRI, "aLabel": Literal("Bharat", language="hi")}, "Bharat"),
        ({"a": IRI, "aTitle": Literal("Title")}, "Title"),
        ({"a": IRI, "aLabel": Literal("Label"), "aTitle": Literal("Title")}, "Label"),
        ({"a": IRI, "aLabel": IRI}, "India"),
        ({"a": IRI}, "India"),
        ({"a": NamedNode(IRI.value + "X")}, "id:country/INDX"),
        ({"a": Literal("IND"), "aLabel": Literal("India")}, "IND India"),
        ({"a": Literal("India"), "aLabel": Literal("India")}, "India"),
        ({"aLabel": Literal("India")}, "India"),
        ({"a": BlankNode("b")}, "_:b"),
        ({}, ""),
    ],
)
def test_text(row: dict[str, Term], text: str) -> None:
    assert beside.text(row, "a", {IRI.value: "India"}) == text
