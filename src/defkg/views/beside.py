"""Columns that name the things of another: ``jwgLabel`` beside ``jwg``, ``documentTitle`` beside ``document``."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pyoxigraph import Literal, NamedNode

from defkg.terms import Term, compact

_SUFFIXES = ("Label", "Title")


def subject(variable: str, variables: Collection[str]) -> str:
    """The column whose things a column names; the column itself where it names no other's."""
    bases = (variable.removesuffix(suffix) for suffix in _SUFFIXES if variable.endswith(suffix))
    return next((base for base in bases if base in variables), variable)


def name(row: Mapping[str, Term], variable: str) -> str:
    """What the row itself calls the thing in a column; empty where it does not say."""
    terms = (row.get(variable + suffix) for suffix in _SUFFIXES)
    return next((term.value for term in terms if isinstance(term, Literal)), "")


def text(row: Mapping[str, Term], variable: str, labels: Mapping[str, str]) -> str:
    """What stands in a column for a reader: of a thing its name, of a value the value, and its name if it has one."""
    term, called = row.get(variable), name(row, variable)
    if isinstance(term, NamedNode):
        return called or labels.get(term.value) or compact(term.value)
    value = term.value if isinstance(term, Literal) else "" if term is None else str(term)
    return value if called == value else f"{value} {called}".strip()
