"""
Supervisor of one local OSRM server: started on a free loopback port, checked, restarted when dead, reaped.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path
from typing import IO

import httpx

from carecoord.travel import road_child
from carecoord.travel.provider import TravelUnavailable
from carecoord.travel.road_files import BASE_NAME, tool_folder

LOOPBACK = "127.0.0.1"
MAX_TABLE_POINTS = 1000

_START_TIMEOUT_S = 60.0
_POLL_S = 0.03
_ATTEMPTS = 3
_STOP_S = 3.0


class RoadServer:
    """
    The server of one mode of one network.

    Args:
        folder: the prepared files of this mode.
        threads: threads of the server.
    """

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        self._process: subprocess.Popen[bytes] | None = None
        self._finalizer: weakref.finalize | None = None  # type: ignore[type-arg]  # generic in stubs only
        self._output: IO[bytes] | None = None
        self._url = ""
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Process number while it runs."""
        return self._process.pid if self._process is not None and self.is_running else None

    @property
    def is_running(self) -> bool:
        """Whether the process is alive (a dead one is reaped by asking)."""
        return self._process is not None and self._process.poll() is None

    async def ensure(self) -> str:
        """
        The address of a healthy server, started now if need be.

        Raises:
            TravelUnavailable: `travel_server_failed` with its last words, `travel_roads_unsupported`.
        """
        async with self._starting:
            if not self.is_running:
                await self._start()
            return self._url

    async def stop(self) -> None:
        """End the process and wait for it."""
        async with self._starting:
            self._forget()

    async def _start(self) -> None:
        program = tool_folder() / "bin" / "osrm-routed"
        self._forget()
        reason = ""
        for _ in range(_ATTEMPTS):
            self._spawn(program)
            if await self._is_healthy():
                return
            reason, is_stuck = self._last_words(), self.is_running
            self._forget()
            if is_stuck:
                break
        raise TravelUnavailable("travel_server_failed", f"osrm-routed: {reason}", reason=reason)

    def _spawn(self, program: Path) -> None:
        # Not in a thread: the parent-death signal follows the thread that starts the process.
        port = _free_port()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _forget
        command = [
            *(sys.executable, "-I", "-S", road_child.__file__, str(os.getpid()), str(program)),
            *("--ip", LOOPBACK, "--port", str(port), "--algorithm", "mld", "--mmap"),
            *("--threads", str(self._threads), "--max-table-size", str(MAX_TABLE_POINTS)),
            *("--verbosity", "WARNING", str(self._folder / BASE_NAME)),
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own tool, no shell
            command, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT
        )
        self._finalizer = weakref.finalize(self, _end, self._process)
        self._url = f"http://{LOOPBACK}:{port}"

    async def _is_healthy(self) -> bool:
        deadline = asyncio.get_running_loop().time() + _START_TIMEOUT_S
        async with httpx.AsyncClient(trust_env=False, timeout=2.0) as client:
            while self.is_running and asyncio.get_running_loop().time() < deadline:
                try:
                    answer = await client.get(f"{self._url}/nearest/v1/any/0,0")
                except httpx.HTTPError:
                    await asyncio.sleep(_POLL_S)
                    continue
                # Still ours? A stranger may have taken the port, in which case our process could not bind it.
                return self.is_running and "code" in answer.text
        return False

    def _last_words(self) -> str:
        if self._output is None:
            return ""
        self._output.seek(0)
        lines = self._output.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "no answer in time"

    def _forget(self) -> None:
        if self._finalizer is not None:
            self._finalizer()
        if self._output is not None:
            self._output.close()
        self._process = self._finalizer = self._output = None


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
