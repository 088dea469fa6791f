"""A phrase of a document's copy as a passage: what covers it already, and what could be cited instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import NamedNode

from defkg.evidence.copies import Copy, sha256
from defkg.evidence.passage import Document, Passage, turtle
from defkg.evidence.phrase import Match, occurrences
from defkg.terms import ID


@dataclass(frozen=True)
class Located:
    """A place where a phrase stands.

    Attributes:
        words: the words of the copy there.
        differs: in what they are written otherwise than the phrase.
        cite: the sentences that hold all of it, best cited.
        passage: the passage of exactly these words; one of the document's own, where it has it.
        known: whether the document has that passage.
        slug: the document's.
    """

    words: str
    differs: tuple[str, ...]
    cite: list[Passage]
    passage: Passage
    known: bool
    slug: str

    @property
    def turtle(self) -> str:
        """The passage as it stands in a source's file."""
        return turtle(self.slug, key(self.passage), self.passage)


def locate(document: Document, copy: Copy, phrase: str) -> list[Located]:
    """The places of a phrase in a document's copy.

    A passage that does not have its words in this copy counts for nothing.

    Raises:
        ValueError: the phrase is empty.
    """
    held = [p for p in document.passages if sha256(copy.text[p.start : p.end]) == p.digest]
    return [_located(document, held, copy.text, match) for match in occurrences(phrase, copy.text)]


def key(passage: Passage) -> str:
    """The last part of a passage's IRI."""
    return passage.node.value.removeprefix(ID + "passage/")


def _located(document: Document, held: list[Passage], text: str, match: Match) -> Located:
    start, end = match.span
    words = text[start:end]
    cite = [p for p in held if p.sentence and p.start <= start and end <= p.end]
    same = next((p for p in held if (p.start, p.end) == (start, end)), None)
    passage = same or _offered(document, held, start, sha256(words), end)
    return Located(words, match.differs, cite, passage, same is not None, document.slug)


def _offered(document: Document, held: list[Passage], start: int, digest: str, end: int) -> Passage:
    around = [p for p in held if p.sentence and p.start < end and start < p.end]
    locator = around[0].locator if around else f"S{_last(document) + 1}"
    name = f"{document.slug}-{locator.lower()}" + (f"-{start}-{end}" if around else "")
    return Passage(start, end, NamedNode(f"{ID}passage/{name}"), locator, digest, not around)


def _last(document: Document) -> int:
    return max((int(p.locator[1:]) for p in document.passages if re.fullmatch(r"S\d{1,6}", p.locator)), default=0)
