"""The timeline: its filters, its picture, what is undated, and CSV, by a server."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.server import Server, server

HTML = {"Accept": "text/html"}
DIFFERENT = """
@prefix d: <https://w3id.org/defkg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:c> a d:Country ; skos:prefLabel "</option><script>alert(1)</script>" .
<https://w3id.org/defkg/id/source/a> { <urn:m> a d:Event ; d:hasParty <urn:c> ; d:date "2019" ; d:dateBasis "stated" ;
    d:earliest "2019-01-01"^^xsd:date ; d:latest "2019-12-31"^^xsd:date . }
<https://w3id.org/defkg/id/source/b> { <urn:m> a d:Event ; d:date "2020-05-01" ; d:dateBasis "inferred" ;
    d:earliest "2020-05-01"^^xsd:date ; d:latest "2020-05-01"^^xsd:date . }
<urn:m> a d:Event ; d:hasParty <urn:c> ; skos:prefLabel "A <b>bold</b> meeting" ; d:date "2019", "2020-05-01" ;
    d:dateBasis "stated", "inferred" ; d:earliest "2019-01-01"^^xsd:date, "2020-05-01"^^xsd:date ;
    d:latest "2019-12-31"^^xsd:date, "2020-05-01"^^xsd:date .
<urn:after> a d:Event ; skos:prefLabel "Later" ; d:date "[2021-01-01..]" ; d:earliest "2021-01-01"^^xsd:date .
<urn:odd> a d:Event ; skos:prefLabel "Odd" ; d:date "some time" .
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server("--no-check") as started:
        yield started


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("small") / "small.trig"
    path.write_text(DIFFERENT, encoding="utf-8")
    with server(path) as started:
        yield started


@pytest.fixture(scope="module")
def decades(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("decades") / "decades.ttl"
    spans = [*((year, year) for year in range(1950, 1999)), (1951, 1953), (1958, 1962)]
    path.write_text(
        "@prefix d: <https://w3id.org/defkg/ontology#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        + "".join(
            f'<urn:{first}-{last}> a d:Event ; d:date "{first}/{last}" ; d:earliest "{first}-01-01"^^xsd:date ; '
            f'd:latest "{last}-12-31"^^xsd:date .\n'
            for first, last in spans
        ),
        encoding="utf-8",
    )
    with server(path) as started:
        yield started


