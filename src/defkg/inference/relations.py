"""Facts as pairs of numbers, by property and by class, and what stands before and after a thing in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set

Fact = tuple[int, int]
"""Subject and object, as numbers; an object that can be no subject, such as a literal, has a negative number."""

_Index = defaultdict[int, set[int]]
_NOTHING: frozenset[int] = frozenset()


class Relation:
    """The facts of one property or of one class, with indexes that are built when they are first asked."""

    __slots__ = ("_after", "_before", "facts")

    def __init__(self) -> None:
        self.facts: set[Fact] = set()
        self._after: _Index | None = None
        self._before: _Index | None = None

    def add(self, facts: Set[Fact]) -> None:
        """Adds facts."""
        self.facts |= facts
        if self._after is not None:
            for s, o in facts:
                self._after[s].add(o)
        if self._before is not None:
            for s, o in facts:
                self._before[o].add(s)

    def remove(self, facts: Set[Fact]) -> None:
        """Takes facts out, which must be there."""
        self.facts -= facts
        for s, o in facts if self._after is not None else ():
            _discard(self._after, s, o)
        for s, o in facts if self._before is not None else ():
            _discard(self._before, o, s)

    def after(self, subject: int) -> Set[int]:
        """The objects of a subject."""
        if self._after is None:
            self._after = defaultdict(set)
            for s, o in self.facts:
                self._after[s].add(o)
        return self._after.get(subject, _NOTHING)

    def before(self, obj: int) -> Set[int]:
        """The subjects of an object."""
        if self._before is None:
            self._before = defaultdict(set)
            for s, o in self.facts:
                self._before[o].add(s)
        return self._before.get(obj, _NOTHING)


def _discard(index: _Index | None, key: int, value: int) -> None:
    assert index is not None
    index[key].discard(value)
    if not index[key]:
        del index[key]
