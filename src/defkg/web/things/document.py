"""What rests on a document: the things that its graph speaks of, by kind, and its sentences with what cites them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.kinds import Kind
from defkg.terms import ID, OA, ONTOLOGY, Term, whole

FIRST = 10
PAGE = 100
SENTENCES = 200
_MOST = 5_000
_EVIDENCE = {ONTOLOGY + "Passage", ONTOLOGY + "SourceDocument", OA + "TextPositionSelector"}
_KINDS = f"""SELECT ?kind (COUNT(DISTINCT ?x) AS ?things) (COUNT(*) AS ?facts) WHERE {{{{
  GRAPH {{graph}} {{{{ ?x ?p ?o }}}}
  FILTER (isIRI(?x) && STRSTARTS(STR(?x), "{ID}"))
  BIND (STRBEFORE(STRAFTER(STR(?x), "{ID}"), "/") AS ?kind)
}}}} GROUP BY ?kind"""
_THINGS = """{{ SELECT ?kind ?x (COUNT(*) AS ?facts) WHERE {{
  GRAPH {graph} {{ ?x ?p ?o }}
  FILTER (STRSTARTS(STR(?x), {prefix}))
  BIND ({kind} AS ?kind)
}} GROUP BY ?kind ?x ORDER BY DESC(?facts) ?x LIMIT {limit} OFFSET {offset} }}"""
_SENTENCES = f"""SELECT ?passage ?listed ?locator ?start ?end ?thing WHERE {{{{
  {{{{ SELECT ?passage WHERE {{{{ {{graph}} defkg:hasSentence ?passage }}}} LIMIT {{most}} }}}}
  UNION {{{{ SELECT DISTINCT ?passage WHERE {{{{
    GRAPH {{graph}} {{{{ ?any defkg:evidencedBy ?passage }}}}
  }}}} LIMIT {{most}} }}}}
  OPTIONAL {{{{ ?passage defkg:locator ?locator }}}}
  OPTIONAL {{{{ ?passage <{OA}hasSelector> ?s . ?s <{OA}start> ?start ; <{OA}end> ?end }}}}
  OPTIONAL {{{{ GRAPH {{graph}} {{{{ ?thing defkg:evidencedBy ?passage }}}} }}}}
  BIND (EXISTS {{{{ {{graph}} defkg:hasSentence ?passage }}}} AS ?listed)
}}}} LIMIT {{most}}"""
_FACTS = """SELECT ?thing (COUNT(*) AS ?facts) WHERE {{
  {{ SELECT DISTINCT ?thing WHERE {{ GRAPH {graph} {{ ?thing defkg:evidencedBy ?any }} }} LIMIT {most} }}
  GRAPH {graph} {{ ?thing ?p ?o }} FILTER (?p != defkg:evidencedBy)
}} GROUP BY ?thing"""


@dataclass
class Resting:
    """The things of one kind that a document speaks of.

    Attributes:
        kind: what stands after ``id/`` in their IRIs.
        title: what they are called together.
        total: how many there are.
        facts: how many facts the document states of them.
        things: the IRIs of those that are shown, each with the number of its facts.
    """

    kind: str
    title: str
    total: int
    facts: int
    things: list[tuple[str, int]] = field(default_factory=list)


class Sentence(NamedTuple):
    """A sentence: where it is, and how many things and facts rest on it."""

    iri: str
    locator: str
    start: int
    end: int
    things: int
    facts: int


def resting(select: Select, iri: str, kinds: Mapping[str, Kind]) -> list[Resting]:
    """The things that a document states something of, by kind, the first of each; its own passages left out.

    Raises:
        ValueError: it is no IRI.
    """
    graph = NamedNode(iri)
    found = []
    for row in select(_KINDS.format(graph=graph)):
        name = _text(row.get("kind"))
        kind = kinds.get(name)
        if name and not (kind and kind.iri in _EVIDENCE):
            title = kind.title if kind else name
            found.append(Resting(name, title, int(_text(row["things"])), int(_text(row["facts"]))))
    _fill(select, graph, found, FIRST, 0)
    return sorted(found, key=lambda group: (group.title.casefold(), group.kind))


def resting_of(select: Select, iri: str, name: str, page: int, kinds: Mapping[str, Kind]) -> Resting | None:
    """One page of the things of one kind; None where the document speaks of none."""
    group = next((group for group in resting(select, iri, kinds) if group.kind == name), None)
    if group and group.total > (page - 1) * PAGE:
        group.things.clear()
        _fill(select, NamedNode(iri), [group], PAGE, (page - 1) * PAGE)
    elif group:
        group.things.clear()
    return group


def sentences(select: Select, iri: str) -> list[Sentence]:
    """The sentences that a document lists, in the order of the text.

    A fact rests on a sentence when its thing cites the sentence in the document's graph, or a passage that shares
    characters with it.

    Raises:
        ValueError: it is no IRI.
    """
    graph = NamedNode(iri)
    rows = select(_SENTENCES.format(graph=graph, most=_MOST))
    facts = {_text(r["thing"]): int(_text(r["facts"])) for r in select(_FACTS.format(graph=graph, most=_MOST))}
    passages = {_text(row["passage"]): row for row in rows}
    citing: dict[str, set[str]] = {}
    for row in rows:
        if "thing" in row:
            citing.setdefault(_text(row["passage"]), set()).add(_text(row["thing"]))
    listed = [name for name, row in passages.items() if _text(row.get("listed")) == "true"]
    found = [_sentence(name, passages, citing, facts) for name in listed]
    return sorted(found, key=lambda sentence: (sentence.start, sentence.end, sentence.iri))


def _sentence(
    name: str, passages: Mapping[str, Mapping[str, Term]], citing: Mapping[str, set[str]], facts: Mapping[str, int]
) -> Sentence:
    start, end = _span(passages[name])
    near = (other for other, row in passages.items() if other == name or _shared((start, end), _span(row)))
    things = {thing for other in near for thing in citing.get(other, ())}
    locator = _text(passages[name].get("locator"))
    return Sentence(name, locator, start, end, len(things), sum(facts.get(thing, 0) for thing in things))


def _span(row: Mapping[str, Term]) -> tuple[int, int]:
    start, end = (whole(row.get(name)) for name in ("start", "end"))
    return start, end


def _shared(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _fill(select: Select, graph: NamedNode, groups: Iterable[Resting], limit: int, offset: int) -> None:
    by_kind = {group.kind: group for group in groups}
    parts = [
        _THINGS.format(graph=graph, prefix=Literal(f"{ID}{kind}/"), kind=Literal(kind), limit=limit, offset=offset)
        for kind in by_kind
    ]
    for row in select(f"SELECT ?kind ?x ?facts WHERE {{ {' UNION '.join(parts)} }}") if parts else ():
        by_kind[_text(row["kind"])].things.append((_text(row["x"]), int(_text(row["facts"]))))
    for group in by_kind.values():
        group.things.sort(key=lambda thing: (-thing[1], thing[0]))


def _text(term: Term | None) -> str:
    return str(getattr(term, "value", ""))
