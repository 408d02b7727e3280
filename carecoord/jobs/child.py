"""
The side of the child process: limits, link to the parent, call of the function.

Imports nothing heavy: the function's own module brings what it needs.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing import connection, parent_process
from typing import Any

import msgspec

from carecoord.kernel.errors import DomainError

if sys.platform != "win32":
    import resource

PR_SET_PDEATHSIG = 1
MEMORY_HEADROOM_MIB = 1024
"""Address space that is reserved but never used (thread stacks, compiled code)."""

NICENESS = 5
"""Pages are served first when the machine is short of cores."""

STOP = b"stop"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is to do: `function(argument, link)`, under a memory limit."""

    function: Callable[..., Any] | str
    argument: Any
    memory_mib: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """
    One thing the child says.

    `kind`: `message`, `result`, `domain_error`, `memory` or `bug`.
    """

    kind: str
    value: Any = None


class Link:
    """What a function in a child process gets, to speak to its parent."""

    def __init__(self, pipe: connection.Connection[Any, Any]) -> None:
        self._pipe = pipe
        self._stop = False
        self._lock = threading.Lock()

    def send(self, message: Any) -> None:
        """Send a message to the parent: any picklable value, such as a struct or bytes."""
        self._answer(Answer(kind="message", value=message))

    def should_stop(self) -> bool:
        """Whether the parent asks to stop early and return the best so far; cheap, ask often."""
        with self._lock:
            if not self._stop and self._pipe.poll():
                self._stop = True
        return self._stop

    def _answer(self, answer: Answer) -> None:
        with self._lock:
            self._pipe.send(answer)


def run_order(pipe: connection.Connection[Any, Any], order: Order) -> None:
    """Entry point of the child process."""
    _die_with_parent()
    _limit(order.memory_mib)
    link = Link(pipe)
    try:
        answer = Answer(kind="result", value=_resolved(order.function)(order.argument, link))
    except DomainError as error:
        answer = Answer(kind="domain_error", value=(type(error), str(error), dict(vars(error))))
    except MemoryError:
        answer = Answer(kind="memory")
    except Exception:  # noqa: BLE001 - the parent raises it again; a child has nobody else to tell
        answer = Answer(kind="bug", value=traceback.format_exc())
    with contextlib.suppress(BrokenPipeError):
        link._answer(answer)


def _resolved(function: Callable[..., Any] | str) -> Callable[..., Any]:
    if not isinstance(function, str):
        return function
    module, _, name = function.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _die_with_parent() -> None:
    # Ctrl-C reaches the whole group: the parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is None or not parent.is_alive():
        os._exit(1)
    threading.Thread(target=_watch, args=(parent.sentinel,), name="parent-watch", daemon=True).start()


def _watch(sentinel: int) -> None:
    """For systems without a death signal, and for a parent that died before we asked for it."""
    connection.wait([sentinel])
    os._exit(1)


def _limit(memory_mib: int) -> None:
    if sys.platform != "win32":
        os.nice(NICENESS)
    if sys.platform == "linux":
        limit = (memory_mib + MEMORY_HEADROOM_MIB) * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
