"""Start a folder for a report of one's own, or say what is still to do in one that is there.

`make report NAME=ferry` runs it. What a folder begins with stands in `report.json`; the steps to
fill it in stand in `data/README.md`.
"""

import json
import re
from pathlib import Path

from helpers import facts, rules
from helpers.check import tables

DATA = tables.folder()
WAITS = r"…|2049, 12, 31|^\(\)$"  # a cell or a day to fill in, or a table without rows


def main(name: str, data: Path = DATA) -> str:
    """Return what is still to do in the folder of that name; one that is not there is started."""
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name):
        return "Name the folder in small letters and digits, such as: make report NAME=ferry"
    if not (home := data / name).exists():
        _start(home)
    try:
        known, faults = facts.use(home), [*rules.problems()]
    except (tables.TableError, KeyError) as error:
        return f"{error.args[0]}\nMend this in data/{name}, and give the command again."
    guide = (DATA / "README.md").read_text(encoding="utf-8")
    steps = re.findall(r"^(\d+\. `(\w+)\.csv`.+?)(?=\n\d+\. |\n\n)", guide, re.M | re.S)
    left = {at: " ".join(it.split()) for it, at in steps if re.search(WAITS, str(known.rows[at]))}
    for at in [at for at in left if "`: If " not in left[at]][:1] or left:
        left[at] += "".join(_column(*own) for own in known.schemas[at].fields.items())
    return f"In data/{name}:\n" + "\n".join([*faults, *left.values()] or ["All is filled in."])


def _column(name: str, field: tables.Row) -> str:
    """Return a line that says what a column holds."""
    kinds = ", ".join(kind["value"] for kind in field.get("categories", ()))
    return f"\n   `{name}`: {field['description']}{f' (one of: {kinds})' if kinds else ''}"


def _start(home: Path) -> None:
    """Write each declared table with its first rows, and a notebook that reads them."""
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    given = json.loads(text.replace("NAME", home.name))
    text = (DATA / "datapackage.json").read_text(encoding="utf-8")
    for word, own in given["renamed"].items():
        text = text.replace(f'"{word}"', f'"{own}"')
    shape = json.loads(text) | given["package"]
    home.mkdir()
    for table in shape["resources"]:
        table["roster"], fields = [], table["schema"]["fields"]
        for field in fields:
            field |= given["fields"].get(f"{table['name']}.{field['name']}", {})
        lines = ",".join(field["name"] for field in fields), *given["rows"].get(table["name"], [])
        (home / table["path"]).write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    lesson = (DATA.parent / "notebooks" / "08-on-your-own.ipynb").read_text(encoding="utf-8")
    setup = json.loads(lesson.replace(r"\"town\"", rf"\"{home.name}\""))["cells"][1]
    given["notebook"]["cells"].insert(1, setup | {"outputs": [], "execution_count": None})
    book = home.parents[1] / "notebooks" / f"my-{home.name}.ipynb"
    for path, own in ((home / "datapackage.json", shape), (book, given["notebook"])):
        path.write_text(json.dumps(own, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
