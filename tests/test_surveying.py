"""What a server must know, asked from an engine, is what loading the project gives."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from defkg.engine.embedded import EmbeddedEngine
from defkg.engine.limits import Limits
from defkg.loaded import Loaded
from defkg.loading import Recipe, load, spool
from defkg.project import Project, ProjectError
from defkg.surveying import survey
from tests.conftest import ROOT


def asked(project: Project, limits: Limits) -> tuple[Loaded, Loaded]:
    async def run() -> tuple[Loaded, Loaded]:
        data = spool()
        expected = load(Recipe(ROOT, check=False), data)
        engine = EmbeddedEngine(data, expected.digest, expected.graphs, limits)
        await engine.start()
        try:
            return expected, await survey(engine, project)
        finally:
            await engine.close()

    return asyncio.run(run())


def test_it_is_what_loading_gives(project: Project) -> None:
    expected, found = asked(project, Limits(workers=1))
    for name in ("digest", "questions", "rules", "kinds", "presentation", "checks", "terms", "description"):
        assert getattr(found, name) == getattr(expected, name), name
    assert found.names.written() == expected.names.written()
    assert sorted(found.graphs) == sorted(expected.graphs)
    assert (found.coverage, "another service" in found.unmeasured) == (None, True)


def test_what_does_not_fit_the_limits_is_told(project: Project) -> None:
    with pytest.raises(ProjectError, match=r"the store does not tell what is in it: .*rows"):
        asked(project, replace(Limits(workers=1), rows=20))


def test_a_project_that_is_broken_is_told(copy: Path) -> None:
    (copy / "ontology/defkg.ttl").write_text("<urn:a> <urn:b>")
    with pytest.raises(ProjectError, match=r"is no Turtle: .*defkg check"):
        asked(Project.open(copy), Limits(workers=1))
