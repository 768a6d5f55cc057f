"""What a Jupyter server of the lessons does in its own way. Nothing in a lesson loads this.

server.json names it; installed with the package, that file is read by every server of the environment.
"""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The way between a page and its kernel, where each message goes out at once.

    As it comes, the system holds a small message back until the browser has confirmed the one before: up to 40 ms of
    each click.
    """

    def connect(self) -> Any:
        """Connect page and kernel, and return what the connection of Jupyter returns."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
