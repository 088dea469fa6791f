"""Values as JSON and back, by their declared types: to open a folder must never run what is in it."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

_TERMS = (NamedNode, BlankNode, Literal, Triple)
_PLAIN = (str, int, float, bool)


def encode(value: Any) -> Any:
    """What JSON can hold of a value: of dataclasses, named tuples, mappings, sets, terms of RDF and plain values.

    Raises:
        TypeError: it is of another type.
    """
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, _TERMS):
        return str(value)
    if is_dataclass(value):
        return {each.name: encode(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        texts = all(type(key) is str for key in value)
        pairs = [(encode(key), encode(held)) for key, held in value.items()]
        return dict(pairs) if texts else pairs
    if isinstance(value, frozenset | set):
        return sorted(map(encode, value))
    if isinstance(value, tuple | list):
        return list(map(encode, value))
    raise TypeError(f"{type(value).__name__} is not written as JSON")


def decode(kind: Any, value: Any) -> Any:
    """The value of a type from what `encode` made of it.

    Raises:
        TypeError, ValueError, KeyError, SyntaxError: the JSON is that of something else.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _one_of(inner, value)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[1:] == (...,) else inner
        return tuple(decode(each, held) for each, held in zip(kinds, value, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        pairs = value.items() if isinstance(value, dict) else value
        return {decode(inner[0], key): decode(inner[1], held) for key, held in pairs}
    if origin in (list, frozenset, set):
        return origin(decode(inner[0], held) for held in value)
    return _single(kind, value)


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None:
        if types.NoneType not in kinds:
            raise TypeError("null stands where a value belongs")
        return None
    left = [kind for kind in kinds if kind is not types.NoneType]
    return decode(left[0], value) if len(left) == 1 else _term(value)


def _single(kind: Any, value: Any) -> Any:
    if kind in _PLAIN:
        if not isinstance(value, int | float if kind is float else kind):
            raise TypeError(f"{value!r} stands where {kind.__name__} belongs")
        return value
    if kind in _TERMS:
        return _triple(value) if kind is Triple else _term(value)
    if issubclass(kind, Enum):
        return kind[value]
    hints, make = _hints(kind), cast(Any, kind)
    if is_dataclass(kind):
        return make(**{name: decode(hints[name], value[name]) for name in _names(make)})
    return make(*(decode(hint, one) for hint, one in zip(hints.values(), value, strict=True)))  # a named tuple


@lru_cache(maxsize=200)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@lru_cache(maxsize=200)
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _term(text: str) -> Any:
    return _triple(f"<x:s> <x:p> {text}").object


def _triple(text: str) -> Triple:
    (quad,) = parse(f"{text} .", format=RdfFormat.N_TRIPLES)
    triple: Triple = quad.triple
    return triple
