"""The record stands as its sources have it: who spoke, when, how well it is attested, and what follows for a case.

What is expected here was written by hand from the sources, not taken from the tables.
"""

import csv
import math
from collections import Counter
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from helpers import facts, rules
from helpers.check import tables

LIBRARY = facts.library()


def record(table: str) -> list[tables.Row]:
    return [row for row in LIBRARY.rows[table] if row["layer"] == "record"]


# Sources: who may be linked, who is cited by name alone, and who speaks only for a state.

STATE = {"s23", "s25", "s29", "s97", "s113", "s117", "s156", "s229", "s246"}
COPIES = {"s02", "s07", "s08", "s09", "s10", "s11", "s12", "s30", "s37", "s38", "s50", "s56", "s66"} | {
    *("s125", "s129", "s134", "s142", "s145", "s146", "s155", "s173", "s178", "s211", "s225")
}


@pytest.mark.parametrize("row", record("sources"), ids=lambda row: row["id"])
def test_a_source_is_linked_only_where_it_may_be(row: tables.Row) -> None:
    expected = "state" if row["id"] in STATE else "outlet" if row["id"] in COPIES else "link"
    assert row["cite"] == expected
    assert bool(row["url"]) == (expected == "link")
    assert not row["url"] or row["url"].startswith(("https://", "http://"))
    assert (row["kind"] == "state media") == (row["id"] in STATE)
    assert (row["kind"] == "copy") == (row["id"] in COPIES)


def test_a_state_outlet_and_a_copy_say_what_they_are() -> None:
    for row in record("sources"):
        if row["id"] in STATE:
            assert "state outlet" in row["note"], row["id"]
        if row["id"] in COPIES:
            assert "copy" in row["note"] or "partisan outlet" in row["note"], row["id"]


def cited() -> dict[str, list[str]]:
    """The sources of every row that has some, by table and id."""
    tables = ("voices", "events", "outcomes", "figures", "reasons")
    rows = ((name, row) for name in tables for row in LIBRARY.rows[name])
    return {f"{name} {row['id']}": [*row["sources"]] for name, row in rows if row["sources"]}


def test_every_source_is_used_and_every_voice_and_event_has_one() -> None:
    assert {id_ for ids in cited().values() for id_ in ids} >= {row["id"] for row in record("sources")}
    assert not [row["id"] for row in (*LIBRARY.rows["voices"], *record("events")) if not row["sources"]]


def test_what_rests_on_state_outlets_alone_says_so() -> None:
    alone = [key for key, ids in cited().items() if set(ids) <= STATE]
    assert sorted(alone) == [
        "voices slovakia-prime-minister-2024-11-18",
        "voices stoltenberg-2024-05-27",
        "voices uk-sak-2024-05-29",
    ]
    for key in alone:
        table, id_ = key.split()
        assert "state outlet" in next(row["note"] for row in LIBRARY.rows[table] if row["id"] == id_), key


def test_a_day_that_is_not_printed_is_said_to_be_inferred() -> None:
    assert "inferred" in LIBRARY.voices["germany-scholz-2024-07-11"].note
    for told in (LIBRARY.voices["uk-shapps-2024-05-14"], LIBRARY.events["e11"]):
        assert "partisan outlet" in told.note and "Sputnik gives the day" in told.note, told.id
    undated = {row["id"] for row in record("sources") if not row["date"]}
    assert undated == {"s103", "s104"}


# Actors: twenty-seven, of whom one has said nothing that we found.

ACTORS = {
    *("us", "uk", "france", "germany", "stoltenberg", "nato-assembly", "ukraine", "russia", "netherlands", "denmark"),
    *("norway", "sweden", "finland", "poland", "latvia", "lithuania", "estonia", "czechia", "canada", "belgium"),
    *("italy", "spain", "turkiye", "hungary", "slovakia", "greece", "eu"),
}


