"""A new source document: its description, and its sentences by positions and digests, without their words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from defkg.evidence.phrase import Span
from defkg.project import ProjectError
from defkg.scaffold.block import Block, Fact, full_day, named, string, thing, things, words
from defkg.scaffold.sentences import sentences

_MOST_WORDS = 6
_FILLERS = frozenset("a an and at by for from in its of on the to with report article page about".split())


@dataclass(frozen=True)
class Document:
    """A document and, where there is a copy, its text.

    Attributes:
        slug: its key and the name of its file.
        title: a title in our own words.
        url: its address; empty where it is not known yet.
        issued: the day on which it was issued, if it says so.
        publisher: an organisation, if text or address shows it.
        copy: the bytes of its text.
    """

    slug: str
    title: str
    url: str = ""
    issued: str = ""
    publisher: str | None = None
    copy: bytes | None = None

    @property
    def file(self) -> str:
        """The name of its file in the project."""
        return f"data/sources/{self.slug}.ttl"

    @property
    def digest(self) -> str:
        """The SHA-256 of its text; empty where there is no copy."""
        return digest(self.copy) if self.copy is not None else ""

    def blocks(self) -> Iterator[Block]:
        """The document, and a passage with its selector for each sentence."""
        text = self.copy.decode() if self.copy is not None else ""
        spans = sentences(text)
        numbers = range(1, len(spans) + 1)
        yield Block(named("source", self.slug), self._facts([self._passage(n) for n in numbers]))
        for number, span in zip(numbers, spans, strict=True):
            yield self._quoted(number, text[span.start : span.end])
            yield _selector(f"{self.slug}-s{number}", span)

    def _facts(self, passages: list[str]) -> list[Fact]:
        return [
            ("a", ["defkg:SourceDocument"]),
            ("dcterms:title", [words(self.title)]),
            ("dcterms:publisher", things([self.publisher] if self.publisher else [])),
            ("dcterms:issued", [full_day(self.issued)] if self.issued else []),
            ("schema:url", [f"<{self.url}>"] if self.url else []),
            ("defkg:sha256", [string(self.digest)] if self.digest else []),
            ("defkg:hasSentence", things(passages)),
        ]

    def _passage(self, number: int) -> str:
        return named("passage", f"{self.slug}-s{number}")

    def _quoted(self, number: int, piece: str) -> Block:
        facts = [
            ("a", ["defkg:Passage"]),
            ("defkg:locator", [string(f"S{number}")]),
            ("prov:wasQuotedFrom", [thing(named("source", self.slug))]),
            ("oa:hasSelector", [thing(named("selector", f"{self.slug}-s{number}"))]),
            ("defkg:sha256", [string(digest(piece.encode()))]),
        ]
        return Block(self._passage(number), facts)


def _selector(key: str, span: Span) -> Block:
    facts = [("a", ["oa:TextPositionSelector"]), ("oa:start", [str(span.start)]), ("oa:end", [str(span.end)])]
    return Block(named("selector", key), facts)


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, as lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def slug_of(issued: str, key: str) -> str:
    """A slug from the day of issue, or ``undated``, and the first words of a title's key that carry meaning."""
    kept = [word for word in key.split("-") if word not in _FILLERS] or key.split("-")
    return "-".join([issued or "undated", *kept[:_MOST_WORDS]])


def read_copy(path: Path) -> bytes:
    """The bytes of a copy of a document.

    Raises:
        ProjectError: it cannot be read, is not UTF-8, or has no sentence in it.
    """
    try:
        content = path.read_bytes()
        found = sentences(content.decode())
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path} is not UTF-8 at byte {error.start}; save it as UTF-8 text") from error
    if not found:
        raise ProjectError(f"{path} has no sentence in it; name the text of the document")
    return content
