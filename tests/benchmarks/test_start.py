"""The start of a server is timed to its first answer, and one that does not start is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.running import Missing
from benchmarks.start import start


def test_a_start_is_timed_and_one_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    assert start([str(tmp_path / "one.ttl")], tmp_path) > 0
    with pytest.raises(Missing, match=r"none\.ttl"):
        start([str(tmp_path / "none.ttl")], tmp_path)
