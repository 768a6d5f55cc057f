"""The site of the lessons: plain files, and what builds, serves and checks them."""

import re
from collections.abc import Sequence
from pathlib import Path

CLASS = "our-class.ipynb"  # for the teacher: run, tested and shipped like a lesson, and none


def lessons(folder: Path) -> Sequence[Path]:
    """Return the lessons of a folder in order: no copy, nothing untitled, no file of a system."""
    named = re.compile(r"\d\d(-[a-z]+)+\.ipynb")
    return sorted(path for path in folder.iterdir() if named.fullmatch(path.name))


def notebooks(folder: Path) -> Sequence[Path]:
    """Return all that is run, tested and shipped: the lessons, and what the teacher has."""
    return [*lessons(folder), *folder.glob(CLASS)]
