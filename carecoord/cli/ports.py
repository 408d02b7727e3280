"""
Whether the web server will be able to listen, told before anything is started.
"""

from __future__ import annotations

import errno
import socket

from carecoord.kernel.errors import Unavailable
from carecoord.settings import Settings


def refuse_unusable_address(settings: Settings) -> None:
    """
    Try the address of the web server.

    Raises:
        Unavailable: `port_taken`, `port_reserved` or `address_unusable`, with what to do.
    """
    host, port = settings.bind_host, settings.bind_port
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                "port_taken",
                f"le port {port} est déjà pris : arrêtez l'autre programme, "
                "ou choisissez-en un autre avec CARECOORD_BIND_PORT",
            ) from error
        if error.errno == errno.EACCES:
            raise Unavailable(
                "port_reserved",
                f"ce compte ne peut pas ouvrir le port {port} : "
                "choisissez-en un au-dessus de 1024 avec CARECOORD_BIND_PORT",
            ) from error
        raise Unavailable(
            "address_unusable",
            f"l'adresse {host} n'est pas de cette machine : corrigez CARECOORD_BIND_HOST",
        ) from error
