"""
The address of the web server is tried before anything is started, and the remedy is told.
"""

from __future__ import annotations

import socket

import pytest

from carecoord.cli.ports import refuse_unusable_address
from carecoord.kernel.errors import Unavailable
from carecoord.settings import Settings, load_settings


def settings(host: str, port: int) -> Settings:
    """Settings that differ by the address only."""
    return load_settings({"HOME": "/nowhere", "CARECOORD_BIND_HOST": host, "CARECOORD_BIND_PORT": str(port)})


def test_taken_port_names_the_setting() -> None:
    """Another program listens there: its port is named, and how to take another one."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unavailable, match="CARECOORD_BIND_PORT") as caught:
            refuse_unusable_address(settings("127.0.0.1", port))

    assert caught.value.code == "port_taken"
    refuse_unusable_address(settings("127.0.0.1", port))


def test_address_of_another_machine_is_not_a_taken_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address this machine does not have (here one kept for documentation) is told as such."""
    found = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("192.0.2.1", 8000))
    # Tests may look no foreign address up; trying to listen on one sends nothing.
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: [found])
    with pytest.raises(Unavailable) as caught:
        refuse_unusable_address(settings("192.0.2.1", 8000))

    assert caught.value.code == "address_unusable"
