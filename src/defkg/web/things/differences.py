"""Where documents differ about a thing: the claims on both sides, as the curators noted them; neither is taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.holding import Select
from defkg.terms import Term

_ANCHORS = 2_000
_MOST = 200
_DIFFERING = """SELECT DISTINCT ?decision ?reason ?claim ?document ?gist ?modality WHERE {{
  {{ SELECT DISTINCT ?anchor WHERE {{
    {{ VALUES ?anchor {{ {thing} }} }}
    UNION {{ ?anchor defkg:about {thing} }}
    UNION {{ ?anchor defkg:concerns|defkg:inRelationship {thing} }}
    UNION {{ GRAPH {thing} {{ ?anchor defkg:gist ?any }} }}
  }} LIMIT {anchors} }}
  ?decision a defkg:CurationDecision ; defkg:about ?anchor , ?claim , ?other .
  GRAPH ?document {{ ?claim defkg:gist ?gist }}
  GRAPH ?elsewhere {{ ?other defkg:gist ?said }}
  FILTER (?document != ?elsewhere)
  OPTIONAL {{ ?claim defkg:modality ?modality }}
  OPTIONAL {{ ?decision defkg:reason ?reason }}
}} ORDER BY ?decision ?document ?claim LIMIT {most}"""


class Claim(NamedTuple):
    """What one document says."""

    iri: str
    document: str
    gist: str
    modality: str


@dataclass
class Difference:
    """A difference between documents that the curators noted, why they let it stand, and the claims."""

    decision: str
    reason: str
    claims: list[Claim] = field(default_factory=list)


def differences(select: Select, iri: str) -> list[Difference]:
    """The differences that touch a thing: it is a claim, or claims are about it or concern it, it is the relationship
    that they belong to, or a document that makes one.

    Raises:
        ValueError: it is no IRI.
    """
    found: dict[str, Difference] = {}
    for row in select(_DIFFERING.format(thing=NamedNode(iri), anchors=_ANCHORS, most=_MOST)):
        decision = _text(row["decision"])
        difference = found.setdefault(decision, Difference(decision, _text(row.get("reason"))))
        difference.claims.append(Claim(*(_text(row.get(name)) for name in ("claim", "document", "gist", "modality"))))
    return list(found.values())


def _text(term: Term | None) -> str:
    return str(getattr(term, "value", ""))
