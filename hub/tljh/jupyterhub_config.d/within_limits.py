"""What YAML can't say to a hub: the same file for one server and for Kubernetes.

JupyterHub reads it and gives it `c`. What is special to a school stands in a file of its own.
"""
# ruff: noqa: F821

# Nobody is an admin of the hub: an admin could enter the server of every student.
c.Authenticator.admin_users = set()

# The group `teachers` sees who is there and stops a server that hangs. It enters none.
c.JupyterHub.load_roles.append(
    {
        "name": "teacher",
        "groups": ["teachers"],
        "scopes": ["admin-ui", "list:users", "read:servers", "delete:servers"],
    }
)

# A kernel that has done nothing for an hour is stopped, even with its page open. Answers are on the
# disk by then, and the lesson can be run again.
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
    "--MappingKernelManager.cull_connected=True",
]

# A class begins at the same moment: each server gets the time that the last of them needs.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
