"""An empty answer in words: whether the documents are silent, and what has rows instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from defkg.answer import ask
from defkg.engine import Problem
from defkg.holding import Select
from defkg.naming import Names
from defkg.question import Parameter, Question
from defkg.question.absence import is_silence
from defkg.question.binding import form
from defkg.terms import Term, compact
from defkg.web.asker import Asker
from defkg.web.questions.paging import cut
from defkg.web.questions.request import Asked

SHOWN = 10
MOST = 60
SPENT = (429, 503)  # the budget of the client, or of the server: nothing more is to be asked
_SHARE, _SECONDS = 0.5, 3.0  # of the time that is left


class Value(NamedTuple):
    """A value of a parameter: the term, how it stands in an address, and what it is called."""

    term: Term
    text: str
    label: str


@dataclass(frozen=True)
class Other:
    """What an empty answer would be with other values of one parameter.

    Attributes:
        parameter: the parameter.
        values: the first of the other values that have rows.
        more: whether there are more of them.
        tried: how many values were asked for.
        total: how many there are.
    """

    parameter: Parameter
    values: list[Value] = field(default_factory=list)
    more: bool = False
    tried: int = 0
    total: int = 0

    @property
    def failed(self) -> bool:
        """Whether the trying ended before its time."""
        return not self.more and self.tried < min(self.total, MOST)

    @property
    def whole(self) -> bool:
        """Whether it is known of each."""
        return self.tried == self.total


def instead(asker: Asker, asked: Asked) -> tuple[list[Other], bool | None]:
    """What has rows where an answer has none, and whether that none means that no document states it.

    The second is None where that took too long to find out.

    Raises:
        Problem: 429 or 503, no more is to be asked now.
    """
    part = asker.part(_SHARE, _SECONDS)
    try:
        found = others(part.select, asker.site.names, asked.question, asked.values)
        return found, is_silence(asked.question, asked.values) and _documented(part, asked, found)
    finally:
        asker.seconds += part.seconds


def others(select: Select, names: Names, question: Question, values: Mapping[str, Term]) -> list[Other]:
    """For each parameter whose values are known, which of the others have rows, everything else being as asked.

    They are asked for one by one, up to `MOST`, each as its own page would; what fails ends the trying.

    Args:
        select: asks a query.
        names: the things that there are.
        question: the question.
        values: what it was asked for without finding anything.

    Raises:
        Problem: 429 or 503, no more is to be asked now.
    """
    known = [p for p in question.parameters if p.name in values and (p.choices or (p.type == "thing" and p.kind))]
    return [_other(select, names, _first(question), values, parameter) for parameter in known]


def _documented(asker: Asker, asked: Asked, found: Sequence[Other]) -> bool | None:
    """Whether documents would state it: the first of the rows that there are rests on some, or there are none."""
    first = next((other for other in found if other.values), None)
    if first is None:
        return True
    values = {**asked.values, first.parameter.name: first.values[0].term}
    try:
        return bool(ask(asker.select, asker.site.rules, _first(asked.question), values).documents)
    except Problem as problem:
        if problem.status in SPENT:
            raise
        return None


def _first(question: Question) -> Question:
    """The question for the first of its rows alone."""
    return question if form(question.sparql) == "ASK" else replace(question, sparql=cut(question.sparql, 1, 0))


def _other(select: Select, names: Names, question: Question, values: Mapping[str, Term], parameter: Parameter) -> Other:
    candidates = [value for value in _values(names, parameter) if value.term != values[parameter.name]]
    found: list[Value] = []
    tried = 0
    for value in candidates[:MOST]:
        try:
            found += [value] if select(question.bind({**values, parameter.name: value.term})) else []
        except Problem as problem:
            if problem.status in SPENT:
                raise
            break
        tried += 1
        if len(found) > SHOWN:
            break
    return Other(parameter, found[:SHOWN], len(found) > SHOWN, tried, len(candidates))


def _values(names: Names, parameter: Parameter) -> Iterator[Value]:
    for choice in parameter.choices:
        yield Value(Literal(choice), choice, choice)
    for iri, label in names.of(parameter.kind):
        yield Value(NamedNode(iri), compact(iri), label)
