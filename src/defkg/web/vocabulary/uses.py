"""Where the terms of the ontology are used: in how many things and triples, and in which questions of the library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from defkg.prologue import Names
from defkg.question import Question
from defkg.sparql import tokens
from defkg.terms import compact
from defkg.web.service import Site


@dataclass(frozen=True)
class Uses:
    """Where a term is used.

    Attributes:
        count: how many things are of a class, or triples have a property; None where that was not counted.
        unit: what was counted: thing or time.
        href: where these are; empty where there is none.
        questions: the questions whose queries name it, sorted by title.
    """

    count: int | None = None
    unit: str = "time"
    href: str = ""
    questions: list[Question] = field(default_factory=list)

    @property
    def words(self) -> str:
        """How often, in words; empty where nothing is known."""
        counted = [] if self.count is None else [self.counted]
        asked = [_plural(len(self.questions), "question")] if self.questions else []
        return ", ".join(counted + asked)

    @property
    def counted(self) -> str:
        """How often in the graph, in words."""
        return _plural(self.count, self.unit) if self.count else "not used"


def uses(site: Site, classes: Collection[str], properties: Collection[str]) -> dict[str, Uses]:
    """Where each of some terms is used, as it was counted when the graph was loaded.

    Args:
        site: what is served.
        classes: IRIs of classes.
        properties: IRIs of properties.
    """
    numbers = site.description.statistics
    asked = _asked(site.questions, {*classes, *properties})
    counts = {found.iri: found.entities for found in numbers.classes}
    counts |= {found.iri: found.triples for found in numbers.properties}
    pages = {kind.iri: f"/id/{kind.name}/" for kind in site.kinds.values() if kind.alone}
    found = {}
    for iri in (*classes, *properties):
        unit, pattern = ("thing", "?x a {}") if iri in classes else ("time", "?x {} ?y")
        query = quote(f"SELECT*{{{pattern.format(compact(iri))}}}", "*?:").replace("%20", "+")
        count = counts.get(iri, 0) if numbers.triples else None
        href = (pages.get(iri) or f"/sparql?query={query}") if count else ""
        found[iri] = Uses(count, unit, href, asked.get(iri, []))
    return found


def _asked(questions: Mapping[str, Question], terms: Collection[str]) -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = defaultdict(list)
    for question in sorted(questions.values(), key=lambda question: (question.title, question.name)):
        for iri in set(_named(question)) & set(terms):
            found[iri].append(question)
    return found


def _named(question: Question) -> Iterator[str]:
    """The IRIs in a question's query."""
    found = list(tokens(question.sparql))
    names = Names.read(found)
    resolved = (names.resolve(token) for token in found if token.kind in ("name", "iri"))
    return (iri for iri in resolved if iri)


def _plural(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"
