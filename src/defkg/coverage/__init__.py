"""Coverage: what rests on which sentence of which document, on how many documents, and what is used by nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.coverage.disagreement import Disagreement, disagreements
from defkg.coverage.exercised import Exercised, exercised
from defkg.coverage.extent import Extent, Thing
from defkg.coverage.unstated import Unstated, unstated
from defkg.dataset import Dataset
from defkg.evidence.passage import Document, documents
from defkg.project import Project
from defkg.terms import ID, ONTOLOGY, ONTOLOGY_GRAPH, OWL, TYPE, Term

_EVIDENCE = NamedNode(ONTOLOGY + "evidencedBy")
_FOCUS_AREA = NamedNode(ONTOLOGY + "FocusArea")
_APART = {NamedNode(ONTOLOGY + name) for name in ("SourceDocument", "Passage", "CurationDecision", "FocusArea")}
_PROPERTIES = [NamedNode(OWL + name) for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")]


class Sentence(NamedTuple):
    """A sentence of a document: where it is, how many things cite it, and how many facts are stated of these."""

    locator: str
    iri: str
    start: int
    end: int
    things: int
    facts: int


@dataclass(frozen=True)
class Covered:
    """A document and what rests on it.

    Attributes:
        title: what we call it.
        iri: its IRI.
        slug: the last part of it.
        sentences: in the order of the text.
        missing: locators that the numbering of its sentences leaves out.
        things: how many things cite it.
        facts: how many facts are stated of these.
    """

    title: str
    iri: str
    slug: str
    sentences: tuple[Sentence, ...]
    missing: tuple[str, ...]
    things: int
    facts: int

    @property
    def silent(self) -> list[Sentence]:
        """The sentences that nothing rests on."""
        return [sentence for sentence in self.sentences if not sentence.things]


class Sourced(NamedTuple):
    """The things of one class by the number of documents that speak of them."""

    kind: Thing
    none: tuple[Thing, ...]
    one: int
    more: tuple[tuple[Thing, int], ...]


class Unused(NamedTuple):
    """Terms of one kind that no asserted triple of the data uses: those that nothing uses, and those inferred only."""

    kind: str
    total: int
    never: tuple[Thing, ...]
    inferred: tuple[Thing, ...]


@dataclass(frozen=True)
class Coverage:
    """What a project's data covers; plain values only, so that it can be handed to another process."""

    documents: tuple[Covered, ...]
    sourced: tuple[Sourced, ...]
    unstated: tuple[Unstated, ...]
    unused: tuple[Unused, ...]
    exercised: Exercised
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def unspoken(self) -> int:
        """How many things no document speaks of."""
        return sum(len(kind.none) for kind in self.sourced)

    @property
    def single(self) -> int:
        """How many things one document speaks of."""
        return sum(kind.one for kind in self.sourced)

    @property
    def corroborated(self) -> int:
        """How many things two or more documents speak of."""
        return sum(len(kind.more) for kind in self.sourced)

    def by_thing(self) -> dict[str, list[Unstated]]:
        """By the IRI of a thing, what is not stated of it."""
        found: dict[str, list[Unstated]] = defaultdict(list)
        for entry in self.unstated:
            for thing in entry.things:
                found[thing.iri].append(entry)
        return dict(found)


def measure(project: Project, dataset: Dataset) -> Coverage:
    """The coverage of a closed dataset.

    A *fact rests on a sentence* when a thing (an event, participation, agreement, statement, commitment, mechanism …)
    is `defkg:evidencedBy` the sentence, or a passage that shares characters with it, in the graph of the document.
    The things are counted, and their facts: the triples that this graph asserts with them as subject, apart from
    `defkg:evidencedBy` itself. A thing that cites two sentences counts for each, and once for its document.

    A document *speaks of* a thing when its graph asserts a triple with the thing as subject or object. Things are what
    the data states to be of a class of the ontology; documents, passages, curation decisions and focus areas are not
    among them.

    Raises:
        QuestionError: a question, or a query of ``queries/coverage``, cannot be used.
    """
    extent = Extent(dataset)
    return Coverage(
        tuple(_covered(document, extent) for document in documents(dataset)),
        tuple(_sourced(extent)),
        tuple(unstated(project, dataset, extent)),
        tuple(_unused(dataset, extent)),
        exercised(project, dataset, extent),
        tuple(disagreements(dataset, extent)),
    )


