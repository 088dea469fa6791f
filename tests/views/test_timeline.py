"""Timelines: marks stand where their days are, and nothing undated is placed."""

from __future__ import annotations

import datetime
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from pyoxigraph import Literal

from defkg.dates import Bounds
from defkg.views import reason
from defkg.views.days import days, spoken, words
from defkg.views.lettering import breadth
from defkg.views.moments import MOST
from tests.views.pictures import (
    SVG,
    Rows,
    columns,
    description,
    items,
    number,
    picture,
    row,
    shape,
    text,
    texts,
    thing,
    typed,
)


def rows(*dates: str) -> Rows:
    return [{"event": thing(f"e/{n}"), "eventLabel": text(f"E{n}"), "date": Literal(d)} for n, d in enumerate(dates)]


def entries(root: Element) -> dict[str, Element]:
    return items(root, "Things by date")


def at(root: Element, day: str) -> float:
    """Where the axis of a picture has the beginning of a day, worked out from its first and last name of a year."""
    ticks = [e for e in root.iter(SVG + "text") if e.get("class") == "tick"]
    named = {datetime.date.fromisoformat((str(e.text) + "-01-01")[:10]): float(e.attrib["x"]) for e in ticks}
    first, last = min(named), max(named)
    share = (datetime.date.fromisoformat(day) - first) / (last - first)
    return named[first] + share * (named[last] - named[first])


def test_month_is_a_span_from_its_first_to_its_last_day() -> None:
    root = picture("timeline", rows("2018-06", "2012", "2025"))
    mark = shape(entries(root)["E0: 2018-06"], "rect")
    assert mark["x"] == pytest.approx(at(root, "2018-06-01"), abs=0.2)
    assert mark["x"] + mark["width"] == pytest.approx(at(root, "2018-07-01"), abs=0.2)


def test_day_is_a_dot_in_its_middle_and_a_year_a_span() -> None:
    root = picture("timeline", rows("2019-11-30", "2018", "2020"))
    assert shape(entries(root)["E0: 2019-11-30"], "circle")["cx"] == pytest.approx(
        at(root, "2019-11-30") + 0.2, abs=0.3
    )
    year = shape(entries(root)["E1: 2018"], "rect")
    assert year["x"] == pytest.approx(at(root, "2018-01-01"), abs=0.1)
    assert year["x"] + year["width"] == pytest.approx(at(root, "2019-01-01"), abs=0.2)


def test_dot_is_at_noon() -> None:
    root = picture("timeline", rows("2019-11-30"))
    assert shape(root, "circle")["cx"] == pytest.approx(at(root, "2019-11-30") + 0.47, abs=0.15)


def test_open_end_is_an_arrow_away_from_the_known_day() -> None:
    root = picture("timeline", rows("[..2025-11-05]", "2012-01-01", "2023-02-01/.."))
    before = next(iter(entries(root)["E0: on or before 2025-11-05"].iter(SVG + "path")), None)
    shafts = [
        e.attrib["d"] for e in entries(root)["E0: on or before 2025-11-05"].iter(SVG + "path") if "v14" in e.attrib["d"]
    ]
    known, tip = _ends(shafts[0])
    assert before is not None
    assert known == pytest.approx(at(root, "2025-11-06"), abs=0.2)
    assert tip < known
    after = [
        e.attrib["d"] for e in entries(root)["E2: on or after 2023-02-01"].iter(SVG + "path") if "v14" in e.attrib["d"]
    ]
    assert _ends(after[0])[1] > _ends(after[0])[0]


def _ends(shaft: str) -> tuple[float, float]:
    return float(shaft[1:].split()[0]), float(shaft.rpartition("H")[2])


def test_arrow_at_the_left_end_does_not_reach_the_labels() -> None:
    root = picture("timeline", rows("[..2012-01-01]"))
    shafts = [e.attrib["d"] for e in root.iter(SVG + "path") if "v14" in e.attrib["d"]]
    assert _ends(shafts[0])[1] > 290


