"""Who says so: the cards of the documents that a page's facts are from, with the passages, and the curators' decisions.

Source: Web Annotation Data Model (W3C), section 4.2.4 (text position selector).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.facts import Fact
from defkg.holding import Select, documents, only_inferred
from defkg.terms import (
    BASE,
    CURATION_GRAPH,
    DCTERMS,
    INFERRED_GRAPH,
    OA,
    ONTOLOGY_GRAPH,
    REGISTRY_GRAPH,
    Term,
    compact,
    whole,
)

CARDS = 100
MARKS = 6  # documents that are named beside one fact
_PASSAGES = 40  # of one document
_MOST = 3_000
_TOLD = """SELECT ?d ?publisher ?issued ?url ?passage ?locator ?start ?end ?decision ?reason WHERE {{
  {{ VALUES ?d {{ {documents} }}
    OPTIONAL {{ ?d <{dcterms}publisher> ?publisher }}
    OPTIONAL {{ ?d <{dcterms}issued> ?issued }}
    OPTIONAL {{ ?d schema:url ?url }} }}
  UNION
  {{ VALUES ?d {{ {documents} }}
    GRAPH ?d {{ {thing} defkg:evidencedBy ?passage }}
    OPTIONAL {{ ?passage defkg:locator ?locator }}
    OPTIONAL {{ ?passage <{oa}hasSelector> ?selector . ?selector <{oa}start> ?start ; <{oa}end> ?end }} }}
  UNION
  {{ ?decision defkg:about {thing} ; defkg:reason ?reason }}
}} LIMIT {limit}"""
_WORDS = {REGISTRY_GRAPH.value: "register", CURATION_GRAPH.value: "curators", ONTOLOGY_GRAPH.value: "vocabulary"}


class Passage(NamedTuple):
    """A part of a document that speaks of the thing."""

    iri: str
    locator: str
    start: int
    end: int


@dataclass
class Card:
    """A document.

    Attributes:
        number: its mark on the page.
        iri: the document.
        publishers: the IRIs of who published it.
        issued: when, as it says itself.
        urls: where it can be read.
        passages: what of it speaks of the thing, in the order of the text.
        facts: how many of the shown facts it states.
    """

    number: int
    iri: str
    publishers: list[str] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    facts: int = 0


class Decision(NamedTuple):
    """What the curators decided on the thing, and why."""

    iri: str
    reason: str


@dataclass(frozen=True)
class Marks:
    """What stands beside a fact.

    Attributes:
        numbers: of the documents that state it; the first `MARKS` of them.
        more: how many others do.
        others: what else holds it: our register, the curators, a named graph; as a word and the graph's IRI.
        inferred: whether nobody states it, but it follows.
    """

    numbers: tuple[int, ...] = ()
    more: int = 0
    others: tuple[tuple[str, str], ...] = ()
    inferred: bool = False


class Sources:
    """The documents of some facts, numbered.

    Args:
        facts: the facts.
        beside: further documents that the page names, in its tables.

    Attributes:
        cards: the first `CARDS` of them, by IRI.
        unlisted: how many others there are.
        decisions: what the curators decided on the thing, once `read`.
    """

    def __init__(self, facts: Sequence[Fact], beside: Iterable[str] = ()) -> None:
        counts = Counter(iri for fact in facts for iri in documents(fact.graphs))
        numbered = enumerate(list(dict.fromkeys([*sorted(counts), *beside]))[:CARDS], start=1)
        self.cards = {iri: Card(number, iri, facts=counts[iri]) for number, iri in numbered}
        self.unlisted = len(counts.keys() - self.cards.keys())
        self.decisions: list[Decision] = []

    def marks(self, graphs: frozenset[str]) -> Marks:
        """The marks of a fact that these graphs hold."""
        known = sorted(documents(graphs))
        numbers = tuple(self.cards[iri].number for iri in known if iri in self.cards)[:MARKS]
        others = sorted((_WORDS.get(g) or _short(g), g) for g in graphs - {*known, INFERRED_GRAPH.value})
        return Marks(numbers, len(known) - len(numbers), tuple(others), only_inferred(graphs))

    @property
    def addresses(self) -> dict[str, tuple[int, str]]:
        """For each document its number, and where on the page its card is."""
        return {card.iri: (card.number, f"#source-{card.number}") for card in self.cards.values()}

    def read(self, select: Select, iri: str) -> None:
        """Asks for what the cards say."""
        written = " ".join(str(NamedNode(document)) for document in self.cards)
        query = _TOLD.format(documents=written, thing=NamedNode(iri), dcterms=DCTERMS, oa=OA, limit=_MOST)
        rows = select(query)
        for row in rows:
            if "d" in row:
                _note(self.cards[_text(row["d"])], row)
        found = {Decision(_text(row["decision"]), _text(row["reason"])) for row in rows if "decision" in row}
        self.decisions = sorted(found)
        for card in self.cards.values():
            card.passages.sort(key=lambda passage: (passage.start, passage.end, passage.iri))

    def things(self) -> set[str]:
        """The IRIs that the cards name."""
        named = {iri for card in self.cards.values() for iri in (card.iri, *card.publishers)}
        return named | {decision.iri for decision in self.decisions}


def _note(card: Card, row: Mapping[str, Term]) -> None:
    for name, told in (("publisher", card.publishers), ("issued", card.issued), ("url", card.urls)):
        if name in row and _text(row[name]) not in told:
            told.append(_text(row[name]))
    if "passage" in row:
        start, end = (whole(row.get(name)) for name in ("start", "end"))
        passage = Passage(_text(row["passage"]), _text(row.get("locator")), start, end)
        if passage not in card.passages and len(card.passages) < _PASSAGES:
            card.passages.append(passage)


def _short(graph: str) -> str:
    return graph.removeprefix(BASE + "graph/") if graph.startswith(BASE + "graph/") else compact(graph)


def _text(term: Term | None) -> str:
    return str(getattr(term, "value", ""))
