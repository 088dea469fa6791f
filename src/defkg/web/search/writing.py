"""What the search found, as JSON, as CSV, and as the values that the template of its page asks for."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from io import StringIO

from defkg.engine import Problem
from defkg.index import MOST, Found, Index, kind_of
from defkg.web.search.finding import PAGE, Finding
from defkg.web.search.sought import Sought
from defkg.web.service import Site

CSV = "text/csv"
JSON = "application/json"


def tree(finding: Finding) -> bytes:
    """One page of what was found as JSON."""
    sought = finding.sought
    return json.dumps(
        {
            "query": sought.text,
            "kind": sought.kind,
            "total": finding.total,
            "page": sought.page,
            "pages": finding.pages,
            "complete": not finding.cut,
            "kinds": finding.kinds,
            "results": [result._asdict() for result in finding.results],
            "lists": [
                {"title": kind.title, "count": kind.count, "path": f"/id/{kind.name}/"} for kind in finding.lists
            ],
            "questions": [
                {"name": q.name, "title": q.title, "path": f"/questions/{q.name}"} for q in finding.questions
            ],
            "did_you_mean": finding.like or None,
        },
        ensure_ascii=False,
    ).encode()


def rows(index: Index, found: Iterable[Found]) -> bytes:
    """All that was found as CSV."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("iri", "label", "kind", "matched", "matched_is", "fit"))
    writer.writerows((one.iri, index.label(one.iri), kind_of(one.iri), *one[1:]) for one in found)
    return text.getvalue().encode()


def page_values(site: Site, sought: Sought, outcome: Finding | Problem) -> dict[str, object]:
    """What the template of the page asks for.

    Args:
        site: what is served.
        sought: what was looked for.
        outcome: what was found, or why nothing could be.
    """
    finding = outcome if isinstance(outcome, Finding) else None
    kinds = finding.kinds if finding else {}
    titles = {name: site.kinds[name].title if name in site.kinds else "Vocabulary and others" for name in kinds}
    return {
        "sought": sought,
        "problem": outcome if isinstance(outcome, Problem) else None,
        "found": finding,
        "kinds": sorted(
            ((titles[name], name, number) for name, number in kinds.items()), key=lambda one: (-one[2], one)
        ),
        "all": sum(kinds.values()),
        "first": (sought.page - 1) * PAGE + 1,
        "most": MOST,
        "near": bool(finding and finding.results and all(result.fit == "near" for result in finding.results)),
    }
