"""A text is mended where that is certain, and otherwise left."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from defkg.layout.meaning import same_meaning
from defkg.mending import Draft
from defkg.terms import ONTOLOGY, PREFIXES
from defkg.tokens import Position

SKOS = f"@prefix skos: <{PREFIXES['skos']}> .\n"
DEFKG = f"@prefix defkg: <{ONTOLOGY}> .\n"


def declared(text: str) -> str:
    draft = Draft(text)
    draft.declare_prefixes()
    return draft.text


def ended(text: str, is_turtle: bool = True) -> str:
    draft = Draft(text, is_turtle)
    draft.end_lines()
    return draft.text


def term(name: str) -> NamedNode:
    return NamedNode(ONTOLOGY + name)


def respelt(text: str, right: dict[Position, tuple[NamedNode, NamedNode]]) -> str:
    draft = Draft(text)
    draft.respell(right)
    return draft.text


def test_a_prefix_of_the_project_that_is_used_is_declared_before_the_others() -> None:
    text = f"# about\n{DEFKG}# more\n<http://x/a> skos:note 'owl:x' ; defkg:gist 'x' . # skos\n"
    assert declared(text) == text.replace(DEFKG, SKOS + DEFKG)


def test_in_a_file_without_prefixes_they_stand_at_the_top() -> None:
    assert declared("# about\n<http://x/a> skos:note 'x' .\n") == f"{SKOS}\n# about\n<http://x/a> skos:note 'x' .\n"


@pytest.mark.parametrize(
    "text",
    [
        "<http://x/a> other:note 'x' .",
        "<http://x/a> other:note 'x' ; skos:note 'x' .",
        "<http://x/a> skos:note 'x'",
        f"<http://x/a> skos:note 'x' .\n{SKOS}",
        f"{SKOS}<http://x/a> skos:note 'x' .",
        "# skos:note\n<http://x/a> <http://x/b> 'skos:note' .",
    ],
)
def test_a_text_that_would_not_be_valid_then_or_is_already_is_left(text: str) -> None:
    assert declared(text) == text


def test_line_ends_become_line_feeds() -> None:
    assert ended("<http://x/a>\r\n<http://x/b>\r1 . # c\r\n") == "<http://x/a>\n<http://x/b>\n1 . # c\n"
    assert ended("ASK {\r\n}\r\n", is_turtle=False) == "ASK {\n}\n"


@pytest.mark.parametrize("text", ["<http://x/a> <http://x/b> '''c\r\nd''' .\r\n", "<http://x/a>\r\n"])
def test_a_carriage_return_in_a_string_or_in_what_is_no_turtle_is_left(text: str) -> None:
    assert ended(text) == text


def test_a_carriage_return_in_a_string_of_a_query_is_left() -> None:
    text = 'ASK {\r\n ?s ?p """a\r\nb""" }\r\n'
    assert ended(text, is_turtle=False) == text


def test_a_misspelt_term_becomes_the_one_that_is_meant_and_nothing_else_changes() -> None:
    text = DEFKG + "<http://x/é> a defkg:Meetting ; defkg:hasPart <http://x/b> . # defkg:Meetting\n"
    right = {Position(2, 16): (term("Meetting"), term("Meeting")), Position(2, 33): (term("hasPart"), term("hasParty"))}
    draft = Draft(text)
    draft.respell(right)
    assert draft.text == DEFKG + "<http://x/é> a defkg:Meeting ; defkg:hasParty <http://x/b> . # defkg:Meetting\n"
    assert draft.reasons == ["wrote defkg:Meeting for defkg:Meetting, wrote defkg:hasParty for defkg:hasPart"]


def test_a_term_under_another_prefix_or_in_full_is_respelt_too() -> None:
    text = f"@prefix : <{ONTOLOGY}> .\n<http://x/a> :hasPart 1 ; a <{ONTOLOGY}Meetting> .\n"
    right = {Position(2, 14): (term("hasPart"), term("hasParty")), Position(2, 29): (term("Meetting"), term("Meeting"))}
    assert respelt(text, right) == text.replace("hasPart", "hasParty").replace("Meetting", "Meeting")


@pytest.mark.parametrize(
    ("text", "column"),
    [("<http://x/a> defkg:hasPar\\u0074 1 .", 14), ("<http://x/a> defkg:hasPart 1 ; defkg:hasPart 2 .", 14)],
)
def test_what_would_change_otherwise_than_meant_is_left(text: str, column: int) -> None:
    text = DEFKG + text.replace("defkg:hasPar\\u0074", f"<{ONTOLOGY}hasPar\\u0074>") + "\n"
    assert respelt(text, {Position(2, column): (term("hasPart"), term("hasParty"))}) == text


def test_the_layout_keeps_comments_and_meaning() -> None:
    draft = Draft(f"# one\n{DEFKG}<http://x/a>   a # two\n defkg:Meeting;defkg:gist 'x'. # three")
    before = draft.text
    draft.lay_out()
    assert draft.reasons == ["laid it out"]
    assert [draft.text.count(f"# {word}") for word in ("one", "two", "three")] == [1, 1, 1]
    assert same_meaning(before, draft.text)
    again = Draft(draft.text)
    again.lay_out()
    assert again.reasons == []


@pytest.mark.parametrize(
    "text", ["<http://x/a>   <http://x/b>", "<http://x/s>  <http://x/b> <<( <http://x/a> <http://x/b> 1 )>> ."]
)
def test_what_cannot_be_laid_out_is_left(text: str) -> None:
    draft = Draft(text)
    draft.lay_out()
    assert draft.text == text
