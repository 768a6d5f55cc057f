"""The browser of all checks, and what its pages ask of other hosts and complain of."""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error, sync_playwright

LAN = "classroom.test"  # not this machine by name: a browser gives such a page no service worker
FLAGS = [
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    f"--host-resolver-rules=MAP {LAN} 127.0.0.1",
]
# Notebook 7.6 prints these when it starts, also for an empty notebook.
STOCK = ("reading 'schema'", "'filebrowser:open-path' not registered")


@contextmanager
def browser() -> Iterator[Any]:
    """Start the system's Chromium, or Playwright's own; a RuntimeError says so when there is neither."""
    flags = [*FLAGS, *(["--no-sandbox"] if is_root() else [])]
    system = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(executable_path=system, args=flags)
        except Error as error:
            mend = "Install Chromium, or run `python -m playwright install chromium`."
            raise RuntimeError(f"There is no browser that starts. {mend}\n{error.message}") from None
        try:
            yield found
        finally:
            found.close()


def heard(pages: Any, own: Collection[str]) -> tuple[list[str], list[str]]:
    """Return two lists that fill: what a page, or all of a context, asks of hosts not `own`, and complains of."""
    strangers, complaints = list[str](), list[str]()

    def asked(address: str) -> None:
        there = urlsplit(address)
        if there.scheme not in ("blob", "data") and there.netloc not in own:
            strangers.append(address)

    def complained(text: str) -> None:
        if not any(one in text for one in STOCK):
            complaints.append(text)

    pages.on("request", lambda request: asked(request.url))
    pages.on("websocket", lambda socket: asked(socket.url))
    pages.on("pageerror", lambda error: complained(str(error)))
    pages.on("weberror", lambda one: complained(str(one.error)))
    pages.on("console", lambda one: complained(f"{one.text} {one.location['url']}") if one.type == "error" else None)
    pages.on("dialog", lambda one: complained(f"a dialog: {one.message}"))
    pages.on("dialog", lambda one: one.dismiss())
    return strangers, complaints


def is_root() -> bool:
    """Whether the system's first user runs this, for whom some programs need leave."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
