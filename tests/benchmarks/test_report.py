"""The tables and plots of a measurement: what they say, and that they hide nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from benchmarks.report import between, details, draw, summary
from benchmarks.timing import percentile

MACHINE = {"processor": "P", "cores": "2", "memory": "4 GB", "kernel": "6.1", "python": "3.11"}
MACHINE |= {"busy": "0.1", "day": "2026-01-01"}


def load(rate: float, failed: int = 0) -> dict[str, Any]:
    return {"1": {"rate": rate, "p50": 1.0, "p95": 2.0, "p99": 3.0, "failed": failed}}


def question(name: str, mine: float, theirs: dict[str, Any]) -> dict[str, Any]:
    own = {"p50": mine, "p95": mine, "p99": mine, "runs": 3}
    return {"name": name, "about": "", "rows": 2, "engines": {"defkg": own, "virtuoso": theirs}}


@pytest.fixture
def found() -> dict[str, Any]:
    cost = {"load": 0, "start": 0.5, "memory": 10, "disk": 0}
    return {
        "machine": MACHINE,
        "data": {"triples": 1000, "quads": 3000},
        "missing": {"oxigraph": "make peers"},
        "engines": {"defkg": {"version": "defkg 1", **cost}, "virtuoso": {"version": "Virtuoso 7", **cost}},
        "questions": [
            question("quick", 1.0, {"p50": 4.0, "p95": 4.0, "p99": 4.0, "runs": 3}),
            question("slow", 9.0, {"p50": 1.0, "p95": 1.0, "p99": 1.0, "runs": 3, "differs": "of 2 rows 1 missing"}),
            question("never", 1.0, {"failed": "500 a fault"}),
        ],
        "lookups": {
            "queries": 5,
            "differs": {"virtuoso": ["of 1 rows 1 missing"]},
            "new": {"defkg": load(4000), "virtuoso": load(1000, failed=3)},
            "kept": {"defkg": load(9000), "virtuoso": load(1000)},
        },
        "memory": {"defkg": 20, "virtuoso": 30},
    }


def test_what_differs_fails_or_is_missing_is_told(found: dict[str, Any]) -> None:
    text = "\n".join([*summary(found), *details(found)])
    assert "Not measured: oxigraph: make peers" in text
    assert "| slow | 2 | 9.0, 9.0 | 1.0, 1.0 ≠ |" in text
    assert "| never | 2 | 1.0, 1.0 | no answer |" in text
    assert "* slow, Virtuoso: of 2 rows 1 missing" in text
    assert "* never, Virtuoso: 500 a fault" in text
    assert "* lookups, Virtuoso: of 1 rows 1 missing" in text
    assert "**3 failed**" in text
    assert "* Virtuoso answers 1 of 3 questions otherwise, and 1 not at all." in text


def test_the_library_is_summed_up_over_the_questions_that_both_answer(found: dict[str, Any]) -> None:
    text = "\n".join([*summary(found), *details(found)])
    assert "as fast or faster on 1 of 2 questions that both answer; 0.67 times as fast" in text


def test_the_machine_and_the_versions_are_named(found: dict[str, Any]) -> None:
    text = "\n".join([*summary(found), *details(found)])
    assert (
        "2 cores (P), 4 GB of memory, Linux 6.1, Python 3.11, 2026-01-01; load average 0.1 before it began. defkg 1;"
        in text
    )


def test_plots_are_drawn_for_what_was_measured(found: dict[str, Any], tmp_path: Path) -> None:
    again = json.loads(json.dumps(found))
    draw({1000: found, 2000: again}, tmp_path)
    drawn = {path.name: path.read_text() for path in tmp_path.glob("*.svg")}
    assert {"lookups-new-1000.svg", "lookups-kept-2000.svg", "questions-virtuoso-1000.svg"} <= drawn.keys()
    assert "questions-oxigraph-1000.svg" not in drawn
    assert all(fromstring(text).tag.endswith("svg") for text in drawn.values())
    assert "4,000" in drawn["lookups-new-1000.svg"]
    assert "slow: Virtuoso 1.0 ms, defkg 9.0 ms" in drawn["questions-virtuoso-1000.svg"]


def test_tables_replace_what_stands_between_the_marks_and_nothing_else() -> None:
    readme = "before <!-- measured -->old<!-- end of what was measured --> after"
    assert between(readme, "new") == "before <!-- measured -->\n\nnew\n\n<!-- end of what was measured --> after"
    with pytest.raises(ValueError, match="no <!-- measured -->"):
        between("no marks", "new")


def test_percentiles_are_those_of_the_nearest_rank() -> None:
    ordered = list(range(1, 21))
    assert [percentile(ordered, share) for share in (0.5, 0.95, 0.99)] == [10, 19, 20]
    assert percentile([7.0], 0.5) == 7.0
