"""Closing one state of a dataset after another, each from what has changed since the one before."""

from __future__ import annotations

from pyoxigraph import Triple

from defkg.dataset import Dataset
from defkg.inference.closing import uncollected
from defkg.inference.closure import Closure, Progress, silent
from defkg.inference.rules import rules
from defkg.terms import ONTOLOGY_GRAPH


class Succession:
    """States of one project, where a file that has not changed is the same object in the next."""

    def __init__(self) -> None:
        self._last: tuple[Dataset, Closure, set[Triple]] | None = None

    def close(self, dataset: Dataset, progress: Progress = silent) -> Dataset:
        """The same as `inference.close`.

        Raises:
            UnsupportedAxiom: an axiom is outside what the rules cover.
        """
        if dataset.closed is None:
            last, self._last = self._last, None  # what is interrupted half-way is not gone on from
            if last and _alike(last[0], dataset) and not last[1].respelt:
                closure, inferred = last[1], _followed(*last, dataset)
            else:
                closure, inferred = _begun(dataset, progress)
            self._last = dataset, closure, inferred
            dataset.closed = dataset.with_inferred(inferred)
        return dataset.closed


def _begun(dataset: Dataset, progress: Progress) -> tuple[Closure, set[Triple]]:
    closure = Closure(rules(dataset.graph(ONTOLOGY_GRAPH)))
    with uncollected():
        closure.add(dataset.asserted, progress)
    return closure, set(closure.inferred())


def _followed(last: Dataset, closure: Closure, inferred: set[Triple], dataset: Dataset) -> set[Triple]:
    change = closure.change(_triples(dataset, last), _triples(last, dataset) - dataset.asserted.keys())
    return (inferred - change.gone) | change.new


def _alike(one: Dataset, other: Dataset) -> bool:
    """Whether two datasets have the same rules."""
    return one.graph(ONTOLOGY_GRAPH) == other.graph(ONTOLOGY_GRAPH)


def _triples(dataset: Dataset, other: Dataset) -> set[Triple]:
    """The asserted triples of the files that another dataset does not have."""
    known = {id(file) for file, _ in other.files}
    rows = (placed.triple for file, _ in dataset.files if id(file) not in known for placed in file.placed)
    return {triple for triple in rows if triple in dataset.asserted}
