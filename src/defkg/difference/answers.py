"""Which questions of the library answer differently, and by which rows."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from math import prod
from time import monotonic

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions

from defkg.difference.renames import Renamed, renamed_term
from defkg.difference.state import State
from defkg.project import ProjectError
from defkg.question import Parameter, Question, QuestionError
from defkg.terms import PREFIXES, XSD, Term

Values = dict[str, Term]
Row = tuple[tuple[str, Term], ...]
ALONE = 200
MOST = 60


def _seconds() -> float:
    said = os.environ.get("DEFKG_DIFF_SECONDS") or "1"
    try:
        return float(said)
    except ValueError as error:
        raise ProjectError(f"DEFKG_DIFF_SECONDS must be a number of seconds, not {said!r}") from error


SECONDS = _seconds()
_DATATYPES = {"date": XSD + "date", "number": XSD + "integer"}


@dataclass(frozen=True)
class Answer:
    """One question, asked with the same values on both sides.

    Attributes:
        question: as the new side has it.
        values: what its parameters were given.
        gained: the rows of the new side only.
        lost: the rows of the old side only.
    """

    question: Question
    values: Values
    gained: list[Row]
    lost: list[Row]


@dataclass
class Answers:
    """What became of the library.

    Attributes:
        changed: the answers that differ.
        added: names of questions that only the new side has.
        removed: names of questions that only the old side has.
        edited: names of questions that ask something else now.
        untried: how many combinations of values were left out, by question.
    """

    changed: list[Answer] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    untried: dict[str, int] = field(default_factory=dict)


def answers(old: State, new: State, touched: list[Term], known: Renamed) -> Answers:
    """Asks each question on both sides: with its defaults, its cases, and all that the change touches.

    A thing is given to the parameters of its class, a day or a whole number to those of its type, the nearest to the
    change first; a question with a thing for its only parameter is asked of its whole class. At most ``MOST``
    combinations are tried, ``ALONE`` where there is one parameter, and none beyond the cases of a question once it has
    taken ``SECONDS``. Where one side has no library, the other's is asked.

    Args:
        old: the state before.
        new: the state after.
        touched: what the change may touch, the nearest first.
        known: the renamed things.

    Raises:
        ProjectError: a question cannot be asked.
    """
    ours, theirs = old.questions or new.questions, new.questions or old.questions
    shared = sorted(ours.keys() & theirs.keys())
    found = Answers(
        added=sorted(theirs.keys() - ours.keys()),
        removed=sorted(ours.keys() - theirs.keys()),
        edited=[name for name in shared if _essence(ours[name]) != _essence(theirs[name])],
    )
    picker = _Picker(old, new, touched, known)
    same = old.stated == new.stated and old.inferred == new.inferred
    for name in found.edited if same else shared:
        combinations, found.untried[name] = picker.combinations(theirs[name])
        until = monotonic() + SECONDS
        for number, values in enumerate(combinations):
            if number > len(theirs[name].cases) and monotonic() > until:
                found.untried[name] += len(combinations) - number
                break
            before = _rows(old, ours[name], {k: picker.before(v) for k, v in values.items()}, known)
            after = _rows(new, theirs[name], values, {})
            if before != after:
                found.changed.append(Answer(theirs[name], values, _sorted(after - before), _sorted(before - after)))
    found.untried = {name: count for name, count in found.untried.items() if count}
    return found


def _sorted(rows: Counter[Row]) -> list[Row]:
    return sorted(rows.elements(), key=str)


def _essence(question: Question) -> object:
    """What a question asks: layout and comments of its query do not count, nor what it expects."""
    from defkg.sparql import tokens

    query = [token.text for token in tokens(question.sparql)]
    return question.title, question.description, question.tags, question.view, question.parameters, query


class _Picker:
    """Finds values for parameters."""

    def __init__(self, old: State, new: State, touched: list[Term], known: Renamed) -> None:
        self._old, self._new, self._known = old, new, known
        self._back = {theirs: ours for ours, theirs in known.items()}
        self._touched = touched
        self._classes: dict[str, set[Term]] = {}

    def before(self, term: Term) -> Term:
        """The term as the old side writes it."""
        return renamed_term(term, self._back)

    def combinations(self, question: Question) -> tuple[list[Values], int]:
        """Values for all parameters, as many as may be tried; and how many are left out."""
        given = list(_given(question))
        choices = self._choices(question, given)
        apart = [*given, *(given[0] | {name: term} for name, terms in choices.items() for term in terms)]
        outside = [v for v in _distinct(apart) if not all(v.get(name) in terms for name, terms in choices.items())]
        total = len(outside) + prod(map(len, choices.values()))
        found = _distinct(chain(given, _nearest(given[0], choices)), ALONE if len(choices) == 1 else MOST)
        return found, total - len(found)

    def _choices(self, question: Question, given: list[Values]) -> dict[str, list[Term]]:
        """For each parameter its default, what fits of the touched terms, and where it is the only one all others."""
        alone = len(question.parameters) == 1
        fitting = {p: [*_defaults(given, p), *self._fitting(p), *self._others(p, alone)] for p in question.parameters}
        return {p.name: list(dict.fromkeys(terms)) for p, terms in fitting.items()}

    def _others(self, parameter: Parameter, alone: bool) -> list[Term]:
        return sorted(self._class(parameter.kind), key=str) if alone and parameter.type == "thing" else []

    def _fitting(self, parameter: Parameter) -> list[Term]:
        if parameter.type == "thing":
            kind = self._class(parameter.kind)
            return [term for term in self._touched if term in kind]
        literals = [term for term in self._touched if isinstance(term, Literal)]
        if parameter.type == "year":
            years = dict.fromkeys(match[0] for term in literals if (match := re.match(r"\d{4}(?=-|$)", term.value)))
            return [parameter.term(year) for year in years]
        return [term for term in literals if term.datatype.value == _DATATYPES.get(parameter.type)]

    def _class(self, kind: str) -> set[Term]:
        if kind not in self._classes:
            before = {renamed_term(thing, self._known) for thing in self._old.of_class(kind)}
            self._classes[kind] = before | self._new.of_class(kind)
        return self._classes[kind]


def _given(question: Question) -> Iterator[Values]:
    parameters = {p.name: p for p in question.parameters}
    for case in [{}, *question.cases]:
        values = (case.get("parameters") or {}).items()
        yield question.defaults() | {name: parameters[name].term(str(value)) for name, value in values}


def _defaults(given: list[Values], parameter: Parameter) -> list[Term]:
    return [given[0][parameter.name]] if parameter.name in given[0] else []


def _nearest(start: Values, choices: dict[str, list[Term]]) -> Iterator[Values]:
    """One value put into the start, and all values together; those first that stand early in their lists."""
    sizes = [len(terms) for terms in choices.values()]
    for total in range(sum(sizes)):
        yield from (start | {name: terms[total]} for name, terms in choices.items() if total < len(terms))
        for places in _places(sizes, total):
            yield {name: choices[name][place] for name, place in zip(choices, places, strict=True)}


def _places(sizes: list[int], total: int) -> Iterator[tuple[int, ...]]:
    """The places in lists of these sizes that add up to a total."""
    if not sizes:
        yield from [()] if total == 0 else []
        return
    for first in range(min(sizes[0], total + 1)):
        yield from ((first, *rest) for rest in _places(sizes[1:], total - first))


def _distinct(found: Iterable[Values], most: int | None = None) -> list[Values]:
    """Each once, in their order; no more than are wanted."""
    seen: dict[tuple[tuple[str, Term], ...], Values] = {}
    for values in found:
        seen.setdefault(tuple(sorted(values.items())), values)
        if len(seen) == most:
            break
    return list(seen.values())


def _rows(state: State, question: Question, values: Values, known: Renamed) -> Counter[Row]:
    names = {p.name for p in question.parameters}
    try:
        bound = question.bind(question.defaults() | {name: term for name, term in values.items() if name in names})
        results = state.store.query(bound, prefixes=PREFIXES)
    except (QuestionError, SyntaxError) as error:
        raise ProjectError(f"{state.name}: queries/{question.group}/{question.name}.rq: {error}") from error
    if isinstance(results, QueryBoolean):
        return Counter([(("answer", Literal(bool(results))),)])
    if isinstance(results, QuerySolutions):
        columns = [variable.value for variable in results.variables]
        rows = ([(name, row[name]) for name in columns] for row in results)
    else:
        rows = (list(zip(("subject", "predicate", "object"), triple, strict=True)) for triple in results)
    return Counter(tuple((n, _term(term, known)) for n, term in row if term is not None) for row in rows)


def _term(term: Term, known: Renamed) -> Term:
    return NamedNode("_:node") if isinstance(term, BlankNode) else renamed_term(term, known)
