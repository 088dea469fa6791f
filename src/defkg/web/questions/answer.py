"""What is known of a question once it has been asked: all that its page shows. Worked out in a thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pyoxigraph import BlankNode

from defkg.answer import Answer, ask, values_of
from defkg.engine import Problem
from defkg.question import QuestionError
from defkg.table import Table
from defkg.views import draw
from defkg.web.questions.asker import Asker
from defkg.web.questions.citation import Citation, Comparison, compare
from defkg.web.questions.paging import cut
from defkg.web.questions.reasons import Reason, reasons
from defkg.web.questions.request import Asked
from defkg.web.questions.silence import Other, asks_for_absence, others

SHOWN = 1_000


@dataclass(frozen=True)
class Found:
    """What a question's page tells.

    Attributes:
        answer: the rows that are shown, with their sources.
        total: how many rows there are.
        picture: the answer as SVG; empty where no view fits.
        citation: how to cite it; None where it cannot be cited.
        comparison: what was cited beside what there is now; None where nothing was.
        others: of an empty answer, what would have rows.
        absence: whether the question also asks for what is absent, so that no row does not mean that nothing is stated.
        reasons: why the row that was asked for holds.
    """

    answer: Answer
    total: int
    picture: str = ""
    citation: Citation | None = None
    comparison: Comparison | None = None
    others: list[Other] = field(default_factory=list)
    absence: bool = False
    reasons: list[Reason] = field(default_factory=list)


def find(asker: Asker, asked: Asked) -> Found:
    """Asks a question, and all that its page needs besides.

    Raises:
        Problem: there is no answer.
    """
    question = asked.question
    table, total = asker.counted(question.bind(asked.values))
    answer = _sourced(asker, asked, table, total)
    citation = None if table is None or _unnamed(table) else Citation.of(table, asker.site.engine.digest)
    why = answer.inferred[asked.why - 1] if asked.why and asked.why <= len(answer.inferred) else ()
    return Found(
        answer,
        total,
        picture(asked, answer) if total <= SHOWN else "",
        citation,
        compare(asked.citation, citation, _of_then(asker, asked)) if asked.citation and citation else None,
        [] if total else others(asker.select, question, dict(asked.values)),
        asks_for_absence(question),
        reasons(asker.select, asker.site.rules, why) if why else [],
    )


def picture(asked: Asked, answer: Answer) -> str:
    """An answer as its question's head wants it drawn; empty where that is as a table, or its columns do not fit."""
    shown, question = asked.question.view, asked.question
    if shown.kind == "table":
        return ""
    table = answer.table
    return draw(shown.kind, shown.columns, table.variables, table.rows, answer.labels, question.title) or ""


def _sourced(asker: Asker, asked: Asked, table: Table | None, total: int) -> Answer:
    """The rows that are shown with their sources, or without them where that takes too much."""
    question = asked.question
    if table is None or total > SHOWN:
        question = replace(question, sparql=cut(question.sparql, SHOWN, 0))
        table = asker.table(question.bind(asked.values))
    try:
        found = ask(asker.select, asker.site.rules, question, asked.values)
    except Problem as problem:
        if problem.status in (429, 503):
            raise
        return _plain(asked, table, problem.detail)
    shown = Table(table.variables, found.table.rows)
    return replace(found, sparql=asked.question.bind(asked.values), table=shown, question=asked.question)


def _of_then(asker: Asker, asked: Asked) -> Table | None:
    """The rows over the dataset that is cited, by the question as it was; None where they are not to be had."""
    site = asker.site.earlier.get(asked.citation.dataset) if asked.citation else None
    question = site.questions.get(asked.question.name) if site else None
    if site is None or question is None:
        return None
    try:
        return asker.over(site).table(question.bind(values_of(question, site.names, asked.given)))
    except (QuestionError, Problem):
        return None


def _plain(asked: Asked, table: Table, why: str) -> Answer:
    sparql = asked.question.bind(asked.values)
    return Answer(sparql, table, untold=why, question=asked.question, values=asked.values)


def _unnamed(table: Table) -> bool:
    """Whether there are blank nodes in it, which no digest can tell from others."""
    return any(isinstance(term, BlankNode) for row in table.rows for term in row.values())
