"""An answer as it is cited: an address that says which rows of which dataset it was kept for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from defkg.engine import Problem
from defkg.question.declaring import PINS
from defkg.table import Table

_DIGEST = re.compile("[0-9a-f]{64}")
_ROWS = re.compile("0|[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Citation:
    """What an answer was when it was cited.

    Attributes:
        dataset: the digest of the dataset it came from.
        rows: how many rows it had.
        result: the digest of its rows.
    """

    dataset: str
    rows: int
    result: str

    @staticmethod
    def of(table: Table, dataset: str) -> Citation:
        """That of an answer now."""
        return Citation(dataset, len(table.rows), table.digest())

    @staticmethod
    def read(said: Mapping[str, str]) -> Citation | None:
        """The one that an address has; None where it has none.

        Raises:
            Problem: 400, a part of it is missing or malformed.
        """
        if not any(name in said for name in PINS):
            return None
        for name, pattern in zip(PINS, (_DIGEST, _ROWS, _DIGEST), strict=True):
            if not pattern.fullmatch(said.get(name, "")):
                wanted = "a number" if name == "rows" else "64 hexadecimal digits"
                detail = f"{name}= must be {wanted}: an address that cites an answer has {', '.join(PINS)}, as copied"
                raise Problem(400, "citation", "The citation is not whole", detail, {"parameter": name})
        return Citation(said["dataset"], int(said["rows"]), said["result"])

    def query(self, given: Mapping[str, str]) -> str:
        """The query part of an address that cites the answer for some values."""
        return urlencode([*given.items(), ("dataset", self.dataset), ("rows", self.rows), ("result", self.result)])

    def line(self, title: str, address: str, day: date) -> str:
        """What to write below a text that rests on the answer."""
        rows = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        return f"“{title}” defkg, dataset {self.dataset}, {rows}, {day.isoformat()}. {address}"


@dataclass(frozen=True)
class Comparison:
    """A cited answer beside that of now.

    Attributes:
        cited: what was cited.
        now: what the answer is.
        earlier: the rows of then, where the dataset of then could be asked.
    """

    cited: Citation
    now: Citation
    earlier: Table | None = None

    @property
    def same(self) -> bool:
        """Whether the rows are the same."""
        return self.cited.result == self.now.result

    @property
    def same_dataset(self) -> bool:
        """Whether the dataset is."""
        return self.cited.dataset == self.now.dataset


def compare(cited: Citation, now: Citation, earlier: Table | None = None) -> Comparison:
    """A cited answer beside that of now.

    Args:
        cited: what was cited.
        now: what the answer is.
        earlier: the answer over an earlier dataset; left aside where it is not the one that was cited.

    Raises:
        Problem: 400, the rows that are cited are those of now, and yet said to be of another number.
    """
    if cited.result == now.result and cited.rows != now.rows:
        detail = f"result= names {now.rows} rows, and rows= says {cited.rows}; copy the address again"
        raise Problem(400, "citation", "The citation contradicts itself", detail, {"parameter": "rows"})
    kept = earlier if earlier is not None and earlier.digest() == cited.result else None
    return Comparison(cited, now, kept)
