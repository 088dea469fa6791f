"""Why a triple holds: the rule that made it, the premises it was made from, and theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from defkg.dataset import Dataset
from defkg.inference import Pattern, Rule, rules
from defkg.terms import ONTOLOGY_GRAPH, Term


@dataclass(frozen=True)
class Derivation:
    """A triple and what it rests on.

    Attributes:
        triple: the triple that holds.
        rule: the rule that made it; None where it is asserted.
        premises: the derivations of the triples that the rule used; empty where it is asserted.
    """

    triple: Triple
    rule: Rule | None = None
    premises: tuple[Derivation, ...] = field(default=())

    def asserted(self) -> Iterator[Triple]:
        """The asserted triples at the leaves, in the order of the premises."""
        if self.rule is None:
            yield self.triple
        for premise in self.premises:
            yield from premise.asserted()


class Explainer:
    """Finds derivations in one closed dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._rules = rules(dataset.graph(ONTOLOGY_GRAPH))

    def explain(self, triple: Triple) -> Derivation | None:
        """One well-founded derivation of a triple; None where it does not hold."""
        return self._derive(triple, frozenset())

    def _derive(self, triple: Triple, above: frozenset[Triple]) -> Derivation | None:
        if triple in self._dataset.asserted:
            return Derivation(triple)
        if triple in above or triple not in self._dataset.inferred:
            return None
        for rule in self._rules:
            found = self._by_rule(rule, triple, above | {triple})
            if found:
                return found
        return None

    def _by_rule(self, rule: Rule, triple: Triple, above: frozenset[Triple]) -> Derivation | None:
        bound = _unify(rule.head, triple)
        if bound is None:
            return None
        for premises in self._matches([_bind(p, bound) for p in rule.body]):
            derived = [self._derive(premise, above) for premise in premises]
            if all(derived):
                return Derivation(triple, rule, tuple(d for d in derived if d))
        return None

    def _matches(self, body: list[Pattern]) -> Iterator[list[Triple]]:
        where = " . ".join(" ".join(map(str, p)) for p in body)
        for row in self._dataset.select(f"SELECT * WHERE {{ {where} }}"):
            yield [_triple(_bind(p, {f"?{name}": term for name, term in row.items()})) for p in body]


def _unify(head: Pattern, triple: Triple) -> dict[str, Term] | None:
    bound: dict[str, Term] = {}
    for pattern, term in zip(head, triple, strict=True):
        if isinstance(pattern, str):
            if bound.setdefault(pattern, term) != term:
                return None
        elif pattern != term:
            return None
    return None if any(isinstance(t, Literal) for t in (bound.get("?y"),) if head[0] == "?y") else bound


def _bind(pattern: Pattern, bound: dict[str, Term]) -> Pattern:
    s, p, o = (bound.get(part, part) if isinstance(part, str) else part for part in pattern)
    return s, p, o


def _triple(pattern: Pattern) -> Triple:
    s, p, o = pattern
    assert isinstance(p, NamedNode)
    assert not isinstance(s, str | Literal)
    assert not isinstance(o, str)
    return Triple(s, p, o)
