"""The tables hold the whole report, in our own words, each fact with its paragraph and speaker."""

import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from helpers import facts
from helpers.check import tables
from tests.conftest import Edit, read

ROOT = Path(__file__).parent.parent
LIBRARY = facts.library()
ROWS = LIBRARY.rows
PACKAGE = json.loads((tables.folder() / "datapackage.json").read_text(encoding="utf-8"))
FACTS = read("key_facts")  # each was read in the numbered text, and nothing else here would miss it
CLAUSES = read("clauses")  # each was counted in the numbered text
COUNTED = {"H": 1, "S": 1, "C": 8, "1": 3, "2": 10, "3": 12, "4": 10, "5": 9, "6": 2, "7": 8}
COUNTED |= {"8": 7, "9": 2, "10": 1, "11": 11}
# The time words of an event that is told in a claim that dates another event, or none.
OWN_TIMES = {"assault": "before-talks", "trip": "before-last-week", "blinken": "before-last-week"}
OWN_TIMES |= {"statement": "before-report", "senior-official": "before-report"}
HELD = ("positions", "rules", "statements")
CITES = [  # what the rows of a table have in a layer, and what they lack
    ("events", "article", "time claim", "topic actors status note sources dates"),
    ("events", "record", "topic actors status sources", "time claim"),
    ("actors", "record", "role", "paragraph"),
    *((table, "article", "paragraphs", "voices") for table in HELD),
    *((table, "record", "voices", "paragraphs speakers") for table in HELD),
]


def told(table: str, layer: str) -> list[tables.Row]:
    """The rows of one layer; rules and statements are of the layer of their position."""
    held = {row["id"]: row["layer"] for row in ROWS["positions"]}
    return [row for row in ROWS[table] if (row.get("layer") or held[row["position"]]) == layer]


def written(cell: object) -> str:
    return " ".join(cell) if isinstance(cell, tuple) else str(cell or "")


def test_all_claims_all_parts_of_the_report_and_the_positions_of_six_actors_are_there() -> None:
    assert [*LIBRARY.claims] == [f"c{number:02}" for number in range(34)]
    assert [*LIBRARY.paragraphs] == ["H", "S", "C", *map(str, range(1, 12))]
    assert {claim.paragraph for claim in LIBRARY.claims.values()} >= {*LIBRARY.paragraphs} - {*"HS"}
    held = {row["actor"] for row in told("positions", "article")}
    assert held == {"us", "uk", "france", "germany", "stoltenberg", "ukraine"}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: " ".join([*fact.values()][:3]))
def test_the_facts_stand_as_the_report_has_them(fact: dict[str, str]) -> None:
    row = next(row for row in ROWS[fact["table"]] if row["id"] == fact["id"])
    assert written(row[fact["column"]]) == fact["cell"]


def test_the_key_facts_name_every_rule_and_every_claim_of_the_report() -> None:
    known = {(fact["table"], fact["column"], fact["id"]) for fact in FACTS}
    assert known >= {("rules", "answer", row["id"]) for row in told("rules", "article")}
    assert known >= {("claims", "speaker", id_) for id_ in LIBRARY.claims}


def test_each_line_of_the_card_has_a_claim_of_the_same_paragraph_and_speaker() -> None:
    claimed = {(claim.paragraph, claim.speaker.id) for claim in LIBRARY.claims.values()}
    assert {(line["paragraph"], line["speaker"]) for line in LIBRARY.rows["card"]} <= claimed


def test_the_roster_of_a_table_names_all_its_rows() -> None:
    for name, schema in LIBRARY.schemas.items():
        assert schema.roster in ([], [row["id"] for row in ROWS[name]]), name


def test_the_report_is_of_a_thursday_and_last_week_runs_from_monday_to_sunday() -> None:
    week = next(row for row in ROWS["times"] if row["id"] == "last-week")
    days = [LIBRARY.day, week["earliest"], week["latest"]]
    assert [day.isoweekday() for day in days] == [4, 1, 7] and LIBRARY.day - week["latest"] < timedelta(days=7)


def test_each_event_has_the_time_words_of_its_claim_or_its_own() -> None:
    times = {claim["id"]: claim["time"] for claim in ROWS["claims"]}
    for row in told("events", "article"):
        assert row["time"] == OWN_TIMES.get(row["id"], times[row["claim"]]), row["id"]


def test_the_article_layer_knows_nothing_after_the_report() -> None:
    for row in (*told("events", "article"), *told("positions", "article")):
        assert row["latest"] <= LIBRARY.day, row["id"]


def test_all_sides_have_the_same_room_and_their_sources() -> None:
    sides = [*facts.grouped(ROWS["reasons"], lambda row: row["side"]).values()]
    layers = [sorted(row["layer"] for row in side) for side in sides]
    few, *_, more = sorted(sum(len(row["says"].split()) for row in side) for side in sides)
    assert len(sides) == 3 and all(layer == layers[0] for layer in layers) and more <= 1.1 * few
    for row in ROWS["reasons"]:
        assert bool(row["paragraph"]) == (row["layer"] == "article") != bool(row["sources"])
        assert row["layer"] == "article" or re.search(r"20\d\d$", row["speaker"]), row["id"]


