"""The record stands as its sources have it: who spoke, when, how well it is attested, and what follows for a case.

What is expected, here and in the folder expected, was written by hand from the sources, not taken from the tables.
"""

import csv
import math
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from itertools import pairwise, product
from pathlib import Path

import pytest
from matplotlib.path import Path as Outline

from helpers import facts, rules
from helpers.check import tables

LIBRARY = facts.library()


EXPECTED = Path(__file__).parent / "expected"


def record(table: str) -> list[tables.Row]:
    return [row for row in LIBRARY.rows[table] if row["layer"] == "record"]


def judged(name: str) -> list[dict[str, str]]:
    """What must stand in a table, as it was written by hand."""
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def told(row: tables.Row, names: Iterable[str]) -> dict[str, str]:
    """Those cells of a row, as they stand in its file."""
    return {name: str(row[name] or "") for name in names}


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
    notes = {row["id"]: row["note"] for name in ("voices", "events") for row in LIBRARY.rows[name]}
    assert "inferred" in notes["germany-scholz-2024-07-11"]
    for one in ("uk-shapps-2024-05-14", "e11"):
        assert "partisan outlet" in notes[one] and "Sputnik gives the day" in notes[one], one
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


def test_the_statements_on_the_british_missile_are_there_in_order() -> None:
    found = [row for row in LIBRARY.rows["voices"] if row["about"] == "named missile"]
    assert [told(row, ("latest", "answer", "status")) for row in found] == judged("british_missile")
    assert {row["actor"] for row in found} == {"uk"}


def test_british_ministers_speak_of_british_weapons_where_they_name_no_missile() -> None:
    found = {row["id"]: (row["about"], row["answer"]) for row in LIBRARY.rows["voices"] if row["actor"] == "uk"}
    for speaker in ("cameron-2024-05-02", "shapps-2024-05-14", "shapps-2024-05-19", "healey-2024-07-19"):
        assert found[f"uk-{speaker}"][0] == "own weapons", speaker
    silent = [found[f"uk-shapps-2024-05-{day}"][1] for day in (14, 19)]
    assert silent == ["not stated"] * 2 and found["uk-healey-2024-07-19"][1] == "allowed"


# Events and outcomes.


def test_the_events_are_there_with_their_days_and_say_how_well_they_are_attested() -> None:
    expected = judged("events")
    found = sorted(record("events"), key=lambda row: row["id"])
    assert [told(row, expected[0]) for row in found] == expected


def test_the_days_of_the_record_fit_the_intervals_of_the_report() -> None:
    for row in (row for row in judged("events") if row["dates"]):
        known, day = LIBRARY.events[row["dates"]], LIBRARY.events[row["id"]].latest
        assert (known.earliest or day) <= day <= known.latest, known.id


def test_every_claim_has_one_outcome() -> None:
    found = [told(row, ("claim", "status")) for row in LIBRARY.rows["outcomes"]]
    sourced = ["yes" if row["sources"] else "no" for row in LIBRARY.rows["outcomes"]]
    assert [{**row, "sourced": own} for row, own in zip(found, sourced, strict=True)] == judged("outcomes")


# What follows for a case.


def answered(row: dict[str, str]) -> str:
    """The answer to a case: of an actor on a day, or in the report, now or before the decision."""
    try:
        case = rules.Case(**{name: row[name] for name in LIBRARY.dimensions})
    except rules.ClashError:
        return "no such case"
    if "on" in row:
        return rules.judge(case, facts.position(row["actor"], "record", on=row["on"])).answer
    return rules.judge(case, LIBRARY.positions[row["position"]] if row["position"] else None).answer


BY_DAY = facts.grouped(judged("by_day"), lambda row: row["actor"])


@pytest.mark.parametrize("actor", BY_DAY)
def test_what_a_capital_allows_by_date(actor: str) -> None:
    assert not [row for row in BY_DAY[actor] if answered(row) != row["answer"]]


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
    first = [row for row in LIBRARY.rows["voices"] if row["actor"] == "us" and row["latest"] < date(2023, 5, 25)]
    told = ["us-biden-2022-05-31", "us-announcement-2022-06-01", "us-blinken-2022-06-01"]
    assert [(row["id"], row["answer"]) for row in first] == [(id_, "") for id_ in told]


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


