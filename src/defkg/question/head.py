"""The head of a ``.rq`` file: the YAML in the ``#+`` lines that lead it, with the line of each of its parts."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST = 64 * 1024
_DEEPEST = 50
_NULL = "tag:yaml.org,2002:null"
_KINDS = {str: "text", list: "a list", dict: "a mapping", int: "a whole number"}


class QuestionError(Exception):
    """A query file that cannot be used, or a value that is not of its parameter's type."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Head:
    """What a head says.

    Attributes:
        values: its keys and what they say.
        lines: for each key, the line it stands in; for ``key/3``, that of the fourth entry of its list.
        texts: the same as `values`, each scalar as it is written: YAML takes ``NO`` for a truth value.
    """

    values: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)

    def error(self, message: str, *where: str) -> QuestionError:
        """An error at the first of some keys that is there, else at the beginning."""
        return QuestionError(message, next((self.lines[key] for key in where if key in self.lines), 1))

    def get(self, kind: type, *names: str) -> Any:
        """What the one of some keys that is there says; None where none is there, or it says nothing.

        Raises:
            QuestionError: it is not of that kind, or two of them are there.
        """
        given = [name for name in names if self.values.get(name) is not None]
        if len(given) > 1:
            raise self.error(f"{given[0]} and {given[1]} are two names of one thing; keep one", given[1])
        value = self.values[given[0]] if given else None
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self.error(f"{given[0]} must be {_KINDS[kind]}, not {shorten(value)}", given[0])
        return value

    def check_keys(self, known: Mapping[str, object]) -> None:
        """Makes sure that no key is a misspelt one; what a head says besides is let be.

        Raises:
            QuestionError: a key is nearly one of those known.
        """
        for key in (key for key in self.values if key not in known):
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.8)
            if near and near[0] not in self.values:
                raise self.error(f"nothing reads {key!r} in a head; did you mean {near[0]!r}?", key)


def split_head(text: str) -> tuple[dict[str, Any], str]:
    """The YAML in the ``#+`` lines that lead a query, and the query after them.

    Raises:
        QuestionError: there is no head, or it is not YAML, or no mapping; its ``line`` says where.
    """
    head, sparql = read_head(text)
    return head.values, sparql


def read_head(text: str) -> tuple[Head, str]:
    """The head of a query, and the query after it.

    Raises:
        QuestionError: as for `split_head`; also for a key that is there twice.
    """
    lines = list(itertools.takewhile(lambda line: line.startswith("#+"), text.splitlines(keepends=True)))
    written = "".join(line[2:].removeprefix(" ") for line in lines)
    if not lines:
        raise QuestionError("the file has no head; begin it with lines such as `#+ title: ...`")
    return _load(written, len(lines)), text[sum(map(len, lines)) :]


def shorten(value: object) -> str:
    """A value as a message shows it."""
    words = repr(value)
    return words if len(words) <= 80 else words[:79] + "…"


def _load(text: str, last: int) -> Head:
    loader = _LOADER(text)
    try:
        _check_size(text)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"the head is not YAML: {getattr(error, 'problem', None) or error}"
        raise QuestionError(message, min(mark.line + 1, last) if mark else 1) from error
    except ValueError as error:  # a date such as 2024-02-30, which YAML takes for one
        raise QuestionError(f"the head has a value that cannot be: {error}; put it into quotes") from error
    finally:
        loader.dispose()
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        raise QuestionError("the head is no mapping; write lines such as `#+ title: ...`")
    return Head({str(key): value for key, value in values.items()}, _lines(node), _texts(node))


def _check_size(text: str) -> None:
    """Keeps what would overflow the stack, or grow without end, away from the parser: its events do neither."""
    if len(text) > _LONGEST:
        raise QuestionError(f"the head has more than {_LONGEST // 1024} KB; a question's is shorter")
    if len(text) < 1_000 and "&" not in text:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise QuestionError("the head repeats a part by *name; write it out", _line(event))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise QuestionError(f"the head nests deeper than {_DEEPEST} levels", _line(event))


def _lines(node: yaml.MappingNode) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, value in node.value:
        if key.value in found:
            raise QuestionError(f"the head says {key.value!r} twice; keep one", _line(key))
        found[key.value] = _line(key)
        if isinstance(value, yaml.SequenceNode):
            found |= {f"{key.value}/{i}": _line(entry) for i, entry in enumerate(value.value)}
    return found


def _texts(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _texts(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_texts(entry) for entry in node.value]
    return None if node.tag == _NULL else node.value


def _line(mark: yaml.Node | yaml.Event) -> int:
    return mark.start_mark.line + 1 if mark.start_mark else 1
