"""What the site keeps in a browser: whose answers, what its records make of them, and copies of older lessons."""

import re
from typing import Any

import pytest

from tests.faults import ROOT
from web.serve import Server

TESTS = re.findall(r'^  "(.+)": async', (ROOT / "tests/browser/kept.js").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", TESTS)
def test_a_browser_keeps_what_is_its_own(name: str, context: Any) -> None:
    with Server(ROOT, "127.0.0.1") as server:
        page = context.new_page()
        page.route("**/python-*/journal.mjs", lambda asked: asked.fulfill(path=ROOT / "web/journal.mjs"))
        page.goto(f"http://127.0.0.1:{server.server_port}/web/start/first.html")
        found, right = page.evaluate("async name => (await import('/tests/browser/kept.js')).TESTS[name]()", name)
    assert found == right and len(TESTS) == 4
