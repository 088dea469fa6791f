"""Maps: points that lie in their countries, arcs that are great circles, and a word on borders."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from importlib.resources import files
from xml.etree.ElementTree import Element

import pytest

from defkg.views import reason
from defkg.views.geography import LAND, Point, great_circle, land, near, points, ring
from defkg.views.map import MOST_ARCS
from defkg.views.projection import Projection
from tests.views.pictures import SVG, Rows, columns, description, items, picture, row, shape, text, texts, thing

DATA = files("defkg.views") / "data"


def rows(*codes: str) -> Rows:
    return [{"c": thing(f"country/{code}"), "cLabel": text(code)} for code in codes]


def pairs(*codes: str) -> Rows:
    return [{"a": thing(f"country/{code[:3]}"), "b": thing(f"country/{code[3:]}")} for code in codes]


def dots(root: Element) -> dict[str, dict[str, float]]:
    return {name: shape(entry, "circle") for name, entry in items(root, "Countries").items()}


def on_land(point: Point) -> bool:
    """Whether a point is inside an odd number of outlines."""
    found = False
    for outline in land():
        for a, b in itertools.pairwise(outline):
            for east in (point.east - 360, point.east, point.east + 360):
                if (a.north > point.north) != (b.north > point.north):
                    share = (point.north - a.north) / (b.north - a.north)
                    found ^= east < a.east + share * (b.east - a.east)
    return found


def test_vendored_files_are_as_the_lock_says() -> None:
    lock = json.loads((DATA / "lock.json").read_text())
    assert {name.name for name in DATA.iterdir()} == {*lock, "lock.json"}
    for name, entry in lock.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["licence"]
        assert entry["package"] == "npm:world-atlas@2.0.2"


def test_points_are_on_land() -> None:
    large = "ARG AUS BRA CAN CHN DEU DZA EGY ETH FRA IDN IND IRN JPN KAZ MEX MNG NGA NZL RUS THA TUR USA ZAF".split()
    assert [code for code in large if not on_land(points()[code])] == []
    assert not on_land(Point(-30, 30))


def test_points_stand_to_each_other_as_their_countries_do() -> None:
    at = points()
    assert at["ISR"].east < at["IND"].east < at["THA"].east < at["BRN"].east < at["JPN"].east
    assert at["AUS"].north < 0 < at["BRN"].north < at["THA"].north < at["IND"].north < at["ISR"].north < at["JPN"].north
    assert all(-180 <= point.east <= 180 and -90 <= point.north <= 90 for point in at.values())
    assert len(at) > 230


def test_land_is_not_torn_where_the_day_begins() -> None:
    steps = [abs(b.east - a.east) for outline in land() for a, b in itertools.pairwise(outline) if abs(a.north) < 89]
    assert max(steps) < 20


def test_ring_runs_on_past_the_meridian_and_closes_at_the_pole() -> None:
    across = ring([[Point(179, 1), Point(-179, 1), Point(-179, 0), Point(179, 1)]], [0])
    assert [point.east for point in across] == [179, 181, 181, 179]
    around = ring([[Point(-180, -70), Point(-60, -70), Point(60, -70), Point(180, -70)]], [0])
    assert [point.north for point in around[-3:]] == [-90, -90, -70]
    assert ring([[Point(0, 0), Point(1, 0)], [Point(0, 0), Point(1, 0)]], [0, ~1])[-1] == Point(0, 0)


def test_dots_stand_where_the_points_are_and_grow_with_the_rows() -> None:
    found = dots(picture("map", rows("JPN", "JPN", "JPN", "JPN", "THA", "ISR")))
    assert list(found) == ["JPN: 4 rows", "ISR: 1 row", "THA: 1 row"]
    japan, israel, thai = found.values()
    share = (thai["cx"] - israel["cx"]) / (japan["cx"] - israel["cx"])
    at = points()
    assert share == pytest.approx((at["THA"].east - at["ISR"].east) / (at["JPN"].east - at["ISR"].east), abs=0.01)
    assert thai["cy"] > israel["cy"] > japan["cy"]
    assert japan["r"] > thai["r"] == israel["r"]


def test_picture_says_that_it_has_no_borders_and_counts() -> None:
    root = picture("map", rows("JPN", "JPN", "THA"))
    assert description(root).startswith("3 rows on a map: 2 countries; rows: JPN 2, THA 1.")
    assert "No political borders are drawn." in " ".join(texts(root))
    assert "No political borders are drawn." in description(root)
    assert {"JPN 2", "THA 1"} <= set(texts(root))


def test_country_without_a_point_and_row_without_country_are_said() -> None:
    answer = [*rows("JPN", "TUV"), row(x=thing("nothing"))]
    said = " ".join(texts(picture("map", answer, {"country": "c"})))
    assert "Not on this map: TUV." in said
    assert "1 row without a country." in said
    only = rows("TUV")
    assert reason("map", {}, columns(only), only, {}) == "the map has no point for TUV"


def test_two_columns_are_arcs_between_their_dots() -> None:
    root = picture("map", pairs("INDJPN", "JPNIND", "INDTHA"))
    arcs = items(root, "Pairs of countries")
    assert list(arcs) == ["id:country/IND – id:country/JPN: 2 rows", "id:country/IND – id:country/THA: 1 row"]
    path = next(arcs["id:country/IND – id:country/JPN: 2 rows"].iter(SVG + "path")).attrib["d"]
    found = dots(root)
    start, end = ([float(part) for part in place.split()] for place in (path[1:].split("L")[0], path.split("L")[-1]))
    assert start == pytest.approx([found["id:country/IND: 3 rows"][key] for key in ("cx", "cy")], abs=0.1)
    assert end == pytest.approx([found["id:country/JPN: 2 rows"][key] for key in ("cx", "cy")], abs=0.1)
    assert "IND – id:country/JPN 2" in " ".join(texts(root)).replace("id:country/IND", "IND")


def test_great_circle_is_the_shortest_way() -> None:
    way = great_circle(Point(0, 60), Point(180, 60))
    assert max(point.north for point in way) == pytest.approx(90, abs=2)
    equator = great_circle(Point(170, 0), Point(-170, 0))
    assert [point.east for point in equator] == sorted(point.east for point in equator)
    assert equator[-1].east == pytest.approx(190)
    assert all(math.hypot(b.east - a.east, b.north - a.north) < 4 for a, b in itertools.pairwise(equator))


def test_pacific_is_not_cut_in_two() -> None:
    found = dots(picture("map", rows("USA", "FJI", "NZL")))
    fiji, new_zealand, america = found["FJI: 1 row"], found["NZL: 1 row"], found["USA: 1 row"]
    assert new_zealand["cx"] < fiji["cx"] < america["cx"]
    assert fiji["cx"] - new_zealand["cx"] < 100


def test_all_countries_of_the_world_are_on_one_map() -> None:
    root = picture("map", rows(*points()))
    found = dots(root)
    assert len(found) == len(points())
    assert all(0 < dot["cx"] < 720 and 0 < dot["cy"] < 720 for dot in found.values())
    assert "No room for the names of:" in " ".join(texts(root))


def test_names_stand_over_no_other_name_and_no_dot() -> None:
    root = picture("map", rows("SGP", "MYS", "BRN", "THA", "VNM", "KHM", "LAO", "MMR", "IDN", "PHL"))
    names = [e for e in root.iter(SVG + "text") if e.get("class") == "halo"]
    boxes = [
        (float(e.attrib["x"]) - 18, float(e.attrib["y"]) - 11, float(e.attrib["x"]) + 18, float(e.attrib["y"]))
        for e in names
    ]
    circles = [(d["cx"] - 4, d["cy"] - 4, d["cx"] + 4, d["cy"] + 4) for d in dots(root).values()]
    assert len(boxes) > 7
    for one, other in [*itertools.combinations(boxes, 2), *itertools.product(boxes, circles)]:
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("east", [-170.0, 0.0, 179.0])
def test_window_holds_what_it_is_made_for(east: float) -> None:
    shown = [Point(near(east + turn, 0), north) for turn, north in ((0, -50), (40, 10), (70, 70))]
    window = Projection.around(shown, 720, 470, 320)
    places = [window.at(window.inside(point)) for point in shown]
    assert all(0 < x < 720 and 0 < y < window.height for x, y in places)
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert 319 < window.height < 471


def test_too_many_arcs_are_refused() -> None:
    codes = sorted(points())[:30]
    answer = pairs(*(a + b for a, b in itertools.combinations(codes, 2)))
    assert (
        reason("map", {}, columns(answer), answer, {}) == f"435 pairs are more than a map of {MOST_ARCS} arcs can show"
    )


def test_what_is_no_country_is_no_dot() -> None:
    answer: Rows = [{"c": thing("country/IND")}, {"c": thing("organisation/jcg")}]
    assert reason("map", {"country": "c"}, columns(answer), answer, {}) == "the column 'c' does not hold countries"


def test_land_is_the_published_file() -> None:
    assert json.loads((DATA / LAND).read_text())["type"] == "Topology"
