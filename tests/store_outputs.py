"""Run every notebook and store its outputs, so that it can be read with no kernel: `python -m tests.store_outputs`.

What is stored of a live view is its still view. A second run changes nothing.
"""

import os
import tempfile
from pathlib import Path

from web import lessons, notebooks

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
LESSONS = lessons(NOTEBOOKS)


def fresh(path: Path) -> str:
    """Return the text of a notebook with the outputs of a new run, and nothing in it that differs between runs."""
    import nbformat  # here: both take seconds to load, and most tests only ask where the lessons are
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, record_timing=False, resources=where).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):  # a foreign widget has another id in each run
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": {"name": "python"}}
    return nbformat.writes(notebook) + "\n"


if __name__ == "__main__":
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a debugger's warning is no part of a lesson
    with tempfile.TemporaryDirectory() as nobody:
        os.environ["WITHIN_LIMITS_HOME"] = nobody  # nobody's work: what is stored must not depend on a student's
        for path in notebooks(NOTEBOOKS):
            path.write_text(fresh(path), encoding="utf-8")
