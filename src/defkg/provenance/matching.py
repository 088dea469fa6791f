"""The rows of a query, and the triples that matched for each.

Source: SPARQL 1.1 Query Language (W3C), section 18; that blank nodes keep their labels from one answer to the next is
asked of the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from defkg.holding import Select
from defkg.linter.patterns import Element, Group, Outline, outline
from defkg.provenance.clauses import Item, Selection, selection
from defkg.provenance.filling import Filler, Match
from defkg.provenance.original import keys_of, with_keys
from defkg.provenance.reading import written
from defkg.provenance.rewriting import Rewriter
from defkg.provenance.scopes import columns
from defkg.provenance.untold import Untold
from defkg.terms import Term

MOST = 100_000
_CHANGING = frozenset(["RAND", "UUID", "STRUUID", "BNODE"])
_FORMS = ("SELECT", "ASK")


class Row(NamedTuple):
    """A row and what matched for it."""

    values: dict[str, Term]
    matches: frozenset[Match]


class Matched(NamedTuple):
    """An answer: its columns and rows."""

    variables: list[str]
    rows: list[Row]


Key = tuple[Term | None, ...]
Values = dict[str, Term]
Head = list[tuple[Item, str]]


def matched(select: Select, sparql: str) -> Matched:
    """The rows of a query, in its order, each with the triples that matched for it.

    Args:
        select: a SELECT query in, its rows out, unbound variables left out; what it raises is passed on.
        sparql: a SELECT or ASK query; an ASK has one row without values where it is true.

    Raises:
        Untold: it cannot be said which triples these are.
    """
    shape = outline(sparql)
    if shape is None or shape.where is None or shape.form not in _FORMS:
        raise Untold(_why_not(shape))
    for token, following in zip(shape.body, shape.body[1:], strict=False):
        if token.keyword in _CHANGING and following.text == "(":
            raise Untold(f"{token.keyword}() gives another value each time")
    query = _Query(select, shape, whole(shape, shape.where))
    return query.ask() if shape.form == "ASK" else query.rows(sparql)


def whole(shape: Outline, where: Group) -> Group:
    """A query as a group, as a subquery is one."""
    elements = [Element("group", [], [where])] if where.head else where.elements
    return Group(elements, shape.head, shape.tail)


def _why_not(shape: Outline | None) -> str:
    if shape is None:
        return "the query is too long, or nested too deeply, to be followed"
    if shape.form in ("CONSTRUCT", "DESCRIBE"):
        return f"the answer of {shape.form} is a graph, which has no rows"
    return "the query has no pattern that could be followed"


class _Query:
    def __init__(self, select: Select, shape: Outline, query: Group) -> None:
        self._select = select
        self._prologue = written(shape.prologue, {})
        self._names = shape.names
        self._query = query
        self._body = shape.body
        self._rewriter = Rewriter(shape.body)

    def ask(self) -> Matched:
        if self._query.tail and self._query.tail[0].keyword != "VALUES":
            raise Untold("the ASK groups or cuts its solutions")
        if any(token.keyword == "FROM" for token in self._query.head):
            raise Untold("the query names a dataset of its own with FROM")
        solutions = self._solutions(*self._rewritten([], written(self._query.tail, {})))
        matches = frozenset(match for _, found in solutions for match in found)
        return Matched([], [Row({}, matches)] if solutions else [])

    def rows(self, sparql: str) -> Matched:
        clauses = selection(self._query)
        keys, hidden = keys_of(self._query, clauses, self._rewriter.fresh)
        names = columns(self._query)
        head = [(key, key.name or self._rewriter.fresh()[1:]) for key, _ in keys]
        rewritten = self._grouped(head) if clauses.grouped else self._plain(head, clauses)
        given = self._select(sparql if not hidden or clauses.distinct else self._with(clauses, hidden))
        shown = [hidden.get(name, "?" + name)[1:] for _, name in keys]
        by_key = self._of_cut(head, clauses) if clauses.limited and not clauses.grouped else None
        if by_key is None or any(_key(row, shown) not in by_key for row in given):
            by_key = _collected(self._solutions(*rewritten), [name for _, name in head])
        if hidden and clauses.distinct:
            all_rows = self._select(self._with(clauses.uncut(), hidden))
            by_key = _collected([(row, by_key.get(_key(row, shown), set())) for row in all_rows], names)
            shown = names
        may_be_empty = clauses.grouped and not keys
        rows = [(row, by_key.get(_key(row, shown), set() if may_be_empty else None)) for row in given]
        return Matched(names, [_row(row, names, found) for row, found in rows])

    def _of_cut(self, head: Head, clauses: Selection) -> dict[Key, set[Match]] | None:
        """What matched for the rows that a cut leaves, if asking for them again gives the same ones.

        None where no column tells the solutions of a row from others.
        """
        plain = [f"?{key.name}" for key, _ in head if not key.expression]
        if not plain:
            return None
        self._rewriter = Rewriter(self._body)
        original = with_keys(self._query, clauses, {}, {}, self._rewriter.fresh()[1:])
        within = f"{{ SELECT DISTINCT {' '.join(plain)} WHERE {{ {{ {original} }} }} }}"
        solutions = self._solutions(*self._plain(head, clauses, within))
        return _collected(solutions, [name for _, name in head])

    def _plain(self, head: Head, clauses: Selection, within: str = "") -> tuple[str, Filler]:
        return self._rewritten(head, written(clauses.values, {}), clauses.items, within)

    def _grouped(self, head: Head) -> tuple[str, Filler]:
        return self._rewritten(head, "")

    def _with(self, clauses: Selection, hidden: dict[str, str]) -> str:
        return f"{self._prologue} {with_keys(self._query, clauses, hidden, {}, '')}"

    def _rewritten(self, head: Head, values: str, items: Sequence[Item] = (), within: str = "") -> tuple[str, Filler]:
        """The query whose solutions show keys and triples, and what fills its patterns.

        Args:
            head: what tells which solutions a row is made from.
            values: the VALUES behind the query.
            items: its columns.
            within: a pattern that the solutions must fit as well.
        """
        pattern = self._rewriter.pattern(self._query.elements, items)
        pattern = f"{within} {{ {pattern} }}" if within else pattern
        filler = Filler(self._rewriter.witnesses, self._names)
        names = {name for _, name in head}
        shown = [f"({written(key.expression, {})} AS ?{name})" if key.expression else f"?{name}" for key, name in head]
        more = [f"?{name}" for name in filler.variables if name not in names]
        projected = " ".join([*shown, *more]) or f"(1 AS {self._rewriter.fresh()})"
        limit = f"LIMIT {MOST + 1} {values}"
        return f"{self._prologue} SELECT DISTINCT {projected} WHERE {{ {pattern} }} {limit}", filler

    def _solutions(self, rewritten: str, filler: Filler) -> list[tuple[Values, set[Match]]]:
        rows = self._select(rewritten)
        if len(rows) > MOST:
            raise Untold(f"the query matches in more than {MOST:,} ways; ask for less")
        return [(row, set(filler.of(row))) for row in rows]


def _key(row: Values, names: Sequence[str]) -> Key:
    return tuple(row.get(name) for name in names)


def _collected(solutions: Iterable[tuple[Values, set[Match]]], names: Sequence[str]) -> dict[Key, set[Match]]:
    found: dict[Key, set[Match]] = {}
    for row, matches in solutions:
        found.setdefault(_key(row, names), set()).update(matches)
    return found


def _row(values: Values, names: Sequence[str], found: set[Match] | None) -> Row:
    if found is None:
        raise Untold("the query gives other rows when it is asked again")
    return Row({name: values[name] for name in names if name in values}, frozenset(found))
