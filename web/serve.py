"""Serve a built site to a class on the same network: `python serve.py SITE [PORT]`.

With `--here`, for this machine alone: then its browser is opened. This file runs by itself, from a
stick too, with Python 3.9 or later and nothing else.
"""

from __future__ import annotations

import gzip
import os
import socket
import sys
import webbrowser
from argparse import ArgumentParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import quote, unquote, urlsplit

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".ipynb": "application/json",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
PACKED = (
    *(".css", ".csv", ".html", ".ipynb", ".js", ".json", ".mjs", ".svg", ".txt"),
    *(".wasm", ".webmanifest"),
)
ALONE = "127.0.0.1"
ABSENT = "The site has no file at this address. Go back to its first page"
PIECE = 1 << 16  # bytes: each may take a slow device as long as the timeout


class Server(ThreadingHTTPServer):
    """A server for the files of one folder; in a `with`, it serves beside what stands there."""

    daemon_threads = True
    request_queue_size = 1024  # a whole school may press the link at once
    allow_reuse_address = os.name == "posix"  # on Windows it would let two servers have one port

    def __init__(self, folder: Path, host: str = "", port: int = 0) -> None:
        self.folder = folder.resolve()
        self._bodies: dict[tuple[Path, int, bool], bytes] = {}
        self._reading = Lock()  # a class that starts at once waits for one, and causes no thirty
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        """Take the port, and ask no name server for this machine's name: there may be none."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def __enter__(self) -> Server:
        Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def find(self, address: str) -> Path | None:
        """Return the file or folder at an address, or None when the served folder has none."""
        try:
            name = unquote(urlsplit(address).path).lstrip("/")
            if {":", "\\"} & set(name):  # on Windows a drive, or another machine
                return None
            path = (self.folder / name).resolve()
            return path if path.is_relative_to(self.folder) and path.exists() else None
        except (OSError, RuntimeError, ValueError):  # too long, links in a ring, no name at all
            return None

    def body(self, path: Path, packed: bool) -> bytes:
        """Return what goes over the network for a file."""
        key = path, path.stat().st_mtime_ns, packed
        with self._reading:
            if key not in self._bodies:
                plain = path.read_bytes()
                self._bodies[key] = gzip.compress(plain, 6, mtime=0) if packed else plain
            return self._bodies[key]

    def handle_error(self, *request: Any) -> None:
        """Say nothing of a browser that went away or fell silent."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(*request)


class Handler(BaseHTTPRequestHandler):
    """Answers one browser."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60  # seconds of silence
    server: Server

    def do_GET(self) -> None:
        """Send a file, or say that the browser's own is still the same."""
        path = self.server.find(self.path)
        if path and path.is_dir():
            if not urlsplit(self.path).path.endswith("/"):
                return self._move(path)
            path /= "index.html"
        if not path or not path.is_file():
            return self.send_error(HTTPStatus.NOT_FOUND, None, ABSENT)
        packed = path.suffix in PACKED and "gzip" in self.headers.get("Accept-Encoding", "")
        try:
            told = path.stat()
            tag = f'W/"{told.st_mtime_ns:x}-{told.st_size:x}"'
            same = tag in self.headers.get("If-None-Match", "")
            body = b"" if same else self.server.body(path, packed)
        except OSError:  # it can't be read, or went away just now
            return self.send_error(HTTPStatus.NOT_FOUND, None, ABSENT)
        self.send_response(HTTPStatus.NOT_MODIFIED if same else HTTPStatus.OK)
        self.send_header("ETag", tag)
        self.send_header("Cache-Control", self._keeps(path))
        self.send_header("Vary", "Accept-Encoding")
        if not same:
            self.send_header("Content-Type", TYPES.get(path.suffix, "application/octet-stream"))
            self.send_header("Content-Length", str(len(body)))
            if packed:
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if self.command != "HEAD":
            for start in range(0, len(body), PIECE):
                self.wfile.write(memoryview(body)[start : start + PIECE])

    do_HEAD = do_GET

    def end_headers(self) -> None:
        """Let no browser take a file for another type than it is said to be."""
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def _keeps(self, path: Path) -> str:
        """The name of the folder of the runtime says its content, so its files never change."""
        hashed = path.parent.name.startswith("python-") and path.parent.parent.name == "static"
        return "public, max-age=31536000, immutable" if hashed else "no-cache"

    def _move(self, path: Path) -> None:
        parts = urlsplit(self.path)
        folder = path.relative_to(self.server.folder).as_posix()
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        query = f"?{parts.query}" if parts.query else ""
        self.send_header("Location", f"/{quote(folder)}/{query}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep no record of who asked for what."""


def here() -> str | None:
    """Return the address of this machine on its network, if it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:  # an address for examples: this chooses a network, and sends nothing
            asked.connect(("192.0.2.1", 9))
        except OSError:
            return None
        name = str(asked.getsockname()[0])
    return None if name.startswith(("127.", "0.")) else name


def checked(site: Path) -> Path:
    """Return the folder of a built site, or leave with a sentence when it is none."""
    if not os.path.isfile(site / "index.html"):
        sys.exit(f"The folder {site} holds no built site: it has no file index.html.")
    return site


def opened(site: Path, port: str, host: str = "") -> Server:
    """Return a server for a built site, or leave with a sentence: no such site or port."""
    try:
        return Server(checked(site), host, int(port))
    except (OverflowError, ValueError):
        sys.exit(f"{port} is no port. Choose a number from 1 to 65535, such as 8000.")
    except OSError as error:
        running = f"If the lessons run already, open http://{ALONE}:{port}/."
        sys.exit(f"Port {port} is not free ({error.strerror}). {running} If not, choose another.")


def main() -> None:
    """Serve until Ctrl+C."""
    parser = ArgumentParser(description="Serve a built site to a class on the same network.")
    parser.add_argument("site", nargs="?", type=Path, default=Path(__file__).with_name("site"))
    parser.add_argument("port", nargs="?", default="8000")
    own = "serve this machine alone, and open the site in its browser"
    parser.add_argument("--here", action="store_true", help=own)
    told = parser.parse_args()
    server = opened(told.site, told.port, ALONE if told.here else "")
    address = f"http://{ALONE}:{server.server_port}/"
    print(f"On this machine:     {address}")
    if not told.here and (name := here()):
        print(f"On the same network: http://{name}:{server.server_port}/")
    print("Stop with Ctrl+C.", flush=True)
    if told.here:
        Thread(target=webbrowser.open, args=[address], daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
