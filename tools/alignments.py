"""Makes the Turtle of each alignment from its table.

Run: python tools/alignments.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from defkg.alignments import TABLE, TURTLE, AlignmentError, read_alignment, turtle

FOLDER = Path(__file__).parent.parent / "ontology" / "alignments"


def main(folder: Path = FOLDER) -> None:
    """Writes a Turtle file beside each table, or none where a table cannot be used."""
    made = {table.with_name(table.name.removesuffix(TABLE) + TURTLE): made_from(table) for table in tables(folder)}
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(made)} alignments")


def tables(folder: Path) -> list[Path]:
    """The tables in a folder, sorted by name."""
    return sorted(folder.glob(f"*{TABLE}"))


def made_from(table: Path) -> str:
    """The Turtle of a table; the program ends with the reason where there is none."""
    try:
        return turtle(read_alignment(table.read_text(encoding="utf-8")))
    except AlignmentError as error:
        sys.exit(f"{table}: {error}")


if __name__ == "__main__":
    main()
