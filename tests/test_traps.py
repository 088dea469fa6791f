"""The twelve traps that the bundled documents set: each check holds on the data, and fails once the trap is sprung."""

from __future__ import annotations

from collections.abc import Callable

from defkg.dataset import Dataset
from defkg.terms import ID

Broken = Callable[..., Dataset]
Rows = set[tuple[str, ...]]

PTI = "2025-12-09-pti-india-brunei-jwg"
BRUNEI = "undated-india-brunei-jwg"
ISRAEL = "2025-11-05-india-israel-jwg"
THAILAND = "2024-12-13-india-thailand-jwg"
JAPAN = "undated-india-japan-defence-cooperation"

TALKS = r"id:meeting\/india-thailand-talks-2024-12-12"
THAI_JWG = r"id:mechanism\/india-thailand-jwg"
JWG_17 = r"id:meeting\/india-israel-jwg-17"
JUNE_2018 = r"id:meeting\/india-japan-2-plus-2-dialogue-2018-06"
MINISTERIAL = r"id:mechanism\/india-japan-2-plus-2-ministerial-dialogue"
SUPPLIES = r"id:agreement\/india-japan-supplies-and-services-agreement"
MEMORANDUM = r"id:agreement\/india-japan-memorandum"
BRUNEI_1 = r"id:meeting\/india-brunei-jwg-1"
VISIT = r"id:visit\/poh-kui-choon"


def rows(data: Dataset, pattern: str) -> Rows:
    """The answers of a pattern, things by kind and key, columns in the order of their names."""
    found = data.select(f"SELECT DISTINCT * WHERE {{ {pattern} }}")
    return {tuple(str(getattr(row[name], "value", "")).removeprefix(ID) for name in sorted(row)) for row in found}


