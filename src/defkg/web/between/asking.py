"""Asking what there is between two countries, part by part, each of them bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import NamedNode

from defkg.holding import Select, batches
from defkg.naming import labels
from defkg.terms import ONTOLOGY, Term
from defkg.web.between.countries import Country
from defkg.web.between.pair import PARTS, SHOWN, Pair, Participation, Related, Topic
from defkg.web.records import Date, Record, described, read, value
from defkg.web.relations import VERBS, Relations
from defkg.web.things.differences import differences

_MOST = 20 * SHOWN
_SERIES = ("Mechanism", "Agreement", "Exercise")
_PROPERTIES = (
    *("hasParty", "participatingService", "meetingCount", "ordinal", "frequency", "heldAt", "heldInCountry"),
    *("duration", "gist", "modality", "madeBy", "reportedBy", "concludedAt"),
)
_PART = """{{ SELECT ?part ?thing (MIN(COALESCE(?earliest, ?latest)) AS ?at) WHERE {{
  ?thing {kind} defkg:{part} ; {involves} {one} ; {involves} {other} .
  OPTIONAL {{ ?thing defkg:earliest ?earliest }} OPTIONAL {{ ?thing defkg:latest ?latest }}
  BIND ("{part}" AS ?part)
}} GROUP BY ?part ?thing ORDER BY ?at ?thing {limit} }}"""
_ASIDE = """{{ SELECT DISTINCT ("Aside" AS ?part) ?thing WHERE {{
  ?relationship a defkg:BilateralRelationship ; defkg:hasParty {one}, {other} .
  ?thing defkg:inRelationship ?relationship .
  FILTER NOT EXISTS {{ ?thing {involves} {one} ; {involves} {other} }}
}} ORDER BY ?thing {limit} }}"""
_HUB = """{{ SELECT ("Relationship" AS ?part) ?thing WHERE {{
  ?thing a defkg:BilateralRelationship ; defkg:hasParty {one}, {other} .
}} ORDER BY ?thing LIMIT 1 }}"""
_THINGS = """SELECT ?part ?thing ?multilateral ?own ?meeting ?visit WHERE {{
  {parts}
  BIND (?part NOT IN ("Statement", "Commitment") AS ?real)
  BIND (?real && (EXISTS {{ ?thing {series}?/defkg:multilateral true }} || EXISTS {{
    ?thing {involves} ?third . ?third a defkg:Country . FILTER (?third NOT IN ({one}, {other}))
  }}) AS ?multilateral)
  BIND (?real && EXISTS {{ ?thing defkg:hasParty {one}, {other} }} AS ?own)
  BIND (?real && EXISTS {{ ?thing {kind} defkg:Meeting }} AS ?meeting)
  BIND (?real && EXISTS {{ ?thing {kind} defkg:Visit }} AS ?visit)
}}"""
_COUNTS = """SELECT ?part (COUNT(DISTINCT ?thing) AS ?count) WHERE {{
  VALUES (?class ?part) {{ {parts} }}
  ?thing {kind} ?class ; {involves} {one} ; {involves} {other} .
}} GROUP BY ?part"""
_RELATED = """SELECT DISTINCT ?thing ?how ?other ?ordinal WHERE {{
  VALUES ?thing {{ {things} }}
  {{ ?other defkg:agreedToEstablish ?thing BIND ("agreed" AS ?how) }}
  UNION {{ ?other defkg:establishes ?thing BIND ("established" AS ?how) }}
  UNION {{ ?other {series} ?thing BIND ("occurred" AS ?how) }}
  UNION {{ ?other defkg:signingOf ?thing BIND ("signed" AS ?how) }}
  UNION {{ ?thing defkg:concludedAt ?other BIND ("concluded" AS ?how) }}
  UNION {{ ?other defkg:operationalises ?thing BIND ("operationalised" AS ?how) }}
  OPTIONAL {{ ?other defkg:ordinal ?ordinal }}
}} ORDER BY ?thing ?how DESC(?ordinal) ?other LIMIT {limit}"""
_PEOPLE = """SELECT DISTINCT ?participation ?who ?event ?role ?class WHERE {{
  VALUES ?event {{ {events} }}
  ?participation {within} ?event ; defkg:participant ?who .
  OPTIONAL {{ ?participation defkg:role ?role }}
  OPTIONAL {{ ?participation a ?class FILTER (?class != defkg:Participation) }}
}} ORDER BY ?who ?event ?role ?class ?participation LIMIT {limit}"""
_TOPICS = """SELECT ?verb ?topic (COUNT(DISTINCT ?thing) AS ?count) WHERE {{
  {{ VALUES ?verb {{ {verbs} }} ?thing {involves} {one} ; {involves} {other} ; ?verb ?topic }}
  UNION {{
    ?thing {involves} {one} ; {involves} {other} ; defkg:concerns ?topic BIND (defkg:concerns AS ?verb)
    FILTER NOT EXISTS {{ VALUES ?narrower {{ {verbs} }} ?thing ?narrower ?topic }}
  }}
}} GROUP BY ?verb ?topic ORDER BY DESC(?count) ?topic LIMIT {limit}"""
_CONCLUDED = """SELECT DISTINCT ?thing ?event WHERE {{
  VALUES ?thing {{ {things} }}
  {{ ?event defkg:signingOf ?thing }} UNION {{ ?thing defkg:concludedAt ?event }}
  ?event defkg:date ?date .
}}"""
_LINKS = {
    "agreed": ("agreedToEstablish",),
    "established": ("establishes",),
    "occurred": ("partOfSeries", "meetingOf", "editionOf"),
    "signed": ("signingOf",),
    "operationalised": ("operationalises",),
}
_NUMBER = re.compile(r"(\d+)")


def ask(select: Select, paths: Relations, one: Country, other: Country) -> Pair:
    """Asks for all that the page of a pair shows, a bounded number of things of each part."""
    pair, of = Pair(one, other), {"one": f"<{one.iri}>", "other": f"<{other.iri}>", **vars(paths)}
    _gather(select, pair, of)
    events = [record.iri for record in [*pair.parts["Event"], *pair.multilateral]]
    series = [record.iri for part in _SERIES for record in pair.parts[part]]
    became = _became(select, paths, [*series, *(record.iri for record in pair.multilateral)])
    attended = _attended(select, paths, events)
    pair.crowded = _MOST in (len(became), len(attended))
    pair.related = _related(became, _behind(select, became, "other", {"ordinal", *sum(_LINKS.values(), ())}), pair)
    said = _behind(select, attended, "participation", ("participant", "inCapacityOf", "onBehalfOf"))
    pair.people = _people(attended, said)
    pair.differences = differences(select, pair.hub) if pair.hub else []
    verbs = " ".join(f"defkg:{verb}" for verb in VERBS)
    pair.topics = _topics(select(_TOPICS.format(verbs=verbs, limit=_MOST, **of)))
    pair.names = labels(select, set(_named(pair)))
    numbers = {iri: number for number, iri in enumerate(sorted(pair.sources), 1)}
    pair.documents = described(select, numbers, pair.names)
    return pair


def things(select: Select, paths: Relations, one: Country, other: Country) -> list[tuple[str, str, bool]]:
    """Everything between two countries: part, IRI, and whether others are involved too."""
    of = {"one": f"<{one.iri}>", "other": f"<{other.iri}>", **vars(paths)}
    rows = select(_query((*_parts("", of), _ASIDE.format(limit="", **of)), of))
    return [(value(row["part"]), value(row["thing"]), _true(row)) for row in rows]


def conclusions(select: Select, agreements: Iterable[str]) -> dict[str, list[Record]]:
    """The signings of agreements, or the events that concluded them, with their dates."""
    rows: list[dict[str, Term]] = []
    for batch in batches([str(NamedNode(iri)) for iri in sorted(agreements)], str):
        rows += select(_CONCLUDED.format(things=" ".join(batch)))
    records, found = read(select, {value(row["event"]) for row in rows}), dict[str, list[Record]]()
    for row in rows:
        found.setdefault(value(row["thing"]), []).append(records[value(row["event"])])
    return {iri: sorted(events, key=lambda event: event.order) for iri, events in found.items()}


def _gather(select: Select, pair: Pair, of: dict[str, object]) -> None:
    limit = f"LIMIT {SHOWN + 1}"
    rows = select(_query((*_parts(limit, of), _ASIDE.format(limit=limit, **of), _HUB.format(**of)), of))
    found = {part: [row for row in rows if value(row["part"]) == part] for part in (*PARTS, "Aside", "Relationship")}
    pair.hub = next((value(row["thing"]) for row in found.pop("Relationship")), "")
    pair.counts = {part: len(found[part]) for part in PARTS}
    if pair.cut:
        written = " ".join(f'(defkg:{part} "{part}")' for part in PARTS)
        pair.counts |= {value(r["part"]): _whole(r["count"]) for r in select(_COUNTS.format(parts=written, **of))}
    pair.own = {value(row["thing"]) for row in rows if _true(row, "own")}
    pair.held = {kind for kind in ("meeting", "visit") for row in found["Event"] if _true(row, kind)}
    things = {value(row["thing"]) for own in found.values() for row in own[:SHOWN]}
    records = read(select, things, _PROPERTIES, (pair.one.iri, pair.other.iri))
    for part, own in found.items():
        shared = {value(row["thing"]) for row in own if _true(row)}
        shown = [records[value(row["thing"])] for row in own[:SHOWN]]
        pair.parts[part] = _sorted(part, (record for record in shown if record.iri not in shared or part == "Aside"))
        pair.shared[part] = [record for record in shown if record.iri in shared and part != "Aside"]


def _parts(limit: str, of: dict[str, object]) -> list[str]:
    return [_PART.format(part=part, limit=limit, **of) for part in PARTS]


def _query(parts: Iterable[str], of: dict[str, object]) -> str:
    return _THINGS.format(parts=" UNION ".join(parts), **of)


def _sorted(part: str, records: Iterable[Record]) -> list[Record]:
    if part == "Event":
        return sorted(records, key=lambda record: record.order)
    return sorted(records, key=lambda record: _natural(record.iri))


def _natural(text: str) -> list[tuple[int, str]]:
    """A text so that s2 comes before s10."""
    return [(int(piece), "") if piece.isdecimal() and len(piece) < 16 else (0, piece) for piece in _NUMBER.split(text)]


def _became(select: Select, paths: Relations, iris: Sequence[str]) -> list[dict[str, Term]]:
    written = " ".join(str(NamedNode(iri)) for iri in iris)
    return select(_RELATED.format(things=written, limit=_MOST, series=paths.series)) if iris else []


def _behind(select: Select, rows: Iterable[dict[str, Term]], name: str, properties: Iterable[str]) -> dict[str, Record]:
    """What there is to tell of the things in a column, with the documents that state it."""
    return read(select, {value(row[name]) for row in rows}, properties)


def _related(rows: Iterable[dict[str, Term]], others: Mapping[str, Record], pair: Pair) -> dict[str, list[Related]]:
    own = {record.iri: record for record in pair.records}
    found: dict[str, list[Related]] = {}
    for row in rows:
        how, thing, other = value(row["how"]), value(row["thing"]), others[value(row["other"])]
        ordinal = _whole(row["ordinal"]) if "ordinal" in row else None
        stated = set[str]().union(*(other.stating(name, thing) for name in _LINKS.get(how, ())))
        stated |= own[thing].stating("concludedAt", other.iri) if how == "concluded" else set()
        numbered = other.stating("ordinal", value(row.get("ordinal")))
        dates: Sequence[Date | None] = other.dates or (None,)
        entries = [Related(how, other.iri, ordinal, date, frozenset(stated), frozenset(numbered)) for date in dates]
        found.setdefault(thing, []).extend(entries)
    return found


def _attended(select: Select, paths: Relations, events: Sequence[str]) -> list[dict[str, Term]]:
    written = " ".join(str(NamedNode(iri)) for iri in events)
    return select(_PEOPLE.format(events=written, within=paths.within, limit=_MOST)) if events else []


def _people(rows: Iterable[dict[str, Term]], said: Mapping[str, Record]) -> list[Participation]:
    found: dict[tuple[str, ...], Participation] = {}
    for row in rows:
        record, who = said[value(row["participation"])], value(row["who"])
        role = value(row.get("role")) or value(row.get("class"))
        posts, parties = (_held(record, name) for name in ("inCapacityOf", "onBehalfOf"))
        entry = Participation(who, value(row["event"]), role, posts, parties, record.stating("participant", who))
        found[record.iri, entry.who, entry.event, entry.role] = entry
    return list(found.values())


def _held(record: Record, name: str) -> dict[str, set[str]]:
    return {iri: record.stating(name, iri) for iri in record.things(name)}


def _topics(rows: list[dict[str, Term]]) -> list[Topic]:
    found: dict[str, Topic] = {}
    for row in rows:
        iri = value(row["topic"])
        counts = found.setdefault(iri, Topic(iri, {})).counts
        counts[value(row["verb"]).removeprefix(ONTOLOGY)] = _whole(row["count"])
    return sorted(found.values(), key=lambda topic: (-topic.total, topic.iri))


def _named(pair: Pair) -> Iterable[str]:
    """What the page speaks of by name."""
    for record in pair.records:
        yield from (*record.kinds, *record.documents, *([] if record.text("gist") else [record.iri]))
        for name in _PROPERTIES:
            yield from record.things(name)
    yield from (entry.other for entries in pair.related.values() for entry in entries)
    for person in pair.people:
        yield from (iri for iri in (person.who, person.event, person.role, *person.posts, *person.parties) if iri)
    for difference in pair.differences:
        yield from (difference.decision, *(claim.modality for claim in difference.claims if claim.modality))
    yield from pair.sources
    yield from (topic.iri for topic in pair.topics)
    yield from (ONTOLOGY + verb for verb in (*VERBS, "concerns"))
    yield from [pair.hub] if pair.hub else []


def _whole(term: Term) -> int:
    text = value(term)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _true(row: dict[str, Term], name: str = "multilateral") -> bool:
    return value(row.get(name)) == "true"
