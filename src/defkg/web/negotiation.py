"""Content negotiation: which of our media types a client's Accept header asks for.

Source: RFC 9110, section 12.5.1. Ties go to what is named over what is named by another name, to that over what
``*/*`` lets in, and then to our order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

_RANGES = 100  # a header that lists more is read no further: its cost must not be the client's to choose


class _Range(NamedTuple):
    kind: str
    subkind: str
    quality: float

    def fits(self, media_type: str) -> int:
        kind, _, subkind = media_type.partition("/")
        if (self.kind, self.subkind) == (kind, subkind):
            return 3
        if self.kind == kind and self.subkind == "*":
            return 2
        return 1 if (self.kind, self.subkind) == ("*", "*") else 0


def choose(accept: str | None, offers: Sequence[str], aliases: Mapping[str, str] | None = None) -> str | None:
    """The offer that the header prefers; None where it accepts none of them.

    Args:
        accept: the header; None or empty accepts anything.
        offers: our media types, best first.
        aliases: other names that a client may use for an offer; a wildcard does not reach them.
    """
    ranges = _ranges(accept if accept and accept.strip() else "*/*")
    scored = [(_liking(ranges, offer, aliases or {}), offer) for offer in offers]
    best = max(scored, key=lambda pair: pair[0], default=((0.0, 0), ""))
    return best[1] if best[0][0] > 0 else None


def _liking(ranges: list[_Range], offer: str, aliases: Mapping[str, str]) -> tuple[float, int]:
    """How much an offer is liked, and how plainly that is said."""
    fit, quality = max(((fit, r.quality) for r in ranges if (fit := r.fits(offer))), default=(0, 0.0))
    other = [r.quality for r in ranges if aliases.get(f"{r.kind}/{r.subkind}") == offer]
    return max([(quality, 2 if fit > 1 else 0), *((quality, 1) for quality in other)])


def _ranges(accept: str) -> list[_Range]:
    found = []
    for part in accept.split(",", _RANGES)[:_RANGES]:
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind, _, subkind = media_type.partition("/")
        if subkind or kind == "*":
            found.append(_Range(kind, subkind or "*", _q(parameters)))
    return found


def _q(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = (piece.strip() for piece in parameter.partition("="))
        if name == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
