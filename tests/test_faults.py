"""The list of faults is whole: each can be planted where it says, and names a test that there is."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import ACTS, KINDS, ROOT, Fault, Stale, faults, missed

FAULTS = faults()
A_FAULT = Fault("a fault", "facts", "told.csv", "tests/test_it.py::test_it", old="one", new="two")


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(FAULTS) >= 100 and len({one.name for one in FAULTS}) == len(FAULTS)


def test_every_kind_has_some_and_every_act_is_used() -> None:
    assert {one.kind for one in FAULTS} == {*KINDS}
    assert {one.act for one in FAULTS} - {""} == {*ACTS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_a_fault_can_be_planted_and_changes_its_file(fault: Fault, tmp_path: Path) -> None:
    (tmp_path / fault.file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / fault.file).write_bytes((ROOT / fault.file).read_bytes())
    fault.plant(tmp_path)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_a_fault_names_a_test_that_there_is(fault: Fault) -> None:
    file, _, test = fault.node.partition("::")
    assert (ROOT / file).is_file() and fault.caught_by.startswith("nbval: ") == file.endswith(".ipynb") == (not test)
    assert fault.caught_by.startswith("doctest: ") == file.startswith("helpers/")
    if test:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert test.split("[")[0].split(".")[-1] in {
            node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        }


@pytest.mark.parametrize("text", ["two", "one and one"])
def test_what_does_not_stand_there_once_is_not_planted(text: str, tmp_path: Path) -> None:
    (tmp_path / "told.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Stale, match="stands . times"):
        A_FAULT.plant(tmp_path)
    assert (tmp_path / "told.csv").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("code", "last", "is_caught"),
    [
        (1, "1 failed, 3 passed in 0.12s", True),
        (0, "4 passed in 0.12s", False),
        (1, "1 error in 0.12s", False),
        (1, "1 failed, 1 error in 0.12s", False),
        (2, "1 error in 0.12s", False),
        (4, "", False),
    ],
)
def test_a_fault_is_caught_only_by_a_test_that_fails(code: int, last: str, is_caught: bool) -> None:
    assert (missed(A_FAULT, code, f"words\n{last}\n") == "") == is_caught


def test_a_refusal_has_to_be_in_the_words_that_were_expected() -> None:
    refused = replace(A_FAULT, sentence="is gone")
    assert missed(refused, 1, "The row “one” is gone.") == ""
    assert missed(refused, 1, "Another thing.\n1 failed in 0.12s")
    assert missed(refused, 2, "The row “one” is gone.")
