"""
A team of searches: one process each, other seeds, the best answer taken.

Processes are started by spawning and live for a whole bench run, so that
loading compiled code is never counted in the time of an instance.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, NamedTuple

from carecoord.planning.engine.hhcrsp_search import Budget

# Far above the few milliseconds between two looks at the clock.
GRACE_S = 2.0


class Overrun(RuntimeError):
    """
    A search went on well after its time; its process has been ended.
    """


class Member(NamedTuple):
    """
    One process and the line to it.
    """

    process: BaseProcess
    line: Connection


def serve(line: Connection) -> None:
    """
    Body of a member: answer calls until told to stop; an error of the call is the answer.
    """
    while (call := line.recv()) is not None:
        function, arguments = call
        try:
            line.send(function(*arguments))
        except (ValueError, ArithmeticError, LookupError) as error:
            line.send(error)


class Team:
    """
    `size` searches side by side; with one, the search runs in the calling process.
    """

    def __init__(self, size: int) -> None:
        """
        Nothing is started before the team is entered.
        """
        self.size = size
        self._members: list[Member] = []

    def __enter__(self) -> Team:
        """
        Start the processes.
        """
        context = multiprocessing.get_context("spawn")
        for _ in range(self.size if self.size > 1 else 0):
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._members.append(Member(process, ours))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """
        Stop the processes; after an error, without waiting for what they do.
        """
        for member in self._members:
            if kind is None:
                member.line.send(None)
            else:
                member.process.kill()
            member.process.join()
            member.line.close()
        self._members = []

    def warm(self, warm_up: Callable[[], None]) -> None:
        """
        Have every member load the compiled search; the first one alone, so that it is compiled once.
        """
        if not self._members:
            warm_up()
        for member in self._members:
            member.line.send((warm_up, ()))
            _checked([_answer(member, None)])

    def best(self, search: Callable[[Any, Budget], Any], problem: Any, budget: Budget) -> Any:
        """
        Run the search once a member, with seeds following one another, and return the cheapest answer.

        Equal costs go to the smallest seed. `iterations` of the answer is
        that of its own member.

        Raises:
            Overrun: a member passed its time by more than two seconds.
        """
        if not self._members:
            return search(problem, budget)
        for number, member in enumerate(self._members):
            member.line.send((search, (problem, budget._replace(seed=budget.seed * self.size + number))))
        limit = None if budget.iterations else time.monotonic() + budget.seconds + GRACE_S
        answers = _checked([_answer(member, limit) for member in self._members])
        return min(answers, key=lambda answer: answer.cost)


def _answer(member: Member, limit: float | None) -> Any:
    if limit is not None and not member.line.poll(max(0.0, limit - time.monotonic())):
        raise Overrun("a search passed its time by more than two seconds")
    return member.line.recv()


def _checked(answers: list[Any]) -> list[Any]:
    # After every line has been read: an answer left in it would be taken for that of the next instance.
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers
