"""``defkg explain``: a rule, why it is one, and the files that test it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from defkg.examples import Example
    from defkg.finding import Finding
    from defkg.rulebook import Rule

_KINDS = {"shape": "a shape", "check": "a query", "code": "in code"}


def explain(
    rule: Annotated[
        str | None,
        typer.Argument(metavar="[RULE]", help="Its name as in a finding, its last part, or its IRI; without it: all."),
    ] = None,
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="A project folder; default: the one here, or the bundled.")
    ] = None,
) -> None:
    """Shows a rule: why it is one, a bad example with the place and what is said of it, and a good example.

    Example: defkg explain checks:undeclared-term
    """
    from defkg.cli.data import project_for
    from defkg.examples import Example
    from defkg.rulebook import rulebook

    project, _ = project_for([path] if path else [])
    book = rulebook(project)
    if rule is None:
        for known in book.values():
            print(f"{known.name}: {known.title}")
        return
    for number, known in enumerate(_named(rule, book)):
        print(*([""] if number else []), *_told(known, Example.of(project, known)), sep="\n")


def _named(name: str, book: dict[str, Rule]) -> list[Rule]:
    found = [rule for rule in book.values() if name in (rule.iri, rule.name, rule.local, f"<{rule.iri}>")]
    return found or _unknown(name, book)


def _unknown(name: str, book: dict[str, Rule]) -> list[Rule]:
    import difflib

    from defkg.project import ProjectError

    names = {said.lower(): rule.name for rule in book.values() for said in (rule.iri, rule.local, rule.name)}
    near = dict.fromkeys(names[said] for said in difflib.get_close_matches(name.lower(), names, n=6, cutoff=0.6))
    hint = f"did you mean {', '.join([*near][:3])}?" if near else "`defkg explain` lists them"
    raise ProjectError(f"there is no rule {name!r}; {hint}")


def _told(rule: Rule, example: Example | None) -> Iterator[str]:
    yield f"{rule.name} ({rule.severity.name.lower()}; {_KINDS[rule.kind]}, {rule.place})"
    yield f"{rule.title}\n"
    yield f"Why: {rule.reason}"
    if example is None:
        yield "\nThere is no example of it."
        return
    yield from _example(example, "fail", "Bad", example.findings("fail"))
    yield from _example(example, "pass", "Good", [])


def _example(example: Example, which: str, title: str, findings: list[Finding]) -> Iterator[str]:
    left = list(findings)
    for path in example.files(which):
        names = (example.project.name(path), path.as_posix().removeprefix(f"{example.folder.as_posix()}/{which}/"))
        here = [finding for finding in left if finding.place.file in names]
        left = [finding for finding in left if finding not in here]
        yield f"\n{title}: {names[0]}\n"
        yield from _lines(path, here)
    yield from (f"\nSaid of it: {finding}" for finding in left)


def _lines(path: Path, findings: list[Finding]) -> Iterator[str]:
    from defkg.examples import LINKED
    from defkg.report.excerpt import excerpt, printable

    if path.suffix == LINKED:
        yield f"(a link to {path.read_text(encoding='utf-8').strip()})"
        return
    text = path.read_bytes().decode(errors="replace").removeprefix("\ufeff").removesuffix("\n")
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.startswith("# expect "):
            yield f"{number:>5} | {''.join(map(printable, line))}".rstrip()
        for finding in (finding for finding in findings if finding.place.line == number):
            _, caret = excerpt(line, finding.place.column, 4 * len(line) + 8)
            yield f"      | {caret} {finding.message}{f' ({finding.hint})' if finding.hint else ''}"