def test_each_clause_of_the_report_is_in_a_claim_or_named_as_left_out() -> None:
    assert Counter(clause["paragraph"] for clause in CLAUSES) == COUNTED
    assert {clause["claim"] for clause in CLAUSES} - {""} == {*LIBRARY.claims}
    assert all(bool(clause["claim"]) != bool(clause["left_out"]) for clause in CLAUSES)
    for row in ROWS["paragraphs"]:
        own = [clause for clause in CLAUSES if clause["paragraph"] == row["id"]]
        left = {clause["left_out"] for clause in own} - {""}
        assert left == {*filter(None, row["left_out"].split("; "))}, row["id"]
        claimed = {claim.id for claim in LIBRARY.claims.values() if claim.paragraph == row["id"]}
        assert claimed <= {clause["claim"] for clause in own}, row["id"]


def phrases(term: facts.Term) -> list[tuple[str, str]]:
    """Each place of a term: the paragraph and the words."""
    return [(one.paragraph, one.words) for one in term.phrases]


def test_quoted_terms_are_short_and_stand_in_quotation_marks_in_the_plain_words() -> None:
    for number, words in (place for term in LIBRARY.terms.values() for place in phrases(term)):
        quoted = re.findall("“([^”]*)”", LIBRARY.paragraphs[number].plain)
        assert len(words.split()) <= 6 and any(words in own for own in quoted), words
    for paragraph in LIBRARY.paragraphs.values():
        for quoted in re.findall("“([^”]*)”", paragraph.plain):
            assert len(quoted.split()) <= 6, quoted


def test_no_place_of_a_term_is_told_twice() -> None:
    for term in LIBRARY.terms.values():
        assert len({*phrases(term)}) == len(phrases(term)), term.id


RULED = [row for row in told("rules", "article") if row["position"] != "stoltenberg"]


@pytest.mark.parametrize("row", RULED, ids=lambda row: row["id"])
def test_each_rule_of_the_report_has_words_that_carry_it(row: tables.Row) -> None:
    terms = [term for term in LIBRARY.terms.values() if row["id"] in {strike.rule for strike in term.strikes}]
    assert {number for term in terms for number, _ in phrases(term)} & {*row["paragraphs"]}


def test_every_time_word_is_used_and_every_actor_or_the_report_tells_of_it() -> None:
    assert {*LIBRARY.times} <= {row["time"] for row in (*ROWS["claims"], *ROWS["events"])}
    rows = [row for name in ROWS if name != "actors" for row in ROWS[name]]
    cells = [cell for row in rows for cell in row.values()]
    used = {id_ for cell in cells for id_ in (cell if isinstance(cell, tuple) else [cell])}
    for actor in ROWS["actors"]:
        assert actor["paragraph"] or actor["id"] in used, actor["id"]


@pytest.mark.parametrize(("table", "layer", "has", "lacks"), CITES)
def test_the_layers_cite_each_in_its_own_way(table: str, layer: str, has: str, lacks: str) -> None:
    for row in told(table, layer):
        assert all(row[name] for name in has.split()), row["id"]
        assert not any(row.get(name) for name in lacks.split()), row["id"]


def test_a_rule_stands_under_one_in_force_and_a_position_amends_an_earlier_one() -> None:
    for held in LIBRARY.positions.values():
        known = [rule.id for rule in held.rules]
        for rule in held.rules:
            assert not rule.under or rule.under in known[: known.index(rule.id)], rule.id
        assert not held.amends or held.amends.latest < held.latest, held.id


def validated(folder: Path) -> Any:
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    return json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout)


@pytest.mark.parametrize("folder", ["", "town"])
def test_frictionless_accepts_the_package(folder: str) -> None:
    report = validated(tables.folder() / folder)
    assert report["valid"] and report["stats"]["tasks"] == len(ROWS), report


def test_frictionless_would_see_a_double_id(edit: Edit) -> None:
    assert not validated(edit("glossary.csv", "claim,5,claim,", "ally,5,claim,"))["valid"]


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda resource: resource["name"])
def test_the_package_declares_every_column_in_words(resource: dict[str, Any]) -> None:
    fields = resource["schema"]["fields"]
    with (tables.folder() / resource["path"]).open(encoding="utf-8") as file:
        assert file.readline().strip().split(",") == [field["name"] for field in fields]
    assert all(field["description"] for field in fields)


def test_the_package_and_the_guide_name_every_table() -> None:
    guide = (tables.folder() / "README.md").read_text(encoding="utf-8")
    assert {*ROWS} == {path.stem for path in tables.folder().glob("*.csv")}
    for resource in PACKAGE["resources"]:
        assert resource["path"] == f"{resource['name']}.csv" and f"`{resource['path']}`" in guide


def test_the_wheel_carries_the_tables(tmp_path: Path) -> None:
    build = ["-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run([sys.executable, *build], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("within_limits-*.whl"))) as wheel:
        wheel.extractall(site := tmp_path / "site")
    told = "print(facts.__file__, len(rules.cases()), explore.start().words)"
    town = "facts.use(facts.tables.folder() / 'town'); print(len(rules.cases()), explore.start().words)"
    run = [sys.executable, "-c", f"from helpers import facts, rules, explore; {told}; {town}"]
    place = {"cwd": site, "env": {"PYTHONPATH": str(site), "HOME": str(tmp_path)}}
    said = subprocess.run(run, **place, check=True, capture_output=True, text=True).stdout
    assert said.split() == [str(site / "helpers" / "facts.py"), "348", "Ready.", "198", "Ready."]
