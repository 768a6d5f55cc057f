"""Start a folder for a report of one's own, or say what is still to do in one that is there.

`make report NAME=ferry` runs it. What a folder begins with stands in `report.json`; the steps to
fill it in stand in `data/README.md`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from helpers import facts, rules
from helpers.check import tables
from helpers.facts import Library

DATA = tables.folder()
WAITS = r"…|2049, 12, 31|^\(\)$"  # a cell or a day to fill in, or a table without rows
START = "This starts data/{0} and notebooks/my-{0}.ipynb. If you meant {1}, delete both again."
NEXT = "All that must be is filled in. Open notebooks/my-{}.ipynb, and run all its cells."
KEPT = "begin this id with “{}-”, since what students answer is kept by id, for all lessons."
IDLE = "no story in cases.csv needs it. Tell one whose answer would change without it."
Told = Iterator[tuple[str, str, str]]  # a table, the id of a row, and what to mend there


def main(name: str, data: Path = DATA) -> str:
    """Return what is still to do in the folder of that name; one that is not there is started."""
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name):
        return "Name the folder in small letters and digits, such as: make report NAME=ferry"
    home, there = data / name, [own.name for own in folders(data) if own != data]
    made = _make(home) if name not in there or _own(home) else []
    lines = [f"Made {path} again, as it was at the start." for path in made]
    lines = lines if name in there else [START.format(name, " or ".join(there))]
    try:
        wrong, left = [*faults(home)], steps(home)
    except (tables.TableError, rules.CaseError, KeyError) as error:
        wrong, left = [error.args[0], "Mend this, and give the command again."], []
    done = [] if wrong or any("`: If " not in it for it in left) else [NEXT.format(name)]
    return "\n".join([*lines, f"In data/{name}:", *wrong, *left, *done])


def folders(data: Path = DATA) -> list[Path]:
    """Return each folder of tables: the one of the lessons, and those that stand in it."""
    return sorted({path.parent for at in ("", "[!._]*/") for path in data.glob(f"{at}*.csv")})


def steps(home: Path) -> list[str]:
    """Return the steps that are still to do; the first that is a must tells of its columns."""
    guide, known = (DATA / "README.md").read_text(encoding="utf-8"), facts.use(home)
    every = re.findall(r"^(\d+\. `(\w+)\.csv`.+?)(?=\n\d+\. |\n\n)", guide, re.M | re.S)
    left = {at: " ".join(it.split()) for it, at in every if re.search(WAITS, str(known.rows[at]))}
    for at in [at for at in left if "`: If " not in left[at]][:1] or left:
        left[at] += "".join(_column(*own) for own in known.schemas[at].fields.items())
    return [*left.values()]


def faults(home: Path) -> Iterator[str]:
    """Yield a sentence for all that does not hold together, or that is filled in by half.

    Raises TableError for tables that are not sound.
    """
    known, name = facts.use(home), home.name
    yield from (wrong := [*rules.problems()])
    for table, id_, mend in () if wrong else (*_halves(known, name * _own(home)), *_idle(known)):
        yield f"{name}/{table}.csv, line {known.lines[table][id_]} ({id_}): {mend}"


def _column(name: str, field: tables.Row) -> str:
    """Return a line that says what a column holds."""
    told = [f"{one['value']} ({one['label']})" for one in field.get("categories", ())]
    return f"\n   `{name}`: {field['description']}{'; one of: ' * bool(told)}{', '.join(told)}"


def _halves(known: Library, name: str) -> Told:
    """Yield the rows that lack what makes them whole; more for a folder of one's own, by its name.

    Its notebook asks each story as a prediction.
    """
    for table, row in ((table, row) for table, rows in known.rows.items() for row in rows):
        id_ = row["id"]
        readings = row.get("reading_a"), row.get("reading_b")
        if row.get("answer") == rules.UNCLEAR and "" in readings:
            yield table, id_, "“answer” is “unclear”. Fill in reading_a and reading_b."
        if table == "events" and row["layer"] == "article" and not row["claim"]:
            yield table, id_, "“claim” is empty. Name the claim that tells of it."
        if table == "terms" and not known.terms[id_].strikes:
            yield table, id_, "nothing falls without it. Say in strikes.csv what does."
        if table == "questions" and not (row["criteria"] or known.questions[id_].options[2:]):
            yield table, id_, "give it three rows in options.csv, or else a set of criteria."
        if name and table in ("claims", "cases", "questions") and not id_.startswith(f"{name}-"):
            yield table, id_, KEPT.format(name)
        if name and table in ("terms", "phrases") and row["words"].split()[6:]:
            yield table, id_, "“words” has more than six words. Quote six at most."
        gaps = [at for at in row if at[:3] == "if_" and row["answer"] != at[3:].replace("_", " ")]
        if name and (gaps := [at for at in gaps if not row[at]]):
            yield table, id_, f"the notebook asks to predict it. Fill in {', '.join(gaps)}."


def _idle(known: Library) -> Told:
    """Yield the rules and conditions without which each story has the same answer."""
    told = [(story, rules.case(story.id)) for story in known.stories.values()]
    for held in known.positions.values() if told else ():
        own = [it for it in told if rules.judge(it[1], it[0].position).position is held]
        for rule in held.rules[len(held.amends.rules if held.amends else ()) :]:
            for gone in (None, *rule.conditions):
                left = tuple(asked for asked in rule.conditions if asked is not gone)
                less = [rule._replace(conditions=left)] if gone else []
                kept = [each for it in held.rules for each in (less if it is rule else [it])]
                without = held._replace(rules=tuple(kept))
                if all(rules.judge(case, without).answer == story.answer for story, case in own):
                    yield ("conditions", gone.id, IDLE) if gone else ("rules", rule.id, IDLE)


def _book(home: Path) -> Path:
    return home.parents[1] / "notebooks" / f"my-{home.name}.ipynb"


def _own(home: Path) -> bool:
    """Return whether this command started a folder: no lesson has its questions."""
    shape = home / "datapackage.json"
    return _book(home).exists() or (shape.exists() and b'"lesson-09"' in shape.read_bytes())


def _make(home: Path) -> list[Path]:
    """Write what is not there: a table with its first rows, the package, and the notebook."""
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    given = json.loads(text.replace("NAME", home.name))
    text = (DATA / "datapackage.json").read_text(encoding="utf-8")
    for word, own in given["renamed"].items():
        text = text.replace(f'"{word}"', f'"{own}"')
    shape, texts = json.loads(text) | given["package"], {}
    for table in shape["resources"]:
        table["roster"], fields = [], table["schema"]["fields"]
        for field in fields:
            field |= given["fields"].get(f"{table['name']}.{field['name']}", {})
        rows = ",".join(field["name"] for field in fields), *given["rows"].get(table["name"], [])
        texts[home / table["path"]] = "\ufeff" + "\n".join(rows)
    lesson = (DATA.parent / "notebooks" / "08-on-your-own.ipynb").read_text(encoding="utf-8")
    setup = json.loads(lesson.replace(r"\"town\"", rf"\"{home.name}\""))["cells"][1]
    given["notebook"]["cells"].insert(1, setup | {"outputs": [], "execution_count": None})
    for path, told in ((home / "datapackage.json", shape), (_book(home), given["notebook"])):
        texts[path] = json.dumps(told, ensure_ascii=False, indent=1)
    home.mkdir(exist_ok=True)
    lost = [path for path in texts if not [*path.parent.glob(f"{path.stem}.*")]]
    for path in lost:
        path.write_text(f"{texts[path]}\n", encoding="utf-8")
    return [path.relative_to(home.parents[1]) for path in lost]
