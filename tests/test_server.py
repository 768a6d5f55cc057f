"""The server sends each answer at once, and every server of ours is started that way."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets import import_item

from helpers.server import PromptConnection


def test_a_message_does_not_wait_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _: done.append("connected") or "connection")
    monkeypatch.setattr(PromptConnection, "websocket_handler", SimpleNamespace(set_nodelay=done.append))
    assert PromptConnection.__new__(PromptConnection).connect() == "connection"
    assert done == [True, "connected"]


def test_every_server_of_this_environment_starts_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    app = ServerApp()
    app.load_config_file()
    assert import_item(app.config.ServerApp.kernel_websocket_connection_class) is PromptConnection
