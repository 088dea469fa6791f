"""Who took part in an event: a person in a role, with a post, on behalf of a party."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from defkg.project import ProjectError
from defkg.scaffold.block import Block, key_of, named, term, thing, things
from defkg.scaffold.catalogue import Catalogue
from defkg.scaffold.parties import party
from defkg.scaffold.said import passages
from defkg.terms import ID

ROLES = {
    "co-chair": ("CoChairParticipation", "coChairIn"),
    "delegation-head": ("DelegationHeadParticipation", "delegationHeadIn"),
    "signatory": ("SignatoryParticipation", "signatoryIn"),
    "visitor": ("VisitorParticipation", "visitorIn"),
}
_FORM = re.compile(r"(?P<name>[^=@#]+)(?:=(?P<post>[^@#]+))?(?:@(?P<party>[^#]+))?(?:#(?P<evidence>.+))?")


@dataclass(frozen=True)
class Part:
    """One person in one role.

    Attributes:
        role: a key of ``ROLES``.
        official: the person.
        post: the post held at the time, if the document names it.
        party: on whose behalf, if it is known.
        evidence: the passages that say so; those of the event where there are none.
    """

    role: str
    official: str
    post: str | None = None
    party: str | None = None
    evidence: Sequence[str] = ()

    def block(self, event: str, evidence: Sequence[str]) -> Block:
        """The participation in an event."""
        kind, predicate = ROLES[self.role]
        key = f"{event.removeprefix(ID).replace('/', '-')}--{key_of(self.official)}--{self.role}"
        facts = [
            ("a", [thing(term(kind))]),
            ("defkg:participant", [thing(self.official)]),
            (f"defkg:{predicate}", [thing(event)]),
            ("defkg:inCapacityOf", things([self.post] if self.post else [])),
            ("defkg:onBehalfOf", things([self.party] if self.party else [])),
            ("defkg:evidencedBy", things(self.evidence or evidence)),
        ]
        return Block(named("participation", key), facts)


def part(catalogue: Catalogue, role: str, text: str, parties: Sequence[str], source: str) -> Part:
    """A person in a role from ``NAME[=POST][@PARTY][#SENTENCES]``.

    Without a party it is the one whose organisation has the post, if that is among the parties of the event.

    Raises:
        ProjectError: a name means nothing or several things.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ProjectError(f"{text!r} does not say who: write NAME, NAME=POST, NAME=POST@PARTY or NAME@PARTY")
    given = {name: (value or "").strip() for name, value in match.groupdict().items()}
    official = catalogue.find(given["name"], "Official")
    post = catalogue.find(given["post"], "Post") if given["post"] else None
    side = party(catalogue, given["party"]) if given["party"] else _of_post(catalogue, post, parties)
    evidence = passages(catalogue, source, given["evidence"]) if given["evidence"] else ()
    return Part(role, official, post, side, evidence)


def _of_post(catalogue: Catalogue, post: str | None, parties: Sequence[str]) -> str | None:
    found = catalogue.values(post, "defkg:officeOf/defkg:organisationOf") if post else []
    return next((country for country in found if country in parties), None)