def test_every_actor_has_a_voice_and_a_position_but_one() -> None:
    assert len(ACTORS) == 27
    assert {one.actor.id for one in LIBRARY.voices.values()} == ACTORS - {"greece"}
    assert {row["actor"] for row in record("positions")} == ACTORS - {"greece"}
    assert set(LIBRARY.actors) > ACTORS


def test_the_name_of_turkiye_is_written_as_it_writes_it() -> None:
    assert (LIBRARY.actors["turkiye"].name, LIBRARY.values["turkiye"].label) == ("Türkiye", "Türkiye")


def test_a_position_rests_on_voices_that_speak_for_its_actor() -> None:
    for one in LIBRARY.positions.values():
        for voice in one.voices:
            assert voice.actor == one.actor, one.id


def test_a_position_rests_on_what_was_said_by_its_day() -> None:
    later = [one.id for one in LIBRARY.positions.values() if any(voice.latest > one.latest for voice in one.voices)]
    assert later == ["us-r-ban"]  # its voices look back, and its stance and rules say so


def test_a_voice_bears_its_day_and_ours_reach_to_march_2026() -> None:
    for one in LIBRARY.voices.values():
        assert one.id.endswith(str(one.latest)), one.id
        assert date(2022, 2, 24) <= one.latest <= date(2026, 3, 13), one.id


BRITISH = [  # the statements on one missile: day, answer, how well attested
    ("2023-05-11", "not allowed", "verified"),
    ("2024-05-29", "allowed", "claimed"),
    ("2024-05-30", "allowed", "contested"),
    ("2024-05-31", "allowed", "verified"),
    ("2024-05-31", "unclear", "verified"),
    ("2024-07-10", "allowed", "verified"),
    ("2024-07-10", "allowed", "claimed"),
    ("2024-07-11", "unclear", "reported"),
    ("2024-07-12", "not allowed", "verified"),
    ("2024-08-15", "not allowed", "verified"),
    ("2024-09-02", "not allowed", "verified"),
    ("2024-09-11", "allowed", "reported"),
    ("2024-09-13", "not allowed", "reported"),
    ("2024-11-20", "unclear", "reported"),
    ("2024-11-21", "not stated", "verified"),
    ("2025-08-23", "unclear", "reported"),
    ("2025-10-22", "allowed", "contested"),
    ("2025-10-22", "", "contested"),
    ("2025-12-25", "", "claimed"),
    ("2026-03-10", "", "claimed"),
]


def test_the_statements_on_the_british_missile_are_there_in_order() -> None:
    found = [one for one in LIBRARY.voices.values() if one.about == "named missile"]
    assert [(str(one.latest), one.answer, one.status) for one in found] == BRITISH
    assert {one.actor.id for one in found} == {"uk"}


def test_british_ministers_speak_of_british_weapons_where_they_name_no_missile() -> None:
    found = {one.id: (one.about, one.answer) for one in LIBRARY.voices.values() if one.actor.id == "uk"}
    for speaker in ("cameron-2024-05-02", "shapps-2024-05-14", "shapps-2024-05-19", "healey-2024-07-19"):
        assert found[f"uk-{speaker}"][0] == "own weapons", speaker
    silent = [found[f"uk-shapps-2024-05-{day}"][1] for day in (14, 19)]
    assert silent == ["not stated"] * 2 and found["uk-healey-2024-07-19"][1] == "allowed"


# Events and outcomes.

