"""The page of a question: the values that its template asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from defkg.engine import Problem
from defkg.naming import Names
from defkg.question import Question
from defkg.terms import PREFIXES
from defkg.web.questions.answer import Found
from defkg.web.questions.form import address_values, fields, said
from defkg.web.questions.formats import GRAPHS
from defkg.web.questions.request import Asked
from defkg.web.questions.silence import Other
from defkg.web.questions.snippets import curl, python, python_text
from defkg.web.questions.table import document, view

Values = dict[str, object]
_ROWS = {"CSV": "csv", "JSON": "json", "XML": "xml", "TSV": "tsv"}


def page_values(asked: Asked, names: Names, base: str, found: Found | Problem | None) -> Values:
    """What the template of a question's page asks for.

    Args:
        asked: the question and what was given.
        names: what things are called.
        base: the address of this server, without a slash at its end.
        found: what was found; why nothing was; None where it could not be asked yet.
    """
    common = {
        "question": asked.question,
        "title": full_title(asked, names),
        "fields": fields(asked, names),
        "said": said(asked, names),
        "missing": asked.missing,
        "problem": found if isinstance(found, Problem) else None,
        "found": found if isinstance(found, Found) else None,
    }
    return common | (_found(asked, names, base, found) if isinstance(found, Found) else {})


def library_values(questions: Sequence[Question], tag: str | None) -> Values:
    """What the template of the library asks for.

    Args:
        questions: all of them.
        tag: the tag whose questions are wanted; None for all.
    """
    groups: dict[str, list[Question]] = {}
    for question in questions:
        if tag is None or tag in question.tags:
            groups.setdefault(question.group, []).append(question)
    tags = Counter(tag for question in questions for tag in question.tags)
    shown = sum(map(len, groups.values()))
    return {
        "groups": groups,
        "tag": tag,
        "tags": sorted(tags.items()),
        "shown": shown,
        "total": len(questions),
        "parameters": sorted({parameter.name for question in questions for parameter in question.parameters}),
        "prefixes": PREFIXES,
    }


def unknown_values(questions: Mapping[str, Question], problem: Problem) -> Values:
    """What the template for a name that no question has asks for."""
    near = problem.more.get("near")
    return {"near": [questions[name] for name in near] if isinstance(near, list) else []}


def full_title(asked: Asked, names: Names) -> str:
    """The question in words, with what its parameters are."""
    told = ", ".join(f"{label}: {value}" for label, value in said(asked, names))
    return f"{asked.question.title} ({told})" if told else asked.question.title


def _found(asked: Asked, names: Names, base: str, found: Found) -> Values:
    address = _Address(asked.question, address_values(asked))
    graph = asked.form in GRAPHS
    file = base + address("ttl" if graph else "csv")
    return {
        "table": view(found.answer),
        "documents": [document(iri, found.answer.labels) for iri in found.answer.documents],
        "address": address,
        "graph": graph,
        "formats": [("Turtle", address("ttl")), ("SPARQL", address("rq"))] if graph else _formats(found, address),
        "asked_why": asked.why or 0,
        "others": [_other(asked, other) for other in found.others],
        "explain": "/sparql/explain?" + urlencode({"query": found.answer.sparql}),
        "editor": "/sparql?" + urlencode({"query": found.answer.sparql}),
        "curl": curl(file),
        "python": python_text(file) if graph else python(file),
        "cite": _cite(asked, names, base, found),
    }


class _Address:
    """The addresses of one question with its values."""

    def __init__(self, question: Question, given: Mapping[str, str]) -> None:
        self._path = f"/questions/{question.name}"
        self._given = given

    def __call__(self, suffix: str = "", **more: str) -> str:
        query = urlencode({**self._given, **more})
        return f"{self._path}{'.' if suffix else ''}{suffix}{'?' if query else ''}{query}"


def _formats(found: Found, address: _Address) -> list[tuple[str, str]]:
    told = found.answer.sources is not None
    has_rows = found.answer.boolean is None
    with_sources = [("CSV with sources", address("csv", sources="true"))] if told and has_rows else []
    rows = [(name, address(suffix)) for name, suffix in _ROWS.items()]
    graph = [("Turtle", address("ttl"))] if told else []
    return [rows[0], *with_sources, *rows[1:], *graph, ("SPARQL", address("rq"))]


def _other(asked: Asked, other: Other) -> Values:
    parameter, given = other.parameter, address_values(asked)
    addresses = ((_Address(asked.question, {**given, parameter.name: v.text})(), v.label) for v in other.values)
    return {"noun": _noun(parameter.label), "links": list(addresses), "told": other}


def _noun(label: str) -> str:
    """A parameter's label as it follows "other": in quotes where it would say the same twice."""
    if label.casefold().startswith(("other", "another")):
        return f"value of “{label}”"
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _cite(asked: Asked, names: Names, base: str, found: Found) -> Values | None:
    if found.citation is None:
        return None
    href = f"/questions/{asked.question.name}?{found.citation.query(address_values(asked))}"
    line = found.citation.line(full_title(asked, names), base + href, datetime.now(UTC).date())
    return {"href": href, "line": line, "address": base + href}
