"""A Turtle text as a tree that keeps the comments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Comment(NamedTuple):
    """A comment, and whether an empty line follows it."""

    text: str
    gap: bool = False


@dataclass
class Node:
    """A term as written.

    Attributes:
        text: the term; empty for a group.
        before: the comments on lines of their own above it.
        after: the comments at the end of its line.
    """

    text: str = ""
    before: list[Comment] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass
class Group(Node):
    """Terms in brackets: a collection, or a blank node with what is said of it.

    Attributes:
        brackets: ``()`` or ``[]``.
        opened: the comments behind the opening bracket.
        items: the members of a collection.
        entries: what is said of a blank node.
        closing: the comments on lines of their own above the closing bracket.
    """

    brackets: str = "()"
    opened: list[str] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    closing: list[Comment] = field(default_factory=list)


@dataclass
class Entry:
    """A predicate with its objects.

    Attributes:
        predicate: as written, with the comments above the entry; ``a`` for rdf:type.
        iri: the predicate in full.
        objects: in the order of the text.
        after: the comments at the end of the entry.
    """

    predicate: Node
    iri: str
    objects: list[Node]
    after: list[str]


@dataclass
class Statement:
    """A subject and what is said of it; ``closing`` are the comments above the dot, ``after`` those behind it."""

    subject: Node
    entries: list[Entry]
    closing: list[Comment]
    after: list[str]


@dataclass
class Directive:
    """A prefix (with its colon) or, where ``prefix`` is None, the base; ``iri`` stands in its brackets.

    A base counts as used: whether a prefix that goes needed it is not asked.
    """

    prefix: str | None
    iri: str
    before: list[Comment]
    after: list[str]
    used: bool = False


@dataclass
class Document:
    """A Turtle text: directives and statements in order, and the comments at its end."""

    items: list[Directive | Statement]
    end: list[Comment]
