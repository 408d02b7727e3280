"""
`carecoord demo` leaves nothing behind: after Ctrl-C in its terminal, nor after its own kill -9.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from support.server import open_folder
from support.waiting import wait_until

STOP_S = 15
"""What Ctrl-C may take, database included."""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One data folder for the tests of this module: the second start finds the territory there."""
    with open_folder() as folder:
        yield folder / "home"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The demonstration in a terminal of its own: a session, and a process group that gets Ctrl-C."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CARECOORD_")},
        "CARECOORD_HOME": str(home),
        "CARECOORD_BIND_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "carecoord", "demo", "--seconds", "60"],
        env=environ,
        stdout=subprocess.PIPE,
        start_new_session=True,
        # A shell without job control leaves Ctrl-C ignored; a terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    try:
        yield process
    finally:
        for member in family(process.pid, home):
            member.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def family(group: int, home: Path) -> list[psutil.Process]:
    """What the demonstration started: its group, and the server, which is in none of its sessions."""
    found = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and (os.getpgid(process.pid) == group or str(home) in " ".join(process.cmdline())):
                found.append(process)
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue  # ended between the listing and the question
    return found


def read_until(process: subprocess.Popen[bytes], words: str) -> None:
    """Read what is said until a line holds these words."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line.decode())
        if words in said[-1]:
            return
    pytest.fail(f"{words!r} was never said: {''.join(said)}")


def test_ctrl_c_during_the_plan_stops_everything(home: Path) -> None:
    """Pages, worker, solvers and PostgreSQL are gone within 15 s, and the exit is not a crash."""
    with demo(home, free_port()) as process:
        read_until(process, "plan légal trouvé")
        solvers = [
            member for member in family(process.pid, home) if "spawn_main" in " ".join(member.cmdline())
        ]

        started = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=STOP_S)
        took_s = time.monotonic() - started

        assert solvers
        assert family(process.pid, home) == []
        assert took_s < STOP_S
        assert process.returncode == 1


def test_killed_demonstration_leaves_nothing_in_the_way(home: Path) -> None:
    """Pages, worker and PostgreSQL notice that it is gone and stop; its port is free again."""
    port = free_port()
    with demo(home, port) as process:
        read_until(process, "Pages ouvertes")

        process.kill()
        process.wait()

        wait_until(lambda: family(process.pid, home) == [], timeout_s=STOP_S)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
