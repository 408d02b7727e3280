"""
Settings -> URLs of the database: the embedded server, or the one given.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from carecoord.db.cluster import APP_ROLE
from carecoord.db.embedded import EmbeddedServer, ensure_running
from carecoord.db.engine import create_engine
from carecoord.kernel.errors import Unavailable
from carecoord.settings import Settings

SCRAM_ROUNDS = 4096

_KNOWN_ROLE = text("SELECT true FROM pg_roles WHERE rolname = :role")


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where the database is.

    Args:
        owner_url: as the role that owns the schema; for migrations only.
        app_url: as the role that owns nothing and bypasses nothing; for everything else.
        app_role: name of that role.
        server: the embedded server, None when the database is outside.
    """

    owner_url: str
    app_url: str
    app_role: str
    server: EmbeddedServer | None = None


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """
    Reach the database for as long as the block lasts; start the embedded server if need be.

    Raises:
        Unavailable: the embedded server cannot be created or started.
    """
    if settings.database_url is not None:
        yield external_database(settings, settings.database_url)
        return
    server = ensure_running(settings.home)
    try:
        yield Database(owner_url=server.owner_url, app_url=server.app_url, app_role=APP_ROLE, server=server)
    finally:
        server.release()


def external_database(settings: Settings, owner_url: str) -> Database:
    """URLs of a database outside: the second one is given, or derived from the first."""
    return Database(
        owner_url=owner_url,
        app_url=settings.app_database_url or derived_app_url(owner_url, settings.app_role),
        app_role=settings.app_role if not settings.app_database_url else _user(settings.app_database_url),
    )


def derived_app_url(owner_url: str, role: str) -> str:
    """
    The URL of the application role, whose password follows from the owner's.

    So one URL is enough on every machine, yet a connection of the application holds no
    secret and no right that would make it the owner (`SET ROLE` could be undone).
    """
    parts = urlsplit(owner_url)
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(role, safe='')}:{quote(derived_password(owner_url, role), safe='')}@{place}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def derived_password(owner_url: str, role: str) -> str:
    """HMAC-SHA256 of the role's name under the owner's password, as text."""
    secret = unquote(urlsplit(owner_url).password or "").encode()
    digest = hmac.new(secret, f"carecoord application role {role}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


async def ensure_app_role(database: Database) -> None:
    """
    Create the application role of a database outside, or set its derived password again.

    Nothing is done when its URL is given: then the role is the administrator's business.

    Raises:
        Unavailable: the owner may not create roles; the message says what to run instead.
    """
    role = database.app_role
    if database.server is not None or database.app_url != derived_app_url(database.owner_url, role):
        return
    verifier = scram_verifier(derived_password(database.owner_url, role))
    engine = create_engine(database.owner_url, name="carecoord-upgrade", poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            known = await connection.scalar(_KNOWN_ROLE, {"role": role})
            verb = f"ALTER ROLE {role}" if known else f"CREATE ROLE {role}"
            # Role names are checked in settings and the verifier is base64: neither holds a quote.
            # NOSUPERUSER and the like are the default, and naming them takes a superuser.
            await connection.execute(text(f"{verb} LOGIN PASSWORD '{verifier}'".replace(":", "\\:")))
            name = await connection.scalar(text("SELECT quote_ident(current_database())"))
            await connection.execute(text(f"GRANT CONNECT ON DATABASE {name} TO {role}"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "42501":
            raise
        raise Unavailable(
            "role_not_creatable",
            f"the owner may not create the role {role}: have an administrator run "
            f"CREATE ROLE {role} LOGIN PASSWORD '…' and give CARECOORD_APP_DATABASE_URL",
        ) from error
    finally:
        await engine.dispose()


def scram_verifier(password: str) -> str:
    """What PostgreSQL keeps of a password (RFC 5802, RFC 7677), so that its logs never see the password."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ROUNDS)
    stored = hashlib.sha256(hmac.new(salted, b"Client Key", hashlib.sha256).digest()).digest()
    server = hmac.new(salted, b"Server Key", hashlib.sha256).digest()
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${SCRAM_ROUNDS}:{salt64}${stored64}:{server64}"


def _user(url: str) -> str:
    return unquote(urlsplit(url).username or "")
