"""What no source states of a thing: told from the coverage of the graph, and never as a denial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from defkg.coverage.unstated import Unstated
from defkg.presentation import Presentation
from defkg.terms import ONTOLOGY
from defkg.web.things.said import Said

_COMPANIONS = {ONTOLOGY + name for name in ("dateBasis", "datePrecision", "earliest", "latest")}


def silences(
    known: Mapping[str, Sequence[Unstated]] | None, iri: str, found: Said, presentation: Presentation
) -> list[tuple[str, str]] | None:
    """What no document states of a thing, in words, and what that means; None where it was not worked out.

    A property is left out where the thing has a wider one, or where it only qualifies another.
    """
    if known is None:
        return None
    told: list[tuple[str, str]] = []
    for entry in known.get(iri, ()):
        paths = entry.paths or ("",) * len(entry.missing)
        words = [
            word for word, path in zip(entry.missing, paths, strict=True) if not _is_told(path, found, presentation)
        ]
        told += [(word, entry.description) for word in (words if entry.missing else [entry.title])]
    return list(dict.fromkeys(told))


def _is_told(path: str, found: Said, presentation: Presentation) -> bool:
    return path in _COMPANIONS or bool(presentation.wider.get(path, frozenset()) & found.totals.keys())
