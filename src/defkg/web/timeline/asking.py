"""What is on the timeline: a page of dated things, the undated ones, and what they can be filtered by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.engine import Problem
from defkg.holding import Select
from defkg.naming import labels
from defkg.terms import ID, ONTOLOGY
from defkg.web.asker import Asker
from defkg.web.records import Described, Record, described, read, value
from defkg.web.relations import Relations, relations
from defkg.web.timeline.filters import Asked

PAGE, UNDATED = 40, 40
_OPTIONS, _MOST_SPANS = 150, 5_000
_SHARE, _SECONDS = 0.5, 3.0
_THINGS = """SELECT ?thing (MIN(COALESCE(?earliest, ?latest)) AS ?at) WHERE {{
  {pattern}
  OPTIONAL {{ ?thing defkg:earliest ?earliest }} OPTIONAL {{ ?thing defkg:latest ?latest }}
}} GROUP BY ?thing ORDER BY ?at ?thing {window}"""
_COUNT = "SELECT (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ {pattern} }}"
_UNDATED = """{{ ?thing {kind} defkg:Event }} UNION {{
    ?thing {kind} defkg:Agreement .
    FILTER NOT EXISTS {{ ?signing defkg:signingOf ?thing ; defkg:date ?signed }}
    FILTER NOT EXISTS {{ ?thing defkg:concludedAt ?event . ?event defkg:date ?concluded }}
  }}
  {chosen}
  FILTER NOT EXISTS {{ ?thing defkg:date ?date }}"""
_SPANS = """{{ SELECT ("span" AS ?facet) ?value (COUNT(*) AS ?count) WHERE {{
  {{ SELECT ?thing (MIN(?earliest) AS ?first) (MAX(?latest) AS ?last) WHERE {{
    {pattern}
    OPTIONAL {{ ?thing defkg:earliest ?earliest }} OPTIONAL {{ ?thing defkg:latest ?latest }}
  }} GROUP BY ?thing }}
  BIND (CONCAT(COALESCE(SUBSTR(STR(?first), 1, 4), ""), "/", COALESCE(SUBSTR(STR(?last), 1, 4), "")) AS ?value)
}} GROUP BY ?value LIMIT {most} }}"""
_FACET = """{{ SELECT ("{name}" AS ?facet) ?value (COUNT(DISTINCT ?thing) AS ?count) WHERE {{
  {pattern} {way}
}} GROUP BY ?value ORDER BY DESC(?count) ?value LIMIT {most} }}"""
_WAYS = {
    "country": "?thing {involves} ?value . ?value a defkg:Country .",
    "class": '?thing {kind} ?value . FILTER (STRSTARTS(STR(?value), "{ontology}"))',
    "topic": "?thing {topic} ?value .",
    "precision": "?thing defkg:datePrecision ?value .",
    "document": 'GRAPH ?value {{ ?thing a ?stated }} FILTER (STRSTARTS(STR(?value), "{documents}"))',
}
_PARTIES = """SELECT DISTINCT ?thing ?country WHERE {{
  VALUES ?thing {{ {things} }}
  ?thing {involves} ?country .
  ?country a defkg:Country .
}}"""


class Span(NamedTuple):
    """The first and last year that dated things may lie in, None where that end is open, and how many these are."""

    first: int | None
    last: int | None
    number: int

    def touches(self, first: int, last: int) -> bool:
        """Whether they lie, or may lie, in these years: what the filter of years finds."""
        return (self.last is None or self.last >= first) and (self.first is None or self.first <= last)


class Option(NamedTuple):
    """What may be chosen, and how many dated things there would be."""

    value: str
    number: int


@dataclass
class Shown:
    """A page of the timeline.

    Attributes:
        dated: the dated things of the page, in order.
        total: how many dated things there are under the filters.
        undated: the first of those without a date.
        undated_total: how many of these there are.
        facets: by filter, what may be chosen; None where that would take too long to count.
        spans: how many things lie between which years; empty where that was not counted.
        countries: by thing, the countries that it involves.
        names: what things are called.
        documents: those behind what is shown.
    """

    dated: list[Record]
    total: int
    undated: list[Record]
    undated_total: int
    facets: dict[str, list[Option]] | None
    spans: list[Span] = field(default_factory=list)
    countries: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    documents: list[Described] = field(default_factory=list)


def ask(asker: Asker, asked: Asked) -> Shown:
    """Asks for a page of the timeline, whatever the size of the graph, in a bounded number of queries.

    Raises:
        Problem: it takes too long.
    """
    select, paths = asker.select, relations(asker.site)
    pattern, without = asked.patterns(paths), "" if asked.timed else _undated(asked, paths)
    window = f"LIMIT {PAGE} OFFSET {(asked.page - 1) * PAGE}"
    dated = [value(row["thing"]) for row in select(_THINGS.format(pattern=pattern, window=window))]
    undated = _things(select, without, f"LIMIT {UNDATED}") if without else []
    records = read(select, {*dated, *undated})
    shown = Shown(
        [records[iri] for iri in dated],
        _count(select, pattern) if len(dated) == PAGE or asked.page > 1 else len(dated),
        [records[iri] for iri in undated],
        _count(select, without) if len(undated) == UNDATED else len(undated),
        *_facets(asker, asked, paths),
        _parties(select, paths, records),
    )
    _name(select, shown, asked)
    return shown


def everything(select: Select, asked: Asked, paths: Relations) -> list[Record]:
    """All that is wanted: dated things in order, then the undated ones."""
    rows = select(_THINGS.format(pattern=asked.patterns(paths), window=""))
    without = [] if asked.timed else _things(select, _undated(asked, paths), "")
    iris = dict.fromkeys([*(value(row["thing"]) for row in rows), *without])
    records = read(select, iris)
    return [records[iri] for iri in iris]


def _undated(asked: Asked, paths: Relations) -> str:
    return _UNDATED.format(chosen=asked.chosen(paths), kind=paths.kind)


def _things(select: Select, pattern: str, limit: str) -> list[str]:
    rows = select(f"SELECT DISTINCT ?thing WHERE {{ {pattern} }} ORDER BY ?thing {limit}")
    return [value(row["thing"]) for row in rows]


def _count(select: Select, pattern: str) -> int:
    return int(value(select(_COUNT.format(pattern=pattern))[0]["count"]))


def _facets(asker: Asker, asked: Asked, paths: Relations) -> tuple[dict[str, list[Option]] | None, list[Span]]:
    """What may be chosen in each filter, and the spans of years, counted under the other filters."""
    part = asker.part(_SHARE, _SECONDS)
    of = {**vars(paths), "ontology": ONTOLOGY, "documents": ID + "source/", "most": _OPTIONS}
    facets = [
        _FACET.format(name=name, pattern=asked.patterns(paths, name), way=way.format(**of), most=_OPTIONS)
        for name, way in _WAYS.items()
    ]
    facets.append(_SPANS.format(pattern=asked.patterns(paths, "year"), most=_MOST_SPANS))
    try:
        rows = part.select(f"SELECT ?facet ?value ?count WHERE {{ {' UNION '.join(facets)} }}")
    except Problem as problem:
        if problem.status != 504:
            raise
        return None, []
    finally:
        asker.seconds += part.seconds
    found: dict[str, list[Option]] = {name: [] for name in (*_WAYS, "span")}
    for row in rows:
        if "value" in row:
            found[value(row["facet"])].append(Option(value(row["value"]), int(value(row["count"]))))
    spans = [_span(option) for option in found.pop("span")]
    return found, spans if len(spans) < _MOST_SPANS else []


def _span(option: Option) -> Span:
    first, last = (int(year) if year.isdecimal() else None for year in option.value.split("/"))
    return Span(first, last, option.number)


def _parties(select: Select, paths: Relations, records: dict[str, Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if records:
        things = " ".join(str(NamedNode(iri)) for iri in records)
        for row in select(_PARTIES.format(things=things, involves=paths.involves)):
            found.setdefault(value(row["thing"]), []).append(value(row["country"]))
    return {iri: sorted(countries) for iri, countries in found.items()}


def _name(select: Select, shown: Shown, asked: Asked) -> None:
    records = [*shown.dated, *shown.undated]
    iris = {iri for record in records for iri in (record.iri, *record.kinds, *record.documents)}
    iris |= {iri for countries in shown.countries.values() for iri in countries}
    iris |= {iri for chosen in asked.things.values() for iri in chosen}
    for name in ("country", "class", "topic", "document"):
        iris |= {option.value for option in (shown.facets or {}).get(name, ())}
    shown.names = labels(select, iris)
    numbered = sorted({iri for record in records for iri in record.documents})
    shown.documents = described(select, {iri: n for n, iri in enumerate(numbered, 1)}, shown.names)
