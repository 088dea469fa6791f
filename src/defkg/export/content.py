"""What is exported: the triples of every graph in one order, whichever way they came, and what is said of the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, DefaultGraph, NamedNode, Quad, Triple
from pyoxigraph import Dataset as Quads

from defkg.dataset import OUTSIDE, Dataset, quads
from defkg.executable import add_questions, digest
from defkg.finding import Finding
from defkg.gate import Step, examine
from defkg.inference import UnsupportedAxiom, close
from defkg.project import Project, ProjectError
from defkg.question import QuestionError, library
from defkg.selfdescription import Description, dcat, describe, void
from defkg.terms import INFERRED_GRAPH, QUESTIONS_GRAPH, TYPE, VOID_GRAPH


@dataclass(frozen=True)
class Content:
    """A dataset as it is exported.

    Attributes:
        merged: the triples of the default graph, in order, each once.
        graphs: those of each named graph, by its IRI, in the order of the IRIs.
        description: what is said of the dataset as a whole.
    """

    merged: Sequence[Triple]
    graphs: Mapping[str, Sequence[Triple]]
    description: Description

    @staticmethod
    def of(found: Iterable[Quad], description: Description) -> Content:
        """The content of a dataset; the same for the same quads, in whatever order and whatever its blank nodes' names.

        Source: RDF Dataset Canonicalization (W3C) for the names of blank nodes.
        """
        graphs: dict[str, set[Triple]] = defaultdict(set)
        for quad in _named(set(found)):
            graphs[quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""].add(quad.triple)
        listed = {iri: sorted(graphs[iri], key=_rank) for iri in sorted(graphs)}
        return Content(listed.pop("", []), listed, description)

    @cached_property
    def holders(self) -> dict[Triple, list[str]]:
        """The IRIs of the named graphs that hold each triple of the default graph, in order."""
        outside = {graph.value for graph in (*OUTSIDE, QUESTIONS_GRAPH)}
        found: dict[Triple, list[str]] = {triple: [] for triple in self.merged}
        for iri, triples in self.graphs.items():
            for triple in triples if iri not in outside else ():
                if triple in found:
                    found[triple].append(iri)
        return found


def read_project(
    project: Project, check: bool = True, infer: bool = True, step: Step = lambda _: None
) -> tuple[Content | None, list[Finding]]:
    """The content of a project as its files have it: nothing has been through a store, which would rewrite numbers.

    Args:
        project: which project.
        check: whether it must pass its checks.
        infer: whether to add what follows.
        step: told what is being done.

    Returns:
        The content; None where there are findings, which come with it.

    Raises:
        ProjectError: a file cannot be read, or the project not be used.
    """
    dataset = Dataset.load(project)
    findings = examine(project, dataset, step) if check else dataset.findings
    if findings:
        return None, findings
    step("putting together")
    try:
        return _content(project, close(dataset) if infer else dataset, infer), []
    except (QuestionError, UnsupportedAxiom) as error:
        raise ProjectError(str(error)) from error


def _content(project: Project, dataset: Dataset, infer: bool) -> Content:
    questions = library(project).values()
    add_questions(dataset.store, questions)
    own = digest(dataset.digest, infer, questions)
    stated = dataset.graph(VOID_GRAPH)
    description = describe(dataset.select, stated, own, questions)
    found = {*quads({*dataset.asserted, *dataset.inferred}, DefaultGraph()), *quads(dataset.inferred, INFERRED_GRAPH)}
    for file, graph in dataset.files:
        found.update(quads((placed.triple for placed in file.placed), graph))
    found.update(dataset.store.quads_for_pattern(None, None, None, QUESTIONS_GRAPH))
    found.update(quads({*void(description), *dcat(description)}, VOID_GRAPH))
    return Content.of(found, description)


def _named(found: set[Quad]) -> Iterable[Quad]:
    if not any(isinstance(term, BlankNode) for quad in found for term in (quad.subject, quad.object, quad.graph_name)):
        return found
    dataset = Quads(found)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _rank(triple: Triple) -> tuple[str, bool, str, str]:
    return str(triple.subject), triple.predicate != TYPE, triple.predicate.value, str(triple.object)