def test_undated_rows_are_listed_last_and_have_no_mark() -> None:
    answer = [*rows("2018"), row(event=thing("e/x"), eventLabel=text("X"))]
    answer += [row(event=thing("e/y"), eventLabel=text("Y"), date=Literal("last spring"))]
    found = entries(picture("timeline", answer))
    assert list(found) == ["E0: 2018", "X: undated", "Y: undated: last spring"]
    for name in ("X: undated", "Y: undated: last spring"):
        assert not [e for e in found[name].iter() if "mark" in str(e.get("class"))]


def test_bounds_in_two_columns_are_enough() -> None:
    first, last = typed("2018-06-01", "date"), typed("2018-06-30", "date")
    answer: Rows = [
        {"event": thing("a"), "earliest": first, "latest": last},
        {"event": thing("b"), "latest": last},
        {"event": thing("c"), "earliest": last, "latest": first},
    ]
    assert list(entries(picture("timeline", answer))) == [
        "id:a: 2018-06",
        "id:b: on or before 2018-06-30",
        "id:c: undated",
    ]


def test_inferred_date_is_said_and_hollow() -> None:
    answer = [entry | {"basis": Literal("inferred")} for entry in rows("2018")] + rows("2019")
    root = picture("timeline", answer)
    inferred = next(entries(root)["E0: 2018, inferred"].iter(SVG + "rect"))
    stated = next(entries(root)["E0: 2019"].iter(SVG + "rect"))
    assert (inferred.get("fill"), stated.get("fill")) == ("none", "#14507a")
    assert "1 of them inferred" in description(root)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2018-06~", "about 2018-06"),
        ("2018?", "perhaps 2018"),
        ("2018-06-03%", "perhaps about 2018-06-03"),
        ("2018~/2020", "about 2018 to 2020"),
        ("2018/2020?", "2018 to perhaps 2020"),
        ("2018~/", "from about 2018 on"),
        ("/2018?", "until perhaps 2018"),
    ],
)
def test_date_that_is_about_or_perhaps_is_said_and_dashed(text: str, said: str) -> None:
    root = picture("timeline", [*rows("2019", "2017-03-01"), *rows(text)])
    doubted = [entry for name, entry in entries(root).items() if name == f"E0: {said}"]
    assert len(doubted) == 1
    assert all(e.get("stroke-dasharray") and e.get("class") == "mark hollow" for e in _marks(doubted[0])[:1])
    assert len([e for e in root.iter() if e.get("stroke-dasharray")]) == len(_marks(doubted[0]))
    assert "1 of them about or perhaps, drawn dashed" in description(root)


def _marks(entry: Element) -> list[Element]:
    return [e for e in entry.iter() if "mark" in str(e.get("class"))]


@pytest.mark.parametrize(
    ("text", "said"),
    [("[2010,2020]", "one of 2010, 2020"), ("{2010,2020}", "all of 2010, 2020"), ("[2010..2020]", "one of 2010..2020")],
)
def test_set_of_dates_is_listed_and_not_drawn(text: str, said: str) -> None:
    bounds = {"earliest": typed("2010-01-01", "date"), "latest": typed("2020-12-31", "date")}
    answer = [*(entry | bounds for entry in rows(text)), *rows("2022")]
    roles = {"when": "date", "from": "earliest", "to": "latest", "what": "event"}
    root = picture("timeline", answer, roles)
    assert list(entries(root)) == ["E0: 2022", f"E0: {said}"]
    assert _marks(entries(root)[f"E0: {said}"]) == []
    assert description(root) == (
        "2 rows on a timeline: 1 date from 2022-01-01 to 2022-12-31; 1 set of dates, listed last and not drawn."
    )


def test_inferred_set_of_dates_is_said_to_be_inferred() -> None:
    answer = [*(entry | {"basis": Literal("inferred")} for entry in rows("[2010,2020]")), *rows("2022")]
    assert "E0: one of 2010, 2020, inferred" in entries(picture("timeline", answer))


@pytest.mark.parametrize("text", ["2018/", "2018/..", "/2018", "../2018"])
def test_unknown_end_is_an_arrow_and_no_later_year(text: str) -> None:
    root = picture("timeline", rows(text))
    assert "1 of them open at one end" in description(root)
    ticks = {str(e.text)[:4] for e in root.iter(SVG + "text") if e.get("class") == "tick"}
    assert ticks == {"2018"}


