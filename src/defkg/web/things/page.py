"""The page of a thing: what is said of it and by whom, what refers to it, what can be asked, and what nobody states."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import NamedNode, Triple
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from defkg.engine import Answer, Problem
from defkg.holding import only_inferred
from defkg.terms import ONTOLOGY, SKOS, compact
from defkg.web.answers import made
from defkg.web.asker import Asker
from defkg.web.called import called, shortened
from defkg.web.documents import FORMATS
from defkg.web.links import link
from defkg.web.questions.reasons import reasons
from defkg.web.things.asked import Asked
from defkg.web.things.backlinks import PAGE as REFERRING
from defkg.web.things.backlinks import Backlinks, backlinks, referring
from defkg.web.things.data import thing_jsonld
from defkg.web.things.differences import Difference, differences
from defkg.web.things.document import PAGE as RESTING
from defkg.web.things.document import SENTENCES, resting, resting_of, sentences
from defkg.web.things.fitting import FIRST, fitting
from defkg.web.things.neighbourhood import neighbourhood_page
from defkg.web.things.panels import panels
from defkg.web.things.properties import Arranging
from defkg.web.things.said import PAGE as VALUES
from defkg.web.things.said import Said, said, values
from defkg.web.things.silences import silences
from defkg.web.things.sources import Sources
from defkg.web.things.values import thing

_DOCUMENT = ONTOLOGY + "SourceDocument"
_ALIAS = SKOS + "altLabel"
_EMBEDDED = 12_000  # characters of JSON-LD that a page carries
_SHORTEST = 90  # that a fact with its share of the context takes, or more
Values = dict[str, object]


def thing_page(asker: Asker, http: HttpRequest, iri: str) -> Answer | Response:
    """The page of a thing, or of a part of what belongs there where that is more than one page can show.

    Args:
        asker: asks the engine, in a thread.
        http: the request.
        iri: the thing.

    Raises:
        Problem: 400, a parameter is wrong; 404, there is no such part; or there is no answer.
    """
    asked = Asked.read(http)
    if asked.neighbours:
        return neighbourhood_page(asker, http, iri)
    page = _Page(asker, iri, asked)
    if asked.prop:
        return page.property()
    if asked.from_:
        return page.referring()
    return page.resting() if asked.rests else page.whole()


class _Page:
    def __init__(self, asker: Asker, iri: str, asked: Asked) -> None:
        self._asker, self._iri, self._asked = asker, iri, asked
        self._select, self._site = asker.select, asker.site
        self._address = link(iri)

    def whole(self) -> Answer:
        """Everything about the thing, each list as far as it fits."""
        presentation = self._site.presentation
        found = said(self._select, self._iri)
        tables = panels(self._asker, self._iri, found.kinds)
        sources = Sources(
            found.facts, (document.iri for panel in tables for row in panel.rows for document in row.documents())
        )
        sources.read(self._select, self._iri)
        refs = backlinks(self._select, self._iri, presentation, bool(self._site.rules))
        arranging = Arranging(found, presentation, sources)
        kinds = presentation.by_narrowness(arranging.kinds)
        differ = differences(self._select, self._iri)
        document = self._document() if _DOCUMENT in kinds else {}
        named = {self._iri, *kinds, *arranging.things(), *sources.things(), *_mentioned(refs, differ, document)}
        names = called(self._select, named - {""})
        values: Values = {
            "table": arranging.table(names),
            "aliases": _texts(found, _ALIAS),
            "sources": sources,
            "marks": sources.addresses,
            "differences": differ,
            "unstated": silences(self._site.unstated, self._iri, found, presentation),
            "backlinks": refs,
            "panels": tables,
            "questions": fitting(self._site.questions.values(), self._iri, kinds),
            "first": FIRST,
            "why": self._asked.why,
            "reasons": self._reasons(found),
            "embedded": self._embedded(found),
            **document,
        }
        return self._made("thing.html", names, arranging, values)

    def property(self) -> Answer:
        """One page of the values of one property."""
        prop, page = self._asked.prop, self._asked.page
        found = values(self._select, self._iri, prop, page)
        self._check(found.totals[prop], VALUES, f"values of {compact(prop)}")
        sources = Sources(found.facts)
        sources.read(self._select, self._iri)
        arranging = Arranging(found, self._site.presentation, sources, alone=True)
        names = called(self._select, arranging.things() | sources.things() | {self._iri})
        values_: Values = {
            "table": arranging.table(names),
            "sources": sources,
            "why": self._asked.why,
            "reasons": self._reasons(found),
            "heading": self._site.presentation.name(prop),
            **self._paged(found.totals[prop], VALUES, property=compact(prop)),
        }
        return self._made("thing_values.html", names, arranging, values_)

    def referring(self) -> Answer:
        """One page of what refers to the thing by one property."""
        group = referring(self._select, self._iri, self._asked.from_, self._asked.page)
        self._check(group.total, REFERRING, f"things that refer to it by {compact(group.prop)}")
        names = called(self._select, {iri for iri, _ in group.things} | {self._iri})
        paged = self._paged(group.total, REFERRING, **{"from": compact(group.prop)})
        return self._made("thing_referring.html", names, None, {"group": group, **paged})

    def resting(self) -> Answer:
        """One page of the things of one kind that rest on a document."""
        group = resting_of(self._select, self._iri, self._asked.rests, self._asked.page, self._site.kinds)
        self._check(group.total if group else 0, RESTING, f"things of the kind {self._asked.rests[:60]}")
        assert group
        names = called(self._select, {iri for iri, _ in group.things} | {self._iri})
        paged = self._paged(group.total, RESTING, rests=group.kind)
        return self._made("thing_resting.html", names, None, {"group": group, **paged})

    def _document(self) -> dict[str, Any]:
        told = sentences(self._select, self._iri)
        return {
            "resting": resting(self._select, self._iri, self._site.kinds),
            "sentences": told[:SENTENCES],
            "sentence_total": len(told),
        }

    def _reasons(self, found: Said) -> list[Any]:
        why = self._asked.why
        if why is None:
            return []
        if why >= len(found.facts) or not only_inferred(found.facts[why].graphs) or not self._site.rules:
            detail = f"No inferred fact of this page has the number {why}; the marks on it lead to those that there are"
            raise Problem(404, "not-found", "There is no such inferred fact", detail)
        fact = found.facts[why]
        triple = Triple(NamedNode(self._iri), NamedNode(fact.predicate), fact.object)
        return reasons(self._select, self._site.rules, [triple])

    def _embedded(self, found: Said) -> str:
        """What is said as JSON-LD; empty where that would be more than a page should carry."""
        if not found.whole or len(found.facts) * _SHORTEST > _EMBEDDED:
            return ""
        text = json.dumps(thing_jsonld(self._asker, self._iri, found.facts), ensure_ascii=False, separators=(",", ":"))
        return script_safe(text) if len(text) <= _EMBEDDED else ""

    def _paged(self, total: int, size: int, **parameter: str) -> Values:
        page, last = self._asked.page, -(-total // size)
        ways = {"previous": page - 1 if page > 1 else 0, "next": page + 1 if page < last else 0}
        query = {name: urlencode({**parameter, "page": n}, safe=":/") if n else "" for name, n in ways.items()}
        again = urlencode({**parameter, "page": page}, safe=":/")
        return {"total": total, "page": page, "pages": last, "ways": query, "again": again}

    def _check(self, total: int, size: int, what: str) -> None:
        last = -(-total // size)
        if not 1 <= self._asked.page <= last:
            detail = f"There are {total:,} {what}, on {last} page(s); page={self._asked.page} is none of them"
            raise Problem(404, "not-found", "There is no such page", detail)

    def _made(self, template: str, names: Mapping[str, str], arranging: Arranging | None, more: Values) -> Answer:
        presentation, kinds = self._site.presentation, arranging.kinds if arranging else []
        common = {
            "iri": self._iri,
            "title": names[self._iri],
            "address": self._address,
            "kinds": [thing(kind, {kind: presentation.label(kind)}) for kind in presentation.narrowest(kinds)],
            "formats": [(suffix, FORMATS[suffix]) for suffix in FORMATS if suffix != "html"],
            "names": names,
            "short": shortened,
            "term": presentation.name,
            "definition": presentation.definitions.get,
            "inverse": presentation.inverses.get,
            "explained": bool(self._site.rules),
            "again": "",
            "marks": {},
        }
        body = self._site.pages.render(template, common | more)
        return made("text/html; charset=utf-8", body, self._asker.seconds)


def _mentioned(refs: Sequence[Backlinks], differ: Sequence[Difference], document: Mapping[str, Any]) -> Iterator[str]:
    """The IRIs that the lists of a page have to call something."""
    for group in (*refs, *document.get("resting", ())):
        yield from (thing for thing, _ in group.things)
    for difference in differ:
        yield difference.decision
        for claim in difference.claims:
            yield from (claim.iri, claim.document, claim.modality)


def script_safe(text: str) -> str:
    """JSON that can stand inside a script element: it says the same, and ends nothing.

    Source: HTML Standard, section 4.12.1.3 (restrictions for contents of script elements).
    """
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _texts(found: Said, prop: str) -> list[str]:
    return [fact.object.value for fact in found.facts if fact.predicate == prop and hasattr(fact.object, "value")]
