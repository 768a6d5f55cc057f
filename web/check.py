"""Try a built site in a real browser: `python -m web.check SITE [PLAIN]`.

PLAIN is a site of the same pages around plain wheels: the budgets hold against it.
"""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.sync_api import Error, expect, sync_playwright

from web.serve import Server

HEAVIEST = "07-what-we-know-now.ipynb"  # it loads matplotlib
FIRST, LAST = "00-start-here.ipynb", "07-what-we-know-now.ipynb"
FIRST_LOAD, ON_DISK = 36e6, 60e6
CHANGE = 200  # milliseconds from a key to new pixels, at the median
LESS = 0.65  # of the CPU-seconds of PLAIN
CHANGES, RUNS = 30, 2
PATIENCE, SOON = 240e3, 20e3  # milliseconds: for a lesson, and for an answer of Python
LAN = "classroom.test"  # not this machine by name: a browser gives such a page no service worker
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {LAN} 127.0.0.1",
]
STATUS = "#wl-bar [role=status]"
LIVE = ".jupyter-widgets .widget-radio-box, .jupyter-widgets select"
AWAKE = """() => document.querySelector("#wl-bar.wl-trouble")
  || document.querySelector("#wl-bar [role=status]")?.textContent.startsWith("Ready.")"""
# Each code cell as [source, whether it was run here, its number, what it printed to the wrong place].
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === "code").map(cell => [
  cell.model.sharedModel.getSource(),
  Boolean(cell.outputArea.future),
  cell.model.executionCount,
  cell.model.outputs.toJSON().filter(one => one.output_type === "error" || one.name === "stderr")
    .map(one => one.evalue ? `${one.ename}: ${one.evalue}` : [one.text].flat().join("")).join(" "),
])"""
NODES = """() => jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === "code")
  .map(cell => cell.node)"""
# Not the text as it is drawn: a browser draws nothing of what is far from the window.
CHANGED = "([panel, was]) => panel.innerHTML !== was && !panel.textContent.includes('Not checked yet')"
# From the key to the frame after the one in which the panel is new.
STOPWATCH = """panel => {
  window.wlTook = new Promise(resolve => {
    let began;
    document.addEventListener("keydown", () => { began = performance.now(); }, { capture: true, once: true });
    const seen = new MutationObserver(() => {
      seen.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
    });
    seen.observe(panel, { subtree: true, childList: true, characterData: true });
  });
}"""
TOOK = "() => Promise.race([window.wlTook, new Promise(resolve => setTimeout(resolve, 3e3, null))])"
CHANGE_AND_SAVE = """async words => {
  const panel = jupyterapp.shell.currentWidget;
  const text = panel.content.widgets.find(cell => cell.model.type === "markdown").model.sharedModel;
  text.setSource(text.getSource() + words);
  await panel.context.save();
}"""
TEXTS = (
    """() => jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.sharedModel.getSource()).join()"""
)


class Counted(Server):
    """A server that adds up what it sends."""

    sent = 0

    def body(self, path: Path, packed: bool) -> bytes:
        """Return what goes over the network for a file, and count it."""
        body = super().body(path, packed)
        self.sent += len(body)
        return body


@dataclass
class Cost:
    """What it took to open one lesson."""

    live: float
    live_cpu: float
    ready: float
    ready_cpu: float
    sent: float
    memory: float


@dataclass
class Check:
    """The browser, the server, and what was found so far."""

    browser: Any
    server: Counted
    site: Path
    passed: int = 0
    failed: int = 0
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def holds(self, true: object, otherwise: str) -> bool:
        """Count one finding, and print the sentence when it does not hold."""
        if true:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {otherwise}", flush=True)
        return bool(true)

    def row(self, what: str, found: str, budget: str = "") -> None:
        """Add a line to the table at the end."""
        self.rows.append((what, found, budget))

    def home(self, host: str = "127.0.0.1") -> str:
        """Return the address of the served folder."""
        return f"http://{host}:{self.server.server_port}/"

    @contextmanager
    def student(self, what: str, **options: Any) -> Iterator[Any]:
        """Give a browser that nobody used before, and see that it stays at home and has nothing to complain of."""
        context = self.browser.new_context(accept_downloads=True, **options)
        context.set_default_timeout(PATIENCE)
        strangers, wrong = set[str](), list[str]()
        own = {urlsplit(self.home(host)).netloc for host in ("127.0.0.1", LAN)}

        def asked(request: Any) -> None:
            address = urlsplit(request.url)
            if address.scheme not in ("blob", "data") and address.netloc not in own:
                strangers.add(request.url)

        def printed(line: Any) -> None:
            if line.type == "error":
                wrong.append(f"{line.text} {line.location['url']}")

        def opened(dialog: Any) -> None:
            wrong.append(f"a dialog: {dialog.message}")
            dialog.dismiss()

        context.on("request", asked)
        context.on("weberror", lambda one: wrong.append(f"{one.error}"))
        context.on("console", printed)
        context.on("dialog", opened)
        try:
            yield context
            for page in context.pages:
                if page.locator(".jp-Dialog").count():
                    wrong.append(f"a dialog: {page.locator('.jp-Dialog').first.inner_text()}")
        except Error as error:
            self.holds(False, f"{what}: {brief(error.message)}")
        finally:
            context.close()
        self.holds(not strangers, f"{what}: it asks other hosts: {', '.join(sorted(strangers))}.")
        self.holds(not wrong, f"{what}: the browser complains: {brief('; '.join(dict.fromkeys(wrong)))}")

    def wakes(self, page: Any, lesson: str, home: str = "") -> bool:
        """Open a lesson, and see that it wakes."""
        page.goto(f"{home or self.home()}notebooks/index.html?path={quote(lesson)}")
        return self.awake(page, lesson)

    def awake(self, page: Any, lesson: str) -> bool:
        """Wait until a lesson has run, and see that no cell has trouble."""
        try:
            page.wait_for_function(AWAKE)
        except Error:
            return self.holds(False, f"{lesson} is not ready after {PATIENCE / 1e3:.0f} seconds: {said(page)}")
        if not self.holds(page.query_selector("#wl-bar.wl-trouble") is None, f"{lesson} is in trouble: {said(page)}"):
            return False
        for source, run, number, wrong in page.evaluate(CELLS):
            name = f"{lesson}, cell “{source.splitlines()[-1]}”"
            self.holds(not wrong, f"{name} prints an error: {brief(wrong)}")
            self.holds(run and number, f"{name} was not run.")
        return True


def lessons(check: Check) -> None:
    """Every lesson runs, every explorer answers to the keyboard, and the work is there at the end."""
    used = set[str]()
    given = ""
    with check.student("The lessons") as context:
        for lesson in sorted(path.name for path in (check.site / "files").glob("*.ipynb")):
            page = context.new_page()
            before = check.server.sent
            if check.wakes(page, lesson):
                if lesson == FIRST:
                    sent = check.server.sent - before
                    check.row(f"First load of {FIRST}", f"{sent / 1e6:.1f} MB", f"at most {FIRST_LOAD / 1e6:.0f} MB")
                    check.holds(sent <= FIRST_LOAD, f"The first load of {FIRST} is {sent / 1e6:.1f} MB.")
                used |= explorers(check, page, lesson)
                if lesson == FIRST:
                    given = answer(page)
                    stays(check, page, lesson, given)
                    second = context.new_page()
                    if check.wakes(second, lesson):
                        kept = answer(second)
                        check.holds(kept == given, f"{lesson}: a second tab shows “{kept}”, not “{given}”.")
                    second.close()
                if lesson == LAST:
                    handed_in(check, page, given)
            page.close()
    named = {name for path in (check.site / "files").glob("*.ipynb") for name in explorers_in(path)}
    check.holds(named and named == used, f"These explorers were not tried: {', '.join(sorted(named - used))}.")
    check.row("Explorers tried by keyboard", f"{len(used)} of {len(named)}", "all")


def explorers_in(path: Path) -> set[str]:
    """Return the names of the explorers that a lesson uses."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {name for one in cells if (name := explorer("".join(one["source"])))}


