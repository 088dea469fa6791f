"""The table of docs/rules.md: every rule, its bad example, the place reported. Run as a module, it is written.

What stands in it comes from running the examples.
"""

from __future__ import annotations

import html
import re
import shutil
import tempfile
from pathlib import Path

from defkg.content import LIMIT
from defkg.dataset import Dataset
from defkg.edit import Edit, apply
from defkg.examples import FAIL, Example
from defkg.finding import Finding
from defkg.gate import examine
from defkg.project import FOLDERS, Project
from defkg.rulebook import Rule, rulebook
from tests.conftest import ROOT

DOC = ROOT / "docs" / "rules.md"
HEAD = """# Rules

What `defkg check` finds. `defkg explain RULE` shows a rule with both of its examples. This table is made by running the
bad examples: `python -m tests.rules_table` writes it, and a test compares it. A place is the line and the column that
the finding names, in the example or in the file of it that is named.

| rule | why | bad example | place reported | what is said |
|---|---|---|---|---|
"""
UNSHOWN = {"file-too-large": "a Turtle file of more than 16 MiB"}


def row(rule: Rule, finding: Finding) -> str:
    """The line of the table for a rule and the one finding of its bad example."""
    folder = ROOT / "tests" / "examples" / rule.local
    link = next((name for name in (f"{FAIL}.ttl", FAIL) if (folder / name).exists()), None)
    example = f"[{rule.local}](../tests/examples/{rule.local}/{link})" if link else UNSHOWN[rule.local]
    place = f"{finding.place.line}:{finding.place.column}" if link == f"{FAIL}.ttl" else str(finding.place)
    said = finding.message + (f" ({finding.hint})" if finding.hint else "")
    cells = (f"`{rule.name}`", _cell(rule.reason), example, place, _cell(said))
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return re.sub(r"([|*_`\[\]\\])", r"\\\1", html.escape(" ".join(text.split()), quote=False))


def rows(text: str) -> dict[str, str]:
    """The lines of a table by the name of the rule."""
    lines = text.removeprefix(HEAD).splitlines()
    return {line.split("`")[1]: line for line in lines}


def failing(project: Project, dataset: Dataset, rule: Rule) -> list[Finding]:
    """What the gate finds in a rule's bad example."""
    example = Example.of(project, rule)
    if example:
        return example.findings(FAIL, dataset)
    assert rule.local == "file-too-large"
    with tempfile.TemporaryDirectory() as name:
        return too_large(project, Path(name), LIMIT + 1)


def too_large(project: Project, root: Path, size: int) -> list[Finding]:
    """What the gate finds in a file of so many bytes."""
    for part in FOLDERS:
        shutil.copytree(project.root / part, root / part, dirs_exist_ok=True)
    (root / "data" / "registry" / "example.ttl").write_bytes(b"#" * (size - 1) + b"\n")
    return examine(Project.open(root), only={"data/registry/example.ttl"})


def write() -> None:
    """Runs every bad example and writes the table."""
    project = Project.open(ROOT)
    dataset = Dataset.load(project)
    old = DOC.read_text(encoding="utf-8") if DOC.exists() else None
    found = {}
    for rule in rulebook(project).values():
        (finding,) = failing(project, dataset, rule)
        found[rule.name] = row(rule, finding)
    lines = [found[name] for name in sorted(found, key=str.casefold)]
    apply([Edit(DOC, "docs/rules.md", old, HEAD + "".join(f"{line}\n" for line in lines))])


if __name__ == "__main__":
    write()
