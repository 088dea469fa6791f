"""What the documentation says of limits, problems and rules is what the code has."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import pytest

from defkg.engine.causes import CAUSES
from defkg.engine.limits import Limits
from defkg.question import KEYS, TYPES, VIEWS
from defkg.question.declaring import KEYS as OF_PARAMETER
from defkg.views import roles
from defkg.web.log import Entry
from defkg.web.metrics import Metrics
from tests.conftest import ROOT
from tests.test_cli import run

OPERATING = (ROOT / "docs" / "operating.md").read_text()
LIMITS = fields(Limits)
SOURCES = "".join(path.read_text() for path in (ROOT / "src" / "defkg").rglob("*.py"))
OTHERS = {"--volume", "--read-only", "--tmpfs", "--cap-drop", "--security-opt", "--publish", "--format", "--memory"}
OTHERS |= {"--now", "--since", "--constraint", "--no-deps"}  # of podman, systemctl, journalctl, pip


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


def test_every_option_in_the_guide_is_one() -> None:
    said = "".join(run(command, "--help", COLUMNS="200").stdout for command in ("serve", "build", "check", "diff"))
    said += run("--help").stdout
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", OPERATING))
    assert len(named) > 15
    assert sorted(word for word in named - OTHERS if word not in said) == []


def test_every_variable_in_the_guide_is_read() -> None:
    named = set(re.findall(r"DEFKG_[A-Z_]+", OPERATING))
    assert sorted(name for name in named if f'"{name}"' not in SOURCES) == []
    assert sorted(name for name in set(re.findall(r'"(DEFKG_STORE_[A-Z_]+)"', SOURCES)) if name not in named) == []


def test_every_metric_in_the_guide_is_told_and_none_is_left_out() -> None:
    metrics = Metrics()
    metrics.deaths("memory")
    metrics.lookup(True)
    metrics.outcome("ok", 0.1)
    told = set(re.findall(r"^# TYPE (\S+)", metrics.text().decode(), re.MULTILINE))
    named = set(re.findall(r"\b(?:defkg|process)_[a-z_]+", OPERATING))
    assert sorted(named - told) == []
    assert sorted(name for name in told - named if name.startswith("defkg_") and not name.endswith("_created")) == []


def test_every_outcome_and_cause_that_wakes_somebody_exists() -> None:
    (rules,) = re.findall(r"```yaml\n(.*?)```", OPERATING, re.DOTALL)
    outcomes = {name for said in re.findall(r'outcome=~?"([^"]+)"', rules) for name in said.split("|")}
    assert len(outcomes) > 5
    assert sorted(name for name in outcomes if f'"{name}"' not in SOURCES) == []
    causes = {name for said in re.findall(r'cause=~?"([^"]+)"', OPERATING) for name in said.split("|")}
    assert causes <= {*CAUSES.values(), "zygote", "unknown"}


def test_every_member_of_the_log_is_in_the_guide() -> None:
    section = OPERATING.partition("### The log")[2].partition("###")[0]
    columns = "".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| "))
    line = Entry("i", "c", "GET", 200, "ok", 0.1, 0.2).line()
    assert re.findall(r"`(\w+)`", columns) == list(json.loads(line))


def test_every_file_of_the_deployment_is_in_the_guide() -> None:
    names = [f"deploy/{path.name}" for path in (ROOT / "deploy").iterdir()]
    assert len(names) > 3
    assert [name for name in [*names, "Containerfile"] if f"](../{name})" not in OPERATING] == []
