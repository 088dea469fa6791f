"""Rows are counted exactly, whatever the literals say and wherever the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, QuerySolutions, Store

from defkg.engine.formats import ROWS
from defkg.engine.rows import counter

NASTY = st.text(st.sampled_from('"\\,{}[]<>&\r\n\t \u00e9\U0001f6e1result'), max_size=12)


@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("media_type", list(ROWS))
@given(values=st.lists(st.tuples(st.none() | NASTY, st.none() | NASTY), max_size=8), size=st.integers(1, 40))
def test_count_is_exact(media_type: str, values: list[tuple[str | None, str | None]], size: int) -> None:
    data = written(values, media_type)
    count, seen = counter(media_type), 0
    for start in range(0, len(data), size):
        seen = count(data[start : start + size])
    assert seen == len(values)


def written(values: list[tuple[str | None, str | None]], media_type: str) -> bytes:
    rows = " ".join(f"({cell(a)} {cell(b)})" for a, b in values)
    results = Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {rows} }} }}")
    assert isinstance(results, QuerySolutions)
    return results.serialize(format=ROWS[media_type]) or b""


def cell(text: str | None) -> str:
    return "UNDEF" if text is None else str(Literal(text))


@pytest.mark.parametrize("media_type", list(ROWS))
def test_rows_without_columns_count(media_type: str) -> None:
    results = Store().query("SELECT * { VALUES () { () () } }")
    assert isinstance(results, QuerySolutions)
    assert counter(media_type)(results.serialize(format=ROWS[media_type]) or b"") == 2
