"""What a student types in boxes is kept as it is typed, and never replaced unseen."""

from collections.abc import Mapping
from typing import Any

from helpers.student import journal

SAVED = "Saved."
OTHER = " It now says: “{}”."


def kept(names: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that are kept, by the name of their box; `names` says under which names.

    >>> kept({"box": "a name with nothing under it"})
    {'box': ''}
    """
    found = {box: journal.kept(name) for box, name in names.items()}
    return {box: entry.answer if entry else "" for box, entry in found.items()}


def keep(
    names: Mapping[str, str], texts: Mapping[str, str], seen: Mapping[str, str], press: str = ""
) -> dict[str, Any]:
    """Keep the texts of boxes, each in place of the one that was `seen` there.

    Returns `said`, what to say; `took`, the boxes that were sent; `failed`, those that are not on the
    disk; and `other`, for a box that another page has changed, what is kept there.

    >>> keep({}, {}, {})
    {'said': '', 'took': [], 'failed': [], 'other': {}}
    """
    own = {box: text for box, text in texts.items() if box in names}
    wrong = {box: said for box, text in own.items() if (said := _keep(names[box], text, seen[box]))}
    now = kept(names)
    other = {box: now[box] for box, said in wrong.items() if said.startswith(journal.CHANGED)}
    says = [
        said + (OTHER.format(other[box]) if box in other else "") for box, said in wrong.items()
    ]
    done = SAVED if own or (names and press == "save") else ""
    return {"said": next(iter(says), done), "took": [*own], "failed": [*wrong], "other": other}


def _keep(name: str, text: str, seen: str) -> str:
    """Keep a text; return what went wrong, or nothing. A box that never held a word leaves no trace."""
    return journal.keep(name, text, seen=seen) if text.strip() or journal.kept(name) else ""
