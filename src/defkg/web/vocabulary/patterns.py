"""The patterns that the ontology is made of: which classes they bring together, and by which properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from defkg.terms import ONTOLOGY, OWL, RDF, RDFS
from defkg.views.pattern import Arrow, size
from defkg.web.vocabulary.reading import Said, local

_KIND_OF = "kind of"
_TOLD = {
    "participation": (
        "Participation",
        "A person takes part through a node of its own, which carries the role, the post and the side; "
        "the short ways from the person follow from it.",
        """Official participatesThrough CoChairParticipation
        CoChairParticipation coChairIn Meeting
        Meeting meetingOf Mechanism
        CoChairParticipation inCapacityOf Post
        CoChairParticipation onBehalfOf Party
        Post officeOf Organisation
        Official coChairedMeeting Meeting
        Official coChaired Mechanism""",
    ),
    "series-and-events": (
        "Series and events",
        "What stands is kept apart from what took place: a mechanism meets, an exercise has editions.",
        """Meeting meetingOf Mechanism
        ExerciseEdition editionOf Exercise
        Mechanism - EngagementSeries
        Exercise - EngagementSeries
        Meeting heldAt Place
        Meeting heldInCountry Country
        EngagementSeries hasParty Party
        Meeting onSidelinesOf Exhibition""",
    ),
    "agreement-and-signing": (
        "Agreement and signing",
        "The text, its signing, who signed and what it set up or brought about are nodes of their own.",
        """Official participatesThrough SignatoryParticipation
        SignatoryParticipation signatoryIn Signing
        Signing signingOf Agreement
        Official signed Agreement
        Agreement establishes Mechanism
        Agreement hasParty Party
        Operationalisation operationalises Agreement
        Agreement outcomeOf Meeting""",
    ),
    "topics-and-commitments": (
        "Topics and commitments",
        "What was talked of, what was said and what is to be done are three things, and none of them is an event.",
        """Meeting discussed FocusArea
        Mechanism willExplore FocusArea
        Commitment concerns FocusArea
        Commitment about Mechanism
        Commitment modality Concept
        Statement modality Concept
        Statement madeBy Party
        Statement concerns FocusArea""",
    ),
    "evidence": (
        "Evidence",
        "Whatever a document says rests on a passage of it; what no single document decides is a curator's decision.",
        """Event evidencedBy Passage
        Agreement evidencedBy Passage
        Statement evidencedBy Passage
        SourceDocument hasSentence Passage
        SourceDocument - Entity
        CurationDecision about Event""",
    ),
}
NAMES = tuple(_TOLD)


@dataclass(frozen=True)
class Pattern:
    """Classes that belong together.

    Attributes:
        name: the last part of its address.
        title: what it is called.
        summary: what is to be seen.
        arrows: what may be said, as far as the ontology declares all of it.
    """

    name: str
    title: str
    summary: str
    arrows: Sequence[Arrow]

    @property
    def words(self) -> str:
        """The picture in words."""
        return "; ".join(arrow.sentence for arrow in self.arrows)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, in pixels."""
        return size(self.arrows)


def patterns(said: Said) -> list[Pattern]:
    """The patterns that an ontology has; of one that declares only a part of a pattern, that part."""
    terms = _terms(said)
    found = [
        Pattern(name, title, summary, list(_arrows(said, terms, told)))
        for name, (title, summary, told) in _TOLD.items()
    ]
    return [pattern for pattern in found if pattern.arrows]


def triples(name: str) -> list[tuple[str, str, str]]:
    """The local names of class, property and class of each arrow of a pattern; ``-`` for what is a kind of what."""
    return [(source, word, target) for source, word, target in map(str.split, _TOLD[name][2].splitlines())]


def _terms(said: Said) -> dict[str, NamedNode]:
    """The terms that an ontology declares, by the last part of their IRIs; its own go before those of others."""
    found = [term for term in said.subjects() if isinstance(term, NamedNode) and said.values(term, RDF + "type")]
    found.sort(key=lambda term: term.value.startswith(ONTOLOGY))
    return {local(term.value): term for term in found}


def _arrows(said: Said, terms: Mapping[str, NamedNode], told: str) -> Iterator[Arrow]:
    for names in map(str.split, told.splitlines()):
        source, word, target = (terms.get(name) for name in names)
        if source is None or target is None:
            continue
        start, end = _label(said, source), _label(said, target)
        if names[1] == "-" and target.value in said.iris(source, RDFS + "subClassOf"):
            yield Arrow(start, _KIND_OF, end)
        elif word is not None:
            yield Arrow(start, _label(said, word), end, bool(said.values(word, OWL + "propertyChainAxiom")))


def _label(said: Said, term: NamedNode) -> str:
    return said.text(term, RDFS + "label") or local(term.value)
