"""A difference for machines: as JSON, and as RDF."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import dropwhile
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple

from defkg.dataset import quads
from defkg.difference.answers import Answer
from defkg.difference.comparing import Difference
from defkg.difference.facts import Fact
from defkg.difference.prose import notes
from defkg.difference.state import MERGED, State
from defkg.finding import Finding
from defkg.terms import DCTERMS, INFERRED_GRAPH, PREFIXES, RDF, SHAPES_GRAPH, TYPE, XSD, Term

CHANGESET = "http://purl.org/vocab/changeset/schema#"


def as_json(found: Difference) -> str:
    """A difference as one JSON object; nothing is left out, and the order is stable.

    Keys: ``old``, ``new`` (names of the sides), ``different``; ``things`` with ``added``, ``removed`` (``iri``,
    ``kind``, ``label``) and ``renamed`` (``from``, ``to``, ``kind``, ``label``); ``facts`` (``change``, ``subject``,
    ``predicate``, ``graph``, ``old``, ``new``, ``held``); ``evidence`` (``graph`` and counts); ``inferred`` with
    ``added`` and ``removed`` (``subject``, ``predicate``, ``object``, ``rule``, ``axiom``); ``questions`` with
    ``added``, ``removed``, ``edited``, ``untried`` and ``answers`` (``question``, ``title``, ``parameters``,
    ``gained``, ``lost``); ``rules`` with ``added``, ``removed``, ``edited``; ``findings`` with ``gained`` and ``lost``,
    each as `defkg check` writes it; ``notes``.

    A value is an object with ``type``, ``value`` and, where it has one, ``xml:lang`` or ``datatype``.
    Source: SPARQL 1.1 Query Results JSON Format (W3C), section 3.2.2, encoding RDF terms.
    """
    members = {
        "old": found.old.name,
        "new": found.new.name,
        "different": bool(found),
        "things": _things(found),
        "facts": [_fact(fact) for fact in found.facts],
        "evidence": [{**vars(e), "graph": _iri(e.graph)} for e in found.evidence],
        "inferred": {"added": _inferred(found, found.inferred), "removed": _inferred(found, found.lost)},
        "questions": _questions(found),
        "rules": vars(found.rules),
        "findings": {"gained": list(map(_finding, found.gained)), "lost": list(map(_finding, found.mended))},
        "notes": notes(found),
    }
    return json.dumps(members, ensure_ascii=False, indent=2) + "\n"


def as_turtle(found: Difference) -> str:
    """A difference as Turtle, in the Changeset vocabulary: a ``cs:ChangeSet`` for each subject.

    Its additions and removals are RDF statements, each with the graph that states it as ``dcterms:isPartOf``; what is
    inferred is part of the inferred graph. Of a renamed thing the new IRI ``dcterms:replaces`` the old one, and its
    triples are written out on both sides. All quads are here, passages too; taking the removals from the old side and
    adding the additions gives the new one. There are blank nodes: the statements of a change need no names.

    Source: Changeset vocabulary (http://purl.org/vocab/changeset/schema), RDF 1.1 Schema (W3C), section 5.3.
    """
    triples = list(_renamed(found))
    for number, (subject, changes) in enumerate(sorted(_changes(found).items(), key=lambda item: str(item[0]))):
        triples += _changeset(subject, f"c{number}", sorted(changes, key=str))
    prefixes = {**PREFIXES, "cs": CHANGESET}
    written = (pyoxigraph.serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()
    lines = written.splitlines(keepends=True)
    body = "".join(dropwhile(lambda line: line.startswith("@prefix "), lines))  # which come in any order
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.items())) + body


def _things(found: Difference) -> dict[str, Any]:
    def told(iri: NamedNode) -> dict[str, Any]:
        kind = found.kind(iri)
        return {"iri": iri.value, "kind": kind.value if kind else None, "label": found.label(iri) or None}

    renamed = [
        {"from": ours.value, "to": theirs.value} | {k: v for k, v in told(theirs).items() if k != "iri"}
        for ours, theirs in sorted(found.renamed.items(), key=str)
    ]
    return {"added": list(map(told, found.added)), "removed": list(map(told, found.removed)), "renamed": renamed}


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "change": fact.change,
        "subject": _iri(fact.subject),
        "predicate": fact.predicate.value,
        "graph": _iri(fact.graph),
        "old": _value(fact.old),
        "new": _value(fact.new),
        "held": fact.held,
    }


def _inferred(found: Difference, triples: Iterable[Triple]) -> list[dict[str, Any]]:
    return [
        {
            "subject": _iri(triple.subject),
            "predicate": triple.predicate.value,
            "object": _value(triple.object),
            "rule": rule.name if (rule := found.reasons.get(triple)) else None,
            "axiom": rule.axiom if rule else None,
        }
        for triple in triples
    ]


def _questions(found: Difference) -> dict[str, Any]:
    told = found.answers
    members = {"added": told.added, "removed": told.removed, "edited": told.edited, "untried": told.untried}
    return {**members, "answers": list(map(_answer, told.changed))}


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question.name,
        "title": answer.question.title,
        "parameters": {name: _value(term) for name, term in answer.values.items()},
        "gained": [{name: _value(term) for name, term in row} for row in answer.gained],
        "lost": [{name: _value(term) for name, term in row} for row in answer.lost],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.name.lower(),
        "rule": finding.rule,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "message": finding.message,
        "hint": finding.hint,
    }


def _value(term: Term | None) -> dict[str, str] | None:
    if term is None:
        return None
    if not isinstance(term, Literal):
        return {"type": "uri", "value": _iri(term)}
    tag = {"xml:lang": term.language} if term.language else {}
    plain = term.language or term.datatype.value == XSD + "string"
    return {"type": "literal", "value": term.value, **tag, **({} if plain else {"datatype": term.datatype.value})}


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _renamed(found: Difference) -> Iterator[Triple]:
    for ours, theirs in sorted(found.renamed.items(), key=str):
        yield Triple(theirs, NamedNode(DCTERMS + "replaces"), ours)


def _changes(found: Difference) -> dict[Term, list[tuple[str, Quad]]]:
    before, after = _quads(found.old), _quads(found.new)
    by_subject: dict[Term, list[tuple[str, Quad]]] = defaultdict(list)
    for word, changed in (("removal", before - after), ("addition", after - before)):
        for quad in changed:
            by_subject[quad.subject].append((word, quad))
    return by_subject


def _quads(state: State) -> set[Quad]:
    return {*state.stated, *quads(state.inferred, INFERRED_GRAPH), *quads(state.shapes, SHAPES_GRAPH)}


def _changeset(subject: Term, name: str, changes: list[tuple[str, Quad]]) -> Iterator[Triple]:
    node = BlankNode(name)
    yield Triple(node, TYPE, NamedNode(CHANGESET + "ChangeSet"))
    yield Triple(node, NamedNode(CHANGESET + "subjectOfChange"), subject)
    for number, (word, _) in enumerate(changes):
        yield Triple(node, NamedNode(CHANGESET + word), BlankNode(f"{name}s{number}"))
    for number, (_, quad) in enumerate(changes):
        yield from _statement(BlankNode(f"{name}s{number}"), quad)


def _statement(node: BlankNode, quad: Quad) -> Iterator[Triple]:
    yield Triple(node, TYPE, NamedNode(RDF + "Statement"))
    yield Triple(node, NamedNode(RDF + "subject"), quad.subject)
    yield Triple(node, NamedNode(RDF + "predicate"), quad.predicate)
    yield Triple(node, NamedNode(RDF + "object"), quad.object)
    if isinstance(quad.graph_name, NamedNode) and quad.graph_name != MERGED:
        yield Triple(node, NamedNode(DCTERMS + "isPartOf"), quad.graph_name)
