"""A difference in words: sections of grouped lines, which text and Markdown share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from defkg.difference.answers import Answer, Row
from defkg.difference.comparing import Difference
from defkg.difference.facts import Evidence, Fact
from defkg.finding import Finding
from defkg.terms import BASE, ID, TYPE, XSD, Term, compact, show

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_PLAIN = (XSD + "string", XSD + "integer")


@dataclass(frozen=True)
class Line:
    """One change: ``+``, ``-`` or ``~``, and its words; the heading it stands under may be empty."""

    heading: str
    sign: str
    words: str


@dataclass(frozen=True)
class Section:
    """What changed of one kind; ``unit`` and ``units`` count its lines."""

    title: str
    lines: list[Line]
    unit: str
    units: str

    @property
    def count(self) -> str:
        """How many lines it has, in words."""
        return f"{len(self.lines)} {self.unit if len(self.lines) == 1 else self.units}"


def sections(found: Difference) -> list[Section]:
    """What differs, the most telling first; sections with nothing in them are left out."""
    say = _Words(found)
    every = [
        Section("Things", list(say.things()), "thing", "things"),
        Section("Facts", [say.fact(fact) for fact in found.facts], "fact", "facts"),
        Section("Evidence", [say.evidence(e) for e in found.evidence], "document's passages", "documents' passages"),
        Section("Now inferred", list(say.inferred(found.inferred, "+")), "new inference", "new inferences"),
        Section("No longer inferred", list(say.inferred(found.lost, "-")), "lost inference", "lost inferences"),
        Section("Answers", list(say.answers()), "row or question", "rows or questions"),
        Section("Shapes and checks", list(say.rules()), "rule", "rules"),
        Section("Newly failing", [say.finding(f, "+") for f in found.gained], "new finding", "new findings"),
        Section("No longer failing", [say.finding(f, "-") for f in found.mended], "mended finding", "mended findings"),
    ]
    return [section for section in every if section.lines]


class _Words:
    def __init__(self, found: Difference) -> None:
        self._found = found
        self._blank = found.old.words | found.new.words
        labels = {**found.old.labels, **found.new.labels}
        self._ambiguous = {label for label, count in Counter(labels.values()).items() if count > 1}

    def things(self) -> Iterator[Line]:
        for sign, iris in (("+", self._found.added), ("-", self._found.removed)):
            yield from (Line("", sign, self._thing(iri, self._found.label(iri))) for iri in iris)
        for ours, theirs in sorted(self._found.renamed.items(), key=str):
            before, after = self._found.old.labels.get(ours, ""), self._found.new.labels.get(theirs, "")
            label = before if before == after else f"{before} → {after}"
            yield Line("", "~", f"{self._thing(theirs, label)}, was {compact(ours.value)}")

    def fact(self, fact: Fact) -> Line:
        old, new = (self._value(term) if term is not None else "" for term in (fact.old, fact.new))
        value = f"{old} → {new}" if old and new else old or new
        held = "" if not fact.held else ", which held before" if fact.new is not None else ", which still holds"
        words = f"{show(fact.predicate)} {value}{held} [{self._graph(fact.graph)}]"
        return Line(self._heading(fact.subject), _SIGNS[fact.change], words)

    def evidence(self, e: Evidence) -> Line:
        passages = {"added": e.added, "removed": e.removed, "changed": e.changed}
        links = {"added": e.links_added, "removed": e.links_removed}
        counts = [f"passages {what}: {n}" for what, n in passages.items() if n]
        counts += [f"links to passages {what}: {n}" for what, n in links.items() if n]
        sentences = {"listed": e.sentences_added, "no longer listed": e.sentences_removed}
        counts += [f"sentences {what}: {n}" for what, n in sentences.items() if n]
        return Line("", "~", f"{self._graph(e.graph)}: {', '.join(counts)}")

    def inferred(self, triples: Iterable[Triple], sign: str) -> Iterator[Line]:
        """Named things come before those without a label, classes after other values."""
        for t in sorted(triples, key=lambda t: (not self._found.label(t.subject), str(t.subject), t.predicate == TYPE)):
            rule = self._found.reasons.get(t)
            why = f" by {rule.name}: {rule.axiom}" if rule else ""
            yield Line(self._heading(t.subject), sign, f"{show(t.predicate)} {self._value(t.object)}{why}")

    def answers(self) -> Iterator[Line]:
        told = self._found.answers
        for sign, names in (("+", told.added), ("-", told.removed), ("~", told.edited)):
            yield from (Line("Questions of the library", sign, name) for name in names)
        for answer in told.changed:
            yield from self._rows(answer)

    def _rows(self, answer: Answer) -> Iterator[Line]:
        given = ", ".join(f"{name} = {self._cell(term)}" for name, term in answer.values.items())
        heading = f"{answer.question.name}: {answer.question.title}" + (f" ({given})" if given else "")
        for sign, rows in (("+", answer.gained), ("-", answer.lost)):
            yield from (Line(heading, sign, self._row(row)) for row in rows)

    def _row(self, row: Row) -> str:
        """A label beside its thing is told once."""
        cells = {self._cell(term): name for name, term in reversed(row)}
        return ", ".join(f"{name} = {cell}" for cell, name in reversed(cells.items())) or "a row without values"

    def rules(self) -> Iterator[Line]:
        told = self._found.rules
        for sign, names in (("+", told.added), ("-", told.removed), ("~", told.edited)):
            yield from (Line("", sign, compact(name)) for name in names)

    def finding(self, finding: Finding, sign: str) -> Line:
        return Line(compact(finding.rule), sign, f"{finding.place} {finding.message}")

    def _thing(self, iri: NamedNode, label: str) -> str:
        kind = self._found.kind(iri)
        words = [compact(kind.value).partition(":")[2] if kind else "", label]
        return " ".join([*(word for word in words if word), compact(iri.value)])

    def _heading(self, term: Term) -> str:
        label = self._found.label(term)
        return f"{label} ({self._value(term, named=False)})" if label else self._value(term)

    def _value(self, term: Term, named: bool = True) -> str:
        if isinstance(term, NamedNode):
            label = self._found.label(term) if named and term.value.startswith(ID) else ""
            name = self._blank.get(term) or compact(term.value)
            return f"{label} ({name})" if label else name
        if isinstance(term, Literal):
            tag = f"@{term.language}" if term.language else ""
            kind = "" if tag or term.datatype.value in _PLAIN else f"^^{compact(term.datatype.value)}"
            return f"{show(term)}{tag}{kind}"
        return str(term)

    def _cell(self, term: Term) -> str:
        if isinstance(term, Literal):
            return term.value
        label = self._found.label(term) if str(term).startswith(f"<{ID}") else ""
        return label if label and label not in self._ambiguous else self._value(term)

    def _graph(self, graph: object) -> str:
        name = "" if isinstance(graph, DefaultGraph) else str(graph).strip("<>")
        return name.removeprefix(ID + "source/").removeprefix(BASE + "graph/")


def headed(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Lines that follow each other under one heading."""
    for heading, group in groupby(lines, key=lambda line: line.heading):
        yield heading, list(group)
