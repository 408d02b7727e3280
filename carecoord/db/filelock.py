"""
Locks on files that the kernel releases when their holder dies, even by kill -9.
"""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from carecoord.kernel.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform != "win32":
    import fcntl

POLL_S = 0.02


class FileLock:
    """
    One advisory lock on one file, shared or exclusive.

    Each instance counts as a holder of its own, even within one process. The file
    is never deleted: deleting it would let two holders lock two different files.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, *, shared: bool = False, timeout_s: float = 60.0) -> None:
        """
        Wait for the lock.

        Raises:
            Unavailable: still held by somebody else after `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        while not self.try_acquire(shared=shared):
            if time.monotonic() >= deadline:
                raise Unavailable(
                    "lock_timeout",
                    f"{self._path} has been held by another process for {timeout_s:.0f} s",
                    path=str(self._path),
                )
            time.sleep(POLL_S)

    def try_acquire(self, *, shared: bool = False) -> bool:
        """Take the lock, or turn a shared one into an exclusive one, without waiting."""
        if sys.platform == "win32":
            raise Unavailable("embedded_unsupported", "the embedded server needs a POSIX system")
        if self._descriptor is None:
            # Close-on-exec by default: a server started meanwhile must not keep the lock.
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        operation = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
        try:
            fcntl.flock(self._descriptor, operation)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Give the lock back; harmless when not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> FileLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
