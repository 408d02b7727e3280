"""
The data folder of the embedded server: created once, whole or not at all.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import msgspec

from carecoord.db.account import Account
from carecoord.db.binaries import Binaries
from carecoord.kernel.errors import Unavailable

DATABASE = "carecoord"
ADMIN_ROLE = "carecoord_admin"
OWNER_ROLE = "carecoord_owner"
APP_ROLE = "carecoord_app"
ROLES = (ADMIN_ROLE, OWNER_ROLE, APP_ROLE)

DURABLE_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
    # Bound values of a failed statement may be personal data.
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
"""Settings of every embedded server; the password file and `pg_hba.conf` are ours too."""

FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}
"""For test servers only: rows may be lost when the machine stops."""

HOST_RULES = """\
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""


class Passwords(msgspec.Struct, frozen=True, kw_only=True):
    """Passwords of the three roles, kept in a file that only we can read."""

    carecoord_admin: str
    carecoord_owner: str
    carecoord_app: str

    def of(self, role: str) -> str:
        """Password of one of `ROLES`."""
        return {
            ADMIN_ROLE: self.carecoord_admin,
            OWNER_ROLE: self.carecoord_owner,
            APP_ROLE: self.carecoord_app,
        }[role]


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """
    A data folder and what is needed to serve it.

    Args:
        folder: holds `data`, `server.log` and `port`; belongs to the server's account.
        password_file: in `CARECOORD_HOME`, mode 0600.
        settings: lines of `postgresql.conf`.
        owner_creates_databases: for test servers, which clone a template per test.
    """

    folder: Path
    password_file: Path
    binaries: Binaries
    account: Account
    settings: dict[str, str]
    owner_creates_databases: bool = False

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.folder / "data"


def ensure_created(cluster: Cluster) -> Passwords:
    """
    Create the data folder, its roles and its database if they do not exist yet.

    The folder is prepared beside its final place and renamed at the very end, so a
    creation that was cut short is simply done again.

    Raises:
        Unavailable: `initdb` failed, or the data were written by another major version.
    """
    version_file = cluster.data / "PG_VERSION"
    if _exists(version_file):
        written_by = version_file.read_text(encoding="ascii").strip()
        if written_by != str(cluster.binaries.major):
            raise Unavailable(
                "server_version_mismatch",
                f"{cluster.data} was written by PostgreSQL {written_by}, these programs are "
                f"{cluster.binaries.version}: dump with the old version, restore with the new one",
            )
        if not cluster.password_file.exists():
            raise Unavailable(
                "passwords_missing",
                f"{cluster.password_file} is missing, so {cluster.data} cannot be opened: put it back",
            )
        return msgspec.json.decode(cluster.password_file.read_bytes(), type=Passwords)
    return _create(cluster)


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError as error:
        raise Unavailable(
            "folder_closed",
            f"{path.parent} belongs to another account: use the account that created it",
        ) from error


def _create(cluster: Cluster) -> Passwords:
    passwords = Passwords(**{role: secrets.token_urlsafe(24) for role in ROLES})
    unfinished = cluster.folder / "data.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    cluster.account.give(unfinished)
    _initdb(cluster, unfinished, passwords)
    _configure(cluster, unfinished)
    _create_roles(cluster, unfinished, passwords)
    write_private(cluster.password_file, msgspec.json.encode(passwords))
    unfinished.rename(cluster.data)
    return passwords


def _initdb(cluster: Cluster, data: Path, passwords: Passwords) -> None:
    secret = cluster.folder / "initdb.secret"
    write_private(secret, passwords.carecoord_admin.encode())
    cluster.account.give(secret)
    command = [cluster.binaries.program("initdb"), f"--pgdata={data}", f"--username={ADMIN_ROLE}"]
    command += [f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8"]
    if cluster.binaries.major >= 17:
        # Code-point order and full Unicode case mapping, the same on every machine.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        command += ["--locale=C.UTF-8"]
    if "fsync" in cluster.settings:
        command += ["--no-sync"]
    try:
        done = cluster.account.run(command, timeout_s=120)
    finally:
        secret.unlink()
    if done.returncode != 0:
        raise Unavailable("initdb_failed", f"initdb: {done.stderr.strip() or done.stdout.strip()}")


def _configure(cluster: Cluster, data: Path) -> None:
    lines = [f"{name} = '{value}'\n" for name, value in cluster.settings.items()]
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(["\n# Set by carecoord\n", *lines])
    (data / "pg_hba.conf").write_text(HOST_RULES, encoding="ascii")


def _create_roles(cluster: Cluster, data: Path, passwords: Passwords) -> None:
    """Create roles and database in single-user mode: no port is open meanwhile."""
    createdb = "CREATEDB" if cluster.owner_creates_databases else "NOCREATEDB"
    common = "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    statements = [
        # `--single` sees no postgresql.conf line that matters here but does not hash twice.
        f"CREATE ROLE {OWNER_ROLE} {common} {createdb} PASSWORD '{passwords.carecoord_owner}'",
        f"CREATE ROLE {APP_ROLE} {common} NOCREATEDB PASSWORD '{passwords.carecoord_app}'",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}",
    ]
    done = cluster.account.run(
        [cluster.binaries.program("postgres"), "--single", "-D", str(data), "postgres"],
        input_text="".join(f"{statement}\n" for statement in statements),
        timeout_s=60,
    )
    problems = [line for line in done.stderr.splitlines() if "ERROR" in line or "FATAL" in line]
    if done.returncode != 0 or problems:
        raise Unavailable("initdb_failed", "creating roles: " + "; ".join(problems or [done.stderr.strip()]))


def write_private(path: Path, content: bytes) -> None:
    """Write a secret: readable by us alone from its first byte, replaced at once."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
