"""Answers as results: every value with its label, every row with its documents, and no more than a reader can hold.

What is left out is told, with the way to it. Characters that nobody sees are written out: a text out of a document
must not say to a machine what it does not say to a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select
from defkg.mcp.results import Document, Value
from defkg.terms import DCTERMS, PREFIXES, RDF, XSD, Term, compact

BUDGET = 40_000
"""Characters that the rows of a result may have."""

_LONGEST = 2_000
_SHORTEST = 80
_SOURCES = 20
_DOCUMENTS = 50
_PLAIN = (XSD + "string", RDF + "langString")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_NOT_STATED = "not stated"
_DETAILS = f"""SELECT ?document ?publisher ?name ?issued ?url WHERE {{{{
  VALUES ?document {{{{ {{documents}} }}}}
  OPTIONAL {{{{ ?document <{DCTERMS}publisher> ?publisher . OPTIONAL {{{{ ?publisher skos:prefLabel ?name . }}}} }}}}
  OPTIONAL {{{{ ?document <{DCTERMS}issued> ?issued . }}}}
  OPTIONAL {{{{ ?document <{PREFIXES["schema"]}url> ?url . }}}}
}}}} ORDER BY ?document ?publisher ?name ?issued ?url"""
Item = TypeVar("Item")


def visible(said: Any) -> Any:
    """A result's parts with every character that is not seen written out as its code point."""
    if isinstance(said, str):
        return _UNSEEN.sub(lambda match: f"\\u{{{ord(match[0]):04X}}}", said)
    if isinstance(said, dict):
        return {visible(key): visible(value) for key, value in said.items()}
    return [visible(part) for part in said] if isinstance(said, list) else said


def value(term: Term, labels: Mapping[str, str], longest: int = _LONGEST) -> Value:
    """A term as a result shows it."""
    if isinstance(term, NamedNode):
        return Value(iri=term.value, label=labels.get(term.value))
    if not isinstance(term, Literal):
        return Value(text=str(term))
    text, left = shorten(term.value, longest)
    datatype = None if term.datatype.value in _PLAIN else compact(term.datatype.value)
    return Value(text=text, datatype=datatype, language=term.language, cut=left or None)


def longest(columns: int) -> int:
    """How long a literal may be among so many in a row."""
    return max(_SHORTEST, min(_LONGEST, BUDGET // (2 * max(columns, 1))))


def shorten(text: str, most: int = _LONGEST) -> tuple[str, int]:
    """A text of so many characters at most, and how many are left out."""
    return (text, 0) if len(text) <= most else (text[:most], len(text) - most)


def fill(items: Iterable[Item], size: Callable[[Item], int]) -> list[Item]:
    """The first of some items, as many as a result holds; one at least, where there is one."""
    kept: list[Item] = []
    left = BUDGET
    for item in items:
        left -= size(item)
        if kept and left < 0:
            break
        kept.append(item)
    return kept


def written(said: Mapping[str, Any]) -> str:
    """A result's parts as JSON."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def next_offset(offset: int, shown: int, total: int) -> int | None:
    """Where the rest begins; None where there is none."""
    return offset + shown if shown and offset + shown < total else None


def sources(iris: Sequence[str]) -> tuple[list[str], int | None]:
    """The documents of one row, and how many further ones are left out."""
    return list(iris[:_SOURCES]), (len(iris) - _SOURCES if len(iris) > _SOURCES else None)


def documents(select: Select, iris: Iterable[str], labels: Mapping[str, str]) -> tuple[list[Document], int | None]:
    """What is known of some documents, and how many further ones are left out."""
    wanted = sorted(set(iris))
    shown = wanted[:_DOCUMENTS]
    listed = " ".join(str(NamedNode(iri)) for iri in shown)
    rows = select(_DETAILS.format(documents=listed)) if shown else []
    found = {row["document"].value: row for row in reversed(rows) if isinstance(row["document"], NamedNode)}
    known = [_document(iri, found.get(iri, {}), labels) for iri in shown]
    return known, len(wanted) - len(shown) or None


def _document(iri: str, row: Mapping[str, Term], labels: Mapping[str, str]) -> Document:
    def said(*names: str) -> str:
        terms = (row.get(name) for name in names)
        return next((t.value for t in terms if isinstance(t, Literal | NamedNode)), _NOT_STATED)

    return Document(
        iri=iri,
        title=labels.get(iri, _NOT_STATED),
        publisher=said("name", "publisher"),
        issued=said("issued"),
        url=said("url"),
    )
