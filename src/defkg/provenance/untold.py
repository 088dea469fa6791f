"""Why the sources of an answer cannot be told."""

from __future__ import annotations


class Untold(Exception):
    """A query whose rows cannot be traced to documents.

    The text says why, as words that go on a sentence such as "the sources cannot be told: ".
    """
