"""An answer as a person reads it: labels instead of IRIs, and in words what was asked."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from defkg.answer import Answer
from defkg.terms import ID, Term, compact

NOTHING = "no row: no document states it"
_LABEL = "Label"


def columns(answer: Answer) -> list[str]:
    """The columns but those that are the labels of another: ``jwgLabel`` beside ``jwg`` is shown in its place."""
    names = list(answer.table.variables)
    return [name for name in names if not (name.endswith(_LABEL) and name.removesuffix(_LABEL) in names)]


def cell(answer: Answer, row: Mapping[str, Term], name: str) -> str:
    """What stands in a cell: for a thing its label, for nothing the empty text."""
    term, label = row.get(name), row.get(name + _LABEL)
    if isinstance(label, Literal) and not isinstance(term, Literal):
        return label.value
    if isinstance(term, NamedNode):
        return answer.labels.get(term.value) or compact(term.value)
    return "" if term is None else term.value if isinstance(term, Literal) else str(term)


def document(iri: str) -> str:
    """A document's short name."""
    return iri.removeprefix(ID + "source/")


def asked(answer: Answer) -> str:
    """What was asked, with what was given; empty for a query of the asker's own."""
    question = answer.question
    if question is None:
        return ""
    titles = {parameter.name: parameter.label for parameter in question.parameters}
    given = ", ".join(f"{titles[name]}: {_value(answer, term)}" for name, term in answer.values.items())
    return f"{question.title} ({given})" if given else question.title


def counted(answer: Answer) -> str:
    """How many rows there are, in words."""
    count = len(answer.table.rows)
    return f"{count:,} row{'s' if count > 1 else ''}" if count else NOTHING


def _value(answer: Answer, term: Term) -> str:
    if isinstance(term, NamedNode):
        return answer.labels.get(term.value) or compact(term.value)
    return term.value if isinstance(term, Literal) else str(term)
