"""What is looked at before an artefact is built, in a process of its own: it holds all files, and gives them back."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import dataclass, field

from defkg.artefact.sources import project_digest
from defkg.coverage import Coverage
from defkg.dataset import Dataset
from defkg.finding import Finding
from defkg.gate import examine
from defkg.inference import UnsupportedAxiom, close
from defkg.loading import measured
from defkg.project import Project, ProjectError
from defkg.question import QuestionError

SMALL = 32 << 20
"""Bytes of Turtle up to which a project that is not checked is read whole, to work out what its documents cover."""


@dataclass(frozen=True)
class Examination:
    """What was found in a project.

    Attributes:
        project: SHA-256 over its files, as they were then.
        findings: what the checks found.
        coverage: what its documents cover; None where that was not worked out.
    """

    project: str
    findings: list[Finding] = field(default_factory=list)
    coverage: Coverage | None = None


def look_at(project: Project, check: bool, infer: bool) -> Examination:
    """Checks a project, and measures what its documents cover where it is not too large.

    Args:
        project: which project.
        check: whether to check it.
        infer: whether the artefact will have what follows.

    Raises:
        ProjectError: it cannot be read, or there is too little memory to check it.
    """
    small = sum(path.stat().st_size for path, _ in project.turtle_files()) <= SMALL
    if not check and not (small and infer):
        return Examination(project_digest(project))
    return _apart(project, check, infer and small)


def _look_at(project: Project, check: bool, measuring: bool) -> Examination:
    digest, dataset = project_digest(project), Dataset.load(project)
    findings = examine(project, dataset) if check else dataset.findings
    if findings or not measuring:
        return Examination(digest, findings if check else [])
    try:
        return Examination(digest, [], measured(project, close(dataset), True)[0])
    except (QuestionError, UnsupportedAxiom) as error:
        raise ProjectError(str(error)) from error


def _apart(*asked: object) -> Examination:
    command = [sys.executable, "-m", "defkg.artefact.examination"]
    process = subprocess.run(command, input=pickle.dumps(asked), stdout=subprocess.PIPE, check=False)
    if process.returncode:
        raise ProjectError(
            f"the process that checks ended with status {process.returncode}; where that was for want of memory, "
            "check the project in parts with `defkg check FILE...`, and build with --no-check"
        )
    found = pickle.loads(process.stdout)
    if isinstance(found, ProjectError):
        raise found
    assert isinstance(found, Examination)
    return found


def main() -> None:
    """Does what is pickled on standard input, and pickles what was found to the output; both ends are this program."""
    try:
        found: Examination | ProjectError = _look_at(*pickle.load(sys.stdin.buffer))
    except ProjectError as error:
        found = error
    pickle.dump(found, sys.stdout.buffer)


if __name__ == "__main__":
    from defkg.artefact.examination import main as importable  # what is pickled must not belong to a module __main__

    importable()
