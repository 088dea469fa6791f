"""Closing one state after another gives what closing each by itself gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from defkg.dataset import Dataset
from defkg.inference import Succession, UnsupportedAxiom, close
from defkg.project import Project
from tests.test_affected import mutant

SOURCE = "data/sources/2024-12-13-india-thailand-jwg.ttl"


def as_closed_alone(project: Path) -> Dataset:
    return close(Dataset.load(Project.open(project)))


@pytest.mark.parametrize("seed", range(3))
def test_random_changes_close_as_if_alone(copy: Path, seed: int) -> None:
    chance, succession = random.Random(seed), Succession()
    dataset = Dataset.load(Project.open(copy))
    for _ in range(6):
        assert succession.close(dataset).inferred == as_closed_alone(copy).inferred
        file = chance.choice([file for file, _ in dataset.files if file.path.startswith("data/")])
        (copy / file.path).write_text(mutant(file, chance))
        dataset = Dataset.load(Project.open(copy), dataset)
    assert succession.close(dataset).inferred == as_closed_alone(copy).inferred


def test_files_come_and_go(copy: Path) -> None:
    succession, path = Succession(), copy / SOURCE
    whole = Dataset.load(Project.open(copy))
    before = succession.close(whole).inferred
    text = path.read_bytes()
    path.unlink()
    without = Dataset.load(Project.open(copy), whole)
    assert before > succession.close(without).inferred == as_closed_alone(copy).inferred
    path.write_bytes(text)
    again = Dataset.load(Project.open(copy), without)
    assert succession.close(again).inferred == before


def test_a_changed_ontology_begins_anew(copy: Path) -> None:
    succession, ontology = Succession(), copy / "ontology" / "defkg.ttl"
    dataset = Dataset.load(Project.open(copy))
    before = succession.close(dataset).inferred
    ontology.write_text(ontology.read_text().replace("rdfs:subPropertyOf defkg:partOfSeries ;", "", 1))
    dataset = Dataset.load(Project.open(copy), dataset)
    assert before != succession.close(dataset).inferred == as_closed_alone(copy).inferred


def test_an_axiom_without_a_rule_is_no_state_to_go_on_from(copy: Path) -> None:
    succession, ontology = Succession(), copy / "ontology" / "defkg.ttl"
    dataset = Dataset.load(Project.open(copy))
    before = succession.close(dataset).inferred
    text = ontology.read_text()
    ontology.write_text(text + "\ndefkg:concerns a owl:FunctionalProperty .\n")
    broken = Dataset.load(Project.open(copy), dataset)
    with pytest.raises(UnsupportedAxiom, match="FunctionalProperty"):
        succession.close(broken)
    ontology.write_text(text)
    assert succession.close(Dataset.load(Project.open(copy), broken)).inferred == before


def test_a_literal_in_two_spellings_is_not_lost_with_one_of_them(copy: Path) -> None:
    succession, ontology = Succession(), copy / "ontology" / "defkg.ttl"
    ontology.write_text(ontology.read_text() + "\ndefkg:ordinal rdfs:subPropertyOf rdfs:label .\n")
    path = copy / "data" / "curation.ttl"
    text = path.read_text()
    dataset = None
    for spellings in ("1, 01", "1", "01", "1, 01", "2"):
        path.write_text(text + f"\nid:thing defkg:ordinal {spellings} .\n")
        dataset = Dataset.load(Project.open(copy), dataset)
        assert succession.close(dataset).inferred == as_closed_alone(copy).inferred
