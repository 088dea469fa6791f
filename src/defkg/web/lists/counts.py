"""How many things of a list have which value of each facet: what the list would have if that were chosen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

from pyoxigraph import Literal, NamedNode

from defkg.engine import Problem
from defkg.holding import Select
from defkg.naming import labels
from defkg.terms import Term, compact
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.lists.choices import Choice, Choices
from defkg.web.lists.facets import FACETS, PRECISIONS, UNDATED, Facet
from defkg.web.lists.listing import SORTED, count
from defkg.web.service import Service

MOST = 40  # values of a facet that a page shows
_ASKED = MOST + 20  # classes that all share are among them, and not shown
_SECONDS = 5.0  # for counting the facets of a long list
_SHARE = 0.4  # of the request's time
_TOGETHER = 2_000  # things of a list whose facets one query counts
_COUNTED = """{{ SELECT ({name} AS ?facet) ?v (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  {things}
  {pattern}
}} GROUP BY ?v ORDER BY DESC(?n) ?v LIMIT {limit} }}"""
_UNDATED = """{{ SELECT ({name} AS ?facet) ({value} AS ?v) (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {things} }} }}"""
Tally = dict[NamedNode | Literal, int]


@dataclass(frozen=True)
class Value:
    """A value of a facet: what it is called, how many things have it, and where the list with it is."""

    label: str
    count: int
    href: str


@dataclass(frozen=True)
class Chosen:
    """A choice that has been made, and where the list without it is."""

    title: str
    label: str
    href: str


@dataclass(frozen=True)
class Counted:
    """A facet of a list.

    Attributes:
        title: what it is called.
        values: its values, the most frequent first; dates in their order.
        more: whether there are further values.
        untold: whether counting took too long.
    """

    title: str
    values: Sequence[Value]
    more: bool = False
    untold: bool = False


def kept(service: Service, asker: Asker, choices: Choices, total: int) -> list[Counted]:
    """The facets of a list, counted once for all its pages while its graph is served.

    Args:
        service: what keeps them.
        asker: what asks the graph.
        choices: the list.
        total: how many things the list has; of a long one, counting takes too much time whenever it is tried.
    """
    key = f"facets of {choices.address()} in {asker.site.engine.digest}"
    if answer := service.kept(key):
        return [Counted(title, [Value(*v) for v in values], *rest) for title, values, *rest in json.loads(answer.body)]
    facets = counted(asker, choices, total)
    if total > SORTED or whole(facets):
        written = [(facet.title, list(map(astuple, facet.values)), facet.more, facet.untold) for facet in facets]
        service.keep(key, made("application/json", json.dumps(written).encode()))
    return facets


def whole(facets: Iterable[Counted]) -> bool:
    """Whether all facets could be counted."""
    return not any(facet.untold for facet in facets)


def counted(asker: Asker, choices: Choices, total: int) -> list[Counted]:
    """The facets of a list that have values to choose."""
    facets = [facet for facet in FACETS.values() if facet.suits(choices.kind) and choices.open_to(facet)]
    part = asker.part(_SHARE, _SECONDS)
    tallies, untold = _tallies(part.select, choices, facets, total <= _TOGETHER)
    asker.seconds += part.seconds
    things = {value.value for tally in tallies.values() for value in tally if isinstance(value, NamedNode)}
    known = labels(asker.select, things)
    found = [_facet(choices, facet, tallies[facet.name], known, facet.name in untold) for facet in facets]
    return [facet for facet in found if facet.values or facet.untold]


def chosen(select: Select, choices: Choices) -> list[Chosen]:
    """The choices that have been made."""
    known = labels(select, {c.value.value for c in choices.made if isinstance(c.value, NamedNode)})
    return [Chosen(c.facet.title, _label(c.value, known), choices.without(c).address()) for c in choices.made]


def length(select: Select, choices: Choices) -> int:
    """How many things a list has.

    Raises:
        Problem: 404, a choice is of something that the graph does not know at all.
    """
    unknown = next((choice for choice in choices.made if not _known(select, choice)), None)
    if unknown:
        name, text = unknown.pair
        detail = f"{name}={text[:100]} is nothing that this graph knows; {name}= is {unknown.facet.accepts}"
        raise Problem(404, "unknown-value", "There is no such value", detail, {"parameter": name})
    return count(select, choices)


def _known(select: Select, choice: Choice) -> bool:
    if not isinstance(choice.value, NamedNode):
        return True
    return bool(select(f"ASK {{ {{ {choice.value} ?p ?o }} UNION {{ ?s a {choice.value} }} }}"))


def _tallies(
    select: Select, choices: Choices, facets: Iterable[Facet], together: bool
) -> tuple[dict[str, Tally], set[str]]:
    """How many things have which value, by facet; and the facets of which it is not told, for want of time."""
    parts = [(facet.name, query) for facet in facets for query in _queries(choices, facet)]
    tallies: dict[str, Tally] = {facet.name: {} for facet in facets}
    untold: set[str] = set()
    for group in [parts] if together else [[part] for part in parts]:
        try:
            rows = select(f"SELECT ?facet ?v ?n WHERE {{ {' UNION '.join(query for _, query in group)} }}")
        except Problem as problem:
            if problem.kind != "timeout":
                raise
            untold |= {name for name, _ in group}
            continue
        for row in rows:
            if isinstance(value := row.get("v"), NamedNode | Literal) and (number := int(_text(row["n"]))):
                tallies[_text(row["facet"])][value] = number
    return tallies, untold


def _queries(choices: Choices, facet: Facet) -> Iterator[str]:
    others = _others(choices, facet)
    name, things = Literal(facet.name), others.pattern()
    yield _COUNTED.format(name=name, things=things, pattern=facet.values(choices.kind), limit=_ASKED)
    if facet.name == "precision" and choices.kind.dated:
        yield _UNDATED.format(name=name, value=UNDATED, things=others.adding(Choice(facet, UNDATED)).pattern())


def _others(choices: Choices, facet: Facet) -> Choices:
    """The choices that a further one by a facet is added to."""
    return choices if facet.several else choices.without(*choices.of(facet))


def _facet(choices: Choices, facet: Facet, tally: Tally, known: Mapping[str, str], untold: bool) -> Counted:
    made = {choice.value for choice in choices.of(facet)}
    values = [
        Value(_label(value, known), number, _others(choices, facet).adding(Choice(facet, value)).address())
        for value, number in sorted(tally.items(), key=lambda pair: _place(facet, pair[0], pair[1], known))
        if value not in made and value.value not in choices.kind.shared
    ]
    return Counted(facet.title, [] if untold else values[:MOST], len(values) > MOST, untold)


def _place(facet: Facet, value: NamedNode | Literal, number: int, known: Mapping[str, str]) -> tuple[object, ...]:
    """Where a value stands: years and precisions in their own order, all others by their counts."""
    if facet.name == "year":
        return (value.value,)
    if facet.name == "precision":
        return ([*PRECISIONS, value.value].index(value.value),)
    return -number, _label(value, known)


def _label(value: NamedNode | Literal, known: Mapping[str, str]) -> str:
    if isinstance(value, NamedNode):
        return known.get(value.value, compact(value.value))
    return PRECISIONS.get(value.value, value.value)


def _text(term: Term) -> str:
    return str(getattr(term, "value", ""))
