"""
Run a function in a child process with limits of time (s) and memory (MiB).

OR-Tools holds the interpreter for a whole solve: in a thread it would silence the
worker's heartbeats, and another worker would take the job. Hence a process, spawned
(never forked: the parent has threads and an event loop), that dies with its parent.
"""

from __future__ import annotations

import asyncio
import inspect
import multiprocessing
import os
import threading
from collections.abc import Callable, Coroutine
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from carecoord.jobs.child import STOP, Answer, Order, run_order
from carecoord.kernel.errors import DomainError, Unavailable

WATCH_PERIOD_S = 0.5
SPAWN = multiprocessing.get_context("spawn")


class ChildBug(RuntimeError):
    """The function raised something that is not a domain error; the text is its traceback."""


async def run_in_child(
    function: Callable[..., Any] | str,
    argument: Any,
    *,
    timeout_s: float,
    memory_mib: int = 2048,
    on_message: Callable[[Any], Any] | None = None,
    stop: asyncio.Event | None = None,
) -> Any:
    """
    Call `function(argument, link)` in a fresh process and return what it returns.

    The event loop never waits. When the caller is cancelled the child is killed.

    Args:
        function: at the top of a module; or `"package.module:name"`, so that the parent
            does not import that module (and OR-Tools with it).
        argument: picklable.
        timeout_s: the child is killed after so long.
        memory_mib: the child is killed when it takes more.
        on_message: called, in order, with everything the child sends; may be async.
        stop: when set, `link.should_stop()` becomes true in the child.

    Raises:
        DomainError: the one the function raised.
        Unavailable: `child_timeout`, `child_memory` or `child_crashed` (with `exit_code`).
        ChildBug: the function raised anything else.
    """
    ours, theirs = SPAWN.Pipe(duplex=True)
    child = SPAWN.Process(
        target=run_order,
        args=(theirs, Order(function=function, argument=argument, memory_mib=memory_mib)),
        daemon=True,
    )
    # Started from the loop's own thread: Linux kills the child when the *thread* that made it ends.
    child.start()
    theirs.close()
    answers: asyncio.Queue[Answer | None] = asyncio.Queue()
    reader = threading.Thread(target=_read, args=(ours, answers, asyncio.get_running_loop()), daemon=True)
    reader.start()
    memory = asyncio.create_task(_watch_memory(child, memory_mib))
    helpers: list[asyncio.Task[Any]] = [memory]
    if stop is not None:
        helpers.append(asyncio.create_task(_forward_stop(stop, ours)))
    try:
        async with asyncio.timeout(timeout_s) as limit:
            return await _listen(answers, on_message, memory, child)
    except TimeoutError:
        if not limit.expired():
            raise
        raise Unavailable(
            "child_timeout", f"cut short after {timeout_s:.0f} s", timeout_s=timeout_s
        ) from None
    finally:
        for helper in helpers:
            helper.cancel()
        child.kill()
        await asyncio.gather(*helpers, return_exceptions=True)
        await asyncio.to_thread(_bury, child, reader)
        ours.close()


async def followed(work: Coroutine[Any, Any, Any], follower: Coroutine[Any, Any, None]) -> Any:
    """
    What `work` returns, while `follower` runs beside it; neither outlives the call.

    Args:
        follower: ends by raising, when the work is to be given up; its error is then ours.
    """
    tasks = (asyncio.ensure_future(work), asyncio.ensure_future(follower))
    working, following = tasks
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if following.done():
            following.result()
        return await working
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _listen(
    answers: asyncio.Queue[Answer | None],
    on_message: Callable[[Any], Any] | None,
    memory: asyncio.Task[int],
    child: SpawnProcess,
) -> Any:
    while True:
        getting = asyncio.ensure_future(answers.get())
        await asyncio.wait({getting, memory}, return_when=asyncio.FIRST_COMPLETED)
        if not getting.done():
            getting.cancel()
            raise Unavailable("child_memory", f"took {memory.result()} MiB", mib=memory.result())
        answer = getting.result()
        if answer is None:
            await asyncio.to_thread(child.join, 5)
            raise Unavailable("child_crashed", f"exit code {child.exitcode}", exit_code=child.exitcode)
        if answer.kind != "message":
            return _outcome(answer)
        if on_message is not None:
            returned = on_message(answer.value)
            if inspect.isawaitable(returned):
                await returned


def _outcome(answer: Answer) -> Any:
    match answer.kind:
        case "result":
            return answer.value
        case "domain_error":
            kind, message, state = answer.value
            error: DomainError = kind.__new__(kind, message)
            vars(error).update(state)
            raise error
        case "memory":
            raise Unavailable("child_memory", "memory limit reached")
        case _:
            raise ChildBug(answer.value)


def _read(
    pipe: connection.Connection[Any, Any],
    answers: asyncio.Queue[Answer | None],
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Thread that unpickles off the event loop; ends when the child closes its end."""
    while True:
        try:
            answer: Answer | None = pipe.recv()
        except (EOFError, OSError):
            answer = None
        try:
            loop.call_soon_threadsafe(answers.put_nowait, answer)
        except RuntimeError:
            # The loop is closed: nobody listens any more.
            return
        if answer is None:
            return


async def _forward_stop(stop: asyncio.Event, pipe: connection.Connection[Any, Any]) -> None:
    await stop.wait()
    try:
        pipe.send_bytes(STOP)
    except OSError:
        # The child ended by itself meanwhile: there is nothing left to stop.
        return


async def _watch_memory(child: SpawnProcess, memory_mib: int) -> int:
    """Return the memory taken, in MiB, as soon as it passes the limit."""
    while True:
        await asyncio.sleep(WATCH_PERIOD_S)
        taken_mib = _resident_mib(child.pid)
        if taken_mib > memory_mib:
            return taken_mib


def _resident_mib(pid: int | None) -> int:
    """Memory held by a process; 0 once it has ended, or on systems without /proc."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024 // 1024


def _bury(child: SpawnProcess, reader: threading.Thread) -> None:
    child.join()
    reader.join()
    child.close()
