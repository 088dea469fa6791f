"""A block: what one statement of a Turtle file says of one thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from defkg.terms import ID, ONTOLOGY, PREFIXES

Fact = tuple[str, Sequence[str]]
_KEY = re.compile(r"[^A-Za-z0-9_\-]")
_PREFIX = re.compile(r"^([a-z]+):|\^\^([a-z]+):")


@dataclass(frozen=True)
class Block:
    """One thing and what is said of it.

    Attributes:
        subject: its IRI.
        facts: predicates with their objects, as Turtle terms in writing; one without an object is left out.
    """

    subject: str
    facts: Sequence[Fact]

    def turtle(self) -> str:
        """The block as Turtle, a predicate a line, without a line end behind it."""
        lines = [f"{predicate} {', '.join(objects)}" for predicate, objects in self.facts if objects]
        return f"{thing(self.subject)} " + " ;\n    ".join(lines) + " ."

    def prefixes(self) -> set[str]:
        """The prefixes that its terms need."""
        terms = [thing(self.subject), *(t for p, objects in self.facts if objects for t in (p, *objects))]
        return {match[1] or match[2] for term in terms for match in _PREFIX.finditer(term)}


def thing(iri: str) -> str:
    """An IRI as a Turtle term: short under the prefixes that data files have, else in angle brackets."""
    for prefix in ("id", "defkg"):
        if iri.startswith(PREFIXES[prefix]):
            local = iri[len(PREFIXES[prefix]) :]
            return f"{prefix}:" + _KEY.sub(lambda match: "\\" + match[0], local)
    return f"<{iri}>"


def things(iris: Sequence[str]) -> list[str]:
    """IRIs as Turtle terms, each once."""
    return [thing(iri) for iri in dict.fromkeys(iris)]


def string(text: str) -> str:
    """A plain string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words(text: str) -> str:
    """A text in English."""
    return string(text) + "@en"


def full_day(text: object) -> str:
    """An ``xsd:date``."""
    return f'"{text}"^^xsd:date'


def term(name: str) -> str:
    """The IRI of a term of the ontology."""
    return ONTOLOGY + name


def named(kind: str, key: str) -> str:
    """The IRI of a thing."""
    return f"{ID}{kind}/{key}"


def key_of(iri: str) -> str:
    """The key of a thing's IRI: what stands behind its kind."""
    return iri.removeprefix(ID).partition("/")[2]
