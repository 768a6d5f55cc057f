"""A served folder: what it gives, keeps back and remembers, and to how many; and the zip that brings its own server."""

import re
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest

from web.release import HERE, release
from web.serve import Handler, Server

TOLD = tomllib.loads(Path(__file__).with_name("served.toml").read_text(encoding="utf-8").replace("LONG", "a" * 5000))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    for name in TOLD["files"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    for name, target in TOLD["links"].items():
        (tmp_path / name).symlink_to(target)
    with Server(tmp_path / "site", "127.0.0.1") as one:
        yield one


def ask(port: int, path: str, method: str = "GET", tag: str = "") -> tuple[int, HTTPMessage, str]:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    line.request(method, path, headers={"If-None-Match": tag})
    answer = line.getresponse()
    return answer.status, answer.headers, answer.read().decode() or answer.headers.get("Location", "")


def test_each_path_gets_its_own_file_or_none(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    absent = dict.fromkeys(TOLD["absent"], [404, "text/html;charset=utf-8", "", "no file at this address"])
    for path, (*told, says) in {**TOLD["paths"], **absent}.items():
        status, headers, body = ask(server.server_port, path)
        got = [status, headers.get("Content-Type", ""), headers.get("Cache-Control", "")]
        assert got == told and says in body, path
        assert headers["X-Content-Type-Options"] == "nosniff" and capfd.readouterr().err == ""


def test_a_lesson_is_asked_for_again_and_sent_when_it_changed(server: Server) -> None:
    _, first, body = ask(server.server_port, "/files/00.ipynb", "HEAD")
    assert not body and ask(server.server_port, "/files/00.ipynb", tag=first["ETag"])[0] == 304
    (server.folder / "files/00.ipynb").write_text("new")
    assert ask(server.server_port, "/files/00.ipynb", tag=first["ETag"])[2] == "new"


def test_two_hundred_at_once_are_answered(tmp_path: Path) -> None:
    server = Server(tmp_path, "127.0.0.1")
    lines = [socket.create_connection(server.server_address[:2], 0.5) for _ in range(200)]  # all wait in its queue
    with server:
        assert all(line.sendall(b"GET / HTTP/1.0\r\n\r\n") or b" 404 " in line.recv(100) for line in lines)


def test_who_is_silent_is_left_and_who_is_slow_is_not(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handler, "timeout", Handler.timeout / 150)
    (server.folder / "large.bin").write_bytes(bytes(30_000_000))
    silent, slow = (socket.create_connection(server.server_address[:2], 20) for _ in range(2))
    silent.sendall(b"GET / HT")
    slow.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
    pieces = [len(piece) for piece in iter(lambda: slow.recv(1_000_000), b"") if not time.sleep(0.03)]
    assert sum(pieces) > 30_000_000 and silent.recv(1) == b""


def test_what_can_not_be_served_is_told_in_a_sentence(server: Server) -> None:
    for words, sentence in TOLD["refused"].items():
        told = words.format(port=server.server_port).split()
        alone = [sys.executable, "-I", "-S", HERE / "serve.py", *told]  # with the standard library alone
        done = subprocess.run(alone, cwd=server.folder.parent, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (1, f"{sentence.format(port=server.server_port)}\n")


def test_the_zip_opens_the_lessons(server: Server, tmp_path: Path, monkeypatch: Any, request: Any) -> None:
    one, two = (release(server.folder, tmp_path / name, "https://lessons.example.org/") for name in "ab")
    with ZipFile(one) as packed:
        packed.extractall(tmp_path)
        runs = {Path(each.filename).name for each in packed.infolist() if each.external_attr >> 16 == 0o100755}
    assert one.read_bytes() == two.read_bytes() and runs == {"open-on-linux.sh", "open-on-macos.command"}
    assert b'href="https://lessons.example.org/"' in (tmp_path / one.stem / "READ ME FIRST.html").read_bytes()
    assert b"\r\n" in (tmp_path / one.stem / "open-on-windows.bat").read_bytes()
    monkeypatch.setenv("BROWSER", "echo %s")  # says the address and opens nothing; 0 is any port that is free
    script = ["sh", tmp_path / one.stem / "open-on-linux.sh", "0"]
    request.addfinalizer(subprocess.Popen(script, stdout=(tmp_path / "said").open("wb")).kill)
    said = (time.sleep(0.05) or re.findall(r"http\S+", (tmp_path / "said").read_text()) for _ in range(400))
    address, browser = next(both for both in said if len(both) == 2)  # until the browser was told as well
    assert browser == address and ask(urlsplit(address).port, "/files/00.ipynb")[2] == "site/files/00.ipynb"
