"""Why a triple holds: the rule that made it, the premises it was made from, and theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, Triple

from defkg.dataset import Dataset
from defkg.holding import Graphs, Holding, Select, documents, only_inferred, triple_of
from defkg.inference import Pattern, Rule, rules
from defkg.terms import INFERRED_GRAPH, ONTOLOGY_GRAPH, Term

Bound = dict[str, Term]


@dataclass(frozen=True)
class Derivation:
    """A triple and what it rests on.

    Attributes:
        triple: the triple that holds.
        rule: the rule that made it; None where it is asserted.
        premises: the derivations of the triples that the rule used; empty where it is asserted.
        documents: the IRIs of the documents that assert it, sorted; empty where it is inferred, or none does.
    """

    triple: Triple
    rule: Rule | None = None
    premises: tuple[Derivation, ...] = field(default=())
    documents: tuple[str, ...] = ()

    def asserted(self) -> Iterator[Triple]:
        """The asserted triples at the leaves, in the order of the premises."""
        if self.rule is None:
            yield self.triple
        for premise in self.premises:
            yield from premise.asserted()


class Explainer:
    """Finds derivations in a closed graph.

    Args:
        select: a SELECT query in, its rows out, unbound variables left out.
        rules: those that closed the graph.
        graphs: for each of some triples the named graphs that hold it; asked by `select` where it is not given.
    """

    def __init__(
        self,
        select: Select,
        rules: Sequence[Rule],
        graphs: Callable[[Iterable[Triple]], Mapping[Triple, Graphs]] | None = None,
    ) -> None:
        self._select = select
        self._rules = rules
        self._graphs = graphs or Holding(select)

    @staticmethod
    def of(dataset: Dataset) -> Explainer:
        """An explainer of a closed dataset in memory."""

        def graphs(triples: Iterable[Triple]) -> dict[Triple, Graphs]:
            return {triple: _graphs(dataset, triple) for triple in triples}

        return Explainer(dataset.select, rules(dataset.graph(ONTOLOGY_GRAPH)), graphs)

    def explain(self, triple: Triple) -> Derivation | None:
        """One well-founded derivation of a triple; None where it does not hold."""
        return self._derive(triple, frozenset())

    def _derive(self, triple: Triple, above: frozenset[Triple]) -> Derivation | None:
        graphs = self._graphs([triple])[triple]
        if graphs and not only_inferred(graphs):
            return Derivation(triple, documents=tuple(sorted(documents(graphs))))
        if triple in above or not graphs:
            return None
        for rule in self._rules:
            found = self._by_rule(rule, triple, above | {triple})
            if found:
                return found
        return None

    def _by_rule(self, rule: Rule, triple: Triple, above: frozenset[Triple]) -> Derivation | None:
        bound = unify(rule.head, triple)
        if bound is None:
            return None
        for premises in self._matches(rule.body, bound):
            derived = [self._derive(premise, above) for premise in premises]
            if all(derived):
                return Derivation(triple, rule, tuple(d for d in derived if d))
        return None

    def _matches(self, body: Sequence[Pattern], bound: Bound) -> Iterator[list[Triple]]:
        unnamed = {name[1:]: term for name, term in bound.items() if isinstance(term, BlankNode)}
        known = {name: term for name, term in bound.items() if name[1:] not in unnamed}
        patterns = [_bind(pattern, known) for pattern in body]
        where = " . ".join(" ".join(map(str, p)) for p in patterns)
        for row in self._select(f"SELECT * WHERE {{ {where} }}"):
            if all(row.get(name, term) == term for name, term in unnamed.items()):
                yield [instance(p, {**unnamed, **row}) for p in patterns]


def _graphs(dataset: Dataset, triple: Triple) -> Graphs:
    asserted = {row.graph.value for row in dataset.asserted.get(triple, ())}
    return frozenset(asserted | {INFERRED_GRAPH.value} if triple in dataset.inferred else asserted)


def unify(head: Pattern, triple: Triple) -> Bound | None:
    """What a rule's variables, with their question marks, must be for its head to be the triple; None if it cannot."""
    bound: Bound = {}
    for pattern, term in zip(head, triple, strict=True):
        if isinstance(pattern, str):
            if bound.setdefault(pattern, term) != term:
                return None
        elif pattern != term:
            return None
    return None if any(isinstance(t, Literal) for t in (bound.get("?y"),) if head[0] == "?y") else bound


def _bind(pattern: Pattern, bound: Bound) -> Pattern:
    s, p, o = (bound.get(part, part) if isinstance(part, str) else part for part in pattern)
    return s, p, o


def instance(pattern: Pattern, row: dict[str, Term]) -> Triple:
    """A pattern as a triple, its variables as a row has them, where they have no question marks."""
    s, p, o = (row[part[1:]] if isinstance(part, str) else part for part in pattern)
    return triple_of(s, p, o)
