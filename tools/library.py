"""Writes docs/library.md, the questions of the library with what they take and how many rows they have.

``python -m tools.library`` writes it; a test compares.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from defkg.project import Project
from defkg.question import Question, library
from defkg.question.parameter import Parameter

ROOT = Path(__file__).parent.parent
DOC = ROOT / "docs" / "library.md"
_HEAD = """# The library

Every question that comes with the graph, made from `queries/` by `python -m tools.library`. Ask one by
`defkg ask NAME`, or at `/questions/NAME` on a server. A parameter stands with its default; one in brackets may be
left out. *Rows* are those for the defaults on the bundled graph: *none* says that no document states it.
"""


def written() -> str:
    """The list by topic, as Markdown."""
    questions = sorted(library(Project.open(ROOT)).values(), key=lambda each: (each.group, each.name))
    return _HEAD + "".join(_topic(group, list(each)) for group, each in groupby(questions, lambda each: each.group))


def _topic(group: str, questions: list[Question]) -> str:
    rows = "".join(map(_row, questions))
    return (
        f"\n## {group.replace('-', ' ').capitalize()}\n\n| name | question | takes | rows |\n|---|---|---|---|\n{rows}"
    )


def _row(question: Question) -> str:
    takes = ", ".join(map(_parameter, question.parameters))
    return f"| `{question.name}` | {question.title} | {takes} | {len(question.expected) or 'none'} |\n"


def _parameter(parameter: Parameter) -> str:
    default = f" `{parameter.default}`" if parameter.default is not None else ""
    return f"[{parameter.name}{default}]" if parameter.optional else f"{parameter.name}{default}"


if __name__ == "__main__":
    DOC.write_text(written())
