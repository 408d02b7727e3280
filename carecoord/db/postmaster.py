"""
Start, find and stop the process of the embedded server.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import msgspec

from carecoord.db.account import bare_environment
from carecoord.db.cluster import Cluster
from carecoord.kernel.errors import Unavailable

POLL_S = 0.02
START_TIMEOUT_S = 60.0
RETRY_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 20.0
LOG_LIMIT_BYTES = 5_000_000

LEFTOVER_MEMORY = "pre-existing shared memory block"
"""Said while the last children of a killed server are still leaving."""

PORT_TAKEN = "could not create any TCP/IP sockets"


class Postmaster(msgspec.Struct, frozen=True, kw_only=True):
    """A running server: its process and the port it listens on."""

    pid: int
    port: int


_children: dict[int, subprocess.Popen[bytes]] = {}
"""Servers started by this very process, which has to reap them."""


def find(cluster: Cluster) -> Postmaster | None:
    """
    The server that is running on this data folder and accepts connections, if any.

    A `postmaster.pid` left by a server that died is recognised (its process is gone,
    or is another program that was given the same number) and does not count.
    """
    lines = _pid_file(cluster)
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    found = Postmaster(pid=int(lines[0]), port=int(lines[3]))
    return found if is_serving(found.pid, cluster.data) else None


def start(cluster: Cluster) -> Postmaster:
    """
    Start a server, on the port used last time when it is still free.

    The caller holds the lock of the data folder.

    Raises:
        Unavailable: the server refuses to start; its last words are in the message.
    """
    running = _wait_if_starting(cluster)
    if running is not None:
        return running
    deadline = time.monotonic() + RETRY_TIMEOUT_S
    port = _remembered_port(cluster)
    while True:
        _forget_stale_pid_file(cluster)
        last_words = _try_start(cluster, port)
        if isinstance(last_words, Postmaster):
            (cluster.folder / "port").write_text(str(port), encoding="ascii")
            return last_words
        if time.monotonic() > deadline:
            break
        if PORT_TAKEN in last_words:
            port = _free_port()
        elif LEFTOVER_MEMORY not in last_words:
            break
        time.sleep(0.2)
    raise Unavailable("server_not_starting", f"PostgreSQL does not start: {last_words.strip()[-800:]}")


def stop(cluster: Cluster) -> None:
    """
    Stop the server of this data folder, letting no transaction linger.

    Raises:
        Unavailable: it is still there after 20 s, even after an immediate stop.
    """
    running = find(cluster)
    if running is None:
        return
    for order in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, order)
        if _wait_gone(running.pid, cluster.data, STOP_TIMEOUT_S / 2):
            return
    raise Unavailable("server_not_stopping", f"PostgreSQL (process {running.pid}) does not stop")


def is_serving(pid: int, data: Path) -> bool:
    """Whether process `pid` is alive and is a server working in `data` (its current folder)."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]
        return False
    if Path("/proc/self/cwd").is_symlink():
        try:
            # A zombie has no current folder any more: it counts as gone.
            return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
        except OSError:
            return False
    answer = subprocess.run(  # noqa: S603 - fixed program, a number
        ["/bin/ps", "-p", str(pid), "-o", "stat=,command="], capture_output=True, text=True, check=False
    )
    return not answer.stdout.startswith("Z") and str(data) in answer.stdout


def _pid_file(cluster: Cluster) -> list[str]:
    try:
        return (cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _wait_if_starting(cluster: Cluster) -> Postmaster | None:
    """The server another, killed carecoord process was just starting, or recovering."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        lines = _pid_file(cluster)
        if not lines or not lines[0].strip().isdigit() or not is_serving(int(lines[0]), cluster.data):
            return None
        running = find(cluster)
        if running is not None:
            return running
        time.sleep(POLL_S)
    raise Unavailable("server_not_starting", f"PostgreSQL has been starting for {START_TIMEOUT_S:.0f} s")


def _forget_stale_pid_file(cluster: Cluster) -> None:
    """
    Remove the file of a dead server.

    PostgreSQL does so itself unless the number now belongs to another program,
    which is common in containers, where numbers are small: then it refuses to start.
    """
    lines = _pid_file(cluster)
    if lines and not (lines[0].strip().isdigit() and is_serving(int(lines[0]), cluster.data)):
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def _try_start(cluster: Cluster, port: int) -> Postmaster | str:
    log_path = cluster.folder / "server.log"
    if log_path.exists() and log_path.stat().st_size > LOG_LIMIT_BYTES:
        log_path.replace(log_path.with_name("server.log.old"))
    account = cluster.account
    descriptor = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "ab") as log_file:
        said_before = log_file.tell()
        child = subprocess.Popen(  # noqa: S603 - a list built by us, no shell
            [cluster.binaries.program("postgres"), "-D", str(cluster.data), "-p", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=log_file,
            cwd="/",
            env=bare_environment(),
            # Ctrl-C in the terminal must reach us first: we stop the server last.
            start_new_session=True,
            user=account.user_id,
            group=account.group_id,
            extra_groups=None if account.user_id is None else [],
        )
    _children[child.pid] = child
    deadline = time.monotonic() + START_TIMEOUT_S
    while child.poll() is None and time.monotonic() < deadline:
        running = find(cluster)
        if running is not None and running.pid == child.pid:
            return running
        time.sleep(POLL_S)
    if child.poll() is None:
        child.kill()
        child.wait()
    del _children[child.pid]
    with log_path.open("rb") as log_file:
        log_file.seek(said_before)
        return log_file.read().decode("utf-8", "replace") or f"exit code {child.returncode}"


def _wait_gone(pid: int, data: Path, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while is_serving(pid, data):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def _remembered_port(cluster: Cluster) -> int:
    """The port of last time, so that programs still running find the server again."""
    try:
        port = int((cluster.folder / "port").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return _free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return _free_port()
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
