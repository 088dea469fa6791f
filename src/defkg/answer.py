"""A question's answer as every face shows it: rows, what their things are called, and the documents behind each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from defkg.holding import Select
from defkg.inference import Rule
from defkg.naming import Names, labels
from defkg.provenance import Untold, columns, triples
from defkg.provenance import answer as trace
from defkg.question import Question, QuestionError
from defkg.question.binding import form
from defkg.table import Table
from defkg.terms import PREFIXES, Term

SOURCES = "sources"


class Missing(QuestionError):
    """A parameter that has to be given was not."""


@dataclass(frozen=True)
class Answer:
    """What a query gave.

    Attributes:
        sparql: the query, its parameters bound.
        table: the rows.
        sources: for each row the IRIs of the documents that it rests on; None where that cannot be told.
        inferred: for each row the inferred triples that it rests on.
        untold: why sources cannot be told, in words.
        labels: what the things in the rows, the parameters and the sources are called.
        question: the question that was asked; None for a query of the asker's own.
        values: what its parameters are bound to.
    """

    sparql: str
    table: Table
    sources: Sequence[tuple[str, ...]] | None = None
    inferred: Sequence[tuple[Triple, ...]] = ()
    untold: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    question: Question | None = None
    values: Mapping[str, Term] = field(default_factory=dict)

    @property
    def boolean(self) -> bool | None:
        """The answer of an ASK, which has one row without values where it is true; None for a query with rows."""
        return bool(self.table.rows) if form(self.sparql) == "ASK" else None

    @property
    def documents(self) -> list[str]:
        """The IRIs of all documents behind the answer, sorted."""
        return sorted({iri for row in self.sources or () for iri in row})

    def with_sources(self) -> Table:
        """The rows with one column more: the IRIs of each row's documents, with a space between them.

        Raises:
            QuestionError: they cannot be told.
        """
        if self.sources is None:
            raise QuestionError(f"the sources cannot be told: {self.untold}")
        name = _unused(self.table.variables)
        rows = [{**row, name: Literal(" ".join(iris))} for row, iris in zip(self.table.rows, self.sources, strict=True)]
        return Table([*self.table.variables, name], rows)


def values_of(question: Question, names: Names, given: Mapping[str, str]) -> dict[str, Term]:
    """What is bound, from what an asker has given as text; nothing given is the default.

    Empty text leaves out an optional parameter that has a default.

    Raises:
        QuestionError: there is no such parameter, or a value is not of its type.
        Missing: a parameter without default is neither given nor optional.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    unknown = [name for name in given if name not in known]
    if unknown:
        takes = ", ".join(known) or "none"
        raise QuestionError(f"the question has no parameter {unknown[0]!r}; it takes {takes}")
    found = {}
    for name, parameter in known.items():
        text = given.get(name, parameter.default)
        if text:
            found[name] = names.pick(parameter, text)
        elif not parameter.optional:
            raise Missing(f"{name} is missing: give {parameter.accepts}")
    return found


def ask(select: Select, rules: Sequence[Rule], question: Question, values: Mapping[str, Term]) -> Answer:
    """The answer of a question, with sources and labels.

    Raises:
        SyntaxError: the question's query is not SPARQL.
    """
    return _labelled(select, rules, question.bind(values), question, values)


def query(select: Select, rules: Sequence[Rule], sparql: str) -> Answer:
    """The answer of a SELECT query of the asker's own, with sources and labels.

    Raises:
        SyntaxError: it is not SPARQL.
    """
    return _labelled(select, rules, sparql, None, {})


def grounds(select: Select, sparql: str) -> bytes:
    """The triples that matched for the rows of a query, as Turtle.

    Raises:
        Untold: they cannot be told.
    """
    found = triples(select, sparql)
    text = "".join(map(str, found))
    used = {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in text}
    lines = (serialize(found, format=RdfFormat.TURTLE, prefixes=used) or b"").splitlines(keepends=True)
    return b"".join(sorted(lines[: len(used)]) + lines[len(used) :])


def _labelled(
    select: Select, rules: Sequence[Rule], sparql: str, question: Question | None, values: Mapping[str, Term]
) -> Answer:
    found = _traced(select, rules, sparql)
    terms = [*values.values(), *(term for row in found.table.rows for term in row.values())]
    iris = {term.value for term in terms if isinstance(term, NamedNode)} | set(found.documents)
    return Answer(
        sparql, found.table, found.sources, found.inferred, found.untold, labels(select, iris), question, values
    )


def _traced(select: Select, rules: Sequence[Rule], sparql: str) -> Answer:
    try:
        sourced = trace(select, rules, sparql)
    except Untold as reason:
        rows = select(sparql)
        bound = dict.fromkeys(name for row in rows for name in row)
        return Answer(sparql, Table(columns(sparql) or list(bound), rows), untold=str(reason))
    table = Table(sourced.variables, [row.values for row in sourced.rows])
    return Answer(sparql, table, [row.sources for row in sourced.rows], [row.inferred for row in sourced.rows])


def _unused(variables: Sequence[str]) -> str:
    return SOURCES if SOURCES not in variables else f"{SOURCES}_of_row"
