"""Try a built site in a real browser: `python -m web.check SITE PLAIN`.

PLAIN is a site of the same pages around plain wheels: the budgets hold against it.
"""

import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.sync_api import Error

from tests.browser.chromium import LAN, browser, heard
from web.serve import Server

FIRST, LAST = "00-start-here.ipynb", "07-what-we-know-now.ipynb"  # the last one loads matplotlib
FIRST_LOAD, ON_DISK = 36, 60  # MB
CHANGE, CHANGES = 200, 30  # milliseconds from a key to a new view, at the median of so many keys
LESS, RUNS = 65, 2  # percent of the CPU-seconds of PLAIN, at the median of so many runs
PATIENCE, SOON = 240e3, 20e3  # milliseconds: for a lesson, and for an answer of Python
HERE = "127.0.0.1"
TYPED = "Typed here: P4, S5, e3"
# In the file of a lesson, and of the class, whose first part alone has something to press.
VIEW = r'(?m)^ +"(?:explore\.(?!start|review)(\w+)\(|desk\.part\()'
# The first of these that an explorer has is pressed.
KEY = {".wl-grid :checked": "ArrowDown", "button": "Enter", "input": "ArrowUp"}
AWAKE = """() => document.querySelector("#wl-bar.wl-trouble")
  || (document.querySelector("#wl-bar [role=status]")?.textContent.startsWith("Ready.")
    && [...document.querySelectorAll("[data-live]")].every(view => view.matches(".wl-awake")))"""
# What cells printed to the wrong place, and those that were not run here.
WRONG = """() => jupyterapp.shell.currentWidget.content.widgets.flatMap(({ model, outputArea }) =>
  model.type === "code" && !(outputArea.future && model.executionCount)
    ? [`${model.id} was not run`]
    : (model.outputs?.toJSON() ?? [])
      .filter(one => one.output_type === "error" || one.name === "stderr")
      .map(one => `${model.id} says ${one.evalue ?? one.text}`))"""
# Not the text as it is drawn: a browser draws nothing of what is far from the window.
ANSWERED = """([view, was]) => view.textContent !== was
  && !/Not (checked|saved) yet/.test(view.textContent)"""
CHANGE_AND_SAVE = """async words => {
  const panel = jupyterapp.shell.currentWidget;
  const cell = panel.content.widgets.find(cell => cell.model.type === "markdown");
  cell.model.sharedModel.setSource(cell.model.sharedModel.getSource() + words);
  await panel.context.save();
}"""
IPHONE = "Object.defineProperty(navigator, 'platform', { value: 'iPhone' });"
LONG = "This browser starts Python the long way"
NO_STORAGE = "indexedDB.open = () => { throw new DOMException('', 'SecurityError'); };"
HANGS = "restoreSnapshot=function(t){", "restoreSnapshot=function(t){for(;;);"
TEXTS = "() => jupyterapp.shell.currentWidget.context.model.toString()"


class Counted(Server):
    """A server that adds up what it sends."""

    sent = 0

    def body(self, path: Path, packed: bool) -> bytes:
        """Return what goes over the network for a file, and count it."""
        body = super().body(path, packed)
        self.sent += len(body)
        return body


