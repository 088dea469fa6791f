"""The parts that the made-up graph is put together from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from benchmarks.growth import sheet
from benchmarks.growth.chance import Chance
from benchmarks.growth.names import person
from benchmarks.growth.sheet import Registry
from benchmarks.growth.world import World
from pyoxigraph import RdfFormat, parse


def test_a_registry_file_that_is_full_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_FULL", 100)
    registry = Registry(tmp_path)
    for number in range(250):
        registry.add("place", f"made-{number}", ("a", "defkg:Place"), ("skos:prefLabel", sheet.text(f"Made {number}")))
    registry.close()
    files = sorted(tmp_path.iterdir())
    triples = [quad.triple for path in files for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)]
    assert len(files) == 6
    assert len(triples) == len(set(triples)) == registry.triples == 500


def test_a_few_countries_have_most_of_the_dealings(tmp_path: Path) -> None:
    world = World(Registry(tmp_path), 7, 1_000_000)
    counts = Counter(code for number in range(2_000) for code in world.pair(Chance("pair", number)))
    assert len(counts) > 50
    assert sum(count for _, count in counts.most_common(10)) > 0.4 * counts.total()


def test_whoever_holds_a_post_held_the_one_below_it_before(tmp_path: Path) -> None:
    world = World(Registry(tmp_path), 7, 1_000_000)
    before, after = world.holder("XAA", 3, 1, 2001), world.holder("XAA", 3, 2, 2004)
    assert before.official == after.official
    assert before.post != after.post
    assert world.holder("XAA", 3, 1, 2004).official != before.official


def test_nobody_shares_a_name() -> None:
    names = {person(number) for number in [*range(5_000), *range(3_276_795_000, 3_276_800_000)]}
    assert len(names) == 10_000
    with pytest.raises(ValueError, match="3,276,800,000"):
        person(3_276_800_000)


def test_chance_is_that_of_its_name_and_of_every_day() -> None:
    assert [Chance(7, "series", 1).below(1_000_000) for _ in range(2)] == [541567, 541567]
    assert Chance(7, "series", 2).below(1_000_000) != 541567
