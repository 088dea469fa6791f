"""The closure of a set of triples, which can grow and shrink.

What is added is propagated from the new facts alone (semi-naive evaluation). What is taken away takes with it all that
may rest on it; of that, what still follows in another way comes back (delete and rederive).

Source: Gupta, Mumick and Subrahmanian, "Maintaining Views Incrementally", SIGMOD 1993.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from defkg.inference.numbers import Numbers
from defkg.inference.relations import Fact, Relation
from defkg.inference.rules import Rule
from defkg.inference.steps import Key, Step, steps
from defkg.inference.waiting import Facts, Waiting, ranks
from defkg.terms import TYPE, Term

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much; 0 where that is not known."""

_OFTEN = 100_000  # triples between two words of progress


class Change(NamedTuple):
    """What follows now and did not before, and what followed before and does not now."""

    new: set[Triple]
    gone: set[Triple]


def silent(_: str, __: int, ___: int) -> None:
    """No progress."""


class Closure:
    """Triples and what follows from them by rules; triples that no rule reads or makes are left out.

    Args:
        rules: those of an ontology.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._numbers = Numbers()
        self._readers: defaultdict[Key, list[Step]] = defaultdict(list)
        self._makers: defaultdict[Key, list[Step]] = defaultdict(list)
        self._relations: dict[Key, Relation] = {}
        for step in steps(rules, self._numbers.of):
            self._makers[step.head].append(step)
            for key in dict.fromkeys(step.body):
                self._readers[key].append(step)
            self._relations |= {key: Relation() for key in (step.head, *step.body)}
        self._properties = {key: key for key in self._relations if not isinstance(key, tuple)}
        self._classes = {key[0]: key for key in self._relations if isinstance(key, tuple)}
        self._ranks = ranks(self._readers, self._relations)
        self._inferred: defaultdict[Key, set[Fact]] = defaultdict(set)

    @property
    def predicates(self) -> list[NamedNode]:
        """The predicates of the triples that matter."""
        found: list[Term] = [*self._properties, *([TYPE] if self._classes else [])]
        return [predicate for predicate in found if isinstance(predicate, NamedNode)]

    @property
    def respelt(self) -> bool:
        """Whether a literal came in another spelling than a store's: then `change` cannot tell which one goes."""
        return self._numbers.respelt

    def __len__(self) -> int:
        """How many triples are inferred."""
        return sum(map(len, self._inferred.values()))

    def add(self, triples: Iterable[Triple], progress: Progress = silent) -> None:
        """Adds asserted triples, and all that follows."""
        fresh, _ = self._assert(self._facts(triples, progress))
        self._spread(fresh, progress=progress)

    def change(self, added: Iterable[Triple], removed: Iterable[Triple]) -> Change:
        """Takes asserted triples out, puts others in, and follows what follows.

        Args:
            added: triples that are asserted now; that some were before changes nothing.
            removed: triples that are not asserted any more; that some never were changes nothing.
        """
        over = self._overdelete(self._facts(removed))
        lost = {key: facts & self._inferred[key] for key, facts in over.items()}
        fresh = self._rederive(over)
        entered = {key: set(facts) for key, facts in fresh.items()}
        self._spread(fresh, entered)
        asserted, taken = self._assert(self._facts(added))
        self._spread(asserted, entered)
        before = {key: lost.get(key, set()) | taken.get(key, set()) for key in {*lost, *taken}}
        new = {key: (facts & self._inferred[key]) - before.get(key, set()) for key, facts in entered.items()}
        gone = {key: facts - self._inferred[key] for key, facts in before.items()}
        return Change(self._all(new), self._all(gone))

    def inferred(self) -> Iterator[Triple]:
        """What follows and is not asserted, each triple once."""
        for key, facts in self._inferred.items():
            yield from self._triples(key, facts)

    def _triples(self, key: Key, facts: Iterable[Fact]) -> Iterator[Triple]:
        subject, term = self._numbers.subject, self._numbers.term
        predicate = TYPE if isinstance(key, tuple) else key
        assert isinstance(predicate, NamedNode)
        return (Triple(subject(s), predicate, term(o)) for s, o in facts)

    def _facts(self, triples: Iterable[Triple], progress: Progress = silent) -> Facts:
        found: defaultdict[Key, set[Fact]] = defaultdict(set)
        number, properties, classes = self._numbers.of, self._properties, self._classes
        done = 0
        for done, (s, p, o) in enumerate(triples, 1):
            key = properties.get(p) or (classes.get(o) if p == TYPE else None)
            if key is not None:
                found[key].add((number(s), number(o)))
            if not done % _OFTEN:
                progress("reading", done, 0)
        return found

    def _assert(self, asserted: Facts) -> tuple[Facts, Facts]:
        """Puts asserted facts in; gives back those that are new, and those that were inferred until now."""
        fresh, taken = {}, {}
        for key, facts in asserted.items():
            taken[key] = facts & self._inferred[key]
            self._inferred[key] -= taken[key]
            fresh[key] = facts - self._relations[key].facts
            self._relations[key].add(fresh[key])
        return fresh, taken

    def _spread(self, fresh: Facts, entered: Facts | None = None, progress: Progress = silent) -> None:
        """Adds what follows from facts that have just been put in, and notes it in ``entered``."""
        waiting = Waiting(self._ranks, fresh)
        done = 0
        for key, facts in waiting:
            for step in self._readers[key]:
                known = self._relations[step.head]
                found = step.forward(key, facts, self._relations, known) - known.facts
                if found:
                    self._infer(step.head, found)
                    waiting.add(step.head, found)
                    if entered is not None:
                        entered.setdefault(step.head, set()).update(found)
            done += len(facts)
            progress("following", done, 0)

    def _infer(self, key: Key, facts: Set[Fact]) -> None:
        self._relations[key].add(facts)
        self._inferred[key] |= facts

    def _overdelete(self, removed: Facts) -> Facts:
        """Takes asserted facts out and all that may rest on them; gives back what is out."""
        over: defaultdict[Key, Relation] = defaultdict(Relation)
        for key, facts in removed.items():
            over[key].add((facts & self._relations[key].facts) - self._inferred[key])
        waiting = Waiting(self._ranks, {key: gone.facts for key, gone in over.items()})
        for key, facts in waiting:
            for step in self._readers[key]:
                gone = over[step.head]
                found = (step.forward(key, facts, self._relations, gone) & self._inferred[step.head]) - gone.facts
                gone.add(found)
                waiting.add(step.head, found)
        for key, gone in over.items():
            self._relations[key].remove(gone.facts)
        return {key: gone.facts for key, gone in over.items()}

    def _rederive(self, over: Facts) -> Facts:
        """Puts those back in that still follow in one step; gives them back."""
        fresh: Facts = {}
        for key, facts in over.items():
            self._inferred[key] -= facts
            makers = self._makers[key]
            fresh[key] = {fact for fact in facts if any(step.backward(fact, self._relations) for step in makers)}
        for key, facts in fresh.items():
            self._infer(key, facts)
        return fresh

    def _all(self, facts: Facts) -> set[Triple]:
        return {triple for key, some in facts.items() for triple in self._triples(key, some)}
