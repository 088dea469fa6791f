"""Why a row holds: for each inferred triple behind it, the rule and what the rule was given, down to the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from defkg.explanation import Derivation, Explainer
from defkg.holding import Select
from defkg.inference import Rule
from defkg.naming import labels
from defkg.terms import Term, show
from defkg.web.questions.table import Cell, document, thing

MOST = 20


@dataclass(frozen=True)
class Reason:
    """A triple that holds, and why.

    Attributes:
        parts: subject, predicate and object, as they are called.
        rule: the rule that made it, in words; empty where it is asserted.
        premises: what the rule was given.
        documents: where it is asserted.
    """

    parts: list[Cell]
    rule: str
    premises: list[Reason]
    documents: list[Cell]


def reasons(select: Select, rules: Sequence[Rule], triples: Sequence[Triple]) -> list[Reason]:
    """The reasons of the first `MOST` of some inferred triples."""
    explainer = Explainer(select, rules)
    found = [told for triple in triples[:MOST] if (told := explainer.explain(triple))]
    known = labels(select, {iri for derivation in found for iri in _iris(derivation)})
    return [_reason(derivation, known) for derivation in found]


def _reason(derivation: Derivation, known: Mapping[str, str]) -> Reason:
    rule = derivation.rule
    return Reason(
        [_part(term, known) for term in derivation.triple],
        f"{rule.axiom} ({rule.name})" if rule else "",
        [_reason(premise, known) for premise in derivation.premises],
        [document(iri, known) for iri in derivation.documents],
    )


def _part(term: Term, known: Mapping[str, str]) -> Cell:
    return thing(term.value, known) if isinstance(term, NamedNode) else Cell(show(term))


def _iris(derivation: Derivation) -> Iterator[str]:
    yield from (term.value for term in derivation.triple if isinstance(term, NamedNode))
    yield from derivation.documents
    for premise in derivation.premises:
        yield from _iris(premise)
