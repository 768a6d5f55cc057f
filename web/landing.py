"""The page that opens the site: its list of lessons is read off the lessons themselves."""

import json
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

PLACE = "<!-- lessons -->"
PARTS = {
    "title": r"^# (.+)$",
    "question": r"^\*\*The question:\*\* (.+)$",
    "minutes": r"^\*\*Minutes:\*\* (\d+)$",
}


def landing(template: str, notebooks: Sequence[Path]) -> str:
    """Return the page with an entry for each lesson, in the order given.

    Raises ValueError when the template has no place for them, or the head of a lesson lacks a part.
    """
    if template.count(PLACE) != 1:
        raise ValueError(f"the page needs one {PLACE}")
    return template.replace(PLACE, "\n".join(_entry(path) for path in notebooks))


def _entry(path: Path) -> str:
    head = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    found = {name: re.search(pattern, head, re.MULTILINE) for name, pattern in PARTS.items()}
    if missing := [name for name, match in found.items() if not match]:
        raise ValueError(f"{path.name}: its first cell has no {' and no '.join(missing)}")
    title, question, minutes = (escape(match[1]) for match in found.values() if match)
    link = f'<a href="notebooks/index.html?path={path.name}">{title}</a>'
    number = f'<span class="number" aria-hidden="true">{path.name[:2]}</span>'
    return (
        f'<li>{number} {link} <span class="minutes">{minutes} minutes</span> <p>{question}</p></li>'
    )