DAYS = (
    "2022-02-24 2022-06-01 2023-05-11 2023-10-17 2024-04-17 2024-04-24 2024-05-02 2024-05-02 2024-05-10 2024-05-13 "
    "2024-05-14 2024-05-15 2024-05-15 2024-05-17 2024-05-19 2024-05-20 2024-05-22 2024-05-24 2024-05-26 2024-05-27 "
    "2024-05-28 2024-05-28 2024-05-28 2024-05-29 2024-05-29 2024-05-30 2024-05-30 2024-05-31 2024-05-31 2024-05-31 "
    "2024-05-31 2024-05-31 2024-05-31 2024-06-02 2024-06-04 2024-06-05 2024-06-06 2024-06-17 2024-06-20 2024-06-21 "
    "2024-07-12 2024-08-15 2024-09-12 2024-09-13 2024-11-17 2024-11-19 2024-11-20 2024-11-21 2024-11-25 2025-05-27 "
    "2025-08-23 2025-09-28 2025-10-22 2025-11-18 2023-05-25 2023-07-31 2024-05-31 2024-06-13 2024-08-08 2024-08-22 "
    "2024-12-12 2025-03-13 2023-02-05 2023-08-21 2024-05-28 2024-05-28 2024-07-10 2024-07-19 2024-11-23 2025-12-25 "
    "2026-03-10 2026-03-11 2026-03-13"
).split()
DATED = {  # an event of the report, and the event of the record that gives a day for it
    "britain": "e07",
    "assault": "e09",
    "sullivan": "e10",
    "trip": "e13",
    "blinken": "e14",
    "nyt-report": "e17",
    "stoltenberg": "e18",
    "france-germany": "e21",
    "politico": "e27",
}
NOT_VERIFIED = {
    **dict.fromkeys(("e10", "e12", "e14"), "later account"),
    **dict.fromkeys(("e40", "e53"), "contested"),
    **dict.fromkeys(("e54", "e70", "e71", "e72"), "claimed"),
    "e11": "weak",
    **dict.fromkeys(("e51", "e62"), "reported"),
}


def test_the_events_are_there_with_their_days() -> None:
    assert {row["id"]: str(row["latest"]) for row in record("events")} == {
        f"e{number:02}": day for number, day in enumerate(DAYS, 1)
    }
    wide = {row["id"]: str(row["earliest"]) for row in record("events") if row["earliest"] != row["latest"]}
    assert wide == {
        **{"e02": "2022-05-31", "e28": "2024-05-30", "e34": "2024-06-01", "e41": "2024-07-11", "e55": "2023-05-24"},
        **{"e42": "2024-08-14", "e50": "2025-05-26", "e69": "2024-11-22"},
    }


def test_an_event_says_how_well_it_is_attested() -> None:
    assert {row["id"]: row["status"] for row in record("events") if row["status"] != "verified"} == NOT_VERIFIED


def test_the_days_of_the_record_fit_the_intervals_of_the_report() -> None:
    assert {row["dates"]: row["id"] for row in record("events") if row["dates"]} == DATED
    for told, dated in DATED.items():
        first, last, day = LIBRARY.events[told].earliest, LIBRARY.events[told].latest, LIBRARY.events[dated].latest
        assert (first or day) <= day <= last, told


OUTCOMES = (
    "not checked,confirmed,confirmed,opinion,incomplete,incomplete,confirmed,confirmed,incomplete,confirmed,"
    "changed later,incomplete,not checked,refined,incomplete,confirmed,refined,contested,overstated,overstated,"
    "confirmed,confirmed,confirmed,contested,contested,changed later,confirmed,not checked,refined,refined,"
    "incomplete,opinion,not checked,confirmed"
).split(",")


def test_every_claim_has_one_outcome() -> None:
    assert [(row["claim"], row["status"]) for row in LIBRARY.rows["outcomes"]] == [
        (f"c{number:02}", status) for number, status in enumerate(OUTCOMES)
    ]
    bare = [row["id"] for row in LIBRARY.rows["outcomes"] if not row["sources"]]
    assert bare == ["o00", "o03", "o12", "o27", "o31", "o32"]


# What follows for a case. A allowed, N not allowed, S not stated, U unclear.

ANSWERS = {"A": "allowed", "N": "not allowed", "S": "not stated", "U": "unclear", "-": "no such case"}
PLACES = {"k": "russia-border", "b": "border-elsewhere", "r": "russia-elsewhere", "o": "occupied-ukraine"}
TARGETS = {
    "fire at Kharkiv": ("attacking", "kharkiv"),
    "fire elsewhere": ("attacking", "elsewhere"),
    "wait at Kharkiv": ("preparing", "kharkiv"),
    "wait elsewhere": ("preparing", "elsewhere"),
    "base": ("other-military", "nobody"),
    "depot": ("other-military", "kharkiv"),
    "depot elsewhere": ("other-military", "elsewhere"),
    "plane": ("aircraft", "nobody"),
    "plane at Kharkiv": ("aircraft", "kharkiv"),
    "plane elsewhere": ("aircraft", "elsewhere"),
    "civilian": ("civilian", "nobody"),
}


