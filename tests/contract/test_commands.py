"""Commands, flags and exit statuses that scripts rely on. A removal needs a CHANGELOG entry."""

from __future__ import annotations

import pytest

from defkg.project import Project
from defkg.question import library
from tests.conftest import ROOT
from tests.test_cli import run

FLAGS = {
    "serve": [
        "--graph",
        "--earlier",
        "--host",
        "--port",
        "--force",
        "--no-inference",
        "--no-check",
        "[PATH]",
        "--store",
        "--verify",
    ],
    "build": ["--output", "-o", "--no-check", "--no-inference", "[PROJECT]"],
    "check": ["--format", "[PATH]"],
    "explain": ["[RULE]", "[PATH]"],
    "ask": ["--format", "--tag", "--project", "[QUESTION]"],
    "ask jwgs-co-chaired-by": ["--official", "--format", "--sources / --no-sources", "--param", "--project"],
    "fmt": ["--check", "--diff", "[PATH]"],
    "diff": ["--format", "--project", "--all", "[OLD]", "[NEW]"],
    "query": ["--format", "FILE|-"],
    "new": "source official organisation mechanism exercise agreement meeting visit statement".split(),
    "new source": ["--title", "--issued", "--url", "--publisher", "--text", "--slug", "--project", "--dry-run"],
    "new official": ["--label", "--honorific", "--alias", "--key", "--distinct"],
    "new mechanism": ["--label", "--class", "--source", "--party", "--evidence", "--known"],
    "new meeting": [
        "--mechanism",
        "--ordinal",
        "--source",
        "--date",
        "--date-basis",
        "--co-chair",
        "--delegation-head",
    ],
    "new agreement": ["--establishes", "--signed", "--signatory"],
    "new statement": ["--gist", "--modality", "--made-by", "--about", "--key"],
    "evidence locate": ["--source", "--texts", "--format", "--nth", "--project"],
    "evidence verify": ["--texts", "[PATH]"],
    "coverage": ["--format", "[PATH]"],
    "export dumps": ["--output", "-o", "--force", "--no-check", "--no-inference", "[PATH]"],
    "export tables": ["--output", "-o", "--force", "--no-check", "--no-inference", "[PATH]"],
    "export package": ["--output", "-o", "--force", "--no-check", "--no-inference", "[PATH]"],
    "mcp": ["--project", "[PATH]"],
    "publish": ["--to", "--graph-store", "--default-graph", "--all", "--no-inference", "--no-check", "[PATH]"],
}
QUESTIONS = ["jwgs-co-chaired-by"]


@pytest.mark.parametrize(("command", "flags"), FLAGS.items())
def test_help_names_each_flag_and_has_an_example(command: str, flags: list[str]) -> None:
    said = run(*command.split(), "--help", COLUMNS="200").stdout
    assert [flag for flag in flags if flag not in said] == []
    assert "Example: " in said


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["check"], 0),
        (["check", "tests/examples/syntax/fail.ttl"], 1),
        (["check", "nowhere"], 2),
        (["check", "--format", "nonsense"], 2),
        (["nonsense"], 2),
        (["explain", "nonsense"], 2),
        (["build", "nowhere"], 2),
        (["export", "dumps", "nowhere"], 2),
        (["export", "tables", "-o", "src"], 2),
        (["serve", "--store", "nowhere", "--port", "0"], 2),
        (["ask"], 0),
        (["ask", "nonsense"], 2),
        (["mcp", "nowhere"], 2),
        (["publish"], 2),
        (["publish", "--to", "http://u:p@127.0.0.1/"], 2),
        (["publish", "--to", "http://127.0.0.1:9/query"], 2),
        (["ask", "jwgs-co-chaired-by"], 0),
        (["ask", "jwgs-co-chaired-by", "--official", "nobody"], 2),
        (["ask", "jwgs-co-chaired-by", "--nonsense"], 2),
    ],
)
def test_exit_status(args: list[str], status: int) -> None:
    assert run(*args).returncode == status


def test_questions_keep_their_names_and_parameters() -> None:
    questions = library(Project.open(ROOT))
    assert set(QUESTIONS) <= set(questions)
    assert [p.name for p in questions["jwgs-co-chaired-by"].parameters] == ["official"]
