"""Closing what there is: a dataset, a store, or a stream of triples."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

from pyoxigraph import DefaultGraph, Store, Triple

from defkg.dataset import Dataset, quads
from defkg.inference.closure import Closure, Progress, silent
from defkg.inference.rules import Rule, rules
from defkg.terms import INFERRED_GRAPH, ONTOLOGY_GRAPH

_PIECE = 100_000  # triples that are written at a time


def close(dataset: Dataset, progress: Progress = silent) -> Dataset:
    """Adds to a dataset what follows from it by its ontology.

    The dataset keeps what it gave: another call gives back the same.

    Args:
        dataset: what is asserted.
        progress: told of each step.

    Returns:
        A new dataset, with ``inferred`` filled.

    Raises:
        UnsupportedAxiom: an axiom is outside what the rules cover.
    """
    if dataset.closed is None:
        found = consequences(rules(dataset.graph(ONTOLOGY_GRAPH)), dataset.asserted, progress)
        dataset.closed = dataset.with_inferred(set(found))
    return dataset.closed


def consequences(rules: Sequence[Rule], triples: Iterable[Triple], progress: Progress = silent) -> Iterator[Triple]:
    """What follows from triples, and is not among them; each triple once.

    Only the triples that a rule reads or makes are held in memory, as numbers: about 150 bytes each.

    Args:
        rules: those of the ontology.
        triples: what is asserted; a triple may come again.
        progress: told of each step.
    """
    closure = Closure(rules)
    with uncollected():
        closure.add(triples, progress)
    return closure.inferred()


def close_store(store: Store, rules: Sequence[Rule], progress: Progress = silent) -> int:
    """Adds to the default graph of a store what follows from it, and the same to the graph of what is inferred.

    It writes as it goes: a store that was not closed to the end is of no use.

    Args:
        store: in memory or on a disk; its graph of what is inferred is empty.
        rules: those of the ontology.
        progress: told of each step.

    Returns:
        How many triples were added to the default graph.
    """
    closure = Closure(rules)
    found = (store.quads_for_pattern(None, p, None, DefaultGraph()) for p in closure.predicates)
    with uncollected():
        closure.add((quad.triple for quad in chain.from_iterable(found)), progress)
    inferred = closure.inferred()
    done = 0
    while piece := list(islice(inferred, _PIECE)):
        store.bulk_extend(chain(quads(piece, DefaultGraph()), quads(piece, INFERRED_GRAPH)))
        done += len(piece)
        progress("writing", done, len(closure))
    return done


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles: there are none in millions of pairs, and looking at them takes as long as the work."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
