"""SHACL to findings: pySHACL validates the closure, the findings stand in the asserted files."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection
from functools import lru_cache

import pyshacl
import pyshacl.shape
import rdflib
from pyoxigraph import Literal, NamedNode, Triple
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from rdflib.term import Node

from defkg.dataset import Dataset
from defkg.finding import Finding, Place, Severity
from defkg.placing import Placing
from defkg.terms import CHECKS, SHAPES_GRAPH, TYPE, Term
from defkg.validation.bridge import to_rdflib
from defkg.validation.results import Report, Shapes

# pySHACL looks each parameter of each shape up in a list, once for each focus node; a set takes a quarter off its time
vars(pyshacl.shape)["CONSTRAINT_PARAMS"] = (frozenset(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP)


def validate(dataset: Dataset, placing: Placing, focus: Collection[Term] | None = None) -> list[tuple[Term, Finding]]:
    """The findings of a closed dataset by its shapes, each with the focus node it is about.

    Args:
        dataset: the closed dataset.
        placing: its places.
        focus: the only nodes to validate; all where it is None.

    Source: SHACL (W3C Recommendation), section 3.6, validation report.
    """
    shapes = _prepared(tuple(dataset.graph(SHAPES_GRAPH)))
    only: list[str | rdflib.URIRef] | None = None
    if focus is not None:
        only = [rdflib.URIRef(node.value) for node in focus if isinstance(node, NamedNode)] or [
            rdflib.URIRef("urn:none")
        ]
    logging.getLogger("pyshacl-validate").disabled = True  # what it would print on standard error is our finding
    try:
        _, report, _ = pyshacl.validate(
            to_rdflib(_data(dataset)),
            shacl_graph=shapes.graph,
            advanced=False,
            inference="none",
            focus_nodes=only,
        )
    except Exception as error:  # pySHACL raises what it likes where a shape is not as it expects
        return [_unusable(dataset, error, shapes)]
    assert isinstance(report, rdflib.Graph)
    return list(Report(report, shapes, dataset, placing).findings())


@lru_cache(maxsize=1)
def _prepared(triples: tuple[Triple, ...]) -> Shapes:
    return Shapes(list(triples))


def _unusable(dataset: Dataset, error: Exception, shapes: Shapes) -> tuple[Term, Finding]:
    files = [file for file, graph in dataset.files if graph == SHAPES_GRAPH]
    shape = shapes.rule(_culprit(error, shapes))
    named = ((f.path, p) for f in files for p in f.placed if str(p.triple.subject) == f"<{shape}>")
    place = next((Place(path, *p.subject_at) for path, p in named), Place(files[0].path, 1, 1))
    message = f"the shapes cannot be used: {str(error) or type(error).__name__}"
    return Literal(place.file), Finding(place, Severity.ERROR, CHECKS + "shape", message)


def _culprit(error: Exception, shapes: Shapes) -> Node | None:
    """The shape that pySHACL was at when it gave up: its errors do not name it, its innermost variables hold it."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    for frame in reversed(frames):
        for value in frame.f_locals.values():
            held = getattr(getattr(value, "shape", value), "node", value)
            if isinstance(held, Node) and (held, None, None) in shapes.graph:
                return held
    return None


def _data(dataset: Dataset) -> list[Triple]:
    """What is asserted, and of what follows the classes and the properties that a shape names."""
    named = {triple.object for triple in dataset.graph(SHAPES_GRAPH)} | {TYPE}
    data = [row.placed.triple for rows in dataset.subjects.values() for row in rows]
    return [*data, *(t for t in dataset.inferred if t.predicate in named and t.subject in dataset.subjects)]
