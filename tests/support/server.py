"""
The PostgreSQL server of a test run, and one cloned database per test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from carecoord.db.binaries import Binaries, folder_binaries
from carecoord.db.cluster import APP_ROLE, FAST_SETTINGS, OWNER_ROLE
from carecoord.db.connect import Database
from carecoord.db.embedded import EmbeddedServer, embedded_server
from carecoord.db.engine import plain_url

TEMPLATE = "carecoord_template"


def test_binaries() -> Binaries | None:
    """
    Programs of the server under test: None for the wheel's, or Debian's PostgreSQL 15.

    `CARECOORD_TEST_SERVER=debian` chooses the second; it must be installed.
    """
    match os.environ.get("CARECOORD_TEST_SERVER", "embedded"):
        case "embedded":
            return None
        case "debian":
            return folder_binaries(debian_folder())
        case other:
            raise RuntimeError(f"CARECOORD_TEST_SERVER={other}: embedded or debian")


test_binaries.__test__ = False  # type: ignore[attr-defined] # pytest would take it for a test


def debian_folder() -> Path:
    """Where Debian puts the programs of PostgreSQL 15, or where `pg_config` says they are."""
    known = Path("/usr/lib/postgresql/15/bin")
    if (known / "postgres").is_file():
        return known
    program = shutil.which("pg_config")
    if program is None:
        raise RuntimeError("PostgreSQL 15 is not installed: apt-get install postgresql-15")
    return Path(
        subprocess.run([program, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
    )


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that the server's account can enter (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="carecoord-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def fast_server() -> Iterator[EmbeddedServer]:
    """A server in a temporary folder that trades safety for speed."""
    with (
        open_folder() as home,
        embedded_server(
            home, binaries=test_binaries(), extra_settings=FAST_SETTINGS, owner_creates_databases=True
        ) as server,
    ):
        yield server


async def create_database(server: EmbeddedServer, name: str, *, template: str | None = None) -> Database:
    """A database of its own for a test: empty, or a copy of the migrated template."""
    clause = f" TEMPLATE {template}" if template else ""
    await _as_owner(server, f"CREATE DATABASE {name}{clause}")
    return Database(
        owner_url=server.url(OWNER_ROLE, name), app_url=server.url(APP_ROLE, name), app_role=APP_ROLE
    )


async def drop_database(server: EmbeddedServer, name: str) -> None:
    """Remove a test's database, whoever is still connected."""
    await _as_owner(server, f"DROP DATABASE {name} WITH (FORCE)")


def database_name() -> str:
    """A name no other test has."""
    return f"test_{uuid4().hex[:16]}"


async def _as_owner(server: EmbeddedServer, statement: str) -> None:
    connection = await asyncpg.connect(plain_url(server.url(OWNER_ROLE, "postgres")))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
