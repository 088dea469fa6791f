"""An answer as a person reads it: labels instead of IRIs, and in words what was asked."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from defkg.answer import Answer
from defkg.question.absence import asks_for_absence, is_silence
from defkg.terms import ID, Term, compact
from defkg.views import beside

SILENT = "no document states it"
UNFITTING = "nothing in this graph fits"
ABSENT = f"{UNFITTING}, and the question also asks for what is absent"


def columns(answer: Answer) -> list[str]:
    """The columns but those that name the things of another: ``jwgLabel`` beside ``jwg`` is shown in its place."""
    names = answer.table.variables
    return [name for name in names if beside.subject(name, names) == name]


def cell(answer: Answer, row: Mapping[str, Term], name: str) -> str:
    """What stands in a cell: for a thing its label, for nothing the empty text."""
    return beside.text(row, name, answer.labels)


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
    """How many rows there are, or what an ASK says, in words; of a question that finds nothing, what that means."""
    count = len(answer.table.rows)
    if count:
        return "true" if answer.boolean else f"{count:,} row{'s' if count > 1 else ''}"
    nothing = "no row" if answer.boolean is None else "false"
    if answer.question is None:
        return nothing
    if is_silence(answer.question, answer.values):
        return f"{nothing}: {SILENT}"
    return f"{nothing}: {ABSENT if asks_for_absence(answer.question.sparql) else UNFITTING}"


def _value(answer: Answer, term: Term) -> str:
    if isinstance(term, NamedNode):
        return answer.labels.get(term.value) or compact(term.value)
    return term.value if isinstance(term, Literal) else str(term)
