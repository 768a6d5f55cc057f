"""Give out the lessons when a student's server starts, then become that server.

It runs as the student and refuses to run as root: so whatever a student plants in the folder, a link above all,
reaches no further than the student does.
"""

import json
import os
import shutil
import sys
from datetime import datetime
from itertools import count
from pathlib import Path

LESSONS, COPIES, GIVEN = "lessons", "my-copies", ".given"


def give(source: Path, home: Path, day: str) -> list[Path]:
    """Put the lessons of `source` into a student's folder; return where the changed ones are kept now.

    A lesson counts as changed when its cells are not those that were given out; outputs don't count. It is moved to
    the folder of copies under its name and the day. Nothing else in the student's folder is touched. Raises OSError
    when the folder can't be written.
    """
    lessons, copies, given = (home / name for name in (LESSONS, COPIES, GIVEN))
    for folder in (lessons, copies, given):
        folder.mkdir(parents=True, exist_ok=True)
    current = {path.name: path for path in source.glob("*.ipynb")}
    kept = []
    for name in sorted({*current, *(path.name for path in given.glob("*.ipynb"))}):
        own, before = lessons / name, given / name
        if os.path.lexists(own) and _cells(own) != _cells(before):
            kept.append(_free(copies, own, day))
            own.rename(kept[-1])
        for path in (own, before):
            path.unlink(missing_ok=True)
            if name in current:
                shutil.copyfile(current[name], path)
    return kept


def _cells(path: Path) -> object:
    """Return the kind and the words of each cell; of a file that is no notebook, its bytes; of no file, nothing."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    try:
        return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(data)["cells"]]
    except (ValueError, TypeError, LookupError, RecursionError):
        return data


def _free(folder: Path, lesson: Path, day: str) -> Path:
    """Return a path for a copy that is not taken."""
    names = (f"{lesson.stem}-{day}{f'-{number}' if number > 1 else ''}{lesson.suffix}" for number in count(1))
    return next(folder / name for name in names if not os.path.lexists(folder / name))


def main(source: str, *command: str) -> None:
    """Give out the lessons of the folder `source`, and go on as `command`."""
    if os.getuid() == 0:
        sys.exit("Lessons are given out by the student's own server, never by root.")
    try:
        give(Path(source), Path(os.environ["WITHIN_LIMITS_HOME"]), f"{datetime.now():%Y-%m-%d}")
    except OSError as error:  # a student whose disk is full must still get in, to make room
        print(f"Lessons could not be given out: {error.strerror} ({error.filename}).", file=sys.stderr)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
