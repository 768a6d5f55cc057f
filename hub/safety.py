"""What must hold before the hub opens, and whose folder is whose."""

import os
from collections.abc import Iterable
from pathlib import Path


def place(root: Path, name: str, first: int) -> tuple[int, Path, Path]:
    """Return a student's user number, own folder and folder for sockets; all are made at the first visit.

    Numbers count from `first`. A number owns the folder, so it stays the student's for as long as the folder is there.
    `name` must be escaped: a slash in it would lead elsewhere.
    """
    home = root / "students" / f"student-{name}"
    home.mkdir(mode=0o700, exist_ok=True)
    if (number := home.stat().st_uid) < first:  # new, or left over from a start that was cut short
        number = 1 + max(first - 1, *(one.stat().st_uid for one in home.parent.iterdir()))
        os.chown(home, number, number)
    sockets = root / "run" / str(number)  # the path of a socket must be short, and a name can be long
    sockets.mkdir(mode=0o700, exist_ok=True)
    os.chown(sockets, number, number)
    return number, home, sockets


def faults(user: int, authenticator: object, checking: bool, settings: Path, read: Iterable[Path]) -> list[str]:
    """Return a sentence for each thing that keeps the hub from opening.

    `authenticator` is the class or name that the settings chose, `checking` whether the check runs, `read` what every
    student must be able to read.
    """
    says = []
    if user:
        says.append("Each student's server runs under a number of its own, and only root can do that: sudo make hub")
    if not authenticator:
        says.append(
            f"{settings} chooses no authenticator. Say there who may log in, such as:"
            ' c.JupyterHub.authenticator_class = "native". hub/README.md shows the choices.'
        )
    elif "dummy" in str(authenticator).lower() and not checking:
        says.append(
            f"{settings} chooses the dummy authenticator, which lets anybody in under any name."
            " Choose another one there; hub/README.md shows them."
        )
    for path in read:
        says += [
            f"Students can't read {path}, because {folder} is closed to them. Move the project, or choose a Python"
            " outside it: make clean, then make hub PYTHON=/usr/bin/python3"
            for folder in path.parents
            if folder.is_dir() and not folder.stat().st_mode & 0o001
        ]
    return says
