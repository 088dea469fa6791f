"""Things that have another IRI now: the same kind, and the same label or nearly the same triples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, Triple

from defkg.difference.blank import GENID
from defkg.difference.state import State
from defkg.terms import DCTERMS, RDFS, SKOS, TYPE, Term

Renamed = dict[NamedNode, NamedNode]
Mark = tuple[str, str, str]
_ALIKE = 0.75
_COMMON = 100  # a mark that more things share tells nothing, and comparing them all would take long
_NAMES = [TYPE, *map(NamedNode, (SKOS + "prefLabel", RDFS + "label", DCTERMS + "title"))]


def things(state: State) -> set[NamedNode]:
    """What has an IRI and something said of it."""
    subjects = {q.subject for q in state.stated}
    return {s for s in subjects if isinstance(s, NamedNode) and not s.value.startswith(GENID)}


def renames(old: State, new: State) -> Renamed:
    """Each thing of the old side that the new side has under another IRI, with that IRI.

    Equal labels are looked at first, where they tell one thing from all others. Then triples are compared in rounds,
    since a thing whose neighbour has been renamed is easier to know again. A key within the IRIs of neighbours counts
    as equal, so that a person is known by participations that are named after them.
    """
    gone, come = things(old) - things(new), things(new) - things(old)
    found = _by_label(old, gone, new, come)
    while more := _by_triples(old, gone - found.keys(), new, come - set(found.values()), found):
        found |= more
    return found


def renamed_term(term: Term, known: Renamed) -> Term:
    """The term as the new side would write it."""
    return known.get(term, term) if isinstance(term, NamedNode) else term


def renamed_quad(quad: Quad, known: Renamed) -> Quad:
    """The quad as the new side would write it."""
    return Quad(*(renamed_term(term, known) for term in quad))  # type: ignore[arg-type]


def renamed_triple(triple: Triple, known: Renamed) -> Triple:
    """The triple as the new side would write it."""
    return Triple(*(renamed_term(term, known) for term in triple))  # type: ignore[arg-type]


def _by_label(old: State, gone: set[NamedNode], new: State, come: set[NamedNode]) -> Renamed:
    before, after = _labelled(old, gone), _labelled(new, come)
    pairs = ((before[name], after[name]) for name in before.keys() & after.keys())
    return {ours[0]: theirs[0] for ours, theirs in pairs if len(ours) == len(theirs) == 1}


def _labelled(state: State, of: set[NamedNode]) -> dict[tuple[str, str], list[NamedNode]]:
    found: dict[tuple[str, str], list[NamedNode]] = defaultdict(list)
    for thing in of:
        if thing in state.labels:
            found[_kind(state, thing), state.labels[thing]].append(thing)
    return found


def _by_triples(old: State, gone: set[NamedNode], new: State, come: set[NamedNode], known: Renamed) -> Renamed:
    before, after = _marks(old, gone, known), _marks(new, come, {})
    scores = sorted(_scores(before, after), key=lambda score: (-score[0], score[1].value, score[2].value))
    found: Renamed = {}
    taken: set[NamedNode] = set()
    for _, ours, theirs in scores:
        if ours not in found and theirs not in taken:
            found[ours] = theirs
            taken.add(theirs)
    return found


def _scores(
    before: dict[NamedNode, set[Mark]], after: dict[NamedNode, set[Mark]]
) -> Iterator[tuple[float, NamedNode, NamedNode]]:
    having: dict[Mark, list[NamedNode]] = defaultdict(list)
    for thing, marks in after.items():
        for mark in marks:
            having[mark].append(thing)
    for ours, marks in before.items():
        candidates = {thing for mark in marks if len(having[mark]) <= _COMMON for thing in having[mark]}
        for theirs in candidates:
            shared = len(marks & after[theirs])
            score = shared / len(marks | after[theirs])
            if shared > 2 and score >= _ALIKE:  # the kind is one of them
                yield score, ours, theirs


def _marks(state: State, of: set[NamedNode], known: Renamed) -> dict[NamedNode, set[Mark]]:
    """What is said of each thing, and of others with it, without the thing's own key."""
    found: dict[NamedNode, set[Mark]] = {thing: {("kind", "", _kind(state, thing))} for thing in of}
    if not of:
        return found
    for subject, predicate, obj, _ in _telling(state.stated):
        if subject in found:
            found[subject].add(("to", predicate.value, _without(obj, subject, known)))
        if obj in found:
            found[obj].add(("from", predicate.value, _without(subject, obj, known)))
    return found


def _telling(quads: Iterable[Quad]) -> Iterator[Quad]:
    return (quad for quad in quads if quad.predicate not in _NAMES)


def _without(term: Term, thing: NamedNode, known: Renamed) -> str:
    key = thing.value.rpartition("/")[2]
    if isinstance(term, Literal) or len(key) < 3:
        return str(term)
    return str(renamed_term(term, known)).replace(key, "*")


def _kind(state: State, thing: NamedNode) -> str:
    return state.kinds[thing].value if thing in state.kinds else thing.value.rpartition("/")[0]
