"""The things of a dataset as tables need them: their classes, names and values, and which property means what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from defkg.export.content import Content
from defkg.terms import DCTERMS, ONTOLOGY_GRAPH, OWL, RDFS, SKOS, TYPE, Term, compact

_NAMES = (SKOS + "prefLabel", RDFS + "label", DCTERMS + "title")
_WORDS = (SKOS + "definition", RDFS + "comment", DCTERMS + "description")
_SUBCLASS, _RANGE = RDFS + "subClassOf", RDFS + "range"
_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


@dataclass(frozen=True)
class Vocabulary:
    """What the ontology says of classes and properties.

    Attributes:
        labels: their labels.
        words: what they mean.
        wider: for each class all that are wider.
        ranges: for each property the classes that it declares for its values.
    """

    labels: dict[str, str]
    words: dict[str, str]
    wider: dict[str, set[str]]
    ranges: dict[str, list[str]]


@dataclass(frozen=True)
class Things:
    """The things of a dataset: what its triples are about, but for the ontology's terms.

    Attributes:
        said: by thing, the triples that have it as subject, in order.
        classes: by thing, the IRIs of its classes.
        vocabulary: what the ontology says.
    """

    said: dict[str, list[Triple]]
    classes: dict[str, set[str]]
    vocabulary: Vocabulary

    @staticmethod
    def of(content: Content) -> Things:
        """The things of a content."""
        ontology = content.graphs.get(ONTOLOGY_GRAPH.value, ())
        terms = {triple.subject for triple in ontology}
        said: dict[str, list[Triple]] = defaultdict(list)
        for triple in content.merged:
            if triple.subject not in terms:
                said[written(triple.subject)].append(triple)
        listed = {thing: said[thing] for thing in sorted(said)}
        classes = {thing: {written(t.object) for t in told if t.predicate == TYPE} for thing, told in listed.items()}
        return Things(listed, classes, read_vocabulary(content.merged))

    def label(self, thing: str) -> str:
        """What a thing is called; empty where nothing says so."""
        named = {t.predicate.value: t.object for t in reversed(self.said[thing]) if isinstance(t.object, Literal)}
        return next((named[name].value for name in _NAMES if name in named), "")

    def narrowest(self, thing: str) -> list[str]:
        """Those of a thing's classes that are wider than none of its others."""
        mine = self.classes[thing]
        return sorted(iri for iri in mine if not any(iri in self.vocabulary.wider.get(other, ()) for other in mine))

    def extents(self) -> dict[str, list[str]]:
        """The things of each class, in order; the classes too."""
        found: dict[str, list[str]] = defaultdict(list)
        for thing, classes in self.classes.items():
            for iri in classes:
                found[iri].append(thing)
        return {iri: found[iri] for iri in sorted(found)}


def read_vocabulary(triples: Iterable[Triple]) -> Vocabulary:
    """What triples say of classes and properties."""
    labels: dict[str, str] = {}
    words: dict[str, str] = {}
    narrow: dict[str, set[str]] = defaultdict(set)
    ranges: dict[str, list[str]] = defaultdict(list)
    for subject, predicate, value in triples:
        iri = written(subject)
        if predicate.value == RDFS + "label" and isinstance(value, Literal):
            labels.setdefault(iri, value.value)
        elif predicate.value in _WORDS and isinstance(value, Literal):
            words.setdefault(iri, value.value)
        elif predicate.value == _SUBCLASS and isinstance(value, NamedNode):
            narrow[iri].add(value.value)
        elif predicate.value == _RANGE and isinstance(value, NamedNode):
            ranges[iri].append(value.value)
    return Vocabulary(labels, words, {iri: _reached(iri, narrow) - {iri} for iri in list(narrow)}, dict(ranges))


def written(term: Term) -> str:
    """A term as a cell has it: an IRI in full, the text of a literal, a blank node with its name."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def is_thing(term: Term) -> bool:
    """Whether a term is no literal."""
    return isinstance(term, NamedNode | BlankNode)


def short_names(iris: Sequence[str], taken: Iterable[str] = (), dash: bool = False) -> dict[str, str]:
    """A name for each IRI, different from all others: its last part, with the prefix where that is not enough.

    Args:
        iris: those to be named.
        taken: names that none of them may have.
        dash: whether names are in small letters with dashes, as names of resources must be.
    """
    found: dict[str, str] = {}
    used = {name.lower() for name in taken}
    for iri in sorted(iris, key=lambda each: (not compact(each).startswith("defkg:"), each)):
        options = _options(iri, dash)
        name = next(name for name in options if name.lower() not in used)
        used.add(name.lower())
        found[iri] = name
    return found


def _options(iri: str, dash: bool) -> Iterable[str]:
    sign = "-" if dash else "_"
    short = compact(iri)
    local = re.split(r"[#/:]", iri.rstrip("#/:"))[-1]
    for text in (local, short if short != iri else re.sub(r"^[a-z]+:/*", "", iri)):
        name = sign.join(part for part in _EDGE.split(text) if part) if dash else re.sub(r"\W+", "_", text).strip("_")
        if name := (name.lower() if dash else name)[:80]:
            yield name
    yield from (f"{name or 'term'}{sign}{number}" for number in range(2, 1_000_000))


def _reached(iri: str, direct: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [iri]
    while waiting:
        for wider in direct.get(waiting.pop(), set()) - found - {OWL + "Thing"}:
            found.add(wider)
            waiting.append(wider)
    return found