def explorer(source: str) -> str:
    """Return the name of the explorer that a cell shows, or nothing."""
    found = re.match(r"explore\.(\w+)\(.*\)$", source)
    return found[1] if found else ""


def explorers(check: Check, page: Any, lesson: str) -> set[str]:
    """Use each explorer of a lesson by keyboard, and see that its panel changes; return their names."""
    nodes = page.evaluate_handle(NODES)
    used = set()
    for at, (source, *_) in enumerate(page.evaluate(CELLS)):
        if not (name := explorer(source)):
            continue
        cell = nodes.get_property(str(at)).as_element()
        panel = cell.query_selector(".widget-vbox > .widget-html:last-child")
        if not check.holds(panel, f"{lesson}: “{source}” has no panel."):
            continue
        used.add(name)
        before = panel.inner_html()
        use(page, cell)
        try:
            page.wait_for_function(CHANGED, arg=[panel, before], timeout=SOON)
            check.holds(True, "")
        except Error:
            check.holds(False, f"{lesson}: a key in “{source}” does not change its panel.")
        if name in ("limits", "timeline"):
            quick(check, page, cell, panel, name)
    return used


def use(page: Any, cell: Any) -> None:
    """Use the first control of an explorer by keyboard, or all of them where a button takes them up."""
    groups = cell.query_selector_all(".widget-radio-box")
    for group in groups:
        press(page, group.query_selector("input"), "Space")
    for box in cell.query_selector_all(".widget-textarea textarea, .widget-text input"):
        box.focus()
        page.keyboard.type("Typed here: P4, S5, e3")
    if button := cell.query_selector(".widget-button"):
        press(page, button, "Enter")
    elif slider := cell.query_selector("[role=slider]"):
        press(page, slider, "ArrowRight")
    elif box := cell.query_selector(".widget-checkbox input"):
        press(page, box, "Space")
    else:
        press(page, cell.query_selector("select"), "ArrowDown")


