"""
A worker of its own process, for tests that kill it: `python -m support.worker_process URL`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carecoord.settings import load_settings
from carecoord.worker import run_worker
from support.jobs import ENTRIES

TESTS = Path(__file__).parents[1]


@contextmanager
def worker_process(app_url: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker; it is gone when the block ends, one way or another."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(TESTS),
        "CARECOORD_WORKER_HEARTBEAT_TIMEOUT_S": "4",
        **settings,
    }
    process = subprocess.Popen([sys.executable, "-m", "support.worker_process", app_url], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(run_worker(sys.argv[1], load_settings(os.environ), ENTRIES))
