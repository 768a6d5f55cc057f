"""Try the hub with a class: `make check-hub`. Everything happens in a folder that goes afterwards.

The real configuration runs, with the dummy authenticator. Each student has a browser page, runs a lesson, changes a
list by keyboard, answers a question and writes into the lesson. After a restart, all of it must be there again. Then
one student takes too much and looks where it must not, and at last leaves: the kernel and the server must stop.
"""

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.async_api import Browser, Locator, Page, async_playwright, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from helpers import facts

HUB = Path(__file__).parent
FIRST = 2_100_000_000  # other numbers than those of a real hub that may run on this machine
PARTS = {"server": "jupyterhub-singleuser", "kernel": "ipykernel_launcher"}
FLAGS = ("gpu", "quic", "background-networking", "component-update", "sync")
LESSON = "04-what-is-allowed"
ASKED = facts.library().questions["exit-guide-dog"]
WRITTEN = "These are my own words."
PATIENCE = 600  # seconds for one step of one student, on a machine that serves them all

# The limit of memory is the hub's to say. The last trial is about all processes of a student together.
TOO_MUCH = """
import os, subprocess, sys, threading, time
limit = int(os.environ["MEM_LIMIT"])

def tried(name, act):
    try:
        said = act()
    except BaseException as error:
        said = type(error).__name__
    print(name, said, sep="=")

tried("memory", lambda: len(bytearray(limit)))
for path in CLOSED:
    tried("closed", lambda: os.listdir(path) if os.path.isdir(path) else open(path).read())
own = [threading.Thread(target=time.sleep, args=(3,), daemon=True) for _ in range(400)]
tried("processes", lambda: [one.start() for one in own] and len(own))
time.sleep(4)
eat = f"import time; some = bytearray({limit} // 2); some[::4096] = b'x' * len(some[::4096]); time.sleep(9)"
eaters = [subprocess.Popen([sys.executable, "-c", eat]) for _ in range(4)]
time.sleep(7)
tried("together", lambda: sum(one.poll() is None for one in eaters))
for one in eaters:
    one.kill()
print("done")
"""


@dataclass
class Student:
    """A student of the class, and what the check saw."""

    name: str
    live: float = 0
    changed: list[float] = field(default_factory=list)
    lost: int = 0
    trouble: str = ""


@dataclass(frozen=True)
class Class:
    """The folder of a hub, its address, its password and its students."""

    root: Path
    address: str
    password: str
    students: tuple[Student, ...]

    def home(self, student: Student) -> Path:
        """Return a student's own folder."""
        return self.root / "students" / f"student-{student.name}"


def begun(root: Path, count: int) -> Class:
    """Write the settings of a class into a new folder, and return the class."""
    port, hub, proxy = free_ports(3)
    password, address = secrets.token_hex(8), f"http://127.0.0.1:{port}"
    root.chmod(0o711)
    (root / "hub").mkdir()
    settings = (
        "c.JupyterHub.authenticator_class = 'dummy'",
        "c.Authenticator.allow_all = True",
        f"c.DummyAuthenticator.password = '{password}'",
        f"c.JupyterHub.bind_url = '{address}'",
        f"c.JupyterHub.hub_port = {hub}",
        f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{proxy}'",
        f"c.StudentSpawner.first = {FIRST}",
        "",
    )
    (root / "hub" / "settings.py").write_text("\n".join(settings), encoding="utf-8")
    return Class(root, address, password, tuple(Student(f"student{number}") for number in range(1, count + 1)))


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody uses."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


@contextmanager
def running(room: Class, log: Path) -> Iterator[int]:
    """Run the hub and yield its process number; whatever happens, nothing of it is left."""
    command = [str(Path(sys.executable).with_name("jupyterhub")), "--config", str(HUB / "jupyterhub_config.py")]
    environment = os.environ | {"WITHIN_LIMITS_HUB": str(room.root), "WITHIN_LIMITS_HUB_CHECK": "yes"}
    with log.open("ab") as out:
        hub = subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=room.root, start_new_session=True)
    try:
        wait(lambda: hub.poll() is not None or answers(room.address), "the hub to open")
        if hub.poll() is not None:
            sys.exit(log.read_text(encoding="utf-8"))
        yield hub.pid
    finally:
        hub.terminate()
        try:
            hub.wait(90)
        finally:
            for number in running_now(room):
                os.kill(number, signal.SIGKILL)
            if hub.poll() is None:
                os.killpg(hub.pid, signal.SIGKILL)