def press(page: Any, control: Any, key: str) -> None:
    """Press a key on a control."""
    control.focus()
    page.keyboard.press(key)


def quick(check: Check, page: Any, cell: Any, panel: Any, name: str) -> None:
    """Measure the time from a key to new pixels, over states that were not shown yet."""
    if name == "timeline":
        slider = cell.query_selector("[role=slider]")
        steps = int(float(slider.get_attribute("aria-valuemax")) - float(slider.get_attribute("aria-valuenow")))
        order = cell.query_selector("select")
        keys = [(slider, "ArrowRight")] * steps + [(order, "ArrowDown")] + [(slider, "ArrowLeft")] * steps
    else:
        keys = [*snake(cell.query_selector_all("select"))]
    took, silent = list[float](), 0
    for control, key in keys:
        if len(took) == CHANGES:
            break
        page.evaluate(STOPWATCH, panel)
        press(page, control, key)
        one = page.evaluate(TOOK)
        if one is None:
            silent += 1
        else:
            took.append(one)
    if not check.holds(silent <= len(took) / 5, f"{name}: {silent} of {silent + len(took)} keys change nothing."):
        return
    middle, late = median(took), quantiles(took, n=20)[-1]
    aim = f"median at most {CHANGE} ms" if name == "limits" else ""
    check.row(f"Key to new pixels, {name}, n={len(took)}", f"median {middle:.0f} ms, p95 {late:.0f} ms", aim)
    if name == "limits":
        check.holds(len(took) >= CHANGES, f"Only {len(took)} changes of the limits were measured.")
        check.holds(middle <= CHANGE, f"The limits take {middle:.0f} ms from a key to new pixels, at the median.")


def snake(lists: list[Any]) -> Iterator[tuple[Any, str]]:
    """Walk through all states of some lists, each one once, and each by one key."""
    sizes = [one.evaluate("list => list.options.length") for one in lists]
    at = [one.evaluate("list => list.selectedIndex") for one in lists]
    for one, place in zip(lists, at, strict=True):  # the walk begins at the first value of each list
        one.evaluate("list => { list.selectedIndex = 0; list.dispatchEvent(new Event('change')); }") if place else None
    way = [1] * len(lists)
    at = [0] * len(lists)
    while True:
        for place, one in enumerate(lists):
            if 0 <= at[place] + way[place] < sizes[place]:
                at[place] += way[place]
                yield one, "ArrowDown" if way[place] > 0 else "ArrowUp"
                break
            way[place] = -way[place]
        else:
            return


def answer(page: Any) -> str:
    """Return what the first question of a lesson shows as chosen."""
    chosen = page.locator(".wl-options").first.locator("label:has(input:checked)")
    try:
        return str(chosen.text_content(timeout=SOON)).strip()
    except Error:
        return ""


def stays(check: Check, page: Any, lesson: str, given: str) -> None:
    """The answer is there after a reload."""
    page.reload()
    if check.awake(page, lesson):
        kept = answer(page)
        check.holds(given and kept == given, f"{lesson}: a reload shows “{kept}”, not “{given}”.")


def handed_in(check: Check, page: Any, given: str) -> None:
    """Both files to hand in can be downloaded, and hold the answer."""
    for kind in ("html", "csv"):
        link = page.locator(f"a[download='my-work.{kind}']").last
        if not check.holds(link.count(), f"{LAST}: there is no link to save the work as {kind.upper()}."):
            continue
        with page.expect_download() as download:
            link.press("Enter")
        text = Path(download.value.path()).read_text(encoding="utf-8")
        check.holds(given and given in text, f"{LAST}: the {kind.upper()} file to hand in lacks “{given}”.")


