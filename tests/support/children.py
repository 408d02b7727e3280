"""
Functions that tests run in child processes; at the top of a module, as that requires.
"""

from __future__ import annotations

import os
import time
from typing import Any

from carecoord.jobs.child import Link
from carecoord.kernel.errors import Defect, Invalid


def double(number: int, _link: Link) -> int:
    """Twice the number."""
    return 2 * number


def count_to(number: int, link: Link) -> int:
    """Say 1, 2, … and return the last one said; stop early when asked."""
    said = 0
    while said < number and not link.should_stop():
        said += 1
        link.send(said)
        time.sleep(0.01)
    return said


def find_defects(_argument: None, _link: Link) -> None:
    """Raise a domain error with its defects."""
    raise Invalid([Defect(code="window_empty", where="visits[0]", why="no time is left")])


def divide_by_zero(_argument: None, _link: Link) -> float:
    """A bug."""
    return 1 / 0


def vanish(_argument: None, _link: Link) -> None:
    """End without a word, as after a fault in compiled code."""
    os._exit(7)


def sleep(seconds: float, _link: Link) -> None:
    """Do nothing for long, and listen to nobody."""
    time.sleep(seconds)


def grow(mib: int, _link: Link) -> int:
    """Take memory, MiB by MiB, and keep it."""
    kept: list[Any] = []
    for _ in range(mib):
        kept.append(bytearray(os.urandom(1024)) * 1024)
        time.sleep(0.005)
    return len(kept)


def tell_pid_and_sleep(path: str, _link: Link) -> None:
    """Write the process number to a file, then sleep for a minute."""
    with open(path + ".part", "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    os.replace(path + ".part", path)
    time.sleep(60)
