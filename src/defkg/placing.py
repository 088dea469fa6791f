"""From a triple that a rule complains about to the place in a file that a steward must mend."""

from __future__ import annotations

from functools import cached_property

from pyoxigraph import BlankNode, NamedNode, Triple

from defkg.dataset import Dataset, Row
from defkg.explanation import Explainer
from defkg.finding import Place
from defkg.terms import TYPE, Term


class Placing:
    """Places of triples and subjects in one closed dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer.of(self._dataset)

    def of(self, subject: Term, predicate: Term | None = None, obj: Term | None = None, last: bool = False) -> Place:
        """Where a triple's object stands; for an inferred one, its first premise's.

        Without an object: where the subject stands, or with ``last`` the last object of the predicate.
        """
        if isinstance(predicate, NamedNode) and obj is not None and isinstance(subject, NamedNode | BlankNode):
            found = self._triple(Triple(subject, predicate, obj))
            if found:
                return found
        if last and predicate is not None:
            objects = [
                (file, placed) for file, placed, _ in self._rows(subject) if placed.triple.predicate == predicate
            ]
            if objects:
                return Place(objects[-1][0].path, *objects[-1][1].object_at)
        return self.subject(subject)

    def subject(self, subject: Term) -> Place:
        """Where a thing is described: at its stated class, else where it is first a subject."""
        rows = self._rows(subject)
        typed = [row for row in rows if row[1].triple.predicate == TYPE]
        for file, placed, _ in typed or rows:
            return Place(file.path, *placed.subject_at)
        return self._mentioned(subject)

    def _rows(self, subject: Term) -> list[Row]:
        return self._dataset.subjects.get(subject, [])

    def _triple(self, triple: Triple) -> Place | None:
        rows = self._dataset.asserted.get(triple)
        if rows:
            return rows[-1].place
        derivation = self._explainer.explain(triple)
        leaf = next(derivation.asserted(), None) if derivation else None
        return self._dataset.asserted[leaf][-1].place if leaf else None

    def _mentioned(self, term: Term) -> Place:
        mentions = (rows[0].place for triple, rows in self._dataset.asserted.items() if triple.object == term)
        return next(mentions, Place(".", 1, 1))
