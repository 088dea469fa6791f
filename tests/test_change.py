"""Checking a change: since a git revision, and again and again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from defkg.change import Session, examine_change, since
from defkg.cli.check import CheckCommand, check
from defkg.gate import examine
from defkg.project import Project
from defkg.revision import RevisionError
from defkg.turtle import TurtleFile, read_turtle
from tests.conftest import ROOT
from tests.test_cli import run

SOURCE = "data/sources/2024-12-13-india-thailand-jwg.ttl"


@pytest.fixture
def repository(copy: Path) -> Path:
    git = ["git", "-C", str(copy), "-c", "user.name=A Steward", "-c", "user.email=steward@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], check=True)
    return copy


def alter(project: Path, old: str, new: str, name: str = SOURCE) -> None:
    path = project / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_nothing_changed_is_nothing_checked(repository: Path) -> None:
    assert since(repository, "HEAD") == {}
    assert examine_change(Project.open(repository), {}).findings == []


def test_a_change_since_a_revision_is_checked(repository: Path) -> None:
    alter(repository, 'datePrecision "day"', 'datePrecision "month"')
    before = since(repository, "HEAD")
    assert list(before) == [SOURCE]
    findings, left_out = examine_change(Project.open(repository), before)
    assert [finding.place.file for finding in findings] == [SOURCE]
    assert "things" in left_out[0]


def test_a_new_file_is_checked_itself(repository: Path) -> None:
    (repository / "data" / "sources" / "Bad_Name.ttl").write_text("# nothing yet\n")
    findings, _ = examine_change(Project.open(repository), since(repository, "HEAD"))
    assert [finding.rule.rpartition("#")[2] for finding in findings] == ["file-name"]


def test_a_file_that_cannot_be_read_is_the_finding(repository: Path) -> None:
    alter(repository, "defkg:Meeting ;", "defkg:Meeting ; ;; ]")
    (finding,) = examine_change(Project.open(repository), since(repository, "HEAD")).findings
    assert (finding.place.file, finding.rule.rpartition("#")[2]) == (SOURCE, "syntax")


def test_a_changed_check_checks_everything(repository: Path) -> None:
    alter(repository, "severity: error", "severity: dire", "queries/checks/ordinal-unique.rq")
    findings, left_out = examine_change(Project.open(repository), since(repository, "HEAD"))
    assert [finding.place.file for finding in findings] == ["queries/checks/ordinal-unique.rq"]
    assert left_out == ()


def test_a_changed_question_is_checked(repository: Path) -> None:
    name = "queries/officials/jwgs-co-chaired-by.rq"
    alter(repository, "defkg:coChaired ", "defkg:coChared ", name)
    findings, _ = examine_change(Project.open(repository), since(repository, "HEAD"))
    assert [(finding.place.file, finding.rule.rpartition("#")[2]) for finding in findings] == [
        (name, "undeclared-term")
    ]


def test_no_such_revision(repository: Path) -> None:
    with pytest.raises(RevisionError, match="nonsense"):
        since(repository, "nonsense")


def test_a_session_follows_a_project(copy: Path) -> None:
    session = Session(Project.open(copy))
    assert session.check() == []
    alter(copy, 'datePrecision "day"', 'datePrecision "month"')
    assert len(session.check()) == 1
    alter(copy, 'datePrecision "month"', 'datePrecision "day"')
    assert session.check() == []


def test_a_session_that_begins_with_findings_checks_everything_until_it_is_clean(copy: Path) -> None:
    alter(copy, 'datePrecision "day"', 'datePrecision "month"')
    session = Session(Project.open(copy))
    assert len(session.check()) == 1
    assert len(session.check()) == 1
    alter(copy, 'datePrecision "month"', 'datePrecision "day"')
    assert session.check() == []


def test_a_session_with_findings_finds_at_each_save_what_a_check_finds(copy: Path) -> None:
    project = Project.open(copy)
    session = Session(project)
    alter(copy, 'datePrecision "day"', 'datePrecision "month"')
    assert session.check() == examine(project) != []
    alter(copy, "defkg:hasParty id:country\\/IND", "defkg:hasParty id:country\\/XAA")
    assert session.check() == examine(project) != []


def test_a_session_parses_a_file_again_only_when_it_has_changed(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(Project.open(copy))
    session.check()
    read = []

    def reading(name: str, content: bytes) -> TurtleFile:
        read.append(name)
        return read_turtle(name, content)

    monkeypatch.setattr("defkg.dataset.read_turtle", reading)
    alter(copy, 'datePrecision "day"', 'datePrecision "month"')
    assert len(session.check()) == 1
    assert read == [SOURCE]


@pytest.mark.parametrize(
    ("args", "revision"),
    [
        (["--changed"], "HEAD"),
        (["--changed", "--format", "json"], "HEAD"),
        (["--changed", "v1"], "v1"),
        (["--changed=v1", "data"], "v1"),
        (["--changed", str(ROOT)], "HEAD"),
        ([], None),
    ],
)
def test_changed_takes_a_revision_or_none(args: list[str], revision: str | None) -> None:
    import typer
    from typer.main import get_command

    app = typer.Typer()
    app.command(cls=CheckCommand)(check)
    command = get_command(app)
    assert command.make_context("check", args).params["changed"] == revision


def test_the_command_says_what_it_left_out(repository: Path) -> None:
    alter(repository, 'datePrecision "day"', 'datePrecision "month"')
    done = run("check", repository, "--changed")
    assert done.returncode == 1
    assert done.stdout.startswith(SOURCE)
    assert done.stdout.count("\n") == 1
    assert "1 changed file since HEAD; left out: " in done.stderr


def test_a_folder_without_git_is_said(copy: Path) -> None:
    done = run("check", copy, "--changed")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
