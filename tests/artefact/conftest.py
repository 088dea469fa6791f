"""The artefact of the bundled graph, built once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from defkg.artefact.building import build
from defkg.project import Project


@pytest.fixture(scope="session")
def built(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled graph, checked and built; not to be written to."""
    return build(project, tmp_path_factory.mktemp("artefact") / "built")[0]


@pytest.fixture
def artefact(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to be broken."""
    return Path(shutil.copytree(built, tmp_path / "artefact"))
