"""The site is built from the pinned files and no others, and packs them the same way each time."""

import io
import re
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

import pytest

from web.pack import pack
from web.runtime import LOCK, Wrong, pins, taken
from web.serve import Server

FILE, CONTENT = "pyodide.mjs", b"export const loadPyodide = 1;"
RIGHT, OTHER = sha256(CONTENT).hexdigest(), sha256(b"").hexdigest()


@pytest.fixture(params=["folder", "address"])
def source(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder with one file, or the address of a server for it."""
    (tmp_path / FILE).write_bytes(CONTENT)
    if request.param == "folder":
        yield str(tmp_path)
        return
    monkeypatch.setenv("no_proxy", "*")
    with Server(tmp_path, "127.0.0.1") as server:
        yield f"http://127.0.0.1:{server.server_port}/"


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return out.getvalue()


def names(packed: bytes) -> list[str]:
    return ZipFile(io.BytesIO(packed)).namelist()


def test_the_pinned_file_is_taken(source: str) -> None:
    assert taken(source, FILE, RIGHT) == CONTENT


def test_another_file_stops_the_build_and_both_hashes_are_told(source: str) -> None:
    told = f"{FILE} from {source} is not the right file: its sha256 is {RIGHT}, and must be {OTHER}."
    with pytest.raises(Wrong, match=f"^{re.escape(told)}$"):
        taken(source, FILE, OTHER)


def test_a_missing_file_is_told_with_its_place(source: str) -> None:
    with pytest.raises(Wrong, match=rf"^absent\.whl can't be had from {re.escape(source)}: .+\. Name a folder or"):
        taken(source, "absent.whl", RIGHT)


def test_an_address_where_nobody_answers_is_told() -> None:
    with pytest.raises(Wrong, match=rf"^{re.escape(FILE)} can't be had from http://127\.0\.0\.1:9/: .*refused"):
        taken("http://127.0.0.1:9/", FILE, RIGHT)


def test_each_file_is_pinned_once_with_a_whole_hash() -> None:
    runtime = pins()
    added = [*runtime.added.values(), runtime.compared["added"]]
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for group in (runtime.core, *added) for digest in group.values())
    official = [*runtime.start, *runtime.later, *runtime.compared["official"]]
    packages = official + [wheel.split("-")[0] for group in added for wheel in group]
    assert len(packages) == len(set(packages)) and LOCK in runtime.core
    assert [*runtime.start] == sorted(runtime.start) and [*runtime.later] == sorted(runtime.later)
    assert runtime.base.startswith("https://") and f"/v{runtime.version}/" in runtime.base


def test_the_same_files_in_any_order_give_the_same_bytes() -> None:
    one, two = archive(**{"a.py": "1", "b.txt": "2"}), archive(**{"c.py": "3"})
    assert pack([one, two], {"d.json": b"{}"}, 1) == pack([two, one], {"d.json": b"{}"}, 1)
    assert names(pack([two, one], {"d.json": b"{}"}, 1)) == ["a.pyc", "b.txt", "c.pyc", "d.json"]


def test_tests_and_what_only_a_compiler_reads_are_left_out_and_data_stays() -> None:
    kept = ["one/data/table.csv", "one/font.ttf", "one/quick.so"]
    left = [f"one/{name}" for name in "tests/it.py it.pyi it.pyx it.h images/it.png labextension/it.js".split()]
    assert names(pack([archive(**dict.fromkeys(kept + left, ""))], {}, 1)) == kept


@pytest.mark.parametrize(("level", "told"), [(1, "Its help."), (2, None)])
def test_what_was_compiled_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: int, told: str | None) -> None:
    packed, name = tmp_path / "packed.zip", f"packed_at_level_{level}"
    packed.write_bytes(pack([archive(**{f"{name}.py": '"""Its help."""\nvalue = 6 * 7'})], {}, level))
    monkeypatch.syspath_prepend(str(packed))
    module = import_module(name)
    assert (module.value, module.__doc__) == (42, told)
