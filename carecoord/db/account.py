"""
Under which system account, and in which folder, the embedded server lives.

PostgreSQL refuses to run as root. When we are root, a dedicated account without
any right is created once, and the server runs under it; modes of existing folders
are never changed: if that account cannot enter the wished folder, another one is taken.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from carecoord.kernel.errors import Unavailable

if sys.platform != "win32":
    import pwd

log = logging.getLogger(__name__)

ACCOUNT_NAME = "carecoord-db"
SYSTEM_FOLDER = Path("/var/lib/carecoord")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """
    The account of the server.

    Args:
        user_id: None when it is the account we run under ourselves.
        group_id: None likewise.
    """

    user_id: int | None = None
    group_id: int | None = None

    def run(
        self, command: list[str], *, input_text: str | None = None, timeout_s: float = 60.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a program under this account, in the root folder, with a bare environment."""
        return subprocess.run(  # noqa: S603 - a list built by us, no shell
            command,
            input=input_text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=bare_environment(),
            timeout=timeout_s,
            user=self.user_id,
            group=self.group_id,
            extra_groups=None if self.user_id is None else [],
        )

    def may_use(self, folder: Path) -> bool:
        """Whether the account can enter `folder` and run programs found in it."""
        if self.user_id is None:
            return os.access(folder, os.X_OK)
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0

    def give(self, path: Path) -> None:
        """Make the account the owner of a file or folder of ours."""
        if self.user_id is not None and self.group_id is not None:
            os.chown(path, self.user_id, self.group_id)


def bare_environment() -> dict[str, str]:
    """An environment in which no PG… variable or French message can surprise us."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def server_account() -> Account:
    """
    Our own account, or the dedicated one (created if need be) when we are root.

    Raises:
        Unavailable: we are root and no account can be created here.
    """
    if sys.platform == "win32":
        raise Unavailable(
            "embedded_unsupported",
            "the embedded server needs Linux or macOS: give CARECOORD_DATABASE_URL",
        )
    if os.geteuid() != 0:
        return Account()
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        entry = _create_account()
    return Account(user_id=entry.pw_uid, group_id=entry.pw_gid)


def server_folder(home: Path, account: Account) -> Path:
    """
    The folder that holds the server's files: in `home` when the account can enter it.

    Otherwise, which happens when root's own home holds `home`, a folder of the
    system named after `home`; a note in `home` says where.
    """
    wished = home / "postgres"
    wished.mkdir(mode=0o711, exist_ok=True)
    if account.may_use(wished):
        return wished
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    folder = SYSTEM_FOLDER / digest
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not account.may_use(folder):
        raise Unavailable(
            "folder_closed",
            f"neither {home} nor {folder} can be entered by the account {ACCOUNT_NAME}: "
            "set CARECOORD_HOME to a folder whose parents are open (mode 711 or 755)",
        )
    note = wished / "WHERE.txt"
    if not note.exists():
        note.write_text(
            f"The account {ACCOUNT_NAME}, under which the server runs, cannot enter this folder\n"
            f"(a parent is closed to it), so the data are in {folder}\n",
            encoding="utf-8",
        )
        log.info("server files in %s: %s is closed to the account %s", folder, home, ACCOUNT_NAME)
    return folder


_ACCOUNT_OPTIONS = (
    *("--system", "--user-group"),
    *("--no-create-home", "--home-dir", "/nonexistent"),
    *("--shell", "/usr/sbin/nologin"),
)


def _create_account() -> pwd.struct_passwd:
    program = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if program is None:
        raise Unavailable(
            "account_missing",
            f"the account {ACCOUNT_NAME} does not exist and `useradd` is missing: create it, "
            "or run carecoord as an ordinary user, or give CARECOORD_DATABASE_URL",
        )
    made = subprocess.run(  # noqa: S603 - fixed arguments
        [program, *_ACCOUNT_OPTIONS, ACCOUNT_NAME],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        # Another process may have created it meanwhile: only its absence is an error.
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        raise Unavailable("account_missing", f"useradd {ACCOUNT_NAME}: {made.stderr.strip()}") from None
