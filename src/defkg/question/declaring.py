"""The parameters that a head declares, in our words or in grlc's.

Source: the decorators ``defaults`` and ``enumerate`` of grlc (https://github.com/CLARIAH/grlc).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from defkg.question.binding import unreached
from defkg.question.head import Head, QuestionError, shorten
from defkg.question.parameter import TYPES, Parameter
from defkg.terms import expand

KEYS = ("name", "type", "class", "label", "default", "choices", "optional", "description")
PINS = ("dataset", "rows", "result")
"""What an address says that cites an answer."""

RESERVED = ("sources", "limit", "offset", "why", "timeout", *PINS)
"""What the address of an answer says besides its parameters."""

_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


def declared(head: Head, sparql: str, used: set[str]) -> tuple[Parameter, ...]:
    """The parameters of a question, in the order of the head.

    Args:
        head: the head of its file.
        sparql: its query.
        used: the variables of the query.

    Raises:
        QuestionError: one cannot be used; ``line`` says which.
    """
    found: dict[str, Parameter] = {}
    for number, entry in enumerate(head.texts["parameters"] if head.get(list, "parameters") else ()):
        with _at(head, f"parameters/{number}"):
            parameter = _parameter(entry)
            if parameter.name in found:
                raise QuestionError(f"there are two parameters named {parameter.name}; keep one")
            found[parameter.name] = parameter
    _add_grlc(head, found, used)
    for number, parameter in enumerate(found.values()):
        with _at(head, f"parameters/{number}"):
            _check(parameter, used, sparql)
    return tuple(found.values())


@contextmanager
def _at(head: Head, where: str) -> Iterator[None]:
    """Says the line of the entry in which an error came up."""
    try:
        yield
    except QuestionError as error:
        error.line = head.lines.get(where, 1)
        raise


def _parameter(entry: Any) -> Parameter:
    if not isinstance(entry, dict) or not _NAME.fullmatch(str(entry.get("name", ""))):
        raise QuestionError(f"a parameter is such as {{name: official, type: thing}}, not {shorten(entry)}")
    _check_keys(entry)
    kind, choices = entry.get("type", "choice" if entry.get("choices") else "text"), entry.get("choices") or ()
    if kind not in TYPES:
        raise QuestionError(f"a parameter's type is one of {', '.join(TYPES)}, not {shorten(kind)}")
    if not isinstance(choices, list | tuple) or not all(isinstance(choice, str) for choice in choices):
        raise QuestionError("choices must be a list of values")
    if str(entry.get("optional", "false")).lower() not in _TRUTH:
        raise QuestionError("optional must be true or false")
    name, default = str(entry["name"]), entry.get("default")
    return Parameter(
        name,
        kind,
        str(entry.get("label") or name),
        _class(entry),
        None if default is None else str(default),
        tuple(choices),
        _TRUTH[str(entry.get("optional", "false")).lower()],
        str(entry.get("description") or ""),
    )


def _check_keys(entry: dict[str, Any]) -> None:
    for key in entry:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), KEYS, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(KEYS)}"
            raise QuestionError(f"a parameter has no {key!r}; {advice}")


def _class(entry: dict[str, Any]) -> str:
    written = entry.get("class")
    if written is None:
        return ""
    try:
        return expand(str(written))
    except KeyError as error:
        raise QuestionError(f"{shorten(written)} has a prefix that is not known; write the class in full") from error


def _add_grlc(head: Head, found: dict[str, Parameter], used: set[str]) -> None:
    for name, value in _pairs(head, "defaults"):
        found[name] = replace(_known(head, found, used, name, "defaults"), default=str(value))
    for name, values in _pairs(head, "enumerate"):
        if not isinstance(values, list) or not values:
            raise head.error(f"enumerate gives {name} a list of values, not {shorten(values)}", "enumerate")
        old = _known(head, found, used, name, "enumerate")
        found[name] = replace(old, type="choice", choices=tuple(map(str, values)))


def _pairs(head: Head, key: str) -> Iterator[tuple[str, Any]]:
    """The names and values of a grlc decorator: a list of mappings, or one mapping."""
    said = head.texts.get(key) or []
    for entry in said if isinstance(said, list) else [said]:
        if not isinstance(entry, dict):
            raise head.error(f"{key} is a list such as `- name: value`, not {shorten(entry)}", key)
        yield from ((str(name), value) for name, value in entry.items())


def _known(head: Head, found: dict[str, Parameter], used: set[str], name: str, key: str) -> Parameter:
    """A declared parameter, or a new one of the query's variable; grlc writes an underscore before its name."""
    variable = next((v for v in (name, f"_{name}", f"__{name}") if v in found or v in used), None)
    if variable is None:
        raise head.error(f"{key} tells of {name!r}, which the query has no variable for", key)
    return found.get(variable) or Parameter(variable, label=name.replace("_", " "))


def _check(parameter: Parameter, used: set[str], sparql: str) -> None:
    if parameter.name in RESERVED:
        raise QuestionError(
            f"{parameter.name} has a meaning of its own in the address of an answer; rename the variable"
        )
    if parameter.name not in used:
        raise QuestionError(f"the query has no variable ?{parameter.name} for this parameter")
    if unreached(sparql, parameter.name):
        advice = "name it in GROUP BY too, or compare outside of the group"
        raise QuestionError(f"?{parameter.name} is used beside an aggregate, where no value reaches it; {advice}")
    if (parameter.type == "choice") != bool(parameter.choices):
        raise QuestionError(f"{parameter.name}: a choice has choices, and nothing else has")
    if parameter.kind and parameter.type != "thing":
        raise QuestionError(f"{parameter.name}: only a thing has a class; write `type: thing`")
    if parameter.default is not None:
        parameter.term(parameter.default)
    for choice in parameter.choices:
        parameter.term(choice)
