"""Things looked up by name, and what is said of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode

from defkg import answer as answers
from defkg.engine import Problem
from defkg.index import Found, Index, kinds_of
from defkg.loaded import Loaded
from defkg.mcp import showing
from defkg.mcp.answering import SILENT, Page
from defkg.mcp.asking import MOST, Asker
from defkg.mcp.results import Description, Fact, Match, Matches, Value
from defkg.naming import is_iri, labels
from defkg.question import QuestionError
from defkg.terms import RDFS, TYPE, Term, compact, expand

_SHOWN = 20
_SAID = """SELECT ?property ?value ?of WHERE {{
  {{ {thing} ?property ?value . FILTER (?property NOT IN ({type}, <{rdfs}label>)) }}
  UNION
  {{ ?of ?property {thing} . FILTER (isIRI(?of)) }}
}} ORDER BY ?of ?property ?value LIMIT {limit} OFFSET {offset}"""
_COUNT = """SELECT (COUNT(*) AS ?n) WHERE {{
  {{ {thing} ?property ?value . FILTER (?property NOT IN ({type}, <{rdfs}label>)) }}
  UNION
  {{ ?of ?property {thing} . FILTER (isIRI(?of)) }}
}}"""


class Describing:
    """Looks things up in one graph.

    Args:
        asker: what asks its engine.
        loaded: what it was made of.
        index: its names.
    """

    def __init__(self, asker: Asker, loaded: Loaded, index: Index) -> None:
        self._asker = asker
        self._loaded = loaded
        self._index = index

    def find(self, text: str, kind: str) -> Matches:
        """The things that a text may mean.

        Raises:
            QuestionError: there is no such class.
            Problem: the graph did not answer.
        """
        self._read()
        found: Sequence[Found] = self._index.find(text)
        kinds = self._kinds([one.iri for one in found])
        if kind:
            wanted = self._class(kind)
            within = self._within(wanted, [one.iri for one in found])
            found = [one for one in found if one.iri in within]
        known = labels(self._asker.select, [one.iri for one in found[:_SHOWN]])
        matches = [_match(one, kinds.get(one.iri, []), known) for one in found[:_SHOWN]]
        message = "" if len(found) <= _SHOWN else f"{_SHOWN} of {len(found):,} are shown; give more of the name."
        if not found:
            message = "Nothing in the graph is called so, or nearly so: no document that it rests on speaks of it."
        return Matches(dataset_sha256=self._loaded.digest, total=len(found), matches=matches, message=message)

    def describe(self, text: str, page: Page) -> Description:
        """What is said of a thing, given by a name or an IRI.

        Raises:
            QuestionError: nothing, or more than one thing, is called so.
            Problem: the graph did not answer.
        """
        self._read()
        thing = self._thing(text)
        total = self._count(thing)
        known = labels(self._asker.select, [thing.value])
        kinds = self._kinds([thing.value]).get(thing.value, [])
        if not total and not kinds and not known:
            raise QuestionError(f"nothing here is {compact(thing.value)}; find_thing looks a thing up by its name")
        told = Description(
            dataset_sha256=self._loaded.digest,
            iri=thing.value,
            label=known.get(thing.value, compact(thing.value)),
            kinds=kinds,
            facts=[],
            fact_count=total,
            offset=page.offset,
            not_stated=self._not_stated(thing.value),
            documents=[],
            message="" if total else SILENT,
        )
        self._add_facts(told, thing, page)
        return told

    def _read(self) -> None:
        self._index.read(self._asker.select, MOST, self._loaded.terms)

    def _thing(self, text: str) -> NamedNode:
        if is_iri(text.strip()):
            try:
                return NamedNode(expand(text.strip()))
            except (KeyError, ValueError) as error:
                raise QuestionError(f"{text[:80]!r} is no IRI; write it in full, or as id:country/IND") from error
        found = self._index.exact(text)
        if len(found) == 1:
            return NamedNode(found[0])
        if found:
            several = ", ".join(compact(iri) for iri in sorted(found))
            raise QuestionError(f"{text[:80]!r} names several things: {several}; give one of these IRIs")
        near = dict.fromkeys(one.name for one in self._index.find(text)[:5])
        advice = f"did you mean {', '.join(map(repr, near))}?" if near else "no document here speaks of it"
        raise QuestionError(f"nothing is called {text[:80]!r}; {advice}")

    def _class(self, kind: str) -> NamedNode:
        try:
            iri = expand(kind if ":" in kind else f"defkg:{kind}")
            node = NamedNode(iri)
        except (KeyError, ValueError):
            iri, node = "", TYPE
        if iri not in self._loaded.terms:
            raise QuestionError(f"there is no class {kind[:80]!r}; such as Official, Country, Mechanism, Agreement")
        return node

    def _kinds(self, iris: Sequence[str]) -> dict[str, list[str]]:
        found = kinds_of(self._asker.select, iris)
        known = labels(self._asker.select, {kind for kinds in found.values() for kind in kinds})
        return {iri: [known.get(kind, compact(kind)) for kind in kinds] for iri, kinds in found.items()}

    def _within(self, kind: NamedNode, iris: Sequence[str]) -> set[str]:
        things = " ".join(str(NamedNode(iri)) for iri in iris)
        rows = self._asker.select(f"SELECT ?thing WHERE {{ VALUES ?thing {{ {things} }} ?thing a {kind} }}")
        return {str(getattr(row["thing"], "value", "")) for row in rows}

    def _count(self, thing: NamedNode) -> int:
        (row,) = self._asker.select(_COUNT.format(thing=thing, type=TYPE, rdfs=RDFS))
        count = row["n"]
        assert isinstance(count, Literal)
        return int(count.value)

    def _add_facts(self, told: Description, thing: NamedNode, page: Page) -> None:
        rows = self._asker.select(_SAID.format(thing=thing, type=TYPE, rdfs=RDFS, limit=page.limit, offset=page.offset))
        known = labels(self._asker.select, {t.value for row in rows for t in row.values() if isinstance(t, NamedNode)})
        sourced, told.sources_untold = self._sourced(thing, rows)
        facts = [_fact(row, sourced.get(_key(row)), known) for row in rows]
        told.facts = showing.fill(facts, lambda fact: len(fact.model_dump_json(exclude_none=True)))
        told.next_offset = showing.next_offset(page.offset, len(told.facts), told.fact_count)
        iris = {iri for fact in told.facts for iri in fact.sources or ()}
        titles = labels(self._asker.select, iris)
        told.documents, told.documents_left_out = showing.documents(self._asker.select, iris, titles)

    def _sourced(
        self, thing: NamedNode, rows: Sequence[dict[str, Term]]
    ) -> tuple[dict[tuple[str, ...], tuple[Sequence[str], bool]], str | None]:
        """The documents of each fact, and whether it is inferred; or why they are not told."""
        found: dict[tuple[str, ...], tuple[Sequence[str], bool]] = {}
        for name, pattern in (("value", f"{thing} ?property ?value"), ("of", f"?of ?property {thing}")):
            values = " ".join(f"({row['property']} {row[name]})" for row in rows if _nameable(row.get(name)))
            sparql = f"SELECT ?property ?{name} WHERE {{ VALUES (?property ?{name}) {{ {values} }} {pattern} }}"
            try:
                told = answers.query(self._asker.select, self._loaded.rules, sparql) if values else None
            except Problem as problem:
                return {}, f"working them out came to no end: {problem.detail}"
            if told and told.sources is None:
                return {}, told.untold
            for number, row in enumerate(told.table.rows if told else ()):
                assert told
                assert told.sources is not None
                found[_key(row)] = (told.sources[number], bool(told.inferred[number]))
        return found, None

    def _not_stated(self, iri: str) -> list[str]:
        unstated = self._loaded.coverage.unstated if self._loaded.coverage else ()
        return [entry.title for entry in unstated if any(thing.iri == iri for thing in entry.things)]


def _nameable(term: Term | None) -> bool:
    return isinstance(term, NamedNode | Literal)


def _key(row: Any) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in ("property", "value", "of"))


def _match(one: Found, kinds: list[str], known: dict[str, str]) -> Match:
    label = known.get(one.iri, compact(one.iri))
    return Match(iri=one.iri, label=label, kinds=kinds, matched=one.name, matched_is=one.how, fit=one.fit)


def _fact(row: dict[str, Term], sourced: tuple[Sequence[str], bool] | None, known: dict[str, str]) -> Fact:
    fact = Fact(property=showing.value(row["property"], known))
    fact.value, fact.of = _shown(row, "value", known), _shown(row, "of", known)
    if sourced:
        fact.sources, fact.more_sources = showing.sources(sourced[0])
        fact.inferred = sourced[1]
    return fact


def _shown(row: dict[str, Term], name: str, known: dict[str, str]) -> Value | None:
    return showing.value(row[name], known) if name in row else None
