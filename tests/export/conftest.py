"""The bundled graph as it is exported."""

from __future__ import annotations

import pytest

from defkg.export.content import Content, read_project
from defkg.project import Project
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def content() -> Content:
    found, findings = read_project(Project.open(ROOT), check=False)
    assert found
    assert findings == []
    return found
