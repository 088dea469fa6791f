"""``defkg coverage``: what rests on which sentence, and what nothing uses or states."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from defkg.coverage import Coverage, Covered
    from defkg.coverage.exercised import Exercised
    from defkg.coverage.extent import Thing

_SHOWN = 5  # things named behind a count


class Format(StrEnum):
    """How the coverage is written."""

    text = "text"
    json = "json"
    html = "html"


def coverage(
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="A project folder; default: the one here, or the bundled.")
    ] = None,
    format: Annotated[Format, typer.Option(help="Text for people, JSON with everything, or a page.")] = Format.text,
) -> None:
    """Tells how many facts rest on each sentence of each document, and on which sentences none does.

    Further: what one document speaks of, and what two or more; what no document states; classes, properties and
    focus areas that nothing uses; shapes and questions that nothing exercises.

    Example: defkg coverage --format json
    """
    from defkg.cli.data import closed, project_for
    from defkg.coverage import measure
    from defkg.project import ProjectError
    from defkg.question import QuestionError

    project, _ = project_for([path] if path else [])
    try:
        measured = measure(project, closed(project))
    except QuestionError as error:
        raise ProjectError(str(error)) from error
    if format is Format.text:
        sys.stdout.writelines(line + "\n" for line in _text(measured))
    else:
        _write_whole(measured, format)


def _write_whole(measured: Coverage, format: Format) -> None:
    import json

    from defkg.web.pages import Pages
    from defkg.web.quality import Quality

    if format is Format.html:
        sys.stdout.write(Pages().quality_file(Quality(measured)))
        return
    json.dump(_members(measured), sys.stdout, ensure_ascii=False, indent=2)
    print()


def _text(measured: Coverage) -> Iterator[str]:
    for document in measured.documents:
        yield from _document(document)
    yield from _things(measured)
    yield "Not stated in any document"
    for entry in measured.unstated:
        yield f"  {entry.title}: {len(entry.things)} of {entry.total}: {_some(thing.label for thing in entry.things)}"
    yield ""
    yield "Used by no fact"
    for unused in measured.unused:
        yield f"  {unused.kind}: {_names(unused.never)} of {unused.total}; by inference only: {_names(unused.inferred)}"
    yield ""
    yield "Exercised by nothing"
    yield from (f"  {words}: {_some(names)}" for words, names in _exercised(measured.exercised))


def _document(document: Covered) -> Iterator[str]:
    total, silent = len(document.sentences), document.silent
    yield f"{document.slug}: {document.title}"
    yield f"  {document.things} things, {document.facts} facts, {total - len(silent)} of {total} sentences"
    for s in document.sentences:
        rests = f"{_count(s.things, 'thing')}, {_count(s.facts, 'fact')}" if s.things else "nothing rests on it"
        yield f"  {s.locator:>4}  {s.start:>6} to {s.end:<6} {rests}"
    if document.missing:
        yield f"  not listed: {', '.join(document.missing)}"
    yield ""


def _things(measured: Coverage) -> Iterator[str]:
    yield "Things by the number of documents that speak of them"
    yield f"  one: {measured.single}; two or more: {measured.corroborated}; none: {measured.unspoken}"
    for kind in measured.sourced:
        if kind.more:
            yield f"  {kind.kind.label}: {_some(f'{thing.label} ({count})' for thing, count in kind.more)}"
        if kind.none:
            yield f"  {kind.kind.label}, in no document: {_some(thing.label for thing in kind.none)}"
    yield ""


def _exercised(found: Exercised) -> Iterator[tuple[str, Iterable[str]]]:
    yield f"shapes that no thing is tried on, of {found.shapes}", found.without_focus
    yield "shapes of a property that nothing has", found.without_value
    if found.rules:
        yield f"rules without a passing and a failing example, of {found.rules}", found.without_example
    yield f"questions that expect no row, of {found.questions}", found.without_rows
    yield "parameters that no case varies", found.without_case


def _names(things: Iterable[Thing]) -> str:
    return _some(thing.label for thing in things)


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = f"; and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return "; ".join(every[:_SHOWN]) + more if every else "none"


def _members(value: object) -> object:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _members(member) for name, member in value._asdict().items()}
    if is_dataclass(value):
        return {f.name: _members(getattr(value, f.name)) for f in fields(value)}
    return [_members(member) for member in value] if isinstance(value, tuple) else value
