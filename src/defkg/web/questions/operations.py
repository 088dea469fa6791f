"""The questions as OpenAPI describes them: a typed operation for each, so that a client can be made of the description.

Source: OpenAPI 3.1, operation, parameter and components objects; JSON Schema 2020-12.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from defkg.engine.formats import ROW_NAMES
from defkg.naming import Names, is_iri
from defkg.question import Parameter, Question
from defkg.question.binding import form
from defkg.question.parameter import LONGEST
from defkg.table import Table
from defkg.terms import Term, compact, expand
from defkg.web.operations import STATUSES, refused
from defkg.web.questions.form import PICKED
from defkg.web.questions.formats import FORMATS, offered
from defkg.web.questions.request import LARGEST_PAGE

Json = dict[str, Any]
_EXAMPLES = 3
_SOURCES = (
    "Adds a last column with the IRIs of each row's sources, a space between them: the documents that together hold "
    "what a row rests on; not each of them need say all of it. Told of 10,000 rows at most, and of fewer where a query "
    "that this takes gives more than 8 MB: take pages, with limit"
)
_SHARED: dict[str, tuple[Json, str]] = {
    "sources": ({"type": "boolean"}, _SOURCES),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
        "Rows of a page; the Link header names the next one",
    ),
    "offset": ({"type": "integer", "minimum": 0, "maximum": 10**9}, "Rows to leave out before"),
    "timeout": ({"type": "number", "minimum": 0.001, "maximum": 999999}, "Seconds; it only lowers the limit"),
}
_TYPES: dict[str, Json] = {
    "date": {"type": "string", "format": "date"},
    "year": {"type": "integer", "minimum": 1000, "maximum": 9999},
    "number": {"type": "integer", "format": "int64", "minimum": -(10**18) + 1, "maximum": 10**18 - 1},
    "text": {"type": "string", "minLength": 1, "maxLength": LONGEST},
}


def question_paths(questions: Mapping[str, Question], names: Names) -> Json:
    """The path of each question with its one operation."""
    return {f"/questions/{q.name}": {"get": _operation(q, names)} for q in questions.values()}


def question_components(questions: Mapping[str, Question], names: Names) -> Json:
    """What the operations refer to: shared parameters, problems, and the things that can be picked, by class."""
    kinds = sorted({p.kind for q in questions.values() for p in q.parameters if p.type == "thing"})
    parameters = {name: _parameter(name, schema, words) for name, (schema, words) in _SHARED.items()}
    return {
        "parameters": parameters,
        "responses": {f"Problem{status}": refused(words) for status, words in _statuses().items()},
        "schemas": {_key(kind): _things(kind, names) for kind in kinds},
    }


def question_tags(questions: Mapping[str, Question]) -> list[Json]:
    """The topics, which are the operations' tags."""
    return [{"name": group} for group in dict.fromkeys(question.group for question in questions.values())]


def _operation(question: Question, names: Names) -> Json:
    own = [_own(question, parameter, names) for parameter in question.parameters]
    taken = {parameter.name for parameter in question.parameters}
    heeded = _SHARED if form(question.sparql) == "SELECT" else ["timeout"]
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in heeded if name not in taken]
    problems = {status: {"$ref": f"#/components/responses/Problem{status}"} for status in _statuses()}
    return {
        "operationId": question.name,
        "summary": question.title,
        "description": f"{question.description}\n\nThe format is chosen by Accept, or by a suffix of the path: "
        f"{', '.join(f'.{suffix}' for suffix in offered(question))}.".strip(),
        "tags": [question.group],
        "parameters": [*own, *shared],
        "responses": {"200": {"description": "The complete answer", "content": _content(question)}, **problems},
    }


def _statuses() -> dict[str, str]:
    left_out = ("403", "408", "415")
    return {status: words for status, words in STATUSES.items() if status not in left_out} | {
        "404": "There is no such question, or no picture of this answer",
        "422": "The answer cannot be written so, or its sources cannot be told",
    }


def _own(question: Question, parameter: Parameter, names: Names) -> Json:
    required = parameter.default is None and not parameter.optional
    found = _parameter(parameter.name, _schema(parameter), f"{parameter.label}: {parameter.accepts}", required)
    if example := _example(question, parameter, names):
        found["example"] = example
    return found


def _schema(parameter: Parameter) -> Json:
    default = {} if parameter.default is None else {"default": _value(parameter, parameter.default)}
    if parameter.type == "thing":
        return {"allOf": [{"$ref": f"#/components/schemas/{_key(parameter.kind)}"}], **default}
    if parameter.type == "choice":
        return {"type": "string", "enum": list(parameter.choices), **default}
    return {**_TYPES[parameter.type], **default}


def _value(parameter: Parameter, text: str) -> str | int:
    return int(text) if parameter.type in ("year", "number") else text


def _example(question: Question, parameter: Parameter, names: Names) -> str | int | None:
    for case in question.cases:
        given = (case.get("parameters") or {}).get(parameter.name)
        if given is not None:
            return _value(parameter, str(given))
    if parameter.default is not None:
        return _value(parameter, parameter.default)
    return next((compact(thing.iri) for thing in names.of(parameter.kind)), None)


def _things(kind: str, names: Names) -> Json:
    """A thing of a class: one of those there are, or any other way to name one."""
    things = names.of(kind)
    named: Json = {"type": "string", "minLength": 1, "maxLength": LONGEST}
    schema: Json = {"description": f"{compact(kind)}: label, another name, or IRI" if kind else "An IRI"}
    if not 0 < len(things) <= PICKED:
        return {**schema, **named, "examples": [compact(thing.iri) for thing in things[:_EXAMPLES]]}
    listed = {
        "enum": [compact(thing.iri) for thing in things],
        "x-enum-descriptions": [thing.label for thing in things],
    }
    return {**schema, "anyOf": [{"type": "string", **listed}, named]}


def _key(kind: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", compact(kind) if kind else "Thing")


def _parameter(name: str, schema: Json, words: str, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": words}


def _content(question: Question) -> Json:
    formats = offered(question)
    content: Json = {media_type: {"schema": {"type": "string"}} for media_type in formats.values()}
    if "json" in formats:
        content[FORMATS["json"]] = {"schema": {"type": "object"}}
    for suffix, text in _examples(question).items():
        content[FORMATS[suffix]]["example"] = json.loads(text) if suffix == "json" else text
    return content


def _examples(question: Question) -> dict[str, str]:
    """The answer that the head expects, in each format of rows; nothing where it is not such an answer."""
    table = _table(question) if form(question.sparql) == "SELECT" else None
    try:
        return {suffix: table.write(suffix).decode() for suffix in ROW_NAMES} if table else {}
    except (SyntaxError, ValueError):  # what is expected need not be a column
        return {}


def _table(question: Question) -> Table | None:
    """The first of the expected rows, as far as their texts tell what they are."""
    rows = question.expected[:_EXAMPLES]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return Table(names, [{name: _term(value) for name, value in row.items()} for row in rows]) if rows else None


def _term(value: object) -> Term:
    text = str(value)
    try:
        return NamedNode(expand(text)) if is_iri(text) else Literal(text)
    except (KeyError, ValueError):
        return Literal(text)
