"""Turtle with odd but legal layouts, made at random."""

from __future__ import annotations

from random import Random

SPACES = [" ", "\n", "\t", "  \n ", "\r\n", " # a comment with <iri> \"quote\" 'q' . ; [\n", "#\n", "\n\n"]
IRIS = [
    "<http://x/a>",
    "<b>",
    "<#c>",
    "<../d?e=f>",
    "<\\u00e9>",
    ":a",
    ":a.b",
    ":x\\,y\\.z",
    ":%41-b",
    "é:é",
    "é:",
    ":1",
]
IRIS += [":a:b", "é:a·b", ":_", "p-1.q:r", "p-1.q:s\\/t"]
STRINGS = ["plain", "with # hash", "semi; colon.", "é \U0001f600 wide", "\\t\\n\\u0041\\\\", "it''s", "[ ( ] )", ""]
LONG = ["long\nlines", 'a "" b \' c', "\n", "tail\\\\", "\U0001f600\n  x"]
NUMBERS = ["1", "-2", "+3", "1.5", ".5", "-0.0", "1e3", "1.E4", ".5e-6", "01", "true", "false"]
HEAD = "@prefix : <http://x/> .\n@prefix é: <http://é/> .\nPREFIX p-1.q: <http://p/>\n@base <http://base/> .\n"


class Writer:
    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def text(self) -> str:
        statements = [self.statement() for _ in range(self.chance.randint(1, 6))]
        return HEAD + "".join(statements) + self.chance.choice(["", "\n", "# end", "#"])

    def gap(self) -> str:
        return "".join(self.chance.choice(SPACES) for _ in range(self.chance.randint(1, 2)))

    def maybe(self) -> str:
        return self.gap() if self.chance.random() < 0.5 else ""

    def statement(self) -> str:
        kind = self.chance.random()
        if kind < 0.05:
            return self.chance.choice(["PREFIX : <http://y/>\n", "@prefix : <http://z/>.\n", "BASE <http://other/>\n"])
        if kind < 0.15:
            return f"[{self.gap()}{self.predicates(1)}{self.gap()}]{self.maybe()}.{self.gap()}"
        subject = self.iri() if kind < 0.7 else self.bracket(1) if kind < 0.85 else self.list(1)
        return f"{subject}{self.gap()}{self.predicates(0)}{self.gap()}.{self.gap()}"

    def predicates(self, depth: int) -> str:
        lists = [self.predicate(depth) for _ in range(self.chance.randint(1, 3))]
        more = self.chance.choice(["", "", f"{self.gap()};{self.maybe()};"])
        return f"{self.gap()};{self.gap()}".join(lists) + more

    def predicate(self, depth: int) -> str:
        verb = "a" if self.chance.random() < 0.2 else self.chance.choice(IRIS)
        objects = [self.object(depth) for _ in range(self.chance.randint(1, 3))]
        return f"{verb}{self.gap()}" + f"{self.gap()},{self.maybe()}".join(objects)

    def object(self, depth: int) -> str:
        kind = self.chance.random()
        if depth < 3 and kind < 0.15:
            return self.bracket(depth + 1)
        if depth < 3 and kind < 0.3:
            return self.list(depth + 1)
        if kind < 0.55:
            return self.iri()
        return self.chance.choice(NUMBERS) if kind < 0.7 else self.string()

    def iri(self) -> str:
        return self.chance.choice(IRIS) if self.chance.random() < 0.8 else f"_:{self.chance.choice(['b', 'b1.c', 'é'])}"

    def bracket(self, depth: int) -> str:
        if self.chance.random() < 0.3:
            return f"[{self.maybe()}]"
        return f"[{self.maybe()}{self.predicates(depth)}{self.gap()}]"

    def list(self, depth: int) -> str:
        items = [self.object(depth) for _ in range(self.chance.randint(0, 3))]
        return f"({self.maybe()}{self.gap().join(items)}{self.gap()})"

    def string(self) -> str:
        if self.chance.random() < 0.5:
            quote, text = self.chance.choice("\"'"), self.chance.choice(STRINGS)
            text = text.replace("'", "\\'")
        else:
            quote, text = self.chance.choice(['"""', "'''"]), self.chance.choice(LONG)
        return f"{quote}{text}{quote}" + self.chance.choice(["", "", "@en", "@EN-gb", "^^:dt", "^^<http://x/dt>"])
