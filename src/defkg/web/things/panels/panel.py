"""A panel: what is told of a thing beside its own facts, ready for the template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple


class Part(NamedTuple):
    """A piece of a cell.

    Attributes:
        text: what is read; filled in by the label where it is empty and there is an IRI.
        iri: what is spoken of; empty for a value.
        href: where it leads, where that is not the thing's own page.
        quiet: whether it says that something is missing, rather than what is.
        sources: the documents that say it, where they are not those of its row.
    """

    text: str
    iri: str = ""
    href: str = ""
    quiet: bool = False
    sources: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of a panel.

    Attributes:
        cells: under each column what stands there.
        sources: the documents that say so.
        inferred: whether no document says so in these words, but it follows.
    """

    cells: list[list[Part]]
    sources: list[Part] = field(default_factory=list)
    inferred: bool = False

    def named(self) -> Iterator[Part]:
        """All that stands in it, with what stands beside its pieces."""
        for part in (*chain.from_iterable(self.cells), *self.sources):
            yield from (part, *part.sources)

    def documents(self) -> Iterator[Part]:
        """The documents that it names as its sources, or as those of a piece."""
        cells = chain.from_iterable(part.sources for part in chain.from_iterable(self.cells))
        yield from (source for source in (*self.sources, *cells) if source.iri)


@dataclass(frozen=True)
class Panel:
    """A table or a picture, or both.

    Attributes:
        key: a name of its own on the page, for addresses within it.
        title: its heading.
        columns: the head of its table, without the column of sources.
        rows: the rows.
        total: how many there are; `rows` may be the first of them.
        notes: what must be said about them, in sentences.
        sourced: whether the rows tell their documents.
        everything: a link to where all of them are.
        picture: the same as SVG; the table is folded away then.
    """

    key: str
    title: str
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    total: int = 0
    notes: tuple[str, ...] = ()
    sourced: bool = True
    everything: Part | None = None
    picture: str = ""
