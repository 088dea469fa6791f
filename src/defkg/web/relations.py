"""The paths by which a graph is asked what involves whom: short where inference has been at work, longer where not."""

from __future__ import annotations

from dataclasses import dataclass

from defkg.web.service import Site

_OWN = "(defkg:hasParty|defkg:participatingService)/defkg:organisationOf?"
_SERIES = "(defkg:partOfSeries|defkg:meetingOf|defkg:editionOf)"
_ROLES = ("coChairIn", "delegationHeadIn", "signatoryIn", "visitorIn", "calledOnIn", "inauguratorIn")
VERBS = ("discussed", "prioritised", "emphasised", "agreedWorkstreamOn", "willExplore")


@dataclass(frozen=True)
class Relations:
    """Property paths, to stand in a query.

    Attributes:
        kind: from a thing to the classes it is of.
        involves: from a thing to the parties it involves.
        series: from an event to what it is an occurrence of.
        within: from a participation to its event.
        topic: from a thing to what it is about, broadly.
        inferred: whether these are what inference gives, one triple each.
    """

    kind: str = "a"
    involves: str = "defkg:involves"
    series: str = "defkg:partOfSeries"
    within: str = "defkg:inEvent"
    topic: str = "defkg:concernsBroadly"
    inferred: bool = True


_FOUND = Relations(
    kind="a/rdfs:subClassOf*",
    involves=f"(defkg:involves|({_SERIES}?/{_OWN}))",
    series=_SERIES,
    within=f"(defkg:inEvent|{'|'.join(f'defkg:{role}' for role in _ROLES)})",
    topic=f"(defkg:concernsBroadly|defkg:concerns|{'|'.join(f'defkg:{verb}' for verb in VERBS)})",
    inferred=False,
)


def relations(site: Site) -> Relations:
    """The paths for a site; without rules nothing was inferred here, and the paths walk what is asserted."""
    return Relations() if site.rules else _FOUND
