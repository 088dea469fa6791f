"""What runs before a commit and on a pull request: the real hooks, in a repository of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

SOURCE = "data/sources/2024-12-13-india-thailand-jwg.ttl"
AS = {"GIT_AUTHOR_NAME": "A Steward", "GIT_AUTHOR_EMAIL": "steward@example.org"}
AS |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in AS.items()}


def do(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    given = {**kept, **AS, "PATH": path, "PRE_COMMIT_HOME": str(folder.parent / "hooks"), "NO_COLOR": "1", **env}
    return subprocess.run(words, cwd=folder, env=given, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(copy: Path) -> Path:
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "all"]):
        assert do(copy, "git", *words).returncode == 0
    return copy


def local(hook: dict[str, Any]) -> dict[str, Any]:
    """A hook of the manifest as one that uses what is installed here."""
    return {**hook, "language": "system"}


def alter(repository: Path, old: str, new: str) -> None:
    path = repository / SOURCE
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


@pytest.mark.parametrize(
    ("kind", "file"), [("validate-manifest", ".pre-commit-hooks.yaml"), ("validate-config", ".pre-commit-config.yaml")]
)
def test_pre_commit_understands(kind: str, file: str) -> None:
    done = do(ROOT, sys.executable, "-m", "pre_commit", kind, file)
    assert done.returncode == 0, done.stdout


def test_a_commit_with_a_finding_is_refused(repository: Path) -> None:
    hooks = [local(hook) for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    assert do(repository, sys.executable, "-m", "pre_commit", "install").returncode == 0
    assert do(repository, "git", "add", ".pre-commit-config.yaml").returncode == 0
    alter(repository, 'datePrecision "day"', 'datePrecision "month"')
    refused = do(repository, "git", "commit", "-q", "-a", "-m", "broken")
    assert refused.returncode == 1
    assert f"{SOURCE}:" in refused.stderr + refused.stdout
    assert "defkg fmt" in refused.stderr + refused.stdout
    alter(repository, 'datePrecision "month"', 'datePrecision "day"')
    assert do(repository, "git", "commit", "-q", "-a", "-m", "mended").returncode == 0


def steps() -> dict[str, str]:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text())["jobs"]
    return {step["name"]: step["run"] for step in jobs["check"]["steps"] if "name" in step}


def test_the_workflow_annotates_and_tells_the_meaning(repository: Path, tmp_path: Path) -> None:
    assert do(tmp_path, "git", "clone", "-q", str(repository), "clone").returncode == 0
    clone, summary = tmp_path / "clone", tmp_path / "summary.md"
    alter(clone, 'datePrecision "day"', 'datePrecision "month"')
    env = {"GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(summary)}
    done = {name: do(clone, "bash", "-e", "-c", run, **env) for name, run in steps().items()}
    assert {name: one.returncode for name, one in done.items()} == {"Layout": 0, "Findings": 1, "Meaning": 0}
    assert done["Findings"].stdout.startswith(f"::error file={SOURCE},line=")
    assert "month" in summary.read_text()