def test_leading_a_delegation_to_talks_is_not_co_chairing(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        led = data.ask(rf"ASK {{ id:official\/amitabh-prasad defkg:ledDelegationTo {TALKS} }}")
        return led and rows(data, r"id:official\/amitabh-prasad defkg:coChaired ?jwg") == {
            ("mechanism/india-brunei-jwg",)
        }

    role = r"id:participation\/meeting-india-thailand-talks-2024-12-12--amitabh-prasad--delegation-head"
    sprung = f"{role} defkg:coChairIn {TALKS} . {TALKS} defkg:meetingOf {THAI_JWG} ."
    assert right(closed)
    assert not right(broken(source=THAILAND, add=sprung))


def test_leading_a_delegation_at_a_meeting_is_not_co_chairing(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        led = rows(data, f"{JWG_17} defkg:meetingOf ?jwg . ?who defkg:ledDelegationTo {JWG_17}")
        nobody = not data.ask(r"ASK { ?who defkg:coChaired id:mechanism\/india-israel-jwg }")
        return nobody and led == {("mechanism/india-israel-jwg", "official/rajesh-kumar-singh")}

    role = r"id:participation\/meeting-india-israel-jwg-17--rajesh-kumar-singh--delegation-head"
    assert right(closed)
    assert not right(broken(source=ISRAEL, add=f"{role} defkg:coChairIn {JWG_17} ."))


def test_the_17th_is_a_meeting_on_or_before_the_day_of_the_article(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        groups = rows(data, r"?jwg a defkg:JointWorkingGroup ; defkg:hasParty id:country\/ISR")
        met = rows(data, f"{JWG_17} defkg:ordinal 17 ; defkg:meetingOf ?jwg ; defkg:latest ?last")
        dated = data.ask(f"ASK {{ {JWG_17} defkg:earliest ?day }}")
        return met == {("mechanism/india-israel-jwg", "2025-11-05")} and len(groups) == 1 and not dated

    group = r"id:mechanism\/india-israel-jwg-17 a defkg:JointWorkingGroup ; defkg:hasParty id:country\/ISR ."
    assert right(closed)
    assert not right(broken(source=ISRAEL, add=group))
    assert not right(broken(source=ISRAEL, add=f'{JWG_17} defkg:earliest "2025-11-05"^^xsd:date .'))


def test_a_month_and_a_short_year_are_no_day(closed: Dataset, broken: Broken) -> None:
    dates = {
        "meeting/india-japan-2-plus-2-dialogue-2018-06": "2018-06",
        "meeting/india-japan-defence-policy-dialogue-2018-06": "2018-06",
        "agreement/tokyo-declaration": "2014-09",
        "meeting/india-japan-business-forum-1": "2017-09",
        "visit/japanese-companies-2018-08": "2018-08",
        "meeting/india-japan-business-forum-2": "2019-02-23",
    }

    def right(data: Dataset) -> bool:
        found = rows(data, "?a defkg:date ?date")
        return {(thing, date) for thing, date in found if thing in dates} == set(dates.items())

    month, day = (f'{JUNE_2018} defkg:date "{date}" .' for date in ("2018-06", "2018-06-18"))
    assert right(closed)
    assert not right(broken(source=JAPAN, remove=month, add=day))


def test_the_2_plus_2_dialogue_is_not_the_ministerial_one(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        days = rows(data, f"?a defkg:meetingOf {MINISTERIAL} ; defkg:earliest ?day")
        first = rows(data, f"?a defkg:meetingOf {MINISTERIAL} ; defkg:ordinal 1")
        return first == {("meeting/india-japan-2-plus-2-ministerial-1",)} and min(d for _, d in days) == "2019-11-30"

    assert right(closed)
    assert not right(broken(source=JAPAN, add=f"{JUNE_2018} defkg:meetingOf {MINISTERIAL} ."))


def test_namesakes_stay_apart(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        said = rows(data, r"[] defkg:madeBy ?who ; defkg:evidencedBy id:passage\/2025-11-05-india-israel-jwg-s11")
        singhs = rows(data, '?a defkg:participant|defkg:madeBy ?b . ?b skos:prefLabel ?n FILTER(STRENDS(?n, " Singh"))')
        posts = rows(data, '[] defkg:inCapacityOf ?post . ?post skos:prefLabel ?n FILTER(CONTAINS(?n, "Deputy Perm"))')
        mous = rows(data, "?mou a defkg:MemorandumOfUnderstanding ; defkg:hasParty ?party")
        jwgs = rows(data, '?jwg a defkg:JointWorkingGroup ; skos:prefLabel ?n FILTER(CONTAINS(?n, " on Defence Coop"))')
        counts = (len({who for _, who, _ in singhs}), len(posts), len(mous), len(jwgs))
        return said == {("official/rajesh-kumar-singh",)} and counts == (3, 2, 4, 2)

    words = r"id:statement\/2025-11-05-india-israel-jwg-s11-industrial-partnerships"
    assert right(closed)
    assert not right(broken(source=ISRAEL, add=rf"{words} defkg:madeBy id:official\/rajnath-singh ."))
    assert not right(broken(source=THAILAND, add=r"id:agreement\/india-israel-mou defkg:hasParty id:country\/THA ."))


def test_maitree_is_not_shinyuu_maitri(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        maitree = rows(data, r"id:exercise\/maitree defkg:participatingService ?service")
        shinyuu = rows(data, r"id:exercise\/shinyuu-maitri defkg:participatingService ?service")
        armies = {("organisation/indian-army",), ("organisation/thai-army",)}
        return maitree == armies and shinyuu == {("organisation/indian-air-force",), ("organisation/jasdf",)}

    merged = r"id:exercise\/maitree defkg:participatingService id:organisation\/jasdf ."
    assert right(closed)
    assert not right(broken(source=JAPAN, add=merged))


def test_planned_sub_groups_are_no_joint_working_groups(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        groups = rows(data, "?jwg a defkg:JointWorkingGroup")
        met = rows(data, "?jwg a defkg:JointWorkingGroup FILTER EXISTS { [] defkg:meetingOf ?jwg }")
        return len(met) == 3 and groups - met == {("mechanism/india-thailand-jwg",)}

    cell = r"id:mechanism\/india-brunei-technical-cell a defkg:JointWorkingGroup ."
    assert right(closed)
    assert not right(broken(source=BRUNEI, add=cell))


def test_the_supplies_agreement_is_between_forces_and_its_wide_use_no_edges(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        parties = rows(data, f"{SUPPLIES} defkg:hasParty ?party")
        during = rows(data, f"[] defkg:operationalises {SUPPLIES} ; defkg:duringEvent ?event")
        forces = {("organisation/indian-armed-forces",), ("organisation/jsdf",)}
        return parties == forces and during == {("exercise-edition/milan-2022",)}

    use = r"id:operationalisation\/india-japan-supplies-and-services defkg:duringEvent id:exercise-edition\/jimex ."
    assert right(closed)
    assert not right(broken(source=JAPAN, add=rf"{SUPPLIES} defkg:hasParty id:country\/IND ."))
    assert not right(broken(source=JAPAN, add=use))


def test_the_place_of_a_meeting_is_no_party(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        return rows(data, f"{JWG_17} defkg:involves ?party") == {("country/IND",), ("country/ISR",)}

    assert right(closed)
    assert right(broken(source=ISRAEL, add=rf"{JWG_17} defkg:heldInCountry id:country\/JPN ."))
    assert not right(broken(source=ISRAEL, add=rf"{JWG_17} defkg:hasParty id:country\/JPN ."))


def test_an_uncertain_date_and_unnamed_signatories_are_left_open(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        dated = data.ask(f"ASK {{ {MEMORANDUM} (^defkg:signingOf|defkg:concludedAt)?/defkg:date ?date }}")
        signed = rows(data, "[] defkg:signed ?agreement")
        return signed == {("agreement/india-brunei-jwg-terms-of-reference",)} and not dated

    role = r"id:participation\/signing-india-israel-mou--rajesh-kumar-singh--signatory"
    signing = r"defkg:signatoryIn id:signing\/india-israel-mou ; defkg:participant id:official\/rajesh-kumar-singh"
    assert right(closed)
    assert not right(broken(source=JAPAN, add=f'{MEMORANDUM} defkg:date "2014-09" .'))
    assert not right(broken(source=ISRAEL, add=f"{role} {signing} ."))


def test_what_only_one_document_says_stays_in_its_graph(closed: Dataset, broken: Broken) -> None:
    def right(data: Dataset) -> bool:
        said = "defkg:date|defkg:earliest|defkg:latest|defkg:heldAt|defkg:ordinal|defkg:meetingOf"
        met = {source for _, source in rows(data, f"GRAPH ?source {{ {BRUNEI_1} {said} ?a }}")}
        stayed = rows(data, f"GRAPH ?source {{ {VISIT} defkg:duration ?a }}")
        return met == {f"source/{PTI}"} and stayed == {("P2D", f"source/{BRUNEI}")}

    assert right(closed)
    assert not right(broken(source=BRUNEI, add=rf"{BRUNEI_1} defkg:heldAt id:place\/new-delhi ."))
    assert not right(broken(source=PTI, add=f'{VISIT} defkg:duration "P2D"^^xsd:duration .'))