def answers(address: str) -> bool:
    """Return whether the hub is open."""
    try:
        return bool(urllib.request.urlopen(f"{address}/hub/health", timeout=5).status == 200)
    except OSError:
        return False


def wait(true: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Return once it is true; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} seconds for {what}")
        time.sleep(0.2)


def running_now(room: Class, command: str = "") -> list[int]:
    """Return the numbers of the students' processes, or of those that run a command."""
    owners = {home.stat().st_uid for home in (room.root / "students").glob("*")} - {0}
    return [number for number, owner, words in every_process() if owner in owners and command in words]


def every_process() -> Iterator[tuple[int, int, str]]:
    """Yield number, owner and command of each process."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield int(folder.name), folder.stat().st_uid, (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has just ended


def memory(number: int) -> float:
    """Return the memory of a process in MB: its own, and its share of what it has in common with others."""
    told = Path(f"/proc/{number}/smaps_rollup").read_text().split("\nPss:")[1]
    return int(told.split()[0]) / 1024


def worked(number: int) -> float:
    """Return the seconds for which a process has kept a core busy, with those of its children that have ended."""
    told = Path(f"/proc/{number}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def pages(room: Class) -> Any:
    """Yield a function that opens a student's page; its browser ends with it."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not path:
        sys.exit("No Chromium is here to play the students. On Debian: apt install chromium")
    root = ["--no-sandbox"] if os.getuid() == 0 else []
    flags = [*root, "--no-first-run", *(f"--disable-{name}" for name in FLAGS)]
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=path, args=flags)
        yield lambda student: entered(browser, room, student)
        await browser.close()


async def entered(browser: Browser, room: Class, student: Student) -> Page:
    """Return the page of a student who has logged in and sees the first lesson."""
    page = await (await browser.new_context(viewport={"width": 1280, "height": 900})).new_page()
    page.set_default_timeout(PATIENCE * 1000)
    await page.goto(f"{room.address}/hub/login")
    await page.fill("#username_input", student.name)
    await page.fill("#password_input", room.password)
    await page.click("#login_submit")
    await page.wait_for_url(f"**/user/{student.name}/notebooks/lessons/00-start-here.ipynb")
    await page.wait_for_selector(".jp-Notebook .jp-Cell")
    return page


async def opened(page: Page, room: Class, student: Student, path: str) -> None:
    """Open one of a student's notebooks."""
    await page.goto(f"{room.address}/user/{student.name}/notebooks/{path}.ipynb")
    await page.wait_for_selector(".jp-Notebook .jp-Cell")


async def ran(page: Page, student: Student, until: Locator) -> None:
    """Run all cells until something is there.

    Asked too early, the page loses the order without a word: its kernel starts a second time. Then it is asked again,
    as a student would, and that is counted.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            for item in ("Run", "Run All Cells"):
                await page.get_by_role("menuitem", name=item, exact=True).click(timeout=20_000)
        except PlaywrightTimeout:
            await page.keyboard.press("Escape")
        quiet = 0
        while quiet < 30 and time.monotonic() < end:
            await asyncio.sleep(0.5)
            if await until.first.is_visible():
                return
            quiet = 0 if await waiting(page).count() else quiet + 1
        student.lost += 1
    raise TimeoutError("the lesson did not come alive")


def waiting(page: Page) -> Locator:
    """Return the marks of the cells that have not run yet."""
    return page.locator(".jp-InputPrompt").filter(has_text="[*]")


async def explores(page: Page, student: Student, began: float) -> None:
    """Run the lesson, and change a list by keyboard until the verdict has changed."""
    place = page.get_by_label("Place", exact=True)
    await ran(page, student, place)
    student.live = time.monotonic() - began
    await expect(waiting(page)).to_have_count(0, timeout=PATIENCE * 1000)
    panel = page.locator(".jp-Cell").filter(has=place).locator(".widget-html-content").last
    verdicts = {(await panel.inner_text()).split(":")[0]}
    for key in ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"] * 2:
        await panel.evaluate(
            """panel => {
                const box = panel.closest('.jp-Cell'), before = panel.innerText
                let began
                box.addEventListener('keydown', () => { began = performance.now() }, {once: true, capture: true})
                window.changed = new Promise(done => new MutationObserver((_, seer) => {
                    if (began === undefined || panel.innerText === before) return
                    seer.disconnect()
                    done(performance.now() - began)
                }).observe(panel, {subtree: true, childList: true, characterData: true}))
            }"""
        )
        await place.press(key)
        student.changed.append(await asyncio.wait_for(page.evaluate("window.changed"), 60))
        verdicts.add((await panel.inner_text()).split(":")[0])
    assert len(verdicts) > 1, f"the verdict stayed {verdicts}"


def asking(page: Page) -> Locator:
    """Return the cell of the question that the check answers."""
    return page.locator(".jp-Cell").filter(has_text=ASKED.prompt)


def option(page: Page) -> Locator:
    """Return the answer that the check chooses."""
    return asking(page).get_by_label(ASKED.options[0].says, exact=True)


async def works(page: Page, room: Class, student: Student) -> None:
    """Answer a question, and write into the lesson; both must reach the student's own folder."""
    saved = f"{WRITTEN} {student.name}"
    await option(page).check()
    await asking(page).get_by_label("guessing", exact=True).check()
    await asking(page).get_by_role("button", name="Check my answer").click()
    await expect(asking(page)).to_contain_text(ASKED.options[0].reason, timeout=PATIENCE * 1000)
    text = page.locator(".jp-MarkdownCell").filter(has_text="Your answer:")
    await text.locator(".jp-RenderedMarkdown").click()
    await page.keyboard.press("Enter")
    for key in ("Control+End", *saved, "Control+s"):
        await text.locator(".cm-content").press(key)
    lesson = room.home(student) / "lessons" / f"{LESSON}.ipynb"
    await asyncio.to_thread(wait, lambda: saved in lesson.read_text(), "the lesson to be saved", PATIENCE)
    kept = (room.home(student) / "work" / "answers.jsonl").read_text()
    assert [json.loads(line)["answer"] for line in kept.split("\n") if line] == [ASKED.options[0].says]


