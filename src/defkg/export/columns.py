"""Columns of tables: which type the values of one have, as a data package names it.

Source: Table Schema, Data Package version 1, section "Types and Formats"; XML Schema Part 2 for the values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pyoxigraph import Literal

from defkg.terms import XSD, Term

_INTEGERS = {XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: what it is called in the table.
        type: the type of its values, as a data package names it.
        title: its label; may be empty.
        words: what it means; may be empty.
        iri: the property whose values it has; empty for none.
        refers: the table whose ids its values are; empty for none.
        constraints: what its values must be.
    """

    name: str
    type: str = "string"
    title: str = ""
    words: str = ""
    iri: str = ""
    refers: str = ""
    constraints: dict[str, object] = field(default_factory=dict)

    def descriptor(self) -> dict[str, object]:
        """The field as a data package describes it."""
        told = {"name": self.name, "type": self.type, "title": self.title, "description": self.words}
        told |= {"rdfType": self.iri}
        found: dict[str, object] = {key: value for key, value in told.items() if value}
        return {**found, "constraints": self.constraints} if self.constraints else found


def type_of(values: Iterable[Term]) -> str:
    """The type that all values have and are written in; ``string`` where they differ, or one is not what it claims."""
    found = {_type(value) for value in values}
    return found.pop() if len(found) == 1 else "string"


def _type(value: Term) -> str:
    if not isinstance(value, Literal):
        return "string"
    kind, text = value.datatype.value, value.value
    if kind in _INTEGERS and re.fullmatch(r"[+-]?[0-9]+", text):
        return "integer"
    if kind == XSD + "boolean" and text in ("true", "false"):
        return "boolean"
    return "date" if kind == XSD + "date" and _is_day(text) else "string"


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
