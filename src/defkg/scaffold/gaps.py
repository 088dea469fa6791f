"""The gaps of a draft: what is still to fill in, found by the gate in the project as it would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from defkg.edit import Edit
from defkg.finding import Finding
from defkg.gate import examine
from defkg.scaffold.draft import Draft


def gaps(draft: Draft, edits: Sequence[Edit], step: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """The findings that the project would have with the changes and does not have without them.

    Each stands in a file as it would be, and its message says what to write.

    Raises:
        ProjectError: the folder of copies cannot be opened.
    """
    after = examine(draft.project, draft.dataset_after(edits), step)
    if not after:
        return []
    before = Counter(map(_fault, examine(draft.project, draft.dataset, step)))
    return [finding for finding in after if not _take(before, _fault(finding))]


def _fault(finding: Finding) -> tuple[str, str, str]:
    return finding.place.file, finding.rule, finding.message


def _take(counted: Counter[tuple[str, str, str]], fault: tuple[str, str, str]) -> bool:
    counted[fault] -= 1
    return counted[fault] >= 0
