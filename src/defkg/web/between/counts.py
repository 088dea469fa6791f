"""How much there is between countries: for all pairs, and for one country by what it shares with each partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from defkg.holding import Select
from defkg.terms import ONTOLOGY, compact
from defkg.web.records import value
from defkg.web.relations import Relations

KINDS = {"mechanism": "mechanisms", "agreement": "agreements", "exercise": "exercises", "meeting": "meetings"}
WAYS = {**KINDS, "topic": "topics"}
MOST = 20_000
_BOTH = "?thing {involves} ?one ; {involves} ?other . ?one a defkg:Country . ?other a defkg:Country ."
_APART = "FILTER (STR(?one) < STR(?other))"
_COUNTS = """SELECT ?one ?other ?what (COUNT(DISTINCT ?counted) AS ?count) WHERE {{
  {{ VALUES (?class ?what) {{ {kinds} }} ?thing {kind} ?class . BIND (?thing AS ?counted) {both} {apart} }}
  UNION {{ ?thing {concerns} ?counted . {both} {apart} BIND ("topic" AS ?what) }}
}} GROUP BY ?one ?other ?what LIMIT {most}"""
_HUBS = """SELECT DISTINCT ?one ?other WHERE {{
  ?hub a defkg:BilateralRelationship ; defkg:hasParty ?one, ?other .
  {apart}
}} LIMIT {most}"""
_ITEMS = """SELECT ?item ?other (COUNT(DISTINCT ?thing) AS ?count) WHERE {{
  {pattern}
  ?thing {involves} {country} ; {involves} ?other .
  ?other a defkg:Country .
  FILTER (?other != {country})
}} GROUP BY ?item ?other ORDER BY ?item ?other LIMIT {most}"""
_CLASS = """?thing {kind} defkg:{name} ; a ?item .
  FILTER (STRSTARTS(STR(?item), "{ontology}"))
  FILTER NOT EXISTS {{ ?thing a ?narrower . ?narrower rdfs:subClassOf ?item . FILTER (?narrower != ?item) }}"""
_PATTERNS = {
    "mechanism": _CLASS,
    "agreement": _CLASS,
    "exercise": "?thing {kind} defkg:Exercise . BIND (?thing AS ?item)",
    "meeting": "?thing {kind} defkg:Meeting . OPTIONAL {{ ?thing {series} ?item }}",
    "topic": "?thing {concerns} ?item .",
}
Ends = tuple[str, str]


class Item(NamedTuple):
    """Something that a country has with a partner, the partner, and how many things say so."""

    iri: str
    partner: str
    number: int


def counts(select: Select, paths: Relations) -> dict[Ends, dict[str, int]]:
    """By pair of countries, given by IRIs in order, how many of each of `WAYS` involve both.

    Raises:
        Problem: counting takes too long.
    """
    kinds = " ".join(f'(defkg:{name.capitalize()} "{name}")' for name in KINDS)
    query = _COUNTS.format(kinds=kinds, both=_BOTH.format(**vars(paths)), apart=_APART, most=MOST, **_of(paths))
    found: dict[Ends, dict[str, int]] = {}
    for row in select(query):
        ends = value(row["one"]), value(row["other"])
        found.setdefault(ends, {})[value(row["what"])] = int(value(row["count"]))
    return found


def hubs(select: Select) -> dict[Ends, dict[str, int]]:
    """The pairs of countries that the graph knows a relationship of, without counts."""
    return {(value(r["one"]), value(r["other"])): {} for r in select(_HUBS.format(apart=_APART, most=MOST))}


def items(select: Select, paths: Relations, country: str, way: str) -> list[Item]:
    """What a country has with each partner: kinds of mechanisms or agreements, exercises, series of meetings, topics.

    Args:
        select: what asks the graph.
        paths: how it is asked.
        country: the country's IRI.
        way: one of `WAYS`.
    """
    of = _of(paths)
    pattern = _PATTERNS[way].format(name=way.capitalize(), ontology=ONTOLOGY, **of)
    rows = select(_ITEMS.format(pattern=pattern, country=f"<{country}>", most=MOST, **of))
    return [Item(value(r.get("item")), value(r["other"]), int(value(r["count"]))) for r in rows]


def label(iri: str, names: Mapping[str, str]) -> str:
    """What an item is called; a meeting may be of no series."""
    return names.get(iri) or compact(iri) if iri else "outside any series"


def _of(paths: Relations) -> dict[str, object]:
    """The paths, with the one to a topic as the documents name it, not to what is broader."""
    return {**vars(paths), "concerns": "defkg:concerns" if paths.inferred else paths.topic}
