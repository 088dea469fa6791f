"""Tokens of SPARQL, and the IRIs of its names, held against the parser."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, QuerySolutions, Store

from defkg.prologue import Names
from defkg.sparql import DEEPEST, matching, place, tokens

SIZE = 256 * 1024
HOSTILE = {
    "less": "<",
    "quotes": '"',
    "names": "a:",
    "braces": "{",
    "closing": "}",
    "pairs": "{}",
    "backslashes": "\\",
    "escaped quotes": '\\"',
    "open iris": "<a",
    "comparisons": "(?a<?b<",
    "dotted": "a.",
    "dashed": "a-",
    "dots": ".",
    "digits": "1",
    "numbers": "1.",
    "blank": " ",
    "comments": "#",
    "comment lines": "#\n",
    "long strings": '"""a',
    "services": "service#",
    "name dots": "a:.",
}


def read(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("before", ["", '"', "ASK{", "SELECT("])
def test_hostile_text_takes_linear_time(name: str, before: str) -> None:
    text = (before + HOSTILE[name] * SIZE)[:SIZE]
    begin = time.process_time()
    tokens(text)
    assert time.process_time() - begin < 20  # in linear time it takes one at most, in quadratic time minutes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"a\"b" \'', [("string", r'"a\"b"'), ("bad", "\\")]),
        ("'''a'b''c'''", [("string", "'''a'b''c'''")]),
        ('""""a', [("string", '""'), ("string", '""'), ("word", "a")]),
        ('"a', [("bad", '"')]),
        (r'"""a" #\uD83D' + '\n"""', [("string", '""'), ("string", '"a"'), ("string", '""'), ("bad", '"')]),
        (r"id:country\/IND", [("name", r"id:country\/IND")]),
        ("ex:a.b. :", [("name", "ex:a.b"), ("mark", "."), ("name", ":")]),
        ("_:a.b.", [("bnode", "_:a.b"), ("mark", ".")]),
        ("?service $a", [("var", "?service"), ("var", "$a")]),
        ('"a"@en-GB', [("string", '"a"'), ("lang", "@en-GB")]),
        ("1.5e3 .5 2", [("number", "1.5e3"), ("number", ".5"), ("number", "2")]),
        ("a # <b> 'c'\rd", [("word", "a"), ("word", "d")]),
        ("<a#b> # c", [("iri", "<a#b>")]),
        ("true.false-1", [("word", "true"), ("mark", "."), ("word", "false"), ("mark", "-"), ("number", "1")]),
        ("a)b", [("word", "a"), ("bad", ")")]),
    ],
)
def test_tokens(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "iris"),
    [
        ("ASK { FILTER(?a<5&&?b>3) }", []),
        ("ASK { ?a <5&&?b> 3 }", ["<5&&?b>"]),
        ("ASK { FILTER(?a<ex:b#>'\n) ?s <p> '' }", ["<p>"]),
        ("ASK { ?s ex:list (?a <b#> <c>) }", ["<b#>", "<c>"]),
        ("ASK { FILTER ex:f(?a<b>?c) }", []),
        ("ASK { FILTER(EXISTS { ?a <b> ?c }) }", ["<b>"]),
        ("SELECT (?a<?b AS ?x) FROM <g> { { SELECT (?a<?b> ?c AS ?d) {} } }", ["<g>"]),
        ("SELECT * {} ORDER BY ?x <f>(?a<?b)", ["<f>"]),
        ("ASK { VALUES (?x ?y) { (1 <b>) } }", ["<b>"]),
        ("ASK { FILTER(?a IN (<b>, <c>)) }", ["<b>", "<c>"]),
    ],
)
def test_less_than_is_told_from_an_iri(text: str, iris: list[str]) -> None:
    assert [token.text for token in tokens(text) if token.kind == "iri"] == iris


def test_less_than_that_may_be_either_ends_the_reading() -> None:
    assert read("ASK { ?s ?p ?o FILTERex:f(?a<'b>')}")[-1] == ("bad", "<")


def test_depth_and_pairs() -> None:
    found = tokens("{ ( [ ] ) {| |} }")
    assert [token.depth for token in found] == [0, 1, 2, 2, 1, 1, 1, 0]
    assert matching(found) == {0: 7, 1: 4, 2: 3, 5: 6}
    assert tokens("{" * SIZE)[DEEPEST:] == [("bad", "{", DEEPEST, DEEPEST)]


def test_place_counts_as_the_parser_does() -> None:
    text = "ASK {\n  # é\n ?é ?b ] }"
    with pytest.raises(SyntaxError) as error:
        Store().query(text)
    line, column = place(text, text.index("]"))
    assert (line, column) == (3, 8)
    found = re.match(r"error at (\d+):(\d+)", error.value.msg)
    assert found
    assert int(found[1]) == line


@pytest.mark.parametrize(
    "text", [r"\u0041SK {}", r"ASK { \u0053ERVICE <a:a> {} }", r"SELECT ?\u0061 {}", r"ASK { a:\u0061 a:b 1 }"]
)
def test_parser_takes_no_escape_outside_iris_and_strings(text: str) -> None:
    with pytest.raises(SyntaxError):
        Store().query("PREFIX a: <a:> " + text)
    assert tokens(text)[-1] == ("bad", "\\", text.index("\\"), tokens(text)[-1].depth)


def test_parser_takes_escapes_in_iris_and_strings() -> None:
    rows = Store().query(r'SELECT (<http://e/\u0041> AS ?iri) ("\U0001F600" AS ?text) {}')
    assert isinstance(rows, QuerySolutions)
    row = next(rows)
    assert [row["iri"].value, row["text"].value] == ["http://e/A", "😀"]


@pytest.mark.parametrize(
    ("prologue", "name"),
    [
        ("", r"<http://e/\u0041\U0001F600>"),
        ("BASE <http://e/a/b>", "<../c#d>"),
        ("BASE <http://e/a/b> BASE <c/> PREFIX x: <d#>", "x:e"),
        ("PREFIX id: <http://e/>", r"id:country\/IND.x"),
        ("PREFIX : <urn:x:>", ":"),
        ('VERSION "1.2" prefix a.b-c: <http://e/>', "a.b-c:d%41"),
    ],
)
def test_names_resolve_as_the_parser_does(prologue: str, name: str) -> None:
    rows = Store().query(f"{prologue} SELECT ({name} AS ?x) {{}}")
    assert isinstance(rows, QuerySolutions)
    names = Names.read(tokens(prologue))
    assert names.end == len(tokens(prologue))
    assert next(rows)["x"] == NamedNode(names.resolve(tokens(name)[0]) or "")


def test_unknown_prefix_has_no_iri() -> None:
    assert Names().resolve(tokens("nowhere:a")[0]) is None
    assert Names().resolve(tokens("defkg:Country")[0]) == "https://w3id.org/defkg/ontology#Country"


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>\"'\\#{}()[]|?:.-@_aSé1 \n\r\t,;^&"), max_size=60))
def test_reading_never_fails_and_loses_nothing(text: str) -> None:
    found = tokens(text)
    assert all(text[token.start : token.end] == token.text for token in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    gaps = [text[a:b] for a, b in zip([0, *(t.end for t in found)], [t.start for t in found], strict=False)]
    assert all(re.fullmatch(r"(?:[ \t\r\n]|#[^\r\n]*)*", gap) for gap in gaps)
