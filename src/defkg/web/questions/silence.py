"""An empty answer in words: what was looked for, and whether the documents say it of something else, or of nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from uuid import uuid4

from pyoxigraph import Literal, NamedNode

from defkg.linter.patterns import outline
from defkg.naming import Select, labels
from defkg.question import Parameter, Question
from defkg.terms import Term, compact

SHOWN = 10
_ABSENT = ("MINUS", "NOT", "!", "HAVING")


@dataclass(frozen=True)
class Other:
    """What an empty answer would be with another value of one parameter.

    Attributes:
        parameter: the parameter that was let free.
        values: the first values of it that have rows, each as it stands in an address and as it is called.
        more: whether there are more of them.
    """

    parameter: Parameter
    values: list[tuple[str, str]]
    more: bool = False


def others(select: Select, question: Question, values: dict[str, Term]) -> list[Other]:
    """For each parameter that can be let free, the values of it that do have rows.

    Only a thing of a class and a choice can be: of those alone it is known what there is.
    """
    free = [p for p in question.parameters if p.name in values and (p.choices or (p.type == "thing" and p.kind))]
    return [_other(select, question, values, parameter) for parameter in free]


def asks_for_absence(question: Question) -> bool:
    """Whether a question has rows for what is *not* stated, or only where there is enough of it."""
    shape = outline(question.sparql)
    return shape is None or any(token.keyword in _ABSENT for token in shape.body)


def _other(select: Select, question: Question, values: dict[str, Term], parameter: Parameter) -> Other:
    rows = select(_freed(question, values, parameter))
    found = [row[parameter.name] for row in rows if parameter.name in row]
    shown = found[:SHOWN]
    known = labels(select, [term.value for term in shown if isinstance(term, NamedNode)])
    return Other(parameter, [_named(term, known) for term in shown], len(found) > SHOWN)


def _freed(question: Question, values: dict[str, Term], parameter: Parameter) -> str:
    """A query for the values of a parameter that have rows, all other values being as they are."""
    mark = NamedNode(f"urn:uuid:{uuid4()}")
    bound = question.bind({**values, parameter.name: mark})
    bound = bound.replace(f"VALUES ?{parameter.name} {{ {mark} }}", _any(parameter))
    shape = outline(bound)
    assert shape is not None
    start = shape.body[0].start
    name = f"?{parameter.name}"
    inner = _with_column(bound[start:], name)
    return f"{bound[:start]} SELECT DISTINCT {name} WHERE {{ {{ {inner}\n}} }} ORDER BY {name} LIMIT {SHOWN + 1}"


def _any(parameter: Parameter) -> str:
    if parameter.choices:
        return f"VALUES ?{parameter.name} {{ {' '.join(str(Literal(choice)) for choice in parameter.choices)} }}"
    return f"?{parameter.name} a {NamedNode(parameter.kind)} ."


def _with_column(query: str, name: str) -> str:
    """A SELECT with one column, and where it groups one key, more."""
    shape = outline(query)
    assert shape is not None
    pieces: list[tuple[int, str]] = []
    head = shape.head
    words = 2 if len(head) > 1 and head[1].keyword in ("DISTINCT", "REDUCED") else 1
    projected = any(token.text in (name, f"${name[1:]}", "*") and token.depth == 0 for token in head[words:])
    if not projected:
        pieces.append((head[words - 1].end, f" {name}"))
    for word, by in pairwise(shape.tail):
        if (word.keyword, by.keyword, word.depth) == ("GROUP", "BY", 0):
            pieces.append((by.end, f" {name}"))
    for at, text in sorted(pieces, reverse=True):
        query = f"{query[:at]}{text}{query[at:]}"
    return query


def _named(term: Term, known: dict[str, str]) -> tuple[str, str]:
    if isinstance(term, NamedNode):
        return compact(term.value), known.get(term.value, compact(term.value))
    return str(getattr(term, "value", term)), str(getattr(term, "value", term))
