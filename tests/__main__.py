"""Run every check, one after the other: `python -m tests`. The first one that fails ends the run."""

import subprocess
import sys

# A copy of a lesson, what is untitled, and a file of a system. The o is for our-class.
NO_LESSON = "notebooks/[!0-9o]*", "notebooks/*[!a-z0-9.-]*"
LINT = f"ruff check . --extend-exclude={','.join(NO_LESSON)}"
TESTS = f"pytest --numprocesses auto --dist loadfile {' '.join(f'--ignore-glob={name}' for name in NO_LESSON)}"
CHECKS = LINT, "ruff format --check .", "mypy", TESTS

if __name__ == "__main__":
    for check in CHECKS:
        print(f"== {check}", flush=True)
        if code := subprocess.run([sys.executable, "-m", *check.split()]).returncode:
            sys.exit(code)
