"""A reader's own copy of the report: whether it is the same edition, and what differs in it."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from unicodedata import category, normalize

from helpers import facts

Word = tuple[str, re.Match[str]]  # as it is spelled, and the piece of a text that it stands in
Place = tuple[range, ...]  # words by their numbers; two runs where the lines between are left out
_MEND = "Save the report under this name as plain text (UTF-8), or take the file away."
_COMPARE = "Editions of one report can differ: compare them."
_OTHER = "article.txt does not look like the report. Put its text there, and no other."


class Copy(NamedTuple):
    """A reader's own copy: the text of each paragraph, and which are the same or differ.

    For one that differs, `texts` has what stands in its place. `fault` says why a copy is no use.
    """

    texts: Mapping[str, str]
    same: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    fault: str = ""


def own_copy() -> Copy | None:
    """Return the reader's own copy of the report; None when there is none.

    It is `article.txt` beside the tables, or in the folder that WITHIN_LIMITS_HOME names.
    """
    path = Path(os.environ.get("WITHIN_LIMITS_HOME") or facts.home()) / "article.txt"
    try:
        return compared(_decoded(path.read_bytes())) if path.exists() else None
    except (OSError, UnicodeError):
        return Copy({}, fault=f"{path.parent.name}/{path.name} can't be read. {_MEND}")


def edition(copy: Copy) -> str:
    """Return in a sentence or two whether a copy is the same edition of the report.

    >>> edition(Copy({"1": "One.", "2": "Two."}, same=("1", "2")))
    'Your copy is the same edition: all 2 paragraphs are there, word for word.'
    """
    same = f"the same edition: all {len(copy.same)} paragraphs are there, word for word."
    listed = f"paragraph{'s' if copy.differ[1:] else ''} {', '.join(copy.differ)}"
    another = f"another edition. What differs: {listed}. {_COMPARE}"
    return copy.fault or f"Your copy is {another if copy.differ else same}"


def compared(text: str) -> Copy:
    """Return a text as a copy of the report, unless it has a fifth of its paragraphs or fewer.

    A paragraph may stand anywhere, and captions or links may stand in it as lines of their own. For
    one that differs the copy has what stands between its neighbours.

    >>> compared("A recipe for rye bread.").fault
    'article.txt does not look like the report. Put its text there, and no other.'
    """
    parts = [part for part in facts.library().paragraphs.values() if part.words]
    pieces = re.finditer(r"(?m)(^\s*)?\S+", text)
    words = [(word, piece) for piece in pieces for word in spelled(piece[0])]
    places = [_place(words, part, range(len(words)), broken=False) for part in parts]
    for at, part in enumerate(parts):
        near = _gap(places, at, len(words), 1500)
        places[at] = places[at] or _place(words, part, near, broken=True)
    found = {part.id: place for part, place in zip(parts, places, strict=True) if place}
    if len(found) <= len(parts) // 5:
        return Copy({}, fault=_OTHER)
    told = [place or (_gap(places, at, len(words), 300),) for at, place in enumerate(places)]
    texts = {part.id: _told(text, words, place) for part, place in zip(parts, told, strict=True)}
    return Copy(texts, tuple(found), tuple(name for name in texts if name not in found))


def fingerprint(words: Iterable[str]) -> str:
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


def _place(words: Sequence[Word], part: facts.Paragraph, near: range, broken: bool) -> Place:
    """Return the words that are a paragraph, as one run or with up to four lines left out."""
    plain, size = [word for word, _ in words], part.words or 0
    lines = [at for at in near if words[at][1][1] is not None]
    parted = (
        (range(first, end), range(resumed, resumed + size - (end - first)))
        for first in (at + more for at in lines for more in (0, 1))  # one more: after a number
        for number, end in enumerate(lines)
        for resumed in lines[number + 1 : number + 5]
        if first < end < first + size
    )
    for place in parted if broken else ((range(at, at + size),) for at in near):
        told = [word for run in place for word in plain[run.start : run.stop]]
        if fingerprint(told) == part.fingerprint:
            return place
    return ()


def _gap(places: Sequence[Place], at: int, end: int, most: int) -> range:
    """Return the words between the neighbours of a paragraph; with none on a side, so many."""
    stop = min((place[0].start for place in places[at:] if place), default=end)
    start = max((place[-1].stop for place in places[:at] if place), default=max(0, stop - most))
    return range(start, stop)[:most]


def _told(text: str, words: Sequence[Word], place: Place) -> str:
    """Return words as the text has them, with their marks, in one line."""
    ends = [(words[run[0]][1].start(), words[run[-1]][1].end()) for run in place if run]
    return " ".join(word for start, end in ends for word in text[start:end].split())


def _decoded(raw: bytes) -> str:
    """Return a file of text from any editor; raises UnicodeError when it is none."""
    try:
        return raw.decode("utf-16" if b"\0" in raw else "utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")
