"""What the kernel of the site holds before a lesson opens, and how it comes by the rest.

This module runs in the browser. The build runs `begin` once and keeps the memory, so that a lesson
starts from there. Large packages are read when they are first used: a lesson that draws nothing
never loads matplotlib.
"""

import gc
import io
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader, spec_from_loader
from types import ModuleType
from typing import Any
from zipfile import ZipFile

SITE = "/lib/python3.12/site-packages"
LAZY = "matplotlib", "numpy", "pandas"  # named by each lesson, used by a few


class Wheels(MetaPathFinder):
    """Finds what is in a wheel of the site that was not read yet, and reads it."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.unread = dict(files)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the place of a module whose wheel is still to be read, or nothing."""
        if name not in self.unread:
            return None
        if name in LAZY:
            return spec_from_loader(name, LazyLoader(_Later(self)), is_package=True)
        return self.read(name)

    def read(self, name: str) -> ModuleSpec | None:
        """Unpack the wheel of a module, and return the module's place."""
        from within_limits_site import read  # type: ignore[import-not-found]  # what start.mjs offers

        file = self.unread[name]
        self.unread = {module: wheel for module, wheel in self.unread.items() if wheel != file}
        with ZipFile(io.BytesIO(read(file).to_bytes())) as wheel:
            wheel.extractall(SITE)
        # That of this folder alone: an archive would be read anew.
        sys.path_importer_cache.pop(SITE, None)
        return PathFinder.find_spec(name)


class _Later(Loader):
    def __init__(self, wheels: Wheels) -> None:
        self.wheels = wheels

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        found = self.wheels.read(name) if name in self.wheels.unread else PathFinder.find_spec(name)
        assert found and found.loader and module.__spec__
        assert found.submodule_search_locations is not None
        found.loader_state = module.__spec__.loader_state  # which keeps it from being loaded twice
        module.__spec__, module.__loader__, module.__file__ = found, found.loader, found.origin
        module.__path__ = found.submodule_search_locations
        found.loader.exec_module(module)


async def _nothing(*_: Any) -> None:
    """Load no package for a cell: `Wheels` does so when one is imported."""


async def install(*_: Any, **__: Any) -> None:
    """Answer a wish for another package with what can be done."""
    raise ModuleNotFoundError(
        "Nothing can be installed here: the site holds what the lessons need, and asks no one."
    )


async def get_transformed_code(arguments: Sequence[str]) -> str:
    """Return the code that answers `%pip install` in a cell."""
    return "import piplite; await piplite.install()"


def _stand_ins() -> dict[str, ModuleType]:
    """Return what the kernel imports and never uses: packages by name, a history, a terminal."""
    names = "pyodide_js", "sqlite3", "IPython.terminal.embed"
    page, history, terminal = map(ModuleType, names)
    vars(page)["loadPackagesFromImports"] = _nothing
    vars(history)["Connection"] = type("Connection", (), {})
    vars(terminal)["embed"] = _nothing
    return {one.__name__: one for one in (page, history, terminal)}


def begin(files: Mapping[str, str], modules: Sequence[str]) -> None:
    """Bring up the kernel and the lessons' own modules, and import `modules`.

    `files` names the wheel of each module that may come later.
    """
    this = sys.modules[__name__]
    vars(this).update(piplite=this, cli=this)
    sys.modules |= dict.fromkeys(("piplite", "piplite.piplite", "piplite.cli"), this)
    real = sys.modules.get("pyodide_js")
    sys.modules |= _stand_ins()
    import anywidget  # noqa: F401
    import ipywidgets  # noqa: F401
    import pyodide_kernel  # type: ignore[import-not-found]  # noqa: F401

    # Not `explore`: its import takes the name of this Python, and each that starts has its own.
    from helpers import ask, facts, rules, show  # noqa: F401

    os.environ["MATPLOTLIBRC"] = str(show.STYLE)  # it is read when a lesson first draws
    facts.library()
    for name in _stand_ins():
        del sys.modules[name]
    if real:
        sys.modules["pyodide_js"] = real
    for name in modules:
        import_module(name)
    sys.meta_path.insert(0, Wheels(files))
    gc.collect()
