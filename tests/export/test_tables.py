"""Tables: every value of every thing, with its document, by keys that hold."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from defkg.dataset import Dataset
from defkg.export.columns import type_of
from defkg.export.content import Content
from defkg.export.files import with_sums
from defkg.export.package import package, tables
from defkg.export.place import put
from defkg.export.things import short_names
from defkg.selfdescription import Description
from defkg.terms import ID, INFERRED_GRAPH, ONTOLOGY, ONTOLOGY_GRAPH, XSD, source_graph
from tests.validators import run_validator

Row = dict[str, str]
BRUNEI = ID + "meeting/india-brunei-jwg-1"


class Read:
    """Tables as a reader finds them."""

    def __init__(self, content: Content) -> None:
        files = dict(tables(content))
        self.descriptor: dict[str, Any] = json.loads(files.pop("datapackage.json"))
        self.resources = {r["name"]: r for r in self.descriptor["resources"]}
        self.rows = {name: list(rows(files[r["path"]])) for name, r in self.resources.items()}
        self.files = files


def rows(body: bytes) -> Iterator[Row]:
    return csv.DictReader(StringIO(body.decode(), newline=""))


@pytest.fixture(scope="module")
def read(content: Content) -> Read:
    return Read(content)


def test_each_class_with_things_has_a_table_with_all_of_them(read: Read, closed: Dataset) -> None:
    query = "SELECT ?x WHERE { ?x a defkg:Mechanism }"
    things = {str(row["x"])[1:-1] for row in closed.select(query)}
    assert {row["id"] for row in read.rows["mechanism"]} == things
    assert {row["type"] for row in read.rows["mechanism"]} > {"defkg:JointWorkingGroup"}
    classes = closed.select("SELECT DISTINCT ?c WHERE { ?x a ?c FILTER STRSTARTS(STR(?x), STR(id:)) }")
    own = {name for name in read.rows if not name.startswith("link-")} - {"things", "facts"}
    assert len(own) == len(classes) > 50


def test_a_date_keeps_its_precision_and_has_its_bounds_as_days(read: Read) -> None:
    types = {f["name"]: f["type"] for f in read.resources["meeting"]["schema"]["fields"]}
    assert [types[name] for name in ("date", "earliest", "latest", "ordinal")] == ["string", "date", "date", "integer"]
    by_id = {row["id"]: row for row in read.rows["meeting"]}
    open_ended = by_id[ID + "meeting/india-israel-jwg-17"]
    assert [open_ended[name] for name in ("date", "earliest", "latest")] == ["[..2025-11-05]", "", "2025-11-05"]
    assert by_id[BRUNEI]["documents"].split() == [
        ID + "source/2025-12-09-pti-india-brunei-jwg",
        ID + "source/undated-india-brunei-jwg",
    ]


def test_every_value_of_every_thing_is_a_fact_with_its_graphs(read: Read, content: Content) -> None:
    terms = {t.subject for t in content.graphs[ONTOLOGY_GRAPH.value]}
    about = {t: graphs for t, graphs in content.holders.items() if t.subject not in terms}
    assert len(read.rows["facts"]) == sum(map(len, about.values())) > 5000
    stated = {(r["thing"], r["property"], r["value"]) for r in read.rows["facts"] if r["document"]}
    assert (BRUNEI, ONTOLOGY + "date", "2025-12-09") in stated
    inferred = [r for r in read.rows["facts"] if r["graph"] == INFERRED_GRAPH.value]
    assert len(inferred) > 1000
    assert not [r for r in inferred if r["document"]]


def test_every_cell_is_a_fact(read: Read) -> None:
    facts = {(r["thing"], r["property"], r["value"]) for r in read.rows["facts"]}
    cells = set()
    for name, resource in read.resources.items():
        properties = {f["name"]: f["rdfType"] for f in resource["schema"]["fields"] if "rdfType" in f}
        for row in read.rows[name]:
            thing = row.get("id", row.get("thing", ""))
            cells |= {(thing, iri, row[column]) for column, iri in properties.items() if row[column]}
    assert cells == facts


def test_keys_hold(read: Read) -> None:
    for name, resource in read.resources.items():
        schema = resource["schema"]
        keys = [tuple(row[k] for k in schema["primaryKey"]) for row in read.rows[name]]
        assert len(set(keys)) == len(keys), name
        assert all(all(key) for key in keys), name
        for foreign in schema.get("foreignKeys", ()):
            (column,) = foreign["fields"]
            other = {row["id"] for row in read.rows[foreign["reference"]["resource"] or name]}
            assert {row[column] for row in read.rows[name] if row[column]} <= other, (name, column)


def test_a_key_leads_to_the_table_of_the_declared_range(read: Read) -> None:
    found = {k["fields"][0]: k["reference"]["resource"] for k in read.resources["meeting"]["schema"]["foreignKeys"]}
    assert found["inRelationship"] == "bilateral-relationship"
    assert found["heldInCountry"] == "country"
    assert found["id"] == "things"


def test_rows_and_columns_are_in_order(read: Read) -> None:
    for name, found in read.rows.items():
        listed = [list(row.values()) for row in found]
        assert listed == sorted(listed), name
        if not name.startswith("link-") and name not in ("things", "facts"):
            columns = [f["name"] for f in read.resources[name]["schema"]["fields"]]
            assert columns[:3] + columns[-1:] == ["id", "label", "type", "documents"]
            assert columns[3:-1] == sorted(columns[3:-1])


def test_the_package_says_what_it_is(read: Read, content: Content) -> None:
    told = read.descriptor
    assert told["digest"] == content.description.digest
    assert told["version"] == f"0.1.0+{content.description.digest[:12]}"
    assert told["licenses"] == [{"path": "https://creativecommons.org/licenses/by/4.0/"}]
    assert len(told["sources"]) == 5
    meeting = read.resources["meeting"]
    assert meeting["description"]
    ours = [f for f in meeting["schema"]["fields"] if f.get("rdfType", "").startswith(ONTOLOGY)]
    assert len(ours) > 10
    assert [f for f in ours if not f.get("description")] == []


def odd(*values: Literal | NamedNode | BlankNode, names: Iterable[str] = ("a", "b")) -> Read:
    graph = source_graph("odd")
    subjects = [NamedNode(ID + "x/" + name) for name in names]
    triples = [(s, NamedNode("http://e/p"), value) for s in subjects for value in values]
    triples += [
        (s, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode("http://e/C")) for s in subjects
    ]
    return Read(Content.of([Quad(*t, g) for t in triples for g in (graph, DefaultGraph())], Description("0" * 64)))


def test_values_that_differ_in_nothing_but_language_or_datatype_stay_apart() -> None:
    read = odd(Literal("1"), Literal("1", language="en"), Literal("1", datatype=NamedNode(XSD + "integer")))
    assert len(read.rows["link-p"]) == 6
    assert read.resources["link-p"]["schema"]["primaryKey"] == ["thing", "value", "language", "datatype"]


def test_what_stands_in_a_text_does_not_break_its_row() -> None:
    text = 'a,"b"\r\n;c\t=1+1'
    assert [row["p"] for row in odd(Literal(text)).rows["c"]] == [text, text]


def test_a_value_that_is_nowhere_described_is_no_key() -> None:
    assert [k["fields"] for k in odd(NamedNode("http://e/gone")).resources["c"]["schema"]["foreignKeys"]] == [["id"]]


@pytest.mark.parametrize(
    ("texts", "kind", "expected"),
    [
        (["1", "-2"], "integer", "integer"),
        (["1", "no"], "integer", "string"),
        (["2025-01-31"], "date", "date"),
        (["2025-02-31"], "date", "string"),
        (["2025-01-31Z"], "date", "string"),
        (["true", "false"], "boolean", "boolean"),
        (["1"], "boolean", "string"),
        (["P1D"], "duration", "string"),
    ],
)
def test_a_column_has_the_type_that_all_its_values_have(texts: list[str], kind: str, expected: str) -> None:
    assert type_of(Literal(text, datatype=NamedNode(XSD + kind)) for text in texts) == expected


def test_names_are_never_the_same_but_for_their_case() -> None:
    iris = [ONTOLOGY + "Date", ONTOLOGY + "date", "http://purl.org/dc/terms/date", "http://e/date", "http://e/中"]
    names = short_names(iris, ["id"], dash=True)
    assert len({name.lower() for name in names.values()}) == len(iris)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for name in names.values())
    columns = short_names([ONTOLOGY + "Date", ONTOLOGY + "date"])
    assert len({name.lower() for name in columns.values()}) == 2
    assert short_names([ONTOLOGY + "id"], ["id"])[ONTOLOGY + "id"] != "id"


@pytest.mark.services
def test_frictionless_finds_nothing_wrong(content: Content, tmp_path: Path) -> None:
    put(with_sums(package(content)), tmp_path / "out")
    done = run_validator("frictionless", "validate", "datapackage.json", "--json", folder=tmp_path / "out")
    report = json.loads(done.stdout)
    assert report["valid"], done.stdout[:2000]
    assert report["stats"] == {"tasks": len(report["tasks"]), "errors": 0, "warnings": 0, **_seconds(report)}
    assert len(report["tasks"]) > 80


@pytest.mark.services
@pytest.mark.parametrize(
    ("name", "old", "new", "error"),
    [
        ("meeting", "/id/place/new-delhi", "/id/place/nowhere", "foreign-key"),
        ("country", "country/BRN", "country/IND", "primary-key"),
        ("meeting", ",2025-12-09,", ",2025-13-09,", "type-error"),
    ],
)
def test_frictionless_sees_what_is_broken(
    content: Content, tmp_path: Path, name: str, old: str, new: str, error: str
) -> None:
    put(tables(content), tmp_path / "out")
    table = tmp_path / "out" / "tables" / f"{name}.csv"
    text = table.read_text()
    assert old in text
    table.write_text(text.replace(old, new, 2))
    done = run_validator("frictionless", "validate", "datapackage.json", "--json", folder=tmp_path / "out")
    report = json.loads(done.stdout)
    assert error in {found["type"] for task in report["tasks"] for found in task["errors"]}
    shutil.rmtree(tmp_path / "out")


def _seconds(report: dict[str, Any]) -> dict[str, object]:
    return {"seconds": report["stats"]["seconds"]} if "seconds" in report["stats"] else {}
