"""The page on quality: findings, coverage, what is not stated, and what nothing uses or exercises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from defkg.coverage import Coverage, Covered, Sentence
from defkg.finding import Finding
from defkg.web.links import link

SHOWN_DOCUMENTS = 100
SHOWN_THINGS = 200
SHOWN_OPTIONAL = 5  # things without a property that a shape leaves open, where no query tells it
SHOWN_FINDINGS = 100
SHOWN_DISAGREEMENTS = 50
_LEVELS = 4
_WIDTH = 1000


@dataclass(frozen=True)
class Quality:
    """What the page tells.

    Attributes:
        coverage: what was measured; None where it was not.
        findings: what the checks found.
        checked: whether they were run.
        unmeasured: why there is no coverage, in words.
    """

    coverage: Coverage | None = None
    findings: list[Finding] = field(default_factory=list)
    checked: bool = False
    unmeasured: str = ""


class Bar(NamedTuple):
    """A sentence in the picture of its document: where, how wide, and from 0 to 4 how much rests on it."""

    x: float
    width: float
    level: int
    sentence: Sentence


def bars(document: Covered, most: int) -> list[Bar]:
    """A document's sentences as bars on a line of 1000 units, in proportion to their place in the text.

    Args:
        document: its coverage.
        most: the number of facts that is level 4.
    """
    length = max((sentence.end for sentence in document.sentences), default=1)
    scale = _WIDTH / length
    return [
        Bar(round(s.start * scale, 1), round(max((s.end - s.start) * scale, 2), 1), _level(s.facts, most), s)
        for s in document.sentences
    ]


def _level(facts: int, most: int) -> int:
    return 0 if not facts else min(_LEVELS, 1 + (facts * _LEVELS - 1) // max(most, 1))


def view(quality: Quality, alone: bool) -> dict[str, object]:
    """The values that the template asks for.

    Args:
        quality: what to tell.
        alone: whether the page is a file of its own, with links to the things' IRIs.
    """
    coverage = quality.coverage
    sentences = [s for document in coverage.documents for s in document.sentences] if coverage else []
    most = max((sentence.facts for sentence in sentences), default=1)
    return {
        "quality": quality,
        "coverage": coverage,
        "sentences": len(sentences),
        "spoken": sum(1 for sentence in sentences if sentence.things),
        "bars": lambda document: bars(document, most),
        "link": str if alone else link,
        "shown": {
            "documents": SHOWN_DOCUMENTS,
            "things": SHOWN_THINGS,
            "optional": SHOWN_OPTIONAL,
            "findings": SHOWN_FINDINGS,
            "disagreements": SHOWN_DISAGREEMENTS,
        },
    }