def class_network(check: Check, newer: Path) -> None:
    """On a plain address of a network, a student answers, hands in, changes a lesson, and gets a new version."""
    home = check.home(LAN)
    words = "\n\nMy own words."
    with check.student("On a class network") as context:
        page = context.new_page()
        if not check.wakes(page, FIRST, home):
            return
        check.holds(not page.evaluate("isSecureContext"), f"{LAN} counts as secure, so it shows nothing.")
        explorers(check, page, FIRST)
        given = answer(page)
        stays(check, page, FIRST, given)
        page.evaluate(CHANGE_AND_SAVE, words)
        if check.wakes(page, LAST, home):
            handed_in(check, page, given)
        check.server.folder = newer
        page.goto(home)
        copy = page.locator(".copies a").first
        copy.wait_for(timeout=SOON)
        check.holds("earlier copy" in copy.inner_text(), "The first page lists no earlier copy after a new version.")
        copy.click()
        if check.awake(page, "An earlier copy"):
            check.holds(words in page.evaluate(TEXTS), "An earlier copy lacks the student's words.")
            check.holds(answer(page) == given, "An answer is lost with a new version.")
        if check.wakes(page, FIRST, home):
            check.holds(words not in page.evaluate(TEXTS), "A new version does not show its own lesson.")
    check.server.folder = check.site


def below_the_root(check: Check, parent: Path, folder: str) -> None:
    """A site in a folder below the root of a host wakes."""
    check.server.folder = parent
    with check.student("In a folder below the root") as context:
        check.wakes(context.new_page(), FIRST, f"{check.home()}{folder}/")
    check.server.folder = check.site


