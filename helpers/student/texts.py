"""What a student types in boxes is kept as it is typed, and never replaced unseen."""

from collections.abc import Mapping
from typing import Any

from helpers.student import journal

SAVED = "Saved."


def kept(names: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that are kept, by the name of their box; `names` says under which names.

    >>> kept({"box": "never-asked"})
    {'box': ''}
    """
    last = {box: journal.kept(name) for box, name in names.items()}
    return {box: entry.answer if entry else "" for box, entry in last.items()}


def keep(
    names: Mapping[str, str], texts: Mapping[str, str], seen: Mapping[str, str], press: str = ""
) -> dict[str, Any]:
    """Keep the texts of boxes, each in place of the one that was `seen` there.

    Returns `said`, what to say; `took`, the boxes that were sent; `failed`, those that are not on
    the disk; and `other`, for a box that another page has changed, what is kept there.

    >>> keep({}, {}, {})
    {'said': '', 'took': [], 'failed': [], 'other': {}}
    """
    if press == "save":  # what the disk refused before goes along
        texts = {**kept(names), **texts}
    took = [box for box in texts if box in names]
    said = {box: journal.keep(names[box], texts[box], seen=seen[box]) for box in took}
    failed, now = [box for box in took if said[box]], kept(names)
    other = {box: now[box] for box in failed if said[box].startswith(journal.CHANGED)}
    told = next((said[box] for box in failed), SAVED if took else "")
    return {"said": told, "took": took, "failed": failed, "other": other}
