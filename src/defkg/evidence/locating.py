"""A phrase of a document's copy as a passage: what covers it already, and what could be cited instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import NamedNode

from defkg.evidence.copies import Copy, sha256
from defkg.evidence.passage import Document, Passage, turtle
from defkg.evidence.phrase import Match, Span, occurrences
from defkg.terms import ID

_DRIFTED = (
    "no passage is written, since these positions are not the document's: get the text whose SHA-256 the document "
    "states, or bring its passages up to date first (`defkg evidence verify` says where their words are now)"
)
_SPANNING = "no passage is written, since it would need one locator: cite the sentences, or give words of one"
_NUMBERED = (
    "no passage is written: the words are in no listed sentence, and no number is free there; give words of a "
    "sentence, or correct the document's sentences"
)


@dataclass(frozen=True)
class Located:
    """A place where a phrase stands.

    Attributes:
        span: where in the copy.
        words: the words of the copy there.
        differs: in what they are written otherwise than the phrase.
        cite: the sentences that hold all of it, best cited; where none does, the several that it spans.
        passage: the passage of exactly these words; one of the document's own, where it has it; None where refused.
        known: whether the document has that passage.
        slug: the document's.
        refused: why no passage is offered, and what to do; empty where one is.
    """

    span: Span
    words: str
    differs: tuple[str, ...]
    cite: list[Passage]
    passage: Passage | None
    known: bool
    slug: str
    refused: str = ""

    @property
    def spans(self) -> str:
        """The first and the last of the sentences that it spans, S1-S2; empty where one holds all of it."""
        spanned = bool(self.cite) and self.cite[0].end < self.span.end
        return f"{self.cite[0].locator}-{self.cite[-1].locator}" if spanned else ""

    @property
    def locator(self) -> str:
        """The number of its sentence, or of the sentences that it spans; empty where it is in none."""
        sentence = self.passage or next(iter(self.cite), None)
        return self.spans or (sentence.locator if sentence else "")

    @property
    def turtle(self) -> str:
        """The passage as it stands in a source's file; empty without one."""
        return turtle(self.slug, key(self.passage), self.passage) if self.passage else ""


def locate(document: Document, copy: Copy, phrase: str) -> list[Located]:
    """The places of a phrase in a document's copy.

    A passage that does not have its words in this copy counts for nothing. None is offered from another text than the
    document's, none across sentences, since it has one locator, and none for which no number is free.

    Raises:
        ValueError: the phrase is empty.
    """
    held = [p for p in document.passages if sha256(copy.text[p.start : p.end]) == p.digest]
    return [_located(document, held, copy, match) for match in occurrences(phrase, copy.text)]


def key(passage: Passage) -> str:
    """The last part of a passage's IRI."""
    return passage.node.value.removeprefix(ID + "passage/")


def _located(document: Document, held: list[Passage], copy: Copy, match: Match) -> Located:
    start, end = match.span
    words = copy.text[start:end]
    around = [p for p in held if p.sentence and p.start < end and start < p.end]
    holding = [p for p in around if p.start <= start and end <= p.end]
    cite = holding or (around if len(around) > 1 else [])
    same = next((p for p in held if (p.start, p.end) == (start, end)), None)
    locator = around[0].locator if around else _free(document, start)
    refused = _refused(copy, same is not None, len(around) > 1 and not holding, locator)
    if refused:
        return Located(match.span, words, match.differs, cite, None, False, document.slug, refused)
    name = f"{document.slug}-{locator.lower()}" + (f"-{start}-{end}" if around else "")
    offered = Passage(start, end, NamedNode(f"{ID}passage/{name}"), locator, sha256(words), not around)
    return Located(match.span, words, match.differs, cite, same or offered, same is not None, document.slug)


def _refused(copy: Copy, known: bool, spanning: bool, locator: str) -> str:
    if copy.drifted:
        return _DRIFTED
    if known:
        return ""
    return _SPANNING if spanning else "" if locator else _NUMBERED


def _free(document: Document, start: int) -> str:
    """The number after those of the sentences before a position, unless a passage has it; then empty."""
    numbers = {p.start: int(p.locator[1:]) for p in document.passages if re.fullmatch(r"S\d{1,6}", p.locator)}
    number = max((number for at, number in numbers.items() if at < start), default=0) + 1
    return "" if number in numbers.values() else f"S{number}"
