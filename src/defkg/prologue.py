"""What a query's prologue declares, and the IRIs that its names stand for.

Source: SPARQL 1.1 Query Language (W3C), section 4.1.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pyoxigraph import RdfFormat, parse

from defkg.sparql import Token
from defkg.terms import PREFIXES

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass
class Names:
    """The names of one query.

    Attributes:
        base: the base IRI; empty where there is none.
        prefixes: each declared prefix with its namespace.
        end: how many tokens the prologue has.
    """

    base: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    end: int = 0

    @staticmethod
    def read(found: list[Token]) -> Names:
        """The declarations that a query's tokens begin with."""
        names = Names()
        while taken := names._declare(found[names.end : names.end + 3]):
            names.end += taken
        return names

    def resolve(self, token: Token) -> str | None:
        """The IRI of an IRI or a prefixed name, by the query's prefixes, else ours; None where there is none."""
        if token.kind == "iri":
            return self._absolute(_CODEPOINT.sub(_character, token.text[1:-1]))
        prefix, _, local = token.text.partition(":")
        namespace = self.prefixes.get(prefix, PREFIXES.get(prefix))
        return None if token.kind != "name" or namespace is None else namespace + local.replace("\\", "")

    def _declare(self, found: list[Token]) -> int:
        kinds, word = [token.kind for token in found], found[0].keyword if found else ""
        if word == "BASE" and kinds[1:2] == ["iri"]:
            self.base = self.resolve(found[1]) or ""
            return 2
        if word == "PREFIX" and kinds[1:] == ["name", "iri"]:
            self.prefixes[found[1].text[:-1]] = self.resolve(found[2]) or ""
            return 3
        return 2 if word == "VERSION" and kinds[1:2] == ["string"] else 0

    def _absolute(self, iri: str) -> str:
        if not self.base or _SCHEME.match(iri):
            return iri
        try:
            (quad,) = parse(f"<{iri}> <a:a> <a:a> .", format=RdfFormat.TURTLE, base_iri=self.base)
        except (SyntaxError, ValueError):
            return iri
        return str(getattr(quad.subject, "value", iri))


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return match[0] if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)
