"""What no document states: properties that a class may have and a thing lacks, and the rows of ``queries/coverage``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.coverage.extent import Extent, Thing
from defkg.dataset import Dataset
from defkg.project import Project
from defkg.question import QuestionError, check_syntax, read_query, split_head
from defkg.terms import SHAPES, SHAPES_GRAPH, Term

_OPTIONAL = f"""
SELECT ?class ?shape ?path WHERE {{ GRAPH <{SHAPES_GRAPH.value}> {{
  ?node sh:targetClass ?class ; sh:property ?shape . ?shape sh:path ?path
  FILTER NOT EXISTS {{ ?shape sh:minCount ?least FILTER(?least > 0) }}
  FILTER NOT EXISTS {{ ?shape sh:maxCount 0 }}
  FILTER(isIRI(?path))
}} }} ORDER BY ?class ?shape"""


class Unstated(NamedTuple):
    """Things of which something is not stated.

    Attributes:
        title: what is missing of which things.
        description: what that means; may be empty.
        total: how many things it could be stated of.
        things: those of which it is not.
        missing: the same of one thing, in a word or two each.
        paths: the IRIs of the properties that would state it, in the order of `missing`; empty where a query tells it.
    """

    title: str
    description: str
    total: int
    things: tuple[Thing, ...]
    missing: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def unstated(project: Project, dataset: Dataset, extent: Extent) -> list[Unstated]:
    """What is not stated, by the queries of the project first, then by its shapes; what is complete is left out.

    A query selects ?thing and whether it is ?stated. By the shapes: each property that a shape of a class names and
    does not demand. Properties of a class that are missing of the same things are told together.

    Raises:
        QuestionError: a query cannot be used; the message begins with the file's name.
    """
    queries = [_Query(project, path) for path in project.query_files("coverage")]
    replaced = {name for query in queries for name in query.replaces}
    found = [query.run(dataset, extent) for query in queries]
    return [entry for entry in (*found, *_by_shapes(dataset, extent, replaced)) if entry.things]


def _by_shapes(dataset: Dataset, extent: Extent, replaced: set[str]) -> Iterator[Unstated]:
    grouped: dict[tuple[Term, frozenset[Term]], list[Term]] = {}
    for row in dataset.select(_OPTIONAL):
        lacking = frozenset(extent.of_class(row["class"]) - extent.with_value(row["path"]))
        if _local(row["shape"]) not in replaced:
            grouped.setdefault((row["class"], lacking), []).append(row["path"])
    for (kind, lacking), paths in grouped.items():
        named = sorted(
            {(extent.thing(path).label.rpartition(":")[2].lower(), extent.thing(path).iri) for path in paths}
        )
        names, iris = (tuple(part) for part in zip(*named, strict=True))
        title = f"{extent.thing(kind).label}: {', '.join(dict.fromkeys(names))}"
        yield Unstated(title, "", len(extent.of_class(kind)), _things(extent, lacking), names, iris)


def _local(shape: Term) -> str:
    return shape.value.removeprefix(SHAPES) if isinstance(shape, NamedNode) else ""


def _things(extent: Extent, terms: Iterable[Term]) -> tuple[Thing, ...]:
    return tuple(sorted(extent.thing(term) for term in terms))


class _Query:
    """A file of ``queries/coverage``."""

    def __init__(self, project: Project, path: Path) -> None:
        try:
            head, self._sparql = split_head(text := read_query(path))
            check_syntax(text)
        except QuestionError as error:
            raise QuestionError(f"{project.name(path)}:{error.line}:{error.column} {error}") from error
        self._title = str(head.get("title", path.stem))
        self._description = str(head.get("description", ""))
        self._missing = (str(head["missing"]),) if "missing" in head else ()
        self.replaces = [str(name) for name in head.get("replaces") or ()]

    def run(self, dataset: Dataset, extent: Extent) -> Unstated:
        rows = {row["thing"]: row.get("stated") for row in dataset.select(self._sparql) if "thing" in row}
        lacking = [
            thing for thing, stated in rows.items() if not (isinstance(stated, Literal) and stated.value == "true")
        ]
        return Unstated(self._title, self._description, len(rows), _things(extent, lacking), self._missing)
