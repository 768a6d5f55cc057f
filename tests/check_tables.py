"""Save every table anew in LibreOffice, with the settings of several languages: `python -m tests.check_tables`.

A table that was saved has the same meaning as before, or gets its sentence: never another meaning in silence.
"""

import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.check import tables

LANGUAGES = {"en-US": ",", "de-DE": ";", "uk-UA": "\t"}  # each with another sign between the cells
OWN = """<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale"><value>{}</value></prop></item></oor:items>"""
READ, SAVED = "CSV:44,34,76,1,,0,false,", "csv:Text - txt - csv (StarCalc):{},34,76,1,,0,false,true,false"

if __name__ == "__main__":
    sound, silent = tables.load(tables.folder())[2], []
    for (language, sign), special in product(LANGUAGES.items(), ("false", "true")):
        with TemporaryDirectory() as name:
            copy, new, user = (Path(name, part) for part in ("data", "new", "user"))
            user.mkdir()
            (user / "registrymodifications.xcu").write_text(OWN.format(language), encoding="utf-8")
            office = ["soffice", f"-env:UserInstallation=file://{name}", f"--infilter={READ}{special}"]
            ways = ["--headless", "--convert-to", SAVED.format(ord(sign)), "--outdir", str(new)]
            subprocess.run([*office, *ways, *tables.folder().glob("*.csv")], check=True, capture_output=True)
            for table in sound:
                shutil.copytree(tables.folder(), copy, dirs_exist_ok=True)
                shutil.copy(new / f"{table}.csv", copy)
                try:
                    silent += [f"{table}, {language}, {special}"] if tables.load(copy)[2] != sound else []
                except tables.TableError as error:
                    print(language, special, str(error).split("\n")[0])
    sys.exit("\n".join(["Accepted with another meaning:", *silent]) if silent else 0)