async def returns(page: Page, room: Class, student: Student) -> None:
    """Find the answer again, the lesson fresh, and what was written in a copy."""
    copies = [one.read_text() for one in (room.home(student) / "my-copies").iterdir()]
    assert len(copies) == 1 and f"{WRITTEN} {student.name}" in copies[0], "the changed lesson was not kept"
    given = HUB.parent / "notebooks" / f"{LESSON}.ipynb"
    assert (room.home(student) / "lessons" / given.name).read_bytes() == given.read_bytes(), "the lesson is not fresh"
    await opened(page, room, student, f"lessons/{LESSON}")
    await ran(page, student, option(page))
    assert await option(page).is_checked(), "the answer was not there again"


async def trespasses(page: Page, room: Class, student: Student) -> dict[str, list[str]]:
    """Return what a student's own code is told when it takes too much and looks where it must not."""
    other = room.home(room.students[1])
    closed = [other, other / "work" / "answers.jsonl", room.root / "hub" / "settings.py", room.root / "students"]
    code = TOO_MUCH.replace("CLOSED", repr([str(path) for path in closed]))
    cell = {"cell_type": "code", "id": "try", "metadata": {}, "source": code, "outputs": [], "execution_count": None}
    names = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    book = room.home(student) / "try.ipynb"
    book.write_text(json.dumps({"cells": [cell], "metadata": names, "nbformat": 4, "nbformat_minor": 5}))
    os.chown(book, room.home(student).stat().st_uid, -1)
    await opened(page, room, student, "try")
    output = page.locator(".jp-OutputArea-output").filter(has_text="done")
    await ran(page, student, output)
    told: dict[str, list[str]] = {}
    for name, said in (line.split("=") for line in (await output.inner_text()).split() if "=" in line):
        told.setdefault(name, []).append(said)
    return told


async def each(room: Class, act: Callable[[Student], Awaitable[None]]) -> None:
    """Let every student act at the same time; whoever fails is out, with the reason."""
    well = [one for one in room.students if not one.trouble]
    for student, error in zip(well, await asyncio.gather(*map(act, well), return_exceptions=True), strict=True):
        if isinstance(error, BaseException):
            student.trouble = f"{type(error).__name__}: {error}".split("\n")[0]


def share(values: list[float], part: int) -> float:
    """Return the value that so many percent of the values stay below."""
    return quantiles(values, n=100, method="inclusive")[part - 1] if len(values) > 1 else values[0]


def say(what: str, value: object) -> None:
    """Print a line of the table."""
    print(f"{what:<58} {value}", flush=True)


