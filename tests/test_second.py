"""A second report, of another kind, works with the same code; the code knows neither of the two."""

import ast
import re
from pathlib import Path

import pytest

from helpers import explore, facts, rules
from helpers.check import tables
from tests.test_order import VIEWS, first

ROOT = Path(__file__).parent.parent
SECOND, TOWN = ROOT / "tests" / "library", tables.folder() / "town"
# Words of any report, or of Python.
GENERAL = {"report", "record", "source", "claim", "limit", "exception", "unclear", "position"}
GENERAL |= {"interval", "evidence", "reasoning", "lend", "paper", "home", "children", "memo", "voice", "attribution"}
SKIPPED = {"paragraphs", "times", "aspects", "dimensions"}  # their ids are such words
NAMES = "name", "short", "publisher", "date", "latest"


@pytest.fixture
def second() -> facts.Library:
    return facts.use(SECOND)


def ids(folder: Path) -> set[str]:
    rows = tables.load(folder)[2]
    return {row["id"] for name in rows if name not in SKIPPED for row in rows[name]} - GENERAL


@pytest.mark.parametrize("folder", [SECOND, TOWN], ids=lambda folder: folder.name)
def test_other_tables_have_rows_in_each_table_and_share_no_id_with_the_first(folder: Path) -> None:
    assert all(tables.load(folder)[2].values())
    shared = ids(folder) & ids(tables.folder())
    assert all(re.fullmatch(r"[co]\d+|who-decides", id_) for id_ in shared), shared


def test_each_story_of_the_second_report_has_the_answer_of_its_table(second: facts.Library) -> None:
    for story in second.stories.values():
        assert rules.judge(rules.case(story.id), story.position).answer == story.answer, story.id
    answers = {story.answer for story in second.stories.values()}
    assert answers == {"allowed", "not allowed", "unclear"}


def test_the_records_of_the_second_report_are_joined(second: facts.Library) -> None:
    assert (second.report.label, second.edition) == ("the report", "0.0.1")
    assert facts.position("ashby", on="2030-06-01").id == "ashby-before"
    later, held = facts.position("ashby", "record"), ["door-maps-stay", "door-novels"]
    assert [rule.id for rule in later.rules] == [*held, "door-maps-home"]
    assert later.cited == (facts.Citation(later.voices[0].speaker, "", later.voices[0]),)
    told = "clerks of the town hall, as told by The Valley Courier"
    assert second.claims["c01"].attribution == told
    assert second.outcomes["o03"].claim.speaker.name == "Ida Marsh"
    assert [str(own["value"]) for own in second.rows["figures"]] == ["6.5", "7", "12.0", "4200"]


def test_a_table_of_the_second_report_has_real_types_and_names(second: facts.Library) -> None:
    events, claims = facts.table("events"), facts.table("claims")
    assert (events["latest"] - events["earliest"]).dt.days.tolist()[1:] == [2, 0, 0]
    assert facts.table("options").groupby("question")["right"].sum().tolist() == [1, 1]
    assert [*claims.loc["c05", ["speaker_name", "via_name"]]] == ["The Valley Courier", ""]
    assert facts.table("outcomes")["status"].cat.categories[0] == "confirmed"
    assert facts.table("voices").loc["brookfield-letter", "sources_name"] == ("open letter",)


def test_a_case_of_the_second_report_is_refused_in_its_own_words(second: facts.Library) -> None:
    clash = "“a map” goes only with “Ashby”. Only one of the towns has maps."
    with pytest.raises(rules.CaseError, match=clash):
        rules.Case(who="brookfield", what="map", where="inside", reader="child")
    with pytest.raises(rules.CaseError, match="A case also needs: reader."):
        rules.Case(who="ashby", what="novel", where="home")


def named(folder: Path) -> str:
    """A pattern for the names, places and days of a report."""
    rows = [row for table in tables.load(folder)[2].values() for row in table]
    words = {str(row.get(name) or "") for row in rows for name in NAMES} - GENERAL
    return rf"\b({'|'.join(re.escape(word) for word in words if len(word) > 3)})\b"


@pytest.mark.parametrize("folder", [tables.folder(), SECOND, TOWN], ids=lambda folder: folder.name)
def test_the_code_knows_no_id_name_place_or_day_of_a_report(folder: Path) -> None:
    known, names = ids(folder), named(folder)
    for path in sorted((ROOT / "helpers").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(text := node.value, str):
                found = text in known or re.search(names, text)
                assert not found, f"{path.name}, line {node.lineno}: {text}"


@pytest.mark.parametrize("folder", [SECOND, TOWN], ids=lambda folder: folder.name)
@pytest.mark.parametrize("name", VIEWS)
def test_each_view_of_another_report_speaks_of_it_alone(name: str, folder: Path) -> None:
    facts.use(folder)
    words = VIEWS[name]().words
    assert len(words) > 10 and not re.search(named(tables.folder()), words), words


def test_a_student_of_the_second_report_is_answered_in_its_own_words(second: facts.Library) -> None:
    explore.predict(first("stories").id).set(answer="allowed", sure="sure")
    asked = first("questions")
    key = next(option for option in asked.options if option.right)
    shown = explore.question(asked.id).set(answer=key.says, sure="sure").shown
    assert shown.gist.startswith(f"Yes: {key.reason}")
    words = explore.work().shown.words
    assert key.says in words and not re.search(named(tables.folder()), words), words


def test_the_stories_of_the_town_have_all_four_answers() -> None:
    assert {own.answer for own in facts.use(TOWN).stories.values()} == {*rules.ANSWERS}
