"""A text of a project's files as a shell that completes can be given it, so that no shell runs any of it.

Typer's script for bash takes what it is given for patterns of file names, and bash inserts it as it is. For zsh it is
evaluated, with escapes of Typer's that leave a backslash alone. PowerShell inserts it as it is. fish escapes by itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

_LONGEST = 200
_LONGEST_TITLE = 60  # a longer one would be wrapped, and fish would take its second line for another completion
_PLAIN = re.compile(r"[\w ,./:@%+-]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][\w-]*", re.ASCII)
_QUOTED_WORD = re.compile(r"""'[^']*|"(?:[^"\\]|\\.)*\\?""")
_SPECIAL = {
    "": re.compile(r"(?![\w,./:@%+-])[ -~]", re.ASCII),
    "'": re.compile(r"[\\$`!;&|<>*?\[\]']|(?<=[+@])\("),
    '"': re.compile(r'[\\$`!;&|<>*?\[\]"]|(?<=[+@])\('),
}
_FOR_ZSH = re.compile(r"[\\$`\"']|  ")
_TITLED = {"zsh", "fish"}
_IN_TITLES = str.maketrans({"'": "’", '"': "’", "`": "’", "\\": None, "$": None, "[": "(", "]": ")"})


class Word(str):
    """A completion as its shell has to be given it, which begins with what a person typed of it."""

    plain: str

    def __new__(cls, plain: str, given: str) -> Word:
        """A word.

        Args:
            plain: the text that the command is to get.
            given: what the shell gets.
        """
        word = super().__new__(cls, given)
        word.plain = plain
        return word

    def startswith(self, prefix: Any, *bounds: Any) -> bool:
        """Whether the plain text begins so; case does not count."""
        return self.plain.casefold().startswith(str(prefix).casefold(), *bounds)


def words(texts: Iterable[str], begun: str) -> list[Word]:
    """The texts that begin so, for the shell at work; one that it cannot be given is left out.

    Args:
        texts: names, labels or choices.
        begun: what a person typed of one.
    """
    form = _form()
    fit = [text for text in texts if text.isprintable() and 0 < len(text) <= _LONGEST]
    found = [Word(text, given) for text in fit if (given := form(text)) is not None]
    return [word for word in found if word.startswith(begun)]


def titled() -> bool:
    """Whether the shell shows a title beside a completion, and can be given one that a file has."""
    return _shell() in _TITLED


def title(text: str) -> str:
    """A text that stands beside a completion, on one line, with nothing in it that a shell or Rich would read."""
    if not titled():
        return ""
    shown = "".join(c for c in text.translate(_IN_TITLES) if c.isprintable())
    return shown if len(shown) <= _LONGEST_TITLE else shown[: _LONGEST_TITLE - 1] + "…"


def _shell() -> str:
    return os.environ.get("_DEFKG_COMPLETE", "").removeprefix("complete_")


def _form() -> Callable[[str], str | None]:
    forms = {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell, "pwsh": _powershell}
    return forms.get(_shell(), _other)


def _fish(text: str) -> str:
    return text


def _other(text: str) -> str | None:
    return text if _PLAIN.fullmatch(text) else None


def _zsh(text: str) -> str | None:
    return None if _FOR_ZSH.search(text) else text


def _powershell(text: str) -> str | None:
    """In quotes; typographic ones count, and three colons are where Typer's script cuts."""
    if ":::" in text:
        return None
    return text if _NAME.fullmatch(text) else "'" + re.sub(r"(['‘’‚‛])", r"\1\1", text) + "'"


def _bash(text: str) -> str | None:
    """Each special character behind a backslash, outside of the quote that is open.

    That way it is as good as escaped too where bash inserts it before the quote, which happens when the cursor stands
    there. Some versions take the escapes for a pattern, and insert the file of the plain name instead.
    """
    quote = _open_quote()
    given = _SPECIAL[quote].sub(lambda found: f"{quote}\\{found[0]}{quote}", text)
    given += quote if quote and given.endswith(quote) else ""  # bash closes no quote behind one
    return None if "\\" in given and os.path.lexists(re.sub(r"\\(.)", r"\1", given)) else given


def _open_quote() -> str:
    """The quote that the last word begins with and does not close; none where another word is completed.

    Words have line ends between them, so one that has a line end in it makes them more than they are.
    """
    typed = os.environ.get("COMP_WORDS", "").split("\n")
    last = str(len(typed) - 1) == os.environ.get("COMP_CWORD")
    return typed[-1][0] if last and _QUOTED_WORD.fullmatch(typed[-1]) else ""
