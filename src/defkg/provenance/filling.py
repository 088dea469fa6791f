"""Triple patterns filled with the values of a solution.

Source: SPARQL 1.1 Query Language (W3C), section 18.3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from defkg.holding import triple_of
from defkg.prologue import Names
from defkg.provenance.walking import Witness
from defkg.terms import PREFIXES, Term


class Match(NamedTuple):
    """A triple that matched, and the named graph it was found in; empty for the default graph."""

    triple: Triple
    graph: str


class Filler:
    """Fills the triple patterns of a rewritten query.

    Args:
        witnesses: the patterns.
        names: the query's prologue.
    """

    def __init__(self, witnesses: Sequence[Witness], names: Names) -> None:
        texts = {part for w in witnesses for part in (w.subject, w.predicate, w.object, w.place.graph)}
        self._constants = _constants(sorted(text for text in texts if text and text[0] not in "?$"), names)
        self._witnesses = list(
            dict.fromkeys((w.subject, w.predicate, w.object, w.place.graph, w.place.marker[1:]) for w in witnesses)
        )
        markers = {w.place.marker for w in witnesses}
        self.variables = sorted({text[1:] for text in texts | markers if text.startswith("?")})

    def of(self, row: dict[str, Term]) -> Iterator[Match]:
        """The triples of a solution."""
        for s, p, o, graph, marker in self._witnesses:
            if not marker or marker in row:
                triple = triple_of(self._term(s, row), self._term(p, row), self._term(o, row))
                yield Match(triple, str(getattr(self._term(graph, row), "value", "")) if graph else "")

    def _term(self, text: str, row: dict[str, Term]) -> Term:
        return row[text[1:]] if text[0] == "?" else self._constants[text]


def _constants(texts: Sequence[str], names: Names) -> dict[str, Term]:
    """Terms as a query writes them."""
    prefixes = {**PREFIXES, **names.prefixes}
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())
    base = f"BASE <{names.base}>\n" if names.base else ""
    terms = [text.lower() if text.upper() in ("TRUE", "FALSE") else text for text in texts]
    turtle = head + base + "".join(f"<x:s> <x:p> {term} .\n" for term in terms)
    found: list[BlankNode | Literal | NamedNode | Triple] = [q.object for q in parse(turtle, format=RdfFormat.TURTLE)]
    return dict(zip(texts, found, strict=True))