def answer(supplier: str, weapon: str, target: str, place: str, day: str) -> str:
    aim, threatens = TARGETS[target]
    chosen = {"supplier": supplier, "weapon": weapon, "place": PLACES[place], "target": aim, "threatens": threatens}
    try:
        case = rules.Case(**chosen)
    except rules.ClashError:
        return "no such case"
    return rules.judge(case, facts.position(supplier, "record", day)).answer


AMERICAN_DAYS = ("2023-05-25", "2024-05-31", "2024-06-20", "2024-11-25", "2025-08-23", "2025-11-18")
AMERICAN = {
    ("shorter-range", "fire at Kharkiv", "k"): "NAAAAA",
    ("shorter-range", "wait at Kharkiv", "k"): "NAAAAA",
    ("shorter-range", "fire elsewhere", "k"): "NUAAAA",
    ("shorter-range", "wait elsewhere", "k"): "NUAAAA",
    ("shorter-range", "wait elsewhere", "b"): "NUAAAA",
    ("shorter-range", "wait elsewhere", "r"): "NNUUUU",
    ("shorter-range", "wait at Kharkiv", "b"): "NUAAAA",
    ("shorter-range", "fire at Kharkiv", "b"): "NUAAAA",
    ("shorter-range", "fire elsewhere", "b"): "NUAAAA",
    ("shorter-range", "fire at Kharkiv", "r"): "NUUUUU",
    ("shorter-range", "fire elsewhere", "r"): "NNUUUU",
    ("shorter-range", "base", "k"): "NNNNNN",
    ("shorter-range", "depot", "k"): "NUUUUU",
    ("shorter-range", "depot elsewhere", "k"): "NNNNNN",
    ("atacms", "depot", "k"): "NNNUNU",
    ("shorter-range", "base", "o"): "SSSSSS",
    ("shorter-range", "plane", "r"): "UUUUUU",
    ("shorter-range", "plane", "b"): "UUUUUU",
    ("shorter-range", "plane at Kharkiv", "r"): "AAAAAA",
    ("shorter-range", "plane at Kharkiv", "b"): "AAAAAA",
    ("shorter-range", "plane elsewhere", "k"): "AAAAAA",
    ("shorter-range", "civilian", "k"): "NNNNNN",
    ("atacms", "fire at Kharkiv", "k"): "NNNUNU",
    ("atacms", "base", "b"): "NNNUNU",
    ("atacms", "fire elsewhere", "b"): "NNNUNU",
    ("atacms", "fire elsewhere", "k"): "NNNUNU",
    ("atacms", "base", "r"): "NNNUNU",
    ("atacms", "civilian", "b"): "NNNNNN",
    ("long-range", "plane at Kharkiv", "r"): "UUUUNN",
    ("atacms", "base", "o"): "SAAAAA",
    ("atacms", "civilian", "o"): "SSSSSS",
    ("long-range", "fire at Kharkiv", "k"): "NNNNNU",
    ("long-range", "base", "r"): "NNNNNU",
    ("long-range", "civilian", "r"): "NNNNNN",
}
BRITISH_DAYS = (
    *("2023-05-11", "2024-05-02", "2024-05-31", "2024-07-12", "2024-07-19", "2024-08-15", "2024-11-20"),
    *("2025-10-22", "2026-03-13"),
)
BRITISH_ANSWERS = {
    ("storm-shadow", "base", "r"): "NUUNUNUUU",
    ("storm-shadow", "fire at Kharkiv", "k"): "NUUNUNUUU",
    ("storm-shadow", "civilian", "r"): "NNNNNNNNN",
    ("storm-shadow", "base", "o"): "AAAAAAAAA",
    ("storm-shadow", "civilian", "o"): "SSSSSSSSS",
    ("shorter-range", "fire at Kharkiv", "k"): "SUUUAAAAA",
    ("shorter-range", "base", "b"): "SUUUAAAAA",
    ("long-range", "base", "r"): "SUUUAAAAA",
    ("shorter-range", "plane", "r"): "SUUUAAAAA",
    ("shorter-range", "civilian", "k"): "SSSSSSSSS",
    ("shorter-range", "base", "o"): "SSAAAAAAA",
}


