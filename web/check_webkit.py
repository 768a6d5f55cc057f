"""Answer a question of a built site in WebKit, the engine of Safari: `make check-webkit`.

It needs Debian's packages webkit2gtk-driver and xvfb.
"""

import json
import sys
import time
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from web.serve import Server

HERE, PORT, PATIENCE = "127.0.0.1", "4455", 300  # seconds
READY = """return !document.querySelector("[data-live]:not(.wl-awake)")
  && !!document.querySelector("#wl-bar [role=status]")?.textContent.startsWith("Ready.")"""
VIEW = "const view = document.querySelector(\"[data-live^='question/']\"); return "
# What is chosen, and the feedback, once it is there.
FOUND = f"""{VIEW}!/Not (answered|checked) yet/.test(view.textContent)
  && [view.querySelector(":checked").value, view.querySelector(".wl-page").textContent]"""


def until(step: str, **told: Any) -> Any:
    """Ask the driver for a step until its answer is not False, and return that."""
    request = Request(f"http://{HERE}:{PORT}/session{step}", json.dumps(told).encode())
    for _ in range(PATIENCE):
        # The driver or the page may still be starting.
        with suppress(URLError), urlopen(request, timeout=PATIENCE) as answer:
            if (found := json.load(answer)["value"]) is not False:
                return found
        time.sleep(1)
    raise TimeoutError(f"WebKit gives nothing for {told}.")


def main(site: Path) -> None:
    """See that an answer gets its feedback, and that both are there after a reload."""
    driver = Popen(["WebKitWebDriver", f"--port={PORT}"])
    with driver, ExitStack() as at_the_end, Server(site, HERE) as server:
        at_the_end.callback(driver.terminate)
        session = f"/{until('', capabilities={})['sessionId']}"
        run = partial(until, f"{session}/execute/sync", args=[])
        lesson = "notebooks/index.html?path=00-start-here.ipynb"
        until(f"{session}/url", url=f"http://{HERE}:{server.server_port}/{lesson}")
        run(script=READY)
        for name in ("answer", "sure", "check"):
            run(script=f"{VIEW}view.querySelector('[name={name}]').click()")
        given = run(script=FOUND)
        until(f"{session}/refresh")
        run(script=READY)
        if (kept := run(script=FOUND)) != given:
            sys.exit(f"After a reload there is {kept}, where {given} was.")
        print(f"In WebKit an answer gets its feedback and is kept: {': '.join(given)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
