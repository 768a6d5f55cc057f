"""One command starts a folder for another report, which every view accepts, and says what is still to do in it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import explore, facts, show
from helpers.check.tables import LOST, TableError
from teach import report
from teach.report import DATA, main
from tests.conftest import Edit, read
from tests.test_order import VIEWS

# They need the record, or a row of a table that may stay empty.
NEEDY = {"prediction", "redraft", "criteria", "changes", "positions", "capitals"}
OTHERS = "skiff-where,skiff-who,skiff-when,"
WHOLE = f"""values: skiff-other,6,what,y,y,article
conditions: skiff-asks,1,skiff-general,skiff-what
cases: skiff-a,A,skiff-decider,skiff-what,{OTHERS},not allowed,x,,x,x
cases: skiff-b,B,skiff-decider,skiff-other,{OTHERS},not stated,x,x,,x"""


@pytest.mark.parametrize("folder", report.folders(), ids=lambda folder: folder.name)
def test_each_folder_of_tables_holds_together_and_nothing_in_it_is_filled_in_by_half(folder: Path) -> None:
    assert "\n".join(report.faults(folder)) == ""


@pytest.fixture
def skiff(copy: Path) -> Path:
    (copy.parent / "notebooks").mkdir()
    assert re.search("If you meant .*town, delete both again.\nIn data/skiff:\n1. `sources", main("skiff", copy))
    return copy / "skiff"


def test_a_started_folder_opens_in_its_notebook_and_tells_what_is_left(skiff: Path, edit: Edit) -> None:
    every = re.findall(r"^\d+\. `(\w+)\.csv`: ", main("skiff", skiff.parent), re.MULTILINE)
    assert every[:2] == ["sources", "paragraphs"] and {*every} <= {*facts.use(skiff).rows}
    assert explore.start().words == "Ready." and all(VIEWS[name]().words for name in VIEWS.keys() - NEEDY)
    _, setup, *cells = json.loads((skiff.parents[1] / "notebooks/my-skiff.ipynb").read_text("utf-8"))["cells"]
    assert 'facts.use(facts.tables.folder() / "skiff")\n' in setup["source"]
    for cell in cells[1::2]:
        exec(cell["source"], {"explore": explore, "facts": facts, "show": show, "display": repr})
    edit("skiff/sources.csv", "…,…,2049-12-31", "the skiff report,Pier News,2030-05-03")
    assert re.findall(r"^\d+\.|^   `id`", main("skiff", skiff.parent), re.MULTILINE)[:3] == ["2.", "   `id`", "3."]


def add(folder: Path, added: str) -> None:
    """Write an x wherever something is to be filled in, seven of them in the paragraph, and add rows to tables."""
    for path in folder.glob("*.csv"):
        own = re.findall(rf"^{path.stem}: (.*)", added, re.MULTILINE)
        text = path.read_text("utf-8").replace("body,…,…", "body,x,x x x x x x x").replace("2049-12-31", "2030-05-03")
        path.write_text(text.replace("…", "x") + "\n".join(own), "utf-8")


def test_a_whole_folder_is_told_what_comes_next(skiff: Path) -> None:
    add(skiff, WHOLE)
    said = main("skiff", skiff.parent)
    assert said.startswith("In data/skiff:\n13. `terms.csv`: If") and said.endswith(report.NEXT.format("skiff"))
    add(skiff, "claims: c01,1,b,fact,skiff-decider,,,,")
    assert "Open notebooks" not in main("skiff", skiff.parent)


@pytest.mark.parametrize("fault", read("half_filled"), ids=lambda fault: fault["fault"])
def test_what_is_filled_in_by_half_or_wrong_gets_its_sentence(fault: dict[str, str], skiff: Path) -> None:
    add(skiff, fault["rows"])
    assert f"\nskiff/{fault['sentence']}" in main("skiff", skiff.parent)


def test_what_is_left_out_is_made_again_where_the_command_has_started_it(skiff: Path) -> None:
    add(skiff, WHOLE)
    (skiff / "claims.csv").unlink()
    with pytest.raises(TableError, match=f"^skiff/claims.csv is missing. {LOST}$"):
        facts.use(skiff)
    (skiff.parents[1] / "notebooks/my-skiff.ipynb").unlink()
    (skiff / "rules.csv").rename(skiff / "rules.xlsx")
    kept = {path: path.read_bytes() for path in skiff.iterdir()}
    said = main("skiff", skiff.parent).split("\n")
    assert [*map(str.split, said)][1][:2] == ["Made", "notebooks/my-skiff.ipynb"] and "claims.csv again" in said[0]
    assert said[3] == f"skiff/rules.csv is missing. {LOST} Did you mean “rules.xlsx”?"
    assert kept == {path: path.read_bytes() for path in kept}
    (skiff.parent / "town/claims.csv").unlink()
    assert f"In data/town:\ntown/claims.csv is missing. {LOST}\nMend this" in main("town", skiff.parent)


def test_the_command_passes_the_name_on() -> None:
    code = re.findall(r'^report: .+\n.+ -c "(.+)" "\$\(NAME\)"$', (DATA.parent / "Makefile").read_text(), re.MULTILINE)
    assert b"such as: make report" in subprocess.check_output([sys.executable, "-c", *code, "A B"], cwd=DATA.parent)
