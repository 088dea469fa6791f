"""What is known of a question once it has been asked: all that its page shows. Worked out in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pyoxigraph import BlankNode, NamedNode, Triple

from defkg.answer import Answer, ask, values_of
from defkg.citation import Citation, Comparison, compare
from defkg.engine import Problem
from defkg.naming import labels
from defkg.question import QuestionError
from defkg.question.absence import asks_for_absence
from defkg.table import Table
from defkg.views import draw
from defkg.web.asker import Asker
from defkg.web.questions.formats import GRAPHS
from defkg.web.questions.paging import cut
from defkg.web.questions.reasons import Reason, reasons
from defkg.web.questions.request import Asked, heed
from defkg.web.questions.silence import SPENT, Other, instead

SHOWN = 1_000
T = TypeVar("T")


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
        silence: whether no row means that no document states it; None where that took too long to find out.
        reasons: why the row that was asked for holds.
        missing: what could not be told besides, each in words.
    """

    answer: Answer
    total: int
    picture: str = ""
    citation: Citation | None = None
    comparison: Comparison | None = None
    others: list[Other] = field(default_factory=list)
    absence: bool = False
    silence: bool | None = False
    reasons: list[Reason] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing has failed; what has may be there when the question is asked again."""
        return not self.missing and self.silence is not None and not any(other.failed for other in self.others)


class _Besides:
    """What a page shows besides its rows, and does without where it is not to be had; `missing` says so."""

    def __init__(self) -> None:
        self.missing: list[str] = []

    def get(self, what: str, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except Problem as problem:
            if problem.status in SPENT:
                raise
            self.missing.append(f"{what}: {problem.detail}.")
            return None


def find(asker: Asker, asked: Asked) -> Found:
    """Asks a question, and all that its page needs besides.

    Raises:
        Problem: there is no answer.
    """
    heed(asked, "html")
    question, besides = asked.question, _Besides()
    table, total = asker.counted(question.bind(asked.values))
    shown = _statements if asked.form in GRAPHS else _sourced
    answer = shown(asker, asked, table, total, besides)
    citation = None if table is None or _unnamed(table) else Citation.of(table, asker.site.engine.digest)
    others, silence = ([], False) if total else instead(asker, asked)
    why = besides.get("Why the row holds cannot be told", lambda: _reasons(asker, asked, answer, besides))
    return Found(
        answer,
        total,
        picture(asked, answer) if total <= SHOWN else "",
        citation,
        compare(asked.citation, citation, _of_then(asker, asked)) if asked.citation and citation else None,
        others,
        asks_for_absence(question.sparql),
        silence,
        why or [],
        besides.missing,
    )


def picture(asked: Asked, answer: Answer) -> str:
    """An answer as its question's head wants it drawn; empty where that is as a table, or its columns do not fit."""
    shown, question = asked.question.view, asked.question
    if shown.kind == "table" or asked.form != "SELECT":
        return ""
    table = answer.table
    return draw(shown.kind, shown.columns, table.variables, table.rows, answer.labels, question.title) or ""


def _sourced(asker: Asker, asked: Asked, table: Table | None, total: int, besides: _Besides) -> Answer:
    """The rows that are shown with their sources, or without them where that takes too much."""
    question = asked.question
    if table is None or total > SHOWN:
        question = replace(question, sparql=cut(question.sparql, SHOWN, 0))
        table = asker.table(question.bind(asked.values))
    try:
        found = ask(asker.select, asker.site.rules, question, asked.values)
    except Problem as problem:
        if problem.status in SPENT:
            raise
        besides.missing += [f"The sources of the rows cannot be told: {problem.detail}."] if total else []
        return _plain(asker, asked, table, besides)
    shown = Table(table.variables, found.table.rows)
    return replace(found, sparql=asked.question.bind(asked.values), table=shown, question=asked.question)


def _statements(asker: Asker, asked: Asked, table: Table | None, _total: int, besides: _Besides) -> Answer:
    """The triples that are shown; none where they are too many to be taken apart."""
    shown = Table(table.variables, table.rows[:SHOWN]) if table else Table([], [])
    return _plain(asker, asked, shown, besides)


def _plain(asker: Asker, asked: Asked, table: Table, besides: _Besides) -> Answer:
    """Rows without sources, with what their things are called."""
    terms = [*asked.values.values(), *(term for row in table.rows for term in row.values())]
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    known = besides.get("What the things are called cannot be told", lambda: labels(asker.select, iris)) or {}
    return Answer(asked.question.bind(asked.values), table, labels=known, question=asked.question, values=asked.values)


def _reasons(asker: Asker, asked: Asked, answer: Answer, besides: _Besides) -> list[Reason]:
    rows = len(answer.table.rows)
    why: Sequence[Triple] = answer.inferred[asked.why - 1] if asked.why and asked.why <= len(answer.inferred) else ()
    if asked.why and asked.why > rows:
        besides.missing.append(f"There is no row {asked.why} to explain: this page shows {rows:,}.")
    elif asked.why and not why:
        besides.missing.append(f"Row {asked.why} rests on nothing that is known to be inferred.")
    return reasons(asker.select, asker.site.rules, why) if why else []


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


def _unnamed(table: Table) -> bool:
    """Whether there are blank nodes in it, which no digest can tell from others."""
    return any(isinstance(term, BlankNode) for row in table.rows for term in row.values())
