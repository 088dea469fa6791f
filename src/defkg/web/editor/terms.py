"""What the editor completes with: the terms of the graph's own ontology, how often each is used, and the prefixes.

Sources: VoID (W3C), sections 4.2 and 4.4, for the counts, which are read and not counted here; nobody else is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypedDict

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.terms import OWL, PREFIXES, RDF, RDFS, SKOS, VOID_GRAPH, Term, compact

_MOST = 5_000
_VOID = "http://rdfs.org/ns/void#"
_CLASSES = (f"{OWL}Class", f"{RDFS}Class")
_PROPERTIES = (f"{OWL}ObjectProperty", f"{OWL}DatatypeProperty", f"{RDF}Property")
_DECLARED = f"""SELECT ?term ?kind ?label ?definition WHERE {{
  VALUES ?kind {{ {" ".join(f"<{kind}>" for kind in (*_CLASSES, *_PROPERTIES))} }}
  ?term a ?kind .
  FILTER (isIRI(?term))
  OPTIONAL {{ ?term <{RDFS}label> ?label }}
  OPTIONAL {{ ?term <{SKOS}definition> ?definition }}
}} ORDER BY ?term ?kind ?label ?definition LIMIT {_MOST}"""


class Entry(TypedDict, total=False):
    """A term: its IRI, what it is called and means, and how many things or triples have it."""

    iri: str
    name: str
    label: str
    definition: str
    count: int


def completions(select: Select) -> bytes:
    """The terms as JSON: `prefixes`, `classes` and `properties`, the most used first.

    Raises:
        Problem: there is no answer.
    """
    declared = select(_DECLARED)
    of_class = _counts(select, "classPartition", "class", "entities")
    of_property = _counts(select, "propertyPartition", "property", "triples")
    told = {
        "prefixes": PREFIXES,
        "classes": _entries(declared, _CLASSES, of_class),
        "properties": _entries(declared, _PROPERTIES, of_property),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _counts(select: Select, partition: str, by: str, number: str) -> dict[str, int]:
    rows = select(f"""SELECT ?term (MAX(?n) AS ?count) WHERE {{
  GRAPH {VOID_GRAPH} {{
    ?all <{_VOID}{partition}> ?part .
    ?part <{_VOID}{by}> ?term ; <{_VOID}{number}> ?n .
    FILTER NOT EXISTS {{ ?wider <{_VOID}classPartition> ?all }}
  }}
}} GROUP BY ?term ORDER BY ?term LIMIT {_MOST}""")
    pairs = ((row.get("term"), row.get("count")) for row in rows)
    return {t.value: int(n.value) for t, n in pairs if isinstance(t, NamedNode) and isinstance(n, Literal)}


def _entries(declared: list[dict[str, Term]], kinds: tuple[str, ...], counts: Mapping[str, int]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for row in declared:
        term, kind = row["term"], row["kind"]
        if isinstance(term, NamedNode) and isinstance(kind, NamedNode) and kind.value in kinds:
            entry = found.setdefault(term.value, {"iri": term.value, "name": compact(term.value)})
            _describe(entry, row)
    for iri, count in counts.items():
        found.setdefault(iri, {"iri": iri, "name": compact(iri)})["count"] = count
    return sorted(found.values(), key=lambda entry: (-entry.get("count", 0), entry["name"]))


def _describe(entry: Entry, row: Mapping[str, Term]) -> None:
    label, definition = row.get("label"), row.get("definition")
    if isinstance(label, Literal):
        entry.setdefault("label", label.value)
    if isinstance(definition, Literal):
        entry.setdefault("definition", definition.value)
