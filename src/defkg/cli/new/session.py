"""One run of ``defkg new``: what is asked, what it means, and what is written in the end."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import typer

from defkg.cli.asking import Asker, terminal
from defkg.cli.data import own_project, progress
from defkg.edit import Edit, EditError, apply
from defkg.finding import Finding, Place
from defkg.project import ProjectError
from defkg.scaffold.block import Fact
from defkg.scaffold.catalogue import source_iri
from defkg.scaffold.desk import Desk
from defkg.scaffold.gaps import gaps
from defkg.scaffold.names import label, one_of
from defkg.scaffold.parties import country, pair, party, relationship
from defkg.scaffold.said import Said, date, passages
from defkg.scaffold.taking_part import Part, part
from defkg.terms import compact
from defkg.turtle import read_turtle


class Session:
    """A desk, and a person or a script before it.

    Args:
        flags: the values of the flags, by the names of the parameters.
        ask: who is asked; by default whoever sits at the terminal.

    Raises:
        ProjectError: there is no project to write to, or it cannot be read.
    """

    def __init__(self, flags: Mapping[str, Any], ask: Asker | None = None) -> None:
        self.ask = ask or Asker(flags, terminal())
        self.desk = Desk(own_project(self.ask.given("project")))
        self.catalogue = self.desk.catalogue

    def subject(self, kind: str, question: str) -> tuple[str, str]:
        """What the thing is called, and its IRI where a flag says that it is known."""
        if not self.ask.given("known"):
            return self.ask.need("label", question, label), ""
        iri = self.ask.need("label", question, lambda text: self.catalogue.find(text, kind))
        return self.catalogue.label(iri), iri

    def new_one(self, name: str, kind: str, parties: Sequence[str] = ()) -> None:
        """Makes sure that a name is not one of a thing that is there.

        Raises:
            ProjectError: it may be, and nobody can be asked.
            Exit: a person says that it is.
        """
        iri = self.alike(name, kind, parties)
        if iri:
            print(f"It is described at {self.desk.place(iri)}; nothing is written.", file=sys.stderr)
            raise typer.Exit(0)

    def alike(self, name: str, kind: str, parties: Sequence[str] = ()) -> str:
        """The IRI of the thing that a name is said to mean; empty where it is a new one.

        Raises:
            ProjectError: there is one with a name like it, and nobody can be asked.
        """
        for iri in [] if self.ask.given("distinct") else self.catalogue.alike(name, kind, parties):
            question = f"{name}: is this {self.catalogue.label(iri)} ({compact(iri)})?"
            if not self.ask.interactive:
                place = self.desk.place(iri)
                raise ProjectError(f"{question} It is described at {place}; --distinct says that it is another one")
            if self.ask.yes(question):
                return iri
        return ""

    def text(self, flag: str, question: str) -> str:
        """A text that may be left out."""
        return self.ask.may(flag, question, label) or ""

    def aliases(self) -> list[str]:
        """Other names."""
        return self.ask.many("alias", "Another name of it, as a document has it", label)

    def naming(self, known: str) -> tuple[list[str], str, str]:
        """Other names and the key of a thing, and its IRI where it is known; then it has both already."""
        return ([], "", known) if known else (self.aliases(), self.key(), "")

    def key(self) -> str:
        """The key, if a flag gives it; nobody is asked."""
        return self.ask.given("key") or ""

    def source(self) -> str:
        """The document."""
        slugs = [iri.rpartition("/")[2] for iri in self.catalogue.names("SourceDocument")]
        question = "The document that says so, by its slug (? lists them)"
        slug = self.ask.need("source", question, lambda text: one_of(text, slugs, "document"), lambda: slugs)
        return source_iri(slug)

    def parties(self, of: str = "", least: int = 2) -> list[str]:
        """The parties; those of a thing that is there where no flag gives any.

        Raises:
            ProjectError: fewer than are needed are given in a script.
        """
        if of and not self.ask.given("party") and len(self.catalogue.parties(of)) >= least:
            return sorted(self.catalogue.parties(of))
        question = "A party: a country or an organisation"
        return self.ask.many("party", question, lambda text: party(self.catalogue, text), least=least)

    def evidence(self, source: str, needed: bool = False) -> list[str]:
        """The passages."""
        ask = self.ask.need if needed else self.ask.may
        question = "The sentences that say so, such as s2,s3"
        return ask("evidence", question, lambda text: passages(self.catalogue, source, text)) or []

    def said(
        self, source: str, parties: Sequence[str], links: Mapping[str, Sequence[str]], values: Sequence[Fact] = ()
    ) -> Said:
        """What the document says; for its relationship and its passages the flags are looked at."""
        named = self.ask.given("relationship")
        within = pair(self.catalogue, named) if named else relationship(self.catalogue, parties)
        cited = self.evidence(source)
        return Said(source, sorted(set(parties)), within, cited, dict(links), values)

    def date(self, flag: str = "date", question: str = "When it was") -> tuple[str, str]:
        """A date as stated, and whether it is stated; both empty where there is none."""
        day = self.ask.may(flag, f"{question}, as stated: 2025-12-09, 2025-12, 2025 or [..2025-12-09]", date)
        if not day:
            return "", ""
        bases = ["stated", "inferred"]
        question = "Is that stated or inferred?"
        return day, self.ask.may(f"{flag}-basis", question, lambda text: one_of(text, bases, "basis")) or ""

    def thing(self, flag: str, question: str, *kinds: str) -> list[str]:
        """A thing that is there; none where it is left out."""
        find, labels = self.catalogue.find, self.catalogue.labels
        found = self.ask.may(
            flag, f"{question} (? lists them)", lambda text: find(text, *kinds), lambda: labels(*kinds)
        )
        return [found] if found else []

    def things(self, flag: str, question: str, *kinds: str) -> list[str]:
        """Things that are there."""
        find, labels = self.catalogue.find, self.catalogue.labels
        return self.ask.many(flag, f"{question} (? lists them)", lambda t: find(t, *kinds), lambda: labels(*kinds))

    def country(self, flag: str, question: str) -> list[str]:
        """A country; none where it is left out."""
        found = self.ask.may(flag, question, lambda text: country(self.catalogue, text))
        return [found] if found else []

    def kind(self, *of: str) -> str:
        """A class, by local name or label."""
        labels = {name: local for one in of for name, local in self.catalogue.classes(one).items()}
        names = list(labels.values())

        def convert(text: str) -> str:
            by_label = {name.casefold(): local for name, local in labels.items()}
            return by_label.get(text.casefold()) or one_of(text.removeprefix("defkg:"), names, "class")

        return self.ask.need("class", f"Its class, such as {names[-1]} (? lists them)", convert, lambda: names)

    def people(self, role: str, question: str, parties: Sequence[str], source: str) -> list[Part]:
        """Who took part in a role."""
        form = f"{question}: NAME, NAME=POST or NAME=POST@PARTY"
        return self.ask.many(role, form, lambda text: part(self.catalogue, role, text, parties, source))

    def finish(self) -> None:
        """Writes all, or shows it, and lists what is still to fill in.

        Raises:
            ProjectError: a file cannot be written, or has changed meanwhile.
        """
        edits = self.desk.finish()
        with progress("checking") as step:
            todo = gaps(self.desk.draft, edits, step)
        dry = bool(self.ask.given("dry_run"))
        if dry:
            print("".join(edit.unified() for edit in edits), end="")
        else:
            _write(edits)
        _tell(self._begun(edits), todo, sys.stderr if dry else sys.stdout)
        print(_summary(edits, todo, dry), file=sys.stderr)

    def _begun(self, edits: Sequence[Edit]) -> list[tuple[Place, str]]:
        files = {edit.name: read_turtle(edit.name, edit.new.encode()) for edit in edits}
        found = []
        for name, block in self.desk.draft.blocks:
            if not compact(block.subject).startswith(("id:passage/", "id:selector/")):
                at = next(p.subject_at for p in files[name].placed if str(p.triple.subject) == f"<{block.subject}>")
                found.append((Place(name, *at), compact(block.subject)))
        return found


def _write(edits: Sequence[Edit]) -> None:
    try:
        apply(edits)
    except EditError as error:
        raise ProjectError(str(error)) from error


def _tell(begun: Sequence[tuple[Place, str]], todo: Sequence[Finding], out: TextIO) -> None:
    for place, iri in begun:
        print(f"new {place} {iri}", file=out)
    for finding in todo:
        print(f"fill in {finding}", file=out)


def _summary(edits: Sequence[Edit], todo: Sequence[Finding], dry: bool) -> str:
    done = f"{len(edits)} file{'s' if len(edits) > 1 else ''} {'would be ' if dry else ''}written"
    return f"{done}; {f'{len(todo)} still to fill in' if todo else 'nothing left to fill in'}"
