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
