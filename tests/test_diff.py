"""``defkg diff``: revisions, folders and files, in a real repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from defkg.cli import app
from defkg.project import Project, ProjectError
from tests.test_cli import run
from tests.test_difference import make
from tests.test_revision import commit, git


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a subfolder of a repository, committed, which is the working folder."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    root = make(tmp_path / "graphs" / "small")
    commit(tmp_path)
    monkeypatch.chdir(root)
    return root


def edit(root: Path, old: str, new: str) -> None:
    path = root / "data" / "sources" / "s.ttl"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def diff(*args: str) -> tuple[int, str]:
    """Exit status and output; what cannot be opened comes as its exception."""
    result = CliRunner().invoke(app, ["diff", *args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_nothing_has_changed(root: Path) -> None:
    assert diff() == (0, "HEAD → the working folder: no difference in meaning\n")


def test_last_commit_is_compared_with_the_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root, '"2012"', '"2013"')
    monkeypatch.chdir(root / "data" / "sources")
    status, said = diff()
    assert status == 1
    assert '~ defkg:date "2012" → "2013" [s]' in said


def test_revisions_are_compared_with_each_other(root: Path) -> None:
    edit(root, '"2012"', '"2013"')
    git(root, "checkout", "--quiet", "-b", "feature")
    commit(root)
    edit(root, '"2013"', '"2014"')
    status, said = diff("main", "feature")
    assert status == 1
    assert said.startswith("main → feature: 1 fact\n")
    assert '"2012" → "2013"' in said
    assert '"2013" → "2012"' in diff("feature", "main")[1]
    assert '"2012" → "2014"' in diff("main")[1]


def test_folders_and_files_are_compared(root: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other")
    edit(other, '"2012"', '"2013"')
    assert '"2012" → "2013"' in diff(str(root), str(other))[1]
    assert '"2013" → "2012"' in diff(str(other))[1]
    (tmp_path / "a.nt").write_text("<http://e.org/a> <http://e.org/b> 1 .\n".replace(" 1 ", ' "1" '))
    (tmp_path / "b.ttl").write_text('<http://e.org/a> <http://e.org/b> "2" .\n')
    assert '~ http://e.org/b "1" → "2"' in diff(str(tmp_path / "a.nt"), str(tmp_path / "b.ttl"))[1]


def test_two_files_are_asked_the_questions_of_the_project_around(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = "<https://w3id.org/defkg/id/official/ann> <https://w3id.org/defkg/ontology#coChaired>"
    (tmp_path / "a.nt").write_text(f"{ann} <http://e.org/a> .\n")
    (tmp_path / "b.nt").write_text(f"{ann} <http://e.org/b> .\n")
    said = diff(str(tmp_path / "a.nt"), str(tmp_path / "b.nt"))[1]
    assert "co-chaired: Which groups has an official co-chaired?" in said
    assert "+ group = http://e.org/b" in said
    assert f"note: neither side has a library: the questions are those of {root}" in said
    monkeypatch.chdir(tmp_path)
    said = diff("a.nt", "b.nt")[1]
    assert f"the questions are those of {Project.bundled().root}" in said
    assert "are not compared" in said


def test_project_may_be_named(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(root, '"2012"', '"2013"')
    monkeypatch.chdir(tmp_path)
    assert diff("--project", str(root), "HEAD")[0] == 1
    with pytest.raises(ProjectError, match="is in no project folder; go to one, or name it with --project"):
        diff()


def test_each_format_is_what_it_says(root: Path) -> None:
    edit(root, '"2012"', '"2013"')
    assert json.loads(diff("--format", "json")[1])["different"] is True
    assert diff("--format", "markdown")[1].startswith("### What this change means: HEAD → the working folder\n")
    assert "a cs:ChangeSet" in diff("--format", "turtle")[1]


def test_everything_is_shown_when_wanted(root: Path) -> None:
    edit(root, ' ; defkg:date "2012"', "".join(f" ; defkg:n {n}" for n in range(30)))
    assert "… and 11 more" in diff()[1]
    assert "… and" not in diff("--all")[1]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nonsense"], "nonsense is no project folder and no RDF file, and as a revision: git knows no revision"),
        (["data"], "data is no project folder and no RDF file, and as a revision"),
        (["HEAD", "queries/officials/co-chaired.rq"], "does not tell its format"),
        (["HEAD~1"], "knows no revision 'HEAD~1'"),
    ],
)
def test_what_cannot_be_opened_is_told(root: Path, args: list[str], words: str) -> None:
    with pytest.raises(ProjectError, match=words):
        diff(*args)


def test_broken_revision_is_told_with_its_place(root: Path) -> None:
    good = (root / "data/sources/s.ttl").read_text()
    edit(root, '"2012"', '"2012')
    commit(root)
    (root / "data/sources/s.ttl").write_text(good)
    with pytest.raises(ProjectError, match=r"^HEAD: data/sources/s\.ttl:\d+:\d+ checks:syntax"):
        diff()


def test_exit_status_in_a_shell(root: Path, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text('<http://e.org/a> <http://e.org/b> "1" .\n')
    (tmp_path / "b.nt").write_text('<http://e.org/a> <http://e.org/b> "2" .\n')
    a, b = str(tmp_path / "a.nt"), str(tmp_path / "b.nt")
    same, other, none = run("diff", a, a), run("diff", a, b), run("diff", str(tmp_path / "none"), b)
    assert [same.returncode, other.returncode, none.returncode] == [0, 1, 2]
    assert none.stderr.startswith("defkg: ")
    assert none.stdout == ""