@pytest.mark.parametrize(("weapon", "target", "place"), AMERICAN)
def test_what_washington_allows_by_date(weapon: str, target: str, place: str) -> None:
    found = [answer("us", weapon, target, place, day) for day in AMERICAN_DAYS]
    assert found == [ANSWERS[letter] for letter in AMERICAN[weapon, target, place]]


@pytest.mark.parametrize(("weapon", "target", "place"), BRITISH_ANSWERS)
def test_what_london_allows_by_date(weapon: str, target: str, place: str) -> None:
    found = [answer("uk", weapon, target, place, day) for day in BRITISH_DAYS]
    assert found == [ANSWERS[letter] for letter in BRITISH_ANSWERS[weapon, target, place]]


@pytest.mark.parametrize(
    ("day", "before"),
    [("2024-05-31", "2024-05-30"), ("2024-06-20", "2024-06-19"), ("2024-11-25", "2024-11-24")],
)
def test_a_position_counts_from_its_last_possible_day_on(day: str, before: str) -> None:
    assert str(facts.position("us", "record", day).latest) == day
    assert facts.position("us", "record", before).latest < date.fromisoformat(before)


def test_no_general_ban_is_on_record_before_the_request_of_may_2023() -> None:
    for day in ("2022-06-01", "2023-05-24"):
        with pytest.raises(KeyError):
            facts.position("us", "record", day)
    first = [one for one in LIBRARY.voices.values() if one.actor.id == "us" and one.latest < date(2023, 5, 25)]
    assert [one.id for one in first] == ["us-biden-2022-05-31", "us-announcement-2022-06-01", "us-blinken-2022-06-01"]
    assert not any(one.answer for one in first)


def test_the_first_american_permission_is_told_in_two_ways_with_a_name_for_each() -> None:
    case = rules.Case(
        supplier="us", weapon="shorter-range", place="russia-border", target="attacking", threatens="elsewhere"
    )
    last = rules.judge(case, facts.position("us", "record", "2024-06-16")).chain[-1]
    wide, narrow = last.readings
    assert "Carpenter" in wide and "Sumy" in wide and "Blinken" in narrow and "Austin" in narrow
    assert LIBRARY.voices["us-carpenter-2024-05-31"] in [cited.voice for cited in last.cited]


def test_the_october_report_of_2025_is_about_a_british_missile() -> None:
    used = {voice.id for one in LIBRARY.positions.values() if one.actor.id == "us" for voice in one.voices}
    used |= {cited.voice.id for one in LIBRARY.rules.values() if one.id.startswith("us-r") for cited in one.cited}
    assert not [id_ for id_ in used if id_.endswith("2025-10-22")]
    british = facts.position("uk", "record", "2025-10-22")
    assert {voice.id for voice in british.voices} >= {"uk-wsj-2025-10-22", "uk-trump-2025-10-22"}


