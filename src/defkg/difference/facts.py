"""What is stated and what follows, before and after: by subject, the noise of evidence counted apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from defkg.difference.blank import GENID
from defkg.difference.state import State
from defkg.explanation import Explainer
from defkg.inference import Rule
from defkg.terms import OA, ONTOLOGY, TYPE, Term

Graph = NamedNode | BlankNode | DefaultGraph
Link = tuple[Term, Term]
_PASSAGES = {NamedNode(ONTOLOGY + "Passage"), NamedNode(OA + "TextPositionSelector")}
_PASSAGE = NamedNode(ONTOLOGY + "Passage")
_SELECTOR = NamedNode(OA + "hasSelector")
_EVIDENCE = NamedNode(ONTOLOGY + "evidencedBy")
_SENTENCE = NamedNode(ONTOLOGY + "hasSentence")
_MOST_EXPLAINED = 2000


@dataclass(frozen=True)
class Fact:
    """One change of what a graph states of a subject.

    Attributes:
        subject: what it is about.
        predicate: the property.
        graph: the document, or another graph, that states it.
        old: the value before; None where it is added.
        new: the value now; None where it is removed.
        held: whether the triple holds on the other side too, stated elsewhere or inferred.
    """

    subject: Term
    predicate: NamedNode
    graph: Graph
    old: Term | None
    new: Term | None
    held: bool = False

    @property
    def change(self) -> str:
        """What became of it: added, removed or changed."""
        return "added" if self.old is None else "removed" if self.new is None else "changed"


@dataclass(frozen=True)
class Evidence:
    """How the passages of a document changed, and how many links from facts to them and from it to sentences."""

    graph: Graph
    added: int
    removed: int
    changed: int
    links_added: int
    links_removed: int
    sentences_added: int
    sentences_removed: int


def facts(gone: set[Quad], come: set[Quad], old_holds: set[Triple], new_holds: set[Triple]) -> list[Fact]:
    """The changes, sorted; where one value of a property gave way to one other, that is one change."""
    at: dict[tuple[Term, NamedNode, Graph], tuple[list[Quad], list[Quad]]] = defaultdict(lambda: ([], []))
    for side, quads in enumerate((gone, come)):
        for quad in quads:
            at[quad.subject, quad.predicate, quad.graph_name][side].append(quad)
    found: list[Fact] = []
    for (subject, predicate, graph), (before, after) in at.items():
        if len(before) == len(after) == 1:
            found.append(Fact(subject, predicate, graph, before[0].object, after[0].object))
            continue
        found += [Fact(subject, predicate, graph, q.object, None, q.triple in new_holds) for q in before]
        found += [Fact(subject, predicate, graph, None, q.object, q.triple in old_holds) for q in after]
    return sorted(found, key=lambda f: (str(f.subject), str(f.predicate), str(f.old), str(f.new), str(f.graph)))


def telling(quads: Iterable[Quad], aside: set[Term]) -> set[Quad]:
    """The quads without links to evidence, without passages, and without the inside of a node that has no name."""
    quads = list(quads)
    inside = {q.object for q in quads if _unnamed(q.object)}
    aside = aside | inside
    return {q for q in quads if q.predicate not in (_EVIDENCE, _SENTENCE) and q.subject not in aside}


def passages(state: State) -> set[Term]:
    """The passages of all documents, and their selectors."""
    return {thing for thing, kind in state.kinds.items() if kind in _PASSAGES}


def evidence(old: set[Quad], new: set[Quad]) -> list[Evidence]:
    """What changed in the passages of each graph, from all quads of both sides; graphs without a change left out."""
    before, after = _Passages(old), _Passages(new)
    found = []
    for graph in sorted({q.graph_name for q in (*old, *new)}, key=str):
        ours, theirs = before.of[graph], after.of[graph]
        changed = sum(ours[passage] != theirs[passage] for passage in ours.keys() & theirs.keys())
        counts = (len(theirs.keys() - ours.keys()), len(ours.keys() - theirs.keys()), changed)
        links = _beyond(after.links[graph], before.links[graph])
        sentences = _beyond(after.sentences[graph], before.sentences[graph])
        if any((*counts, *links, *sentences)):
            found.append(Evidence(graph, *counts, *links, *sentences))
    return found


def _beyond(after: set[Link], before: set[Link]) -> tuple[int, int]:
    return len(after - before), len(before - after)


class _Passages:
    def __init__(self, quads: set[Quad]) -> None:
        by_subject: dict[Term, set[tuple[Term, Term]]] = defaultdict(set)
        self.of: dict[Graph, dict[Term, set[object]]] = defaultdict(dict)
        self.links: dict[Graph, set[Link]] = defaultdict(set)
        self.sentences: dict[Graph, set[Link]] = defaultdict(set)
        for quad in quads:
            by_subject[quad.subject].add((quad.predicate, quad.object))
        for quad in quads:
            if quad.predicate == _EVIDENCE:
                self.links[quad.graph_name].add((quad.subject, quad.object))
            elif quad.predicate == _SENTENCE:
                self.sentences[quad.graph_name].add((quad.subject, quad.object))
            elif quad.predicate == TYPE and quad.object == _PASSAGE:
                said = by_subject[quad.subject]
                places = {pair for p, o in said if p == _SELECTOR for pair in by_subject[o]}
                self.of[quad.graph_name][quad.subject] = {*said, *places}


def reasons(state: State, triples: Iterable[Triple]) -> dict[Triple, Rule]:
    """The rule that made each inferred triple; beyond the first thousands, none is looked for."""
    if state.closed is None:
        return {}
    explainer = Explainer.of(state.closed)
    found = {}
    for triple in list(triples)[:_MOST_EXPLAINED]:
        derivation = explainer.explain(triple)
        if derivation and derivation.rule:
            found[triple] = derivation.rule
    return found


def _unnamed(term: Term) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(GENID)
