"""What to call a thing on a page: its label, or where it has none, what it says or is made of.

A statement without a label goes by its gist, a participation by person and event, a passage by its document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pyoxigraph import NamedNode

from defkg.holding import Select, batches
from defkg.naming import absolute, labels
from defkg.terms import DCTERMS, OA, PROV, SKOS, Term, compact

LONGEST = 120
_ROLES = "inEvent coChairIn delegationHeadIn signatoryIn visitorIn calledOnIn inauguratorIn"
_AT = "|".join(f"defkg:{role}" for role in _ROLES.split())
_FROM = f"defkg:locator ?locator ; <{PROV}wasQuotedFrom>/<{DCTERMS}title> ?title"
_WAYS = (
    "?x defkg:gist ?gist",
    f"?x defkg:participant/<{SKOS}prefLabel> ?person . OPTIONAL {{ ?x ({_AT})/<{SKOS}prefLabel> ?event }}",
    f"?x {_FROM}",
    f"?x <{OA}start> ?start ; <{OA}end> ?end . OPTIONAL {{ ?passage <{OA}hasSelector> ?x . ?passage {_FROM} }}",
)


def called(select: Select, iris: Collection[str]) -> dict[str, str]:
    """What things are called; each has an entry, if only its IRI in short. What is no IRI goes by its own text.

    Args:
        select: what asks the graph.
        iris: the things.
    """
    found = labels(select, iris)
    for batch in batches([str(NamedNode(iri)) for iri in sorted(set(iris) - found.keys()) if absolute(iri)], str):
        for row in select(_made(" ".join(batch))):
            found.setdefault(_text(row["x"]), _made_of(row))
    return {iri: found.get(iri) or compact(iri) for iri in iris}


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text cut at a space, with an ellipsis where something is left out."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def _made(things: str) -> str:
    """The values stand in each part of the union: an engine need not look at all else first."""
    parts = " UNION ".join(f"{{ VALUES ?x {{ {things} }} {way} }}" for way in _WAYS)
    return f"SELECT * WHERE {{ {parts} }} ORDER BY ?x ?gist ?person ?event ?locator ?title"


def _made_of(row: Mapping[str, Term]) -> str:
    if "gist" in row:
        return shortened(_text(row["gist"]))
    if "person" in row:
        return f"{_text(row['person'])} at {_text(row['event'])}" if "event" in row else _text(row["person"])
    place = f"{_text(row['locator'])} of “{_text(row['title'])}”" if "locator" in row else ""
    if "start" in row:
        return f"Characters {_text(row['start'])} to {_text(row['end'])}{', ' if place else ''}{place}"
    return place


def _text(term: Term | None) -> str:
    return str(getattr(term, "value", ""))
