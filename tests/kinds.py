"""An address of each kind of page, for tests that look at all of them."""

from __future__ import annotations

PAGES = {
    "home": "/",
    "about": "/about",
    "quality": "/quality",
    "questions": "/questions/",
    "question": "/questions/jwgs-co-chaired-by",
    "question with a reason": "/questions/jwgs-co-chaired-by?why=1",
    "question without an answer": "/questions/jwgs-co-chaired-by?official=id:official/rajesh-kumar-singh",
    "question with a timeline": "/questions/timeline-of-country",
    "kinds": "/id/",
    "countries": "/id/country/",
    "topics": "/id/focus-area/",
    "statements": "/id/statement/",
    "documents": "/id/source/",
    "country": "/id/country/IND",
    "official": "/id/official/amitabh-prasad",
    "mechanism": "/id/mechanism/india-brunei-jwg",
    "agreement": "/id/agreement/india-israel-mou",
    "exercise": "/id/exercise/milan",
    "meeting": "/id/meeting/india-brunei-jwg-1",
    "topic": "/id/focus-area/maritime-security",
    "document": "/id/source/2025-12-09-pti-india-brunei-jwg",
    "passage": "/id/passage/2025-12-09-pti-india-brunei-jwg-s2",
    "participation": "/id/participation/meeting-india-brunei-jwg-1--amitabh-prasad--co-chair",
    "neighbourhood": "/id/official/amitabh-prasad?neighbours=1",
    "fact with its reason": "/id/official/amitabh-prasad?why=1",
    "values of a property": "/id/country/IND?property=defkg:partyTo",
    "what refers by a property": "/id/country/IND?from=defkg:hasParty",
    "what rests on a document": "/id/source/2025-12-09-pti-india-brunei-jwg?rests=statement",
    "between": "/between/",
    "matrix": "/between/?by=topic&country=IND",
    "pair": "/between/IND/BRN",
    "timeline": "/timeline",
    "timeline of a country": "/timeline?country=BRN&precision=day",
    "search": "/search?q=brunei",
    "search without a hit": "/search?q=zzzzzz",
    "editor": "/sparql",
    "results": "/sparql?query=SELECT+%3Fm+%3Fd+WHERE+%7B+%3Fm+a+defkg%3AMeeting+%3B+defkg%3Adate+%3Fd+%7D",
    "wrong query": "/sparql?query=SELECT+%3Fm+WHERE",
    "vocabulary": "/ontology",
    "uses of terms": "/ontology/uses",
    "alignments": "/ontology/alignments",
    "shapes": "/shapes",
    "graph": "/graph/registry",
    "api": "/api/",
    "in numbers": "/void",
    "dumps": "/dumps/",
    "types of problems": "/problem/",
    "wrong parameter": "/timeline?from=zz",
    "unknown page": "/nothing-here",
    "unknown thing": "/id/official/amitab-prasad",
}
EDITOR = {"editor", "results", "wrong query"}
"""Pages that may carry the editor's files."""

WRONG = {"wrong query": 400, "wrong parameter": 400, "unknown page": 404, "unknown thing": 404}
"""Pages whose status is not 200."""

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
"""What Chromium asks a page with."""
