"""Tell, line by line, the controls and views of each kind of explorer and each mark of every figure.

So a change shows in a diff. `python -m tests.snapshots` stores all three in the folder `snapshot`.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from pprint import pformat
from typing import Any
from unittest.mock import patch

import ipywidgets as widgets
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from helpers import ask, explore, show
from helpers.view import styled
from tests.store_outputs import NOTEBOOKS

FOLDER = Path(__file__).with_name("snapshot")
CALL = re.compile(r"explore\.(?!start)(\w+)\(.*\)")
ASKED = "question", "predict", "write", "memo"
OTHER = 'explore.timeline("both")'
PRIVATE = "_dom_classes", "_options_labels"


def sources() -> list[str]:
    """Return the source of each explorer of the lessons, but of questions and texts only the first; and one more."""
    cells = [cell for path in sorted(NOTEBOOKS.glob("*.ipynb")) for cell in json.loads(path.read_bytes())["cells"]]
    found = [match for cell in cells if (match := CALL.fullmatch("".join(cell["source"])))]
    return [*{match[match[1] in ASKED]: match[0] for match in reversed(found)}.values(), OTHER]


def state(widget: Any) -> Any:
    """Return a widget as its kind and what of it is not as it comes, in its layout, style and parts too."""
    if isinstance(widget, tuple):
        return [state(one) for one in widget]
    if not isinstance(widget, widgets.Widget):
        return widget
    plain = type(widget)()
    kept = {"": type(widget).__name__}
    for name in sorted(widget.keys):
        own = state(getattr(widget, name))
        if (name in PRIVATE or name[0] != "_") and own != state(getattr(plain, name)):
            kept[name] = own
    return kept


def controls() -> list[str]:
    """Return each explorer, with all of its parts but the view in the panel."""
    told = []
    for source in sources():
        explorer = fresh(source)
        explorer._panel.value = ""
        parts = pformat(state(explorer._box), width=120, sort_dicts=False)
        told.append(f"# {source}, rest {explorer._rest}, waits {explorer._waits and explorer._waits.words!r}\n{parts}")
    return told


def choices(control: Any) -> list[Any]:
    """Return the values that a student can give a control: all, or a few where there is no end to them."""
    if isinstance(control, widgets.Text | widgets.Textarea):
        return ["", "two words", "c01, c99 and x9"]
    if isinstance(control, widgets.Button):
        return []
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    return [True, False] if isinstance(control.value, bool) else list(range(control.min, control.max + 1))


def views() -> list[str]:
    """Return the gist and a digest of what each explorer shows for each value of each control."""
    told = []
    for source in sources():
        for name, control in fresh(source)._controls.items():
            told.append(f"# {source}: {name}")
            for value in choices(control):
                state = {"sure": ask.SURE[0]} if name == "answer" and "question" in source else {}
                explorer = fresh(source, **state, **{name: value})
                digest = sha256(styled(explorer.shown.markup).encode()).hexdigest()[:12]
                told.append(f"{value}: {digest} {explorer._line.value} {explorer.shown.gist}")
    return ["\n".join(told)]


def fresh(source: str, **state: Any) -> explore.Explorer:
    """Return an explorer in that state, for a student who has answered nothing yet."""
    with tempfile.TemporaryDirectory() as nobody, patch.dict(os.environ, WITHIN_LIMITS_HOME=nobody):
        explorer = eval(source, {"explore": explore})
        return explorer.set(**state) if state else explorer


def marks(figure: Figure) -> Iterator[str]:
    """Yield the size of a figure and each of its marks, with place and look."""
    axes = figure.axes[0]
    size = [float(side) for side in figure.get_size_inches() * figure.dpi]
    yield f"paper {size} {to_hex(figure.get_facecolor())} {axes.get_xlim()} {axes.get_ylim()} {axes.axison}"
    for line in axes.lines:
        dot = line.get_marker(), line.get_markersize(), line.get_fillstyle()
        yield f"line {line.get_xydata().round(1).tolist()} {to_hex(line.get_color())} {line.get_linewidth()} {dot}"
    for bar in axes.patches:
        where = [round(float(one), 1) for one in bar.get_bbox().bounds]
        yield f"bar {where} {to_hex(bar.get_facecolor())} {to_hex(bar.get_edgecolor())} {bar.get_hatch()}"
    for text in axes.texts:
        where = [round(float(one), 1) for one in text.get_position()]
        look = text.get_fontsize(), text.get_weight(), text.get_ha(), text.get_va(), text._linespacing
        yield f"text {text.get_text()!r} {where} {to_hex(text.get_color())} {look}"


def figures() -> list[str]:
    """Return the figures that matplotlib draws, each for a wide and for a narrow screen."""
    told = []
    for make in (show.border, show.ranges):
        with patch.object(show, "picture", wraps=show.picture) as drawn:
            make()
        told += ["\n".join([f"# {make.__name__}", *marks(figure)]) for figure in drawn.call_args.args[:2]]
    return told


SNAPSHOTS = {"controls": controls, "figures": figures, "views": views}


def text(name: str) -> str:
    """Return a snapshot as it is stored."""
    return "\n\n".join(SNAPSHOTS[name]()) + "\n"


def path(name: str) -> Path:
    """Return where a snapshot is stored."""
    return FOLDER / f"{name}.txt"


if __name__ == "__main__":
    for name in SNAPSHOTS:
        path(name).write_text(text(name), encoding="utf-8")
