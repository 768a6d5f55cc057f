"""A reader's own copy of the report: whether it is the same edition, and what differs in it."""

import os
import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from unicodedata import category, normalize

from helpers import facts

_MEND = "Save the report under this name as plain text (UTF-8), or take the file away."
_OTHER = "article.txt does not look like the report. Put its text there, and no other."
_DIFFERS = "compare it in article.txt. Lines within it, such as a caption, count as a difference."


class Copy(NamedTuple):
    """A reader's own copy: the text of each paragraph, and which of them differ.

    For one that differs, `texts` says where to look. `fault` says why a copy is no use.
    """

    texts: Mapping[str, str]
    differ: tuple[str, ...] = ()
    fault: str = ""


def own_copy() -> Copy | None:
    """Return the reader's own copy of the report; None when there is none.

    It is `article.txt` beside the tables, or in the folder that WITHIN_LIMITS_HOME names.

    >>> isinstance(own_copy(), Copy | None)
    True
    """
    path = Path(os.environ.get("WITHIN_LIMITS_HOME") or facts.home()) / "article.txt"
    try:
        return compared(_decoded(path.read_bytes())) if path.exists() else None
    except (OSError, UnicodeError):
        return Copy({}, fault=f"{path.parent.name}/{path.name} can't be read. {_MEND}")


def edition(copy: Copy) -> str:
    """Return in a sentence or two whether a copy is the same edition of the report.

    >>> edition(Copy({"1": "One.", "2": "Two."}))
    'Your copy is the same edition: all 2 paragraphs are there, word for word.'
    """
    same = f"is the same edition: all {len(copy.texts)} paragraphs are there, word for word."
    other = f"is another edition, or has lines in between. What differs: {', '.join(copy.differ)}."
    return copy.fault or f"Your copy {other if copy.differ else same}"


def compared(text: str) -> Copy:
    """Return a text as a copy of the report, unless it has a fifth of its paragraphs or fewer.

    A paragraph is found wherever its words stand in one run, whatever the marks and line ends.

    >>> compared("A recipe for rye bread.").fault
    'article.txt does not look like the report. Put its text there, and no other.'
    """
    parts = [part for part in facts.library().paragraphs.values() if part.words]
    pieces = text.split()
    words = [(word, at) for at, piece in enumerate(pieces) for word in spelled(piece)]
    places = {part.id: _place(words, part) for part in parts}
    found = {name: " ".join(pieces[place]) for name, place in places.items()}
    differ = tuple(name for name, own in found.items() if not own)
    if len(found) - len(differ) <= len(found) // 5:
        return Copy({}, fault=_OTHER)
    return Copy({name: own or _DIFFERS for name, own in found.items()}, differ)


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
    plain, size = [word for word, _ in words], part.words or 0
    for first, (_, last) in enumerate(words[size - 1 :]):
        if fingerprint(plain[first : first + size]) == part.fingerprint:
            return slice(words[first][1], last + 1)
    return slice(0)


def _decoded(raw: bytes) -> str:
    """Return a file of text from any editor; raises UnicodeError when it is none."""
    try:
        return raw.decode("utf-16" if b"\0" in raw else "utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")
