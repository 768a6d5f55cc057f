"""A hub for one class. What differs from class to class stands in the settings of its own, never here."""

import os
import sys
from pathlib import Path

HUB = Path(__file__).parent
sys.path.insert(0, str(HUB))
from safety import faults  # noqa: E402
from students import StudentSpawner  # noqa: E402

ROOT = Path(os.environ.get("WITHIN_LIMITS_HUB", "/srv/within-limits"))
OWN = ROOT / "hub"  # closed to the students: settings, users, secrets
SETTINGS = OWN / "settings.py"

c = get_config()  # noqa: F821

# This machine alone can reach it, until the settings name a certificate or a web server stands before it.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.db_url = f"sqlite:///{OWN}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(OWN / "cookie_secret")
c.ConfigurableHTTPProxy.command = [str(HUB / "node_modules" / ".bin" / "configurable-http-proxy")]
c.ConfigurableHTTPProxy.pid_file = str(OWN / "proxy.pid")

c.JupyterHub.spawner_class = StudentSpawner
c.StudentSpawner.root = str(ROOT)
c.Spawner.mem_limit = "1.5G"  # all eight lessons open at once stay below it
c.Spawner.environment = {"OPENBLAS_NUM_THREADS": "1"}  # or every core would take memory for sums that no lesson does
c.Spawner.default_url = "/notebooks/lessons/00-start-here.ipynb"
c.Spawner.disable_user_config = True  # or a student could lift the limits of time
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # a whole class begins at once

if SETTINGS.exists():
    load_subconfig(str(SETTINGS))  # noqa: F821

checking = "WITHIN_LIMITS_HUB_CHECK" in os.environ
read = (HUB, Path(sys.executable).resolve(), ROOT / "students")
if says := faults(os.getuid(), c.JupyterHub.get("authenticator_class"), checking, SETTINGS, read):
    sys.exit("\n".join(says))

for folder, mode in ((ROOT, 0o711), (OWN, 0o700), (ROOT / "students", 0o711), (ROOT / "run", 0o711)):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)
