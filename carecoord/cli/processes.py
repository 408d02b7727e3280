"""
Processes of ours started by another of ours: they stop when it does, however it ends.

The one that starts them holds the writing end of their standard input and never writes; the
system closes it even after kill -9, and they stop as if asked to.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

STOP_S = 15
FOLLOW = "--follow-parent"
"""Hidden option of the commands that may be started so."""


def start(command: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `carecoord COMMAND` so that it ends with us."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "carecoord", command, FOLLOW],
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop, and end within `STOP_S` seconds those that do not."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()


def follow_parent() -> None:
    """In a process made by `start`: stop, as on SIGTERM, once the other side is gone."""
    threading.Thread(target=_wait_for_end_of_input, name="parent-watch", daemon=True).start()


def _wait_for_end_of_input() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
