"""The server sends each answer at once, and every server of ours is started that way."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets import import_item

from helpers.server import PromptConnection

ROOT = Path(__file__).parent.parent


def test_a_message_does_not_wait_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _: done.append("connected") or "connection")
    monkeypatch.setattr(PromptConnection, "websocket_handler", SimpleNamespace(set_nodelay=done.append))
    assert PromptConnection.__new__(PromptConnection).connect() == "connection"
    assert done == [True, "connected"]


def test_the_command_that_opens_the_lessons_names_the_connection() -> None:
    (named,) = {
        line.split("class=")[1]
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if "kernel_websocket_connection_class" in line
    }
    assert import_item(named) is PromptConnection
