"""The facts of a thing as a page shows them: in groups, each value with who says so, what only follows apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.facts import Fact
from defkg.holding import documents, only_inferred
from defkg.presentation import Place, Presentation
from defkg.terms import ONTOLOGY, SKOS, TYPE, Term
from defkg.web.things.said import SHOWN, Said
from defkg.web.things.sources import Marks, Sources
from defkg.web.things.values import Value, value

MIRRORED = 5  # a longer list that only mirrors what refers to the thing is told by its number
_DATE, _BASIS = ONTOLOGY + "date", ONTOLOGY + "dateBasis"
_NUMBERED = re.compile(r"(\D*)(\d{0,15})")
_WRONG = SKOS + "hiddenLabel"


class Shown(NamedTuple):
    """A value on the page.

    Attributes:
        number: its number among the facts, by which its reason is asked for.
        value: the value in words.
        marks: who says so.
        notes: what must be said beside it.
    """

    number: int
    value: Value
    marks: Marks
    notes: tuple[str, ...] = ()


@dataclass
class Property:
    """A property with its values.

    Attributes:
        iri: the property.
        label: what it is called.
        definition: what it means.
        total: how many values there are.
        values: those that are shown.
        mirrors: the property by which these same things refer to the thing; with it, no value is shown.
        wrong: whether the values are known to be wrong, as misspellings are.
        differs: whether there can be one only, and documents state others.
    """

    iri: str
    label: str
    definition: str
    total: int
    values: list[Shown] = field(default_factory=list)
    mirrors: str = ""
    wrong: bool = False
    differs: bool = False


class Group(NamedTuple):
    """Properties that stand together."""

    title: str
    properties: list[Property]


@dataclass(frozen=True)
class Table:
    """The facts of a thing.

    Attributes:
        groups: the properties that say something of their own.
        implied: those that only follow from a narrower property or class among them.
    """

    groups: list[Group]
    implied: list[Property]


class Arranging:
    """Arranges the facts of one thing.

    Args:
        said: the facts.
        presentation: the order.
        sources: the numbers of their documents.
        alone: whether they are values of one property, all of which are shown.
    """

    def __init__(self, said: Said, presentation: Presentation, sources: Sources, alone: bool = False) -> None:
        self._said = said
        self._presentation = presentation
        self._sources = sources
        self._alone = alone
        self.kinds = said.kinds
        self._relations: dict[Term, list[str]] = {}
        for fact in said.facts:
            self._relations.setdefault(fact.object, []).append(fact.predicate)

    def table(self, names: Mapping[str, str]) -> Table:
        """The facts in groups.

        Args:
            names: what things are called.
        """
        own: dict[str, list[tuple[int, Fact]]] = {}
        implied: dict[str, list[tuple[int, Fact]]] = {}
        for number, fact in enumerate(self._said.facts):
            (implied if self._is_implied(fact) else own).setdefault(fact.predicate, []).append((number, fact))
        groups: dict[str, list[Property]] = {}
        for prop, place in self._ordered(own):
            groups.setdefault(place.group, []).append(self._property(prop, place, own[prop], names, prop in implied))
        folded = [self._property(prop, place, implied[prop], names, True) for prop, place in self._ordered(implied)]
        return Table([Group(title, properties) for title, properties in groups.items()], folded)

    def things(self) -> set[str]:
        """The IRIs that have to be called something."""
        by_property: dict[str, list[Fact]] = {}
        for fact in self._said.facts:
            by_property.setdefault(fact.predicate, []).append(fact)
        shown = (facts for prop, facts in by_property.items() if not self._mirrored(prop, facts))
        return {fact.object.value for facts in shown for fact in facts if isinstance(fact.object, NamedNode)}

    def _ordered(self, properties: Collection[str]) -> list[tuple[str, Place]]:
        placed = [(prop, self._presentation.place(prop, self.kinds)) for prop in properties]
        return sorted(placed, key=lambda pair: (pair[1][:3], pair[0]))

    def _property(
        self, iri: str, place: Place, facts: Sequence[tuple[int, Fact]], names: Mapping[str, str], split: bool
    ) -> Property:
        told = self._presentation
        label, total = place.name or told.label(iri), self._said.totals.get(iri, len(facts))
        total = len(facts) if split and self._said.whole else total
        prop = Property(iri, label, told.definitions.get(iri, ""), total, wrong=iri == _WRONG)
        prop.differs = iri in told.single and len({o for _, (_, o, graphs) in facts if documents(graphs)}) > 1
        prop.mirrors = self._mirrored(iri, [fact for _, fact in facts])
        if not prop.mirrors:
            shown = sorted(facts, key=lambda pair: _order(pair[1].object, names))
            prop.values += [
                self._shown(number, fact, names) for number, fact in (shown if self._alone else shown[:SHOWN])
            ]
        return prop

    def _mirrored(self, prop: str, facts: Sequence[Fact]) -> str:
        """The inverse of a property, where its many values only follow from what refers to the thing by that."""
        many = not self._alone and len(facts) > MIRRORED
        return self._presentation.inverses.get(prop, "") if many and all(only_inferred(f.graphs) for f in facts) else ""

    def _shown(self, number: int, fact: Fact, names: Mapping[str, str]) -> Shown:
        marks = self._sources.marks(fact.graphs)
        return Shown(number, value(fact.object, names, fact.predicate), marks, tuple(self._notes(fact)))

    def _notes(self, fact: Fact) -> Iterable[str]:
        if fact.predicate == _DATE:
            bases = {f.object for f in self._said.facts if f.predicate == _BASIS and _together(f, fact)}
            if bases == {Literal("inferred")}:
                yield "inferred by the curators, not stated"

    def _is_implied(self, fact: Fact) -> bool:
        """Whether a fact is there only because a narrower property, or class, says more."""
        if not only_inferred(fact.graphs):
            return False
        wider = self._presentation.wider
        if fact.predicate == TYPE.value and isinstance(fact.object, NamedNode):
            return any(fact.object.value in wider.get(kind, ()) for kind in self.kinds)
        return any(fact.predicate in wider.get(prop, ()) for prop in self._relations[fact.object])


def _together(one: Fact, other: Fact) -> bool:
    return bool(one.graphs & other.graphs) or not one.graphs | other.graphs


def _order(term: Term, names: Mapping[str, str]) -> tuple[list[tuple[str, int]], str]:
    """By name, numbers within it by size: S2 before S10."""
    text = names.get(term.value, term.value) if isinstance(term, NamedNode) else getattr(term, "value", str(term))
    return natural(text), str(term)


def natural(text: str) -> list[tuple[str, int]]:
    """A key that sorts texts as people do, with the numbers in them by size."""
    return [(part, int(number or 0)) for part, number in _NUMBERED.findall(text.casefold())]