COLUMNS = (  # the same seven cases under each capital on one day
    ("fire at Kharkiv", "k"),
    ("wait at Kharkiv", "k"),
    ("fire elsewhere", "r"),
    ("base", "r"),
    ("plane", "r"),
    ("civilian", "r"),
    ("base", "o"),
)
CAPITALS = {
    ("us", "shorter-range"): "AANNUNS",
    ("uk", "storm-shadow"): "UUUU-NA",
    ("uk", "shorter-range"): "UUUUUSA",
    ("france", "long-range"): "ANANNNS",
    ("germany", "shorter-range"): "AUSSSSS",
    ("netherlands", "f-16"): "AAAASSA",
    ("denmark", "f-16"): "AAAASSA",
    ("denmark", "shorter-range"): "AAAASSA",
    ("norway", "shorter-range"): "UUUUUSS",
    ("sweden", "shorter-range"): "AAAAASS",
    ("finland", "shorter-range"): "AAAAASA",
    ("poland", "shorter-range"): "AAAAASA",
    ("canada", "shorter-range"): "AAAAASA",
    ("czechia", "shorter-range"): "AAAAASS",
    ("latvia", "shorter-range"): "ASASSSS",
    ("estonia", "shorter-range"): "UUUUUSS",
    ("lithuania", "shorter-range"): "UUUUUSS",
    ("belgium", "f-16"): "NNNNNNA",
    ("italy", "shorter-range"): "NNNNNNS",
    ("spain", "shorter-range"): "NNNNNNS",
    ("turkiye", "shorter-range"): "SSSSSSS",
    ("ukraine", "long-range"): "SSSSSSS",
}


@pytest.mark.parametrize(("supplier", "weapon"), CAPITALS)
def test_what_each_capital_allows_on_31_may_2024(supplier: str, weapon: str) -> None:
    found = [answer(supplier, weapon, target, place, "2024-05-31") for target, place in COLUMNS]
    assert found == [ANSWERS[letter] for letter in CAPITALS[supplier, weapon]]


DATES = {  # the days of an actor's positions, and its answers on them
    "germany": (
        ("2023-02-05", "2024-05-30", "2024-05-31", "2025-05-27"),
        {
            ("shorter-range", "fire at Kharkiv", "k"): "NUAA",
            ("shorter-range", "fire elsewhere", "k"): "NUUU",
            ("shorter-range", "fire at Kharkiv", "b"): "NUUU",
            ("shorter-range", "fire elsewhere", "b"): "NUUU",
            ("shorter-range", "wait at Kharkiv", "k"): "NUUU",
            ("shorter-range", "wait elsewhere", "b"): "NUUU",
            ("shorter-range", "fire elsewhere", "r"): "NUSU",
            ("shorter-range", "base", "k"): "NUSU",
            ("shorter-range", "base", "r"): "NUSU",
            ("shorter-range", "plane at Kharkiv", "r"): "NUUU",
            ("shorter-range", "plane", "r"): "NUSS",
            ("shorter-range", "civilian", "r"): "NSSS",
            ("shorter-range", "base", "o"): "SSSS",
        },
    ),
    "denmark": (
        ("2023-08-21", "2024-05-28"),
        {
            ("shorter-range", "fire at Kharkiv", "k"): "NA",
            ("shorter-range", "base", "r"): "NA",
            ("f-16", "wait elsewhere", "b"): "NA",
            ("f-16", "base", "r"): "NA",
            ("f-16", "plane", "r"): "NS",
            ("shorter-range", "civilian", "k"): "NS",
            ("shorter-range", "base", "o"): "AA",
            ("shorter-range", "civilian", "o"): "SS",
        },
    ),
    "france": (
        ("2024-05-28", "2024-11-23"),
        {
            ("long-range", "fire elsewhere", "r"): "AA",
            ("long-range", "base", "r"): "NU",
            ("long-range", "wait at Kharkiv", "b"): "NU",
            ("shorter-range", "base", "r"): "NN",
            ("long-range", "civilian", "r"): "NN",
            ("long-range", "base", "o"): "SS",
        },
    ),
}


@pytest.mark.parametrize("actor", DATES)
def test_what_an_ally_allows_by_date(actor: str) -> None:
    days, cases = DATES[actor]
    for (weapon, target, place), letters in cases.items():
        found = [answer(actor, weapon, target, place, day) for day in days]
        assert found == [ANSWERS[letter] for letter in letters], (weapon, target, place)


