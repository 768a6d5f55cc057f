"""Packing for the site; it runs in the site's own Python, whose bytecode it writes."""

import io
import marshal
from importlib.util import MAGIC_NUMBER
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

DATE = (1980, 1, 1, 0, 0, 0)
UNUSED = {".pyi", ".h", ".c", ".pyx", ".pxd", ".a", ".afm", ".typed"}
# Tests, examples, compilers, the toolbar of a window, letters of formulas, what reads fonts and
# pictures that no lesson has, and the page's side of a widget, which the site has itself.
UNUSED_PARTS = {
    *("tests", "sample_data", "f2py", "distutils", "images", "pdfcorefonts"),
    *("labextension", "nbextension", "share"),
}
UNUSED_NAMES = "DejaVuSerif", "DejaVuSansMono-", "STIX", "_webp.", "_imagingft.", "_avif."


def pack(archives: list[bytes], more: dict[str, bytes], level: int) -> bytes:
    """Return one archive with what the given ones hold, and `more`: from the same, the same bytes.

    At level 0 it keeps its source. Compiled at 1 or 2 it starts sooner; at 2 it is smaller, with no
    texts for `help`.
    """
    files = {name: data for archive in archives for name, data in _files(archive)} | more
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        for name, data in sorted(_compiled(name, data, level) for name, data in files.items()):
            packed.writestr(ZipInfo(name, DATE), data, ZIP_DEFLATED, compresslevel=9)
    return out.getvalue()


def _files(archive: bytes) -> list[tuple[str, bytes]]:
    with ZipFile(io.BytesIO(archive)) as held:
        return [
            (name, held.read(name))
            for name in held.namelist()
            if _used(PurePosixPath(name)) and name[-1] != "/"
        ]


def _used(path: PurePosixPath) -> bool:
    return not (
        path.suffix in UNUSED
        or UNUSED_PARTS & set(path.parts[:-1])
        or path.name.startswith(UNUSED_NAMES)
    )


def _compiled(name: str, data: bytes, level: int) -> tuple[str, bytes]:
    if not level or not name.endswith(".py"):
        return name, data
    code = compile(data, name, "exec", dont_inherit=True, optimize=level)
    # From version 3 on, the bytes depend on what else is in memory.
    # The twelve zeros: no check against a source.
    return f"{name}c", MAGIC_NUMBER + bytes(12) + marshal.dumps(code, 2)
