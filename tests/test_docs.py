"""What the documentation says of limits, problems and rules is what the code has."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from defkg.engine.limits import Limits
from defkg.question import KEYS, TYPES, VIEWS
from defkg.question.declaring import KEYS as OF_PARAMETER
from defkg.views import roles
from tests.conftest import ROOT
from tests.test_cli import run

OPERATING = (ROOT / "docs" / "operating.md").read_text()
LIMITS = fields(Limits)


@pytest.mark.parametrize("limit", LIMITS, ids=[limit.name for limit in LIMITS])
def test_limit_has_its_line_in_the_docs(limit: object) -> None:
    name, meta = getattr(limit, "name"), getattr(limit, "metadata")  # noqa: B009
    default = "one for each core" if name == "workers" else f"{getattr(limit, 'default'):g} {meta['unit']}"  # noqa: B009
    default = default.replace("1e+06", "1000000")
    row = f"| `--{name.replace('_', '-')}` | `{meta['env']}` | {default} | {meta['words']}"
    assert row in OPERATING


def test_every_limit_is_an_option() -> None:
    said = run("serve", "--help", COLUMNS="200").stdout
    assert [limit.name for limit in LIMITS if f"--{limit.name.replace('_', '-')}" not in said] == []


def test_every_kind_of_problem_is_in_the_docs() -> None:
    kinds = set()
    for path in (ROOT / "src" / "defkg").rglob("*.py"):
        kinds |= set(re.findall(r"Problem\(\s*\d{3},\s*\"([a-z-]+)\"", path.read_text()))
    assert len(kinds) > 15
    assert sorted(kind for kind in kinds if f"`{kind}`" not in OPERATING) == []


@pytest.mark.parametrize("word", [*KEYS, *OF_PARAMETER, *TYPES, *VIEWS])
def test_what_a_head_may_say_is_in_the_docs(word: str) -> None:
    questions = (ROOT / "docs" / "questions.md").read_text()
    rows = [line for line in questions.splitlines() if line.startswith("| ") and f"`{word}`" in line]
    assert rows


@pytest.mark.parametrize("kind", [kind for kind in VIEWS if kind != "table"])
def test_the_roles_of_a_view_are_in_the_docs(kind: str) -> None:
    lines = (ROOT / "docs" / "questions.md").read_text().splitlines()
    (row,) = [line for line in lines if line.startswith(f"| `{kind}` |") and "columns" not in line]
    assert set(re.findall(r"`(\w+)`", row)) == {kind, *roles(kind)}


def test_links_between_documents_resolve() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", path.read_text()):
            assert target.startswith("http") or (path.parent / target).exists(), f"{path.name}: {target}"
