"""The files of the Python that runs in the browser: which ones, and taken only when each is what its hash says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import urlopen

PINS = Path(__file__).with_name("runtime.json")
LOCK = "pyodide-lock.json"


class Wrong(Exception):
    """What stops a build; its text is the sentence to show."""


@dataclass(frozen=True)
class Runtime:
    """The pinned runtime: the sha256 of files, and the names of the wheels whose sha256 the official lock gives.

    The wheels of `start` are in the kernel from the beginning, those of `later` are loaded when they are first used;
    `added` has more of both, which are in no lock. The build with which the check compares takes `compared` too.
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
    """Return a file from a folder or a base address; raise Wrong when it is missing or is not the pinned one."""
    try:
        data = urlopen(f"{source.rstrip('/')}/{name}", timeout=60).read() if "://" in source else _read(source, name)
    except (OSError, HTTPException) as error:
        raise Wrong(f"{name} can't be had from {source}: {error}. Give the folder or the address that has it.") from error
    if (found := sha256(data).hexdigest()) != digest:
        raise Wrong(f"{name} from {source} is not the right file: its sha256 is {found}, and must be {digest}.")
    return bytes(data)


def _read(folder: str, name: str) -> bytes:
    return (Path(folder) / name).read_bytes()
