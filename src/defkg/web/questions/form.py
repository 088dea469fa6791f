"""The form of a question: one field for each parameter, with what may be picked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import NamedNode

from defkg.naming import Named, Names
from defkg.question import Parameter
from defkg.question.parameter import LONGEST
from defkg.terms import compact
from defkg.web.questions.request import Asked

PICKED = 200
_INPUTS = {"date": "date", "year": "number", "number": "number"}


class Option(NamedTuple):
    """What may be picked: the value that is sent, and what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One field of the form.

    Attributes:
        name: the parameter.
        label: what it is called.
        type: select, or the type of an input.
        value: what stands in it.
        options: what may be picked; beside a text, what is offered.
        optional: whether it may be left empty.
        accepts: what may be given, in words.
        fault: why what was given is not accepted; empty where it is.
        longest: how many characters it takes.
        listed: how many values its description lists, each with a name of its own in the graph.
    """

    name: str
    label: str
    type: str
    value: str
    options: tuple[Option, ...]
    optional: bool
    accepts: str
    fault: str
    longest: int = LONGEST
    listed: int = 0


def fields(asked: Asked, names: Names) -> list[Field]:
    """The form's fields, as the asker has left them."""
    return [_field(asked, parameter, names) for parameter in asked.question.parameters]


def said(asked: Asked, names: Names) -> list[tuple[str, str]]:
    """What each parameter's value is called, for those that have one: pairs of labels."""
    return [(p.label, _read(asked, p, names)) for p in asked.question.parameters if p.name in asked.values]


def address_value(asked: Asked, parameter: Parameter) -> str:
    """A value as it stands in an address: an IRI in short, anything else as it is."""
    term = asked.values.get(parameter.name)
    return compact(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", ""))


def address_values(asked: Asked) -> dict[str, str]:
    """All values as they stand in an address; what was left out on purpose stands there, empty."""
    kept = [p for p in asked.question.parameters if p.name in asked.values or p.default is not None]
    return {p.name: address_value(asked, p) for p in kept}


def _field(asked: Asked, parameter: Parameter, names: Names) -> Field:
    fault = asked.faults.get(parameter.name, "")
    options = _options(parameter, names)
    kind = "select" if options and len(options) <= PICKED else _INPUTS.get(parameter.type, "text")
    value = address_value(asked, parameter)
    if fault and not asked.missing:
        kind, value = "text", asked.given.get(parameter.name, "")
    elif kind != "select" and parameter.type == "thing" and value:
        value = _unambiguous(parameter, names).get(value, value)
    if kind == "text":
        options = tuple(Option(typed, "") for typed in _unambiguous(parameter, names).values())
    return Field(
        parameter.name,
        parameter.label,
        kind,
        value,
        options,
        parameter.optional,
        parameter.accepts,
        fault,
        listed=len(parameter.choices),
    )


def _options(parameter: Parameter, names: Names) -> tuple[Option, ...]:
    if parameter.type == "choice":
        return tuple(Option(choice, choice) for choice in parameter.choices)
    return tuple(Option(compact(iri), label) for iri, label in _things(parameter, names))


def _unambiguous(parameter: Parameter, names: Names) -> dict[str, str]:
    """What to type for each thing, by its short IRI: its label, or the IRI where two things have that label."""
    if parameter.type == "choice":
        return {choice: choice for choice in parameter.choices}
    things = _things(parameter, names)
    often = Counter(label.casefold() for _, label in things)
    return {compact(iri): label if often[label.casefold()] == 1 else compact(iri) for iri, label in things}


def _things(parameter: Parameter, names: Names) -> list[Named]:
    return names.of(parameter.kind) if parameter.type == "thing" and parameter.kind else []


def _read(asked: Asked, parameter: Parameter, names: Names) -> str:
    term = asked.values[parameter.name]
    if isinstance(term, NamedNode):
        return names.label(parameter.kind, term.value)
    return str(getattr(term, "value", term))
