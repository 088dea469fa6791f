"""What the axioms about a term say, as lines that name other terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from defkg.terms import DCTERMS, ONTOLOGY, OWL, RDF, RDFS, Term, compact
from defkg.web.links import link
from defkg.web.vocabulary.reading import Said

_NATURES = {
    OWL + "TransitiveProperty": "It holds over several steps: of a and b, and of b and c, so of a and c.",
    OWL + "SymmetricProperty": "It holds both ways.",
    OWL + "AsymmetricProperty": "It never holds both ways.",
    OWL + "IrreflexiveProperty": "Nothing has it to itself.",
    OWL + "FunctionalProperty": "A thing has one value at most.",
    OWL + "InverseFunctionalProperty": "A value belongs to one thing at most.",
}
_RESTRICTED = {
    OWL + "hasValue": "Always has",
    OWL + "someValuesFrom": "Always has one of a kind",
    OWL + "allValuesFrom": "Only has of a kind",
    OWL + "maxCardinality": "Has at most",
}


class Word(NamedTuple):
    """A term that is spoken of: what it is called, and where it leads; nowhere where that is empty."""

    text: str
    href: str = ""


class Line(NamedTuple):
    """A fact about a term: what kind of fact, and the terms that it names."""

    name: str
    words: Sequence[Word]
    between: str = ", "


class Axioms:
    """Tells the axioms of an ontology.

    Args:
        said: the ontology.
        called: what terms and things are called that it names.
    """

    def __init__(self, said: Said, called: Mapping[str, str]) -> None:
        self._said = said
        self._called = called

    def lines(self, node: NamedNode, kind: str) -> list[Line]:
        """What is said of a term.

        Args:
            node: the term.
            kind: class, or anything else for a property.
        """
        found = [*self._line("Use instead", self._said.iris(node, DCTERMS + "isReplacedBy"))]
        return [*found, *(self._of_class(node) if kind == "class" else self._of_property(node))]

    def natures(self, node: NamedNode) -> list[str]:
        """What follows from the nature of a property, in words."""
        return [_NATURES[kind] for kind in self._said.iris(node, RDF + "type") if kind in _NATURES]

    def word(self, iri: str) -> Word:
        """A term or thing as it is called, leading to where it is told of."""
        ours = iri.startswith(ONTOLOGY) and iri in self._called
        return Word(self._called.get(iri, compact(iri)), f"#{iri.removeprefix(ONTOLOGY)}" if ours else link(iri))

    def apart(self) -> list[list[Word]]:
        """The groups of classes of which nothing can be two."""
        groups = [s for s in self._said.subjects() if OWL + "AllDisjointClasses" in self._said.iris(s, RDF + "type")]
        members = [self._said.listed(node) for group in groups for node in self._said.values(group, OWL + "members")]
        words = [[self.word(term.value) for term in group if isinstance(term, NamedNode)] for group in members]
        return sorted(words, key=len, reverse=True)

    def _of_class(self, node: NamedNode) -> Iterator[Line]:
        said = self._said
        yield from self._line("Kind of", said.iris(node, RDFS + "subClassOf"))
        yield from self._line("Kinds", said.subjects_of(RDFS + "subClassOf", node.value))
        yield from self._line("Same as", self._both(node, OWL + "equivalentClass"))
        yield from self._line("Never also", self._both(node, OWL + "disjointWith"))
        for restriction in said.values(node, RDFS + "subClassOf"):
            yield from self._restricted(restriction)
        yield from self._line("Has", said.subjects_of(RDFS + "domain", node.value))

    def _of_property(self, node: NamedNode) -> Iterator[Line]:
        said = self._said
        yield from self._line("Narrower than", said.iris(node, RDFS + "subPropertyOf"))
        yield from self._line("Wider than", said.subjects_of(RDFS + "subPropertyOf", node.value))
        yield from self._line("Same as", self._both(node, OWL + "equivalentProperty"))
        yield from self._line("Never also", self._both(node, OWL + "propertyDisjointWith"))
        yield from self._line("From", said.iris(node, RDFS + "domain"))
        yield from self._line("To", said.iris(node, RDFS + "range"))
        yield from self._line("The other way", self._both(node, OWL + "inverseOf"))
        for path in sorted(self._path(chain) for chain in said.values(node, OWL + "propertyChainAxiom")):
            yield from self._line("Follows from", path, ", then ")

    def _restricted(self, restriction: Term) -> Iterator[Line]:
        """What holds for every thing of a class: of which property, and which value, class or number."""
        if not isinstance(restriction, BlankNode):
            return
        for name, words in _RESTRICTED.items():
            values = [self._value(value) for value in self._said.values(restriction, name)]
            for prop in self._said.iris(restriction, OWL + "onProperty") if values else []:
                yield Line(words, [self.word(prop), *values], ": ")

    def _value(self, value: Term) -> Word:
        if isinstance(value, NamedNode):
            return self.word(value.value)
        return Word(value.value if isinstance(value, Literal) else "…")

    def _line(self, name: str, iris: Iterable[str], between: str = ", ") -> Iterator[Line]:
        words = [self.word(iri) for iri in iris]
        if words:
            yield Line(name, words, between)

    def _path(self, chain: Term) -> list[str]:
        return [term.value for term in self._said.listed(chain) if isinstance(term, NamedNode)]

    def _both(self, node: NamedNode, predicate: str) -> list[str]:
        """The values of a property that holds both ways."""
        return sorted({*self._said.iris(node, predicate), *self._said.subjects_of(predicate, node.value)})
