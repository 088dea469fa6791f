"""What can stand in a cell of a panel, told before it is known: the facts are asked for all cells at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from defkg.holding import documents
from defkg.terms import INFERRED_GRAPH, REGISTRY_GRAPH, Term
from defkg.web.things.panels.known import TYPE, Known, Need, defkg, needed
from defkg.web.things.panels.panel import Part

NOT_STATED = Part("not stated", quiet=True)
REGISTER = Part("register", quiet=True)


class Cell:
    """A cell to be."""

    @property
    def needs(self) -> Sequence[Need]:
        """The things and properties whose values it shows."""
        return ()

    def parts(self, known: Known) -> list[Part]:
        """What is read there."""
        raise NotImplementedError


@dataclass(frozen=True)
class Names(Cell):
    """Things, by their labels; or a word where there are none."""

    things: Sequence[str]
    otherwise: Part | None = None

    def parts(self, known: Known) -> list[Part]:
        """A part for each."""
        return [Part("", thing) for thing in self.things] or ([self.otherwise] if self.otherwise else [])


@dataclass(frozen=True)
class Words(Cell):
    """A text, which may lead somewhere."""

    text: str
    href: str = ""
    graphs: frozenset[str] = frozenset()

    def parts(self, known: Known) -> list[Part]:
        """The text."""
        return [Part(self.text, href=self.href, sources=sources(self.graphs))] if self.text else []


@dataclass(frozen=True)
class When(Cell):
    """The date of a thing, as precise as stated; each, where documents give different ones."""

    thing: str
    otherwise: Part | None = NOT_STATED

    @property
    def needs(self) -> Sequence[Need]:
        """Its date, and how that is known."""
        return needed(self.thing, "date", "dateBasis")

    def parts(self, known: Known) -> list[Part]:
        """The dates in words."""
        parts = [Part(text, sources=sources(held)) for text, held in known.dates(self.thing).items()]
        return parts or ([self.otherwise] if self.otherwise else [])


@dataclass(frozen=True)
class Values(Cell):
    """The values of properties of a thing; or a word where there are none."""

    thing: str
    names: Sequence[str]
    otherwise: Part | None = NOT_STATED

    @property
    def needs(self) -> Sequence[Need]:
        """The properties."""
        return needed(self.thing, *self.names)

    def parts(self, known: Known) -> list[Part]:
        """A part for each."""
        found: dict[Term, set[str]] = {}
        for name in self.names:
            for term, held in known.values(self.thing, defkg(name)).items():
                found.setdefault(term, set()).update(held)
        parts = [_part(term, found[term]) for term in sorted(found, key=str)]
        return parts or ([self.otherwise] if self.otherwise else [])


@dataclass(frozen=True)
class Kinds(Cell):
    """The classes that somebody gave a thing, not those that follow."""

    thing: str

    @property
    def needs(self) -> Sequence[Need]:
        """Its classes."""
        return [(self.thing, TYPE)]

    def parts(self, known: Known) -> list[Part]:
        """A part for each."""
        found = known.values(self.thing, TYPE).items()
        given = [
            term.value for term, graphs in found if isinstance(term, NamedNode) and graphs != {INFERRED_GRAPH.value}
        ]
        return [Part("", iri) for iri in sorted(given)]


@dataclass(frozen=True)
class Gist(Cell):
    """What a statement or commitment says, leading to it."""

    thing: str

    @property
    def needs(self) -> Sequence[Need]:
        """What it says."""
        return needed(self.thing, "gist")

    def parts(self, known: Known) -> list[Part]:
        """The gist; where there is none, the label."""
        gists = [term.value for term in known.values(self.thing, defkg("gist")) if isinstance(term, Literal)]
        return [Part(text, self.thing) for text in sorted(gists)] or [Part("", self.thing)]


def sources(graphs: Iterable[str]) -> tuple[Part, ...]:
    """The documents among the graphs that hold something; where there are none, the register if it does."""
    held = set(graphs)
    found = tuple(Part("", document) for document in sorted(documents(held)))
    return found or ((REGISTER,) if REGISTRY_GRAPH.value in held else ())


def _part(term: Term, graphs: Iterable[str]) -> Part:
    text, iri = ("", term.value) if isinstance(term, NamedNode) else (str(getattr(term, "value", term)), "")
    return Part(text, iri, sources=sources(graphs))
