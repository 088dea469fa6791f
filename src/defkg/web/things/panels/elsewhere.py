"""Where other pages tell all of what a panel begins to tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from defkg.kinds import Kind
from defkg.question import Question
from defkg.terms import ID, ONTOLOGY, compact
from defkg.web.things.panels.panel import Part

_COUNTRIES = ID + "country/"


@dataclass(frozen=True)
class Elsewhere:
    """The lists and questions that a server has.

    Attributes:
        kinds: the kinds of things, each of which has a list.
        questions: the library, by name.
    """

    kinds: Collection[Kind] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)

    def listing(self, name: str, country: str) -> Part | None:
        """The list of the things of a class that involve a country; None where no one list has them."""
        lists = [kind.name for kind in self.kinds if ONTOLOGY + name in kind.shared]
        if len(lists) != 1 or not code(country):
            return None
        return Part("All in a list, with filters", href=f"/id/{lists[0]}/?{urlencode({'country': code(country)})}")

    def question(self, name: str, parameter: str, thing: str) -> Part | None:
        """A question of the library about a thing; None where there is no such question."""
        known = self.questions.get(name)
        if known is None or parameter not in {p.name for p in known.parameters}:
            return None
        return Part(known.title, href=f"/questions/{name}?{urlencode({parameter: compact(thing)})}")


NOWHERE = Elsewhere()


def pair(one: str, other: str) -> str:
    """The page of two countries; empty where one of them is no country that has such a page."""
    codes = sorted(code(iri) for iri in (one, other))
    return f"/between/{codes[0]}/{codes[1]}" if all(codes) and codes[0] != codes[1] else ""


def code(iri: str) -> str:
    """The key of a country; empty for anything else."""
    key = iri.removeprefix(_COUNTRIES)
    return key if iri.startswith(_COUNTRIES) and key.isascii() and key.isalnum() else ""


def timeline(country: str) -> Part | None:
    """The timeline of a country; None for anything else."""
    query = urlencode({"country": code(country)})
    return Part("On the timeline, with filters", href=f"/timeline?{query}") if code(country) else None
