"""Run every check, one after the other: `python -m tests`. The first one that fails ends the run."""

import subprocess
import sys

CHECKS = ("ruff check .", "ruff format --check .", "mypy", "pytest --numprocesses auto --dist loadfile")

if __name__ == "__main__":
    for check in CHECKS:
        print(f"== {check}", flush=True)
        if code := subprocess.run([sys.executable, "-m", *check.split()]).returncode:
            sys.exit(code)