def front(check: Check) -> None:
    """The first page works on a phone and by keyboard, and gets a device ready."""
    with check.student("The first page", viewport={"width": 400, "height": 800}) as context:
        page = context.new_page()
        page.goto(check.home())
        links = page.locator(".lessons a")
        check.holds(links.count() == 8, f"The first page has {links.count()} links to lessons.")
        for link in links.all():
            there = context.request.get(link.evaluate("link => link.href"))
            check.holds(there.ok, f"The first page leads to {there.url}, which is not there.")
        wide = page.evaluate("document.documentElement.scrollWidth")
        check.holds(wide <= 400, f"The first page is {wide} pixels wide on a screen of 400.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        where = page.evaluate("document.activeElement.id")
        check.holds(where == "lessons", f"The skip link leads to “{where}”.")
        page.get_by_role("button", name="Get this device ready").press("Enter")
        done = page.locator(".ready .said")
        try:
            expect(done).to_contain_text(re.compile("ready|Not everything"), timeout=60e3)
        except AssertionError:
            pass
        check.holds("This device is ready" in done.inner_text(), f"Getting a device ready says: {done.inner_text()}")


def cost(check: Check, folder: Path) -> Cost | None:
    """Open the heaviest lesson in a new browser, and say what it took."""
    check.server.folder = folder
    probe = check.browser.new_browser_cdp_session()
    before = spent(probe)
    sent = check.server.sent
    with check.student(f"Opening {HEAVIEST}") as context:
        page = context.new_page()
        began = time.monotonic()
        page.goto(f"{check.home()}notebooks/index.html?path={HEAVIEST}")
        page.wait_for_selector(LIVE)
        live, live_cpu = time.monotonic() - began, since(before, spent(probe))
        page.wait_for_function(AWAKE)
        ready, after = time.monotonic() - began, spent(probe)
        check.holds(said(page).startswith("Ready."), f"{HEAVIEST} is in trouble: {said(page)}")
        memory = private(max(after, key=lambda pid: after[pid] - before.get(pid, 0)))
        return Cost(live, live_cpu, ready, since(before, after), check.server.sent - sent, memory)
    return None


def spent(probe: Any) -> dict[int, float]:
    """Return the CPU-seconds of each process of the browser so far."""
    told = probe.send("SystemInfo.getProcessInfo")["processInfo"]
    return {one["id"]: one["cpuTime"] for one in told}


def since(before: dict[int, float], after: dict[int, float]) -> float:
    """Return the CPU-seconds between two moments."""
    return sum(seconds - before.get(pid, 0) for pid, seconds in after.items())


def private(pid: int) -> float:
    """Return the bytes of memory that a process has for itself, where the system tells them."""
    told = Path(f"/proc/{pid}/smaps_rollup")
    found = re.findall(r"^Private_\w+: +(\d+) kB", told.read_text(), re.M) if told.exists() else []
    return 1024 * sum(map(int, found)) if found else float("nan")


def budgets(check: Check, plain: Path | None) -> None:
    """What a lesson costs, side by side with the plain way when there is one."""
    disk = sum(path.stat().st_size for path in check.site.rglob("*") if path.is_file())
    check.row("Site on disk", f"{disk / 1e6:.1f} MB", f"at most {ON_DISK / 1e6:.0f} MB")
    check.holds(disk <= ON_DISK, f"The site has {disk / 1e6:.1f} MB.")
    folders = {"this site": check.site} | ({"plain": plain} if plain else {})
    runs: dict[str, list[Cost]] = {name: [] for name in folders}
    for _ in range(RUNS):
        for name, folder in folders.items():
            if one := cost(check, folder):
                runs[name].append(one)
    check.server.folder = check.site
    if not check.holds(all(runs.values()), f"{HEAVIEST} could not be measured."):
        return

    def middle(name: str, value: str) -> float:
        return float(median(getattr(one, value) for one in runs[name]))

    for name in folders:
        sent = max(one.sent for one in runs[name])
        aim = f"at most {FIRST_LOAD / 1e6:.0f} MB" if name == "this site" else ""
        check.row(f"First load of {HEAVIEST}, {name}", f"{sent / 1e6:.1f} MB", aim)
        for step, words in (("live", "first live control"), ("ready", "whole lesson")):
            found = f"{middle(name, step):.1f} s, {middle(name, f'{step}_cpu'):.1f} CPU-s"
            check.row(f"To the {words}, {name}, n={len(runs[name])}", found)
        check.row(f"Memory of the tab, {name}", f"{middle(name, 'memory') / 1e6:.0f} MB")
    sent = max(one.sent for one in runs["this site"])
    check.holds(sent <= FIRST_LOAD, f"The first load of {HEAVIEST} is {sent / 1e6:.1f} MB.")
    if plain:
        live, ready = (middle("this site", step) / middle("plain", step) for step in ("live_cpu", "ready_cpu"))
        check.row("CPU-seconds to the first live control, of plain", f"{live:.0%}", f"at most {LESS:.0%}")
        check.row("CPU-seconds to the whole lesson, of plain", f"{ready:.0%}")
        check.holds(live <= LESS, f"The first live control takes {live:.0%} of the CPU-seconds of the plain way.")


def said(page: Any) -> str:
    """Return what the bar above a lesson says."""
    line = page.query_selector(STATUS)
    return f"{line.inner_text()}" if line else "there is no bar."


def brief(text: str) -> str:
    """Return the beginning of a long text in one line."""
    return " ".join(text.split())[:400]


def newer(site: Path, folder: Path) -> Path:
    """Copy a site as its next version, which has a store of its own for copies of lessons."""
    shutil.copytree(site, folder)
    for path in folder.rglob("jupyter-lite.json"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'("contentsStorageName": ".*)"', r'\1 newer"', text), encoding="utf-8")
    return folder


def launch(playwright: Any) -> Any:
    """Start the system's Chromium, or Playwright's own."""
    flags = [*FLAGS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)


def main(site: Path, plain: Path | None = None) -> int:
    """Run every check, print the table, and return how many failed."""
    server = Counted(site, "127.0.0.1")
    Thread(target=server.serve_forever, daemon=True).start()
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        check = Check(launch(playwright), server, server.folder)
        other = newer(site, Path(scratch, "some/folder"))
        checks: tuple[Callable[[], None], ...] = (
            lambda: front(check),
            lambda: lessons(check),
            lambda: class_network(check, other.resolve()),
            lambda: below_the_root(check, Path(scratch).resolve(), "some/folder"),
            lambda: budgets(check, plain and plain.resolve()),
        )
        for one in checks:
            one()
        check.browser.close()
    server.shutdown()
    wide = [max(map(len, column)) for column in zip(*check.rows, strict=True)]
    for row in check.rows:
        print("  ".join(cell.ljust(size) for cell, size in zip(row, wide, strict=True)).rstrip())
    print(f"{check.passed} passed, {check.failed} failed")
    return check.failed


if __name__ == "__main__":
    sys.exit(bool(main(*map(Path, sys.argv[1:3]))))
