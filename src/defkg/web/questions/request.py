"""What a request to ``/questions/<name>`` asks: the question, its values, and how the answer is to be given."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from defkg.answer import Missing, values_of
from defkg.citation import Citation
from defkg.engine import Problem
from defkg.engine.formats import ROW_NAMES
from defkg.naming import Names
from defkg.question import Parameter, Question, QuestionError
from defkg.question.binding import form
from defkg.question.declaring import RESERVED
from defkg.terms import Term
from defkg.web.parameters import Parameters
from defkg.web.questions.formats import FORMATS, GRAPHS

LARGEST_PAGE = 10_000
_NEAR = 5
_OTHERWISE = {
    "ASK": "a question that is answered by yes or no, whose page names the documents",
    **dict.fromkeys(GRAPHS, "a question that is answered by triples"),
}
_NUMBER = re.compile(r"[0-9]{1,9}")
_SWITCH = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True)
class Asked:
    """A question with what the asker gave.

    Attributes:
        question: the question.
        given: the values as text, as they came.
        values: those that are accepted, and the defaults, as terms.
        faults: for each parameter that keeps the question from being asked, why, in words.
        missing: whether the faults are only that something has to be given.
        sources: whether a column of sources is wanted.
        limit: how many rows are wanted; None for what the question says.
        offset: how many rows to leave out before.
        why: the number of the row whose inference is to be explained, from 1 on.
        citation: what an address says that was kept to cite the answer.
        timeout: seconds, where the asker lowers the limit.
    """

    question: Question
    given: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Term] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    missing: bool = False
    sources: bool = False
    limit: int | None = None
    offset: int = 0
    why: int | None = None
    citation: Citation | None = None
    timeout: float | None = None

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE."""
        return form(self.question.sparql)

    def problem(self) -> Problem:
        """The first of the faults, as a program is told of it."""
        name, words = next(iter(self.faults.items()))
        parameter = next(p for p in self.question.parameters if p.name == name)
        more: dict[str, object] = {"parameter": name, "accepts": parameter.accepts}
        title = "A parameter is missing" if self.missing else "A value is not accepted"
        return Problem(400, "parameter-missing" if self.missing else "parameter", title, words, more)


def resolve(questions: Mapping[str, Question], segment: str) -> tuple[Question, str]:
    """The question that the last part of an address names, and the format that it ends in; "" for none.

    Raises:
        Problem: 404, there is no such question; ``near`` names those it may have meant.
    """
    name, dot, suffix = segment.rpartition(".")
    if segment in questions:
        return questions[segment], ""
    if dot and suffix in FORMATS and name in questions:
        return questions[name], suffix
    near = [question.name for question in close_to(questions, segment)]
    words = f"; did you mean {', '.join(near)}?" if near else "."
    detail = f"No question of the library has this name{words} /questions/ lists them all"
    raise Problem(404, "unknown-question", "There is no such question", detail, {"near": near})


def close_to(questions: Mapping[str, Question], name: str) -> list[Question]:
    """The questions whose names or titles are near to a name."""
    text = name[:100].casefold()
    near = difflib.get_close_matches(text, list(questions), n=_NEAR, cutoff=0.55)
    words = [word for word in re.split(r"[^\w]+", text) if len(word) > 3]
    scored = {q.name: sum(word in f"{q.name} {q.title.casefold()}" for word in words) for q in questions.values()}
    wordy = sorted((name for name, score in scored.items() if score), key=lambda name: (-scored[name], name))
    return [questions[name] for name in dict.fromkeys([*near, *wordy])][:_NEAR]


def heed(asked: Asked, suffix: str) -> None:
    """Refuses what would not be heeded: who gives it must not believe that it was.

    Args:
        asked: the question with what the asker gave.
        suffix: the format of the answer; html for the page.

    Raises:
        Problem: 400, which parameter.
    """
    rows, page = asked.form == "SELECT", suffix == "html"
    given: dict[str, object] = {"why": not (rows and page) and asked.why, "dataset": not page and asked.citation}
    if not rows or suffix not in ROW_NAMES:
        given |= {"sources": asked.sources, "limit": asked.limit, "offset": asked.offset}
    what = _OTHERWISE.get(asked.form, "the page" if page else f".{suffix}")
    for name in (name for name, value in given.items() if value):
        detail = f"{name}= has no meaning for {what}; leave it out"
        raise Problem(400, "parameter", "A parameter has no meaning here", detail, {"parameter": name})


def read_asked(question: Question, names: Names, parameters: Parameters) -> Asked:
    """What the parameters of a request ask of a question.

    Raises:
        Problem: 400, there is one that nobody knows, or twice, or one that says how to answer is no such thing.
    """
    own = {parameter.name for parameter in question.parameters}
    _check_names(question, parameters, [*own, *RESERVED])
    said = {name: value for name in RESERVED if (value := parameters.one(name)) is not None}
    given = {name: text for name in own if (text := parameters.one(name)) is not None}
    values, faults, missing = _values(question, names, given)
    return Asked(question, given, values, faults, missing, **_options(said))


def _check_names(question: Question, parameters: Parameters, known: list[str]) -> None:
    for name, _ in parameters.pairs:
        if name not in known:
            takes = ", ".join(parameter.name for parameter in question.parameters) or "none of its own"
            near = difflib.get_close_matches(name[:100], known, n=1)
            advice = f"; did you mean {near[0]}?" if near else ""
            detail = f"The question takes {takes}, and not {name[:100]!r}{advice}"
            more: dict[str, object] = {"parameter": name[:100], "accepts": known}
            raise Problem(400, "parameter-unknown", "There is no such parameter", detail, more)


def _values(question: Question, names: Names, given: Mapping[str, str]) -> tuple[dict[str, Term], dict[str, str], bool]:
    """The terms; for each parameter that has none although it must, why; and whether all of these are missing."""
    values: dict[str, Term] = {}
    faults: dict[str, str] = {}
    missing = True
    for parameter in question.parameters:
        try:
            values |= _value(question, parameter, names, given)
        except QuestionError as error:
            faults[parameter.name] = str(error)
            missing = missing and isinstance(error, Missing)
    return values, faults, bool(faults) and missing


def _value(question: Question, parameter: Parameter, names: Names, given: Mapping[str, str]) -> dict[str, Term]:
    own = {name: text for name, text in given.items() if name == parameter.name}
    return values_of(replace(question, parameters=(parameter,)), names, own)


def _options(said: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"citation": Citation.read(said)}
    if "sources" in said:
        found["sources"] = _switch("sources", said["sources"])
    for name, least, most in (("limit", 1, LARGEST_PAGE), ("offset", 0, 10**9), ("why", 1, 10**9)):
        if name in said:
            found[name] = _number(name, said[name], least, most)
    if "timeout" in said:
        found["timeout"] = _seconds(said["timeout"])
    return found


def _switch(name: str, text: str) -> bool:
    if text not in _SWITCH:
        raise _refused(name, f"{name}= is true or false, not {text[:100]!r}")
    return _SWITCH[text]


def _number(name: str, text: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise _refused(name, f"{name}= is a number from {least} to {most:,}, not {text[:100]!r}")
    return int(text)


def _seconds(text: str) -> float:
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) and float(text) > 0:
        return float(text)
    raise _refused("timeout", f"timeout= is a number of seconds above 0, not {text[:100]!r}")


def _refused(name: str, detail: str) -> Problem:
    return Problem(400, "parameter", "A value is not accepted", detail, {"parameter": name})
