"""One page of a list: its things in order, each with what tells it from the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from pyoxigraph import Literal, NamedNode

from defkg.dates import Bounds
from defkg.holding import Select
from defkg.index import kinds_of
from defkg.terms import DCTERMS, ONTOLOGY, RDFS, SKOS, Term
from defkg.views.days import days, several, spoken, words
from defkg.web.called import called
from defkg.web.lists.choices import Choices

PAGE = 50
SORTED = 20_000  # a longer list is not sorted: that would read all of it for each page
_VALUES = 3_000  # of one page
_SHOWN = 4  # values of one property
_D = ONTOLOGY
NAME = f"""OPTIONAL {{ ?x <{SKOS}prefLabel> ?preferred }}
  OPTIONAL {{ ?x <{DCTERMS}title> ?title }}
  OPTIONAL {{ ?x <{RDFS}label> ?called }}
  OPTIONAL {{ ?x <{_D}gist> ?gist }}"""
NAMED = "COALESCE(?preferred, ?title, ?called, ?gist, ?x)"
_DAY = f"OPTIONAL {{ ?x <{_D}earliest> ?first }} OPTIONAL {{ ?x <{_D}latest> ?last }}"
_ORDERED = """SELECT ?x (MIN(?name) AS ?key) (MIN(?on) AS ?day) WHERE {{
  {things}
  {name}
  {day}
  BIND (LCASE(STR({named})) AS ?name)
  BIND (COALESCE(?first, ?last) AS ?on)
}} GROUP BY ?x ORDER BY (!BOUND(?day)) ?day ?key ?x LIMIT {limit} OFFSET {offset}"""
_DATES = ("date", "earliest", "latest", "dateBasis")
_RELATED = {
    f"{_D}inCapacityOf": "as",
    f"{_D}hasParty": "",
    f"{_D}organisationOf": "of",
    f"{_D}officeOf": "in",
    f"{_D}madeBy": "by",
    f"{SKOS}broader": "within",
    f"{DCTERMS}publisher": "published by",
    f"{DCTERMS}issued": "dated",
}
_DATED = """SELECT ?x ?how ?e ?p ?v WHERE {{
  {{ VALUES ?x {{ {things} }} BIND (?x AS ?e) BIND ("" AS ?how) }}
  UNION {{ VALUES ?x {{ {things} }} ?x <{d}signedAt>|^<{d}signingOf> ?e . BIND ("signed" AS ?how) }}
  UNION {{ VALUES ?x {{ {things} }} ?x <{d}concludedAt> ?e . BIND ("concluded" AS ?how) }}
  ?e ?p ?v .
  FILTER (?p IN ({properties}))
}} ORDER BY ?x ?how ?e ?p ?v LIMIT {limit}"""
_TOLD = """SELECT ?x ?p ?v WHERE {{
  VALUES ?x {{ {things} }}
  ?x ?p ?v .
  FILTER (?p IN ({properties}))
}} ORDER BY ?x ?p ?v LIMIT {limit}"""

_AGREED = """SELECT DISTINCT ?x WHERE {{
  VALUES ?x {{ {things} }}
  ?event <{d}agreedToEstablish> ?x .
  FILTER NOT EXISTS {{ ?meeting <{d}meetingOf> ?x }}
  FILTER NOT EXISTS {{ ?agreement <{d}establishes> ?x }}
}}"""
AGREED = "agreed to; no meeting stated"


@dataclass(frozen=True)
class Entry:
    """A thing in a list.

    Attributes:
        iri: the thing.
        label: what it is called.
        classes: its narrowest classes, by their labels, without that of the whole list.
        date: its date in words, and how it is known; empty where it has none.
        told: what tells it from others, in words.
    """

    iri: str
    label: str
    classes: list[str]
    date: str
    told: list[str]


def count(select: Select, choices: Choices) -> int:
    """How many things a list has."""
    (row,) = select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {choices.pattern()} }}")
    return int(_text(row["n"]))


def entries(select: Select, choices: Choices, total: int) -> list[Entry]:
    """The things of one page: by their days, if they are events, and then by their names.

    Args:
        select: what asks the graph.
        choices: the list and the page.
        total: how many things the list has; of more than `SORTED`, the order is the engine's own.
    """
    iris = _things(select, choices, total)
    if not iris:
        return []
    told, dates = _told(select, iris), _dates(select, iris)
    kinds = {iri: [kind for kind in found if kind != choices.kind.iri] for iri, found in kinds_of(select, iris).items()}
    meant = {
        value.value for one in told.values() for some in one.values() for value in some[:_SHOWN] if _is_thing(value)
    }
    known = called(select, {*iris, *meant, *(kind for found in kinds.values() for kind in found)})
    agreed = agreed_only(select, iris)
    listed = [_entry(iri, told.get(iri, {}), dates.get(iri, ""), kinds.get(iri, []), known) for iri in iris]
    return [replace(entry, told=[*entry.told, AGREED]) if entry.iri in agreed else entry for entry in listed]


def agreed_only(select: Select, iris: Iterable[str]) -> set[str]:
    """Which things somebody agreed to establish, with no word of a meeting or of what established them."""
    return {_text(row["x"]) for row in select(_AGREED.format(things=_iris(iris), d=_D))}


def _things(select: Select, choices: Choices, total: int) -> list[str]:
    limit, offset = PAGE, (choices.page - 1) * PAGE
    if total > SORTED:
        query = f"SELECT ?x WHERE {{ {choices.pattern()} }} LIMIT {limit} OFFSET {offset}"
    else:
        day = _DAY if choices.kind.dated else ""
        things = choices.pattern()
        query = _ORDERED.format(things=things, name=NAME, named=NAMED, day=day, limit=limit, offset=offset)
    return [row["x"].value for row in select(query) if isinstance(row["x"], NamedNode)]


def _dates(select: Select, iris: Sequence[str]) -> dict[str, str]:
    """The date of each thing in words: its own, and those of the events that date an agreement."""
    names = {_D + name: name for name in _DATES}
    found: dict[str, dict[tuple[str, str], dict[str, list[Term]]]] = {}
    for row in select(_DATED.format(things=_iris(iris), properties=_iris(names, ", "), d=_D, limit=_VALUES)):
        event = found.setdefault(_text(row["x"]), {}).setdefault((_text(row["how"]), _text(row["e"])), {})
        event.setdefault(names[_text(row["p"])], []).append(row["v"])
    said = {
        iri: [f"{how} {date_in_words(v)}".strip() for (how, _), v in events.items()] for iri, events in found.items()
    }
    return {iri: ", ".join(dict.fromkeys(dates)) for iri, dates in said.items()}


def _told(select: Select, iris: Sequence[str]) -> dict[str, dict[str, list[Term]]]:
    """The values of each thing by property; of what a page cannot hold, nothing, rather than a part."""
    rows = select(_TOLD.format(things=_iris(iris), properties=_iris(_RELATED, ", "), limit=_VALUES))
    found: dict[str, dict[str, list[Term]]] = {}
    for row in rows:
        found.setdefault(_text(row["x"]), {}).setdefault(_text(row["p"]), []).append(row["v"])
    if len(rows) == _VALUES:
        found.popitem()
    return found


def _entry(
    iri: str, told: Mapping[str, Sequence[Term]], date: str, kinds: Sequence[str], known: Mapping[str, str]
) -> Entry:
    said = [f"{lead} {_listed(told[name], known)}".strip() for name, lead in _RELATED.items() if name in told]
    return Entry(iri, known[iri], [known[kind] for kind in kinds], date, said)


def date_in_words(values: Mapping[str, Sequence[Term]]) -> str:
    """The date that some values give, only as precise as it is stated, and whether it is inferred.

    Args:
        values: of ``date``, ``earliest``, ``latest`` and ``dateBasis``.
    """
    said = {name: found[0] for name, found in values.items() if found}
    date = said.get("date")
    text = spoken(date) or several(date) or _between(said.get("earliest"), said.get("latest"))
    basis = said.get("dateBasis")
    inferred = isinstance(basis, Literal) and basis.value == "inferred"
    return f"{text} (inferred)" if text and inferred else text


def _between(first: Term | None, last: Term | None) -> str:
    ends = days(first), days(last)
    found = Bounds(ends[0].earliest if ends[0] else None, ends[1].latest if ends[1] else None)
    return words(found) if any(found) else ""


def _listed(values: Sequence[Term], known: Mapping[str, str]) -> str:
    shown = [_name(value, known) for value in values[:_SHOWN]]
    more = [f"and {len(values) - _SHOWN} more"] if len(values) > _SHOWN else []
    return ", ".join([*shown, *more])


def _name(value: Term, known: Mapping[str, str]) -> str:
    return known[value.value] if _is_thing(value) else _text(value)


def _is_thing(value: Term) -> TypeGuard[NamedNode]:
    return isinstance(value, NamedNode)


def _text(term: Term) -> str:
    return str(getattr(term, "value", ""))


def _iris(iris: Iterable[str], separator: str = " ") -> str:
    return separator.join(str(NamedNode(iri)) for iri in iris)
