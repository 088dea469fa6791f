"""Names for nodes that have none, made of what is said of them, so that two readings of one text agree.

Source: RDF 1.1 Concepts, section 3.5, replacing blank nodes with IRIs.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from defkg.terms import BASE, RDF, Term, show

GENID = BASE + ".well-known/genid/"
_FIRST, _REST = NamedNode(RDF + "first"), NamedNode(RDF + "rest")
_DEEPEST = 50


class Naming:
    """Gives each blank node an IRI.

    Attributes:
        words: what each of these IRIs stands for, as one would write it in Turtle.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._of: dict[Term, list[Triple]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.subject, BlankNode):
                self._of[triple.subject].append(triple)
        self._names: dict[Term, NamedNode] = {}
        self.words: dict[NamedNode, str] = {}

    def quad(self, quad: Quad) -> Quad:
        """The quad with its blank nodes named."""
        if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode):
            return quad
        subject = self._name(quad.subject) if isinstance(quad.subject, BlankNode) else quad.subject
        obj = self._name(quad.object) if isinstance(quad.object, BlankNode) else quad.object
        return Quad(subject, quad.predicate, obj, quad.graph_name)

    def _name(self, node: BlankNode) -> NamedNode:
        if node not in self._names:
            exact = self._write(node, str, 0)
            name = NamedNode(GENID + hashlib.sha256(exact.encode()).hexdigest()[:32])
            self._names[node] = name
            self.words[name] = self._write(node, show, 0)
        return self._names[node]

    def _write(self, term: Term, leaf: Callable[[Term], str], depth: int) -> str:
        if not isinstance(term, BlankNode):
            return leaf(term)
        if depth > _DEEPEST:
            return "[…]"
        members = self._members(term)
        if members is not None:
            return f"({' '.join(self._write(member, leaf, depth + 1) for member in members)})"
        parts = (f"{leaf(t.predicate)} {self._write(t.object, leaf, depth + 1)}" for t in self._of[term])
        return f"[{' ; '.join(sorted(parts))}]"

    def _members(self, node: Term) -> list[Term] | None:
        found: list[Term] = []
        seen: set[Term] = set()
        while isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            about = {t.predicate: t.object for t in self._of[node]}
            if about.keys() != {_FIRST, _REST}:
                return None
            found.append(about[_FIRST])
            node = about[_REST]
        return found
