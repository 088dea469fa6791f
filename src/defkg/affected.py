"""What a change can affect: the changed things, those near them, and the part of the dataset that decides on these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from defkg.dataset import Dataset, Row
from defkg.terms import ID, ONTOLOGY_GRAPH, SHAPES_GRAPH, SKOS, Term, show
from defkg.turtle import Placed, TurtleFile, read_turtle

_LABEL = NamedNode(SKOS + "prefLabel")
_WHOLE = (ONTOLOGY_GRAPH, SHAPES_GRAPH)
_EVERYTHING = ("ontology/", "shapes/", "queries/checks/")
_NEAR = 2  # steps from a change to what a rule may say of it: from a twin in the series, from a document's passage
_MENTIONS = 100  # a thing that more than so many others mention, such as a country, leads no further
_MOST = 2000  # but where the thing itself has changed, up to so many are looked at


@dataclass(frozen=True)
class Part:
    """A part of a dataset.

    Attributes:
        dataset: the ontology, the shapes, and what decides on the findings about ``things``.
        things: the things to look at; None means all.
        left_out: in words, what is not looked at.
        queries: whether the project's queries are to be looked at as well.
    """

    dataset: Dataset
    things: frozenset[Term] | None = None
    left_out: tuple[str, ...] = ()
    queries: bool = True


def affected(dataset: Dataset, before: Mapping[str, bytes | None]) -> Part | None:
    """The part of a dataset that a change can affect.

    Args:
        dataset: the dataset after the change.
        before: for each changed file, by name, its content before; None where it is new.

    Returns:
        The part; None where the ontology, a shape or a check has changed, which can affect everything.
    """
    changed = _changed(dataset, before)
    if changed is None:
        return None
    ball = _Ball(dataset)
    core = {term for triple in changed for term in (triple.subject, triple.object) if _is_thing(term)}
    core |= {graph for file, graph in dataset.files if file.path in before}
    core |= ball.mentions({t.object for t in changed if t.predicate == _LABEL})
    altered = {t.subject for t in changed}
    things = ball.grown(core, _NEAR) | ball.mentions(altered)
    part = ball.part(ball.grown(things, _NEAR))
    asked = any(name.endswith(".rq") for name in before)
    return Part(part, frozenset(things), ball.left_out(things, altered), asked)


def _changed(dataset: Dataset, before: Mapping[str, bytes | None]) -> set[Triple] | None:
    if any(name.startswith(_EVERYTHING) for name in before):
        return None
    found: set[Triple] = set()
    now = {file.path: file for file, _ in dataset.files}
    for name in (name for name in before if name.endswith(".ttl") or name in now):
        old = read_turtle(name, before[name] or b"")
        found |= {p.triple for p in old.placed} ^ {p.triple for p in now.get(name, TurtleFile(name)).placed}
    return found


def _is_thing(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(ID)


class _Ball:
    """Grows a set of things along the links between them, both ways."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    @cached_property
    def _mentions(self) -> dict[Term, list[Term]]:
        found: dict[Term, list[Term]] = defaultdict(list)
        for subject, rows in self._dataset.subjects.items():
            for row in rows:
                found[row.placed.triple.object].append(subject)
        return found

    def mentions(self, terms: Collection[Term]) -> set[Term]:
        """The things that name one of the terms, but for terms that very many name."""
        found = (self._mentions.get(term, ()) for term in terms)
        return {thing for things in found if len(things) <= _MOST for thing in things}

    def grown(self, things: Iterable[Term], steps: int) -> set[Term]:
        """The things within so many steps; no step leads from a hub to those that mention it."""
        found = frontier = set(things)
        for _ in range(steps):
            frontier = {near for thing in frontier for near in self._near(thing)} - found
            found = found | frontier
        return found

    def _near(self, thing: Term) -> set[Term]:
        rows = self._dataset.subjects.get(thing, ())
        near = {row.placed.triple.object for row in rows if _is_thing(row.placed.triple.object)}
        return near if self._is_hub(thing) else near.union(self._mentions.get(thing, ()))

    def _is_hub(self, thing: Term) -> bool:
        return len(self._mentions.get(thing, ())) > _MENTIONS

    def part(self, things: Collection[Term]) -> Dataset:
        """The ontology, the shapes, all that is said of the things, and what the things that they name are."""
        rows = [row for thing in things for row in self._dataset.subjects.get(thing, ())]
        named = {row.placed.triple.object for row in rows} - set(things)
        rows += [row for thing in named for row in self._dataset.subjects.get(thing, ()) if not _links(row)]
        kept: dict[int, list[Placed]] = defaultdict(list)
        for row in rows:
            kept[id(row.file)].append(row.placed)
        files = [(_thinned(file, graph, kept[id(file)]), graph) for file, graph in self._dataset.files]
        return Dataset([(file, graph) for file, graph in files if file.placed or file.findings])

    def left_out(self, things: Collection[Term], altered: Collection[Term]) -> tuple[str, ...]:
        """In words, what was not looked at."""
        total = len(self._dataset.subjects)
        looked = sum(thing in self._dataset.subjects for thing in things)
        many = sorted((thing for thing in altered if len(self._mentions.get(thing, ())) > _MOST), key=str)
        mentions = [f"most of the {len(self._mentions[thing]):,} mentions of {show(thing)}" for thing in many]
        return (f"{total - looked:,} of {total:,} things, which the change does not reach", *mentions)


def _links(row: Row) -> bool:
    return _is_thing(row.placed.triple.object)


def _thinned(file: TurtleFile, graph: NamedNode, placed: list[Placed]) -> TurtleFile:
    if graph in _WHOLE or file.findings:
        return file
    return TurtleFile(file.path, file.text, sorted(placed, key=lambda one: one.index))
