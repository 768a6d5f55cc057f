"""The files of the Python that runs in the browser, taken only when each is what its hash says."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

PINS = Path(__file__).with_name("runtime.json")
LOCK = "pyodide-lock.json"


class Wrong(Exception):
    """What stops a build; its text is the sentence to show."""


@dataclass(frozen=True)
class Runtime:
    """The pinned runtime: the sha256 of files, and the wheels whose sha256 the official lock gives.

    The wheels of `start` are in the kernel from the beginning, those of `later` are loaded when
    they are first used; `added` has more of both, which are in no lock. The build with which the
    check compares takes `compared` too.
    """

    version: str
    base: str
    core: Mapping[str, str]
    start: Sequence[str]
    later: Sequence[str]
    added: Mapping[str, Mapping[str, str]]
    compared: Mapping[str, Any]


def pins() -> Runtime:
    """Return what `runtime.json` pins."""
    return Runtime(**json.loads(PINS.read_text(encoding="utf-8")))


def taken(source: str, name: str, digest: str) -> bytes:
    """Return a file from a folder or a base address; raise Wrong when it is missing or another."""
    try:
        there = f"{source.rstrip('/')}/{name}"
        data = _fetched(there) if "://" in source else Path(there).read_bytes()
    except (OSError, HTTPException) as error:
        told = f"{name} can't be had from {source}: {error}."
        raise Wrong(f"{told} Name a folder or an address that has it.") from error
    if (found := sha256(data).hexdigest()) != digest:
        told = f"{name} from {source} is not the right file"
        raise Wrong(f"{told}: its sha256 is {found}, and must be {digest}.")
    return data


def indexed(source: str, name: str, digest: str) -> bytes:
    """Return a wheel that the official runtime lacks: from a folder, or by pip from its index.

    Raise Wrong when it is missing or is not the pinned one.
    """
    if "://" not in source:
        return taken(source, name, digest)
    project, version, _, _, platform = name.removesuffix(".whl").split("-")
    with TemporaryDirectory() as folder:
        wanted = [
            *("--no-deps", "--only-binary=:all:", "--python-version", "3.12"),
            *("--platform", platform, "--dest", folder),
        ]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", *wanted, f"{project}=={version}"]
        told = subprocess.run(pip, capture_output=True, text=True)
        if told.returncode:
            raise Wrong(f"{name} can't be had from the package index: {told.stderr.strip()[-500:]}")
        return taken(folder, name, digest)


def _fetched(address: str) -> bytes:
    with urlopen(address, timeout=60) as answer:
        return bytes(answer.read())
