"""Every fact of the five documents is found by a query in its own document's graph, or is said to claim nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from defkg.dataset import Dataset
from defkg.terms import source_graph

SLUGS = {
    "D0": "undated-india-brunei-jwg",
    "D1": "2025-12-09-pti-india-brunei-jwg",
    "D2": "2025-11-05-india-israel-jwg",
    "D3": "2024-12-13-india-thailand-jwg",
    "D4": "undated-india-japan-defence-cooperation",
}
COUNTS = {"D0": 55, "D1": 33, "D2": 42, "D3": 37, "D4": 48}
FACTS: dict[str, dict[str, Any]] = {
    number: fact
    for document in SLUGS
    for number, fact in yaml.safe_load((Path(__file__).parent / "facts" / f"{document}.yaml").read_text()).items()
}


def ask(data: Dataset, number: str) -> bool:
    graph = source_graph(SLUGS[number[:2]])
    return data.ask(f"ASK {{ GRAPH {graph} {{ {FACTS[number]['ask']} }} }}")


def summary() -> str:
    """How many facts are accounted for, and how: what a test run prints."""
    by = Counter(fact["by"] for fact in FACTS.values())
    words = f"{by['triples']} by triples, {by['statement']} by statement, {by['nothing']} with nothing to say"
    return f"{sum(by.values())} of {sum(COUNTS.values())} facts accounted for: {words}"


def test_every_fact_is_accounted_for() -> None:
    assert list(FACTS) == [f"{d}-F{n:02}" for d, count in COUNTS.items() for n in range(1, count + 1)]
    assert {fact["by"] for fact in FACTS.values()} == {"triples", "statement", "nothing"}
    assert summary().startswith("215 of 215 facts accounted for")


@pytest.mark.parametrize("number", [number for number, fact in FACTS.items() if fact["by"] != "nothing"])
def test_fact_is_found_in_its_document(dataset: Dataset, number: str) -> None:
    assert ask(dataset, number)


def test_headings_without_a_claim_are_listed_with_their_reason() -> None:
    silent = {number: fact for number, fact in FACTS.items() if fact["by"] == "nothing"}
    assert sorted(silent) == ["D0-F15", "D0-F29", "D0-F37", "D0-F46", "D0-F50"]
    assert all(fact["why"] for fact in silent.values())


def test_a_statement_has_words_and_a_passage() -> None:
    missing = [
        n for n, f in FACTS.items() if f["by"] == "statement" and not {"defkg:gist", "defkg:evidencedBy"} <= words(f)
    ]
    assert missing == []


def words(fact: dict[str, Any]) -> set[str]:
    return set(fact["ask"].split())


def test_no_fact_is_found_where_nothing_is_asserted() -> None:
    empty = Dataset([])
    assert not [n for n, fact in FACTS.items() if "ask" in fact and ask(empty, n)]
