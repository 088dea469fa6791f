"""JSON-LD for a thing: what is said of it under short names, what its objects are called, and the context for that.

Sources: JSON-LD 1.1 (W3C), sections 3.1 (context), 3.2 (IRIs), 4.1.5 (compact IRIs), 4.2.1 and 4.2.3 (typed values,
type coercion), 4.2.4 (strings in languages).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from defkg.holding import Select, batches
from defkg.terms import DCTERMS, PREFIXES, RDFS, SKOS, TYPE, XSD, Term
from defkg.writing import ordered

_CALLED = [SKOS + "prefLabel", DCTERMS + "title", RDFS + "label"]
_LABELS = """SELECT ?thing ?property ?label WHERE {{
  VALUES ?thing {{ {things} }}
  VALUES ?property {{ {properties} }}
  ?thing ?property ?label .
}}"""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_STRING, _INTEGER, _BOOLEAN = (XSD + name for name in ("string", "integer", "boolean"))
_EXACT = 1 << 53  # above it JSON's numbers lose digits
_KEYS = {"@id", "@type", "@language"}

Named = Mapping[str, tuple[str, Literal]]


class ContextError(ValueError):
    """A context that cannot be used; the text says why, `key` which entry."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class Definition:
    """What a context says of a term.

    Attributes:
        iri: the property or class.
        type: the datatype that a plain string is of; ``@id`` for an IRI; empty for none.
        language: the language that it is in.
    """

    iri: str
    type: str = ""
    language: str = ""

    def written(self, compact: Callable[[str], str]) -> Any:
        """The same as it stands in a context, IRIs written by `compact`."""
        entry = {"@id": compact(self.iri)}
        if self.type:
            entry["@type"] = self.type if self.type == "@id" else compact(self.type)
        if self.language:
            entry["@language"] = self.language
        return entry if len(entry) > 1 else entry["@id"]


@dataclass(frozen=True)
class Context:
    """A context: prefixes, and terms for properties and classes.

    Attributes:
        prefixes: name to namespace.
        terms: name to definition.
        text: the document that it was read from; empty where there is none.
    """

    prefixes: Mapping[str, str] = field(default_factory=lambda: dict(PREFIXES))
    terms: Mapping[str, Definition] = field(default_factory=dict)
    text: bytes = b""

    @staticmethod
    def read(text: bytes) -> Context:
        """Reads a context document.

        Raises:
            ContextError: it is no JSON, or uses of JSON-LD more than prefixes and terms with type or language.
        """
        try:
            entries = json.loads(text, object_pairs_hook=_once)["@context"]
        except ContextError:
            raise
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ContextError("this is no JSON object with an @context") from error
        if not isinstance(entries, dict):
            raise ContextError("the @context must be one object with prefixes and terms")
        entries = {name: entry for name, entry in entries.items() if name != "@version"}
        prefixes = {name: entry for name, entry in entries.items() if _is_prefix(name, entry)}
        terms = {name: _definition(name, entry, prefixes) for name, entry in entries.items() if name not in prefixes}
        return Context(prefixes, terms, text)

    @property
    def tag(self) -> str:
        """Tells this context from others."""
        return hashlib.sha256(self.text).hexdigest()[:16]

    def by_iri(self) -> dict[str, str]:
        """The term of each property and class."""
        return {definition.iri: name for name, definition in self.terms.items()}


def called(select: Select, iris: Iterable[str]) -> dict[str, tuple[str, Literal]]:
    """The triple that says what each of some things is called, as property and label; without one, it is left out."""
    found: dict[str, tuple[str, Literal]] = {}
    things = [str(NamedNode(iri)) for iri in sorted(set(iris))]
    properties = " ".join(f"<{name}>" for name in _CALLED)
    for batch in batches(things, str):
        for row in select(_LABELS.format(things=" ".join(batch), properties=properties)):
            thing, name, label = row["thing"], row["property"], row["label"]
            if isinstance(thing, NamedNode) and isinstance(name, NamedNode) and isinstance(label, Literal):
                said = (name.value, label)
                found[thing.value] = min(found.get(thing.value, said), said, key=_preference)
    return found


def document(iri: str, said: Sequence[tuple[str, Term]], labels: Named, context: Context) -> dict[str, Any]:
    """A thing as one JSON object that needs nothing else to be read.

    Args:
        iri: the thing.
        said: its properties and their values, in order.
        labels: what its objects are called.
        context: names to use; those that are used stand in the object.
    """
    return _Writer(iri, said, labels, context, _schemes(iri, [*said, *labels.values()])).document()


def graph(triples: Iterable[Triple], context: Context) -> dict[str, Any]:
    """Triples as one JSON object, a node for each subject; in an order that they alone decide."""
    said: dict[str, list[tuple[str, Term]]] = defaultdict(list)
    for triple in ordered(triples):
        subject = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
        said[subject].append((triple.predicate.value, triple.object))
    taken = {scheme for subject, about in said.items() for scheme in _schemes(subject, about)}
    nodes = [_Writer(subject, about, {}, context, taken).document() for subject, about in said.items()]
    used = {name: entry for node in nodes for name, entry in node.pop("@context").items()}
    return {"@context": {name: used[name] for name in sorted(used)}, "@graph": nodes}


