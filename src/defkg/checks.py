"""Cross-node rules to findings: the queries of ``queries/checks``, disjoint classes, axioms without a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pyoxigraph import Literal, Triple

from defkg.dataset import Dataset
from defkg.finding import Finding, Place, Result, Severity
from defkg.inference import uncovered
from defkg.placing import Placing
from defkg.project import Project
from defkg.question import Question, QuestionError, check_syntax, read_query, split_head
from defkg.terms import CHECKS, ONTOLOGY_GRAPH, TYPE, Term, show

UNCOVERED = CHECKS + "uncovered-axiom"
_DISJOINT = """
SELECT ?a ?b WHERE {
  { ?a owl:disjointWith ?b } UNION
  { ?all a owl:AllDisjointClasses ; owl:members ?list . ?list rdf:rest*/rdf:first ?a . ?list rdf:rest*/rdf:first ?b }
  FILTER(?a != ?b)
}"""


def uncovered_axioms(dataset: Dataset) -> Iterator[tuple[Term, Finding]]:
    """Axioms of the ontology that the inference has no rule for."""
    for triple in uncovered(dataset.graph(ONTOLOGY_GRAPH)):
        words = f"{show(triple.subject)} {show(triple.predicate)} {show(triple.object)}: no rule covers this axiom"
        place = dataset.asserted[triple][0].place
        yield (
            triple.subject,
            Finding(
                place,
                Severity.ERROR,
                UNCOVERED,
                words,
                "say it with an axiom of OWL 2 RL that docs/inference.md lists",
            ),
        )


def inconsistencies(dataset: Dataset, placing: Placing) -> Iterator[tuple[Term, Finding]]:
    """Things that are of two classes which the ontology keeps apart."""
    pairs = {frozenset((row["a"], row["b"])) for row in dataset.select(_DISJOINT)}
    for thing, classes in _classes(dataset).items():
        found = next(
            (pair for pair in map(frozenset, combinations(sorted(classes, key=str), 2)) if pair in pairs), None
        )
        if found:
            a, b = sorted(found, key=str)
            message = f"{show(thing)} is both {show(a)} and {show(b)}, which nothing can be"
            stated = [c for c in (b, a) if Triple(thing, TYPE, c) in dataset.asserted]  # type: ignore[arg-type]
            place = placing.of(thing, TYPE, stated[0] if stated else b)
            yield (
                thing,
                Finding(
                    place, Severity.ERROR, CHECKS + "inconsistent", message, "keep the class that the source states"
                ),
            )


def _classes(dataset: Dataset) -> dict[Term, set[Term]]:
    found: dict[Term, set[Term]] = {}
    for triple in (*dataset.asserted, *dataset.inferred):
        if triple.predicate == TYPE and triple.subject in dataset.subjects:
            found.setdefault(triple.subject, set()).add(triple.object)
    return found


def library_checks(
    dataset: Dataset, project: Project, placing: Placing, about: Collection[Term] | None = None
) -> Iterator[tuple[Term, Finding]]:
    """The rows of each query in ``queries/checks``, as findings at ?subject, ?predicate, ?object.

    Args:
        dataset: the closed dataset.
        project: where the queries are.
        placing: the places in the dataset.
        about: the only subjects to tell of; all where it is None.
    """
    for path in project.query_files("checks"):
        try:
            yield from _rows(Check.read(path), dataset, placing, about)
        except QuestionError as error:
            yield unusable(project.name(path), error)


def unusable(name: str, error: QuestionError) -> tuple[Term, Finding]:
    """The finding for a query file whose head or query cannot be used."""
    finding = Finding(Place(name, error.line, error.column), Severity.ERROR, CHECKS + "query", str(error))
    return Literal(name), finding


def questions(project: Project) -> Iterator[tuple[Term, Finding]]:
    """Questions of the library whose head or query cannot be used."""
    for path in project.query_files():
        try:
            text = read_query(path)
            _check_question(Question.parse(path, text), text)
        except QuestionError as error:
            yield unusable(project.name(path), error)


def _check_question(question: Question, text: str) -> None:
    check_syntax(text)
    try:
        check_syntax(question.bind({p.name: p.example for p in question.parameters}))
    except QuestionError as error:
        line = error.line + text.count("\n") - question.sparql.count("\n")
        raise QuestionError(f"a parameter cannot be bound: {error}", line, error.column) from error


@dataclass(frozen=True)
class Check:
    """A file of ``queries/checks``: its name, its head, and its query."""

    name: str
    severity: Severity
    message: str
    sparql: str

    @staticmethod
    def read(path: Path) -> Check:
        """Reads one file.

        Raises:
            QuestionError: the head lacks a title, a reason, a severity or a message, or the query is not SPARQL.
        """
        head, _ = split_head(text := read_query(path))
        missing = [name for name in ("title", "reason", "severity", "message") if not isinstance(head.get(name), str)]
        if missing:
            raise QuestionError(f"the head lacks {', '.join(missing)}")
        if head["severity"] not in ("error", "warning"):
            raise QuestionError(f"severity is error or warning, not {head['severity']!r}")
        check_syntax(text)
        return Check(path.stem, Severity[head["severity"].upper()], head["message"], text)


def _rows(
    check: Check, dataset: Dataset, placing: Placing, about: Collection[Term] | None
) -> Iterator[tuple[Term, Finding]]:
    rows = dataset.select(check.sparql)
    if any("subject" not in row for row in rows):
        raise QuestionError("a row of this check has no ?subject; bind it in every row")
    for row in rows if about is None else (row for row in rows if row["subject"] in about):
        words = defaultdict(str, {name: show(term) for name, term in row.items()})
        result = Result(row["subject"], row.get("predicate"), row.get("object"))
        place = placing.of(*result[:3])
        message = check.message.format_map(words)
        yield result.focus, Finding(place, check.severity, CHECKS + check.name, message, result=result)
