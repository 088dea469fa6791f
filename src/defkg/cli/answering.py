"""A question answered in the shell: rows in a format, or a table that a person reads."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from defkg.cli.data import closed
from defkg.cli.output import check, refusals, write_answer, write_bytes
from defkg.cli.sheet import show
from defkg.project import ProjectError
from defkg.question import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from defkg.answer import Answer
    from defkg.dataset import Dataset
    from defkg.project import Project
    from defkg.question import Question
    from defkg.terms import Term


def reply(
    project: Project, question: Question, given: Mapping[str, str], form: str | None, sources: bool | None
) -> None:
    """Writes the answer of a question to standard output.

    Args:
        project: where it is asked.
        question: what is asked.
        given: its parameters' values as text.
        form: the format; None for a table on a terminal, and CSV in a pipe.
        sources: whether each row comes with its documents; None: in a table.

    Raises:
        ProjectError: there is no answer; the text says why.
    """
    dataset = closed(project)
    form = form or ("table" if sys.stdout.isatty() else "csv")
    has_rows = _has_rows(question)
    if sources and (form == "turtle" or not has_rows):
        raise ProjectError("--sources is for an answer with rows, as table, csv, json, xml or tsv; leave it out")
    try:
        with refusals():
            values = _values(dataset, question, given)
            bound = question.bind(values)
            check(dataset.store, bound)
            if not has_rows or (form not in ("table", "turtle") and not sources):
                write_answer(dataset.store, bound, form)
            elif form == "table":
                show(_answer(dataset, question, values), sources is not False)
            else:
                write_bytes(
                    _triples(dataset, bound) if form == "turtle" else _rows(_answer(dataset, question, values), form)
                )
    except QuestionError as error:
        raise ProjectError(str(error)) from error


def _values(dataset: Dataset, question: Question, given: Mapping[str, str]) -> dict[str, Term]:
    from defkg.answer import values_of
    from defkg.naming import Names

    return values_of(question, Names.of_questions(dataset.select, [question]), given)


def _has_rows(question: Question) -> bool:
    """Whether its answer has rows, as a true ASK has one without values, and is not a graph."""
    from defkg.question.binding import form

    return form(question.sparql) in ("SELECT", "ASK")


def _answer(dataset: Dataset, question: Question, values: Mapping[str, Term]) -> Answer:
    from defkg.answer import ask
    from defkg.inference import rules
    from defkg.terms import ONTOLOGY_GRAPH

    return ask(dataset.select, rules(dataset.graph(ONTOLOGY_GRAPH)), question, values)


def _rows(answer: Answer, form: str) -> bytes:
    from defkg.table import Unwritable

    try:
        return answer.with_sources().write(form)
    except Unwritable as error:
        raise ProjectError(f"this cannot be written as {form} with sources: {error}") from error


def _triples(dataset: Dataset, sparql: str) -> bytes:
    from defkg.answer import grounds
    from defkg.provenance import Untold

    try:
        return grounds(dataset.select, sparql)
    except Untold as reason:
        raise ProjectError(f"this cannot be written as turtle: {reason}") from reason
