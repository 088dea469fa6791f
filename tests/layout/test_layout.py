"""The one layout of Turtle."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from defkg import layout
from defkg.formatting import outcome, sheets
from defkg.layout import LayoutError, NotTurtle, format_turtle, meaning
from defkg.project import Project
from defkg.tokens import tokens
from tests.conftest import ROOT
from tests.layout.test_meaning import clique
from tests.turtle_texts import MARK, turtle_texts

P = "@prefix : <http://x/> .\n"
D = "@prefix defkg: <https://w3id.org/defkg/ontology#> .\n"
OURS = [ROOT / folder for folder in ("ontology", "shapes", "data", "tests/examples")]

WILD = """\
# head: stays at the top
@prefix unused: <http://u/> . # of nothing
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> # labels
# about defkg
@prefix defkg: <https://w3id.org/defkg/ontology#>   .
# heading


# of a
defkg:a     # the subject
   # above evidence
   defkg:evidencedBy defkg:p # behind p
   ; # behind evidence
   skos:prefLabel 'label'@en,"other"@en; # behind labels
   # above the type
   a # behind a
     defkg:B, # behind B
     # above C
     defkg:C;
   defkg:unknown [ # opened
      defkg:q ( 1 # one
        2 ) # behind the list
      # before closing
   ] ; ;
   # before the dot
   . # behind the dot
# between
@prefix id: <https://w3id.org/defkg/id/> . # late
id:x\\/y defkg:hasParty id:country\\/IND  ,
   id:country\\/ISR . [ defkg:p ( ) , [ ] ] .
# end

"""

TAMED = """\
# head: stays at the top
# about defkg
@prefix defkg: <https://w3id.org/defkg/ontology#> .
@prefix id: <https://w3id.org/defkg/id/> . # late
# of nothing
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . # labels

# heading

# of a
defkg:a # the subject
    # above the type
    a # behind a
        defkg:B, # behind B
        # above C
        defkg:C ;
    skos:prefLabel "label"@en, "other"@en ; # behind labels
    defkg:unknown [ # opened
        defkg:q (
            1 # one
            2
        ) # behind the list
        # before closing
    ] ; # behind the dot
    # above evidence
    # behind p
    defkg:evidencedBy defkg:p # behind evidence
    # before the dot
.

# between
id:x\\/y defkg:hasParty id:country\\/IND, id:country\\/ISR .

[ defkg:p (), [] ] .

# end
"""


def test_comments_stay_where_a_reader_expects_them() -> None:
    assert format_turtle(WILD) == TAMED


def test_the_files_of_the_repository_are_in_this_layout(project: Project) -> None:
    found = outcome(sheets(OURS, project))
    assert found.count - len(found.findings) > 300
    shown = {edit.path.relative_to(ROOT / "tests" / "examples").parts[:2] for edit in found.edits}
    assert shown == {("byte-order-mark", "fail"), ("carriage-return", "fail")}


@given(turtle_texts())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_keeps_its_meaning_and_each_comment_once(text: str) -> None:
    formatted = format_turtle(text)  # which has proved that it means the same
    assert sorted(MARK.findall(formatted)) == sorted(MARK.findall(text))
    comments = [token.text for token in tokens(formatted, comments=True) if token.kind == "comment"]
    assert len(MARK.findall("".join(comments))) == len(comments) == len(MARK.findall(text))
    assert format_turtle(formatted) == formatted


@given(turtle_texts())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_ends_lines_as_it_should(text: str) -> None:
    formatted = format_turtle(text)
    assert "\r" not in formatted
    assert "\ufeff" not in formatted
    assert formatted == "" or (formatted.endswith("\n") and not formatted.endswith("\n\n"))
    without_strings = formatted
    for token in tokens(formatted):
        without_strings = without_strings.replace(token.text, '""', 1) if token.kind == "string" else without_strings
    assert re.search(r"[ \t]$|\n\n\n", without_strings, re.MULTILINE) is None


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        ("@prefix b: <b:> . @prefix a: <a:> . a:s b:p b:o .", ["a: <a:>", "b: <b:>"]),
        ("@prefix a-b: <b:> . @prefix a: <a:> . a:s a-b:p a:o .", ["a: <a:>", "a-b: <b:>"]),
        ("PREFIX b: <b:> PREFIX c: <c:> b:s b:p b:o .", ["b: <b:>"]),
        ("@prefix b: <b:> . b:s b:p 's'^^b:t .", ["b: <b:>"]),
        ("@prefix b: <b:> . @prefix c: <c:> . b:s b:p 's'^^c:t .", ["b: <b:>", "c: <c:>"]),
        ("@prefix b: <b:> . b:s b:p b:o . @prefix b: <b:> . @prefix c: <b:> . c:s c:p c:o .", ["b: <b:>", "c: <b:>"]),
        ("@prefix b: <b:> . @prefix b: <c:> . b:s b:p b:o .", ["b: <c:>"]),
        ("@prefix r: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix b: <b:> . b:s r:type b:o .", ["b: <b:>"]),
    ],
)
def test_the_prefixes_are_those_used_in_alphabetical_order(text: str, prefixes: list[str]) -> None:
    assert re.findall(r"^@prefix (.*) \.$", format_turtle(text), re.MULTILINE) == prefixes


def test_a_prefix_declared_anew_stays_where_it_is() -> None:
    text = "@prefix b: <b:> .\n\nb:s b:p b:o .\n\n# anew\n@prefix b: <c:> .\n\nb:s b:p b:o .\n"
    assert format_turtle(text.replace("\n\n", "\n")) == text.replace("anew\n\n", "anew\n")


def test_the_base_comes_first() -> None:
    assert format_turtle("PREFIX : <a:>\nBASE <http://b/>\n<s> :p :o .") == (
        "@base <http://b/> .\n@prefix : <a:> .\n\n<s> :p :o .\n"
    )


def test_two_bases_stay_where_they_are() -> None:
    text = "@base <http://b/> .\n\n<s> <p> <o> .\n\n@base <http://c/> .\n\n<s> <p> <o> .\n"
    assert format_turtle(text) == text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("'s'", '"s"'),
        ("'''s'''@en", '"s"@en'),
        ('"""a\nb"""', '"""a\nb"""'),
        ("'''a\nb'''", '"""a\nb"""'),
        ("'a\"b'", "'a\"b'"),
        ('"""a"b"""', '"""a"b"""'),
        ("'it\\'s'", '"it\\\'s"'),
        ('"""a\r\nb"""', '"""a\\r\nb"""'),
        ('"""a\rb"""', '"a\\rb"'),
        ('"\\u00e9"', '"\\u00e9"'),
        ('"1"^^:t', '"1"^^:t'),
        ("'1' ^^\n:t", '"1"^^:t'),
        ("01", "01"),
        ("1.50", "1.50"),
        ("true", "true"),
        ("<http://x/o>", "<http://x/o>"),
        (":a\\/b", ":a\\/b"),
        ("_:b", "_:b"),
    ],
)
def test_a_term_stays_as_it_is_but_for_quotes(written: str, kept: str) -> None:
    assert format_turtle(f"{P}:s :p {written} .") == f"{P}\n:s :p {kept} .\n"


