"""``defkg explain``: a rule, why it is one, and its examples with the place marked."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from defkg.cli import app
from defkg.project import Project, ProjectError
from defkg.rulebook import rulebook
from defkg.terms import CHECKS
from tests.test_cli import run


def told(*args: str) -> list[str]:
    done = CliRunner().invoke(app, ["explain", *args])
    if done.exception:
        raise done.exception
    return done.stdout.splitlines()


def test_a_rule_is_shown_with_its_reason_and_its_examples() -> None:
    lines = told("checks:undeclared-term")
    assert lines[0].startswith("checks:undeclared-term (error; in code, defkg/vocabulary.py:")
    assert any(line.startswith("Why: A misspelt term") for line in lines)
    bad = lines.index("Bad: tests/examples/undeclared-term/fail.ttl")
    good = lines.index("Good: tests/examples/undeclared-term/pass.ttl")
    marked = next(index for index, line in enumerate(lines) if line.lstrip(" |").startswith("^ "))
    assert bad < marked < good
    assert lines[marked].endswith("defkg:Meetting is not declared (did you mean defkg:Meeting?)")
    assert lines[marked - 1][lines[marked].index("^") :].startswith("defkg:Meetting")
    assert not any("# expect" in line for line in lines)


@pytest.mark.parametrize("name", ["syntax", "checks:syntax", CHECKS + "syntax", f"<{CHECKS}syntax>"])
def test_a_rule_is_found_by_each_of_its_names(name: str) -> None:
    assert told(name) == told("checks:syntax")


def test_a_place_without_a_line_is_told_below() -> None:
    lines = told("symlink")
    assert "(a link to /dev/null)" in lines
    assert any(line.startswith("Said of it: data/registry/example.ttl:1:1 checks:symlink ") for line in lines)


def test_a_folder_of_files_is_shown_file_by_file() -> None:
    lines = told("evidence-digest")
    assert [line for line in lines if line.startswith("Bad: ")] == [
        "Bad: tests/examples/evidence-digest/fail/data/sources/example.ttl",
        "Bad: tests/examples/evidence-digest/fail/texts/example.txt",
    ]
    assert sum(line.lstrip(" |").startswith("^ ") for line in lines) == 1


def test_a_rule_without_an_example_says_so() -> None:
    assert told("file-too-large")[-1] == "There is no example of it."


@pytest.mark.parametrize(
    ("name", "said"),
    [("undeclard-term", "did you mean checks:undeclared-term"), ("xyzzy", "`defkg explain` lists them")],
)
def test_an_unknown_rule_is_an_error_that_names_near_ones(name: str, said: str) -> None:
    with pytest.raises(ProjectError, match=said):
        told(name)


def test_without_a_rule_all_are_listed(project: Project) -> None:
    assert told() == [f"{rule.name}: {rule.title}" for rule in rulebook(project).values()]


def test_in_a_pipe_nothing_is_wrapped_or_coloured() -> None:
    done = run("explain", "Event-date", COLUMNS="20", FORCE_COLOR="1")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "    6 | id:visit\\/example a defkg:Visit ;" in done.stdout
