"""Things as the rows of a page: their classes, their dates as each document states them, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select, batches, documents
from defkg.terms import DCTERMS, ID, ONTOLOGY, TYPE, Term, compact
from defkg.views.days import spoken

_DATE = ("date", "dateBasis", "datePrecision")
_READ = """SELECT ?thing ?p ?o ?g WHERE {{
  VALUES ?thing {{ {things} }}
  ?thing ?p ?o .
  FILTER (?p IN ({properties}))
  FILTER (?p != rdf:type || (STRSTARTS(STR(?o), "{ontology}") && NOT EXISTS {{
    ?thing a ?narrower . ?narrower rdfs:subClassOf ?o . FILTER (?narrower != ?o)
  }}))
  {but}
  OPTIONAL {{ GRAPH ?g {{ ?thing ?p ?o }} FILTER (STRSTARTS(STR(?g), "{documents}")) }}
}}"""
_BUT = "FILTER (?p != defkg:hasParty || ?o NOT IN ({}))"
_DESCRIBED = """SELECT ?document ?publisher ?issued WHERE {{
  VALUES ?document {{ {documents} }}
  OPTIONAL {{ ?document <{dcterms}publisher> ?by OPTIONAL {{ ?by rdfs:label|skos:prefLabel ?publisher }} }}
  OPTIONAL {{ ?document <{dcterms}issued> ?issued }}
}}"""


class Date(NamedTuple):
    """A date as some documents state it.

    Attributes:
        text: the date in EDTF, as curated.
        basis: ``stated`` or ``inferred``; empty where that is not said.
        precision: ``day``, ``month``, ``year`` or ``bounded``; empty where that is not said.
        documents: the IRIs of those documents.
    """

    text: str
    basis: str = ""
    precision: str = ""
    documents: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The date as a reader says it."""
        return spoken(Literal(self.text)) or self.text


@dataclass
class Record:
    """What a page tells of a thing in one row.

    Attributes:
        iri: the thing.
        kinds: the IRIs of its classes, those left out that another of them is under.
        dates: its dates; several where documents differ.
        documents: the IRIs of the documents that speak of it.
        values: the values of its other properties by local name, each with the documents that state it.
    """

    iri: str
    kinds: list[str] = field(default_factory=list)
    dates: list[Date] = field(default_factory=list)
    documents: tuple[str, ...] = ()
    values: dict[str, dict[Term, set[str]]] = field(default_factory=dict)

    def things(self, name: str) -> list[str]:
        """The IRIs among the values of a property."""
        return sorted(term.value for term in self.values.get(name, ()) if isinstance(term, NamedNode))

    def text(self, name: str) -> str:
        """The first literal among the values of a property; empty where there is none."""
        return min((term.value for term in self.values.get(name, ()) if isinstance(term, Literal)), default="")

    def stating(self, name: str, text: str) -> set[str]:
        """The documents that state a value of a property."""
        held = (where for term, where in self.values.get(name, {}).items() if value(term) == text)
        return {iri for where in held for iri in where}

    @property
    def order(self) -> tuple[str, str]:
        """Where it stands among dated things; undated ones come last."""
        return min((date.text.strip("[.]") for date in self.dates), default="~"), self.iri


class Described(NamedTuple):
    """A document: its number on the page, its title, who published it and when; empty where that is not stated."""

    number: int
    iri: str
    title: str
    publisher: str
    issued: str


def read(
    select: Select, iris: Collection[str], properties: Iterable[str] = (), but: Iterable[str] = ()
) -> dict[str, Record]:
    """What there is to tell of things.

    Args:
        select: what asks the graph.
        iris: the things.
        properties: local names in our ontology of what is wanted besides classes and dates.
        but: the IRIs of parties that are not wanted; as values of another property they are.

    Raises:
        ValueError: one of them is no IRI.
    """
    names = dict.fromkeys([*_DATE, "evidencedBy", *properties])
    wanted = ", ".join([str(TYPE), *(str(NamedNode(ONTOLOGY + name)) for name in names)])
    unwanted = ", ".join(str(NamedNode(iri)) for iri in but)
    of = {"documents": f"{ID}source/", "ontology": ONTOLOGY, "but": _BUT.format(unwanted) if but else ""}
    rows: list[dict[str, Term]] = []
    for batch in batches([str(NamedNode(iri)) for iri in sorted(iris)], str):
        rows += select(_READ.format(things=" ".join(batch), properties=wanted, **of))
    found = {iri: Record(iri) for iri in iris}
    for row in rows:
        _note(found, row)
    return {iri: _complete(record) for iri, record in found.items()}


def described(select: Select, numbers: Mapping[str, int], names: Mapping[str, str]) -> list[Described]:
    """The documents of a page, in the order of their numbers.

    Args:
        select: what asks the graph.
        numbers: document to number.
        names: what documents are called.
    """
    known: dict[str, tuple[str, str]] = {}
    if numbers:
        written = " ".join(str(NamedNode(iri)) for iri in numbers)
        for row in select(_DESCRIBED.format(documents=written, dcterms=DCTERMS)):
            known.setdefault(value(row["document"]), (value(row.get("publisher")), value(row.get("issued"))))
    return [Described(number, iri, named(iri, names), *known.get(iri, ("", ""))) for iri, number in numbers.items()]


def value(term: Term | None) -> str:
    """What a term says: an IRI, or the text of a literal; empty for no term."""
    return str(getattr(term, "value", "" if term is None else term))


def named(iri: str, names: Mapping[str, str]) -> str:
    """What a thing is called."""
    return names.get(iri) or compact(iri)


def _note(found: Mapping[str, Record], row: Mapping[str, Term]) -> None:
    record, name = found[value(row["thing"])], value(row["p"]).removeprefix(ONTOLOGY)
    held = record.values.setdefault(name, {}).setdefault(row["o"], set())
    held |= documents([value(row.get("g"))])


def _complete(record: Record) -> Record:
    """Fits together what each document says of a date, and who speaks of the thing."""
    record.kinds = sorted(value(kind) for kind in record.values.pop(TYPE.value, ()))
    held = {name: record.values.pop(name, {}) for name in _DATE}
    record.documents = tuple(sorted({iri for own in record.values.values() for where in own.values() for iri in where}))
    for text, where in held["date"].items():
        of = [{value(term) for term, own in held[name].items() if own & where or not where} for name in _DATE[1:]]
        basis, precision = (max(own, default="") for own in of)  # of two bases, stated: one document states it
        record.dates.append(Date(value(text), basis, precision, tuple(sorted(where))))
        record.documents = tuple(sorted({*record.documents, *where}))
    record.dates.sort()
    return record