def test_slovakia_is_only_listed_and_hungary_gives_no_rule() -> None:
    assert answer("slovakia", "shorter-range", "base", "r", "2024-06-01") == "unclear"
    for day in ("2024-05-30", "2025-10-26"):
        assert answer("hungary", "shorter-range", "base", "r", day) == "not stated"
    for actor, day in (("slovakia", "2024-05-31"), ("hungary", "2024-05-29"), ("greece", "2026-03-13")):
        with pytest.raises(KeyError):
            facts.position(actor, "record", day)


def test_those_who_can_not_permit_have_no_rules() -> None:
    for actor in ("stoltenberg", "nato-assembly", "eu", "russia", "ukraine"):
        assert facts.position(actor, "record").rules == (), actor


def test_every_case_of_the_record_has_two_readings_where_it_is_unclear() -> None:
    for one in LIBRARY.positions.values():
        if one.layer == "record" and one.scope:
            for case in rules.cases("record", supplier=one.scope):
                verdict = rules.judge(case, one)
                assert len(set(verdict.readings)) == (2 if verdict.answer == "unclear" else 0), str(case)


def test_no_capital_of_the_record_is_said_to_allow_a_civilian_target() -> None:
    for one in LIBRARY.positions.values():
        if one.layer == "record" and one.scope:
            for case in rules.cases("record", supplier=one.scope, target="civilian"):
                assert rules.judge(case, one).answer != "allowed", f"{one.id}: {case}"


def test_an_amended_rule_stays_where_the_new_ones_do_not_reach() -> None:
    last = facts.position("us", "record")
    assert last.id == "us-r-2025" and last.amends and last.amends.id == "us-r-review"
    case = rules.Case(
        supplier="us", weapon="shorter-range", place="russia-border", target="attacking", threatens="kharkiv"
    )
    assert [rule.id for rule in rules.judge(case, last).chain] == [
        *("us-r-ban-russia", "us-r-kharkiv-counter-fire", "us-r-border-across")
    ]


# Figures and the map.

FIGURES = {
    "kharkiv-border-measured-10m": 31.7,
    "kharkiv-border-measured-50m": 32.5,
    "kharkiv-border-measured-110m": 35.0,
    "kharkiv-border-published-low": 20,
    "kharkiv-border-published-reuters": 30,
    "kharkiv-border-published-high": 40,
    "kyiv-border-russia-measured-10m": 200.6,
    "sumy-border-measured-10m": 28.4,
    "kharkiv-population-2022": 1421125,
    "kharkiv-population-may2024": 1300000,
    "gmlrs-headline-range-low": 77,
    "gmlrs-headline-range-high": 80,
    "atacms-shorter-version": 165,
    "atacms-long-version": 300,
    "storm-shadow-maker": 250,
    "storm-shadow-outlier": 560,
}


def test_the_figures_stand_as_their_sources_have_them() -> None:
    assert {row["id"]: float(row["value"]) for row in LIBRARY.rows["figures"]} == FIGURES
    for row in LIBRARY.rows["figures"]:
        assert row["kind"] == ("measured" if "measured" in row["id"] else row["kind"]), row["id"]
        assert bool(row["sources"]) == (row["kind"] != "measured") and row["note"], row["id"]


def kilometres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance on a sphere; within half a per cent of the earth's true shape."""
    one, two = math.radians(lat), math.radians(other_lat)
    between = math.sin((two - one) / 2) ** 2
    between += math.cos(one) * math.cos(two) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(between))


def test_the_distances_on_the_map_are_those_of_the_figures() -> None:
    line = [(float(row["lon"]), float(row["lat"])) for row in LIBRARY.rows["border"]]
    measured = [row for row in LIBRARY.rows["places"] if row["figure"]]
    assert [row["id"] for row in measured] == ["kharkiv", "sumy"]
    for row in measured:
        lon, lat, at = float(row["lon"]), float(row["lat"]), (float(row["border_lon"]), float(row["border_lat"]))
        nearest = min(
            kilometres(lon, lat, a[0] + (b[0] - a[0]) * step / 50, a[1] + (b[1] - a[1]) * step / 50)
            for a, b in pairwise(line)
            for step in range(51)
        )
        assert nearest == pytest.approx(FIGURES[row["figure"]], abs=0.2), row["id"]
        assert kilometres(lon, lat, *at) == pytest.approx(nearest, abs=0.1), row["id"]


