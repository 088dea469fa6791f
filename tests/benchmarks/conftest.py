"""What the tests of the benchmarks need that is not Python."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture
def _wrk() -> None:
    if shutil.which("wrk") is None:
        if not os.environ.get("CI"):
            pytest.skip("wrk is not here: apt-get install wrk")
        raise AssertionError("CI must have wrk")
