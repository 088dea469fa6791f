"""The description of tables as a data package, and the package of tables and dumps.

Source: Data Package, Tabular Data Resource and Table Schema, version 1 (Frictionless Data).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from defkg.export.content import Content
from defkg.export.dumps import ANNOTATED, WHOLE, dumps
from defkg.export.files import SUMS, File, media_type, sha256
from defkg.export.tables import Table, Tables, urls
from defkg.export.things import written
from defkg.terms import BASE, ONTOLOGY_GRAPH, OWL

DESCRIPTOR = "datapackage.json"
FOLDER = "tables/"
_SHORT = 12
_README = """# {title}

{summary}

Dataset {digest}{version}. Licence: {licence}. Made by: {creators}.

| file | what |
|---|---|
| `{descriptor}` | describes every table: the meaning and type of each column, and keys (a Frictionless data package) |
| `tables/things.csv` | every thing: its IRI, what it is called, its class, the documents that say something of it |
| `tables/<class>.csv` | the things of a class, a column for each property that has one value |
| `tables/link-<property>.csv` | a property with several values, a row for each |
| `tables/facts.csv` | every value with the graph and the document that it is from |
| `{whole}.ttl`, `{whole}.nt` | what the graph says, merged: Turtle, N-Triples |
| `{whole}.trig`, `{whole}.nq`, `{whole}.jsonld` | the dataset: merged, and each graph under its name |
| `{annotated}` | what the graph says, each triple with the graphs and documents that hold it (Turtle 1.2) |
| `sources/`, `graphs/` | a Turtle file for each document, and for each other graph |
| `{sums}` | SHA-256 of each file: `sha256sum -c {sums}` |

Files that end in `.gz` are the same, compressed. What is in the graph `{base}graph/inferred` alone
was stated by nobody: it follows from the rest. The same data always gives the same bytes.
"""


def tables(content: Content) -> Iterator[File]:
    """The tables, and last their description."""
    sheets: list[tuple[Table, File]] = []
    for table in Tables(content):
        file = File(f"{FOLDER}{table.name}.csv", table.text())
        sheets.append((table, file))
        yield file
    told = Descriptor(content, sheets).document()
    yield File(DESCRIPTOR, (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())


def package(content: Content) -> Iterator[File]:
    """Tables and dumps, with a text that says what is what."""
    yield File("README.md", _readme(content))
    yield from tables(content)
    yield from dumps(content)


class Descriptor:
    """The description of a data package.

    Args:
        content: what it is made from.
        sheets: the tables, each with its file.
    """

    def __init__(self, content: Content, sheets: Iterable[tuple[Table, File]]) -> None:
        self._content = content
        self._sheets = list(sheets)

    def document(self) -> dict[str, object]:
        """The members of the document."""
        told = self._content.description
        members: dict[str, object] = {
            "name": WHOLE,
            "id": f"urn:sha256:{told.digest}",
            "title": told.title,
            "description": told.summary,
            "homepage": BASE,
            "version": version(self._content),
            "digest": told.digest,
            "licenses": [{"path": told.licence}] if told.licence else [],
            "contributors": [{"title": name, "role": "author"} for name in told.creators],
            "sources": [{"title": title, "path": address} for title, address in urls(self._content)],
        }
        found = {name: value for name, value in members.items() if value}
        return {**found, "resources": [self._resource(table, file) for table, file in self._sheets]}

    def _resource(self, table: Table, file: File) -> dict[str, object]:
        described = {"description": table.words} if table.words else {}
        return {
            "name": table.name,
            "path": file.name,
            "profile": "tabular-data-resource",
            "title": table.title,
            **described,
            "format": "csv",
            "mediatype": media_type(file.name),
            "encoding": "utf-8",
            "bytes": len(file.body),
            "hash": f"sha256:{sha256(file.body)}",
            "schema": self._schema(table),
        }

    def _schema(self, table: Table) -> dict[str, object]:
        keys = [self._foreign(table, column.name, column.refers) for column in table.columns if column.refers]
        schema: dict[str, object] = {
            "fields": [column.descriptor() for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
        }
        return {**schema, "foreignKeys": keys} if keys else schema

    @cached_property
    def _known(self) -> Sequence[str]:
        return [table.name for table, _ in self._sheets]

    def _foreign(self, table: Table, column: str, refers: str) -> dict[str, object]:
        assert refers in self._known, refers
        resource = "" if refers == table.name else refers
        return {"fields": [column], "reference": {"resource": resource, "fields": ["id"]}}


def version(content: Content) -> str:
    """The version of the ontology with the digest of the dataset; the digest alone where there is none."""
    short, name = content.description.digest[:_SHORT], OWL + "versionInfo"
    ontology = content.graphs.get(ONTOLOGY_GRAPH.value, ())
    told = next((written(t.object) for t in ontology if t.predicate.value == name), "")
    return f"{told}+{short}" if told else short


def _readme(content: Content) -> bytes:
    told = content.description
    text = _README.format(
        title=told.title,
        summary=told.summary or "A graph of which its project tells nothing.",
        digest=told.digest,
        version=f", version {version(content)}",
        licence=f"<{told.licence}>" if told.licence else "none is stated",
        creators=", ".join(told.creators) or "not stated",
        descriptor=DESCRIPTOR,
        whole=WHOLE,
        annotated=ANNOTATED,
        sums=SUMS,
        base=BASE,
    )
    return text.encode()
