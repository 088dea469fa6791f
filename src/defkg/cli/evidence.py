"""``defkg evidence``: a phrase as a passage; passages compared with copies of the documents."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from defkg.dataset import Dataset
    from defkg.evidence import Verification
    from defkg.evidence.copies import Copies, Copy
    from defkg.evidence.passage import Document
    from defkg.project import Project

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Passages: finds one for a phrase, and compares all with your copies of the documents.\n\n"
    "Example: defkg evidence verify --texts ~/articles",
)
_Texts = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The folder of your copies; default: what DEFKG_TEXTS names.")
]


class Format(StrEnum):
    """How a passage is written."""

    turtle = "turtle"
    json = "json"


@app.command()
def locate(
    phrase: Annotated[str, typer.Argument(help="Words of the document.")],
    source: Annotated[str, typer.Option(metavar="SLUG", help="The document, as in data/sources/<slug>.ttl.")],
    texts: _Texts = None,
    format: Annotated[Format, typer.Option(help="How to write the passage.")] = Format.turtle,
    nth: Annotated[int | None, typer.Option(help="Which place, where the words stand at several.", min=1)] = None,
    project: Annotated[
        Path | None, typer.Option(help="A project folder; default: the one here, or the bundled.")
    ] = None,
) -> None:
    """Prints the passage for a phrase of a document, ready to be pasted into its file, and says what covers it.

    Words that differ only in quotes, dashes, spaces, accents or capital letters are found too, which is said.
    Words across sentences get no passage but the sentences to cite; a copy that is another text gives positions only.
    Exit status: 0 with one place, 1 with none, several, or no place to cite, 2 without a copy of the document.

    Example: defkg evidence locate "co-chaired by" --source 2025-12-09-pti-india-brunei-jwg --texts ~/articles
    """
    from defkg.cli.data import project_for
    from defkg.cli.located import write_json, write_turtle
    from defkg.evidence.locating import locate as places
    from defkg.project import ProjectError

    folder = _folder(texts)
    document = _document(_dataset(project_for([project] if project else [])[0]), source)
    copy = _copy(folder, document)
    try:
        found = places(document, copy, phrase)
    except ValueError as error:
        raise ProjectError(f"{error}; give words of the document") from error
    if nth and nth > len(found) > 0:
        raise ProjectError(f"--nth {nth}: the words stand at {len(found)} place{'s' if len(found) > 1 else ''}")
    chosen = found[(nth or 1) - 1] if found and (nth or len(found) == 1) else None
    answered = chosen if chosen and not copy.drifted and (chosen.passage or chosen.spans) else None
    if format is Format.json:
        write_json(phrase, copy, found, answered)
    else:
        write_turtle(phrase, document, copy, found, chosen)
    raise typer.Exit(0 if answered else 1)


@app.command()
def verify(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...", help="A project folder, or Turtle files; default: the one here, or the bundled."
        ),
    ] = None,
    texts: _Texts = None,
) -> None:
    """Compares every passage with your copies of the documents, by position and digest.

    Prints one line per passage whose words are not where it says, and where they are now. A copy is found by its
    SHA-256, else by its name, <slug>.txt; documents without one are listed and are no fault.
    Exit status: 0 without a finding, 1 with findings, 2 without a folder of copies.

    Example: defkg evidence verify --texts ~/articles
    """
    from defkg.cli.data import project_for, summary
    from defkg.dataset import Dataset
    from defkg.evidence import compare
    from defkg.evidence.copies import Copies
    from defkg.finding import exit_code
    from defkg.placing import Placing
    from defkg.report import write

    copies = Copies.read(_folder(texts))
    project, asked = project_for(paths or [])
    dataset = _dataset(project)
    if asked:
        dataset = Dataset([(file, graph) for file, graph in dataset.files if file.path in asked])
    result = compare(dataset, copies, Placing(dataset))
    findings = sorted(finding for _, finding in result.findings)
    write(findings, "text", sys.stdout, project.root, context=sys.stdout.isatty())
    _remark(result)
    print(f"{result.compared} passages compared, {summary(findings)}", file=sys.stderr)
    raise typer.Exit(exit_code(findings))


def _folder(texts: Path | None) -> Path:
    from defkg.evidence.copies import TEXTS
    from defkg.project import ProjectError

    folder = texts or (Path(os.environ[TEXTS]) if os.environ.get(TEXTS) else None)
    if folder is None:
        raise ProjectError(f"no folder of copies is named; give --texts DIR, or set {TEXTS}")
    if not folder.is_dir():
        raise ProjectError(f"{folder} is not a folder; name the folder of your copies with --texts or {TEXTS}")
    return folder


def _dataset(project: Project) -> Dataset:
    from defkg.dataset import Dataset
    from defkg.project import ProjectError

    dataset = Dataset.load(project)
    if dataset.findings:
        raise ProjectError(f"{dataset.findings[0]}; run `defkg check` for all of it")
    return dataset


def _document(dataset: Dataset, source: str) -> Document:
    from difflib import get_close_matches

    from defkg.evidence.passage import documents
    from defkg.project import ProjectError

    known = {document.slug: document for document in documents(dataset)}
    slug = source.removesuffix(".ttl").rpartition("/")[2]
    if slug in known:
        return known[slug]
    near = get_close_matches(slug, known, n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(known) or 'none'}"
    raise ProjectError(f"there is no document {slug!r}; {hint}")


def _copy(folder: Path, document: Document) -> Copy:
    from defkg.evidence.copies import Copies
    from defkg.project import ProjectError

    copies: Copies = Copies.read(folder)
    copy = copies.of(document.slug, document.digest)
    if copy is None:
        raise ProjectError(
            f"{folder} has no copy of {document.slug}; save its text there as {document.slug}.txt, in UTF-8"
        )
    if copy.remark:
        print(f"defkg: {copy.remark}", file=sys.stderr)
    return copy


def _remark(result: Verification) -> None:
    from defkg.terms import compact, show

    for iri, remark in result.remarks.items():
        print(f"{compact(iri)}: {remark}", file=sys.stderr)
    for document in result.missing:
        print(f"{show(document.node)}: there is no copy of it; save one as {document.slug}.txt", file=sys.stderr)
