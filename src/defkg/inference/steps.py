"""Rules over numbers: what follows from new facts in one step, and whether a fact follows in one step.

A rule whose body is one pattern lifts each fact by itself; any other is a chain of properties, which a transitive
property is as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import repeat

from defkg.inference.relations import Fact, Relation
from defkg.inference.rules import Pattern, Rule
from defkg.terms import TYPE, Term

Key = Term | tuple[Term]
"""What a relation is of: a property, or a class, which stands in a tuple."""
Relations = Mapping[Key, Relation]


def key_of(pattern: Pattern) -> Key:
    """The relation that a pattern of a rule is about."""
    _, predicate, obj = pattern
    found = (obj,) if predicate == TYPE else predicate
    assert not isinstance(found, str)
    assert not isinstance(found, tuple) or not isinstance(found[0], str)
    return found  # type: ignore[return-value]


@dataclass(frozen=True)
class Lift:
    """A rule of one premise.

    Attributes:
        head: what it adds to.
        body: what it reads.
        turned: whether the subject of the head is the object of the premise.
        value: the object of the head where it is always the same; 0 where it is the other end of the premise.
        of_class: the number of the class that the premise is about; 0 where it is about a property.
    """

    head: Key
    body: tuple[Key]
    turned: bool
    value: int
    of_class: int

    def forward(self, _: Key, facts: Set[Fact], __: Relations, ___: Relation) -> Set[Fact]:
        """What follows from facts."""
        if not self.turned:
            return {(s, self.value) for s, _ in facts} if self.value else facts
        if self.value:
            return {(o, self.value) for _, o in facts if o > 0}
        return {(o, s) for s, o in facts if o > 0}

    def backward(self, fact: Fact, relations: Relations) -> bool:
        """Whether a fact follows from facts that are there."""
        s, o = fact
        body = relations[self.body[0]]
        if not self.value:
            return ((o, s) if self.turned else fact) in body.facts
        if o != self.value:
            return False
        if self.of_class:
            return (s, self.of_class) in body.facts
        return bool(body.before(s) if self.turned else body.after(s))


@dataclass(frozen=True)
class Chain:
    """A rule whose premises lead from one thing to the next.

    Attributes:
        head: the property from the first to the last.
        body: the properties on the way, two or more.
    """

    head: Key
    body: tuple[Key, ...]

    def forward(self, key: Key, facts: Set[Fact], relations: Relations, seen: Relation) -> Set[Fact]:
        """What follows from facts and from those that are there; what has been seen may be left out."""
        found: set[Fact] = set()
        skipped = seen if self.head in self.body else Relation()
        for at in (at for at, link in enumerate(self.body) if link == key):
            before = _Walk([relations[link].before for link in reversed(self.body[:at])])
            after = _Walk([relations[link].after for link in self.body[at + 1 :]])
            for s, o in facts:
                _add_pairs(found, before.ends(s), after.ends(o), skipped)
        return found

    def backward(self, fact: Fact, relations: Relations) -> bool:
        """Whether a fact follows from facts that are there."""
        *first, last = self.body
        ends = _Walk([relations[link].after for link in first]).ends(fact[0])
        return not ends.isdisjoint(relations[last].before(fact[1]))


Step = Lift | Chain


def _add_pairs(found: set[Fact], starts: Set[int], ends: Set[int], skipped: Relation) -> None:
    """Adds each pair of a start and an end but those skipped."""
    if len(starts) > len(ends):
        for end in ends:
            found.update(zip(starts - skipped.before(end), repeat(end)))
    elif starts:
        for start in starts:
            found.update(zip(repeat(start), ends - skipped.after(start)))


class _Walk:
    """Where ways along some links end; what was walked once is known."""

    def __init__(self, links: Sequence[Callable[[int], Set[int]]]) -> None:
        self._links = links
        self._known: dict[int, Set[int]] = {}

    def ends(self, start: int) -> Set[int]:
        found = self._known.get(start)
        if found is None:
            found = self._known[start] = self._walked(start)
        return found

    def _walked(self, start: int) -> Set[int]:
        ends: Set[int] = {start}
        for link in self._links:
            ends = {end for one in ends for end in link(one)} if len(ends) != 1 else link(*ends)
        return ends


def steps(rules: Sequence[Rule], number: Callable[[Term], int]) -> Iterator[Step]:
    """The rules as steps.

    Args:
        rules: those of an ontology.
        number: gives a term its number.
    """
    for rule in rules:
        body = tuple(key_of(pattern) for pattern in rule.body)
        if len(body) > 1:
            yield Chain(key_of(rule.head), body)
        else:
            yield _lift(rule, number)


def _lift(rule: Rule, number: Callable[[Term], int]) -> Lift:
    subject, _, obj = rule.head
    start, _, end = rule.body[0]
    value = 0 if isinstance(obj, str) else number(obj)
    of_class = 0 if isinstance(end, str) else number(end)
    return Lift(key_of(rule.head), (key_of(rule.body[0]),), subject != start, value, of_class)
