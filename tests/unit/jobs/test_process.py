"""
Child processes: results, messages, early stop, limits, and no orphan.
"""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from support import children
from support.waiting import until, wait_until

from carecoord.jobs.process import ChildBug, run_in_child
from carecoord.kernel.errors import Invalid, Unavailable

TESTS = Path(__file__).parents[2]


async def test_returns_the_result() -> None:
    """The child's result comes back."""
    assert await run_in_child(children.double, 21, timeout_s=30) == 42


async def test_finds_a_function_by_name() -> None:
    """A function named by module is imported by the child alone."""
    assert await run_in_child("support.children:double", 4, timeout_s=30) == 8


async def test_messages_arrive_in_order_and_stop_is_heard() -> None:
    """Messages arrive one by one; after `stop`, the child returns its best so far."""
    stop = asyncio.Event()
    heard: list[int] = []

    def listen(number: int) -> None:
        heard.append(number)
        if number == 5:
            stop.set()

    last = await run_in_child(children.count_to, 3000, timeout_s=60, on_message=listen, stop=stop)

    assert heard == list(range(1, last + 1))
    assert 5 <= last < 3000


async def test_async_listener_is_awaited() -> None:
    """An async callback is awaited before the next message."""
    heard: list[int] = []

    async def listen(number: int) -> None:
        await asyncio.sleep(0)
        heard.append(number)

    await run_in_child(children.count_to, 3, timeout_s=30, on_message=listen)

    assert heard == [1, 2, 3]


async def test_domain_error_comes_back_whole() -> None:
    """The same domain error, with all its defects."""
    with pytest.raises(Invalid) as caught:
        await run_in_child(children.find_defects, None, timeout_s=30)

    assert [defect.code for defect in caught.value.defects] == ["window_empty"]


async def test_bug_is_raised_with_its_traceback() -> None:
    """Another exception is a bug, told with the child's traceback."""
    with pytest.raises(ChildBug, match="ZeroDivisionError"):
        await run_in_child(children.divide_by_zero, None, timeout_s=30)


async def test_crash_is_told_with_its_exit_code() -> None:
    """A child that vanishes is unavailable, with its exit code."""
    with pytest.raises(Unavailable) as caught:
        await run_in_child(children.vanish, None, timeout_s=30)

    assert (caught.value.code, caught.value.args_by_name["exit_code"]) == ("child_crashed", 7)


async def test_time_limit_kills() -> None:
    """A child that takes too long is killed, and the loop went on meanwhile."""
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        await run_in_child(children.sleep, 60, timeout_s=1)

    assert caught.value.code == "child_timeout"
    assert time.monotonic() - began < 5


async def test_memory_limit_kills() -> None:
    """A child that takes more memory than allowed is killed."""
    with pytest.raises(Unavailable) as caught:
        await run_in_child(children.grow, 2000, timeout_s=60, memory_mib=120)

    assert caught.value.code == "child_memory"


async def test_cancelled_caller_leaves_no_child(tmp_path: Path) -> None:
    """When the caller is cancelled, the child is dead and reaped."""
    told = tmp_path / "pid"
    running = asyncio.create_task(run_in_child(children.tell_pid_and_sleep, str(told), timeout_s=60))
    await until(told.exists)
    running.cancel()
    await asyncio.wait({running})

    assert not psutil.pid_exists(int(told.read_text()))


def test_child_dies_with_its_parent(tmp_path: Path) -> None:
    """After kill -9 of the parent, the child does not stay behind."""
    told = tmp_path / "pid"
    program = (
        "import asyncio, sys; from carecoord.jobs.process import run_in_child; from support import children\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(run_in_child(children.tell_pid_and_sleep, sys.argv[1], timeout_s=60))\n"
    )
    script = tmp_path / "parent.py"
    script.write_text(program)
    parent = subprocess.Popen([sys.executable, str(script), str(told)], env={"PYTHONPATH": str(TESTS)})
    wait_until(told.exists)
    child = psutil.Process(int(told.read_text()))
    parent.kill()
    parent.wait()

    assert psutil.wait_procs([child], timeout=5)[1] == []
