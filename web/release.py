"""Make the release, a zip of a built site with what opens it: `python -m web.release SITE OUT`.

A third word is the address at which the site is on the web. The same input gives the same zip.
"""

import json
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from web.serve import checked

HERE = Path(__file__).parent
START = HERE / "start"
EDITION = json.loads((HERE.parent / "data/datapackage.json").read_text(encoding="utf-8"))["version"]
NAME = f"within-limits-site-{EDITION}"
RUNS = ".command", ".sh"
ASK = "Ask whoever gave you this for the address of the site on the web, and open that."


def release(site: Path, out: Path, address: str = "") -> Path:
    """Write the zip into a folder, and return where it is."""
    checked(site)
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"{NAME}.zip"
    with ZipFile(made, "w") as packed:
        for name, data in (*beside(address), *files(site)):
            entry = ZipInfo(f"{NAME}/{name}")  # its day is the first of all zips
            entry.create_system, entry.compress_type = 3, ZIP_DEFLATED  # 3: Unix, for the modes
            entry.external_attr = (0o100755 if name.endswith(RUNS) else 0o100644) << 16
            packed.writestr(entry, data)
    return made


def beside(address: str) -> Iterator[tuple[str, bytes]]:
    """Give what stands beside the site: the server, and what opens it on each kind of machine."""
    yield "serve.py", (HERE / "serve.py").read_bytes()
    script = (START / "open.sh").read_bytes()
    yield "open-on-linux.sh", script
    yield "open-on-macos.command", script
    yield "open-on-windows.bat", (START / "open.bat").read_bytes().replace(b"\n", b"\r\n")
    link = f'Open the lessons on the web: <a href="{escape(address)}">{escape(address)}</a>.'
    page = (START / "first.html").read_text(encoding="utf-8")
    yield "READ ME FIRST.html", page.replace("<!-- address -->", link if address else ASK).encode()


def files(site: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file of a site, in the order of their names."""
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        yield f"site/{path.relative_to(site).as_posix()}", path.read_bytes()


if __name__ == "__main__":
    print(release(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
