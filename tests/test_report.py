"""One command starts a folder for another report, which every view accepts, and says what is still to do in it."""

import json
import re
import subprocess
import sys
from pathlib import Path

from helpers import explore, facts, show
from teach.report import DATA, main
from tests.conftest import Edit
from tests.test_order import VIEWS

# They need the record, or a row of a table that may stay empty.
NEEDY = {"prediction", "redraft", "criteria", "changes", "positions", "capitals"}


def test_a_started_folder_opens_in_its_notebook_and_tells_what_is_left_or_wrong(copy: Path, edit: Edit) -> None:
    (copy.parent / "notebooks").mkdir()
    every = re.findall(r"^\d+\. `(\w+)\.csv`: ", main("ferry", copy), re.MULTILINE)
    assert every[:2] == ["sources", "paragraphs"] and {*every} <= {*facts.use(copy / "ferry").rows}
    assert explore.start().words == "Ready." and all(VIEWS[name]().words for name in VIEWS.keys() - NEEDY)
    _, setup, *cells = json.loads((copy.parent / "notebooks/my-ferry.ipynb").read_text("utf-8"))["cells"]
    assert 'facts.use(facts.tables.folder() / "ferry")\n' in setup["source"]
    for cell in cells[1::2]:
        exec(cell["source"], {"explore": explore, "facts": facts, "show": show, "display": repr})
    edit("ferry/sources.csv", "…,…,2049-12-31", "the ferry report,Pier News,2030-05-03")
    kept = {path: path.read_bytes() for path in (copy / "ferry").iterdir()}
    assert re.findall(r"^\d+\.|^   `id`", main("ferry", copy), re.MULTILINE)[:3] == ["2.", "   `id`", "3."]
    assert kept == {path: path.read_bytes() for path in (copy / "ferry").iterdir()}
    edit("ferry/cases.csv", "ar\n", "ar\nk,B,ferry-decider,ferry-what,ferry-where,ferry-who,ferry-when,,allowed")
    assert "line 2 (k): “answer” says “allowed”, but the rules give “not allowed”" in main("ferry", copy)
    edit("ferry/actors.csv", "office", "captain")
    assert "ferry/actors.csv, line 2 (ferry-decider): “kind” says “captain”. Choose one" in main("ferry", copy)


def test_the_command_passes_the_name_on() -> None:
    code = re.findall(r'^report: .+\n.+ -c "(.+)" "\$\(NAME\)"$', (DATA.parent / "Makefile").read_text(), re.MULTILINE)
    assert b"such as: make report" in subprocess.check_output([sys.executable, "-c", *code, "A B"], cwd=DATA.parent)
