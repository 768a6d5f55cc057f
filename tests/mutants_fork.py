"""Try mutants in forks of one pytest session: `python tests/mutants_fork.py PATTERN ...`, where mutmut has made them.

mutmut starts a session of its own for each mutant, which takes longer than the tests. Here the tests are collected
once, and a fork runs those that mutmut found to reach the function: all of the test file that bears the name of the
module, and of any other test with many cases twenty. Those of that file come first, and of all the shortest, so most
mutants die in a moment.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable

import mutmut.__main__ as tool
import pytest
from _pytest.runner import runtestprotocol
from mutmut.configuration import config
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.workers.isolation import ForkRunner

CASES, CHILDREN = 20, 2


def fewer(tests: Iterable[str], module: str) -> set[str]:
    """Return all tests of the module's own file, and some cases of each other test, spread over them."""
    cases: dict[str, list[str]] = defaultdict(list)
    for name in sorted(tests):
        cases[name.split("[")[0]].append(name)
    own = f"tests/test_{module}.py"
    kept = [names if test.startswith(own) else names[:: -(-len(names) // CASES)] for test, names in cases.items()]
    return {name for names in kept for name in names}


def forget(module: str) -> None:
    """Forget what was worked out while the tests were collected: a mutant has to work it out itself."""
    from helpers import facts, tables

    if module in ("tables", "facts", "rules"):
        facts.use(tables.folder())
    for name in [name for name in sys.modules if name.startswith("helpers.")]:
        for one in vars(sys.modules[name]).values():
            if hasattr(one, "cache_clear"):
                one.cache_clear()


class Session:
    """The plugin in whose session every mutant is forked."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run mutmut in place of the tests."""
        items = {item.nodeid: item for item in session.items}

        def run(_: PytestRunner, *, mutant_name: str, tests: list[str]) -> int:
            os.chdir("mutants")
            module = mutant_name.split(".")[1]
            forget(module)
            took, own = state().duration_by_test, f"tests/test_{module}.py"
            soon = sorted(fewer(tests, module), key=lambda name: (not name.startswith(own), took[name]))
            reports = (one for name in soon for one in runtestprotocol(items[name], log=False, nextitem=None))
            return int(any(one.failed for one in reports))

        PytestRunner.run_tests = run  # type: ignore[assignment]
        # What mutmut does before its first mutant was done when it made them.
        ForkRunner.run_clean_tests = lambda *_, **__: 0  # type: ignore[method-assign]
        tool.run_forced_fail_test = lambda *_: None
        tool.collect_or_load_stats = lambda *_, **__: tool.load_stats()
        os.chdir("..")
        tool._run(sys.argv[1:], CHILDREN)
        return True


if __name__ == "__main__":
    asked = config()  # read before the folder changes
    sys.path[0] = os.path.abspath("mutants")  # the mutants, not the modules that they were made of
    tool.set_mutant_under_test("")
    os.chdir("mutants")
    words = [*asked.pytest_add_cli_args, *asked.pytest_add_cli_args_test_selection]
    # To tell of a failure in full, pytest reads the whole module with its thousands of mutants: seconds for each.
    quiet = ["--rootdir=.", "-s", "-q", "--tb=native", "-o", "tmp_path_retention_policy=none"]
    sys.exit(pytest.main([*quiet, *words], plugins=[Session()]))
