"""A release: what stands against one, and what its notes say, on a repository made for it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tools import release

from defkg.project import FOLDERS
from tests.conftest import ROOT
from tests.walkthrough import AS

FILES = ("pyproject.toml", "CITATION.cff", "CHANGELOG.md", "Containerfile", "src/defkg/__init__.py")
BRUNEI = Path("data/registry/countries.ttl")


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, env={**AS, "PATH": "/usr/bin:/bin"}, check=True, capture_output=True)


def rewrite(root: Path, name: str | Path, old: str, new: str) -> None:
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name)
    (root / "src" / "defkg").mkdir(parents=True)
    for name in FILES:
        shutil.copy(ROOT / name, root / name)
    git(tmp_path, "init", "-q", "-b", "main", str(root))
    commit(root)
    return root


def commit(root: Path) -> None:
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "all")


def raised(root: Path, version: str) -> None:
    """The checkout with another version in all files."""
    for name in ("pyproject.toml", "CITATION.cff", "Containerfile", "ontology/defkg.ttl", "src/defkg/__init__.py"):
        rewrite(root, name, "0.1.0", version)
    rewrite(root, "CHANGELOG.md", "## 0.1.0 -", f"## {version} - 2026-11-23\n\n### Data\n\nA name.\n\n## 0.1.0 -")


def test_a_clean_checkout_is_ready(checkout: Path) -> None:
    assert list(release.faults(checkout)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("CITATION.cff", "version: 0.1.0", "version: 0.2.0", "CITATION.cff: 0.2.0"),
        ("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"', "pyproject.toml: 0.2.0"),
        ("ontology/defkg.ttl", 'versionInfo "0.1.0"', 'versionInfo "0.3.0"', "versionInfo): 0.3.0"),
        ("ontology/defkg.ttl", "ontology/0.1.0> ;", "ontology/0.4.0> ;", "versionIRI): 0.4.0"),
        ("src/defkg/__init__.py", "0.1.0", "0.6.0", "__init__.py: 0.6.0"),
        ("Containerfile", "0.1.0", "0.7.0", "Containerfile: 0.7.0"),
        ("CHANGELOG.md", "## 0.1.0 -", "## 0.5.0 -", "CHANGELOG.md: 0.5.0"),
        ("CHANGELOG.md", "## 0.1.0 - 2026-11-23", "## 0.1.0 - 2026-12-24", "different dates"),
    ],
)
def test_files_that_disagree_are_refused(checkout: Path, name: str, old: str, new: str, told: str) -> None:
    rewrite(checkout, name, old, new)
    commit(checkout)
    assert told in "\n".join(release.faults(checkout))


def test_an_ontology_that_is_not_kept_for_good_is_refused(checkout: Path) -> None:
    rewrite(checkout, "ontology/releases/0.1.0.ttl", '"0.1.0"', '"0.1.0" ')
    commit(checkout)
    assert list(release.faults(checkout)) == [
        "not the ontology as it is: cp ontology/defkg.ttl ontology/releases/0.1.0.ttl"
    ]


def test_what_is_not_committed_is_refused(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "stray.txt").write_text("x")
    assert release.main(["--dry-run"], checkout) == 1
    assert "not committed: stray.txt" in capsys.readouterr().err


def test_a_version_that_is_tagged_is_refused(checkout: Path) -> None:
    git(checkout, "tag", "v0.1.0")
    assert "tagged already" in "\n".join(release.faults(checkout))


def test_a_graph_with_findings_is_refused(checkout: Path) -> None:
    rewrite(checkout, BRUNEI, "a defkg:Country", "a defkg:Contry")
    commit(checkout)
    with pytest.raises(release.Refusal) as refusal:
        release.look(checkout)
    assert "checks:undeclared-term" in "\n".join(refusal.value.args)


def test_notes_tell_what_the_change_means(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(checkout, "tag", "v0.1.0")
    raised(checkout, "0.1.1")
    rewrite(checkout, BRUNEI, '"Brunei"@en', '"Brunei Darussalam"@en')
    commit(checkout)
    told = release.notes(checkout, "0.1.1")
    assert told.startswith("# 0.1.1\n\n### Data\n\nA name.\n")
    assert "since v0.1.0" in told
    assert "Brunei Darussalam" in told


def test_the_first_release_has_nothing_to_compare_with(checkout: Path) -> None:
    told = release.notes(checkout, "0.1.0")
    assert "The first release." in told
    assert "no release before" in told


def test_what_is_there_is_not_replaced(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(release.Refusal, match="there already"):
        release.release(checkout, tmp_path / "made")


def test_a_build_that_fails_leaves_nothing(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(root: Path, folder: Path) -> None:
        (folder / "half").write_text("x")
        raise release.Refusal("the disk is full")

    monkeypatch.setattr(release, "_build", fail)
    assert release.main(["--output", str(tmp_path / "out" / "made")], checkout) == 1
    assert list((tmp_path / "out").iterdir()) == []
