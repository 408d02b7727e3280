"""
The embedded PostgreSQL server: one per `CARECOORD_HOME`, shared by every carecoord process.

Whoever needs the database calls `ensure_running`; the first one starts the server,
the last one to leave stops it. A killed process gives up its place by itself, since
places are kept by locks that the kernel releases. Refused: launchers of wheels, which
open parents' folders and trust every connection (docs/decisions).
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from types import TracebackType

from carecoord.db import postmaster
from carecoord.db.account import server_account, server_folder
from carecoord.db.binaries import Binaries, copied_binaries, wheel_binaries
from carecoord.db.cluster import (
    ADMIN_ROLE,
    APP_ROLE,
    DATABASE,
    DURABLE_SETTINGS,
    OWNER_ROLE,
    Cluster,
    Passwords,
    ensure_created,
)
from carecoord.db.filelock import FileLock
from carecoord.db.postmaster import Postmaster
from carecoord.kernel.errors import Unavailable

log = logging.getLogger(__name__)

WATCH_PERIOD_S = 1.0


class EmbeddedServer:
    """
    A place taken at the running server; give it back with `release`.

    The server is watched: when it dies without being asked, it is started again on
    the same port, and PostgreSQL recovers every committed transaction.
    """

    def __init__(self, home: Path, cluster: Cluster) -> None:
        self._home = home
        self._cluster = cluster
        self._gate = FileLock(home / "postgres.lock")
        self._place = FileLock(home / "postgres.users")
        self._leaving = threading.Event()
        self._watcher: threading.Thread | None = None
        self._passwords: Passwords
        self._running: Postmaster

    def enter(self) -> None:
        """
        Take a place: start the server unless it runs already.

        Raises:
            Unavailable: it cannot be created or started; the message says why.
        """
        try:
            with self._gate:
                self._passwords = ensure_created(self._cluster)
                self._running = postmaster.find(self._cluster) or postmaster.start(self._cluster)
                self._place.acquire(shared=True, timeout_s=5)
        except OSError as error:
            raise _unusable(self._home, error) from error
        self._watcher = threading.Thread(target=self._watch, name="embedded-server-watch", daemon=True)
        self._watcher.start()

    def release(self) -> None:
        """Give the place back; the last one out stops the server."""
        self._leaving.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        with self._gate:
            if self._place.try_acquire():
                postmaster.stop(self._cluster)
            self._place.release()

    @property
    def version(self) -> str:
        """Version of the server's programs, such as `18.4`."""
        return self._cluster.binaries.version

    @property
    def pid(self) -> int:
        """Process number of the server."""
        return self._running.pid

    @property
    def owner_url(self) -> str:
        """URL of the role that owns the schema: migrations only."""
        return self.url(OWNER_ROLE)

    @property
    def app_url(self) -> str:
        """URL of the role that everything else uses: owns nothing, bypasses nothing."""
        return self.url(APP_ROLE)

    @property
    def admin_url(self) -> str:
        """URL of the superuser, for maintenance and tests."""
        return self.url(ADMIN_ROLE)

    def url(self, role: str, database: str = DATABASE) -> str:
        """SQLAlchemy URL of a role on a database of this server."""
        return f"postgresql+asyncpg://{role}:{self._passwords.of(role)}@127.0.0.1:{self._running.port}/{database}"

    def __enter__(self) -> EmbeddedServer:
        self.enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _watch(self) -> None:
        while not self._leaving.wait(WATCH_PERIOD_S):
            if postmaster.is_serving(self._running.pid, self._cluster.data):
                continue
            try:
                with self._gate:
                    if self._leaving.is_set():
                        return
                    self._running = postmaster.find(self._cluster) or postmaster.start(self._cluster)
            except Unavailable as error:
                log.warning("embedded server: %s", error.message)
            else:
                log.warning("embedded server had died: running again as process %d", self._running.pid)


def embedded_server(
    home: Path,
    *,
    binaries: Binaries | None = None,
    extra_settings: dict[str, str] | None = None,
    owner_creates_databases: bool = False,
) -> EmbeddedServer:
    """
    Describe the server of `home`, to be entered with `with`.

    Args:
        home: `CARECOORD_HOME`; created when missing.
        binaries: programs to use; those of the wheel by default.
        extra_settings: lines of `postgresql.conf` that count when the data folder is created.
        owner_creates_databases: for test servers.

    Raises:
        Unavailable: no programs, no account or no folder for the server here.
    """
    account = server_account()
    chosen = binaries or wheel_binaries()
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        # Two processes that start together must not copy the programs at once.
        with FileLock(home / "postgres.lock"):
            folder = server_folder(home, account)
            if not account.may_use(chosen.bin_folder):
                chosen = copied_binaries(chosen, folder)
    except OSError as error:
        raise _unusable(home, error) from error
    cluster = Cluster(
        folder=folder,
        password_file=home / "postgres" / "passwords.json",
        binaries=chosen,
        account=account,
        settings={**DURABLE_SETTINGS, **(extra_settings or {})},
        owner_creates_databases=owner_creates_databases,
    )
    return EmbeddedServer(home, cluster)


def _unusable(home: Path, error: OSError) -> Unavailable:
    return Unavailable(
        "home_not_usable",
        f"the data cannot be kept in {home} ({error}): give CARECOORD_HOME a folder that you may write to",
        home=str(home),
        cause=str(error),
    )


def ensure_running(home: Path) -> EmbeddedServer:
    """
    Take a place at the server of `home`; the caller calls `release` when it leaves.

    Raises:
        Unavailable: it cannot be created or started; the message says why.
    """
    server = embedded_server(home)
    server.enter()
    return server
