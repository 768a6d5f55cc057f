"""A lesson shows the same in whatever order its cells run, each cell again, and each with no other before it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.run_lessons import run

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
LESSONS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
ORDERS = {"twice": 2, "backwards": 1, "alone": 1}  # how often each cell runs
PICTURE = r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+"


def stored(lesson: str) -> dict[str, list[Any]]:
    """What each cell shows in the file, pictures by their words."""
    code = [cell for cell in LESSONS[lesson]["cells"] if cell["cell_type"] == "code"]
    return {
        cell["id"]: [by_words({k: "".join(v) for k, v in o["data"].items()}) for o in cell["outputs"]] for cell in code
    }


def by_words(output: Any) -> Any:
    return (
        {kind: re.sub(PICTURE, "PICTURE", text) for kind, text in output.items()}
        if isinstance(output, dict)
        else output
    )


def check(told: Mapping[str, Any], lesson: str, times: int = 1) -> None:
    """Each cell ran so often, and each time it showed what is stored, and nothing else."""
    kept, found = stored(lesson), told["lessons"][lesson]
    ran = [id_ for id_, _ in found]
    assert {id_: ran.count(id_) for id_ in kept} == {id_: 1 if id_ == "setup" else times for id_ in kept}
    for id_, outputs in found:
        assert [by_words(one) for one in outputs] == kept[id_], f"{lesson}, cell {id_}"


@pytest.fixture(scope="module", params=ORDERS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Any], int]:
    own = str(tmp_path_factory.mktemp("own"))
    return run(ROOT, request.param, NOTEBOOKS, WITHIN_LIMITS_HOME=own), ORDERS[request.param]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_order_of_the_cells_changes_nothing(told: tuple[Mapping[str, Any], int], lesson: str) -> None:
    check(told[0], lesson, told[1])


def test_no_lesson_writes_into_its_folder_or_asks_another_machine(told: tuple[Mapping[str, Any], int]) -> None:
    assert told[0]["refused"] == []
