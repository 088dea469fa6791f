"""What pySHACL reports, as findings: one for each fault, by the nearest shape with a name, at the line to mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import rdflib
from pyoxigraph import BlankNode, NamedNode, Triple
from rdflib.namespace import SH
from rdflib.term import Node

from defkg.dataset import Dataset
from defkg.finding import Finding, Place, Result, Severity
from defkg.placing import Placing
from defkg.terms import SH as SHACL
from defkg.terms import Term, show
from defkg.validation.bridge import to_rdflib, to_term
from defkg.validation.paths import Path

_NAMELESS = "urn:defkg:shape:"
_LINKS = ("property", "node", "not", "qualifiedValueShape")


class Shapes:
    """The shapes graph, in which a shape without a name has one for the time of a validation.

    pySHACL copies blank nodes into its report under other names, so that nobody could find them again.
    """

    def __init__(self, triples: list[Triple]) -> None:
        linked = [t.object for t in triples if t.predicate.value.removeprefix(SHACL) in _LINKS]
        names: dict[Term, NamedNode] = {n: NamedNode(_NAMELESS + n.value) for n in linked if isinstance(n, BlankNode)}
        self.graph = to_rdflib(_renamed(triples, names))

    def said(self, shape: Node | None, predicate: Node) -> Node | None:
        """What a shape says or, where it says nothing, what the shapes around it say."""
        own = None if shape is None else self.graph.value(shape, predicate, any=True)
        return own if own is not None or shape is None else self.said(self._around(shape), predicate)

    def rule(self, shape: Node | None) -> Node | None:
        """The nearest shape with a name; None where there is none."""
        if isinstance(shape, rdflib.BNode):
            return None
        return self.rule(self._around(shape)) if shape and str(shape).startswith(_NAMELESS) else shape

    def outer_paths(self, shape: Node | None) -> Iterator[Path]:
        """The paths of the property shapes that a shape stands in: they lead to what it is about."""
        for outer in self.graph.subjects(SH.property, shape):
            node = self.graph.value(outer, SH.path)
            path = Path.read(to_term(node), tuple(_description(self.graph, node)))
            if path:
                yield path

    def _around(self, shape: Node) -> Node | None:
        if not str(shape).startswith(_NAMELESS):
            return None
        return next((s for link in _LINKS for s in self.graph.subjects(rdflib.URIRef(SHACL + link), shape)), None)


def _renamed(triples: list[Triple], names: dict[Term, NamedNode]) -> Iterator[Triple]:
    for s, p, o in triples:
        yield Triple(names.get(s, s), p, names.get(o, o))


class Report:
    """A report of pySHACL, with the shapes that it speaks of."""

    def __init__(self, graph: rdflib.Graph, shapes: Shapes, dataset: Dataset, placing: Placing) -> None:
        self._graph = graph
        self._shapes = shapes
        self._dataset = dataset
        self._placing = placing

    def findings(self) -> Iterator[tuple[Term, Finding]]:
        """One finding for each fault, however many ways lead to it."""
        told = set()
        results = [_Result.read(self._graph, node) for node in self._graph.objects(None, SH.result)]
        for top in sorted(results, key=_Result.order):
            for result in self._innermost(top):
                key = (result.shape, result.focus, result.value)
                if key not in told:
                    told.add(key)
                    yield result.focus, self._finding(result)

    def _innermost(self, result: _Result) -> Iterator[_Result]:
        """The details of a result that say what is wrong; where it is a value without a place, in its stead."""
        details = [_Result.read(self._graph, node) for node in self._graph.objects(result.node, SH.detail)]
        for detail in details:
            known = detail.focus in self._dataset.subjects
            yield from self._innermost(detail if known else replace(result, node=detail.node, shape=detail.shape))
        if not details:
            yield result

    def _finding(self, result: _Result) -> Finding:
        severity = Severity.ERROR if result.severity == SH.Violation else Severity.WARNING
        value = f" [{show(result.value)}]" if result.value and result.value != result.focus else ""
        words = self._shapes.said(result.shape, SH.message) or result.message
        message = f"{show(result.focus)}: {words}{value}"
        rule = str(self._shapes.rule(result.shape) or result.component)
        said = Result(result.focus, result.path, result.value, str(result.component), result.path_triples)
        return Finding(self._place(result), severity, rule, message, result=said)

    def _place(self, result: _Result) -> Place:
        many = result.component in (SH.MaxCountConstraintComponent, SH.UniqueLangConstraintComponent)
        if isinstance(result.path, BlankNode):
            path = Path.read(result.path, result.path_triples)
            steps = list(path.follow(self._dataset.store, result.focus)) if path else []
            places = [self._placing.of(*step.triple) for step in steps if many or step.value == result.value]
            return max(places) if places else self._subject(result)
        if result.focus in self._dataset.subjects:
            return self._placing.of(result.focus, result.path, result.value, last=many)
        return self._subject(result)

    def _subject(self, result: _Result) -> Place:
        """Where a thing is described or, where nothing describes it, where the path of the outer shape names it."""
        if result.focus not in self._dataset.subjects:
            for path in self._shapes.outer_paths(result.shape):
                for step in path.follow(self._dataset.store, result.focus, back=True):
                    return self._placing.of(*step.triple)
        return self._placing.subject(result.focus)


@dataclass(frozen=True)
class _Result:
    """One sh:ValidationResult."""

    node: Node
    shape: Node | None
    focus: Term
    path: Term | None
    path_triples: tuple[Triple, ...]
    value: Term | None
    component: Node | None
    severity: Node | None
    message: Node | None

    def order(self) -> tuple[str, ...]:
        """What sorts results, so that two runs tell the same."""
        return tuple(map(str, (self.focus, self.shape, self.value, self.component)))

    @staticmethod
    def read(report: rdflib.Graph, node: Node) -> _Result:
        """The result that a node of a report stands for."""
        focus = to_term(report.value(node, SH.focusNode))
        assert focus is not None
        path = report.value(node, SH.resultPath)
        return _Result(
            node,
            report.value(node, SH.sourceShape),
            focus,
            to_term(path),
            tuple(_description(report, path)),
            to_term(report.value(node, SH.value)),
            report.value(node, SH.sourceConstraintComponent),
            report.value(node, SH.resultSeverity),
            report.value(node, SH.resultMessage, any=True),
        )


def _description(report: rdflib.Graph, node: Node | None) -> Iterator[Triple]:
    if isinstance(node, rdflib.BNode):
        for predicate, value in report.predicate_objects(node):
            yield Triple(*map(to_term, (node, predicate, value)))  # type: ignore[arg-type]
            yield from _description(report, value)
