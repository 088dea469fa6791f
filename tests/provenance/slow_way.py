"""Sources of rows the slow way: rdflib's algebra, solutions that carry their triples, and rules read backwards.

Nothing is shared with `defkg.provenance`: no rewriting, no second query, no batch. Each operator is the definition in
SPARQL 1.1 Query Language (W3C), section 18, with EXISTS by substitution.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import pyoxigraph
from rdflib import BNode, Graph, Literal, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.aggregates import Aggregator
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
from rdflib.plugins.sparql.evalutils import _ebv, _eval
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import FrozenBindings, QueryContext, SPARQLError

from defkg.inference import Rule
from defkg.provenance import Sourced
from defkg.terms import PREFIXES

INFERRED = "https://w3id.org/defkg/graph/inferred"
DOCUMENT = "https://w3id.org/defkg/id/source/"
Node = Any
Bindings = dict[Node, Node]
Spo = tuple[Node, Node, Node]
Seen = frozenset[tuple[Node, Node, Node, str]]
NONE: Seen = frozenset()


class Solution(NamedTuple):
    """Values, and the triples behind them, each with the graph that was named for it."""

    values: Bindings
    seen: Seen


class Told(NamedTuple):
    """The documents behind a row, and the triples that matched for it and are only inferred."""

    sources: tuple[str, ...]
    inferred: frozenset[Spo]


def rdf(term: Node) -> Node:
    """A term of pyoxigraph as one of rdflib."""
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    is_plain = term.language or term.datatype.value.endswith("#string")
    return Literal(term.value, lang=term.language, datatype=None if is_plain else URIRef(term.datatype.value))


class SlowWay:
    """A closed graph in rdflib, and the rules that closed it."""

    def __init__(self, store: pyoxigraph.Store, rules: Iterable[Rule]) -> None:
        self.merged = Graph()
        self.named: dict[str, Graph] = defaultdict(Graph)
        for quad in store:
            is_default = isinstance(quad.graph_name, pyoxigraph.DefaultGraph)
            graph = self.merged if is_default else self.named[str(quad.graph_name.value)]
            graph.add((rdf(quad.subject), rdf(quad.predicate), rdf(quad.object)))
        self._rules = [(_pattern(rule.head), [_pattern(p) for p in rule.body]) for rule in rules]
        self._known: dict[Spo, set[Spo]] = {}
        self._done: dict[tuple[int, str, frozenset[tuple[Node, Node]]], list[Solution]] = {}
        self._context = QueryContext(Graph())
        self._context.initBindings = {}
        self._active: tuple[Graph, str] = (self.merged, "")

    def rows(self, sparql: str, variables: Iterable[str]) -> dict[tuple[Node, ...], set[Told]]:
        """Each row, as the values of its columns, with what it rests on; equal rows of groups may rest on different."""
        algebra = prepareQuery(sparql, initNs=PREFIXES).algebra
        self._own_exists(algebra)
        self._done.clear()
        names = [Variable(name) for name in variables]
        found: dict[tuple[Node, ...], set[Told]] = defaultdict(set)
        solutions = self._of(algebra.p, self.merged, "", {})
        if algebra.name == "AskQuery":
            solutions = [Solution({}, NONE.union(*(s.seen for s in solutions)))] if solutions else []
        for solution in solutions:
            found[tuple(comparable(solution.values.get(name)) for name in names)].add(self._told(solution.seen))
        return found

    def tells(self, found: Sourced) -> dict[tuple[Node, ...], set[Told]]:
        """An answer in the same form, to be compared."""
        told: dict[tuple[Node, ...], set[Told]] = defaultdict(set)
        for row in found.rows:
            values = [comparable(rdf(row.values[n])) if n in row.values else None for n in found.variables]
            inferred = frozenset((rdf(t.subject), rdf(t.predicate), rdf(t.object)) for t in row.inferred)
            told[tuple(values)].add(Told(row.sources, inferred))
        return told

    # the documents

    def _told(self, seen: Seen) -> Told:
        sources: set[str] = set()
        inferred = set()
        for s, p, o, graph in seen:
            if graph and graph != INFERRED:
                sources |= {graph} if graph.startswith(DOCUMENT) else set()
            else:
                sources |= self._documents((s, p, o), set())
                inferred |= {(s, p, o)} if self._is_inferred((s, p, o)) else set()
        return Told(tuple(sorted(sources)), frozenset(inferred))

    def _is_inferred(self, triple: Spo) -> bool:
        return {name for name, graph in self.named.items() if triple in graph} == {INFERRED}

    def _documents(self, triple: Spo, seen: set[Spo]) -> set[str]:
        seen.add(triple)
        if not self._is_inferred(triple):
            return {name for name, graph in self.named.items() if triple in graph and name.startswith(DOCUMENT)}
        return {name for p in self._premises(triple) if p not in seen for name in self._documents(p, seen)}

    def _premises(self, triple: Spo) -> set[Spo]:
        if triple not in self._known:
            self._known[triple] = {
                premise
                for head, body in self._rules
                for start in _matches(head, triple, {})
                for found in self._all(body, start)
                for premise in found
            }
        return self._known[triple]

    def _all(self, body: list[Spo], bound: Bindings) -> Iterator[list[Spo]]:
        if not body:
            yield []
            return
        for triple in self.merged.triples(_filled(body[0], bound)):
            for more in _matches(body[0], triple, bound):
                for rest in self._all(body[1:], more):
                    yield [triple, *rest]

    # the algebra

    def _own_exists(self, node: Node) -> None:
        """Makes each EXISTS in the algebra ask this evaluator."""
        if isinstance(node, list):
            for part in node:
                self._own_exists(part)
        if not isinstance(node, CompValue):
            return
        if node.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            if node.graph.name == "GroupGraphPatternSub":
                node.graph = translateGroupGraphPattern(node.graph)
            node._evalfn = lambda bindings: Literal(
                bool(self._found(node, dict(bindings.items()))) == (node.name == "Builtin_EXISTS")
            )
        for part in [*dict.values(node), *node.__dict__.values()]:
            self._own_exists(part)

    def _found(self, node: CompValue, values: Bindings) -> list[Solution]:
        active = self._active
        try:
            return self._of(node.__dict__.get("graph") or dict.__getitem__(node, "graph"), *active, values)
        finally:
            self._active = active

    def _of(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        evaluate: Callable[..., list[Solution]] = getattr(self, f"_{node.name.lower()}")
        return evaluate(node, graph, name, outer)

    def _bgp(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        found = [Solution({}, NONE)]
        for pattern in _in_order(node.triples, set(outer)):
            found = [new for old in found for new in self._step(pattern, old, graph, name, outer)]
        return [Solution({k: v for k, v in s.values.items() if isinstance(k, Variable)}, s.seen) for s in found]

    def _step(self, pattern: Spo, old: Solution, graph: Graph, name: str, outer: Bindings) -> Iterator[Solution]:
        s, p, o = (_fill(part, {**outer, **old.values}) for part in pattern)
        if isinstance(p, Path):
            found: list[tuple[tuple[Node, ...], frozenset[Spo]]] = [*_walk(graph, p, s, o).items()]
            parts: tuple[Node, ...] = (pattern[0], pattern[2])
        else:
            found = [(triple, frozenset([triple])) for triple in graph.triples((s, p, o))]
            parts = pattern
        for terms, edges in found:
            for values in _matches(parts, terms, {**outer, **old.values}):
                own = {k: v for k, v in values.items() if k not in outer or k in old.values}
                yield Solution(own, old.seen | {(*edge, name) for edge in edges})

    def _join(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        left = self._of(node.p1, graph, name, outer)
        return [both for a in left for both in self._beside(a, node.p2, graph, name, outer)]

    def _beside(self, a: Solution, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        """A solution joined with those of a pattern; the join goes into the pattern where it may."""
        if node.name == "BGP":
            found = self._bgp(node, graph, name, {**outer, **a.values})
        elif node.name == "Union":
            return [both for part in (node.p1, node.p2) for both in self._beside(a, part, graph, name, outer)]
        elif node.name == "Join":
            left = self._beside(a, node.p1, graph, name, outer)
            return [both for one in left for both in self._beside(one, node.p2, graph, name, outer)]
        else:
            key = (id(node), name, frozenset(outer.items()))
            if key not in self._done:
                self._done[key] = self._of(node, graph, name, outer)
            found = [b for b in self._done[key] if _fit(a, b)]
        return [Solution({**a.values, **b.values}, a.seen | b.seen) for b in found]

    def _leftjoin(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        found = []
        for a in self._of(node.p1, graph, name, outer):
            both = self._beside(a, node.p2, graph, name, outer)
            found += self._kept(both, dict.__getitem__(node, "expr"), graph, name, outer) or [a]
        return found

    def _filter(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        return self._kept(self._of(node.p, graph, name, outer), dict.__getitem__(node, "expr"), graph, name, outer)

    def _kept(self, found: list[Solution], expr: Node, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        kept = []
        for solution in found:
            self._active = (graph, name)
            if self._holds(expr, {**outer, **solution.values}):
                more = self._witnessed(expr, {**outer, **solution.values}, True)
                kept.append(Solution(solution.values, solution.seen | more))
        return kept

    def _holds(self, expr: Node, values: Bindings) -> bool:
        if isinstance(expr, CompValue) and expr.name == "TrueFilter":
            return True
        try:
            return bool(_ebv(expr, FrozenBindings(self._context, values)))
        except SPARQLError:
            return False

    def _witnessed(self, expr: Node, values: Bindings, affirmed: bool) -> Seen:
        """What the EXISTS in an expression found, but for those that are negated."""
        if isinstance(expr, list):
            return NONE.union(*(self._witnessed(part, values, affirmed) for part in expr))
        if not isinstance(expr, CompValue):
            return NONE
        if expr.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            counts = affirmed == (expr.name == "Builtin_EXISTS")
            return NONE.union(*(s.seen for s in self._found(expr, values))) if counts else NONE
        turned = affirmed ^ (expr.name == "UnaryNot")
        return NONE.union(*(self._witnessed(part, values, turned) for part in list(dict.values(expr))))

    def _union(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        return self._of(node.p1, graph, name, outer) + self._of(node.p2, graph, name, outer)

    def _minus(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        right = self._of(node.p2, graph, name, outer)
        left = self._of(node.p1, graph, name, outer)
        return [a for a in left if not any(_fit(a, b) and a.values.keys() & b.values.keys() for b in right)]

    def _extend(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        found = []
        expr = dict.__getitem__(node, "expr")
        for values, seen in self._of(node.p, graph, name, outer):
            self._active = (graph, name)
            known = {**outer, **values}
            new = self._value(expr, known)
            seen |= self._witnessed(expr, known, True)
            found.append(Solution(values if new is None else {**values, node.var: new}, seen))
        return found

    def _value(self, expr: Node, values: Bindings) -> Node | None:
        try:
            found = _eval(expr, FrozenBindings(self._context, values))
        except SPARQLError:
            return None
        return None if isinstance(found, SPARQLError) else found

    def _graph(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        term = _fill(node.term, outer)
        names = list(self.named) if term is None else [str(term)]
        found = []
        for one in names:
            new = {node.term: URIRef(one)} if term is None else {}
            inside = self._of(node.p, self.named.get(one, Graph()), one, {**outer, **new})
            found += [Solution({**s.values, **new}, s.seen) for s in inside]
        return found

    def _tomultiset(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        if node.p.name != "values":
            return self._of(node.p, graph, name, outer)
        rows = [{k: v for k, v in row.items() if not isinstance(v, str) or v != "UNDEF"} for row in node.p.res]
        return [Solution(row, NONE) for row in rows if all(outer.get(k, v) == v for k, v in row.items())]

    def _aggregatejoin(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        keys = node.p.expr
        groups: dict[tuple[Node, ...], list[Solution]] = {} if keys else {(): []}
        for solution in self._of(node.p.p, graph, name, outer):
            groups.setdefault(tuple(self._value(key, solution.values) for key in keys or ()), []).append(solution)
        found = []
        for members in groups.values():
            aggregator = Aggregator(aggregations=node.A)
            for member in members:
                aggregator.update(FrozenBindings(self._context, member.values))
            found.append(Solution(dict(aggregator.get_bindings()), NONE.union(*(m.seen for m in members))))
        return found

    def _project(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        found = self._of(node.p, graph, name, outer)
        rows = [Solution({k: v for k, v in s.values.items() if k in node.PV}, s.seen) for s in found]
        return rows if _aggregated(node.p) else _merged(rows)

    def _distinct(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        rows = _merged(self._of(node.p, graph, name, outer))
        return [row for i, row in enumerate(rows) if row.values not in [before.values for before in rows[:i]]]

    _reduced = _distinct

    def _orderby(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        found = self._of(node.p, graph, name, outer)
        for condition in reversed(node.expr):
            expr = dict.__getitem__(condition, "expr")

            def key(solution: Solution, expr: Node = expr) -> tuple[int, Node]:
                value = self._value(expr, solution.values)
                return (0, "") if value is None else (1 if isinstance(value, URIRef) else 2, value)

            found = sorted(found, key=key, reverse=condition.order == "DESC")
        return found

    def _slice(self, node: CompValue, graph: Graph, name: str, outer: Bindings) -> list[Solution]:
        found = self._of(node.p, graph, name, outer)
        return found[node.start :][: node.length if node.length is not None else len(found)]


def comparable(term: Node) -> Node:
    """A value to compare rows by: numbers by their value, however they are written."""
    if isinstance(term, Literal) and term.datatype in NUMBERS:
        return float(term)
    return term


NUMBERS = {URIRef(f"http://www.w3.org/2001/XMLSchema#{name}") for name in ("integer", "decimal", "double")}


def _pattern(pattern: Iterable[Node]) -> Spo:
    s, p, o = (Variable(part[1:]) if isinstance(part, str) else rdf(part) for part in pattern)
    return s, p, o


def _in_order(patterns: Iterable[Spo], bound: set[Node]) -> Iterator[Spo]:
    """The patterns, each after those that give it values."""
    left = list(patterns)
    while left:
        best = max(left, key=lambda p: (sum(_is_known(part, bound) for part in p), not isinstance(p[1], Path)))
        left.remove(best)
        bound |= {part for part in best if isinstance(part, Variable | BNode)}
        yield best


def _is_known(part: Node, bound: set[Node]) -> bool:
    return part in bound or not isinstance(part, Variable | BNode)


def _fill(part: Node, bound: Bindings) -> Node | None:
    return bound.get(part) if isinstance(part, Variable | BNode) else part


def _filled(pattern: Spo, bound: Bindings) -> Spo:
    s, p, o = (_fill(part, bound) for part in pattern)
    return s, p, o


def _matches(parts: Iterable[Node], terms: Iterable[Node], bound: Bindings) -> Iterator[Bindings]:
    """The bindings with which a pattern is what it matched, if there are any."""
    found = dict(bound)
    for part, term in zip(parts, terms, strict=True):
        if isinstance(part, Variable | BNode):
            if found.setdefault(part, term) != term:
                return
        elif not isinstance(part, Path) and part != term:
            return
    yield found


def _fit(one: Solution, other: Solution) -> bool:
    return all(other.values.get(name, value) == value for name, value in one.values.items())


def _aggregated(node: CompValue) -> bool:
    while node.name in ("Extend", "Filter", "OrderBy"):
        node = node.p
    return bool(node.name == "AggregateJoin") or (node.name == "Join" and _aggregated(node.p1))


def _merged(rows: list[Solution]) -> list[Solution]:
    """Each row with what all rows equal to it rest on."""
    seen: dict[frozenset[tuple[Variable, Node]], Seen] = {}
    for row in rows:
        key = frozenset(row.values.items())
        seen[key] = seen.get(key, NONE) | row.seen
    return [Solution(row.values, seen[frozenset(row.values.items())]) for row in rows]


Walked = dict[tuple[Node, Node], frozenset[Spo]]


def _walk(graph: Graph, path: Node, start: Node | None, end: Node | None) -> Walked:
    """The pairs that a path joins, with the edges of all the ways between them."""
    found: dict[tuple[Node, Node], frozenset[Spo]] = {}
    for pair, edges in _ways(graph, path, start, end):
        if start in (None, pair[0]) and end in (None, pair[1]):
            found[pair] = found.get(pair, frozenset()) | edges
    return found


def _ways(
    graph: Graph, path: Node, start: Node | None, end: Node | None
) -> Iterator[tuple[tuple[Node, Node], frozenset[Spo]]]:
    if isinstance(path, URIRef):
        yield from (((s, o), frozenset([(s, p, o)])) for s, p, o in graph.triples((start, path, end)))
    elif isinstance(path, InvPath):
        yield from (((b, a), edges) for (a, b), edges in _walk(graph, path.arg, end, start).items())
    elif isinstance(path, AlternativePath):
        for part in path.args:
            yield from _walk(graph, part, start, end).items()
    elif isinstance(path, SequencePath):
        yield from _one_after_the_other(graph, path.args, start, end)
    elif isinstance(path, NegatedPath):
        yield from _other_than(graph, path.args, start, end)
    elif isinstance(path, MulPath):
        yield from _over_and_over(graph, path, start, end)


def _one_after_the_other(
    graph: Graph, parts: list[Node], start: Node | None, end: Node | None
) -> Iterator[tuple[tuple[Node, Node], frozenset[Spo]]]:
    if len(parts) == 1:
        yield from _walk(graph, parts[0], start, end).items()
        return
    for (a, b), edges in _walk(graph, parts[0], start, None).items():
        for (_, c), more in _walk(graph, SequencePath(*parts[1:]) if len(parts) > 2 else parts[1], b, end).items():
            yield (a, c), edges | more


def _other_than(
    graph: Graph, parts: list[Node], start: Node | None, end: Node | None
) -> Iterator[tuple[tuple[Node, Node], frozenset[Spo]]]:
    backward = [part.arg for part in parts if isinstance(part, InvPath)]
    forward = [part for part in parts if not isinstance(part, InvPath)]
    for s, p, o in graph.triples((None, None, None)):
        if forward and p not in forward:
            yield (s, o), frozenset([(s, p, o)])
        if backward and p not in backward:
            yield (o, s), frozenset([(s, p, o)])


def _over_and_over(
    graph: Graph, path: MulPath, start: Node | None, end: Node | None
) -> Iterator[tuple[tuple[Node, Node], frozenset[Spo]]]:
    steps = _walk(graph, path.path, None, None)
    ends = {term for s, _, o in graph for term in (s, o)} | ({start, end} - {None})
    if path.zero:
        yield from (((term, term), frozenset()) for term in ends)
    if not path.more:
        yield from steps.items()
        return
    onward: dict[Node, set[Node]] = defaultdict(set)
    for a, b in steps:
        onward[a].add(b)
    for first in ends if start is None else [start]:
        reached = _reach(onward, first)
        for last in {b for a in reached for b in onward[a]}:
            ways = [edges for (a, b), edges in steps.items() if a in reached and last in _reach(onward, b)]
            yield (first, last), frozenset().union(*ways)


def _reach(onward: dict[Node, set[Node]], start: Node) -> set[Node]:
    reached, waiting = {start}, [start]
    while waiting:
        new = onward.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached
