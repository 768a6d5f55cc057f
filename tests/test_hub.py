"""On a hub, lessons come fresh, nothing that a student made is lost, and nobody gets in where nobody may."""

import importlib.util
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
HUB = ROOT / "hub"
DAY = "2026-11-22"
CHOSEN = Path("/hub/settings.py")


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"hub_{name}", HUB / f"{name}.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


lessons, safety = module("lessons"), module("safety")


def notebook(*sources: str, output: str = "") -> str:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}]
    cells = [{"cell_type": "code", "source": source, "outputs": outputs if output else []} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The folder of the current lessons."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("00.ipynb", "01.ipynb"):
        (folder / name).write_text(notebook("one", "two"))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A student's folder."""
    return tmp_path / "home"


@pytest.fixture
def start(source: Path, home: Path) -> Callable[[], list[str]]:
    """Start the student's server once; give back the names of the copies that it made."""

    def give() -> list[str]:
        kept = lessons.give(source, home, DAY)
        assert all(path.parent == home / "my-copies" and os.path.lexists(path) for path in kept)
        return [path.name for path in kept]

    return give


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_first_start_gives_every_lesson(source: Path, home: Path, start: Callable[[], list[str]]) -> None:
    assert start() == []
    assert {path.name: path.read_bytes() for path in (home / "lessons").iterdir()} == {
        path.name: path.read_bytes() for path in source.iterdir()
    }


def test_a_second_start_changes_nothing(home: Path, start: Callable[[], list[str]]) -> None:
    assert start() == start() == start() == []
    assert listed(home / "lessons") == ["00.ipynb", "01.ipynb"] and listed(home / "my-copies") == []


def test_a_lesson_that_only_ran_comes_fresh(source: Path, home: Path, start: Callable[[], list[str]]) -> None:
    start()
    (home / "lessons" / "00.ipynb").write_text(notebook("one", "two", output="ran"))
    assert start() == []
    assert (home / "lessons" / "00.ipynb").read_bytes() == (source / "00.ipynb").read_bytes()


@pytest.mark.parametrize(
    "own",
    [notebook("one", "mine"), notebook("one"), notebook("one", "two", "three"), notebook("two", "one"), "", "{", "[]"],
)
def test_a_changed_lesson_is_kept_and_comes_fresh(
    source: Path, home: Path, start: Callable[[], list[str]], own: str
) -> None:
    start()
    (home / "lessons" / "00.ipynb").write_text(own)
    assert start() == [f"00-{DAY}.ipynb"]
    assert (home / "my-copies" / f"00-{DAY}.ipynb").read_text() == own
    assert (home / "lessons" / "00.ipynb").read_bytes() == (source / "00.ipynb").read_bytes()
    assert start() == []


def test_a_cell_of_another_kind_is_a_change(home: Path, start: Callable[[], list[str]]) -> None:
    start()
    path = home / "lessons" / "00.ipynb"
    path.write_text(path.read_text().replace('"code"', '"markdown"', 1))
    assert start() == [f"00-{DAY}.ipynb"]


def test_no_copy_takes_the_place_of_another(home: Path, start: Callable[[], list[str]]) -> None:
    start()
    names = []
    for words in ("first", "second", "third"):
        (home / "lessons" / "00.ipynb").write_text(notebook(words))
        names += start()
    assert names == [f"00-{DAY}.ipynb", f"00-{DAY}-2.ipynb", f"00-{DAY}-3.ipynb"]
    for name, words in zip(names, ("first", "second", "third"), strict=True):
        assert (home / "my-copies" / name).read_text() == notebook(words)


def test_a_new_version_comes_without_copies_of_the_old(
    source: Path, home: Path, start: Callable[[], list[str]]
) -> None:
    start()
    (source / "00.ipynb").write_text(notebook("new"))
    (source / "02.ipynb").write_text(notebook("added"))
    assert start() == []
    assert (home / "lessons" / "00.ipynb").read_text() == notebook("new")
    assert (home / "lessons" / "02.ipynb").read_text() == notebook("added")


def test_a_change_outlives_a_new_version(source: Path, home: Path, start: Callable[[], list[str]]) -> None:
    start()
    (home / "lessons" / "00.ipynb").write_text(notebook("mine"))
    (source / "00.ipynb").write_text(notebook("new"))
    assert start() == [f"00-{DAY}.ipynb"]
    assert (home / "my-copies" / f"00-{DAY}.ipynb").read_text() == notebook("mine")
    assert (home / "lessons" / "00.ipynb").read_text() == notebook("new")


def test_a_lesson_that_is_no_more_goes_unless_it_was_changed(
    source: Path, home: Path, start: Callable[[], list[str]]
) -> None:
    start()
    (home / "lessons" / "01.ipynb").write_text(notebook("mine"))
    for path in source.iterdir():
        path.unlink()
    assert start() == [f"01-{DAY}.ipynb"]
    assert listed(home / "lessons") == [] and start() == []


def test_a_lesson_that_the_student_deleted_comes_back(home: Path, start: Callable[[], list[str]]) -> None:
    start()
    (home / "lessons" / "00.ipynb").unlink()
    assert start() == [] and (home / "lessons" / "00.ipynb").is_file()


def test_what_the_student_made_is_left_alone(source: Path, home: Path, start: Callable[[], list[str]]) -> None:
    own = {"work/answers.jsonl": "a", "lessons/mine.ipynb": "b", "lessons/00-Copy1.ipynb": "c", "my-copies/x": "d"}
    start()
    for path, text in own.items():
        (home / path).parent.mkdir(exist_ok=True)
        (home / path).write_text(text)
    (source / "00.ipynb").write_text(notebook("new"))
    start()
    assert {path: (home / path).read_text() for path in own} == own


def test_a_name_that_a_new_lesson_needs_is_kept_too(source: Path, home: Path, start: Callable[[], list[str]]) -> None:
    start()
    (home / "lessons" / "02.ipynb").write_text(notebook("mine"))
    (source / "02.ipynb").write_text(notebook("added"))
    assert start() == [f"02-{DAY}.ipynb"]
    assert (home / "lessons" / "02.ipynb").read_text() == notebook("added")


def test_without_its_memory_everything_is_kept(home: Path, start: Callable[[], list[str]]) -> None:
    start()
    for path in (home / ".given").iterdir():
        path.unlink()
    (home / "lessons" / "00.ipynb").write_text(notebook("mine"))
    assert f"00-{DAY}.ipynb" in start()
    assert (home / "my-copies" / f"00-{DAY}.ipynb").read_text() == notebook("mine")


def test_a_read_only_lesson_comes_fresh_and_can_be_written(
    source: Path, home: Path, start: Callable[[], list[str]]
) -> None:
    (source / "00.ipynb").chmod(0o444)
    start()
    (home / "lessons" / "00.ipynb").chmod(0o444)
    (source / "00.ipynb").chmod(0o644)
    (source / "00.ipynb").write_text(notebook("new"))
    start()
    assert (home / "lessons" / "00.ipynb").read_text() == notebook("new")
    assert (home / "lessons" / "00.ipynb").stat().st_mode & 0o200


@pytest.mark.parametrize("place", ["lessons/00.ipynb", ".given/00.ipynb"])
@pytest.mark.parametrize("there", [True, False])
def test_a_planted_link_is_not_followed(
    tmp_path: Path, home: Path, start: Callable[[], list[str]], place: str, there: bool
) -> None:
    start()
    other = tmp_path / "other"
    if there:
        other.write_text("not theirs")
    (home / place).unlink()
    (home / place).symlink_to(other)
    start()
    assert other.exists() == there and (not there or other.read_text() == "not theirs")
    assert (home / "lessons" / "00.ipynb").read_text() == notebook("one", "two")
    assert not (home / "lessons" / "00.ipynb").is_symlink()


def test_a_link_that_stands_where_a_copy_would_is_not_followed(
    tmp_path: Path, home: Path, start: Callable[[], list[str]]
) -> None:
    start()
    (home / "my-copies" / f"00-{DAY}.ipynb").symlink_to(tmp_path / "other")
    (home / "lessons" / "00.ipynb").write_text(notebook("mine"))
    assert start() == [f"00-{DAY}-2.ipynb"] and not (tmp_path / "other").exists()


def test_a_folder_in_place_of_a_lesson_is_kept(home: Path, start: Callable[[], list[str]]) -> None:
    start()
    (home / "lessons" / "00.ipynb").unlink()
    (home / "lessons" / "00.ipynb").mkdir()
    (home / "lessons" / "00.ipynb" / "mine").write_text("x")
    assert start() == [f"00-{DAY}.ipynb"]
    assert (home / "my-copies" / f"00-{DAY}.ipynb" / "mine").read_text() == "x"


@pytest.fixture
def server(source: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Start a server as some user; return what this process would go on as."""
    went: list[str] = []
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(home))
    monkeypatch.setattr(os, "execv", lambda path, command: went.extend(command))

    def start(user: int) -> list[str]:
        monkeypatch.setattr(os, "getuid", lambda: user)
        lessons.main(str(source), "server", "--quiet")
        return went

    return start


def test_root_gives_nothing_out(server: Callable[[int], list[str]], home: Path) -> None:
    with pytest.raises(SystemExit, match="never by root"):
        server(0)
    assert not home.exists()


def test_a_student_gets_the_lessons_and_then_the_server(server: Callable[[int], list[str]], home: Path) -> None:
    assert server(1000) == ["server", "--quiet"] and (home / "lessons" / "00.ipynb").is_file()


def test_the_server_starts_even_where_lessons_can_not_be_given(
    server: Callable[[int], list[str]], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    (home / "my-copies").write_text("a file in the place of the folder")
    assert server(1000) == ["server", "--quiet"] and "could not be given out" in capsys.readouterr().err


@pytest.fixture
def owners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[Path, int]:
    """Who would own each folder: only root can really give one away."""
    for name in ("students", "run"):
        (tmp_path / name).mkdir()
    owned: dict[Path, int] = {}
    stat = Path.stat

    def told(path: Path, **_: bool) -> os.stat_result:
        real = stat(path)
        return os.stat_result((*real[:4], owned.get(path, real.st_uid), *real[5:]))

    monkeypatch.setattr(safety.os, "chown", lambda path, user, group: owned.update({path: user}))
    monkeypatch.setattr(safety.Path, "stat", told)
    return owned


def test_each_student_has_a_number_and_keeps_it(tmp_path: Path, owners: dict[Path, int]) -> None:
    numbers = {name: safety.place(tmp_path, name, 5_000_000)[0] for name in ("anna", "ben", "cleo")}
    assert sorted(numbers.values()) == [5_000_000, 5_000_001, 5_000_002]
    for name, number in reversed(numbers.items()):
        again, home, sockets = safety.place(tmp_path, name, 5_000_000)
        assert again == number == owners[home] == owners[sockets]
    assert len(owners) == 6


def test_a_folder_that_root_still_owns_gets_a_number(tmp_path: Path, owners: dict[Path, int]) -> None:
    (tmp_path / "students" / "student-anna").mkdir()
    assert safety.place(tmp_path, "anna", 5_000_000)[0] == 5_000_000


@pytest.mark.parametrize("name", ["..", ".", "root", "a%2Fb", "anna@school.example"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, owners: dict[Path, int], name: str) -> None:
    number, home, sockets = safety.place(tmp_path, name, 5_000_000)
    assert number >= 5_000_000
    assert home.resolve().parent == tmp_path / "students" and sockets.resolve().parent == tmp_path / "run"
    assert os.stat(home).st_mode & 0o777 == os.stat(sockets).st_mode & 0o777 == 0o700


def faults(user: int = 0, authenticator: object = "native", checking: bool = False, *read: Path) -> list[str]:
    said: list[str] = safety.faults(user, authenticator, checking, CHOSEN, read)
    return said


def test_the_hub_opens_for_a_real_authenticator() -> None:
    for name in ("native", "pam", "google", "azuread", "github", "generic-oauth"):
        assert faults(authenticator=name) == []


@pytest.mark.parametrize("name", ["dummy", "jupyterhub.auth.DummyAuthenticator", type("DummyAuthenticator", (), {})])
def test_the_dummy_is_refused_but_for_the_check(name: object) -> None:
    (said,) = faults(authenticator=name)
    assert str(CHOSEN) in said and "lets anybody in" in said and "Choose another one" in said
    assert faults(authenticator=name, checking=True) == []


def test_no_choice_is_refused_even_for_the_check() -> None:
    for checking in (True, False):
        (said,) = faults(authenticator=None, checking=checking)
        assert str(CHOSEN) in said and 'authenticator_class = "native"' in said


def test_only_root_may_start_it() -> None:
    (said,) = faults(user=1000)
    assert "sudo make hub" in said


def test_a_folder_that_is_closed_to_students_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "shut" / "in").mkdir(parents=True)
    (tmp_path / "shut").chmod(0o700)
    said = [one for one in faults(0, "native", False, tmp_path / "shut" / "in" / "python") if f"{tmp_path}/shut" in one]
    assert any(f"because {tmp_path / 'shut'} is closed" in one for one in said)
    (tmp_path / "shut").chmod(0o711)
    said = faults(0, "native", False, tmp_path / "shut" / "in" / "python")
    assert not any(f"because {tmp_path / 'shut'} is closed" in one for one in said)


def test_the_dummy_is_named_nowhere_but_where_it_is_refused_or_tried() -> None:
    naming = {path.name for path in HUB.glob("*.py") if "dummy" in path.read_text(encoding="utf-8").lower()}
    assert naming == {"safety.py", "check.py"}
    config = (HUB / "jupyterhub_config.py").read_text(encoding="utf-8")
    assert config.index("load_subconfig") < config.index("faults(os.getuid()")


def test_the_locks_have_hashes_and_no_address_to_load_from() -> None:
    lock = (HUB / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert len(blocks) > 50 and all("==" in block and "--hash=sha256:" in block for block in blocks)
    packages = json.loads((HUB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all(one["integrity"].startswith("sha512-") and "resolved" not in one for one in list(packages.values())[1:])
    assert "://" not in lock


def test_the_settings_in_the_guide_are_accepted_and_can_be_read() -> None:
    shown = re.findall(r"```python\n(.*?)```", (HUB / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    chosen = [name for block in shown for name in re.findall(r'authenticator_class = "([\w-]+)"', block)]
    assert len(chosen) >= 4 and not any(faults(authenticator=name) for name in chosen)
    for block in shown:
        compile(block, "settings.py", "exec")
