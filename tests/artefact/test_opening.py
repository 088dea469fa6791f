"""An artefact opened: what is known of the graph without reading it, and each kind of damage refused in one line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from defkg.artefact import known
from defkg.artefact.opening import Opened, open_artefact
from defkg.loading import Recipe, load, spool
from defkg.project import ProjectError
from tests.conftest import ROOT


def opened(folder: Path, verify: bool = False) -> Opened:
    found = open_artefact(folder, verify)
    os.close(found.store)
    return found


def test_what_is_known_is_what_loading_the_project_gives(built: Path) -> None:
    with spool() as data:
        expected = load(Recipe(ROOT, check=False), data)
    found = opened(built, verify=True).loaded
    for name in vars(expected):
        if name not in ("names", "graphs"):
            assert getattr(found, name) == getattr(expected, name), name
    assert found.names.written() == expected.names.written()
    assert sorted(found.graphs) == sorted(expected.graphs)


def test_names_of_a_large_graph_are_read_when_they_are_asked_for(
    artefact: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "LARGE", 10)
    found = opened(artefact)
    (artefact / "names.json").rename(artefact / "away")
    (artefact / "names.json").write_text("{}")
    assert found.loaded.names.written() == opened(built).loaded.names.written()


def change(name: str, old: str, new: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))

    return do


def cut(name: str, size: int) -> Callable[[Path], None]:
    return lambda folder: os.truncate(folder / name, size)


def manifest(**members: Any) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **members}))

    return do


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "no artefact: it has no manifest.json"),
    "an empty manifest": (cut("manifest.json", 0), "manifest.json is damaged"),
    "half a manifest": (cut("manifest.json", 500), "manifest.json is damaged"),
    "a manifest of another kind": (lambda folder: (folder / "manifest.json").write_text("[]"), "is damaged"),
    "a deep manifest": (lambda folder: (folder / "manifest.json").write_text("[" * 100_000), "is damaged"),
    "a manifest with a wrong type": (manifest(triples="many"), "manifest.json is damaged"),
    "a later format": (manifest(format=2), "has format 2, and this version of defkg reads 1"),
    "an older engine": (manifest(pyoxigraph="0.1.0"), "holds a store of pyoxigraph 0.1.0, and"),
    "no list of the store": (lambda folder: (folder / "store.json").unlink(), "it has no store.json"),
    "a damaged list of the store": (change("store.json", '"size"', '"siez"'), "store.json is damaged"),
    "no text": (lambda folder: (folder / "graph.nq.gz").unlink(), "graph.nq.gz cannot be read: No such file"),
    "half a text": (cut("graph.nq.gz", 1000), "graph.nq.gz has 1,000 bytes where"),
    "half of what a site knows": (cut("site.json", 1000), "site.json has 1,000 bytes where"),
    "a store without its beginning": (lambda folder: (folder / "store/CURRENT").unlink(), "store/CURRENT cannot be"),
    "a store that is cut": (lambda folder: os.truncate(table(folder), 100), r"\.sst has 100 bytes where"),
    "a question that is gone": (
        lambda folder: (folder / "project/queries/officials/jwgs-co-chaired-by.rq").unlink(),
        "jwgs-co-chaired-by.rq cannot be read",
    ),
}


def table(folder: Path) -> Path:
    return max((folder / "store").glob("*.sst"), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_refused_in_one_line_that_says_what_to_do(artefact: Path, name: str) -> None:
    damage, words = DAMAGE[name]
    damage(artefact)
    with pytest.raises(ProjectError, match=words) as refused:
        opened(artefact)
    assert "\n" not in str(refused.value)
    assert "defkg build" in str(refused.value)


@pytest.mark.parametrize("name", ["graph.nq.gz", "site.json", "project/ontology/defkg.ttl", ""])
def test_a_byte_that_differs_is_found_when_all_is_read(artefact: Path, name: str) -> None:
    path = artefact / name if name else table(artefact)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ProjectError, match=r"is not what was written: its SHA-256 differs.*defkg build"):
        opened(artefact, verify=True)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", ROOT):
        with pytest.raises(ProjectError, match="no artefact"):
            opened(folder)


def test_a_check_of_another_state_of_the_project_does_not_count(artefact: Path) -> None:
    assert opened(artefact).passed
    manifest(checked="0" * 64)(artefact)
    assert not opened(artefact).passed
