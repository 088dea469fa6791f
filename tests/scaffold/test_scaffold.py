"""Blocks in Turtle files, what names mean, and what a document says."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from defkg.dataset import Dataset
from defkg.layout import format_turtle
from defkg.project import Project, ProjectError
from defkg.scaffold import names
from defkg.scaffold.block import Block, named, string, thing, words
from defkg.scaffold.catalogue import Catalogue, Unclear
from defkg.scaffold.document import read_copy, slug_of
from defkg.scaffold.draft import Draft
from defkg.scaffold.page import put
from defkg.scaffold.parties import complete, country, pair, party, relationship
from defkg.scaffold.said import Said, date, day, passages
from defkg.scaffold.taking_part import part
from defkg.terms import ID, PREFIXES
from tests.conftest import ROOT

HEAD = f"@prefix id: <{PREFIXES['id']}> .\n@prefix skos: <{PREFIXES['skos']}> .\n"
D1 = ID + "source/2025-12-09-pti-india-brunei-jwg"


@pytest.fixture(scope="module")
def catalogue(dataset: Dataset) -> Catalogue:
    return Catalogue(dataset)


def place(key: str) -> Block:
    return Block(named("place", key), [("skos:prefLabel", [words(key)])])


def order(text: str) -> list[str]:
    return [line.split()[0].removeprefix("id:place\\/") for line in text.splitlines() if line.startswith("id:place")]


class TestBlock:
    def test_terms_mean_what_was_said(self) -> None:
        text = 'a "quoted" \\ word – ü'
        block = Block(named("x", "y(z)"), [("skos:prefLabel", [words(text)]), ("skos:note", [string(text)]), ("a", [])])
        one, two = [quad.triple for quad in parse(HEAD + block.turtle(), format=RdfFormat.TURTLE)]
        assert one.subject.value == ID + "x/y(z)"
        assert one.object.value == two.object.value == text

    def test_prefixes_are_those_of_its_terms(self) -> None:
        facts = [("a", ["defkg:Place"]), ("dcterms:issued", ['"2026-01-01"^^xsd:date']), ("oa:start", [])]
        assert Block(named("place", "x"), facts).prefixes() == {"id", "defkg", "dcterms", "xsd"} - {"a"}

    def test_foreign_iri_stands_in_brackets(self) -> None:
        assert thing("http://example.org/x") == "<http://example.org/x>"


class TestPage:
    SORTED = HEAD + "\n# Places.\n\n# the first\nid:place\\/b a id:x . # b\n\nid:place\\/d a id:x .\n"

    @pytest.mark.parametrize(
        ("key", "result"), [("a", ["a", "b", "d"]), ("c", ["b", "c", "d"]), ("e", ["b", "d", "e"])]
    )
    def test_block_goes_to_its_place_in_a_sorted_file(self, key: str, result: list[str]) -> None:
        assert order(put(self.SORTED, [place(key)], "x.ttl")) == result

    def test_comments_stay_with_what_they_are_about(self) -> None:
        text = put(put(self.SORTED, [place("a")], "x.ttl"), [place("c")], "x.ttl")
        assert "# the first\nid:place\\/b a id:x . # b\n" in text
        assert text.index("# Places.") < text.index("id:place\\/a") < text.index("# the first")

    def test_block_goes_to_the_end_of_a_file_that_is_not_sorted(self) -> None:
        text = HEAD + "id:place\\/d a id:x .\nid:place\\/b a id:x .\n# the end\n"
        assert order(put(text, [place("c")], "x.ttl")) == ["d", "b", "c"]

    def test_facts_of_a_document_stand_before_its_passages(self) -> None:
        text = HEAD + "id:source\\/s a id:x .\n\n# Passages.\n\nid:passage\\/s a id:x .\n\nid:selector\\/s a id:x .\n"
        result = put(text, [place("a"), place("b")], "x.ttl")
        assert result.index("source") < result.index("place\\/a") < result.index("place\\/b") < result.index("# Pass")

    def test_nested_statements_and_old_directives_are_seen_whole(self) -> None:
        text = f"PREFIX id: <{PREFIXES['id']}>\nid:place\\/b a [ a id:x ; id:y ( 1.5 2 ) ] .\nid:place\\/d a id:x ."
        result = put(text, [place("c")], "x.ttl")
        assert order(format_turtle(result)) == ["b", "c", "d"]

    def test_prefix_that_is_missing_is_added(self) -> None:
        result = put(f"@prefix id: <{PREFIXES['id']}> .\n\nid:place\\/b a id:x .\n", [place("c")], "x.ttl")
        assert result.startswith(HEAD)

    def test_prefix_of_another_namespace_is_refused(self) -> None:
        with pytest.raises(ProjectError, match=r"x\.ttl uses the prefix skos:"):
            put("@prefix skos: <http://example.org/> .\n", [place("c")], "x.ttl")

    def test_all_else_stays(self) -> None:
        text = (ROOT / "data/registry/places.ttl").read_text()
        result = put(text, [place("mumbai")], "places.ttl")
        assert result.replace(f"\n{place('mumbai').turtle()}\n", "") == text
        assert format_turtle(result) == result


class TestCatalogue:
    @pytest.mark.parametrize(
        "text",
        [
            "Amitabh Prasad",
            "amitabh prasad",
            "amitabh-prasad",
            "id:official/amitabh-prasad",
            f"<{ID}official/amitabh-prasad>",
        ],
    )
    def test_thing_is_found_by_label_key_and_iri(self, catalogue: Catalogue, text: str) -> None:
        assert catalogue.find(text, "Official") == ID + "official/amitabh-prasad"

    def test_thing_is_found_by_alias_and_by_a_class_above_its_own(self, catalogue: Catalogue) -> None:
        assert catalogue.find("JWG-DETC", "Mechanism") == ID + "mechanism/india-japan-jwg-detc"

    @pytest.mark.parametrize(
        ("text", "kind", "said"),
        [
            ("Amitab Prasad", "Official", "did you mean 'Amitabh Prasad'"),
            ("id:official/nobody", "Official", "nothing has a name like it"),
            ("Amitabh Prasad", "Place", "no Place called"),
            ("<no iri> } #", "Official", "no Official called"),
        ],
    )
    def test_what_is_not_there_is_said_with_what_is_near(
        self, catalogue: Catalogue, text: str, kind: str, said: str
    ) -> None:
        with pytest.raises(Unclear, match=said):
            catalogue.find(text, kind)

    def test_name_of_several_things_is_not_taken(self, tmp_path: Path, project: Project) -> None:
        twin = tmp_path / "twin.ttl"
        twin.write_text(
            "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("id", "defkg", "skos"))
            + 'id:official\\/x a defkg:Official ; skos:altLabel "Rajnath Singh"@en .'
        )
        with pytest.raises(Unclear, match="several things: id:official/rajnath-singh, id:official/x"):
            Catalogue(Dataset.load(Project(project.root, (twin,)))).find("Rajnath Singh", "Official")

    def test_things_of_other_parties_are_not_near(self, catalogue: Catalogue) -> None:
        name, india = "Ministry of Defence", [ID + "country/IND"]
        assert len(catalogue.alike(name, "Organisation")) == 3
        assert catalogue.alike(name, "Organisation", india) == [ID + "organisation/ministry-of-defence-india"]

    def test_classes_and_modalities_come_from_the_graph(self, catalogue: Catalogue) -> None:
        assert catalogue.classes("Statement") == {
            "Affirmation": "Affirmation",
            "Assessment": "Assessment",
            "Statement": "Statement",
        }
        assert "under-exploration" in catalogue.modalities()


class TestParties:
    @pytest.mark.parametrize("text", ["VNM", "vn", "Vietnam", "viet nam", "id:country/VNM"])
    def test_country_that_the_registry_lacks_comes_from_iso(self, catalogue: Catalogue, text: str) -> None:
        assert country(catalogue, text) == ID + "country/VNM"

    def test_country_of_the_registry_is_known_by_its_own_name(self, catalogue: Catalogue) -> None:
        assert country(catalogue, "Brunei") == country(catalogue, "Brunei Darussalam") == ID + "country/BRN"

    def test_country_that_is_none_is_said_with_what_is_near(self, catalogue: Catalogue) -> None:
        with pytest.raises(Unclear, match="did you mean 'Russian Federation'"):
            country(catalogue, "Russia")

    def test_party_may_be_an_organisation(self, catalogue: Catalogue) -> None:
        assert party(catalogue, "JSDF") == ID + "organisation/jsdf"
        assert party(catalogue, "Peru") == ID + "country/PER"

    def test_relationship_is_that_of_two_countries_sorted(self, catalogue: Catalogue) -> None:
        forces = [ID + "organisation/jsdf", ID + "organisation/indian-armed-forces"]
        assert relationship(catalogue, forces) == ID + "relationship/IND-JPN"
        assert relationship(catalogue, [*forces, ID + "country/BRN"]) is None
        assert pair(catalogue, "VNM-IND") == ID + "relationship/IND-VNM"
        for code in ("AUS", "BRN", "CHL", "DNK", "PER", "THA", "VNM", "ZWE"):
            both = [ID + "country/JPN", f"{ID}country/{code}"]
            assert relationship(catalogue, both) == f"{ID}relationship/{'-'.join(sorted(('JPN', code)))}"
        with pytest.raises(ProjectError, match="no pair"):
            pair(catalogue, "IND")

    def test_new_country_and_relationship_are_described_with_what_names_them(
        self, catalogue: Catalogue, dataset: Dataset, project: Project
    ) -> None:
        draft = Draft(project, dataset)
        block = Block(named("x", "y"), [("defkg:inRelationship", [thing(ID + "relationship/IND-VNM")])])
        draft.add("data/registry/mechanisms.ttl", block)
        complete(catalogue, draft)
        text = "\n".join(block.turtle() for _, block in draft.blocks)
        assert '"India–Vietnam defence relationship"@en' in text
        assert 'id:country\\/VNM a defkg:Country ;\n    skos:prefLabel "Vietnam"@en ;' in text
        assert "country\\/IND a" not in text


class TestSaid:
    @pytest.mark.parametrize(
        ("text", "numbers"), [("s2,s3", "23"), ("S3 s2", "23"), ("2-4", "234"), ("s2-s4, 3", "234"), ("5", "5")]
    )
    def test_passages_by_locators(self, catalogue: Catalogue, text: str, numbers: str) -> None:
        assert [iri[-1] for iri in passages(catalogue, D1, text)] == list(numbers)

    @pytest.mark.parametrize(
        ("text", "said"), [("s12", "has no sentence s12: it has s1 to s11"), ("", "is no sentence")]
    )
    def test_locator_that_is_none_is_said(self, catalogue: Catalogue, text: str, said: str) -> None:
        with pytest.raises(ProjectError, match=said):
            passages(catalogue, D1, text)

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("2026-02", ["2026-02-01", "2026-02-28", '"month"']),
            ("[..2026-02-03]", ["2026-02-03", '"bounded"']),
            ("2026-02/2026-03", ["2026-02-01", "2026-03-31", '"bounded"']),
        ],
    )
    def test_date_has_its_bounds_and_precision(self, text: str, lines: list[str]) -> None:
        facts = dict(Said(D1, date=date(text)).facts())
        written = " ".join(o for objects in facts.values() for o in objects)
        assert all(line in written for line in lines)
        assert ("defkg:earliest" in facts) == (len(lines) > 1 and lines[0].endswith("01"))
        assert facts["defkg:dateBasis"] == []

    def test_date_that_is_none_is_refused(self) -> None:
        with pytest.raises(ProjectError, match="no date"):
            date("2026-02-30")
        with pytest.raises(ProjectError, match="no day"):
            day("2026-02")


class TestPart:
    PARTIES = (ID + "country/IND", ID + "country/BRN")

    def test_party_follows_from_the_post(self, catalogue: Catalogue) -> None:
        found = part(catalogue, "co-chair", "Amitabh Prasad=Joint Secretary#s6", self.PARTIES, D1)
        assert (found.post, found.party) == (ID + "post/joint-secretary-india", ID + "country/IND")
        assert found.evidence == [ID + "passage/2025-12-09-pti-india-brunei-jwg-s6"]

    def test_party_of_a_post_that_is_none_of_the_parties_does_not_count(self, catalogue: Catalogue) -> None:
        assert part(catalogue, "co-chair", "Amitabh Prasad=Joint Secretary", self.PARTIES[1:], D1).party is None

    def test_party_that_is_named_counts(self, catalogue: Catalogue) -> None:
        assert part(catalogue, "visitor", "Poh Kui Choon @ Brunei", self.PARTIES, D1).party == self.PARTIES[1]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("=Joint Secretary", "does not say who"),
            ("Amitabh Prasad=Joint Secretari", "did you mean 'Joint Secretary'"),
            ("Nobody Known", "no Official called"),
        ],
    )
    def test_what_is_not_there_is_said(self, catalogue: Catalogue, text: str, said: str) -> None:
        with pytest.raises(ProjectError, match=said):
            part(catalogue, "co-chair", text, self.PARTIES, D1)

    def test_participation_is_named_by_event_person_and_role(self, catalogue: Catalogue) -> None:
        found = part(catalogue, "co-chair", "Amitabh Prasad", self.PARTIES, D1)
        iri = ID + "participation/meeting-x-1--amitabh-prasad--co-chair"
        assert found.block(ID + "meeting/x-1", []).subject == iri


class TestDocument:
    def test_slug_of_day_and_first_words(self) -> None:
        assert slug_of("2026-03-04", "report-on-the-india-vietnam-talks") == "2026-03-04-india-vietnam-talks"
        assert slug_of("", "the-report") == "undated-the-report"

    @pytest.mark.parametrize(("content", "said"), [(b"caf\xe9", "not UTF-8 at byte 3"), (b" \n", "no sentence")])
    def test_copy_that_cannot_be_used_is_said(self, tmp_path: Path, content: bytes, said: str) -> None:
        (tmp_path / "copy.txt").write_bytes(content)
        with pytest.raises(ProjectError, match=said):
            read_copy(tmp_path / "copy.txt")
        with pytest.raises(ProjectError, match="cannot be read"):
            read_copy(tmp_path / "nowhere.txt")


class TestNames:
    @pytest.mark.parametrize(
        ("check", "good", "bad"),
        [
            (names.url, "https://example.org/a?b=c", "example.org"),
            (names.url, "https://example.org/", "https://[x"),
            (names.url, "https://example.org/", "https://x/> <y> <z"),
            (names.duration, "P2D", "P"),
            (names.duration, "PT3H", "2 days"),
            (names.number, "17", "0"),
            (names.yes_or_no, "no", "perhaps"),
            (names.person, "Rajesh Singh", "Shri Rajesh Singh"),
            (names.label, "A–B", "A\nB"),
            (names.line, "x", " "),
        ],
    )
    def test_what_was_typed_is_checked(self, check: object, good: str, bad: str) -> None:
        assert callable(check)
        check(good)
        with pytest.raises(ProjectError):
            check(bad)

    def test_honorific_is_told_with_the_flag_for_it(self) -> None:
        with pytest.raises(ProjectError, match=r"'Lt Gen' is no part .* write 'A Singh', and --honorific 'Lt Gen'"):
            names.person("Lt Gen A Singh")
