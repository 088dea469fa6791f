"""How a program asks the same: lines to copy into a shell and into Python, whatever the values are."""

from __future__ import annotations

import shlex


def curl(address: str) -> str:
    """A command for a POSIX shell that fetches an address."""
    return f"curl --silent --show-error --fail {shlex.quote(address)}"


def python(address: str) -> str:
    """A program of Python's standard library that reads the CSV at an address."""
    return "\n".join(
        [
            "import csv",
            "import io",
            "from urllib.request import urlopen",
            "",
            f"with urlopen({address!a}) as answer:",
            '    rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))',
        ]
    )


def python_text(address: str) -> str:
    """A program of Python's standard library that reads the text at an address."""
    return "\n".join(
        [
            "from urllib.request import urlopen",
            "",
            f"with urlopen({address!a}) as answer:",
            '    text = answer.read().decode("utf-8")',
        ]
    )
