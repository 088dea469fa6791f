"""Where the engines that come from PyPI are: in a virtual environment of their own, made by ``make peers``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.running import Missing

REMEDY = "make peers (or name a virtual environment that has it in BENCHMARK_PEERS)"


def peer(name: str) -> str:
    """The path of a program of that environment.

    Raises:
        Missing: it is not there.
    """
    named = os.environ.get("BENCHMARK_PEERS")
    path = (Path(named) if named else Path(sys.prefix) / "peers") / "bin" / name
    if not path.exists():
        raise Missing(f"{name} is not installed: {REMEDY}")
    return str(path)