def _covered(document: Document, extent: Extent) -> Covered:
    triples = extent.by_graph.get(document.node, [])
    citing: dict[Term, set[Term]] = defaultdict(set)
    for subject, predicate, value in triples:
        if predicate == _EVIDENCE:
            citing[value].add(subject)
    facts = Counter[Term](triple.subject for triple in triples if triple.predicate != _EVIDENCE)
    resting: dict[Term, set[Term]] = defaultdict(set)
    for passage in document.passages:
        for sentence in document.covering(passage.start, passage.end):
            resting[sentence.node] |= citing[passage.node]
    sentences = tuple(
        Sentence(s.locator, s.node.value, s.start, s.end, len(resting[s.node]), sum(facts[t] for t in resting[s.node]))
        for s in document.sentences
    )
    cited = {thing for things in citing.values() for thing in things}
    title, slug = document.title or document.slug, document.slug
    missing = tuple(document.missing())
    return Covered(title, document.node.value, slug, sentences, missing, len(cited), sum(facts[t] for t in cited))


def _sourced(extent: Extent) -> list[Sourced]:
    speaking: dict[Term, int] = defaultdict(int)
    for graph, triples in extent.by_graph.items():
        if graph.value.startswith(ID + "source/"):
            for term in {term for triple in triples for term in (triple.subject, triple.object)}:
                speaking[term] += 1
    kinds = [kind for kind in extent.asserted.by_class if kind not in _APART and _ours(kind)]
    return sorted(_of_kind(kind, extent, speaking) for kind in kinds)


def _of_kind(kind: Term, extent: Extent, speaking: dict[Term, int]) -> Sourced:
    things = extent.asserted.by_class[kind]
    more = sorted((-speaking[thing], extent.thing(thing)) for thing in things if speaking[thing] > 1)
    return Sourced(
        extent.thing(kind),
        tuple(sorted(extent.thing(thing) for thing in things if not speaking[thing])),
        sum(speaking[thing] == 1 for thing in things),
        tuple((thing, -count) for count, thing in more),
    )


def _unused(dataset: Dataset, extent: Extent) -> list[Unused]:
    declared: dict[Term, set[Term]] = defaultdict(set)
    for subject, predicate, value in dataset.graph(ONTOLOGY_GRAPH):
        if predicate == TYPE and _ours(subject):
            declared[value].add(subject)
    classes = declared[NamedNode(OWL + "Class")]
    properties = set().union(*(declared[kind] for kind in _PROPERTIES))
    areas = extent.of_class(_FOCUS_AREA)
    return [
        _unused_of("classes", classes, set(extent.asserted.by_class), set(extent.inferred.by_class), extent),
        _unused_of("properties", properties, set(extent.asserted.subjects), set(extent.inferred.subjects), extent),
        _unused_of("focus areas", areas, _named_by_sources(extent), _reached(extent), extent),
    ]


def _unused_of(kind: str, declared: set[Term], stated: set[Term], inferred: set[Term], extent: Extent) -> Unused:
    left = declared - stated
    never, only = (tuple(sorted(map(extent.thing, terms))) for terms in (left - inferred, left & inferred))
    return Unused(kind, len(declared), never, only)


def _named_by_sources(extent: Extent) -> set[Term]:
    graphs = [triples for graph, triples in extent.by_graph.items() if graph.value.startswith(ID + "source/")]
    return {triple.object for triples in graphs for triple in triples}


def _reached(extent: Extent) -> set[Term]:
    return set().union(*(values for predicate, values in extent.inferred.objects.items() if _ours(predicate)))


def _ours(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(ONTOLOGY)