def _preference(said: tuple[str, Literal]) -> tuple[bool, int, str]:
    name, label = said
    return label.language not in ("en", None), _CALLED.index(name), str(label)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ContextError(f"{name} stands there twice", name)
        found[name] = value
    return found


def _is_prefix(name: str, entry: object) -> bool:
    return isinstance(entry, str) and "://" in entry and entry[-1] in "#/" and not name.startswith("@")


def _definition(name: str, entry: object, prefixes: Mapping[str, str]) -> Definition:
    entry = {"@id": entry} if isinstance(entry, str) else entry
    if name.startswith("@") or ":" in name or not isinstance(entry, dict) or not set(entry) <= _KEYS:
        raise ContextError(f"{name} uses more of JSON-LD than @id, @type and @language", name)
    if not all(isinstance(value, str) for value in entry.values()) or "@id" not in entry:
        raise ContextError(f"{name} needs an @id, and texts for all", name)
    kind = entry.get("@type", "")
    kind = kind if kind in ("", "@id") else _expand(kind, prefixes)
    return Definition(_expand(entry["@id"], prefixes), kind, entry.get("@language", ""))


def _expand(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    iri = prefixes[prefix] + local if colon and prefix in prefixes else name
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise ContextError(f"{name} is no IRI, nor one under a prefix of this context", name) from error


def _schemes(iri: str, said: Iterable[tuple[str, Term]]) -> set[str]:
    """The schemes of the IRIs: no prefix may look like one of them."""
    iris = [iri, *(name for predicate, value in said for name in (predicate, _iri(value)))]
    return {found[0] for name in iris if (found := _SCHEME.match(name))}


def _iri(value: Term) -> str:
    if isinstance(value, Literal):
        return value.datatype.value
    return value.value if isinstance(value, NamedNode) else ""


class _Writer:
    """Writes one document, and keeps in mind which parts of the context it has used."""

    def __init__(
        self, iri: str, said: Sequence[tuple[str, Term]], labels: Named, context: Context, taken: Collection[str]
    ) -> None:
        self._iri, self._said, self._labels, self._context = iri, said, labels, context
        self._terms = context.by_iri()
        self._used: dict[str, Any] = {}
        fit = {name: space for name, space in context.prefixes.items() if name not in taken}
        self._prefixes = sorted(fit.items(), key=lambda pair: -len(pair[1]))

    def document(self) -> dict[str, Any]:
        body: dict[str, Any] = {"@id": self._compact(self._iri)}
        body |= self._properties(self._said)
        return {"@context": {name: self._used[name] for name in sorted(self._used)}, **body}

    def _properties(self, said: Iterable[tuple[str, Term]]) -> dict[str, Any]:
        found: dict[str, list[Any]] = defaultdict(list)
        for predicate, value in said:
            if predicate == TYPE.value and isinstance(value, NamedNode):
                found["@type"].append(self._name(value.value))
            else:
                key = self._name(predicate)
                found[key].append(self._value(self._context.terms.get(key, Definition(predicate)), value))
        return {key: values[0] if len(values) == 1 else values for key, values in found.items()}

    def _name(self, iri: str) -> str:
        """A property or class: its term, or else its IRI, short where there is a prefix."""
        name = self._terms.get(iri)
        if name is None:
            return self._compact(iri)
        self._used[name] = self._context.terms[name].written(self._compact)
        return name

    def _compact(self, iri: str) -> str:
        for name, namespace in self._prefixes:
            local = iri.removeprefix(namespace)
            if iri.startswith(namespace) and local and not local.startswith("//"):
                self._used[name] = namespace
                return f"{name}:{local}"
        return iri

    def _value(self, definition: Definition, value: Term) -> Any:
        if isinstance(value, Literal):
            return self._literal(definition, value)
        if not isinstance(value, NamedNode):
            return {"@id": str(value)}
        label = self._labels.get(value.value)
        if label is not None:
            return {"@id": self._compact(value.value), **self._properties([label])}
        return self._compact(value.value) if definition.type == "@id" else {"@id": self._compact(value.value)}

    def _literal(self, definition: Definition, value: Literal) -> Any:
        kind = value.datatype.value
        if definition.language or definition.type:
            plain = (definition.language == value.language) if value.language else (definition.type == kind)
        else:
            plain = kind == _STRING
        native = _native(value) if definition.type in ("", kind) else value.value
        if plain or native != value.value:
            return native
        if value.language:
            return {"@value": value.value, "@language": value.language}
        return {"@value": value.value} if kind == _STRING else {"@value": value.value, "@type": self._compact(kind)}


def _native(value: Literal) -> Any:
    """A number or a truth value of JSON, where it stands for exactly that literal; else the text."""
    kind, text = value.datatype.value, value.value
    if kind == _BOOLEAN and text in ("true", "false"):
        return text == "true"
    if kind == _INTEGER and re.fullmatch(r"0|-?[1-9][0-9]{0,15}", text) and abs(int(text)) < _EXACT:
        return int(text)
    return text
