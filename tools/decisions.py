"""Writes docs/decisions/README.md, the list of the decisions.

``python -m tools.decisions`` writes it; a test compares.
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "docs" / "decisions"
DOC = FOLDER / "README.md"
_TITLE = re.compile(r"# (\d+)\.? (.+)\n\n(\d{4}-\d{2}-\d{2})\b")
_HEAD = """# Decisions

What was decided, when, and what else was possible. A decision that is replaced stays, and says by which. Made from the
files by `python -m tools.decisions`.

| | decision | date |
|---|---|---|
"""


def written() -> str:
    """The list, as Markdown.

    Raises:
        ValueError: a file does not begin with its number, title and date.
    """
    return _HEAD + "".join(map(_row, sorted(FOLDER.glob("[0-9]*.md"))))


def _row(path: Path) -> str:
    found = _TITLE.match(path.read_text())
    if not found or int(found[1]) != int(path.name[:4]):
        raise ValueError(f"{path.name} does not begin with its number, a title and a date")
    return f"| {int(found[1])} | [{found[2]}]({path.name}) | {found[3]} |\n"


if __name__ == "__main__":
    DOC.write_text(written())
