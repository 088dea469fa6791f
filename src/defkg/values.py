"""Values in Python: what a term is there, and what may be given for a parameter."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from defkg.question import QuestionError
from defkg.terms import XSD, Term

_INTEGERS = "integer int long short byte nonNegativeInteger positiveInteger unsignedInt unsignedLong".split()
_VALUES: dict[str, Callable[[str], Any]] = {
    **{XSD + name: int for name in _INTEGERS},
    XSD + "date": lambda text: date.fromisoformat(text) if len(text) == 10 else text,
    XSD + "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "float": float,
}

_PLAIN = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}|true|false|[+-]?INF|NaN")


def value(term: Term | None) -> Any:
    """A term as a plain value; a literal that its datatype does not allow is text."""
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return None if term is None else str(term)
    if not _PLAIN.fullmatch(term.value):
        return term.value
    try:
        return _VALUES[term.datatype.value](term.value)
    except (LookupError, ArithmeticError, ValueError):
        return term.value


def texts(given: Mapping[str, Any]) -> dict[str, str]:
    """The values given in Python as text that a parameter takes; None leaves an optional one out.

    Raises:
        QuestionError: a value is neither text, a whole number, a date nor an IRI.
    """
    return {name: _text(name, one) for name, one in given.items()}


def _text(name: str, one: Any) -> str:
    if one is None:
        return ""
    if isinstance(one, NamedNode | Literal):
        return one.value
    if isinstance(one, str):
        return str(one)
    found = _whole(one) if hasattr(one, "__index__") else _day(one)
    if found is None:
        raise QuestionError(f"{name} must be text, a whole number, a date or an IRI, not {type(one).__name__}")
    return found


def _whole(one: Any) -> str | None:
    """A whole number, as numpy's are too."""
    try:
        return None if isinstance(one, bool) else str(operator.index(one))
    except TypeError:
        return None


def _day(one: Any) -> str | None:
    """A day; also one that pandas or numpy holds as a moment, its midnight."""
    if getattr(getattr(one, "dtype", None), "kind", "") == "M" and one.shape == ():
        one = one.astype("datetime64[us]").item()
    if not isinstance(one, date) or one != one:  # pandas' NaT is a date that is not itself
        return None
    if isinstance(one, datetime) and one.time() == time() and one.tzinfo is None:
        return one.date().isoformat()
    return one.isoformat()
