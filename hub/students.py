"""A spawner that needs no accounts: each student has a folder and a user number, and limits that hold."""

import sys
from pathlib import Path
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner
from safety import place
from traitlets import Integer, Unicode

HUB = Path(__file__).parent


class StudentSpawner(LocalProcessSpawner):
    """Starts a student's server under the student's own number, in a folder that no other student may enter."""

    root = Unicode(help="The folder that the folders of the students stand in.").tag(config=True)
    # Above every range of user numbers that a Linux system hands out.
    first = Integer(2_000_000_000, help="The user number of the first student.").tag(config=True)
    idle = Integer(3600, help="Seconds until a kernel that does nothing is stopped, and then its server.").tag(
        config=True
    )
    processes = Integer(300, help="How many processes and threads a student may have.").tag(config=True)

    async def start(self) -> Any:
        """Start the server; return its address and port."""
        number, self.own_home, self.own_sockets = place(Path(self.root), self.user.escaped_name, self.first)
        self.notebook_dir = str(self.own_home)
        self.popen_kwargs = {"cwd": self.own_home, "umask": 0o077}
        self.cmd = [*_limited(self.mem_limit, self.processes), *_stepped_down(number), *_server(self.idle)]
        return await super().start()

    def make_preexec_fn(self, name: str) -> None:
        """Return nothing: the command steps down from root itself, once its limits are set."""

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Return the environment with the student's own folders."""
        home = str(self.own_home)
        own = {"USER": self.user.name, "HOME": home, "WITHIN_LIMITS_HOME": home}
        return env | own | {"JUPYTER_RUNTIME_DIR": str(self.own_sockets)}


def _limited(memory: int, processes: int) -> list[str]:
    """Return what holds each process to a limit, and under systemd all processes of a student together."""
    together = ["systemd-run", "--scope", "--quiet", "--collect"]
    together += [f"--property=MemoryMax={memory}", "--property=MemorySwapMax=0"]
    each = ["prlimit", f"--data={memory}", f"--nproc={processes}"]
    return [*(together if Path("/run/systemd/system").is_dir() else ()), *each]


def _stepped_down(number: int) -> list[str]:
    return ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", "--no-new-privs"]


def _server(idle: int) -> list[str]:
    """Return the command that gives out the lessons and goes on as the student's server."""
    return [
        *(sys.executable, "-I", str(HUB / "lessons.py"), str(HUB.parent / "notebooks")),
        str(Path(sys.executable).with_name("jupyterhub-singleuser")),
        f"--MappingKernelManager.cull_idle_timeout={idle}",
        f"--MappingKernelManager.cull_interval={min(idle, 60)}",
        "--MappingKernelManager.cull_connected=True",
        f"--ServerApp.shutdown_no_activity_timeout={idle}",
        # By default a kernel listens on ports of the machine, where another student could listen in.
        "--KernelManager.transport=ipc",
    ]
