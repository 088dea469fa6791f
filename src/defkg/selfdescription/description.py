"""A graph's description: its numbers, what time and which countries it is about, and what its project states of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from defkg.holding import Select
from defkg.question import Question
from defkg.selfdescription.counting import Statistics, count
from defkg.terms import BASE, DCTERMS, ID, ONTOLOGY, OWL, PREFIXES, XSD, Term, compact

DOCUMENT = BASE + "void"
DATASET = DOCUMENT + "#dataset"
ENDPOINT = BASE + "sparql"
HOME = BASE
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = PREFIXES["foaf"]
NAMESPACES = PREFIXES | {"void": VOID, "dcat": DCAT, "formats": "http://www.w3.org/ns/formats/"}
UNTITLED = "A graph without a title"
_PLACES = 300
_EXAMPLES = 5
_PLAIN = re.compile(r"([a-z]+):([\w.-]+)", re.ASCII)
_ADDRESSES = {
    NamedNode(iri)
    for iri in (VOID + "sparqlEndpoint", DCAT + "accessURL", DCAT + "endpointURL", DCAT + "endpointDescription")
} | {NamedNode(FOAF + "homepage"), NamedNode(DCAT + "landingPage")}
_DAYS = """SELECT ?day WHERE {{
  VALUES ?bound {{ defkg:earliest defkg:latest }}
  ?x ?bound ?day .
  FILTER (DATATYPE(?day) = xsd:date)
}} ORDER BY {order}(?day) LIMIT 1"""


@dataclass(frozen=True)
class Description:
    """What is said of a dataset as a whole; plain values, so that it can be handed to another process.

    Attributes:
        digest: the dataset's.
        statistics: the numbers of its default graph.
        stated: the triples that its project states of it.
        first: the earliest day that something in it can have happened on, as ``xsd:date`` writes it; may be empty.
        last: the latest.
        places: the IRIs of its countries.
        examples: the IRIs of some of its things.
        ontologies: the IRIs of the ontologies in it.
    """

    digest: str = ""
    statistics: Statistics = field(default_factory=Statistics)
    stated: tuple[Triple, ...] = ()
    first: str = ""
    last: str = ""
    places: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    ontologies: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the dataset is called; that it has no title, where none is stated."""
        return self._text(DCTERMS + "title") or UNTITLED

    @property
    def summary(self) -> str:
        """What it is about, in words; empty where that is not stated."""
        return self._text(DCTERMS + "description")

    @property
    def licence(self) -> str:
        """The IRI of its licence; empty where none is stated."""
        return self._text(DCTERMS + "license")

    @property
    def creators(self) -> list[str]:
        """The names of those who made it, as far as they are stated."""
        names = {t.subject: t.object for t in self.stated if t.predicate.value == FOAF + "name"}
        made = (t.object for t in self._of(DCTERMS + "creator"))
        return sorted(_text(names.get(maker, maker) if isinstance(maker, NamedNode) else maker) for maker in made)

    def _text(self, predicate: str) -> str:
        return min((_text(triple.object) for triple in self._of(predicate)), default="")

    def _of(self, predicate: str) -> list[Triple]:
        return [t for t in self.stated if t.subject == NamedNode(DATASET) and t.predicate.value == predicate]


def describe(select: Select, stated: Iterable[Triple], digest: str, questions: Iterable[Question] = ()) -> Description:
    """The description of a graph.

    Args:
        select: what asks it.
        stated: what its project states of it as a whole.
        digest: the dataset's.
        questions: its library; what they are about where nothing else is given are examples of what is in it.
    """
    statistics = count(select)
    things = dict.fromkeys(thing for question in questions for thing in question.defaults().values())
    wanted = [thing.value for thing in things if isinstance(thing, NamedNode)]
    return Description(
        digest,
        statistics,
        tuple(sorted(stated, key=str)),
        _day(select, "ASC"),
        _day(select, "DESC"),
        tuple(_column(select, f"SELECT DISTINCT ?x WHERE {{ ?x a defkg:Country }} ORDER BY ?x LIMIT {_PLACES}")),
        tuple([iri for iri in wanted if iri.startswith(ID)][:_EXAMPLES] or _some(select, statistics)),
        tuple(_column(select, f"SELECT DISTINCT ?x WHERE {{ ?x a <{OWL}Ontology> FILTER isIRI(?x) }} ORDER BY ?x")),
    )


def at_host(triples: Iterable[Triple], base: str) -> list[Triple]:
    """The same triples for a host of one's own: addresses are there; what only names things stays as it is.

    Args:
        triples: a description.
        base: the address of the host, without a slash at its end.

    Raises:
        ValueError: the address is no absolute IRI.
    """
    return [_moved(triple, base) for triple in triples]


def part(*iris: str) -> str:
    """The IRI of a part of the dataset: a word for what it is, and the IRIs that tell it from others.

    It ends in names that people can read: ``#class.Official.rdfs.label``.
    """
    return f"{DOCUMENT}#{'.'.join(_key(iri) for iri in iris)}"


def said(subject: str, predicate: str, value: Term | str | int) -> Triple:
    """A triple; a text is the IRI of its object, and a number an integer."""
    if isinstance(value, int):
        value = Literal(str(value), datatype=_node(XSD + "integer"))
    return Triple(_node(subject), _node(predicate), _node(value) if isinstance(value, str) else value)


def english(text: str) -> Literal:
    """A text in English."""
    return Literal(text, language="en")


@lru_cache(maxsize=10_000)
def _node(iri: str) -> NamedNode:
    return NamedNode(iri)


def _moved(triple: Triple, base: str) -> Triple:
    address = triple.object
    if triple.predicate in _ADDRESSES and isinstance(address, NamedNode) and address.value.startswith(BASE):
        return Triple(triple.subject, triple.predicate, NamedNode(f"{base}/{address.value.removeprefix(BASE)}"))
    return triple


@lru_cache(maxsize=10_000)
def _key(iri: str) -> str:
    if iri.isalpha():
        return iri
    if found := _PLAIN.fullmatch(compact(iri)):
        return found[2] if iri.startswith(ONTOLOGY) else f"{found[1]}.{found[2]}"
    last = re.sub(r"[^A-Za-z0-9_-]+", "-", re.split("[#/]", iri.rstrip("#/"))[-1])
    return f"{last}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"


def _day(select: Select, order: str) -> str:
    return next(iter(_column(select, _DAYS.format(order=order), "day")), "")


def _some(select: Select, statistics: Statistics) -> Sequence[str]:
    if not statistics.entities:
        return ()
    return _column(select, f'SELECT ?x WHERE {{ ?x a ?class FILTER STRSTARTS(STR(?x), "{ID}") }} LIMIT 1')


def _column(select: Select, query: str, name: str = "x") -> list[str]:
    return [_text(row[name]) for row in select(query) if name in row]


def _text(term: Term) -> str:
    return str(getattr(term, "value", term))
