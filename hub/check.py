"""Try the settings of a hub with the parts that run on one machine: `make check-hub`.

Students log in, are given the lessons by nbgitpuller and run them, all over the hub's own protocol.
The log-in with any password and the servers without accounts are for this check only.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import psutil
import requests
import websocket

ROOT, VENV = Path(__file__).parent.parent, Path(sys.prefix)
LESSON = "notebooks/04-what-is-allowed.ipynb"
HUB = "http://hub.localhost:8765/hub"
RUN = f"""VENV/bin/jupyterhub --config=VENV/../hub/tljh/jupyterhub_config.d/within_limits.py
--ConfigurableHTTPProxy.command=["VENV/node_modules/.bin/configurable-http-proxy"]
--Spawner.cmd=["VENV/bin/jupyterhub-singleuser","--allow-root"]
--SimpleLocalProcessSpawner.home_dir_template=PLACE/{{username}} --JupyterHub.spawner_class=simple
--JupyterHub.authenticator_class=dummy --Authenticator.allow_all=True
--JupyterHub.load_groups={{"teachers":{{"users":["teacher"]}}}}
--JupyterHub.bind_url=http://127.0.0.1:8765 --JupyterHub.subdomain_host={HUB[:-4]}"""
find = socket.getaddrinfo  # as browsers do, every name in localhost is found on this machine
socket.getaddrinfo = lambda host, *rest: find(str(host).replace(host, "127.0.0.1"), *rest)


def cookies(web: requests.Session, address: str) -> dict[str, str]:
    """Return what a browser with these cookies would send to an address."""
    sent = requests.cookies.get_cookie_header(web.cookies, requests.Request("GET", address))
    return dict(one.split("=", 1) for one in sent.split("; "))


class Visitor:
    """Somebody with a browser of their own, who is logged in."""

    def __init__(self, name: str) -> None:
        self.web, self.me = requests.Session(), f"{HUB}/api/users/{name}"
        self.server = f"http://{name}.hub.localhost:8765/user/{name}"
        self.web.get(login := f"{HUB}/login?next=/hub/home")
        form = {"username": name, "password": "any", "_xsrf": cookies(self.web, login)["_xsrf"]}
        self.web.post(login, data=form).raise_for_status()

    def ask(self, how: str, address: str, **told: object) -> requests.Response:
        """Ask as a page of the hub itself does, or of the visitor's own server."""
        token = {"X-XSRFToken": cookies(self.web, address)["_xsrf"]}
        return self.web.request(how, address, headers=token, json=told)

    def fetch(self, source: Path) -> None:
        """Follow the link that gives out the lessons, once the own server runs."""
        self.ask("POST", f"{self.me}/server")
        link = urlencode({"repo": source.as_uri(), "branch": "main", "targetpath": "lessons"})
        while "spawn-pending" in (page := self.web.get(f"{HUB}/user-redirect/git-pull?{link}")).url:
            time.sleep(1)  # as long as the page that the hub shows meanwhile
        assert page.url.startswith(self.server) and page.ok, page.url
        pulled = self.ask("GET", f"{self.server}/git-pull/api?{link}").text
        assert '"phase": "finished"' in pulled, pulled

    def run(self, code: str) -> str:
        """Return all that a new kernel for the lesson says to this code."""
        kind = {"path": f"lessons/{LESSON}", "type": "notebook", "name": "", "kernel": {"name": ""}}
        kernel = self.ask("POST", f"{self.server}/api/sessions", **kind).json()["kernel"]["id"]
        address = f"{self.server}/api/kernels/{kernel}/channels"
        cookie = "; ".join(map("=".join, cookies(self.web, address).items()))
        line = websocket.create_connection(address.replace("http", "ws"), cookie=cookie)
        header = {"msg_id": "1", "msg_type": "execute_request", "session": "1", "version": "5.3"}
        asked = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell"}
        line.send(json.dumps({**asked, "content": {"code": code}}))
        said = ""
        while '"idle"' not in said:
            heard = json.loads(line.recv())
            said += json.dumps(heard["content"]) * (heard["parent_header"].get("msg_id") == "1")
        return said


def change(path: Path, old: str, new: str) -> None:
    """Put other words in the place of some in a file."""
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def git(source: Path, *words: str) -> None:
    """Run git where the lessons are given out from, or make that place."""
    who = ("-c", "user.name=Teacher", "-c", "user.email=teacher@school.example")
    subprocess.run(["git", "-C", source, *who, *words], check=True)


