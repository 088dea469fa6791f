"""The documents behind triples: those that assert them, and for what is inferred those of its premises.

All the ways count in which a triple follows, as a triple that two documents assert rests on both.

Source: OWL 2 Profiles (W3C), section 4.3, for the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import BlankNode, Triple

from defkg.explanation import instance, unify
from defkg.holding import Graphs, Holding, Select, batches, documents, only_inferred, written
from defkg.inference import Rule
from defkg.provenance.untold import Untold


class Grounds:
    """What triples rest on, in a closed graph.

    Args:
        select: a SELECT query in, its rows out, unbound variables left out.
        rules: those that closed the graph.
    """

    def __init__(self, select: Select, rules: Sequence[Rule]) -> None:
        self._select = select
        self._rules = rules
        self._holding = Holding(select)
        self._graphs: dict[Triple, Graphs] = {}
        self._premises: dict[Triple, set[Triple]] = {}

    def learn(self, triples: Iterable[Triple]) -> None:
        """Looks up some triples, and all that they follow from.

        Raises:
            Untold: a blank node is not found again.
        """
        waiting = set(triples) - self._graphs.keys()
        while waiting:
            graphs = self._holding(waiting)
            self._graphs.update(graphs)
            _refuse_lost(graphs)
            inferred = [triple for triple in sorted(waiting, key=str) if only_inferred(graphs[triple])]
            waiting = self._look_up_premises(inferred) - self._graphs.keys()

    def is_inferred(self, triple: Triple) -> bool:
        """Whether nothing but rules says the triple; it has been learnt."""
        return only_inferred(self._graphs[triple])

    def documents(self, triples: Iterable[Triple]) -> set[str]:
        """The documents that some triples rest on; they have been learnt."""
        found: set[str] = set()
        waiting, seen = list(triples), set(triples)
        while waiting:
            triple = waiting.pop()
            found |= documents(self._graphs[triple])
            new = self._premises.get(triple, set()) - seen
            seen |= new
            waiting += new
        return found

    def _look_up_premises(self, inferred: list[Triple]) -> set[Triple]:
        for triple in inferred:
            self._premises[triple] = set()
        asked = [(rule, triple) for rule in self._rules for triple in inferred if unify(rule.head, triple) is not None]
        for batch in batches(asked, lambda pair: written(pair[1])):
            self._ask(batch)
        return {premise for triple in inferred for premise in self._premises[triple]}

    def _ask(self, batch: list[tuple[Rule, Triple]]) -> None:
        by_rule: dict[Rule, list[Triple]] = {}
        for rule, triple in batch:
            by_rule.setdefault(rule, []).append(triple)
        rules = list(by_rule)
        branches = [_branch(number, rule, by_rule[rule]) for number, rule in enumerate(rules)]
        for row in self._select(f"SELECT DISTINCT * WHERE {{ {' UNION '.join(branches)} }}"):
            rule = rules[int(getattr(row["rule"], "value", 0))]
            made = instance(rule.head, row)
            if made in self._premises:
                self._premises[made].update(instance(pattern, row) for pattern in rule.body)


def _branch(number: int, rule: Rule, triples: list[Triple]) -> str:
    names = list(dict.fromkeys(part for part in rule.head if isinstance(part, str)))
    bound = [unify(rule.head, triple) or {} for triple in triples]
    rows = " ".join(f"({written(row[name] for name in names)})" for row in bound)
    body = " . ".join(" ".join(map(str, pattern)) for pattern in rule.body)
    return f"{{ VALUES ({' '.join(names)}) {{ {rows} }} {body} BIND({number} AS ?rule) }}"


def _refuse_lost(graphs: dict[Triple, Graphs]) -> None:
    for triple, held in graphs.items():
        if not held and any(isinstance(term, BlankNode) for term in triple):
            raise Untold("the answer rests on blank nodes that are not found again")
