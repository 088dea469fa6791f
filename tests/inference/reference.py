"""The oracle: each rule as a SPARQL CONSTRUCT, all of them again and again until nothing new comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import DefaultGraph, Store, Triple

from defkg.dataset import quads
from defkg.inference import Rule


def consequences(rules: Sequence[Rule], triples: Iterable[Triple]) -> set[Triple]:
    """What follows from triples and is not among them, as a store spells it."""
    store = Store()
    store.bulk_extend(quads(triples, DefaultGraph()))
    asserted = {quad.triple for quad in store}
    count = 0
    while count != len(store):
        count = len(store)
        for rule in rules:
            store.extend(quads(set(store.query(construct(rule))), DefaultGraph()))  # type: ignore[arg-type]
    return {quad.triple for quad in store} - asserted


def construct(rule: Rule) -> str:
    """A rule as a CONSTRUCT that leaves out what is known."""
    head, *body = (" ".join(map(str, pattern)) for pattern in (rule.head, *rule.body))
    resource = " FILTER(!isLiteral(?y))" if rule.head[0] == "?y" else ""
    return f"CONSTRUCT {{ {head} }} WHERE {{ {' . '.join(body)}{resource} FILTER NOT EXISTS {{ {head} }} }}"
