"""Where documents disagree: what curators noted, and what two documents state differently of one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.coverage.extent import Extent, Thing
from defkg.dataset import Dataset
from defkg.terms import ID, SHAPES_GRAPH, Term, show

_NOTED = """
SELECT DISTINCT ?decision ?document ?claim ?gist ?modality WHERE {
  ?decision a defkg:CurationDecision ; defkg:about ?claim, ?other .
  GRAPH ?document { ?claim defkg:gist ?gist }
  GRAPH ?elsewhere { ?other defkg:gist ?otherGist }
  FILTER (?document != ?elsewhere)
  OPTIONAL { GRAPH ?document { ?claim defkg:modality ?modality } }
} ORDER BY ?decision ?document ?claim"""
_SINGLE = f"""
SELECT DISTINCT ?path WHERE {{ GRAPH <{SHAPES_GRAPH.value}> {{
  ?shape sh:path ?path ; sh:maxCount 1 FILTER isIRI(?path)
}} }}"""
_SOURCE = ID + "source/"


class Side(NamedTuple):
    """What one document says: in words, the thing by which it says so, and how firmly; that may be empty."""

    document: Thing
    words: str
    claim: Thing
    modality: str = ""


class Disagreement(NamedTuple):
    """What documents say differently of one thing.

    Attributes:
        about: the thing, or the decision of the curators that names the difference.
        property: what they differ in; None where curators noted it.
        sides: what each says; none is taken back.
    """

    about: Thing
    property: Thing | None
    sides: tuple[Side, ...]


def disagreements(dataset: Dataset, extent: Extent) -> list[Disagreement]:
    """What curators noted, then each property of which the shapes allow one value and two documents state another."""
    return [*_noted(dataset, extent), *_stated(dataset, extent)]


def _noted(dataset: Dataset, extent: Extent) -> list[Disagreement]:
    found: dict[Term, list[Side]] = defaultdict(list)
    for row in dataset.select(_NOTED):
        modality = extent.thing(row["modality"]).label if "modality" in row else ""
        side = Side(extent.thing(row["document"]), _words(row["gist"], extent), extent.thing(row["claim"]), modality)
        found[row["decision"]].append(side)
    return sorted(Disagreement(extent.thing(decision), None, tuple(sides)) for decision, sides in found.items())


def _stated(dataset: Dataset, extent: Extent) -> Iterator[Disagreement]:
    single = {row["path"] for row in dataset.select(_SINGLE)}
    said: dict[tuple[Term, Term], dict[NamedNode, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for graph, triples in extent.by_graph.items():
        for subject, predicate, value in triples if graph.value.startswith(_SOURCE) else ():
            if predicate in single:
                said[subject, predicate][graph].add(value)
    for (subject, predicate), by_document in sorted(said.items(), key=lambda entry: str(entry[0])):
        if len({frozenset(values) for values in by_document.values()}) > 1:
            yield Disagreement(extent.thing(subject), extent.thing(predicate), _sides(subject, by_document, extent))


def _sides(subject: Term, by_document: dict[NamedNode, set[Term]], extent: Extent) -> tuple[Side, ...]:
    about = extent.thing(subject)
    told = ((extent.thing(document), values) for document, values in by_document.items())
    return tuple(sorted(Side(d, ", ".join(sorted(_words(v, extent) for v in values)), about) for d, values in told))


def _words(value: Term, extent: Extent) -> str:
    if isinstance(value, Literal):
        return value.value
    return extent.thing(value).label if isinstance(value, NamedNode) else show(value)
