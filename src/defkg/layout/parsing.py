"""A Turtle text read into its tree.

Source: RDF 1.1 Turtle, section 6.5. The text is known to be valid: pyoxigraph has read it before.
"""

from __future__ import annotations

import re
from itertools import pairwise

from defkg.layout.precedence import rank
from defkg.layout.syntax_tree import Comment, Directive, Document, Entry, Group, Node, Statement
from defkg.layout.words import BEYOND, Unreadable, Word, words
from defkg.terms import RDF
from defkg.tokens import Position, Token, unescape


def read(text: str) -> Document:
    """The tree of a Turtle text.

    Raises:
        Unreadable: it uses more than RDF 1.1 Turtle has, or is nested too deep.
    """
    reader = _Reader(text)
    try:
        return reader.document()
    except RecursionError:
        raise Unreadable("brackets are nested too deep here", reader.here()) from None


class _Reader:
    """Follows the grammar; comments above a mark go to what comes next."""

    def __init__(self, text: str) -> None:
        self._words = words(text)
        self._next = 0
        self._carried: list[Comment] = []
        self._prefixes: dict[str, Directive] = {}

    def here(self) -> Position:
        return self._words[self._next].token.at

    def document(self) -> Document:
        items: list[Directive | Statement] = []
        while self._peek().kind != "end":
            directive = self._peek().text.lower() in ("@prefix", "prefix", "@base", "base")
            items.append(self._directive() if directive else self._statement())
        return Document(items, self._above(self._words[-1]))

    def _peek(self) -> Token:
        return self._words[self._next].token

    def _take(self, mark: str = "") -> Word:
        word = self._words[self._next]
        if word.token.kind == "end" or (mark and word.token.text != mark):
            raise Unreadable(BEYOND, word.token.at)
        self._next += 1
        return word

    def _above(self, word: Word) -> list[Comment]:
        found = [*self._carried, *word.before]
        self._carried = []
        return found

    def _directive(self) -> Directive:
        parts = [self._take()]
        before, keyword = self._above(parts[0]), parts[0].token.text.lower()
        prefix = None
        if keyword.endswith("prefix"):
            parts.append(self._take())
            prefix = parts[-1].token.text
        iri = self._take()
        parts += [iri, self._take(".")] if keyword.startswith("@") else [iri]
        for word, following in pairwise(parts):
            before += [*map(Comment, word.after), *following.before]
        directive = Directive(prefix, iri.token.text, before, parts[-1].after, used=prefix is None)
        if prefix is not None:
            self._prefixes[prefix] = directive
        return directive

    def _statement(self) -> Statement:
        subject = self._node()
        entries = self._entries()
        dot = self._take(".")
        closing = self._above(dot)
        if entries:
            entries[-1].after += dot.after
        return Statement(subject, ordered(entries), closing, [] if entries else dot.after)

    def _entries(self) -> list[Entry]:
        entries: list[Entry] = []
        while self._peek().text not in (".", "]"):
            if self._peek().text == ";":
                mark = self._take()
                self._carried += mark.before
                entries[-1].after += mark.after
            else:
                entries.append(self._entry())
        return entries

    def _entry(self) -> Entry:
        word = self._take()
        before = self._above(word)
        iri = self._predicate(word.token)
        objects = [self._node()]
        while self._peek().text == ",":
            mark = self._take()
            self._carried += mark.before
            objects[-1].after += mark.after
            objects.append(self._node())
        after, objects[-1].after = objects[-1].after, []
        return Entry(Node("a" if iri == RDF + "type" else word.token.text, before, word.after), iri, objects, after)

    def _predicate(self, token: Token) -> str:
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            declared = self._prefixes.get(f"{prefix}:")
            iri = unescape(declared.iri[1:-1] if declared else "") + re.sub(r"\\(.)", r"\1", local)
        else:
            iri = RDF + "type" if token.text == "a" else unescape(token.text[1:-1])
        if iri != RDF + "type":
            self._use(token)
        return iri

    def _use(self, token: Token) -> None:
        directive = self._prefixes.get(token.text.partition(":")[0] + ":") if token.kind == "name" else None
        if directive:
            directive.used = True

    def _node(self) -> Node:
        word = self._take()
        before = self._above(word)
        if word.token.text == "[":
            entries = self._entries()
            close = self._take("]")
            return Group("", before, close.after, "[]", word.after, [], ordered(entries), self._above(close))
        if word.token.text == "(":
            items = self._items()
            close = self._take(")")
            return Group("", before, close.after, "()", word.after, items, [], self._above(close))
        if word.token.kind not in ("iri", "name", "bnode", "string", "number", "word"):
            raise Unreadable(BEYOND, word.token.at)
        self._use(word.token)
        return self._string(word, before) if word.token.kind == "string" else Node(word.token.text, before, word.after)

    def _items(self) -> list[Node]:
        items = []
        while self._peek().text != ")":
            items.append(self._node())
        return items

    def _string(self, word: Word, before: list[Comment]) -> Node:
        node = Node(quoted(word.token.text), before, word.after)
        for _ in range({"at": 1, "type": 2}.get(self._peek().kind, 0)):
            part = self._take()
            self._use(part.token)
            node.text += part.token.text
            node.after = [*node.after, *(comment.text for comment in part.before), *part.after]
        return node


def ordered(entries: list[Entry]) -> list[Entry]:
    """What is said of one subject, in the order of `precedence`; of one predicate, in that of the text."""
    return sorted(entries, key=lambda entry: rank(entry.iri))


def quoted(text: str) -> str:
    """A string in double quotes, three only where it has more than one line; as it is where it holds such a quote.

    A carriage return within becomes its escape, so that no tool that mends line ends changes the string.
    """
    quotes = 3 if text[:3] in ('"""', "'''") else 1
    left, body, right = text[:quotes], text[quotes:-quotes].replace("\r", "\\r"), text[-quotes:]
    if '"' not in re.sub(r"\\.", "", body, flags=re.DOTALL):
        left = right = '"""' if "\n" in body else '"'
    return left + body + right
