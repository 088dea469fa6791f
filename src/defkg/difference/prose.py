"""A difference for people: as text, and as Markdown for a pull request."""

from __future__ import annotations

import re

from defkg.difference.comparing import Difference
from defkg.difference.sections import Section, headed, sections

SHOWN = 20
NOTHING = "no difference in meaning"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_MARKS = re.compile(r"([\\`*_\[\]|~<>&$])")
_LINKS = re.compile(r"@|://|\bwww\.|#(?=\d)|\bGH(?=-)")


def text(found: Difference, everything: bool = False) -> str:
    """A difference as text: the counts, then a section for each kind of change, its first twenty lines or all.

    What a label or a message holds is written without control characters, so that it cannot steer a terminal.
    """
    told = sections(found)
    lines = [f"{found.old.name} → {found.new.name}: {_summary(told)}"]
    for section in told:
        lines += ["", f"{section.title} ({len(section.lines)})", *_text_lines(section, everything)]
    lines += ["", *(f"note: {note}" for note in notes(found))] if notes(found) else []
    return "".join(f"{_CONTROL.sub('', line)}\n" for line in lines)


def markdown(found: Difference, everything: bool = False) -> str:
    """A difference as GitHub Markdown: a table of counts, then each section folded.

    Whatever comes from the data is escaped: it can be no heading, tag, link, mention or reference.
    """
    told = sections(found)
    lines = [f"### What this change means: {escaped(found.old.name)} → {escaped(found.new.name)}", ""]
    lines += ["| | |", "|---|---:|", *(f"| {s.title} | {len(s.lines)} |" for s in told), ""] if told else [NOTHING, ""]
    for section in told:
        lines += [f"<details><summary>{section.title} ({len(section.lines)})</summary>", ""]
        lines += [*_markdown_lines(section, everything), "", "</details>", ""]
    lines += [f"*Note: {escaped(note)}*  " for note in notes(found)]
    return "\n".join(lines).rstrip("\n") + "\n"


def notes(found: Difference) -> list[str]:
    """What was not compared, or not in full."""
    untried = found.answers.untried
    told = f"{len(untried)} questions were not asked with every value that the change may touch: {', '.join(untried)}"
    return [*found.notes, *([told] if untried else [])]


def escaped(words: str) -> str:
    """Words as Markdown that shows them and does nothing else."""
    plain = _MARKS.sub(r"\\\1", _CONTROL.sub("", words))
    return _LINKS.sub(lambda match: match[0][:1] + "<!-- -->" + match[0][1:], plain)


def _summary(told: list[Section]) -> str:
    return ", ".join(section.count for section in told) or NOTHING


def _text_lines(section: Section, everything: bool) -> list[str]:
    lines: list[str] = []
    for heading, group in headed(section.lines if everything else section.lines[:SHOWN]):
        lines += [f"  {heading}"] if heading else []
        lines += [f"{'    ' if heading else '  '}{line.sign} {line.words}" for line in group]
    more = len(section.lines) - SHOWN
    return [*lines, f"  … and {more} more; --all prints all"] if more > 0 and not everything else lines


def _markdown_lines(section: Section, everything: bool) -> list[str]:
    lines: list[str] = []
    for heading, group in headed(section.lines if everything else section.lines[:SHOWN]):
        lines += [f"- **{escaped(heading)}**"] if heading else []
        lines += [f"{'  ' if heading else ''}- `{line.sign}` {escaped(line.words)}" for line in group]
    more = len(section.lines) - SHOWN
    return [*lines, f"- … and {more} more"] if more > 0 and not everything else lines