def test_the_border_is_one_line_without_the_edges_of_the_box() -> None:
    assert len(LIBRARY.rows["border"]) == 278 and {row["area"] for row in LIBRARY.rows["border"]} == {"border"}
    line = [(float(row["lon"]), float(row["lat"])) for row in LIBRARY.rows["border"]]
    assert all(33.5 < lon <= 39.5 and 49 < lat <= 52 for lon, lat in line)
    assert max(kilometres(*one, *two) for one, two in pairwise(line)) < 20


# Judged from the sources alone, by a reader who had not seen the tables.

EXPECTED = Path(__file__).parent / "expected"


def judged(name: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def answered(row: dict[str, str]) -> str:
    """The answer to a case: of an actor on a day, or in the report, now or before the decision."""
    case = rules.Case(**{name: row[name] for name in LIBRARY.dimensions})
    if "on" not in row:
        return rules.judge(case, LIBRARY.positions[row["position"]] if row["position"] else None).answer
    with suppress(KeyError):
        return rules.judge(case, facts.position(row["actor"], "record", on=row["on"])).answer
    return "not stated"  # no position was found


@pytest.mark.parametrize("name", ["report_cases", "record_cases"])
def test_each_case_has_the_answer_that_its_sources_give(name: str) -> None:
    wrong = [row for row in judged(name) if answered(row) != row["answer"]]
    assert not wrong


def test_every_case_of_the_report_and_every_day_of_the_record_is_judged() -> None:
    of_report = {frozenset(row[name] for name in LIBRARY.dimensions) for row in judged("report_cases")}
    american = {case.ids for case in rules.cases(supplier="us")}
    assert american <= of_report and {case["supplier"] for case in rules.cases()} <= set().union(*of_report)
    judged_then: Counter[str] = Counter()
    for row in judged("record_cases"):
        with suppress(KeyError):
            judged_then[facts.position(row["actor"], "record", on=row["on"]).id] += 1
    missing = [held.id for held in LIBRARY.layers["record"] if held.scope and judged_then[held.id] < 5]
    assert not missing


def test_each_voice_has_the_day_the_speaker_the_answer_and_the_sources_that_were_read() -> None:
    told = {row["id"]: row for row in LIBRARY.rows["voices"]}
    expected = {row["id"]: row for row in judged("voices")}
    assert told.keys() == expected.keys()
    for id_, row in expected.items():
        days = tuple(str(told[id_][end] or "") for end in ("earliest", "latest"))
        assert (*days, told[id_]["answer"]) == (row["earliest"], row["latest"], row["answer"]), id_
        published = sorted(f"{one.publisher} {one.date or ''}".strip() for one in LIBRARY.voices[id_].sources)
        assert row["speaker"] in told[id_]["speaker"] and "; ".join(published) == row["publishers"], id_


def test_each_statement_and_each_reason_stands_where_a_reader_found_it() -> None:
    statements = {row["id"]: row for row in LIBRARY.rows["statements"]}
    for row in judged("statements"):
        assert {*statements[row["id"]]["paragraphs"]} <= {*row["paragraphs"].split()}, row["id"]
    report = {held.id for held in LIBRARY.layers["article"]}
    assert {id_ for id_, row in statements.items() if row["position"] in report} == {
        row["id"] for row in judged("statements")
    }
    assert LIBRARY.reasons.keys() == {row["id"] for row in judged("reasons")}
    for row in judged("reasons"):
        reason = LIBRARY.reasons[row["id"]]
        published = "; ".join(f"{source.publisher} {source.date}" for source in reason.sources)
        assert reason.paragraph in row["paragraphs"].split() or not row["paragraphs"], row["id"]
        assert row["speaker"] in reason.speaker and published == row["publishers"], row["id"]