def keeps_what_a_student_changed(anna: Visitor, source: Path, lessons: Path) -> None:
    """A new version of a lesson arrives over a student's run, changes and answers."""
    kept = "from helpers.student import journal; journal.keep('advice/claim', 'my own words')"
    anna.run(f"import sys; sys.path.insert(0, '..'); {kept}")
    answers = (lessons / "work/answers.jsonl").read_bytes()
    change(lessons / LESSON, "# What is allowed?", "# By Anna")
    change(lessons / LESSON, '"execution_count": 2,', '"execution_count": 99,')
    change(source / LESSON, "allowed", "ALLOWED")  # in the title that Anna changed, too
    git(source, "commit", "--quiet", "--all", "--message=A new version")
    anna.fetch(source)
    lesson = (lessons / LESSON).read_text(encoding="utf-8")
    assert all(one in lesson for one in ("# By Anna", '"execution_count": 99,', "ALLOWED"))
    same = (lessons / "work/answers.jsonl").read_bytes() == answers
    assert same and b"my own words" in answers


def refuses(anna: Visitor, ben: Visitor, teacher: Visitor) -> None:
    """A page of Anna's takes nothing of Ben's, and makes no use of a teacher."""
    assert ben.ask("POST", f"{ben.me}/tokens").status_code == 201  # as a page of the hub may
    shared = {one.name for one in ben.web.cookies if one.domain[0] == "."}  # by all domains
    assert shared == {"jupyterhub-session-id"}, shared  # and neither log-in
    page = {"Origin": anna.server, "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}
    answers = [ben.web.post(f"{ben.me}/tokens", json={}, headers=page)]
    answers += [ben.web.post(f"{ben.server}/api/contents", json={}, headers=page)]
    answers += [who.web.get(f"{anna.server}/lab") for who in (ben, teacher)]
    answers += [teacher.ask("PATCH", anna.me, admin=True), teacher.ask("POST", f"{anna.me}/tokens")]
    assert [one.status_code for one in answers] == [403] * 6, answers
    assert anna.web.get(f"{anna.server}/lab").ok and teacher.web.get(f"{HUB}/admin").ok
    assert all(teacher.ask("DELETE", f"{one.me}/server").ok for one in (anna, ben))


def attend(name: str, source: Path, code: str) -> float:
    """Return the seconds from the log-in to the first cell of the lesson."""
    began, student = time.monotonic(), Visitor(name)
    student.fetch(source)
    try:
        said = student.run(code)
    except websocket.WebSocketException:
        print(f"{name}: the kernel lost its port to another student's, and was started again")
        said = student.run(code)
    assert "Ready." in said, said
    return time.monotonic() - began


def megabytes(hub: psutil.Process) -> float:
    """Return the memory of all that the hub started, with what they share counted once."""
    return sum(one.memory_full_info().pss for one in hub.children(recursive=True)) / 1e6


def check(hub: psutil.Process, source: Path) -> None:
    """Say what holds, and what a class costs."""
    anna, ben, teacher = map(Visitor, ("anna", "ben", "teacher"))
    anna.fetch(source)
    ben.fetch(source)
    keeps_what_a_student_changed(anna, source, source.parent / "anna/lessons")
    refuses(anna, ben, teacher)
    print("Changes and answers stay; students and teachers stay out of the servers of others.")
    code = "".join(json.loads((source / LESSON).read_bytes())["cells"][1]["source"])
    for many in (10, 30):
        before, names = megabytes(hub), [f"{many}-{number}" for number in range(many)]
        with ThreadPoolExecutor(many) as pool:
            took = sorted(pool.map(attend, names, [source] * many, [code] * many))
        each = (megabytes(hub) - before) / many
        print(f"{many} at once: {took[many // 2]:.0f} s, most {took[-1]:.0f} s; {each:.0f} MB each")
        assert all(teacher.ask("DELETE", f"{HUB}/api/users/{one}/server").ok for one in names)


with tempfile.TemporaryDirectory() as place, (VENV / "hub.log").open("w+") as log:
    source = Path(place, "source")
    git(ROOT, "clone", "--quiet", ".", f"{source}")
    git(source, "checkout", "--quiet", "-B", "main")
    run = [one.replace("PLACE", place).replace("VENV", sys.prefix) for one in RUN.split()]
    hub = psutil.Popen(run, cwd=place, stdout=log, stderr=log)
    try:
        while "is now running" not in Path(log.name).read_text(encoding="utf-8"):
            assert hub.poll() is None, f"The hub did not start: {log.name} says why."
            time.sleep(0.5)
        check(hub, source)
    finally:
        hub.terminate()
        hub.wait()