async def lesson(room: Class, log: Path) -> None:
    """The first visit of the class, and its figures."""
    at: dict[str, Page] = {}
    with running(room, log) as hub:
        async with pages(room) as enter:

            async def begin(student: Student) -> None:
                began = time.monotonic()
                at[student.name] = await enter(student)
                await opened(at[student.name], room, student, f"lessons/{LESSON}")
                await explores(at[student.name], student, began)

            await each(room, begin)
            well = [one for one in room.students if not one.trouble]
            if not well:
                return
            live, changed = [one.live for one in well], [value for one in well for value in one.changed]
            say("from log-in to a live explorer, median / slowest", f"{median(live):.0f} s / {max(live):.0f} s")
            say("from key to changed panel, median / 95 %", f"{median(changed):.0f} ms / {share(changed, 95):.0f} ms")
            busy = sum(map(worked, running_now(room))) / len(well)
            say("of that, work of one core for one student's server side", f"{busy:.0f} s")
            for part, command in PARTS.items():
                used = [memory(number) for number in running_now(room, command)]
                say(f"memory of a student's {part}, median / most", f"{median(used):.0f} MB / {max(used):.0f} MB")
            everything = sum(memory(number) for number in running_now(room))
            say("memory of all students together", f"{everything:.0f} MB")
            say("memory of the hub", f"{memory(hub):.0f} MB")
            port = f"--port {room.address.rpartition(':')[2]} "
            say(
                "memory of the proxy",
                f"{sum(memory(one) for one, _, words in every_process() if port in words):.0f} MB",
            )
            await each(room, lambda student: works(at[student.name], room, student))


async def restart(room: Class, log: Path) -> None:
    """The second visit of the class."""
    with running(room, log):
        async with pages(room) as enter:

            async def begin(student: Student) -> None:
                await returns(await enter(student), room, student)

            await each(room, begin)


async def alone(room: Class, log: Path) -> None:
    """One student takes too much, looks where it must not, and leaves; raises AssertionError when nothing stops it."""
    with (room.root / "hub" / "settings.py").open("a", encoding="utf-8") as settings:
        settings.write("c.StudentSpawner.idle = 15\n")
    with running(room, log):
        async with pages(room) as enter:
            page = await enter(room.students[0])
            told = await trespasses(page, room, room.students[0])
            survived = int(told.pop("together")[0])
            refused = {"memory": ["MemoryError"], "processes": ["RuntimeError"], "closed": ["PermissionError"] * 4}
            assert told == refused, f"a student's code was told {told}"
            say("one process over the limit; too many processes", "refused")
            say("another's work, the settings, the list of students", "refused")
            held = "held" if survived < 4 else "not held: only systemd does that"
            say("four processes over the limit together", held)
            assert survived < 4 or not Path("/run/systemd/system").is_dir(), "systemd did not hold the limit"
            await asyncio.to_thread(stopped, room, "kernel")  # even while its page is open
            await page.context.close()
            await asyncio.to_thread(stopped, room, "server")


def stopped(room: Class, part: str) -> None:
    """Wait until no student has such a process any more, and say how long it took."""
    began = time.monotonic()
    wait(lambda: not running_now(room, PARTS[part]), f"the {part} to stop", 150)
    say(f"idle for 15 seconds: {part} stopped after", f"{time.monotonic() - began:.0f} s more")


async def tried(room: Class, log: Path) -> list[str]:
    """Go through the three visits; return a sentence for each thing that went wrong."""
    await lesson(room, log)
    await restart(room, log)
    lost = sum(one.lost for one in room.students)
    say("“Run All Cells” given again, because it was lost", f"{lost} times")
    say("students for whom everything worked", f"{sum(not one.trouble for one in room.students)}/{len(room.students)}")
    failed = [f"{one.name}: {one.trouble}" for one in room.students if one.trouble]
    try:
        await alone(room, log)
    except (AssertionError, TimeoutError) as error:
        failed.append(f"alone: {error}")
    return failed


def main(count: int) -> int:
    """Try the hub with so many students; return 0 when all went well, else 1."""
    if os.getuid():
        print("The hub gives each student a number of its own, and only root can do that: sudo make check-hub")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    print(f"{count} students at once on {os.cpu_count()} cores, which play their browsers too", flush=True)
    with tempfile.TemporaryDirectory(prefix="within-limits-hub-") as folder:
        log = Path(folder) / "log"
        failed = asyncio.run(tried(begun(Path(folder), count), log))
        for sentence in failed:
            print(sentence)
        if failed:
            print("The last lines of the hub:", *log.read_text(errors="replace").splitlines()[-40:], sep="\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