@pytest.mark.parametrize(
    ("actor", "day"),
    [("slovakia", "2024-05-31"), ("hungary", "2024-05-29"), ("greece", "2026-03-13")],
)
def test_who_has_said_nothing_yet_has_no_position(actor: str, day: str) -> None:
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


def test_the_figures_stand_as_their_sources_have_them() -> None:
    figures = {row["id"]: float(row["value"]) for row in LIBRARY.rows["figures"]}
    assert figures == {row["id"]: float(row["value"]) for row in judged("figures")}
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
    line = [(row["lon"], row["lat"]) for row in LIBRARY.rows["border"] if row["area"] == "ukraine"]
    known = {row["id"]: row["value"] for row in LIBRARY.rows["figures"]}
    measured = [row for row in LIBRARY.rows["places"] if row["figure"]]
    assert [row["id"] for row in measured] == ["kharkiv", "sumy"]
    for row in measured:
        lon, lat, at = float(row["lon"]), float(row["lat"]), (float(row["border_lon"]), float(row["border_lat"]))
        nearest = min(
            kilometres(lon, lat, a[0] + (b[0] - a[0]) * step / 50, a[1] + (b[1] - a[1]) * step / 50)
            for a, b in pairwise(line)
            for step in range(51)
        )
        assert nearest == pytest.approx(known[row["figure"]], abs=0.2), row["id"]
        assert kilometres(lon, lat, *at) == pytest.approx(nearest, abs=0.1), row["id"]


def test_the_lands_fill_the_map_and_each_place_lies_in_its_own() -> None:
    outlines = facts.grouped(LIBRARY.rows["border"], lambda point: point["area"])
    lands = {name: [(own["lon"], own["lat"]) for own in outlines[name]] for name in ("russia", "belarus", "ukraine")}
    turns = [one[0] * two[1] - two[0] * one[1] for land in lands.values() for one, two in pairwise([*land, land[0]])]
    assert abs(sum(turns)) / 2 == pytest.approx((39.6 - 29.4) * (53 - 48.8), abs=0.01), "no gap, no overlap"
    within: dict[str, list[str]] = {name: [] for name in lands}
    for row, name in product(LIBRARY.rows["places"], lands):
        if row["look"] in ("area", "dot") and Outline(lands[name]).contains_point((row["lon"], row["lat"])):
            within[name].append(row["id"])
    inside = {"russia": ["belgorod", "kursk"], "belarus": [], "ukraine": ["kyiv", "kharkiv", "sumy"]}
    assert within == {name: [name, *own] for name, own in inside.items()}


# Judged from the sources alone, by a reader who had not seen the tables.


def test_each_case_of_the_report_has_the_answer_that_its_words_give() -> None:
    assert not [row for row in judged("report_cases") if answered(row) != row["answer"]]


def test_each_case_of_the_record_has_the_answer_that_its_sources_give() -> None:
    for row in judged("record_cases"):
        found = "not stated"  # where no position is held yet
        with suppress(KeyError):
            found = answered(row)
        assert found == row["answer"], row


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
    expected = {row["id"]: row for row in judged("voices")}
    assert LIBRARY.voices.keys() == expected.keys()
    for voice in LIBRARY.rows["voices"]:
        row, sources = expected[voice["id"]], LIBRARY.voices[voice["id"]].sources
        published = sorted(f"{one.publisher} {one.date or ''}".strip() for one in sources)
        assert row["speaker"] in voice["speaker"] and "; ".join(published) == row["publishers"], voice["id"]
        assert row | told(voice, ("earliest", "latest", "answer")) == row


def test_each_statement_and_each_reason_stands_where_a_reader_found_it() -> None:
    statements = {row["id"]: row for row in LIBRARY.rows["statements"]}
    assert statements.keys() == {row["id"] for row in judged("statements")}
    for row in judged("statements"):
        cited = {name: {*statements[row["id"]][name]} for name in ("paragraphs", "voices")}
        assert any(cited.values()) and all(cited[name] <= {*row[name].split()} for name in cited), row["id"]
    assert LIBRARY.reasons.keys() == {row["id"] for row in judged("reasons")}
    for row in judged("reasons"):
        reason = LIBRARY.reasons[row["id"]]
        published = "; ".join(f"{source.publisher} {source.date}" for source in reason.sources)
        assert reason.paragraph in row["paragraphs"].split() or not row["paragraphs"], row["id"]
        assert row["speaker"] in reason.speaker and published == row["publishers"], row["id"]