class Options(HTMLParser):
    """The options of each field of a form, by what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str]] = {}
        self._field = self._value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "select":
            self._field = given.get("id") or ""
        if tag == "option":
            self._value = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._value:
            self.fields.setdefault(self._field, {})[self._value] = data.strip()

    def handle_endtag(self, tag: str) -> None:
        self._value = "" if tag == "option" else self._value


def page(running: Server, query: str = "", status: int = 200) -> str:
    response = running.client.get(f"{running.address}/timeline{query}", headers=HTML)
    assert response.status_code == status, response.text[:500]
    assert len(response.content) < 100_000
    return response.text


def options(html: str, field: str) -> dict[str, str]:
    parser = Options()
    parser.feed(html)
    return parser.fields[field]


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(running: Server, query: str = "") -> list[dict[str, str]]:
    response = running.client.get(f"{running.address}/timeline.csv{query}")
    assert response.status_code == 200, response.text[:500]
    return list(csv.DictReader(io.StringIO(response.text)))


def keys(found: list[dict[str, str]]) -> list[str]:
    return [row["thing"].rpartition("/id/")[2] for row in found]


def test_dated_things_come_by_their_first_day_with_the_precision_stated(running: Server) -> None:
    found = [row for row in rows(running) if row["date"]]
    days = [row["earliest"] or row["latest"] for row in found]
    assert days == sorted(days)
    dates = {key: row["date"] for key, row in zip(keys(found), found, strict=True)}
    assert dates["signing/india-thailand-mou"] == "2012"
    assert dates["agreement/tokyo-declaration"] == "2014-09"
    assert dates["signing/india-israel-mou"] == "[..2025-11-05]"
    assert f"{len(found)} dated things" in text(page(running))


def test_a_span_is_a_bar_an_open_end_an_arrow_and_an_inferred_date_hollow(running: Server) -> None:
    html = page(running)

    def drawn(name: str) -> str:
        return next(part for part in html.split('role="listitem"') if f"{name}" in part.partition("</title>")[0])

    assert "<rect" in drawn("Tokyo Declaration")
    assert "<circle" in drawn("First 2+2 Ministerial Dialogue")
    assert "mark hollow" in drawn("MILAN 2022: 2022, inferred")
    assert "mark hollow" not in drawn("Tokyo Declaration")
    bounded = drawn("17th meeting of the India–Israel")
    assert "<path" in bounded
    assert "<circle" not in bounded
    assert "on or before 2025-11-05" in bounded


def test_undated_things_are_listed_with_words(running: Server) -> None:
    html = page(running)
    below = text(html[html.index('<h2 id="undated">') :])
    assert below.startswith("No date stated")
    for name in (
        "MAITREE, a recent edition",
        "Visit of Poh Kui Choon",
        "Memorandum of Defence Cooperation and Exchanges",
    ):
        assert name in below
    assert "Agreement on Defence Equipment" not in below, "it is dated by the meeting that concluded it"
    undated = [key for key, row in zip(keys(rows(running)), rows(running), strict=True) if not row["date"]]
    assert "exercise-edition/maitree-recent" in undated
    assert '<h2 id="undated">' not in page(running, "?precision=day")


def test_filters_combine(running: Server) -> None:
    found = keys(rows(running, "?country=JPN&class=Meeting&from=2018&to=2018"))
    assert sorted(found) == [
        "meeting/india-japan-2-plus-2-dialogue-2018-06",
        "meeting/india-japan-defence-policy-dialogue-2018-06",
    ]
    assert keys(rows(running, "?country=THA&precision=year")) == ["signing/india-thailand-mou"]
    assert keys(rows(running, "?topic=maritime-security&country=BRN")) == ["meeting/india-brunei-jwg-1"]
    assert set(keys(rows(running, "?country=IND&country=THA"))) == set(keys(rows(running, "?country=THA")))
    assert rows(running, "?country=BRN&country=THA") == []
    assert rows(running, "?country=id:country/THA") == rows(running, "?country=tha")


def test_what_is_on_or_before_a_day_may_lie_in_earlier_years(running: Server) -> None:
    found = keys(rows(running, "?to=2012"))
    assert "signing/india-thailand-mou" in found
    assert "signing/india-israel-mou" in found
    assert "meeting/india-brunei-jwg-1" not in found
    assert "may lie in these years" in text(page(running, "?to=2012"))
    assert "signing/india-thailand-mou" in keys(rows(running, "?from=2012&to=2012"))
    assert "signing/india-thailand-mou" not in keys(rows(running, "?from=2013"))


def test_a_document_shows_what_it_speaks_of(running: Server) -> None:
    found = keys(rows(running, "?document=2025-11-05-india-israel-jwg"))
    assert "meeting/india-israel-jwg-17" in found
    assert not [key for key in found if "japan" in key]


def test_each_choice_is_counted_under_the_other_filters(running: Server) -> None:
    free, narrowed = page(running), page(running, "?class=Meeting&country=JPN")
    assert options(free, "t-class")["Meeting"] == "Meeting (14)"
    assert options(narrowed, "t-country")["BRN"] == "Brunei (1)"
    assert options(narrowed, "t-class")["Visit"] == "Visit (1)"
    for value, label in options(narrowed, "t-class").items():
        count = sum(1 for row in rows(running, f"?class={value}&country=JPN") if row["date"])
        assert label.endswith(f"({count})"), value


def test_a_filter_can_be_taken_away_again(running: Server) -> None:
    html = page(running, "?class=Meeting&country=JPN&from=2018&to=2019")
    assert 'href="/timeline?country=JPN&amp;from=2018&amp;to=2019"' in html
    assert 'href="/timeline?country=JPN&amp;class=Meeting&amp;to=2019"' in html
    assert 'href="/timeline?country=JPN&amp;class=Meeting&amp;from=2018&amp;to=2018"' in html


def test_nothing_that_fits_is_no_denial(running: Server) -> None:
    assert "Nothing dated fits these filters in this graph. That is not a denial." in text(
        page(running, "?from=1000&to=1001&class=Visit")
    )
    assert "There is no page 7" in text(page(running, "?page=7"))


REFUSED = """page=0 page=-1 page=1000000000 from=abc from=2020&to=2019 from=2019&from=2020 from=%D9%A1 class=%00
precision=hour class=a%20b%3E class=%ff topic=%3Cx document=%22%3E country=A&country=B&country=C&country=D"""


@pytest.mark.parametrize("query", [*REFUSED.split(), f"topic={'a' * 2000}"])
def test_what_is_no_filter_is_refused(running: Server, query: str) -> None:
    assert running.client.get(f"{running.address}/timeline?{query}", headers=HTML).status_code == 400


def test_unknown_parameters_are_passed_over_on_the_page_and_refused_of_the_table(running: Server) -> None:
    assert page(running, "?country=THA&utm_source=x") == page(running, "?country=THA")
    assert running.client.get(f"{running.address}/timeline.csv?utm_source=x").status_code == 400


def test_each_year_counts_what_its_link_lists(running: Server, small: Server) -> None:
    for served, query in ((running, ""), (running, "?country=JPN"), (small, "")):
        nav = re.search(r'<nav class="years".*?</nav>', page(served, query), re.DOTALL)
        assert nav
        years = re.findall(r'<a href="/timeline([^"]+)"[^>]*>\d+</a><small> (\d+)', nav[0])
        assert len(years) > 2
        for address, count in years:
            assert len({row["thing"] for row in rows(served, address.replace("&amp;", "&"))}) == int(count), address
    assert "is counted in each" in text(page(running))


def test_decades_count_what_their_links_list(decades: Server) -> None:
    nav = re.search(r'<nav class="years".*?</nav>', page(decades), re.DOTALL)
    assert nav
    tens = re.findall(r'<a href="/timeline([^"]+)"[^>]*>\d+s</a><small> (\d+)', nav[0])
    assert len(tens) == 5
    for address, count in tens:
        assert len(rows(decades, address.replace("&amp;", "&"))) == int(count), address


def test_an_unknown_thing_fits_nothing_and_is_shown_inert(running: Server) -> None:
    html = page(running, "?topic=javascript:alert(1)&country=nowhere'")
    assert "Nothing dated fits" in html
    assert 'href="javascript' not in html


def test_formats_and_methods(running: Server) -> None:
    by_accept = running.client.get(f"{running.address}/timeline", headers={"Accept": "text/csv"})
    assert by_accept.headers["content-type"].startswith("text/csv")
    assert running.client.get(f"{running.address}/timeline", headers={"Accept": "image/png"}).status_code == 406
    assert running.client.post(f"{running.address}/timeline").status_code == 405
    moved = running.client.get(f"{running.address}/timeline/?country=IND")
    assert (moved.status_code, moved.headers["location"]) == (308, "/timeline?country=IND")


def test_documents_that_differ_on_a_date_both_stand(small: Server) -> None:
    html = page(small)
    row = next(part for part in html.split("<tr>") if "bold" in part and 'class="when"' in part)
    dates = text(row.partition("</td>")[0])
    assert dates.endswith("2019 [1] 2020-05-01, inferred [2]")
    both = [(row["date"], row["basis"], row["sources"][-1]) for row in rows(small) if row["thing"] == "urn:m"]
    assert both == [("2019", "stated", "a"), ("2020-05-01", "inferred", "b")]


def test_odd_dates_and_labels_do_no_harm(small: Server) -> None:
    html = page(small)
    assert "<script>alert" not in html
    assert "<b>bold" not in html
    assert "on or after 2021-01-01" in html
    assert "some time" in html
