"""A reader's own copy of the report: whether it is the same edition, and what differs in it."""

import os
import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from unicodedata import category, normalize

from helpers import facts


def own_copy() -> tuple[Mapping[str, str], str]:
    """Return the texts of the reader's own copy of the report, and whether it is the same edition.

    It is `article.txt` beside the tables, or in the folder that WITHIN_LIMITS_HOME names; with
    none, both are empty.

    >>> texts, edition = own_copy()
    >>> bool(edition) or not texts
    True
    """
    path = Path(os.environ.get("WITHIN_LIMITS_HOME") or facts.home()) / "article.txt"
    try:
        raw = path.read_bytes() if path.exists() else b""
        return compared(raw.decode("utf-16" if b"\0" in raw else "utf-8-sig")) if raw else ({}, "")
    except (OSError, UnicodeError):
        return {}, "article.txt can't be read. Save it as plain text (UTF-8), or take it away."


def compared(text: str) -> tuple[Mapping[str, str], str]:
    """Return the paragraphs of a text, and whether it is our edition, or what differs in it.

    A paragraph is found wherever its words stand in one run, whatever the marks and line ends.

    >>> compared("A recipe for rye bread.")[1].startswith("Your copy is another edition")
    True
    """
    parts = [part for part in facts.library().paragraphs.values() if part.words]
    pieces = text.split()
    words = [(word, at) for at, piece in enumerate(pieces) for word in spelled(piece)]
    found = {part.id: " ".join(pieces[_place(words, part)]) for part in parts}
    differ = [name for name, own in found.items() if not own]
    same = f"is the same edition: all {len(found)} paragraphs are there, word for word."
    other = f"is another edition, or has lines in between. What differs: {', '.join(differ)}."
    unlike = "Differs from our edition: compare it in article.txt. A caption within it counts too."
    told = {name: own or unlike for name, own in found.items()}
    return told, f"Your copy {other if differ else same}"


def fingerprint(words: Sequence[str]) -> str:
    """Return 16 digits that stand for words in their order.

    They can't be turned back into the words: they are far too few, and whoever tries words out has
    to hit a whole paragraph at once. The last paragraph is taken without the credit after it.

    >>> fingerprint(spelled("Eleven loaves, “new rye”."))
    '14fcc66981901aea'
    """
    return blake2b(" ".join(words).encode(), digest_size=8, person=b"paragraph").hexdigest()


def spelled(text: str) -> tuple[str, ...]:
    """Return the words of a text: runs of letters and digits, without marks and hidden signs.

    >>> spelled("The baker’s 27 ﬂours")
    ('the', 'baker', 's', '27', 'flours')
    """
    plain = "".join(sign for sign in normalize("NFKC", text).casefold() if category(sign) != "Cf")
    return tuple(re.findall(r"[^\W_ʻʼ]+", plain))


def _place(words: Sequence[tuple[str, int]], part: facts.Paragraph) -> slice:
    """Return which pieces of a text are a paragraph; each word comes with that of its piece."""
    runs = (words[at : at + (part.words or 0)] for at in range(len(words)))
    found = (run for run in runs if fingerprint([word for word, _ in run]) == part.fingerprint)
    return next((slice(run[0][1], run[-1][1] + 1) for run in found), slice(0))
