"""Questions and queries answered: rows with their sources, what they were asked of, and how to cite them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from defkg import answer as answers
from defkg.answer import Answer
from defkg.citation import Citation
from defkg.executable import LIBRARY
from defkg.inference import Rule
from defkg.linter import lint
from defkg.linter.patterns import LONGEST, outline
from defkg.mcp import reading, showing
from defkg.mcp.asking import MOST, NTRIPLES, Asker, content, is_small
from defkg.mcp.results import Row, Rows, Value
from defkg.mcp.tracing import Tracer, shown
from defkg.question import Question
from defkg.question.absence import is_silence
from defkg.question.binding import form
from defkg.table import Table
from defkg.terms import Term, show

SILENT = "Not stated in any of the documents. That is no denial: the documents do not say."
UNFITTING = (
    "Nothing in the graph fits. That does not mean that the documents are silent: the question also compares, counts "
    "or asks for what is absent, as its query says."
)
_FOUND_NOTHING = (
    "The query found nothing. That alone means neither that the documents are silent nor that they deny it: a query "
    "may also ask for what is absent."
)
_FALSE = _FOUND_NOTHING.replace("The query found nothing", "That is false of this graph")
_WARNINGS = 10
_TRIPLE = ("subject", "predicate", "object")


@dataclass(frozen=True)
class Page:
    """Which rows are shown: so many at most, from the one numbered `offset`."""

    limit: int
    offset: int = 0


@dataclass
class Answering:
    """Answers over one graph.

    Attributes:
        asker: what asks its engine.
        rules: by which its triples were inferred.
        digest: which dataset it is.
        terms: the IRIs that its ontology declares.
    """

    asker: Asker
    rules: Sequence[Rule]
    digest: str
    terms: frozenset[str] = frozenset()

    @cached_property
    def _tracer(self) -> Tracer:
        return Tracer(self.asker, self.rules)

    def question(self, question: Question, values: Mapping[str, Term], page: Page) -> Rows:
        """The answer of a question of the library.

        Raises:
            Problem: there is none.
        """
        sparql = question.bind(values)
        if form(question.sparql) in ("CONSTRUCT", "DESCRIBE"):
            rows, known = self._query(sparql, page), self._tracer.labels(values.values())
        else:
            found = self._tracer.traced(sparql, lambda s: answers.ask(s, self.rules, question, values))
            rows, known = self._rows(found, page), dict(found.labels)
            rows.cite = self._cited(question, values, found.table)
        rows.question, rows.title, rows.description = question.name, question.title, question.description
        rows.parameters = {name: showing.value(term, known) for name, term in values.items()}
        if not rows.row_count:
            meant = SILENT if is_silence(question, values) else UNFITTING
            rows.message = f"{meant} Looked for: {_asked(question, values, known)}"
        return rows

    def _cited(self, question: Question, values: Mapping[str, Term], table: Table) -> str:
        given = {name: getattr(term, "value", str(term)) for name, term in values.items()}
        return f"{LIBRARY}{question.name}?{Citation.of(table, self.digest).query(given)}"

    def query(self, sparql: str, page: Page) -> Rows:
        """The answer of any query, with what in it is probably not meant.

        Raises:
            Problem: there is none.
        """
        result = self._query(sparql, page)
        if len(sparql) <= LONGEST:
            result.warnings = [f"Line {w.line}: {w.message}" for w in lint(sparql, self.terms)][:_WARNINGS]
        if not result.row_count:
            result.message = _FOUND_NOTHING if result.boolean is None else _FALSE
        return result

    def _query(self, sparql: str, page: Page) -> Rows:
        with content(self.asker.answer(sparql)) as (reply, data):
            if reply.media_type == NTRIPLES:
                return self._triples(sparql, reading.triples(data, page.offset, page.limit), reply.rows or 0, page)
            if reply.rows is None:
                return self._truth(sparql, reading.truth(data))
            if not is_small(reply):
                return self._many(sparql, reading.table(data, page.offset, page.limit), reply.rows, page)
            table = reading.table(data, 0, MOST)
        return self._traced(sparql, table, page)

    def _truth(self, sparql: str, true: bool) -> Rows:
        result = self._traced(sparql, Table([], [{}] if true else []), Page(1))
        result.boolean = true
        return result

    def _traced(self, sparql: str, rows: Table, page: Page) -> Rows:
        found = self._tracer.traced(sparql, lambda s: answers.query(s, self.rules, sparql), rows)
        return self._rows(_ordered(found), page)

    def _rows(self, found: Answer, page: Page) -> Rows:
        longest, end = showing.longest(len(found.table.variables)), page.offset + page.limit
        rows = [_row(found, number, longest) for number in range(len(found.table.rows))[page.offset : end]]
        shown = showing.fill(rows, lambda row: len(row.model_dump_json(exclude_none=True)))
        result = self._result(found.sparql, found.table.variables, shown, len(found.table.rows), page)
        result.sources_untold = found.untold or None
        result.rows_sha256, result.boolean = found.table.digest(), found.boolean
        self._add_documents(result, found.labels)
        return result

    def _result(self, sparql: str, columns: Sequence[str], shown: list[Row], total: int, page: Page) -> Rows:
        said, left = showing.shorten(sparql, 4_000)
        result = Rows(dataset_sha256=self.digest, sparql=said + (f"\n# {left:,} characters more" if left else ""))
        result.columns, result.rows, result.row_count, result.offset = list(columns), shown, total, page.offset
        result.next_offset = showing.next_offset(page.offset, len(shown), total)
        if total and not shown:
            result.message = f"There are {total:,} rows, and none from {page.offset:,} on."
        elif len(shown) < total:
            result.message = f"{len(shown):,} of {total:,} rows are shown; next_offset leads to the others."
        return result

    def _add_documents(self, result: Rows, known: Mapping[str, str]) -> None:
        iris = {iri for row in result.rows for iri in row.sources or ()}
        result.documents, result.documents_left_out = showing.documents(self.asker.select, iris, known)

    def _many(self, sparql: str, table: Table, total: int, page: Page) -> Rows:
        untold = f"they are told of answers of up to {MOST:,} rows; narrow the query, or give it a LIMIT"
        known = self._tracer.labels(term for row in table.rows for term in row.values())
        found = Answer(sparql, table, untold=untold, labels=known)
        shown = self._rows(found, Page(page.limit)).rows
        result = self._result(sparql, table.variables, shown, total, page)
        result.sources_untold = untold
        return result

    def _triples(self, sparql: str, triples: Sequence[Triple], total: int, page: Page) -> Rows:
        held, untold = self._tracer.held(triples)
        rows = [dict(zip(_TRIPLE, (t.subject, t.predicate, t.object), strict=True)) for t in triples]
        known = self._tracer.labels(term for row in rows for term in row.values())
        known |= self._tracer.labels(NamedNode(iri) for told in held.values() for iri in told[0])
        found = Answer(sparql, Table(_TRIPLE, rows), labels=known)
        shown = self._rows(found, Page(page.limit)).rows
        for row, triple in zip(shown, triples, strict=False):
            if triple in held:
                row.sources, row.more_sources = showing.sources(held[triple][0])
                row.inferred = held[triple][1] or None
        result = self._result(sparql, _TRIPLE, shown, total, page)
        result.sources_untold = untold or None
        self._add_documents(result, known)
        return result


def _row(found: Answer, number: int, longest: int) -> Row:
    cells = found.table.rows[number]
    row = Row(values={name: _cell(cells[name], found, longest) for name in found.table.variables if name in cells})
    if found.sources is not None:
        row.sources, row.more_sources = showing.sources(found.sources[number])
        row.inferred = shown(found.inferred[number]) or None
    return row


def _cell(term: Term, found: Answer, longest: int) -> Value:
    return showing.value(term, found.labels, longest)


def _ordered(found: Answer) -> Answer:
    """The rows in an order that is the same the next time, where the query gives none."""
    shape = outline(found.sparql)
    if shape is None or any(token.keyword == "ORDER" and token.depth == 0 for token in shape.tail):
        return found
    rows = found.table.rows
    order = sorted(range(len(rows)), key=lambda number: str(sorted((n, str(t)) for n, t in rows[number].items())))
    return replace(
        found,
        table=Table(found.table.variables, [rows[number] for number in order]),
        sources=None if found.sources is None else [found.sources[number] for number in order],
        inferred=[found.inferred[number] for number in order] if found.inferred else (),
    )


def _asked(question: Question, values: Mapping[str, Term], known: Mapping[str, str]) -> str:
    given = [f"{p.label or p.name}: {_named(values[p.name], known)}" for p in question.parameters if p.name in values]
    return f"{question.title} ({'; '.join(given)})" if given else question.title


def _named(term: Term, known: Mapping[str, str]) -> str:
    return known.get(term.value, show(term)) if isinstance(term, NamedNode) else show(term)
