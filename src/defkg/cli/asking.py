"""Questions to a person at a terminal; in a script, what a flag does not say is an error that names the flag."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from defkg.project import ProjectError
from defkg.scaffold.catalogue import Unclear

T = TypeVar("T")
Choices = Callable[[], Iterable[str]]


def terminal() -> bool:
    """Whether a person can be asked: standard input and standard error are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def prompt(question: str) -> str:
    """A line typed at the terminal; nothing but Enter is empty.

    Raises:
        typer.Abort: Ctrl-C, or the end of the input.
    """
    import typer

    return str(typer.prompt(question, default="", show_default=False, err=True)).strip()


class Asker:
    """Values from flags and, where a person can be asked, from answers.

    What may be left out is asked for only where something that is needed was not given, which `begin` finds out.

    Args:
        flags: the values given, by the names of the parameters.
        interactive: whether a person can be asked.
        read: gives the answer to a question.
        tell: shows a line to the person.
    """

    def __init__(
        self,
        flags: Mapping[str, Any],
        interactive: bool,
        read: Callable[[str], str] = prompt,
        tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr),
    ) -> None:
        self.interactive = interactive
        self._flags = flags
        self._read = read
        self._tell = tell
        self._asking = False

    def begin(self, *flags: str) -> None:
        """Says which flags a script has to give; a person who gives them all is asked nothing more."""
        self._asking = self.interactive and any(self.given(flag) is None for flag in flags)

    def given(self, flag: str) -> Any:
        """What a flag says; None where it is not there."""
        name = flag.replace("-", "_")
        return self._flags.get(name, self._flags.get(f"{name}_"))

    def need(self, flag: str, question: str, convert: Callable[[str], T], choices: Choices = tuple) -> T:
        """A value that has to be there.

        Raises:
            ProjectError: the flag has a wrong value; or is missing, and nobody can be asked.
        """
        if self.given(flag) is not None:
            return _of_flag(flag, self.given(flag), convert)
        if not self.interactive:
            raise _missing(flag, question)
        answer = self._answer(question, convert, choices, required=True)
        assert answer is not None
        return answer

    def may(self, flag: str, question: str, convert: Callable[[str], T], choices: Choices = tuple) -> T | None:
        """A value that may be left out, with Enter.

        Raises:
            ProjectError: the flag has a wrong value.
        """
        if self.given(flag) is not None:
            return _of_flag(flag, self.given(flag), convert)
        return self._answer(question, convert, choices, required=False) if self._asking else None

    def many(
        self, flag: str, question: str, convert: Callable[[str], T], choices: Choices = tuple, least: int = 0
    ) -> list[T]:
        """Values, as many as there are; Enter ends them.

        Raises:
            ProjectError: the flag has a wrong value, or too few, and nobody can be asked.
        """
        found = [_of_flag(flag, text, convert) for text in self.given(flag) or ()]
        if len(found) < least and not self.interactive:
            raise _missing(flag, f"{question}; it takes {least}")
        while len(found) < least or (self._asking and not self.given(flag)):
            more = f"{question} (another, or Enter)" if len(found) >= max(least, 1) else question
            answer = self._answer(more, convert, choices, required=len(found) < least)
            if answer is None:
                break
            found.append(answer)
        return found

    def yes(self, question: str) -> bool:
        """Whether a person says yes."""
        return self._read(f"{question} [y/N]").casefold() in ("y", "yes")

    def _answer(self, question: str, convert: Callable[[str], T], choices: Choices, required: bool) -> T | None:
        offered: list[str] = []
        while True:
            text = self._read(question)
            if text == "?" and choices is not tuple:
                offered = self._offer(list(choices()))
                continue
            if not text and not required:
                return None
            try:
                return convert(offered[int(text) - 1] if text.isdecimal() and 0 < int(text) <= len(offered) else text)
            except Unclear as error:
                self._tell(str(error))
                offered = self._offer(error.near)
            except ProjectError as error:
                self._tell(str(error))

    def _offer(self, names: list[str]) -> list[str]:
        for number, name in enumerate(names, 1):
            self._tell(f"  {number}  {name}")
        return names


def _missing(flag: str, question: str) -> ProjectError:
    return ProjectError(f"--{flag} is missing: {question[0].lower()}{question[1:]}")


def _of_flag(flag: str, value: object, convert: Callable[[str], T]) -> T:
    try:
        return convert(str(value))
    except ProjectError as error:
        raise ProjectError(f"--{flag}: {error}") from error
