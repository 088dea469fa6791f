"""Property paths of shapes: read from their triples, written as SPARQL writes them, and followed to their ends.

Source: SHACL (W3C Recommendation), section 2.3.1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store, Triple

from defkg.terms import RDF, SH, Term

_SIGNS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class Step(NamedTuple):
    """The last triple on the way to a value."""

    triple: Triple
    value: Term


@dataclass(frozen=True)
class Path:
    """A path.

    Attributes:
        sign: what it is: empty for a predicate, ``/`` sequence, ``|`` alternatives, ``^`` inverse, ``*``, ``+``, ``?``.
        predicate: the predicate, where it is one.
        parts: the paths that it is made of.
    """

    sign: str
    predicate: NamedNode | None = None
    parts: tuple[Path, ...] = ()

    @staticmethod
    def read(node: Term | None, triples: Collection[Triple]) -> Path | None:
        """The path that a node stands for by the triples that describe it; None where it stands for none."""
        if isinstance(node, NamedNode):
            return Path("", node)
        said = {t.predicate.value: t.object for t in triples if t.subject == node}
        if RDF + "first" in said:
            return _made("/", _members(node, triples), triples)
        if SH + "alternativePath" in said:
            return _made("|", _members(said[SH + "alternativePath"], triples), triples)
        signs = {"inversePath": "^", **_SIGNS}
        return next((_made(signs[n], [said[SH + n]], triples) for n in signs if SH + n in said), None)

    def __str__(self) -> str:
        parts = [f"({part})" if len(part.parts) > 1 else str(part) for part in self.parts]
        if self.sign == "^":
            return f"^{parts[0]}"
        return str(self.predicate or (self.sign.join(parts) if self.sign in "/|" else parts[0] + self.sign))

    def follow(self, store: Store, node: Term, back: bool = False) -> Iterator[Step]:
        """The last steps of all ways along the path from a node; with ``back``, of all ways that end there."""
        if self.predicate is not None:
            yield from _steps(store, node, self.predicate, back)
        elif self.sign == "^":
            yield from self.parts[0].follow(store, node, not back)
        elif self.sign == "|":
            yield from (step for part in self.parts for step in part.follow(store, node, back))
        elif self.sign == "/":
            yield from self._sequence(store, node, back)
        else:
            yield from self._repeated(store, node, back)

    def _sequence(self, store: Store, node: Term, back: bool) -> Iterator[Step]:
        *before, last = reversed(self.parts) if back else self.parts
        nodes = {node}
        for part in before:
            stay = nodes if part.sign in ("*", "?") else set()
            nodes = stay | {step.value for one in nodes for step in part.follow(store, one, back)}
        yield from (step for one in nodes for step in last.follow(store, one, back))

    def _repeated(self, store: Store, node: Term, back: bool) -> Iterator[Step]:
        seen, frontier = {node}, {node}
        while frontier:
            found = [step for one in frontier for step in self.parts[0].follow(store, one, back)]
            yield from found
            frontier = {step.value for step in found} - seen if self.sign != "?" else set()
            seen |= frontier


def _made(sign: str, nodes: list[Term], triples: Collection[Triple]) -> Path | None:
    parts = [Path.read(node, triples) for node in nodes]
    return Path(sign, parts=tuple(p for p in parts if p)) if parts and all(parts) else None


def _members(node: Term | None, triples: Collection[Triple]) -> list[Term]:
    found: list[Term] = []
    while isinstance(node, BlankNode):
        said = {t.predicate.value: t.object for t in triples if t.subject == node}
        found.append(said[RDF + "first"])
        node = said[RDF + "rest"]
    return found


def _steps(store: Store, node: Term, predicate: NamedNode, back: bool) -> Iterator[Step]:
    if back:
        for quad in store.quads_for_pattern(None, predicate, node, DefaultGraph()):
            yield Step(quad.triple, quad.subject)
    elif isinstance(node, NamedNode | BlankNode):
        for quad in store.quads_for_pattern(node, predicate, None, DefaultGraph()):
            yield Step(quad.triple, quad.object)
