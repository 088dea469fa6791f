"""What a document says of a thing: parties, topics, a date, its passages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from defkg.dates import bounds, precision
from defkg.project import ProjectError
from defkg.scaffold.block import Fact, full_day, key_of, named, string, things
from defkg.scaffold.catalogue import Catalogue


@dataclass(frozen=True)
class Said:
    """What one document says of one thing.

    Attributes:
        source: the document.
        parties: between whom it is; countries, or organisations of them.
        relationship: in which bilateral relationship the document speaks of it.
        evidence: the passages that say so.
        links: other things that it names, by predicate.
        values: other facts, as Turtle terms.
        date: EDTF text; empty where none is stated.
        basis: ``stated`` or ``inferred``.
    """

    source: str
    parties: Sequence[str] = ()
    relationship: str | None = None
    evidence: Sequence[str] = ()
    links: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Sequence[Fact] = ()
    date: str = ""
    basis: str = ""

    def facts(self) -> list[Fact]:
        """All of it as facts, evidence last."""
        return [
            ("defkg:hasParty", things(self.parties)),
            ("defkg:inRelationship", things([self.relationship] if self.relationship else [])),
            *self.values,
            *self._dated(),
            *((predicate, things(iris)) for predicate, iris in self.links.items()),
            ("defkg:evidencedBy", things(self.evidence)),
        ]

    def _dated(self) -> list[Fact]:
        if not self.date:
            return []
        edges = zip(("defkg:earliest", "defkg:latest"), bounds(self.date), strict=True)
        return [
            ("defkg:date", [string(self.date)]),
            *((name, [full_day(edge)]) for name, edge in edges if edge),
            ("defkg:datePrecision", [string(precision(self.date) or "bounded")]),
            ("defkg:dateBasis", [string(self.basis)] if self.basis else []),
        ]


def date(text: str) -> str:
    """A date in EDTF.

    Raises:
        ProjectError: it is none.
    """
    try:
        bounds(text)
    except ValueError as error:
        raise ProjectError(str(error)) from error
    return text


def day(text: str) -> str:
    """A single day.

    Raises:
        ProjectError: it is none.
    """
    if precision(text) != "day":
        raise ProjectError(f"{text!r} is no day; write it as 2025-12-09")
    return date(text)


def passages(catalogue: Catalogue, source: str, text: str) -> list[str]:
    """The passages that locators mean in a document: ``s2,s3``, ``S2 S3`` or ``2-4``.

    Raises:
        ProjectError: one is no locator, or the document has no such sentence.
    """
    there = set(catalogue.values(source, "defkg:hasSentence|^prov:wasQuotedFrom"))
    found = [named("passage", f"{key_of(source)}-s{number}") for number in _numbers(text)]
    lacking = next((iri for iri in found if iri not in there), None)
    if lacking:
        has = f"it has s1 to s{len(there)}" if there else "its sentences are not listed yet"
        raise ProjectError(f"{key_of(source)} has no sentence {key_of(lacking).rpartition('-')[2]}: {has}")
    return found


def _numbers(text: str) -> list[int]:
    numbers: set[int] = set()
    for part in re.split(r"[,\s]+", text.strip()):
        match = re.fullmatch(r"[sS]?([1-9]\d{0,4})(?:-[sS]?([1-9]\d{0,4}))?", part)
        if match is None:
            raise ProjectError(f"{part!r} is no sentence; name sentences by their locators, such as s2,s3 or s2-s4")
        numbers |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return sorted(numbers)
