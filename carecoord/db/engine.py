"""
URL -> async engine; JSON through msgspec.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_TIMEOUT_S = 10


def create_engine(url: str, *, pool_size: int = 10, name: str = "carecoord", **options: Any) -> AsyncEngine:
    """
    An engine on PostgreSQL.

    Args:
        url: any PostgreSQL URL.
        pool_size: connections kept; half as many again in a rush.
        name: shown by PostgreSQL beside the connection.
        options: passed on to SQLAlchemy.
    """
    settings: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": max(pool_size // 2, 2),
        # A connection broken by a restart of the server is replaced without being seen.
        "pool_pre_ping": True,
    }
    if "poolclass" in options:
        settings = {}
    return create_async_engine(
        asyncpg_url(url),
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "server_settings": {
                "application_name": name,
                "timezone": "UTC",
                # A process that hangs within a transaction must not keep its locks for ever.
                "idle_in_transaction_session_timeout": "60000",
            },
        },
        **settings,
        **options,
    )


def asyncpg_url(url: str) -> str:
    """
    The URL as SQLAlchemy's asyncpg dialect wants it.

    libpq's `sslmode` becomes asyncpg's `ssl`; the scheme names the driver.
    """
    parts = urlsplit(url)
    query = [("ssl" if name == "sslmode" else name, value) for name, value in parse_qsl(parts.query)]
    return urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, urlencode(query), ""))


def plain_url(url: str) -> str:
    """The URL as asyncpg itself wants it."""
    parts = urlsplit(url)
    query = [("sslmode" if name == "ssl" else name, value) for name, value in parse_qsl(parts.query)]
    return urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(query), ""))


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
