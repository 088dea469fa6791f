"""Reading a graph of the vocabulary: its triples, and what they say of each term."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from defkg.holding import triple_of
from defkg.terms import RDF, Term
from defkg.web.asker import Asker

_ALL = "SELECT ?s ?p ?o WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
_FIRST, _REST = RDF + "first", RDF + "rest"


def statements(asker: Asker, graph: NamedNode) -> list[Triple]:
    """The triples of a graph.

    Raises:
        Problem: they cannot be had, or are too many to be taken apart.
    """
    return [triple_of(row["s"], row["p"], row["o"]) for row in asker.select(_ALL.format(graph=graph))]


def local(iri: str) -> str:
    """The last part of an IRI."""
    return re.split("[#/]", iri)[-1]


class Said:
    """What triples say, by subject and property; values in an order that they alone decide."""

    def __init__(self, triples: Sequence[Triple]) -> None:
        self._said: dict[Term, dict[str, list[Term]]] = {}
        self._of: dict[tuple[str, Term], list[str]] = defaultdict(list)
        for triple in sorted(triples, key=str):
            properties = self._said.setdefault(triple.subject, {})
            properties.setdefault(triple.predicate.value, []).append(triple.object)
            if isinstance(triple.subject, NamedNode):
                self._of[triple.predicate.value, triple.object].append(triple.subject.value)

    def subjects(self) -> Iterator[Term]:
        """What they are about."""
        return iter(list(self._said))

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """The values of a property."""
        return self._said.get(subject, {}).get(predicate, [])

    def subjects_of(self, predicate: str, iri: str) -> list[str]:
        """The IRIs of what has an IRI as a value."""
        return self._of.get((predicate, NamedNode(iri)), [])

    def about(self, subject: Term) -> list[tuple[str, list[Term]]]:
        """All that is said of a subject, sorted by property."""
        return sorted(self._said.get(subject, {}).items())

    def iris(self, subject: Term, predicate: str) -> list[str]:
        """The values that are IRIs."""
        return [term.value for term in self.values(subject, predicate) if isinstance(term, NamedNode)]

    def texts(self, subject: Term, predicate: str) -> list[str]:
        """The values that are texts, those in English alone where there are any."""
        found = [term for term in self.values(subject, predicate) if isinstance(term, Literal)]
        english = [term for term in found if (term.language or "en").startswith("en")]
        return [term.value for term in english or found]

    def text(self, subject: Term, predicate: str) -> str:
        """The first of them; empty where there is none."""
        return next(iter(self.texts(subject, predicate)), "")

    def listed(self, node: Term) -> list[Term]:
        """The members of a list."""
        members: list[Term] = []
        seen: set[Term] = set()
        while isinstance(node, BlankNode | NamedNode) and node not in seen and (first := self.values(node, _FIRST)):
            seen.add(node)
            members.append(first[0])
            rest = self.values(node, _REST)
            node = rest[0] if rest else node
        return members
