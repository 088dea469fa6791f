"""The machine that a measurement was made on, in words that name no one."""

from __future__ import annotations

import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path


def described() -> dict[str, str]:
    """Processor, cores, memory, systems, the day, and how many processes wanted to run in the minute before."""
    memory = int(_line("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0) * 1024
    return {
        "processor": _line("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory / 1e9:.0f} GB",
        "kernel": platform.release().split("-")[0],
        "python": ".".join(map(str, sys.version_info[:3])),
        "busy": f"{os.getloadavg()[0]:.1f}",
        "day": datetime.now(UTC).date().isoformat(),
    }


def sentence(machine: dict[str, str]) -> str:
    """The same as a sentence."""
    return (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory']} of memory, Linux {machine['kernel']}, "
        f"Python {machine['python']}, {machine['day']}; load average {machine['busy']} before it began."
    )


def _line(path: str, pattern: str) -> str:
    found = re.search(pattern, Path(path).read_text())
    return " ".join(found[1].split()) if found else ""
