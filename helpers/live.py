"""The live view: what a lesson stores is plain HTML, and one widget that is never shown wakes it.

An explorer has a state, controls that show it, and a view of it. The page sends what a student
changes, and gets markup back; live.js is its side of this.
"""

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import traitlets

from helpers import facts
from helpers.student import journal
from helpers.view import SHEET, Node, View, pick, tag

# A server names a session by its notebook. Outputs carry that name, hashed, so that in a page with
# two lessons each is woken by its own kernel; where nobody gives one, each run stores the same.
SESSION = os.environ.get("JPY_SESSION_NAME", "")
KERNEL = blake2b(SESSION.encode(), digest_size=4).hexdigest() if SESSION else ""
RUN = os.urandom(8).hex()  # by it a page knows a kernel that was restarted

Told = dict[str, Any]  # a message


class Control(NamedTuple):
    """A control: its kind, its label, its first value, and the words of its options by their value.

    Kinds: radio, one below the other, and choice, side by side; checkbox, with a list of values;
    textarea, button, or an input of HTML with its own attributes.
    """

    kind: str
    label: str
    value: Any = None
    options: Mapping[str, str] = {}
    name: str = ""  # in the state, where several controls have a part of one list

    def drawn(self, name: str, state: Told) -> Node:
        """Return the control as native HTML, with its value in a state."""
        value = state.get(name)
        if self.kind == "button":
            return tag("button", self.label, type="button", look="press", name=name)
        if self.kind in ("radio", "choice", "checkbox"):
            kind, options = self.kind.replace("choice", "radio"), self.options.items()
            chosen = value if isinstance(value, list) else [value]
            told = [pick(kind, name, key, key in chosen, says) for key, says in options]
            look = "options" if self.kind == "radio" else "choice"
            return tag("fieldset", tag("legend", self.label), *told, look=look)
        box = tag("input", type=self.kind, value=str(value), name=name, **self.options)
        if self.kind == "textarea":  # HTML drops the first line break
            box = tag("textarea", f"\n{value}", rows="6", name=name)
        return tag("label", tag("span", self.label), box, look=f"control {self.kind}")


@dataclass(eq=False)
class Explorer:
    """A live view for a cell to show, which can be driven from code too.

    `view` takes the state by name, and with `presses` the name of the button too, as `press`. What
    is typed in the boxes of `keeps` is kept at once, under the names given there. When a button is
    pressed, `keep` takes the state before `view` does, and returns what went wrong, or nothing.
    `inner` is the state of controls that stand in the view itself, and `also` gives more controls
    for a state.
    `moves` takes the state and what is new, and returns the next state, and a line on what moved.
    """

    name: str
    view: Callable[..., View]
    controls: Mapping[str, Control] = field(default_factory=dict)
    still: View | None = None
    head: Sequence[Node] = ()
    keep: Callable[..., str] = lambda **_: ""
    keeps: Mapping[str, str] = field(default_factory=dict)
    presses: bool = False
    inner: Mapping[str, Any] = field(default_factory=dict)
    also: Callable[[Told], Mapping[str, Control]] = lambda _: {}
    moves: Callable[[Told, Told], tuple[Told, str]] = lambda state, new: (state | new, "")

    def __post_init__(self) -> None:
        first = {key: box.value for key, box in self.controls.items() if box.kind != "button"}
        self.state = {**first, **self.inner}
        self.shown = self.view(**self.state)
        _known[self.name] = self

    def set(self, **state: Any) -> "Explorer":
        """Set controls by name as a student would, press the button, and return the explorer.

        Raises KeyError with a sentence for an unknown name.
        """
        for name in state:
            facts.find(self.state, name, "control")
        self.take(state, "set")
        return self

    def take(self, changes: Told, press: str = "", seen: Told | None = None) -> Told:
        """Take up changes and the button that was pressed; return what there is to say.

        A text replaces only one that this explorer, or the page with `seen`, has shown before.
        """
        told = journal.keep_texts(self.keeps, changes, self.state | (seen or {}), press)
        state, moved = self.moves(self.state, changes)
        state |= journal.texts(self.keeps)
        told["said"] = (press and self.keep(**state)) or told["said"] or moved
        self.shown = self.view(**state, **({"press": press} if self.presses else {}))
        self.state = state  # not before: a value that has no view stays out
        return told

    def markup(self) -> str:
        """Return the view with its controls, as they stand now."""
        known = {**self.also(self.state), **self.controls}
        drawn = (one.drawn(one.name or name, self.state) for name, one in known.items())
        controls, said = tag("div", *drawn, look="controls"), tag("p", look="said", role="status")
        return View((*self.head, controls, said, *self.shown.nodes)).markup

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        answers = "; your answers are kept" if self.head else ""
        asleep = tag("p", f"Run this lesson to wake it{answers}.", look="asleep")
        own = {"data_live": self.name, "data_kernel": KERNEL}
        nodes = (self.still or self.shown).nodes
        return View((tag("div", *nodes, asleep, look="live", **own),))._repr_mimebundle_()


_known: dict[str, Explorer] = {}  # the newest of each name answers the page


class Channel(anywidget.AnyWidget):
    """The widget that is never shown: it brings live.js and the sheet, and carries messages."""

    _esm = Path(__file__).parent / "live.js"
    _css = SHEET
    kernel = traitlets.Unicode(KERNEL).tag(sync=True)
    run = traitlets.Unicode(RUN).tag(sync=True)


_channels: list[Channel] = []


def begin() -> None:
    """Open a way between the pages and this kernel, in place of an earlier one."""
    gc.set_threshold(50_000)  # a view is many nodes, and none of them holds itself
    _channels.append(Channel())
    _channels[-1].on_msg(_hear)
    while _channels[1:]:
        _channels.pop(0).close()


def _hear(channel: Channel, message: Told, _: object) -> None:
    """Answer a page: it sent a change, a view of it wakes, or it asks whether somebody is here."""
    told: Told = {"run": RUN, "id": message.get("id"), "page": message.get("page")}
    try:
        told |= _answer(message) if told["id"] else {}
    except Exception as error:
        told |= {"said": f"Something went wrong, and nothing is lost: {error}"}
        told |= {"failed": [*(message.get("set") or {})]}
        raise
    finally:
        # The markup goes apart, as bytes: else each on the way reads it as JSON.
        channel.send(told, [told.pop("html").encode()] if "html" in told else [])


def _answer(message: Told) -> Told:
    """Return the view after a change, its gist, its texts that are kept, and what to say."""
    if not (explorer := _known.get(message["id"])):
        return {"gone": True}
    sent, press = message.get("set") or {}, message.get("press", "")
    changes = {name: value for name, value in sent.items() if name in explorer.state}
    asks = changes or press or explorer.keeps  # what another page has kept is shown
    told = explorer.take(changes, press, message.get("seen")) if asks else {}
    failed = explorer.keeps if journal.unsaved() else told.get("failed", ())
    kept = {box: explorer.state[box] for box in explorer.keeps if box not in failed}
    return {"html": explorer.markup(), "gist": explorer.shown.gist, "kept": kept, **told}
