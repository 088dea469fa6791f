"""Why a text is no Turtle."""

from __future__ import annotations

import pytest

from defkg.terms import CHECKS
from defkg.turtle import read_turtle

HEAD = "@prefix : <http://x/> .\n"


def found(text: str) -> tuple[str, int, int, str, str]:
    file = read_turtle("a.ttl", text.encode())
    (finding,) = file.findings
    assert file.placed == []
    return (
        finding.rule.removeprefix(CHECKS),
        finding.place.line,
        finding.place.column,
        finding.message,
        finding.hint,
    )


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (":a :b :c", (2, 9), "a statement that begins at 2:1"),
        (":a :b :c .\n\n:d :e :f ;\n  :g\n\n# so far\n", (7, 9), "a statement that begins at 4:1"),
        (":a :b [ :c ( 1 2", (2, 17), "a statement that begins at 2:1"),
        (":a :b 'abc\\'d", (2, 14), "a string that begins at 2:7"),
        (':a :b 1 .\n:a :c """abc\n de\n', (4, 4), "a string that begins at 3:7"),
        (":a :b <http://x", (2, 16), "an IRI that begins at 2:7"),
        (":a :b 'x'^^", (2, 12), "a statement that begins at 2:1"),
        (":a :b :c .\n@prefix x", (3, 10), "a statement that begins at 3:1"),
        (":a :b de", (2, 9), "a statement that begins at 2:1"),
    ],
)
def test_a_half_written_file_ends_in_the_middle_of_something(text: str, place: tuple[int, int], words: str) -> None:
    rule, line, column, message, hint = found(HEAD + text)
    assert (rule, line, column) == ("syntax", *place)
    assert message == f"not valid Turtle: the file ends in the middle of {words}"
    assert "finish it" in hint


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (":a :b :c . }", (2, 12)),
        (":a :b 'c\n' .", (2, 9)),
        (":a :b :c\n:d :e :f .\n", (3, 1)),
        (":a 'x'", (2, 4)),
        (":a 'x' .\n# end", (2, 4)),
    ],
)
def test_any_other_fault_is_not_at_the_end(text: str, place: tuple[int, int]) -> None:
    rule, line, column, message, _ = found(HEAD + text)
    assert (rule, line, column) == ("syntax", *place)
    assert message.startswith("not valid Turtle: ")
    assert "ends in the middle" not in message


def test_a_prefix_of_the_project_is_named_with_the_line_to_add() -> None:
    assert found("<http://x/a> skos:note 'x' .")[4].startswith(
        "add the line @prefix skos: <http://www.w3.org/2004/02/skos/core#> . or"
    )
    assert found("<http://x/a> other:note 'x' .")[4] == "mend the line, or the one before it"


def test_a_mark_of_a_conflict_that_is_left_alone_is_named() -> None:
    assert found(HEAD + ":a :b :c .\n=======\n:a :b :d .\n")[:3] == ("conflict-marker", 3, 1)


@pytest.mark.parametrize("character", ["\u00a0", "\u200b", "\u3000", "\x01"])
def test_a_character_that_nobody_sees_is_named(character: str) -> None:
    rule, line, column, message, _ = found(f"{HEAD}:a{character}:b :c .")
    assert (rule, line, column) == ("invisible-character", 2, 3)
    assert f"U+{ord(character):04X}" in message