def test_unspecified_digits_are_no_span() -> None:
    assert spoken(Literal("201X")) == "some time in 2010 to 2019"
    assert spoken(Literal("2018-XX")) == "some time in 2018"


def test_description_counts() -> None:
    answer = [*rows("2018-06", "[..2025-11-05]", "2012"), row(event=thing("e/x"), eventLabel=text("X"))]
    assert description(picture("timeline", answer)) == (
        "4 rows on a timeline: 3 dates from 2012-01-01 to 2025-11-05; "
        "1 of them open at one end; 1 undated, listed last."
    )


def test_rows_that_say_the_same_are_one_and_counted() -> None:
    answer = [entry | {"document": thing(f"d/{n}")} for n in range(3) for entry in rows("2018")]
    said = {"when": "date", "what": "event"}
    assert list(entries(picture("timeline", answer, said))) == ["E0: 2018 (3 rows)"]


def test_rows_stand_by_date_and_do_not_overlap() -> None:
    root = picture("timeline", rows("2020", "2012-05-01", "[..2015-01-01]", "2020-03"))
    assert list(entries(root)) == ["E1: 2012-05-01", "E2: on or before 2015-01-01", "E0: 2020", "E3: 2020-03"]
    lines = [e for e in root.iter(SVG + "text") if e.get("class") not in ("tick", "date")]
    heights = [float(e.attrib["y"]) for e in lines]
    assert all(b - a >= 17 for a, b in pairwise(heights))


@pytest.mark.parametrize(
    "dates", [("2018-05-01",), ("2017", "2018"), ("1900", "2025"), ("0001", "9999"), ("1990", "2024")]
)
def test_names_of_the_axis_do_not_overlap(dates: tuple[str, ...]) -> None:
    root = picture("timeline", rows(*dates))
    ticks = {float(e.attrib["x"]): str(e.text) for e in root.iter(SVG + "text") if e.get("class") == "tick"}
    assert len(ticks) > 1
    assert all(b - a >= breadth(ticks[a], 12) + 2 for a, b in pairwise(sorted(ticks)))


def test_no_date_no_timeline_and_too_many_neither() -> None:
    answer: Rows = [{"event": thing("a"), "date": Literal("soon")}]
    assert reason("timeline", {"what": "event"}, columns(answer), answer, {}) == "no column holds dates"
    many = rows(*["2018"] * (MOST + 1))
    assert reason("timeline", {}, columns(many), many, {}) == "201 dates are more than a timeline of 200 can show"


@pytest.mark.parametrize(
    ("term", "first", "last"),
    [
        (Literal("2018-06"), "2018-06-01", "2018-06-30"),
        (typed("2018-06-03Z", "date"), "2018-06-03", "2018-06-03"),
        (typed("2018-06-03T23:00:00+05:30", "dateTime"), "2018-06-03", "2018-06-03"),
        (typed("2018", "gYear"), "2018-01-01", "2018-12-31"),
        (typed("2018-02+01:00", "gYearMonth"), "2018-02-01", "2018-02-28"),
        (Literal("2018-06-01/2018-07-15"), "2018-06-01", "2018-07-15"),
    ],
)
def test_dates_of_every_type(term: Literal, first: str, last: str) -> None:
    assert days(term) == Bounds(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


@pytest.mark.parametrize(
    "term", [number(2018), text("2018"), Literal("2018-13"), Literal("2+2 Dialogue"), thing("2018"), None]
)
def test_what_is_no_date(term: Literal | None) -> None:
    assert days(term) is None


@pytest.mark.parametrize("said", ["2018", "2018-06", "2018-06-03", "2017 to 2018", "2018-06-01 to 2018-07-15"])
def test_words_say_what_the_bounds_are(said: str) -> None:
    first, _, last = said.partition(" to ")
    found = days(Literal(f"{first}/{last}" if last else first))
    assert found is not None
    assert words(found) == said


def test_date_stands_beside_its_label() -> None:
    assert {"2018-06", "E0"} <= set(texts(picture("timeline", rows("2018-06"))))