@dataclass
class Check:
    """The browser, the server, and what was found so far."""

    chromium: Any
    server: Counted
    site: Path
    passed: int = 0
    failed: int = 0
    table: list[str] = field(default_factory=list)

    def holds(self, true: object, otherwise: str) -> None:
        """Count one finding, and print the sentence when it does not hold."""
        self.passed += bool(true)
        self.failed += not true
        if not true:
            print(f"FAILED: {' '.join(otherwise.split())[:600]}", flush=True)

    def row(self, what: str, found: str, budget: str = "") -> None:
        """Add a line to the table at the end."""
        self.table.append(f"{what:50} {found:30} {budget}".rstrip())

    def within(self, what: str, found: float, most: float, unit: str) -> None:
        """Add a line for what has a budget, and see that it is kept."""
        self.row(what, f"{found:.1f} {unit}", f"at most {most} {unit}")
        self.holds(found <= most, f"{what}: {found:.1f} {unit}, and at most {most} are right.")

    def home(self, host: str = HERE) -> str:
        """Return the address of the served folder."""
        return f"http://{host}:{self.server.server_port}/"

    @contextmanager
    def student(self, what: str, **options: Any) -> Iterator[Any]:
        """Give a browser that nobody used before; it stays at home and has no complaint."""
        context = self.chromium.new_context(accept_downloads=True, **options)
        context.set_default_timeout(PATIENCE)
        own = [urlsplit(self.home(host)).netloc for host in (HERE, LAN)]
        strangers, complaints = heard(context, own)
        try:
            yield context
            for page in context.pages:
                complaints += page.locator(".jp-Dialog").all_inner_texts()
        except Error as error:
            self.holds(False, f"{what}: {error.message}")
        finally:
            context.close()
        self.holds(not strangers, f"{what}: it asks other hosts: {'; '.join({*strangers})}")
        self.holds(not complaints, f"{what}: the browser complains: {'; '.join({*complaints})}")

    def wakes(self, page: Any, lesson: str, home: str = "") -> None:
        """Open a lesson, and see that it wakes."""
        page.goto(f"{home or self.home()}notebooks/index.html?path={quote(lesson)}")
        self.awake(page, lesson)

    def awake(self, page: Any, lesson: str) -> None:
        """Wait until all views of a lesson are awake, and see that no cell has trouble."""
        try:
            page.wait_for_function(AWAKE)
        finally:
            said = page.locator("#wl-bar [role=status]").inner_text(timeout=SOON)
            self.holds(said.startswith("Ready."), f"{lesson} says: {said}")
        self.holds(not (wrong := page.evaluate(WRONG)), f"{lesson}, {'; '.join(wrong)}")


def lessons(check: Check) -> None:
    """Every lesson wakes, its explorers answer to the keyboard, and the work is there later."""
    given = ""
    with check.student("The lessons") as context:
        for path in sorted((check.site / "files").glob("*.ipynb")):
            page = context.new_page()
            check.wakes(page, path.name)
            explorers(check, page, path)
            if path.name == FIRST:
                given = stays(check, page, FIRST)
                check.wakes(second := context.new_page(), FIRST)
                check.holds(answer(second) == given, f"A second tab shows “{answer(second)}”.")
                comes_along(check, second, given)
            if path.name == LAST:
                handed_in(check, page, given)
            page.close()


def explorers(check: Check, page: Any, path: Path) -> None:
    """Use the first explorer of each kind in a lesson by keyboard, and measure the limits."""
    views = page.query_selector_all("[data-live]")
    wanted = re.findall(VIEW, path.read_text("utf-8"))
    check.holds(len(views) == len(wanted), f"{path.name} has {len(views)} of {len(wanted)} views.")
    for kind in dict.fromkeys(wanted[: len(views)]):
        view = views[wanted.index(kind)]
        answers(check, page, view, partial(use, view))
        if kind == "limits":
            quick(check, page, view)


def answers(check: Check, page: Any, view: Any, act: Callable[[], None]) -> float:
    """See that a view answers to what a student does, and return after how many milliseconds."""
    before, began = view.text_content(), time.monotonic()
    act()
    try:
        page.wait_for_function(ANSWERED, arg=[view, before], timeout=SOON)
    except Error:
        check.holds(False, f"A key changes nothing in {view.get_attribute('data-live')}.")
    return 1e3 * (time.monotonic() - began)


def use(view: Any) -> None:
    """Use an explorer by keyboard: its boxes and options, then its button or first control."""
    for box in view.query_selector_all("textarea, input[type=text]"):
        box.type(TYPED)
    for option in view.query_selector_all(".wl-options label:first-of-type input"):
        option.press("Space")
    controls = [(view.query_selector(kind), key) for kind, key in KEY.items()]
    control, key = next(pair for pair in controls if pair[0])
    control.press(key)


