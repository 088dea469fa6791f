"""What a person typed as a name or a word, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pyoxigraph

from defkg.project import ProjectError
from defkg.scaffold.catalogue import Unclear
from defkg.scaffold.naming import Unnamable, checked, honorific, nearest, slug

_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+$")
_TURTLE = pyoxigraph.RdfFormat.TURTLE
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")


def label(text: str) -> str:
    """A label that everybody sees alike, and of which a key can be made.

    Raises:
        ProjectError: it is none.
    """
    return _usable(text, lambda given: checked(given) if slug(checked(given)) else "")


def line(text: str) -> str:
    """A text on one line.

    Raises:
        ProjectError: it is empty, or has characters that cannot be seen.
    """
    return _usable(text, checked)


def key(text: str) -> str:
    """The key made of a text.

    Raises:
        ProjectError: none can be made of it.
    """
    return _usable(text, slug)


def person(text: str) -> str:
    """The plain name of a person.

    Raises:
        ProjectError: it begins with an honorific or a rank, or is no label.
    """
    name = label(text)
    title = honorific(name)
    if title:
        rest = name.removeprefix(title).strip() or "the name"
        raise ProjectError(f"{title!r} is no part of the name: write {rest!r}, and --honorific {title!r} besides")
    return name


def url(text: str) -> str:
    """An address on the web.

    Raises:
        ProjectError: it is none.
    """
    try:
        written = _URL.match(text) and list(pyoxigraph.parse(f"<{text}> a <{text}> .", format=_TURTLE))
    except SyntaxError:
        written = None
    if not written:
        raise ProjectError(f"{text!r} is no address; write it in full, as in https://example.org/page")
    return text


def duration(text: str) -> str:
    """An ``xsd:duration``.

    Raises:
        ProjectError: it is none.
    """
    if not _DURATION.fullmatch(text):
        raise ProjectError(f"{text!r} is no duration; two days are P2D")
    return text


def number(text: str) -> int:
    """A whole number of 1 or more.

    Raises:
        ProjectError: it is none.
    """
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise ProjectError(f"{text!r} is no number of 1 or more")
    return int(text)


def yes_or_no(text: str) -> bool:
    """Whether a text says yes.

    Raises:
        ProjectError: it says neither yes nor no.
    """
    return one_of(text, ["yes", "no", "true", "false"], "answer").casefold() in ("yes", "true")


def one_of(text: str, names: Sequence[str], what: str) -> str:
    """One of some names, whatever the case.

    Raises:
        Unclear: it is none of them.
    """
    found = next((name for name in names if name.casefold() == text.casefold()), None)
    if found is None:
        near = nearest(text, names) if text else []
        hint = f"did you mean {' or '.join(near)}?" if near else f"there is {', '.join(names) or 'none yet'}"
        raise Unclear(f"there is no {what} {text!r}: {hint}", near or list(names))
    return found


def _usable(text: str, read: Callable[[str], str]) -> str:
    try:
        return read(text)
    except Unnamable as error:
        raise ProjectError(f"{text!r} cannot be used: {error}") from error
