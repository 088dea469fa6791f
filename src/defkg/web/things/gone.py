"""Things that are no more: merged into another, which their address leads to, or withdrawn, which it tells.

Source: RFC 9110, sections 15.4.2 (301) and 15.5.11 (410); RFC 5829 (``successor-version``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from defkg.facts import Fact
from defkg.holding import Select
from defkg.naming import labels
from defkg.terms import DCTERMS, ONTOLOGY, PROV, TOMBSTONES_GRAPH
from defkg.web.documents import header
from defkg.web.links import link

MOST = 1_000
_SAID = "SELECT ?p ?o WHERE {{ GRAPH {graph} {{ {thing} ?p ?o }} }} LIMIT {most}"
_WHY = "SELECT ?reason WHERE {{ VALUES ?by {{ {by} }} ?by <{reason}> ?reason }}"
_DATES = (PROV + "invalidatedAtTime", DCTERMS + "modified", DCTERMS + "date")


@dataclass(frozen=True)
class Tombstone:
    """What is left of a thing.

    Attributes:
        iri: the thing.
        facts: what is said of it since.
        reasons: why it is no more.
        dates: when it ceased to be.
        replaced: the IRIs of what stands in its place.
        names: what these are called.
    """

    iri: str
    facts: list[Fact]
    reasons: list[str]
    dates: list[str]
    replaced: list[str]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def merged(self) -> str:
        """The one thing that it became; empty where there is none, or several, or no way there."""
        one = self.replaced[0] if len(self.replaced) == 1 else ""
        return one if link(one) not in ("", link(self.iri)) else ""

    def headers(self) -> dict[str, str]:
        """What a response says of it besides: each successor as a link on this server."""
        found = [f'<{header(link(iri))}>; rel="successor-version"' for iri in self.replaced if link(iri)]
        return {"Link": ", ".join(found)} if found else {}


def tombstone(select: Select, iri: str) -> Tombstone:
    """What is said of a thing that is no more.

    Raises:
        ValueError: it is no IRI.
    """
    rows = select(_SAID.format(graph=TOMBSTONES_GRAPH, thing=NamedNode(iri), most=MOST))
    graphs = frozenset([TOMBSTONES_GRAPH.value])
    facts = sorted((Fact(p.value, row["o"], graphs) for row in rows if isinstance(p := row["p"], NamedNode)), key=str)
    replaced = sorted(_iris(facts, DCTERMS + "isReplacedBy"))
    reasons = _texts(facts, ONTOLOGY + "reason") or _decisions(select, _iris(facts, PROV + "wasInvalidatedBy"))
    dates = [date for name in _DATES for date in _texts(facts, name)]
    return Tombstone(iri, facts, reasons, dates, replaced, labels(select, replaced))


def _decisions(select: Select, by: list[str]) -> list[str]:
    """The reasons of the curators' decisions by which it ended."""
    if not by:
        return []
    values = " ".join(str(NamedNode(iri)) for iri in by)
    rows = select(_WHY.format(by=values, reason=ONTOLOGY + "reason"))
    return sorted(reason.value for row in rows if isinstance(reason := row["reason"], Literal))


def _iris(facts: Sequence[Fact], predicate: str) -> list[str]:
    objects = [fact.object for fact in facts if fact.predicate == predicate]
    return [term.value for term in objects if isinstance(term, NamedNode)]


def _texts(facts: Sequence[Fact], predicate: str) -> list[str]:
    objects = [fact.object for fact in facts if fact.predicate == predicate]
    return sorted(term.value for term in objects if isinstance(term, Literal))
