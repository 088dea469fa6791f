"""What stands one step from a thing: as a picture, and the same as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request as HttpRequest

from defkg.engine import Answer
from defkg.holding import Select
from defkg.terms import Term
from defkg.views import draw
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.called import called, shortened
from defkg.web.frame import SCRIPTED
from defkg.web.things.neighbours import KINDS, Edge, Way, counted, edges

_BOX = 60  # characters in a box of the drawing; the list has all


class Group(NamedTuple):
    """Edges that say the same of the thing.

    Attributes:
        title: what they say, with an ellipsis where the other things are to be read.
        edges: those that are shown.
    """

    title: str
    edges: list[Edge]


@dataclass(frozen=True)
class Neighbourhood:
    """What stands one step from a thing.

    Attributes:
        thing: its IRI.
        edges: what leads to it and from it; participations are told as who was what at which event.
        names: what all of them are called.
        left_out: what is not shown, in words.
    """

    thing: str
    edges: list[Edge]
    names: Mapping[str, str]
    left_out: list[str]

    def name(self, iri: str) -> str:
        """What a thing is called."""
        return self.names[iri]

    @property
    def things(self) -> int:
        """How many things there are beside it."""
        return len({end for edge in self.edges for end in (edge.source, edge.target)} - {self.thing})

    @property
    def groups(self) -> list[Group]:
        """The edges by what they say: first what the thing is the subject of, then its object, then the others."""
        found: dict[tuple[int, str], list[Edge]] = {}
        for edge in sorted(self.edges, key=lambda e: (self.name(e.source), self.name(e.target))):
            found.setdefault(self._place(edge), []).append(edge)
        titles = ("it – {word} → …", "… – {word} → it", "… – {word} → …")
        return [Group(titles[side].format(word=word), edges) for (side, word), edges in sorted(found.items())]

    @property
    def picture(self) -> str:
        """The edges as SVG; empty where there is none."""
        rows: list[dict[str, Term]] = [
            {"source": NamedNode(edge.source), "edge": Literal(edge.word), "target": NamedNode(edge.target)}
            for edge in self.edges
        ]
        columns = {name: name for name in ("source", "target", "edge")}
        short = {iri: shortened(name, _BOX) for iri, name in self.names.items()}
        return draw("graph", columns, list(columns), rows, short, self.name(self.thing)) or ""

    def _place(self, edge: Edge) -> tuple[int, str]:
        side = 0 if edge.source == self.thing else 1 if edge.target == self.thing else 2
        return side, edge.word


def neighbourhood_page(asker: Asker, http: HttpRequest, iri: str) -> Answer:
    """The page of what stands around a thing; its scripts make the picture move, and it says all without them.

    Args:
        asker: what asks the engine, in a thread.
        http: the request.
        iri: the thing.

    Raises:
        ValueError: it is no IRI.
        Problem: there is no answer.
    """
    around = neighbourhood(asker.select, iri)
    page = asker.site.pages.render("neighbourhood.html", {"around": around})
    answer = made("text/html; charset=utf-8", page, asker.seconds)
    return replace(answer, headers={**answer.headers, "Content-Security-Policy": SCRIPTED})


def neighbourhood(select: Select, iri: str) -> Neighbourhood:
    """What stands one step from a thing by what is asserted, so many things at most.

    Raises:
        ValueError: it is no IRI.
    """
    thing = NamedNode(iri)
    ways = counted(select, thing)
    found = edges(select, thing, ways)
    ends = {end for edge in found for end in (edge.source, edge.target)}
    names = called(select, ends | {way.relation for way in ways} | {iri})
    worded = [edge._replace(word=names.get(edge.word, edge.word)) for edge in found]
    return Neighbourhood(iri, worded, names, _left_out(ways, names))


def _left_out(ways: Sequence[Way], names: Mapping[str, str]) -> list[str]:
    cut = [way for way in ways if way.most < way.total]
    said = [f"{way.most:,} of {way.total:,} by “{names[way.relation]}”" for way in cut]
    return said + ([f"relations beyond the first {KINDS}"] if len(ways) == KINDS else [])
