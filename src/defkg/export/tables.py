"""Tables: a row for each thing of a class, a table for each property with several values, and where each fact is from.

A property has a column where no thing has more than one value of it, and else a table of its own, in which each
value has a row. The table of facts has every triple with every graph that holds it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import StringIO

from pyoxigraph import Literal, NamedNode, Triple

from defkg.export.columns import Column, type_of
from defkg.export.content import Content
from defkg.export.files import sha256
from defkg.export.things import Things, short_names, written
from defkg.holding import documents
from defkg.terms import TYPE, compact

THINGS, FACTS = "things", "facts"
_OWN = ("id", "label", "type", "documents")
_ID: dict[str, object] = {"required": True, "unique": True}
_NEEDED: dict[str, object] = {"required": True}
_DOCUMENTS = "The documents that state it, by their IRIs, with spaces between; none for what only follows."
_HASH = 20


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: that of its file and of its resource.
        title: what it is called.
        words: what it has.
        columns: in order.
        key: the columns that tell rows apart.
        rows: the cells of each row, in order.
    """

    name: str
    title: str
    words: str
    columns: Sequence[Column]
    key: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> bytes:
        """The table as CSV with a header, as RFC 4180 has it."""
        out = StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([column.name for column in self.columns])
        writer.writerows(self.rows)
        return out.getvalue().encode()


