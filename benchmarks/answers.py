"""Whether two engines gave the same answer, and if not, how they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

XSD = "http://www.w3.org/2001/XMLSchema#"
Row = frozenset[tuple[str, tuple[str, ...]]]
Answer = Counter[Row] | bool

_INTEGERS = {XSD + name for name in ("int", "long", "short", "nonNegativeInteger", "positiveInteger")}


def read(results: Mapping[str, Any]) -> Answer:
    """An answer as what does not depend on its writing: a bag of rows, or the truth of an ASK.

    Blank nodes are all the same here: which is which, two engines cannot tell each other.

    Args:
        results: SPARQL results in JSON, parsed.

    Raises:
        KeyError: they are none.
    """
    if "boolean" in results:
        return bool(results["boolean"])
    rows = results["results"]["bindings"]
    return Counter(frozenset((name, _term(term)) for name, term in row.items()) for row in rows)


def difference(one: Answer, other: Answer) -> str:
    """How another answer differs from one, in words; empty where it does not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return "" if one is other else f"{other} instead of {one}"
    if one == other:
        return ""
    if _untyped(one) == _untyped(other):
        return f"the same values with other datatypes: {_example(one, other)}"
    missing, further = (one - other).total(), (other - one).total()
    return f"of {one.total():,} rows {missing:,} missing and {further:,} further ones: {_example(one, other)}"


def _term(term: Mapping[str, str]) -> tuple[str, ...]:
    """A term without what is only writing: ``xsd:string``, the case of a language."""
    kind, value = term["type"], term["value"]
    if kind == "bnode":
        return ("bnode",)
    if kind == "uri":
        return ("uri", value)
    datatype = term.get("datatype", "")
    if datatype in _INTEGERS:
        datatype = XSD + "integer"
    return ("literal", value, "" if datatype == XSD + "string" else datatype, term.get("xml:lang", "").lower())


def _untyped(answer: Counter[Row]) -> Counter[Row]:
    found: Counter[Row] = Counter()
    for row, times in answer.items():
        found[frozenset((name, _bare(term)) for name, term in row)] += times
    return found


def _bare(term: tuple[str, ...]) -> tuple[str, ...]:
    if term[0] != "literal":
        return term
    value = {"true": "1", "false": "0"}.get(term[1], term[1])
    return "literal", value, term[3]


def _example(one: Counter[Row], other: Counter[Row]) -> str:
    """A row that is missing beside the further row that is most like it: where the two differ."""
    missing, further = sorted((one - other), key=_shown), sorted((other - one), key=_shown)
    if not missing or not further:
        return f"{'a further' if further else 'a missing'} row {_shown((further or missing)[0])}"
    row = missing[0]
    twin = max(further[:1000], key=lambda like: len(like & row))
    return f"{_shown(row - twin)} against {_shown(twin - row)}"


def _shown(row: Row) -> str:
    told = (f"?{name} {' '.join(part for part in term[1:] if part)}" for name, term in sorted(row))
    return " ".join(told)[:200]
