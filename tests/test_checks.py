"""Checks of the library that cannot be used are findings themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from defkg.gate import examine
from defkg.project import Project

HEAD = "".join(f"#+ {name}: words\n" for name in ("title", "reason", "message")) + "#+ severity: error\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "SELECT ?country WHERE { ?country a defkg:Country }", "has no ?subject"),
        (HEAD.replace("error", "dire") + "SELECT ?subject WHERE { ?subject a defkg:Country }", "severity is error"),
        (HEAD + "SELECT ?subject WHERE {", "not valid SPARQL"),
        ("SELECT ?subject WHERE { ?subject a defkg:Country }", "no head"),
    ],
)
def test_a_check_that_cannot_be_used_is_a_finding(copy: Path, text: str, words: str) -> None:
    (copy / "queries" / "checks" / "broken.rq").write_text(text)
    (finding,) = examine(Project.open(copy))
    assert finding.place.file == "queries/checks/broken.rq"
    assert words in finding.message


@pytest.mark.parametrize("name", ["officials/jwgs-co-chaired-by.rq", "checks/ordinal-unique.rq"])
def test_a_term_that_nobody_declares_is_a_finding_where_it_stands(copy: Path, name: str) -> None:
    path = copy / "queries" / name
    text = (
        path.read_text().replace("defkg:coChaired ", "defkg:coChared ").replace("defkg:ordinal ?", "defkg:ordnal ?", 1)
    )
    path.write_text(text)
    (finding,) = examine(Project.open(copy))
    line = text.splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :].startswith(("defkg:coChared", "defkg:ordnal"))
    assert (finding.rule.rpartition("#")[2], finding.hint[:12]) == ("undeclared-term", "did you mean")


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        (
            "class: defkg:Official",
            "class: defkg:Offcial",
            "defkg:Offcial is not declared",
            "did you mean defkg:Official",
        ),
        (
            "default: id:official/amitabh-prasad",
            "default: id:official/amitab-prasad",
            "id:official/amitab-prasad is described nowhere",
            "did you mean id:official/amitabh-prasad",
        ),
        ("type: thing", "type: ting", "a parameter's type is one of", ""),
        ("view: table", "view: tabel", "view is one of", ""),
        ("WHERE {", "WHERE { BIND(1 AS ?official)", "a parameter cannot be bound", ""),
    ],
)
def test_a_fault_in_the_head_is_a_finding_where_it_stands(
    copy: Path, old: str, new: str, message: str, hint: str
) -> None:
    path = copy / "queries" / "officials" / "jwgs-co-chaired-by.rq"
    text = path.read_text().replace(old, new, 1)
    assert text != path.read_text()
    path.write_text(text)
    (finding,) = examine(Project.open(copy))
    assert (finding.place.file, finding.message[: len(message)]) == ("queries/officials/jwgs-co-chaired-by.rq", message)
    lines = text.splitlines()
    assert new in lines[finding.place.line - 1] or ("bound" in message and finding.place.line == len(lines))
    assert finding.hint.startswith(hint)
