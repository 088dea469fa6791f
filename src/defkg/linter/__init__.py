"""Warnings for a query that parses but will disappoint. They never change it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from defkg.linter.emptiness import Explanation, why_empty
from defkg.linter.pairing import products
from defkg.linter.patterns import Group, Outline, outline
from defkg.sparql import Token, place
from defkg.terms import ONTOLOGY, PREFIXES, compact

__all__ = ["Explanation", "Lint", "lint", "why_empty"]

_MOST = 20  # of a kind
_COMPARED = 200


@dataclass(frozen=True, order=True)
class Lint:
    """One warning.

    Attributes:
        line: the line of what it is about.
        column: its column.
        kind: unknown-term, undeclared-prefix, unbound-variable, variable-once or cartesian-product.
        message: what will disappoint, and what to write instead.
    """

    line: int
    column: int
    kind: str
    message: str


def lint(query: str, terms: frozenset[str]) -> list[Lint]:
    """The warnings for a query in the order of the text, at most 20 of a kind.

    Args:
        query: the text; one that does not parse may have warnings too, a very long one has none.
        terms: the IRIs that the ontology declares; where there are none, no term is called unknown.
    """
    shape = outline(query)
    if shape is None:
        return []
    found = [
        *islice(_terms(shape, terms), _MOST if terms else 0),
        *islice(_prefixes(shape), _MOST),
        *islice(_unbound(shape), _MOST),
        *islice(_once(shape), _MOST),
        *islice(_products(shape), _MOST),
    ]
    return sorted(Lint(*place(query, token.start), kind, message) for kind, token, message in found)


Found = Iterator[tuple[str, Token, str]]


def _terms(shape: Outline, terms: frozenset[str]) -> Found:
    seen = set(terms)
    for token in shape.body:
        iri = shape.names.resolve(token) if token.kind in ("name", "iri") else None
        if iri and iri.startswith(ONTOLOGY) and iri != ONTOLOGY and iri not in seen:
            seen.add(iri)
            yield "unknown-term", token, f"{compact(iri)} is no term of the ontology{_near(iri, terms)}"


def _near(iri: str, terms: frozenset[str]) -> str:
    names = {term.removeprefix(ONTOLOGY).lower(): term for term in sorted(terms) if term.startswith(ONTOLOGY)}
    near = difflib.get_close_matches(iri.removeprefix(ONTOLOGY).lower(), names, n=1, cutoff=0.6)
    return f"; did you mean {compact(names[near[0]])}?" if near else ""


def _prefixes(shape: Outline) -> Found:
    seen = set(shape.names.prefixes)
    for token in shape.body:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix in PREFIXES and prefix not in seen:
            seen.add(prefix)
            line = f"PREFIX {prefix}: <{PREFIXES[prefix]}>"
            yield "undeclared-prefix", token, f"{prefix}: is not declared; this server adds {line}, others do not"


def _unbound(shape: Outline) -> Found:
    """Variables that are asked for, in a query or a subquery, though nothing gives them a value."""
    if shape.head and shape.where:
        yield from _asked(shape.head, shape.where, shape.tail)
        for group in filter(lambda group: group.head, [shape.where, *_groups(shape.where)]):
            yield from _asked(group.head, group, group.tail)


def _asked(head: list[Token], where: Group, tail: list[Token]) -> Found:
    given = _given(where) | {token.text[1:] for token in _aliases([*head, *tail])}
    if head is not where.head:
        given |= _variables(where.head)
    begin = next((index for index, token in enumerate(tail) if token.keyword == "VALUES"), len(tail))
    given |= _variables(tail[begin:])
    for token in _outside(head) if "SELECT" in head[0].keyword else head:
        name = token.text[1:]
        if token.kind == "var" and name not in given:
            like = _like(name, given)
            given.add(name)
            yield "unbound-variable", token, f"{token.text} is asked for, but nothing gives it a value{like}"


def _given(where: Group) -> set[str]:
    kept = (element for element in where.elements if element.kind not in ("filter", "minus"))
    return {name for element in kept for name in _variables(element.tokens)}


def _variables(found: list[Token]) -> set[str]:
    return {token.text[1:] for token in found if token.kind == "var"}


def _aliases(found: list[Token]) -> Iterator[Token]:
    return (token for before, token in pairwise(found) if before.keyword.endswith("AS"))


def _outside(head: list[Token]) -> Iterator[Token]:
    """The tokens outside braces, which hold what EXISTS looks for."""
    braces = 0
    for token in head:
        braces += (token.keyword == "{") - (token.keyword == "}")
        if not braces:
            yield token


def _once(shape: Outline) -> Found:
    """Variables of the pattern that occur once, in a query that says which variables it wants."""
    if shape.where is None or shape.form not in ("SELECT", "CONSTRUCT") or _wants_all(shape):
        return
    names = Counter(token.text[1:] for token in shape.body if token.kind == "var")
    for token in _bound(shape.where):
        name = token.text[1:]
        if names[name] == 1:
            like = _like(name, names)
            yield "variable-once", token, f"{token.text} occurs once{like or '; [] says that any value will do'}"


def _wants_all(shape: Outline) -> bool:
    """Whether it asks for every variable: ``SELECT *``, ``COUNT(*)``, or a template that is the pattern."""
    stars = ("SELECT", "DISTINCT", "REDUCED", "(")
    starred = any(
        t.text == "*" and before.keyword in stars for before, t in zip(shape.body, shape.body[1:], strict=False)
    )
    return starred or (shape.form == "CONSTRUCT" and not any(token.text == "{" for token in shape.head))


def _bound(group: Group) -> Iterator[Token]:
    """The variables of a group's own patterns; what FILTER and MINUS look for may be anything."""
    for element in group.elements:
        if element.kind in ("triples", "bind", "values"):
            begin = 1 if element.kind == "triples" and _has_list(element.tokens) else 0
            yield from (token for token in element.tokens[begin:] if token.kind == "var")
        elif element.kind not in ("filter", "minus"):
            for inner in element.groups:
                yield from _bound(inner)


def _has_list(found: list[Token]) -> bool:
    """Whether several patterns share the subject."""
    return any(token.keyword in (";", ",") and token.depth == found[0].depth for token in found)


def _like(name: str, others: Iterable[str]) -> str:
    names = sorted(set(others) - {name})[:_COMPARED]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.8)
    return f"; did you mean ?{near[0]}?" if near else ""


def _products(shape: Outline) -> Found:
    if shape.where:
        for element in products(shape.where):
            message = (
                "This pattern shares no variable with those before it, so each of its rows comes with each of theirs"
            )
            yield "cartesian-product", element.tokens[0], message


def _groups(group: Group) -> Iterator[Group]:
    for element in group.elements:
        for inner in element.groups:
            yield inner
            yield from _groups(inner)
