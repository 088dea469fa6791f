"""The rules that stand in code: what each holds, and why. The other rules say so where they are defined."""

from __future__ import annotations

from typing import Final

REASONS: Final[dict[str, tuple[str, str]]] = {
    "syntax": (
        "A file is Turtle.",
        "A file that cannot be parsed says nothing, and what the rest says of its things cannot be judged. Only its "
        "first fault is told; mend it, and check again.",
    ),
    "not-utf8": (
        "A file is UTF-8.",
        "Turtle is UTF-8 alone. In any other encoding names such as “Döring” would become others.",
    ),
    "byte-order-mark": (
        "A file begins with its first character, not with a byte-order mark.",
        "UTF-8 needs no mark of its byte order, and many readers take it for a part of the first word.",
    ),
    "carriage-return": (
        "A line ends with a line feed alone.",
        "With two kinds of line ends a change of one word shows as a change of every line, and digests differ.",
    ),
    "conflict-marker": (
        "No conflict of a merge is left in a file.",
        "The lines between the marks are two versions; somebody must decide which of them holds.",
    ),
    "file-too-large": (
        "A file is no larger than what one document can say.",
        "A file of many megabytes is a dump or a mistake, and reading it would hold up everybody.",
    ),
    "symlink": (
        "No link leads out of the project folder.",
        "What it leads to is not in the repository: others would have another graph, or none.",
    ),
    "not-a-file": (
        "What is named like a Turtle file is an ordinary file.",
        "A folder, a pipe or a device of that name cannot be read as one, or never ends.",
    ),
    "file-name": (
        "A file is named with a-z, 0-9 and single hyphens.",
        "The name becomes a part of an address, and some disks take two names for one that differ in case or accents.",
    ),
    "invisible-character": (
        "A file has no character that nobody sees.",
        "A character without a shape, or one that turns the direction of writing, makes a line read otherwise than it "
        "is, and makes two names that look the same different.",
    ),
    "look-alike": (
        "A name is written in one script, and no two names look the same.",
        "A Cyrillic “а” in a Latin word is another word to every program: a second person comes to be whom nobody can "
        "tell from the first.",
    ),
    "iri-case": (
        "No two IRIs differ only in case.",
        "To every program they are two things, and to every reader one.",
    ),
    "source-twice": (
        "One file describes one document, and each document is described by one file.",
        "A file is the graph of its document. Two files of one document would overwrite or double what it says.",
    ),
    "source-without-document": (
        "A file of data/sources describes the document that it is named after.",
        "Without its document no fact of the file can name its source.",
    ),
    "misplaced-file": (
        "A Turtle file under data/ lies where a graph takes it.",
        "The folder says which graph a file fills; a file elsewhere would be left out without a word.",
    ),
    "query": (
        "A query file has a head that can be used, and valid SPARQL.",
        "A question or a check that cannot be read is one that nobody asks.",
    ),
    "shape": (
        "The shapes can be used.",
        "Where one shape cannot be understood none is tried, and the data would pass unseen.",
    ),
    "uncovered-axiom": (
        "An axiom of the ontology is one that the inference has a rule for.",
        "An axiom without a rule would be written down and never act. docs/inference.md lists those that have one.",
    ),
    "undeclared-term": (
        "A class or property is declared in the ontology, or in a vocabulary that it uses.",
        "A misspelt term is a new term: no question asks for it, and no shape looks at it.",
    ),
    "context": (
        "The context of JSON-LD names each term of the ontology, once, and as what it is.",
        "JSON-LD is read by the names in ontology/context.jsonld. A term without one loses its short name, one with "
        "the wrong type makes links into texts and dates into strings; one that the ontology lacks promises nothing.",
    ),
    "release": (
        "A file of ontology/releases/ holds the release that it is named after.",
        "It is served at the address of its version; with another's content that address would break its promise.",
    ),
    "alignment": (
        "A table of ontology/alignments/ can be used, maps terms that the ontology has, and is what its Turtle says.",
        "Others map their data by it. A row that cannot be read, or Turtle that was made before the last change, tells "
        "them what nobody decided.",
    ),
    "dangling-reference": (
        "A thing that is referred to is described.",
        "A reference to nothing is most often a misspelt IRI; on a page it is a link that leads nowhere.",
    ),
    "blank-node": (
        "A thing has an IRI.",
        "What has no name cannot be linked to, compared between two versions, or rest on a passage.",
    ),
    "ill-typed": (
        "A value is one of its datatype.",
        'There is no 30th of February: "2025-02-30"^^xsd:date is not a date, and no comparison finds it.',
    ),
    "edtf-bounds": (
        "The bounds and the precision of a date are those of its EDTF text.",
        "The text is what the document says, the bounds are what is compared. Where they differ, lists and timelines "
        "tell something else than the page.",
    ),
    "inconsistent": (
        "Nothing is of two classes that the ontology keeps apart.",
        "From a contradiction everything follows; most often a property has been used on the wrong thing.",
    ),
    "evidence-digest": (
        "A passage has the words that it was taken from.",
        "Offsets that have slipped would prove a fact by words that do not say it. Checked where DEFKG_TEXTS names a "
        "folder with copies of the documents.",
    ),
}
