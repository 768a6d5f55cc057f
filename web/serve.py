"""Serve a built site to a class on the same network: `python -m web.serve SITE [PORT]`."""

import gzip
import socket
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
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


class Server(ThreadingHTTPServer):
    """A server for the files of one folder."""

    daemon_threads = True

    def __init__(self, folder: Path, host: str = "", port: int = 0) -> None:
        self.folder = folder.resolve()
        self._packed: dict[tuple[Path, int], bytes] = {}
        self._packing = Lock()  # a class that starts at once waits for one, and causes no thirty
        super().__init__((host, port), Handler)

    def find(self, address: str) -> Path | None:
        """Return the file or folder at an address, or None when the served folder has none."""
        try:
            path = (self.folder / unquote(urlsplit(address).path).lstrip("/")).resolve()
        except (OSError, ValueError):
            return None
        return path if path.is_relative_to(self.folder) and path.exists() else None

    def body(self, path: Path, packed: bool) -> bytes:
        """Return what goes over the network for a file."""
        if not packed:
            return path.read_bytes()
        key = path, path.stat().st_mtime_ns
        with self._packing:
            if key not in self._packed:
                self._packed[key] = gzip.compress(path.read_bytes(), 6, mtime=0)
            return self._packed[key]

    def handle_error(self, *request: Any) -> None:
        """Say nothing of a browser that went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*request)


class Handler(BaseHTTPRequestHandler):
    """Answers one browser."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Send a file, or say that the browser's own is still the same."""
        path = self.server.find(self.path)
        if path and path.is_dir():
            if not urlsplit(self.path).path.endswith("/"):
                return self._move(path)
            path /= "index.html"
        if not path or not path.is_file():
            return self.send_error(HTTPStatus.NOT_FOUND)
        told = path.stat()
        tag = f'W/"{told.st_mtime_ns:x}-{told.st_size:x}"'
        same = tag in self.headers.get("If-None-Match", "")
        packed = path.suffix in PACKED and "gzip" in self.headers.get("Accept-Encoding", "")
        body = b"" if same else self.server.body(path, packed)
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
            self.wfile.write(body)

    do_HEAD = do_GET

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


def main(site: str, port: str = "8000") -> None:
    """Serve until Ctrl+C."""
    folder = Path(site)
    if not (folder / "index.html").is_file():
        sys.exit(f"{folder} holds no built site.")
    try:
        server = Server(folder, port=int(port))
    except OSError as error:
        sys.exit(f"Port {port} is not free ({error.strerror}). Name another one.")
    print(f"On this machine:     http://127.0.0.1:{server.server_port}/")
    if name := here():
        print(f"On the same network: http://{name}:{server.server_port}/")
    print("Stop with Ctrl+C.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main(*sys.argv[1:])
