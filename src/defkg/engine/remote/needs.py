"""Which triples a query can rest on: for each of its patterns, what a service must be asked for to answer it elsewhere.

A set of triples that holds all that match any single pattern gives the same answer as the whole graph. One thing needs
more: a path of no steps (``?``, ``*``) leads from every term of the graph to itself, so an end of it must be known from
a constant or from another pattern over the same graph.

Source: SPARQL 1.1 Query Language (W3C), sections 5.1 and 18.4.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from defkg.linter.patterns import Element, Group, outline
from defkg.prologue import Names
from defkg.provenance.paths import Inverse, Other, Path, Repeated, Several, Step
from defkg.provenance.statements import Statement, statements
from defkg.provenance.untold import Untold
from defkg.sparql import Token

ANY = "*"


class Need(NamedTuple):
    """Triples that are needed: an IRI where only that fits, None where anything does; `graph` is "" for the default
    graph and `ANY` for all named ones; `one` where any one of them will do."""

    subject: str | None
    predicate: str | None
    object: str | None
    graph: str
    one: bool = False

    def covers(self, other: Need) -> bool:
        """Whether the other is a part of this."""
        if self.one:
            return False
        same = all(mine in (None, theirs) for mine, theirs in zip(self[:3], other[:3], strict=True))
        return same and (self.graph == other.graph or (self.graph == ANY and other.graph != ""))

    def query(self) -> str:
        """A SELECT for them, with the columns that are not given."""
        subject, predicate, obj = (
            f"<{iri}>" if iri else name for iri, name in zip(self[:3], ("?s", "?p", "?o"), strict=True)
        )
        graph = {"": "", ANY: "GRAPH ?g "}.get(self.graph, f"GRAPH <{self.graph}> ")
        columns = " ".join(f"?{name}" for name in self.variables())
        columns = "(1 AS ?one)" if columns == "?one" else columns
        return f"SELECT {columns} WHERE {{ {graph}{{ {subject} {predicate} {obj} }} }}{' LIMIT 1' * self.one}"

    def variables(self) -> list[str]:
        """The columns of its query."""
        told = [name for name, iri in zip("spo", self[:3], strict=True) if iri is None]
        return told + ["g"] * (self.graph == ANY) or ["one"]


class Unanswerable(Exception):
    """The triples cannot be told; the text says why."""


@dataclass
class _Scope:
    """A group, with what is known around it: the graph, the ends of the plain patterns over it, and what VALUES binds
    a variable to."""

    graph: str
    known: frozenset[str] = frozenset()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)


def needs(text: str) -> list[Need]:
    """The triples that a query's answer rests on; none of them a part of another.

    Raises:
        Unanswerable: they cannot be told.
    """
    shape = outline(text)
    if shape is None or shape.form == "DESCRIBE":
        raise Unanswerable("it is too long" if shape is None else "what DESCRIBE gives is for the store to choose")
    _refuse_exists([*shape.head, *shape.tail])
    found: set[Need] = set()
    if shape.where is not None:
        try:
            found.update(_Walk(shape.names).group(shape.where, _Scope("")))
        except Untold as error:
            raise Unanswerable(str(error)) from error
    return [need for need in sorted(found, key=str) if not any(o.covers(need) for o in found - {need})]


def _refuse_exists(found: list[Token]) -> None:
    if any(token.keyword.endswith("EXISTS") for token in found):
        raise Unanswerable("EXISTS stands outside of its pattern")


class _Walk:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._numbers = itertools.count()

    def group(self, group: Group, scope: _Scope) -> Iterator[Need]:
        if group.head:
            _refuse_exists([*group.head, *group.tail])
            scope = _Scope(scope.graph)  # what is outside joins the rows of a subquery, not its patterns
        read = [self._statements(element) for element in group.elements if element.kind == "triples"]
        plain = [s for each in read for s in each if isinstance(s.path, Step)]
        known = scope.known | {end for s in plain for end in (s.subject, s.object)}
        inner = _Scope(scope.graph, known, {**scope.values, **dict(self._values(group))})
        for statement in itertools.chain(*read):
            yield from self._needs(statement, inner)
        for element in group.elements:
            yield from self._inside(element, inner)

    def _inside(self, element: Element, scope: _Scope) -> Iterator[Need]:
        if element.kind == "graph":
            graph = self._graph(element.tokens[1])
            scope = _Scope(graph, scope.known if graph == scope.graph else frozenset(), scope.values)
            if not any(each.elements for each in element.groups):
                raise Unanswerable("GRAPH stands without a pattern")
        for group in element.groups:
            yield from self.group(group, scope)

    def _graph(self, token: Token) -> str:
        return ANY if token.kind == "var" else self._iri(token)

    def _iri(self, token: Token) -> str:
        iri = self._names.resolve(token)
        if iri is None:
            raise Unanswerable(f"{token.text} has a prefix that is not declared")
        return iri

    def _statements(self, element: Element) -> list[Statement]:
        return statements(element.tokens, self._write, lambda: f"?{next(self._numbers)}")

    def _write(self, found: list[Token]) -> str:
        """An IRI in brackets, a variable or blank node as it is, and any literal as one that is not told apart."""
        first = found[0]
        if first.kind in ("iri", "name"):
            return f"<{self._iri(first)}>"
        return first.text if first.kind in ("var", "bnode") else '"'

    def _values(self, group: Group) -> Iterator[tuple[str, list[str]]]:
        """The variables that a VALUES of one column binds to IRIs, as a question's parameters are bound."""
        for element in group.elements:
            words = [token.text for token in element.tokens]
            inner = element.tokens[3:-1]
            if element.kind == "values" and words[2:3] == ["{"] and all(t.kind in ("iri", "name") for t in inner):
                yield words[1], [f"<{self._iri(token)}>" for token in inner]

    def _needs(self, statement: Statement, scope: _Scope) -> Iterator[Need]:
        subjects, objects = (scope.values.get(end, [end]) for end in (statement.subject, statement.object))
        for subject, obj in itertools.product(subjects, objects):
            if _may_be_empty(statement.path):
                yield from self._ends(subject, obj, scope)
            yield from _walked(statement.path, _constant(subject), _constant(obj), scope.graph)

    def _ends(self, subject: str, obj: str, scope: _Scope) -> Iterator[Need]:
        """What is needed to know whether an end of a path of no steps is a term of the graph at all."""
        constants = [iri for iri in map(_constant, (subject, obj)) if iri]
        if not constants and not {subject, obj} & scope.known:
            raise Unanswerable("a path of no steps has two ends that nothing else in its group names")
        for iri in constants:
            yield Need(iri, None, None, scope.graph, True)
            yield Need(None, None, iri, scope.graph, True)


def _may_be_empty(path: Path) -> bool:
    if isinstance(path, Repeated):
        return path.mark in "?*" or _may_be_empty(path.path)
    if isinstance(path, Several):
        return (all if path.mark == "/" else any)(_may_be_empty(part) for part in path.parts)
    return isinstance(path, Inverse) and _may_be_empty(path.path)


def _constant(text: str) -> str | None:
    return text[1:-1] if text.startswith("<") else None


def _walked(path: Path, subject: str | None, obj: str | None, graph: str) -> Iterator[Need]:
    if isinstance(path, Step):
        yield Need(subject, _constant(path.text), obj, graph)
    elif isinstance(path, Inverse):
        yield from _walked(path.path, obj, subject, graph)
    elif isinstance(path, Repeated):
        yield from _walked(path.path, None, None, graph)
    elif isinstance(path, Other):
        yield Need(subject, None, obj, graph)
        if path.backward:
            yield Need(obj, None, subject, graph)
    elif path.mark == "|":
        for part in path.parts:
            yield from _walked(part, subject, obj, graph)
    else:
        for part in path.parts:  # a part that takes no step leaves the end to its neighbour
            yield from _walked(part, None, None, graph)