def test_line_ends_and_byte_order_mark_go() -> None:
    assert format_turtle("\ufeff" + P + ":s :p :o . # c  \r\n# d \r\n\r\n") == P + "\n:s :p :o . # c\n\n# d\n"


def test_an_empty_text_stays_empty() -> None:
    assert format_turtle(" \n") == ""
    assert format_turtle(P) == ""
    assert format_turtle("\n# c\n\n") == "# c\n"


def test_predicates_have_their_order() -> None:
    written = "evidencedBy latest other another hasParty gist date".split()
    ordered = "gist hasParty date latest another other evidencedBy".split()
    text = f"{D}defkg:s " + " ; ".join(f"defkg:{name} 1" for name in written) + " ; a defkg:C ; defkg:gist 0 ."
    found = re.findall(r"(?:defkg:(\w+) (\d)| (a) )", format_turtle(text))
    assert [name or a for name, _, a in found] == ["a", "gist", *ordered]
    assert [value for name, value, _ in found if name == "gist"] == ["1", "0"]


@pytest.mark.parametrize("length", [111, 112])
def test_objects_stand_on_one_line_of_120_characters_or_on_one_each(length: int) -> None:
    text = format_turtle(f"{P}:s :p :{'o' * (length - 4)}, :a .")
    assert max(map(len, text.splitlines())) <= 120
    assert (",\n        :a ." in text) is (length == 112)


def test_brackets_stand_on_one_line_or_on_one_each() -> None:
    long = ":" + "o" * 60
    assert format_turtle(f"{P}:s :p [ :q {long} ; :r {long} ], ( ( 1 2 ) {long} {long} ).") == (
        f"{P}\n:s :p\n        [\n            :q {long} ;\n            :r {long}\n        ],\n"
        f"        (\n            ( 1 2 )\n            {long}\n            {long}\n        ) .\n"
    )


def test_an_empty_bracket_is_never_broken() -> None:
    text = f"{P}\n:s :{'p' * 120} [] ;\n    :{'q' * 120} () .\n"
    assert format_turtle(text) == text


def test_within_brackets_predicates_have_their_order_too() -> None:
    assert format_turtle(f"{P}:s :p [ :q 1 ; a :C ; :p 2 ] .") == f"{P}\n:s :p [ a :C ; :p 2 ; :q 1 ] .\n"


def test_a_comment_stays_behind_a_string_of_several_lines() -> None:
    text = f'{P}\n:s :p """a\nb""" ; # c\n    :q 1 .\n'
    assert format_turtle(text) == text


def test_what_is_not_turtle_has_its_place() -> None:
    with pytest.raises(NotTurtle) as caught:
        format_turtle(P + ":a :b :c\n:d :e :f .")
    assert (caught.value.line, caught.value.column) == (3, 1)


@pytest.mark.parametrize("beyond", ["<< :a :b :c >>", "<<( :a :b :c )>>", '"x"@en--ltr', ":a {| :b :c |}"])
def test_what_is_beyond_rdf_1_1_is_refused_at_its_place(beyond: str) -> None:
    with pytest.raises(LayoutError, match=r"beyond RDF 1\.1") as caught:
        format_turtle(f"{P}:s :p {beyond} .")
    assert caught.value.line == 2
    assert caught.value.column > 6


def test_what_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(LayoutError, match="nested too deep"):
        format_turtle(P + ":s :p " + "[ :p " * 3000 + ":o" + " ]" * 3000 + " .")


def test_what_cannot_be_proved_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "PATIENCE", 0.5)
    with pytest.raises(LayoutError, match="too much alike"):
        format_turtle(clique(12))


@pytest.mark.parametrize("wrong", [P + ":s :p :o2 .", P + ":s :p"])
def test_a_layout_that_means_something_else_is_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_laid_out", lambda _: wrong)
    with pytest.raises(LayoutError, match="would change what it means"):
        format_turtle(P + ":s :p :o .")
