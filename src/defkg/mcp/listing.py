"""The library as a list: by topic, tag or word, each question with its parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from defkg.loaded import Loaded
from defkg.mcp import showing
from defkg.mcp.answering import Page
from defkg.mcp.results import Listed, Parameter, Questions, Value
from defkg.naming import plain
from defkg.question import Parameter as Declared
from defkg.question import Question, QuestionError


def listing(loaded: Loaded, topic: str, tag: str, words: str, page: Page) -> Questions:
    """The questions of a topic, with a tag, with some words; all where none of these is given.

    Raises:
        QuestionError: there is no such topic.
    """
    topics = Counter(question.group for question in loaded.questions.values())
    if topic and topic not in topics:
        raise QuestionError(f"there is no topic {topic[:80]!r}; the topics are {', '.join(sorted(topics))}")
    found = [q for _, q in sorted(loaded.questions.items()) if _fits(q, topic, tag, words)]
    entries = [_listed(question, loaded) for question in found[page.offset : page.offset + page.limit]]
    shown = showing.fill(entries, lambda entry: len(entry.model_dump_json(exclude_none=True)))
    return Questions(
        dataset_sha256=loaded.digest,
        topics=dict(sorted(topics.items())),
        total=len(found),
        questions=shown,
        next_offset=showing.next_offset(page.offset, len(shown), len(found)),
    )


def _fits(question: Question, topic: str, tag: str, words: str) -> bool:
    text = plain(" ".join([question.name, question.title, question.description, *question.tags]))
    tagged = not tag or plain(tag) in map(plain, question.tags)
    return topic in ("", question.group) and tagged and all(word in text for word in plain(words).split())


def _listed(question: Question, loaded: Loaded) -> Listed:
    return Listed(
        name=question.name,
        topic=question.group,
        title=question.title,
        description=showing.shorten(question.description)[0],
        tags=list(question.tags),
        parameters=[_parameter(parameter, loaded) for parameter in question.parameters],
    )


def _parameter(declared: Declared, loaded: Loaded) -> Parameter:
    return Parameter(
        name=declared.name,
        label=declared.label or declared.name,
        type=declared.type,
        accepts=declared.accepts,
        optional=declared.optional,
        default=_default(declared, {iri: loaded.names.label(declared.kind, iri) for iri in _iri(declared)}),
    )


def _iri(declared: Declared) -> list[str]:
    thing = declared.type == "thing" and declared.kind and declared.default is not None
    return [str(getattr(declared.term(declared.default or ""), "value", ""))] if thing else []


def _default(declared: Declared, known: Mapping[str, str]) -> Value | None:
    return None if declared.default is None else showing.value(declared.term(declared.default), known)
