"""What can be told of a query without reading its tokens, which takes longer than to answer most queries."""

from __future__ import annotations

import re

from defkg.terms import PREFIXES

_BEGINS = re.compile(
    r"""[ \t\r\n]*+(?:PREFIX[ \t\r\n]++[a-z][a-z0-9]*+:[ \t\r\n]*+<[^<>"{}|^`\\\x00-\x20]*+>[ \t\r\n]*+)*+
    (?:SELECT|ASK|DESCRIBE)[ \t\r\n{*?<]""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_PREFIXES = [(f"{prefix}:", prefix, namespace) for prefix, namespace in PREFIXES.items()]
_READ = ("service", "from")
_CHANGING = ("now", "rand", "uuid", "bnode")


def plain(query: str, depth: int) -> bool:
    """Whether `scan` would find nothing in a query: neither a dataset clause nor a refusal nor a call that changes.

    False says nothing. Keywords are looked for as letters, wherever they stand, so that no way to write one is missed.

    Args:
        query: the text.
        depth: how deep it may nest; one that has more opening brackets is not plain.
    """
    if not query.isascii() or not _BEGINS.match(query):
        return False
    if query.count("{") + query.count("(") + query.count("[") + query.count("<<") > depth:
        return False
    letters = query.lower()
    return not any(word in letters for word in _READ) and not any(word in letters for word in _CHANGING)


def needed(query: str) -> dict[str, str]:
    """Those of our prefixes that a query may use: the engine reads each that it is given, for each query."""
    if "\\" in query:
        return PREFIXES
    return {prefix: namespace for written, prefix, namespace in _PREFIXES if written in query}
