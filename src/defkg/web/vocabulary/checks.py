"""The rules that are no shapes: queries over the graph, and what is checked in code; as triples and for the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from defkg.finding import Severity
from defkg.rulebook import Rule
from defkg.terms import BASE, CHECKS, RDFS, SH
from defkg.web.asker import Asker


def check_statements(asker: Asker) -> list[Triple]:
    """What is said of each rule: its title, its reason, and whether it is an error."""
    return [triple for rule in asker.site.checks for triple in _said(rule)]


def check_values(asker: Asker, _: Sequence[Triple]) -> dict[str, object]:
    """The values of the template."""
    rules = [(rule.iri.removeprefix(CHECKS), rule) for rule in asker.site.checks]
    return {"rules": sorted(rules, key=lambda pair: pair[0])}


def _said(rule: Rule) -> Iterator[Triple]:
    node = NamedNode(rule.iri)
    severity = "Violation" if rule.severity is Severity.ERROR else "Warning"
    yield Triple(node, NamedNode(RDFS + "label"), Literal(rule.title, language="en"))
    yield Triple(node, NamedNode(RDFS + "comment"), Literal(rule.reason, language="en"))
    yield Triple(node, NamedNode(RDFS + "isDefinedBy"), NamedNode(BASE + "checks"))
    yield Triple(node, NamedNode(SH + "severity"), NamedNode(SH + severity))
