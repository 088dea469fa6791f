"""Cross-node rules to findings: the queries of ``queries/checks``, disjoint classes, axioms without a rule."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from pyoxigraph import Triple

from defkg.dataset import Dataset
from defkg.finding import Finding, Severity
from defkg.inference import uncovered
from defkg.placing import Placing
from defkg.project import Project
from defkg.question import QuestionError, read_head
from defkg.terms import CHECKS, ONTOLOGY_GRAPH, TYPE, Term, show

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
        place = dataset.asserted[triple][0][0]
        yield (
            triple.subject,
            Finding(
                place,
                Severity.ERROR,
                CHECKS + "uncovered-axiom",
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


def library_checks(dataset: Dataset, project: Project, placing: Placing) -> Iterator[tuple[Term, Finding]]:
    """The rows of each query in ``queries/checks``, as findings at ?subject, ?predicate, ?object."""
    for path in project.query_files("checks"):
        text = path.read_text(encoding="utf-8")
        head = read_head(text)
        severity = Severity.WARNING if head.get("severity") == "warning" else Severity.ERROR
        try:
            rows = dataset.select(text)
        except SyntaxError as error:
            raise QuestionError(f"{project.name(path)}: {error}") from error
        for row in rows:
            message = str(head["message"]).format_map({name: show(term) for name, term in row.items()})
            place = placing.of(row["subject"], row.get("predicate"), row.get("object"))
            yield row["subject"], Finding(place, severity, CHECKS + path.stem, message)
