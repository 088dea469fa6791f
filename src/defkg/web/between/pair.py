"""What is known of two countries: everything that the page of a pair tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from defkg.web.between.countries import Country
from defkg.web.records import Date, Described, Record
from defkg.web.things.differences import Difference

SHOWN = 60
PARTS = ("Mechanism", "Agreement", "Exercise", "Event", "Statement", "Commitment")


class Related(NamedTuple):
    """What became of a thing (it was agreed, established, signed …), through what other thing, and when.

    Attributes:
        how: what became of it.
        other: the thing through which.
        ordinal: the number of that in its series.
        date: a date of it.
        documents: those that state the relation; none where it is inferred.
        numbered: those that state the number.
    """

    how: str
    other: str
    ordinal: int | None
    date: Date | None
    documents: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()

    def sources(self) -> set[str]:
        """All documents behind it."""
        return {*self.documents, *self.numbered, *(self.date.documents if self.date else ())}


@dataclass
class Participation:
    """Who took part in an event, as what, in which posts, for whom; a post and a party each with its documents."""

    who: str
    event: str
    role: str
    posts: dict[str, set[str]] = field(default_factory=dict)
    parties: dict[str, set[str]] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)

    def sources(self) -> set[str]:
        """All documents behind it."""
        return self.documents.union(*self.posts.values(), *self.parties.values())


class Topic(NamedTuple):
    """A topic with how many things speak of it, by the property that they do it with."""

    iri: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """How often it is spoken of."""
        return sum(self.counts.values())


@dataclass
class Pair:
    """What there is between two countries.

    Attributes:
        one: the country whose code comes first.
        other: the other country.
        hub: the IRI of their relationship; empty where there is none.
        parts: by part, what involves both and, as far as is known, nobody else; `Aside` is what only is told of them.
        shared: by part, what involves both among others.
        counts: by part, how many there are in all, the multilateral with them.
        own: what has both countries as parties.
        held: the kinds of events that there are, of meetings and visits.
        related: by thing, what became of it.
        differences: where documents differ on what belongs to their relationship.
        people: who took part in their events.
        topics: what the things between them speak of.
        names: what things are called.
        documents: those behind what is shown.
        crowded: whether more became of these things, or more people took part, than was asked for.
    """

    one: Country
    other: Country
    hub: str = ""
    parts: dict[str, list[Record]] = field(default_factory=dict)
    shared: dict[str, list[Record]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    related: dict[str, list[Related]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    people: list[Participation] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    documents: list[Described] = field(default_factory=list)
    crowded: bool = False

    @property
    def multilateral(self) -> list[Record]:
        """What involves both among others, of all parts."""
        return [record for records in self.shared.values() for record in records]

    @property
    def records(self) -> list[Record]:
        """All things that are shown."""
        return [record for records in self.parts.values() for record in records] + self.multilateral

    @property
    def sources(self) -> set[str]:
        """The documents behind what is shown."""
        found = {iri for record in self.records for iri in record.documents}
        found |= {claim.document for difference in self.differences for claim in difference.claims}
        related = (entry for entries in self.related.values() for entry in entries)
        return found.union(*(entry.sources() for entry in related), *(person.sources() for person in self.people))

    @property
    def empty(self) -> bool:
        """Whether nothing is known of it."""
        return not any(self.counts.values()) and not self.parts.get("Aside")

    @property
    def cut(self) -> list[str]:
        """The parts of which not all is shown."""
        return [part for part, count in self.counts.items() if count > SHOWN]
