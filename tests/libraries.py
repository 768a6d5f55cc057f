"""Print the name of each library that the lessons and tests need, with no version: `python tests/libraries.py`."""

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def libraries() -> list[str]:
    """Return the names, without the ranges that the project allows."""
    own = PROJECT["optional-dependencies"]
    listed = [*PROJECT["dependencies"], *own["lab"], *own["test"]]
    return [re.match(r"[\w.-]+", one)[0] for one in listed]


if __name__ == "__main__":
    print(*libraries())