class Tables:
    """The tables of a dataset.

    Args:
        content: of which.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self._things = Things.of(content)
        self._extents = self._things.extents()
        self._names = short_names(list(self._extents), (THINGS, FACTS), dash=True)
        self._columns = short_names(list(self._values), _OWN)

    def __iter__(self) -> Iterator[Table]:
        """All tables, those of classes by their names, then those of properties."""
        yield self._all()
        for iri in sorted(self._extents, key=self._names.__getitem__):
            yield self._class(iri)
        links = {iri: f"link-{name}" for iri, name in short_names(self._multiple, dash=True).items()}
        for iri in sorted(links, key=links.__getitem__):
            yield self._link(iri, links[iri])
        yield self._facts()

    @cached_property
    def _values(self) -> dict[str, list[Triple]]:
        """By property, the triples of things."""
        return _by_property(triple for told in self._things.said.values() for triple in told)

    @cached_property
    def _multiple(self) -> list[str]:
        """The properties of which some thing has several values; that of types is one of them."""
        return [
            iri
            for iri, triples in self._values.items()
            if iri == TYPE.value or len({t.subject for t in triples}) < len(triples)
        ]

    def _all(self) -> Table:
        columns = [
            Column("id", title="IRI", words="What names the thing everywhere.", constraints=_ID),
            Column("label", words="What it is called."),
            Column("type", words="Its classes, the narrowest only, with spaces between."),
            Column("documents", words=_DOCUMENTS),
        ]
        rows = list(self._heads.values())
        return Table(THINGS, "Things", "Every thing that the dataset says something of.", columns, ["id"], rows)

    @cached_property
    def _heads(self) -> dict[str, list[str]]:
        return {thing: self._head(thing) for thing in self._things.said}

    def _head(self, thing: str) -> list[str]:
        types = " ".join(map(compact, self._things.narrowest(thing)))
        return [thing, self._things.label(thing), types, self._documents(self._things.said[thing])]

    def _documents(self, triples: Iterable[Triple]) -> str:
        held = (graph for triple in triples for graph in self._content.holders[triple])
        return " ".join(sorted(documents(held)))

    def _class(self, iri: str) -> Table:
        members, vocabulary = self._extents[iri], self._things.vocabulary
        told = _by_property(triple for thing in members for triple in self._things.said[thing])
        single = sorted(told.keys() - set(self._multiple), key=self._columns.__getitem__)
        named = [self._column(iri, self._columns[iri], told[iri]) for iri in single]
        head = [Column("id", title="IRI", refers=THINGS, constraints=_ID), *map(Column, ("label", "type"))]
        columns = [*head, *named, Column("documents", words=_DOCUMENTS)]
        rows = [self._row(thing, single) for thing in members]
        title = vocabulary.labels.get(iri, compact(iri))
        return Table(self._names[iri], title, vocabulary.words.get(iri, ""), columns, ["id"], rows)

    def _row(self, thing: str, properties: Sequence[str]) -> list[str]:
        cells = {t.predicate.value: written(t.object) for t in self._things.said[thing]}
        *head, stated = self._heads[thing]
        return [*head, *(cells.get(iri, "") for iri in properties), stated]

    def _column(self, iri: str, name: str, triples: Sequence[Triple]) -> Column:
        values, vocabulary = [triple.object for triple in triples], self._things.vocabulary
        title, words = vocabulary.labels.get(iri, ""), vocabulary.words.get(iri, "")
        return Column(name, type_of(values), title, words, iri, self._referred(iri, set(map(written, values)), triples))

    def _referred(self, iri: str, values: set[str], triples: Sequence[Triple]) -> str:
        """The table in which all values of a property are: that of its declared range, or that of all things."""
        if any(isinstance(t.object, Literal) for t in triples) or not values <= self._things.said.keys():
            return ""
        ranges = (r for r in self._things.vocabulary.ranges.get(iri, ()) if values <= set(self._extents.get(r, ())))
        return next((self._names[found] for found in ranges), THINGS)

    def _link(self, iri: str, name: str) -> Table:
        triples, vocabulary = self._values[iri], self._things.vocabulary
        columns = [
            Column("thing", words="What it is said of.", refers=THINGS, constraints=_NEEDED),
            self._column(iri, "value", triples),
            Column("language", words="That of a text; empty for what is none."),
            Column("datatype", words="That of a literal; empty for an IRI."),
        ]
        cells = [(written(t.subject), written(t.object), _language(t), _datatype(t)) for t in triples]
        told = [0, 1, *(number for number in (2, 3) if len({row[number] for row in cells}) > 1)]
        rows = sorted(
            [*(row[number] for number in told), self._documents([t])] for row, t in zip(cells, triples, strict=True)
        )
        kept = [columns[number] for number in told]
        title = vocabulary.labels.get(iri, compact(iri))
        words = vocabulary.words.get(iri, "") or f"The values of {compact(iri)}."
        shown = [*kept, Column("documents", words=_DOCUMENTS)]
        return Table(name, title, words, shown, [column.name for column in kept], rows)

    def _facts(self) -> Table:
        columns = [
            Column("id", words="A digest of the row, the same in every export.", constraints=_ID),
            Column("thing", words="What it is said of.", refers=THINGS, constraints=_NEEDED),
            Column("property", words="The IRI of the property.", constraints=_NEEDED),
            Column("value", words="An IRI, or the text of a literal."),
            Column("datatype", words="The datatype of a literal; empty for an IRI."),
            Column("language", words="That of a text; empty for what is none."),
            Column("graph", words="The graph that holds it; one that ends in graph/inferred: it only follows."),
            Column("document", words="The document that states it; empty where no document does.", refers=THINGS),
        ]
        triples = (triple for told in self._things.said.values() for triple in told)
        rows = sorted(row for triple in triples for row in self._fact(triple))
        words = "Every value with every graph that holds it: where each cell of the other tables is from."
        return Table(FACTS, "Facts", words, columns, ["id"], rows)

    def _fact(self, triple: Triple) -> Iterator[list[str]]:
        cells = [
            written(triple.subject),
            triple.predicate.value,
            written(triple.object),
            _datatype(triple),
            _language(triple),
        ]
        for graph in self._content.holders[triple] or [""]:
            document = graph if documents([graph]) and graph in self._things.said else ""
            yield [sha256(f"{triple} {graph}".encode())[:_HASH], *cells, graph, document]


def _by_property(triples: Iterable[Triple]) -> dict[str, list[Triple]]:
    found: dict[str, list[Triple]] = {}
    for triple in triples:
        found.setdefault(triple.predicate.value, []).append(triple)
    return found


def _language(triple: Triple) -> str:
    return (triple.object.language or "") if isinstance(triple.object, Literal) else ""


def _datatype(triple: Triple) -> str:
    return triple.object.datatype.value if isinstance(triple.object, Literal) else ""


def urls(content: Content) -> Iterator[tuple[str, str]]:
    """The title and address of each document, in order, for the sources of a data package."""
    things = Things.of(content)
    for graph in content.graphs:
        if documents([graph]) and graph in things.said:
            told = {t.predicate.value: t.object for t in things.said[graph]}
            address = told.get("https://schema.org/url")
            yield things.label(graph) or graph, address.value if isinstance(address, NamedNode) else graph
