"""What an address asks for: which IRI it stands for, and in which format."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.engine import Problem
from defkg.holding import Select
from defkg.terms import BASE, TOMBSTONES_GRAPH
from defkg.web.documents import FORMATS, split
from defkg.web.links import iri_of

LONGEST = 4_000
_STANDING = """SELECT ?iri
  (EXISTS {{ ?iri ?p ?o }} AS ?described)
  (EXISTS {{ GRAPH {tombstones} {{ ?iri ?pt ?ot }} }} AS ?withdrawn)
  (EXISTS {{ {{ ?so ?po ?iri }} UNION {{ ?sp ?iri ?op }} }} AS ?named)
  (EXISTS {{ GRAPH ?g {{ {{ ?iri ?ps ?os }} UNION {{ ?sn ?pn ?iri }} }} }} AS ?elsewhere)
  (EXISTS {{ GRAPH ?iri {{ ?sg ?pg ?og }} }} AS ?graph)
WHERE {{ VALUES ?iri {{ {iris} }} }}"""
_DESCRIBED = "SELECT ?iri WHERE {{ VALUES ?iri {{ {iris} }} FILTER EXISTS {{ ?iri ?p ?o }} }}"
_STANDINGS = ("described", "withdrawn", "named", "elsewhere", "graph")


class Sought(NamedTuple):
    """What an address asks for.

    Attributes:
        iri: what it stands for.
        suffix: the format that it names; empty where it names none.
        standing: what the graph knows of the IRI: described, withdrawn, named (by others), elsewhere (named in a graph
            that is not among the data), graph (the name of one); empty for nothing.
    """

    iri: str
    suffix: str
    standing: str = ""


def readings(raw: bytes) -> list[Sought]:
    """What a path may ask for, the likeliest first: itself before one with a suffix, the IRI it encodes before its own.

    Args:
        raw: the path as it was sent.

    Raises:
        Problem: 400, it is not UTF-8; 414, it is too long.
    """
    if len(raw) > LONGEST:
        detail = f"The path has {len(raw):,} bytes; a thing's has {LONGEST:,} at most"
        raise Problem(414, "address-too-long", "The address is too long", detail)
    try:
        written = raw.decode("ascii")
        iris = [iri_of(written), BASE + written.removeprefix("/")]
    except ValueError as error:
        detail = "The address has bytes that are not UTF-8; encode the IRI as UTF-8, then percent-encode it"
        raise Problem(400, "encoding", "The address is not UTF-8", detail) from error
    return list(dict.fromkeys([*_valid((iri, "") for iri in iris), *_valid(map(split, iris))]))


def resolve(select: Select, found: Collection[Sought]) -> Sought | None:
    """The first of some readings that the graph knows; None where it knows none of them."""
    iris = " ".join(sorted({str(NamedNode(sought.iri)) for sought in found}))
    known: dict[str, str] = {}
    for row in select(_STANDING.format(iris=iris, tombstones=TOMBSTONES_GRAPH)) if found else ():
        standing = next((name for name in _STANDINGS if _true(row.get(name))), "")
        known[str(row["iri"])[1:-1]] = standing
    ranked = [sought._replace(standing=known.get(sought.iri, "")) for sought in found]
    return next((sought for sought in ranked if sought.standing), None)


def formats_of(select: Select, iri: str) -> dict[str, str]:
    """The formats that a thing's document has an address for: not those whose address is another thing's."""
    others = {f"{iri}.{suffix}": suffix for suffix in FORMATS}
    rows = select(_DESCRIBED.format(iris=" ".join(str(NamedNode(other)) for other in others)))
    taken = {others[str(row["iri"])[1:-1]] for row in rows}
    return {suffix: media_type for suffix, media_type in FORMATS.items() if suffix not in taken}


def _true(term: object) -> bool:
    return isinstance(term, Literal) and term.value == "true"


def _valid(pairs: Iterable[tuple[str, str]]) -> Iterator[Sought]:
    for iri, suffix in pairs:
        try:
            NamedNode(iri)
        except ValueError:
            continue
        if "#" not in iri:  # what has a fragment is told in the document before it
            yield Sought(iri, suffix)
