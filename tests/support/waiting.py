"""
Wait for something that happens in another process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

POLL_S = 0.02


def wait_until(condition: Callable[[], object], *, timeout_s: float = 15) -> None:
    """Wait for a condition, or fail."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s:.0f} s"
        time.sleep(POLL_S)


async def until(condition: Callable[[], object], *, timeout_s: float = 15) -> None:
    """The same, while the event loop goes on."""
    await asyncio.to_thread(wait_until, condition, timeout_s=timeout_s)
