"""Panels to be: what they will show is known for all of them together, in three queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from defkg.holding import Select, documents
from defkg.terms import INFERRED_GRAPH, REGISTRY_GRAPH, Term
from defkg.views import draw
from defkg.web.called import called
from defkg.web.things.panels.cells import REGISTER, Cell
from defkg.web.things.panels.known import Known, Statement, defkg, holders, needed
from defkg.web.things.panels.panel import Panel, Part, Row

_PARTIES = ("hasParty", "participatingService")


@dataclass(frozen=True)
class Line:
    """A row to be.

    Attributes:
        cells: under each column what will stand there.
        rests: the triples of IRIs that make it a row; any of them does.
        inferred: whether it follows from them rather than being said by them.
        thing: whose parties' documents are named where none of the triples is in a document.
    """

    cells: Sequence[Cell]
    rests: Sequence[Statement] = ()
    inferred: bool = False
    thing: str = ""


@dataclass(frozen=True)
class Draft:
    """A panel to be; see `Panel` for what is the same there.

    Attributes:
        lines: the rows.
        pictured: dated things to be drawn on a timeline.
    """

    key: str
    title: str
    columns: tuple[str, ...] = ()
    lines: Sequence[Line] = ()
    total: int = 0
    notes: tuple[str, ...] = ()
    sourced: bool = True
    everything: Part | None = None
    pictured: Sequence[str] = ()

    def leading(self, everything: Part | None) -> Draft:
        """The same with a link to all, where there is a row."""
        return replace(self, everything=everything) if self.lines else self


@dataclass
class _Told:
    known: Known
    held: Mapping[Statement, set[str]]
    names: dict[str, str] = field(default_factory=dict)

    def row(self, line: Line) -> Row:
        graphs = [self.held[rest] for rest in line.rests]
        told = documents(graph for held in graphs for graph in held)
        follows = line.inferred or (not told and {INFERRED_GRAPH.value} in graphs)
        if not told and line.thing:
            told = documents(graph for name in _PARTIES for graph in self._holding(line.thing, name))
        sources = [Part("", document) for document in sorted(told)]
        if not sources and any(REGISTRY_GRAPH.value in held for held in graphs):
            sources = [REGISTER]
        cells = [[_beside(part, sources) for part in cell.parts(self.known)] for cell in line.cells]
        return Row(cells, sources, follows)

    def named(self, row: Row) -> Row:
        return Row([self._named(cell) for cell in row.cells], self._named(row.sources), row.inferred)

    def picture(self, draft: Draft) -> str:
        rows: list[dict[str, Term]] = [
            {"what": NamedNode(thing), "date": date, "basis": Literal("inferred" if inferred else "stated")}
            for thing in draft.pictured
            for date, inferred in self.known.moments(thing)
        ]
        columns = {"when": "date", "what": "what", "basis": "basis"}
        return draw("timeline", columns, tuple(columns.values()), rows, self.names, draft.title) or ""

    def _holding(self, thing: str, name: str) -> Iterator[str]:
        return (graph for held in self.known.values(thing, defkg(name)).values() for graph in held)

    def _named(self, parts: Iterable[Part]) -> list[Part]:
        return [
            part._replace(text=part.text or self.names.get(part.iri, ""), sources=tuple(self._named(part.sources)))
            for part in dict.fromkeys(parts)
        ]


def finished(select: Select, drafts: Sequence[Draft]) -> list[Panel]:
    """The panels of drafts, without those that have neither a row nor a note, and without columns that stay empty.

    Raises:
        Problem: there is no answer.
    """
    lines = [line for draft in drafts for line in draft.lines]
    needs = {need for line in lines for cell in line.cells for need in cell.needs}
    needs |= {need for line in lines if line.thing for need in needed(line.thing, *_PARTIES)}
    held = holders(select, {rest for line in lines for rest in line.rests})
    told = _Told(Known.read(select, needs), held)
    rows = {draft.key: [told.row(line) for line in draft.lines] for draft in drafts}
    told.names = called(select, _mentioned(rows.values()))
    return [_panel(draft, rows[draft.key], told) for draft in drafts if draft.lines or draft.notes]


def _mentioned(tables: Iterable[Sequence[Row]]) -> set[str]:
    """The IRIs that have to be called something."""
    return {part.iri for rows in tables for row in rows for part in row.named() if part.iri}


def _beside(part: Part, sources: Sequence[Part]) -> Part:
    """A piece that names its documents only where the row's are others."""
    return part._replace(sources=()) if set(part.sources) == set(sources) else part


def _panel(draft: Draft, rows: Sequence[Row], told: _Told) -> Panel:
    kept = [n for n in range(len(draft.columns)) if any(row.cells[n] for row in rows)]
    panel = Panel(
        draft.key,
        draft.title,
        tuple(draft.columns[n] for n in kept),
        [told.named(replace(row, cells=[row.cells[n] for n in kept])) for row in rows],
        draft.total,
        draft.notes,
        draft.sourced,
        draft.everything,
    )
    return replace(panel, picture=told.picture(draft)) if draft.pictured else panel
