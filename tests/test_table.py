"""Rows of terms: written in each format as the engine writes them, and known again by a digest."""

from __future__ import annotations

import json
from typing import cast

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, Store

from defkg.table import FORMATS, Table, Unwritable, truth
from defkg.terms import XSD, Term

QUERY = r"""SELECT ?a ?b ?c WHERE { VALUES (?a ?b ?c) {
  (<http://example.org/x> "a, \"b\"\n\tc"@en 17) (UNDEF "<&>" 1.50) (<http://example.org/x> "ü\\" UNDEF) } }"""


def solutions() -> QuerySolutions:
    found = Store().query(QUERY)
    assert isinstance(found, QuerySolutions)
    return found


def table() -> Table:
    body = solutions().serialize(format=QueryResultsFormat.JSON)
    assert body
    return Table.parse(body)


@pytest.mark.parametrize("form", FORMATS)
def test_table_is_written_as_the_engine_writes_the_answer(form: str) -> None:
    assert table().write(form) == solutions().serialize(format=FORMATS[form])


def test_parsed_table_has_every_column_and_what_each_row_binds() -> None:
    found = table()
    assert found.variables == ["a", "b", "c"]
    assert found.rows[0] == {
        "a": NamedNode("http://example.org/x"),
        "b": Literal('a, "b"\n\tc', language="en"),
        "c": Literal("17", datatype=NamedNode(XSD + "integer")),
    }
    assert [sorted(row) for row in found.rows] == [["a", "b", "c"], ["b", "c"], ["a", "b"]]


@pytest.mark.parametrize("form", FORMATS)
def test_table_without_rows_has_its_columns(form: str) -> None:
    empty = Table(["x", "y"], [])
    assert empty.write(form) == Store().query("SELECT ?x ?y { FILTER(false) }").serialize(format=FORMATS[form])  # type: ignore[arg-type]


def test_blank_node_cannot_be_written() -> None:
    with pytest.raises(Unwritable, match="blank node"):
        Table(["x"], [{"x": BlankNode()}]).write("csv")


def test_digest_is_of_the_rows_whatever_their_order() -> None:
    one = table()
    assert Table(one.variables, one.rows[::-1]).digest() == one.digest()
    assert Table(one.variables, [dict(reversed(list(row.items()))) for row in one.rows]).digest() == one.digest()


def test_digest_tells_other_rows_apart() -> None:
    one = table()
    others = [
        Table(one.variables, one.rows[:2]),
        Table(one.variables, [*one.rows, one.rows[0]]),
        Table(one.variables, [{**one.rows[0], "c": Literal("17")}, *one.rows[1:]]),
        Table(["a", "c", "b"], one.rows),
        Table(["x"], [{"x": Literal("x")}]),
        Table(["a"], [{"a": Literal("x\ty")}]),
        Table(["a"], [{"a": Literal("x")}]),
        Table(["a", "b"], [{"a": Literal("x"), "b": Literal("y")}]),
        Table(["a", "b"], [{"a": Literal('x"\t"y')}]),
    ]
    digests = {one.digest(), *(other.digest() for other in others)}
    assert len(digests) == len(others) + 1
    assert all(len(digest) == 64 for digest in digests)


def test_json_is_the_engines_json() -> None:
    assert json.loads(table().write("json"))["head"] == {"vars": ["a", "b", "c"]}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("query", ["ASK {}", "ASK { ?s ?p ?o }"])
def test_truth_is_written_as_the_engine_writes_it(form: str, query: str) -> None:
    answer = cast(QueryBoolean, Store().query(query))
    assert truth(bool(answer), form) == answer.serialize(format=FORMATS[form])


@pytest.mark.parametrize(("query", "rows"), [("ASK {}", [{}]), ("ASK { ?s ?p ?o }", [])])
def test_parsed_truth_is_a_row_without_values(query: str, rows: list[dict[str, Term]]) -> None:
    body = cast(QueryBoolean, Store().query(query)).serialize(format=QueryResultsFormat.JSON)
    assert Table.parse(body or b"") == Table([], rows)


@pytest.mark.parametrize("form", FORMATS)
def test_rows_without_columns_are_written(form: str) -> None:
    answer = cast(QuerySolutions, Store().query("SELECT * { VALUES () { () () } }"))
    assert Table([], [{}, {}]).write(form) == answer.serialize(format=FORMATS[form])
