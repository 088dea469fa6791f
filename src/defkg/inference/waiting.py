"""Which facts are looked at next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from heapq import heappop, heappush

from defkg.inference.relations import Fact
from defkg.inference.steps import Key, Step

Facts = dict[Key, set[Fact]]


class Waiting:
    """Facts that rules have not seen yet, a relation at a time; those first that others are made from.

    Args:
        ranks: the order.
        facts: those to begin with.
    """

    def __init__(self, ranks: Mapping[Key, int], facts: Facts) -> None:
        self._ranks = ranks
        self._facts: dict[int, tuple[Key, set[Fact]]] = {}
        self._heap: list[int] = []
        for key, some in facts.items():
            self.add(key, some)

    def add(self, key: Key, facts: Set[Fact]) -> None:
        """Lets facts wait."""
        if not facts:
            return
        rank = self._ranks[key]
        if rank in self._facts:
            self._facts[rank][1].update(facts)
        else:
            self._facts[rank] = (key, set(facts))
            heappush(self._heap, rank)

    def __iter__(self) -> Iterator[tuple[Key, set[Fact]]]:
        while self._heap:
            yield self._facts.pop(heappop(self._heap))


def ranks(readers: Mapping[Key, Sequence[Step]], keys: Iterable[Key]) -> dict[Key, int]:
    """Numbers that are lower for what others are made from, but for circles."""
    done: dict[Key, None] = {}
    for key in keys:
        ways = [(key, iter(readers.get(key, ())))] if key not in done else []
        open_ = {key}
        while ways:
            at, following = ways[-1]
            head = next((step.head for step in following if step.head not in open_ and step.head not in done), None)
            if head is None:
                ways.pop()
                done[at] = None
            else:
                open_.add(head)
                ways.append((head, iter(readers.get(head, ()))))
    return {key: rank for rank, key in enumerate(reversed(done))}
