"""The programs that others check our published files with, in an environment of their own (``make validators``)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def validator(name: str) -> str:
    """Where a program of the validators is; the test is skipped where it is missing, but not in CI.

    The environment variable VALIDATORS names another environment that has it.
    """
    folder = Path(os.environ.get("VALIDATORS") or Path(sys.prefix) / "validators")
    path = folder / "bin" / name
    if not path.exists() and not os.environ.get("CI"):
        pytest.skip(f"{name} is not here: make validators")
    assert path.exists(), f"CI must have {name}: make validators"
    return str(path)


def run_validator(name: str, *args: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program of the validators in a folder; what it says and its status are in the result."""
    words = [validator(name), *map(str, args)]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