def quick(check: Check, page: Any, view: Any) -> None:
    """Measure the time from a key to a new view."""
    keys = ["ArrowDown", "ArrowUp"] * (CHANGES // 2)
    press = [lambda key=key: view.query_selector(".wl-grid :checked").press(key) for key in keys]
    took = [answers(check, page, view, act) for act in press]
    check.within(f"Key to new view, median, n={CHANGES}", median(took), CHANGE, "ms")


def answer(page: Any) -> str:
    """Return what the first question of a lesson shows as chosen."""
    chosen = page.locator("[data-live^='question/']").first.locator("input:checked").first
    return str(chosen.get_attribute("value", timeout=SOON))


def stays(check: Check, page: Any, lesson: str) -> str:
    """See that an answer is there after a reload, and return it."""
    given = answer(page)
    page.reload()
    check.awake(page, lesson)
    check.holds(answer(page) == given, f"{lesson}: a reload shows “{answer(page)}”, not “{given}”.")
    return given


def handed_in(check: Check, page: Any, given: str) -> None:
    """See that each file to hand in can be downloaded, and holds the answer."""
    work = page.locator("[data-live=work]")
    work.locator("button[name=save]").press("Enter", timeout=SOON)
    for kind in ("html", "csv"):
        with page.expect_download(timeout=SOON) as download:
            work.locator(f"a[download='my-work.{kind}']").press("Enter", timeout=SOON)
        text = unescape(Path(download.value.path()).read_text(encoding="utf-8"))
        check.holds(given and given in text, f"The {kind} file to hand in lacks “{given}”.")


def comes_along(check: Check, page: Any, given: str) -> None:
    """See that the work of a device is saved to a file, and is there on another one."""
    page.goto(check.home())
    with page.expect_download(timeout=SOON) as download:
        page.get_by_role("button", name="Save my work to a file").press("Enter")
    with check.student("Another device") as context:
        other = context.new_page()
        other.goto(check.home())
        other.get_by_label("Bring a file").set_input_files(download.value.path())
        other.locator(".said", has_text="Answers that came along: ").wait_for(timeout=SOON)
        check.wakes(other, FIRST)
        check.holds(answer(other) == given, "What was given on another device is not there.")


def class_network(check: Check, newer: Path) -> None:
    """On a plain address of a network, a student answers, hands in, and gets a new version."""
    home, words = check.home(LAN), "My own words."
    with check.student("On a class network") as context:
        page = context.new_page()
        check.wakes(page, FIRST, home)
        check.holds(not page.evaluate("isSecureContext"), f"{LAN} is secure, and shows nothing.")
        explorers(check, page, check.site / "files" / FIRST)
        given = stays(check, page, FIRST)
        page.evaluate(CHANGE_AND_SAVE, words)
        check.wakes(page, LAST, home)
        use(page.locator("[data-live=work]").element_handle(timeout=SOON))
        handed_in(check, page, given)
        check.server.folder = newer
        page.goto(home)
        copy = page.locator(".copies a").first
        check.holds("earlier copy" in copy.inner_text(timeout=SOON), "No earlier copy is listed.")
        copy.click()
        check.awake(page, "An earlier copy")
        check.holds(words in page.evaluate(TEXTS), "An earlier copy lacks the student's words.")
        check.holds(answer(page) == given, "An answer is lost with a new version.")
        check.wakes(page, FIRST, home)
        check.holds(words not in page.evaluate(TEXTS), "A new version shows an old lesson.")


def below_the_root(check: Check, parent: Path) -> None:
    """A site in a folder below the root of a host wakes."""
    check.server.folder = parent
    with check.student("In a folder below the root") as context:
        check.wakes(context.new_page(), FIRST, f"{check.home()}some/folder/")


def trouble(check: Check) -> None:
    """Where something is missing or wrong, the lesson wakes another way, or the bar says why."""
    check.server.folder = check.site

    def changed(new: Callable[[str], str], one: Any) -> None:
        one.fulfill(response=(answer := one.fetch()), body=new(answer.text()))

    def plain(one: Any) -> None:
        told = {"Content-Type": "text/plain", "X-Content-Type-Options": "nosniff"}
        one.fulfill(response=one.fetch(), headers=told)

    def none(one: Any) -> None:
        one.fulfill(status=404)

    for files, answer, words in (
        ("*.worker.*.js", partial(changed, IPHONE.__add__), LONG),
        ("memory.bin", partial(changed, lambda _: "no memory"), LONG),
        ("pyodide.asm.js", partial(changed, lambda text: text.replace(*HANGS)), LONG),
        ("*.mjs", plain, "as text/plain"),
        ("config-utils.js*", plain, "as text/plain"),
        ("start.mjs", none, "does not give “static/python-"),
        ("files/*.ipynb*", none, f"The site has no “{FIRST}”."),
        ("lesson.js", partial(changed, NO_STORAGE.__add__), "Your answers are not saved"),
    ):
        with check.chromium.new_context() as context:
            context.route(f"**/{files}", answer)
            (page := context.new_page()).goto(f"{check.home()}notebooks/index.html?path={FIRST}")
            bar = page.locator("#wl-bar", has_text=words)
            bar.wait_for(state="attached", timeout=PATIENCE)
            if words == LONG:
                check.awake(page, FIRST)
    with check.chromium.new_context() as context:
        context.route("**/*.js", plain)
        for address in ("", "notebooks/", "lab/"):
            (page := context.new_page()).goto(check.home() + address)
            page.get_by_role("alert").filter(has_text="text/javascript").wait_for(timeout=SOON)
        context.unroute_all(behavior="ignoreErrors")


def front(check: Check) -> None:
    """The first page works on a phone and by keyboard, and gets a device ready."""
    with check.student("The first page", viewport={"width": 400, "height": 800}) as context:
        page = context.new_page()
        page.goto(check.home())
        links = page.locator(".lessons a").evaluate_all("links => links.map(link => link.href)")
        lost = [link for link in links if not context.request.get(link).ok]
        check.holds(links and not lost, f"The first page leads to {lost}, which are not there.")
        wide = page.evaluate("document.documentElement.scrollWidth")
        check.within("Width of the first page on a phone", wide, 400, "pixels")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator("#lessons:focus").wait_for(timeout=SOON)
        page.get_by_role("button", name="Get this device ready").press("Enter")
        page.locator(".ready .said", has_text="This device is ready").wait_for(timeout=60e3)


def cost(check: Check, folder: Path) -> dict[str, float]:
    """Open the heaviest lesson in a new browser, and say what it took."""
    check.server.folder = folder
    probe = check.chromium.new_browser_cdp_session()

    def spent() -> Counter[int]:
        told = probe.send("SystemInfo.getProcessInfo")["processInfo"]
        return Counter({process["id"]: process["cpuTime"] for process in told})

    before, sent, began = spent(), check.server.sent, time.monotonic()
    with check.student(f"Opening {LAST}") as context:
        page = context.new_page()
        page.goto(f"{check.home()}notebooks/index.html?path={LAST}")
        page.wait_for_selector(".wl-awake", state="attached")
        live, live_cpu = time.monotonic() - began, (spent() - before).total()
        page.wait_for_function(AWAKE)
        told = dict(live=live, live_cpu=live_cpu, sent=check.server.sent - sent)
        return told | dict(ready=time.monotonic() - began, ready_cpu=(spent() - before).total())
    raise RuntimeError(f"{LAST} could not be measured.")


def budgets(check: Check, plain: Path) -> None:
    """What a lesson costs, side by side with the plain way."""
    disk = sum(path.stat().st_size for path in check.site.rglob("*") if path.is_file())
    check.within("Site on disk", disk / 1e6, ON_DISK, "MB")
    folders = {"this site": check.site, "plain": plain}
    costs = [(name, cost(check, folder)) for _ in range(RUNS) for name, folder in folders.items()]

    def middle(name: str, value: str) -> float:
        return float(median(told[value] for whose, told in costs if whose == name))

    for name in folders:
        for step, words in (("live", "first live control"), ("ready", "whole lesson")):
            found = f"{middle(name, step):.1f} s, {middle(name, f'{step}_cpu'):.1f} CPU-s"
            check.row(f"To the {words}, {name}, n={RUNS}", found)
    check.within(f"First load of {LAST}", middle("this site", "sent") / 1e6, FIRST_LOAD, "MB")
    part = 100 * middle("this site", "live_cpu") / middle("plain", "live_cpu")
    check.within("CPU-seconds to the first live control, of plain", part, LESS, "%")


def newer(site: Path, folder: Path) -> Path:
    """Copy a site as its next version, which has a store of its own for copies of lessons."""
    shutil.copytree(site, folder)
    for path in folder.rglob("jupyter-lite.json"):
        told = re.sub(r'("contentsStorageName": ".*)"', r'\1 newer"', path.read_text("utf-8"))
        path.write_text(told, "utf-8")
    return folder


def main(site: Path, plain: Path) -> int:
    """Run every check, print the table, and return how many failed."""
    server = Counted(site, HERE)
    with TemporaryDirectory() as scratch, browser() as chromium, server:
        check = Check(chromium, server, server.folder)
        other = newer(site, Path(scratch, "some/folder"))
        front(check)
        lessons(check)
        class_network(check, other.resolve())
        below_the_root(check, Path(scratch).resolve())
        trouble(check)
        budgets(check, plain.resolve())
    print(*check.table, sep="\n")
    print(f"{check.passed} passed, {check.failed} failed")
    return check.failed


if __name__ == "__main__":
    sys.exit(bool(main(*map(Path, sys.argv[1:3]))))
