"""What a project was at a git revision, against real repositories."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from defkg.project import FOLDERS
from defkg.revision import RevisionError, at, changed, contents

IDENTITY = ["-c", "user.email=steward@example.org", "-c", "user.name=Steward", "-c", "commit.gpgsign=false"]


def git(folder: Path, *args: str) -> str:
    return subprocess.run(["git", "-C", folder, *IDENTITY, *args], check=True, capture_output=True, text=True).stdout


def commit(folder: Path, message: str = "Change") -> None:
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", message)


def make(root: Path) -> Path:
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    (root / "ontology" / "o.ttl").write_text("# ontology\n")
    (root / "shapes" / "s.ttl").write_text("# shapes\n")
    (root / "data" / "a b.ttl").write_text("# one\n")
    (root / "data" / "é\n.ttl").write_text("# two\n")
    (root / "queries" / "q.rq").write_text("# query\n")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in a subfolder of a repository, committed."""
    git(tmp_path, "init", "--quiet")
    found = make(tmp_path / "graphs" / "mine")
    commit(tmp_path)
    return found


def test_nothing_has_changed_after_a_commit(root: Path) -> None:
    assert changed(root) == {}


def test_files_are_told_with_what_became_of_them(root: Path) -> None:
    (root / "data" / "a b.ttl").write_text("# other\n")
    (root / "data" / "é\n.ttl").unlink()
    (root / "data" / "ü new.ttl").write_text("")
    (root / "README.md").write_text("no part of the graph")
    assert changed(root) == {"data/a b.ttl": "modified", "data/é\n.ttl": "removed", "data/ü new.ttl": "added"}


def test_what_git_does_not_look_at_counts_all_the_same(root: Path) -> None:
    (root / ".gitignore").write_text("ignored.ttl\n")
    (root / "data" / "ignored.ttl").write_text("")
    git(root, "update-index", "--assume-unchanged", "ontology/o.ttl")
    (root / "ontology" / "o.ttl").write_text("# other\n")
    git(root, "rm", "--quiet", "--cached", "shapes/s.ttl")
    assert changed(root) == {"data/ignored.ttl": "added", "ontology/o.ttl": "modified"}


def test_link_in_place_of_a_file_is_a_change(root: Path) -> None:
    (root / "data" / "a b.ttl").rename(root / "target")
    (root / "data" / "a b.ttl").symlink_to(root / "target")
    (root / "shapes" / "s.ttl").write_text("o.ttl")
    assert changed(root) == {"data/a b.ttl": "modified", "shapes/s.ttl": "modified"}
    commit(root)
    assert changed(root) == {}
    (root / "shapes" / "s.ttl").unlink()
    (root / "shapes" / "s.ttl").symlink_to("o.ttl")
    assert changed(root) == {"shapes/s.ttl": "modified"}


def test_content_is_that_of_the_revision(root: Path) -> None:
    (root / "data" / "a b.ttl").write_text("# other\n")
    commit(root)
    names = ["data/é\n.ttl", "data/a b.ttl", "data/none.ttl"]
    assert contents(root, "HEAD", names) == dict(zip(names, [b"# two\n", b"# other\n", None], strict=True))
    assert contents(root, "HEAD~1", ["data/a b.ttl"]) == {"data/a b.ttl": b"# one\n"}


def test_project_comes_back_as_it_was_and_is_gone_afterwards(root: Path) -> None:
    (root / "data" / "a b.ttl").unlink()
    commit(root)
    with at(root, "HEAD~1") as project:
        folder = project.root
        assert (folder / "data" / "a b.ttl").read_text() == "# one\n"
        assert (folder / "data" / "é\n.ttl").read_text() == "# two\n"
        assert not (folder / "graphs").exists()
    assert not folder.exists()


def test_attributes_for_archives_have_no_say(root: Path) -> None:
    (root / ".gitattributes").write_text("*.ttl export-ignore\n")
    commit(root)
    with at(root, "HEAD") as project:
        assert (project.root / "data" / "a b.ttl").exists()


def test_links_are_kept_inside_and_left_out_beyond(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.ttl").write_text("# not of the project\n")
    (root / "data" / "inside.ttl").symlink_to("a b.ttl")
    (root / "data" / "outside.ttl").symlink_to(tmp_path / "secret.ttl")
    (root / "data" / "up").symlink_to("..")
    (root / "data" / "sly.ttl").symlink_to("up/../../secret.ttl")
    (root / "data" / "loop.ttl").symlink_to("loop.ttl")
    commit(root)
    assert changed(root) == {}
    with at(root, "HEAD") as project:
        names = {path.name for path in (project.root / "data").iterdir()}
        assert (project.root / "data" / "inside.ttl").read_text() == "# one\n"
    assert names >= {"inside.ttl", "up"}
    assert not names & {"outside.ttl", "sly.ttl"}


def test_hook_of_another_repository_does_not_lead_astray(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    (root / "data" / "a b.ttl").write_text("# other\n")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index.lock")
    assert changed(root) == {"data/a b.ttl": "modified"}


def test_runs_inside_a_hook(root: Path, tmp_path: Path) -> None:
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    program = "from pathlib import Path; from defkg.revision import changed; print(changed(Path('graphs/mine')))"
    hook.write_text(f'#!/bin/sh\n"$PYTHON" -c "{program}" > seen\n')
    hook.chmod(0o755)
    (root / "data" / "new.ttl").write_text("")
    git(root, "add", "data/new.ttl")
    python = sys.executable
    subprocess.run(
        ["git", *IDENTITY, "commit", "--all", "--quiet", "--message", "M"],
        cwd=tmp_path,
        check=True,
        env=os.environ | {"PYTHON": python},
    )
    assert (tmp_path / "seen").read_text() == "{'data/new.ttl': 'added'}\n"


@pytest.mark.parametrize("revision", ["nonsense", "HEAD~9", "HEAD:data", ""])
def test_revision_that_git_does_not_know_is_refused(root: Path, revision: str) -> None:
    with pytest.raises(RevisionError, match="knows no revision"):
        changed(root, revision)


@pytest.mark.parametrize("revision", ["--output=x", "-h", "a\0b"])
def test_option_in_place_of_a_revision_is_refused(root: Path, revision: str) -> None:
    with pytest.raises(RevisionError, match="is no revision"):
        changed(root, revision)


def test_folder_outside_a_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="in no git repository; run git init"):
        changed(make(tmp_path / "mine"))


def test_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    git(make(tmp_path / "mine"), "init", "--quiet")
    with pytest.raises(RevisionError, match=r"knows no revision 'HEAD'.*commit once"):
        changed(tmp_path / "mine")


def test_absence_of_git_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RevisionError, match="install git"):
        changed(root)


def test_revision_without_a_project_is_refused(root: Path, tmp_path: Path) -> None:
    git(root, "rm", "-r", "--quiet", "queries")
    commit(tmp_path)
    with pytest.raises(RevisionError, match="was no project folder at HEAD"), at(root, "HEAD"):
        pass
