"""How far a change reaches: the terms of changed triples, then what is linked to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad

from defkg.terms import TYPE, Term

STEPS = 2
_HUB = 100  # what more triples mention is linked to nearly everything


def reach(first: set[Term], changed: set[Quad], every: Iterable[Quad], aside: set[Term]) -> list[Term]:
    """Terms by their distance from a change, at most two links away; those of one distance in the order of their text.

    Links are followed both ways, but neither through classes nor through what more than a hundred quads mention.

    Args:
        first: terms that are touched whatever the quads say.
        changed: the quads that only one side states.
        every: all quads of both sides.
        aside: passages and selectors: links lead through them, but their offsets are nobody's values.
    """
    links, mentions = _links(every, aside)
    near = first | {term for quad in changed for term in _ends(quad, aside)}
    found = dict.fromkeys(sorted(near, key=str))
    for _ in range(STEPS):
        near = {term for known in near if mentions[known] <= _HUB for term in links[known]} - found.keys()
        found |= dict.fromkeys(sorted(near, key=str))
    return list(found)


def _links(every: Iterable[Quad], aside: set[Term]) -> tuple[dict[Term, set[Term]], dict[Term, int]]:
    links: dict[Term, set[Term]] = defaultdict(set)
    mentions: dict[Term, int] = defaultdict(int)
    for quad in every:
        if quad.predicate == TYPE:
            continue
        for term in (ends := _ends(quad, aside)):
            mentions[term] += 1
        if len(ends) == 2:
            links[ends[0]].add(ends[1])
            if isinstance(ends[1], NamedNode):
                links[ends[1]].add(ends[0])
    return links, mentions


def _ends(quad: Quad, aside: set[Term]) -> list[Term]:
    offset = isinstance(quad.object, Literal) and quad.subject in aside
    return [quad.subject] if offset else [quad.subject, quad.object]
