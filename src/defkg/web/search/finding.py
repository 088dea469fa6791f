"""What is found for a text: things by their names, codes and IRIs, questions of the library, and what is nearly so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode

from defkg.engine import Problem
from defkg.index import FITS, Found, Hits, kind_of, kinds_of
from defkg.kinds import Kind
from defkg.naming import is_iri
from defkg.question import Question
from defkg.spelling import folded
from defkg.terms import DCTERMS, ID, RDFS, SKOS, expand
from defkg.web.asker import Asker
from defkg.web.called import called
from defkg.web.search.sought import Sought

PAGE = 25
_QUESTIONS = 5
_IRI = "IRI"
_LABELS = ("prefLabel", "altLabel", "notation", "hiddenLabel")
_BATCHES = (10_000, 500)  # names that are read at a time; fewer where they are very long
_SHARE = 0.6  # of the request's time for reading them; the next request goes on
_SECONDS = 15.0
_PATIENCE = 3.0  # seconds to wait for the names
_ENOUGH = 2 / 3  # of the words of a text that a question must have
_KEY = re.compile(r"(?:.*/id/)?([\w-]+/[^\s/<>\"{}|\\^`]+)")
_NAMING = ", ".join(f"<{iri}>" for iri in (*(SKOS + name for name in _LABELS), RDFS + "label", DCTERMS + "title"))
_EXACT = """SELECT DISTINCT ?thing WHERE {{
  VALUES ?name {{ {names} }}
  ?thing ?property ?name .
  FILTER (isIRI(?thing) && ?property IN ({properties}))
}} ORDER BY ?thing LIMIT 20"""


class Result(NamedTuple):
    """A thing that was found.

    Attributes:
        iri: the thing.
        label: what it is called.
        kind: its kind, as its IRI tells; may be empty.
        classes: its narrowest classes, by their labels.
        matched: the name by which it was found.
        matched_is: what kind of name that is.
        fit: same, begins, contains or near.
    """

    iri: str
    label: str
    kind: str
    classes: list[str]
    matched: str
    matched_is: str
    fit: str


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        sought: what was looked for.
        total: how many things there are, of the kind that is wanted.
        results: those of the page.
        kinds: how many there are of each kind, whichever is wanted; by their names.
        lists: the kinds that are called so themselves.
        questions: the questions of the library that have the words.
        like: a text of known words that is nearly the same; empty where there is none.
        words: the words of the text with the number of things that have each, where nothing has all.
        cut: whether the graph has more names than are looked through.
    """

    sought: Sought
    total: int
    results: Sequence[Result]
    kinds: dict[str, int]
    lists: Sequence[Kind]
    questions: Sequence[Question]
    like: str
    words: dict[str, int]
    cut: bool

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(-(-self.total // PAGE), 1)


def find(asker: Asker, sought: Sought) -> Finding:
    """What there is for a text.

    Raises:
        Problem: 404, there is no such page; 503, the names are not there yet.
    """
    site, index = asker.site, asker.site.index
    if sought.kind and sought.kind not in site.kinds:
        detail = f"There is no kind of things called {sought.kind[:100]!r} here; /id/ lists the kinds"
        raise Problem(404, "unknown-kind", "There is no such kind", detail, {"parameter": "kind"})
    hits, kinds = fitting(asker, sought)
    pages = max(-(-len(hits) // PAGE), 1)
    if sought.page > pages:
        raise Problem(404, "no-page", "There is no such page", f"What is found has {pages:,} pages")
    part = hits[(sought.page - 1) * PAGE : sought.page * PAGE]
    words = folded(sought.text).split()[:10] if not kinds else []
    besides = sought.page == 1 and not sought.kind and not any(one.how == _IRI for one in part)
    return Finding(
        sought,
        len(hits),
        _results(asker, part),
        kinds,
        _lists(site.kinds.values(), sought.text) if besides else [],
        _questions(site.questions.values(), sought.text) if besides else [],
        "" if kinds else index.like(sought.text),
        {word: len(index.find(word)) for word in words} if len(words) > 1 else {},
        index.cut,
    )


def fitting(asker: Asker, sought: Sought) -> tuple[Sequence[Found], dict[str, int]]:
    """The things that a text may mean, of the kind that is wanted; and how many there are of each kind."""
    _read(asker)
    hits: Sequence[Found] = asker.site.index.find(sought.text)
    if first := _first(asker, sought.text):
        hits = [*first.values(), *(one for one in hits if one.iri not in first)]
    kinds = hits.kinds() if isinstance(hits, Hits) else Counter(kind_of(one.iri) for one in hits)
    if sought.kind is not None:
        hits = hits.of(sought.kind) if isinstance(hits, Hits) else [h for h in hits if kind_of(h.iri) == sought.kind]
    return hits, dict(sorted(kinds.items()))


def _read(asker: Asker) -> None:
    """Has the names read; what they cost is the client's who is the first to search."""
    for batch in _BATCHES:
        part = asker.part(_SHARE, _SECONDS)
        try:
            ready = asker.site.index.read(part.select, batch, patience=_PATIENCE)
        except Problem as problem:
            if problem.kind == "answer-too-large" and batch != _BATCHES[-1]:
                continue
            ready = problem.kind != "timeout"
            if ready:
                raise
        if not ready:
            detail = "The names of this graph are being read, which is done once; search again in a moment"
            raise Problem(503, "reading", "The search is not ready", detail, headers={"Retry-After": "3"})
        return


def _first(asker: Asker, text: str) -> dict[str, Found]:
    """What a text names beyond doubt and the index does not tell: by an IRI, or where it has not all names."""
    iris = [iri for iri in dict.fromkeys(_meant(text)) if asker.select(f"ASK {{ {NamedNode(iri)} ?p ?o }}")]
    found = {iri: Found(iri, iri, _IRI, FITS[0]) for iri in iris}
    if asker.site.index.cut and text:
        names = f"{Literal(text)} {Literal(text, language='en')}"
        rows = asker.select(_EXACT.format(properties=_NAMING, names=names))
        things = (row["thing"].value for row in rows if isinstance(row["thing"], NamedNode))
        found |= {iri: Found(iri, text, "label", FITS[0]) for iri in things if iri not in found}
    return found


def _meant(text: str) -> Iterator[str]:
    """The IRIs that a text may be: in full, in short, as an address of this server, or as kind and key."""
    key = _KEY.fullmatch(text)
    for written in ([text] if is_iri(text) else []) + ([ID + key[1], ID + unquote(key[1])] if key else []):
        with suppress(KeyError, ValueError):
            yield NamedNode(expand(written)).value


def _results(asker: Asker, found: Sequence[Found]) -> list[Result]:
    index, iris = asker.site.index, [one.iri for one in found]
    classes = kinds_of(asker.select, iris)
    unnamed = [iri for iri in iris if not index.label(iri)]
    known = called(asker.select, {*unnamed, *(iri for some in classes.values() for iri in some)})
    return [
        Result(
            one.iri,
            index.label(one.iri) or known[one.iri],
            kind_of(one.iri),
            [known[iri] for iri in classes.get(one.iri, ())],
            *one[1:],
        )
        for one in found
    ]


def _lists(kinds: Iterable[Kind], text: str) -> list[Kind]:
    sought = folded(text)
    named = ((kind, {folded(name) for name in (kind.label, kind.title, kind.name)}) for kind in kinds)
    return [kind for kind, names in named if len(sought) > 2 and any(name.startswith(sought) for name in names)]


def _questions(questions: Iterable[Question], text: str) -> list[Question]:
    """The questions that have the words of a text, most of them first; those in the title count twice."""
    words = folded(text).split()[:20]
    scored = []
    for question in questions:
        title, said = (
            f" {folded(question.title)}",
            f" {folded(f'{question.name} {question.description} {question.tags}')}",
        )
        fits = [(f" {word}" in title) * 2 or int(f" {word}" in said) for word in words]
        if words and sum(map(bool, fits)) >= len(words) * _ENOUGH:
            scored.append((-sum(fits), question.title, question))
    return [question for *_, question in sorted(scored, key=lambda one: one[:2])][:_QUESTIONS]
