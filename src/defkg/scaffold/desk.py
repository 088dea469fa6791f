"""The desk: one new thing is drafted on it; what is there already is not described again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode

from defkg.dataset import Dataset
from defkg.edit import Edit
from defkg.finding import Place
from defkg.project import Project, ProjectError
from defkg.scaffold import names
from defkg.scaffold.block import Block, Fact, named, string, term, thing, words
from defkg.scaffold.catalogue import Catalogue
from defkg.scaffold.document import Document, digest
from defkg.scaffold.draft import Draft, readable
from defkg.scaffold.parties import complete
from defkg.scaffold.said import Said
from defkg.scaffold.taking_part import Part
from defkg.terms import compact


class Desk:
    """A project, what it has, and the draft of what is new.

    Raises:
        ProjectError: a file of the project cannot be read.
    """

    def __init__(self, project: Project) -> None:
        dataset = Dataset.load(project)
        readable(dataset)
        self.project = project
        self.catalogue = Catalogue(dataset)
        self.draft = Draft(project, dataset)

    def finish(self) -> list[Edit]:
        """The changes of all files, with the countries and relationships that are not there yet.

        Raises:
            ProjectError: a file cannot be read, or is a link out of the project.
        """
        complete(self.catalogue, self.draft)
        return self.draft.edits()

    def official(self, label: str, title: str = "", aliases: Sequence[str] = (), key: str = "") -> str:
        """A person; the honorific or rank goes into ``title``."""
        facts = [("foaf:title", [string(title)] if title else [])]
        return self._identity("official", "officials", label, aliases, key, "Official", facts)

    def organisation(
        self, label: str, kind: str, country: str | None, aliases: Sequence[str] = (), key: str = ""
    ) -> str:
        """An organisation of a class, which a country may have."""
        facts = [("defkg:organisationOf", [thing(country)] if country else [])]
        return self._identity("organisation", "organisations", label, aliases, key, kind, facts)

    def document(self, document: Document, known_by_address: bool = True) -> str:
        """A source document in a file of its own.

        Raises:
            ProjectError: the document is there under another slug, told by its text or, unless this is switched off,
                by its address; or its file is there.
        """
        iri = self._new(named("source", document.slug))
        same = self.catalogue.subjects("defkg:sha256", f'"{document.digest}"') if document.digest else []
        if known_by_address and document.url:
            same += self.catalogue.subjects("schema:url", f"<{document.url}>")
        if same:
            raise ProjectError(f"this document is there as {compact(same[0])}, at {self.place(same[0])}")
        if (self.project.root / document.file).exists():
            raise ProjectError(f"{document.file} is there already; nothing is overwritten, give another --slug")
        for block in document.blocks():
            self.draft.add(document.file, block)
        return iri

    def series(
        self,
        folder: str,
        label: str,
        kind: str,
        said: Said,
        aliases: Sequence[str] = (),
        key: str = "",
        known: str = "",
    ) -> str:
        """A mechanism or an exercise: its class and label in the registry, the rest in the document's file.

        One that is ``known`` stands in the registry already.
        """
        iri = known or self._identity(folder, f"{folder}s", label, aliases, key, kind)
        self._say(iri, said, None)
        return iri

    def agreement(
        self, label: str, kind: str, said: Said, aliases: Sequence[str] = (), key: str = "", known: str = ""
    ) -> str:
        """An agreement: its label in the registry, unless it is ``known``, the rest in the document's file."""
        iri = known or self._identity("agreement", "agreements", label, aliases, key)
        self._say(iri, said, kind)
        return iri

    def event(
        self, folder: str, label: str, kind: str, said: Said, parts: Sequence[Part] = (), key: str = "", known: str = ""
    ) -> str:
        """An event and who took part in it: its label in the registry, unless it is ``known``, the rest beside it."""
        iri = known or self._identity(folder, "events", label, (), key)
        self._say(iri, said, kind)
        for part in parts:
            self._to_source(said.source, part.block(iri, said.evidence))
        return iri

    def statement(self, kind: str, gist: str, modality: str, said: Said, key: str) -> str:
        """A statement or a commitment; its key is that of its document and first sentence, and a few words."""
        folder = "commitment" if kind == "Commitment" else "statement"
        if self.catalogue.subjects("defkg:sha256", string(digest(gist.encode()))):
            raise ProjectError("the gist is a sentence of the document; say it in your own words")
        first = said.evidence[0].rpartition("/")[2]
        iri = self._new(named(folder, f"{first}-{key}"))
        head = [("defkg:gist", [words(gist)]), ("defkg:modality", [thing(named("modality", modality))])]
        self._say(iri, Said(**{**vars(said), "values": [*head, *said.values]}), kind)
        return iri

    def key(self, folder: str, label: str, key: str = "") -> str:
        """The IRI of a new thing: by its key, else by its label.

        Raises:
            ProjectError: no key can be made, or the thing is there already.
        """
        return self._new(named(folder, names.key(key or label)))

    def place(self, iri: str) -> Place:
        """Where a thing is described."""
        return self.catalogue.placing.subject(NamedNode(iri))

    def _identity(
        self,
        folder: str,
        file: str,
        label: str,
        aliases: Sequence[str],
        key: str,
        kind: str = "",
        facts: Iterable[Fact] = (),
    ) -> str:
        iri = self.key(folder, label, key)
        head = [
            ("a", [thing(term(kind))] if kind else []),
            ("skos:prefLabel", [words(label)]),
            ("skos:altLabel", [words(alias) for alias in aliases]),
        ]
        self.draft.add(f"data/registry/{file}.ttl", Block(iri, [*head, *facts]))
        return iri

    def _say(self, iri: str, said: Said, kind: str | None) -> None:
        facts = [("a", [thing(term(kind))] if kind else []), *said.facts()]
        self._to_source(said.source, Block(iri, facts))

    def _to_source(self, source: str, block: Block) -> None:
        name = self.catalogue.file_of(source)
        place = self.catalogue.described_in(block.subject, source)
        if place or any(block.subject == other.subject for file, other in self.draft.blocks if file == name):
            said = f"is described at {place}" if place else "would be described twice"
            raise ProjectError(f"{compact(block.subject)} {said}; nothing is overwritten")
        self.draft.add(name, block)

    def _new(self, iri: str) -> str:
        if self.catalogue.known(iri):
            raise ProjectError(f"{compact(iri)} is described at {self.place(iri)}; nothing is overwritten")
        if self.catalogue.withdrawn(iri):
            raise ProjectError(f"{compact(iri)} was withdrawn, and an address is not used again; give another --key")
        return iri
