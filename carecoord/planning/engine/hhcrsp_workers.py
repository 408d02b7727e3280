"""
A team of searches, one process each: all on one problem, best answer taken, or each on its own problem.

Processes are started by spawning and live for a whole bench run, so that
loading compiled code is never counted in the time of an instance.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, NamedTuple

from carecoord.planning.engine.hhcrsp_search import Budget

# Far above the few milliseconds between two looks at the clock.
GRACE_S = 2.0

# How much longer than its processor time a search may last on a busy machine.
BUSY = 30.0


class Overrun(RuntimeError):
    """
    A search went on well after its time; its process has been ended.
    """


class Answer(NamedTuple):
    """
    What one search of many gave: number of its problem, what was found or the error, and its duration.
    """

    number: int
    found: Any
    elapsed_s: float


class Task(NamedTuple):
    """
    A problem a member is at: its number, and when it was given.
    """

    number: int
    since: float


class Parts(NamedTuple):
    """
    A search in two parts, between which the members hand what they have to each other.

    `first(problem, budget)` has `share` of the time; `second(problem, budget,
    answers of all first parts)` the rest.
    """

    first: Callable[[Any, Budget], Any]
    second: Callable[[Any, Budget, list[Any]], Any]
    share: float


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
        line.send(_tried(function, arguments))


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

    def best(
        self,
        search: Callable[[Any, Budget], Any],
        problem: Any,
        budget: Budget,
        parts: Parts | None = None,
    ) -> Any:
        """
        Search with all members, with seeds following one another, and return the cheapest answer.

        With `parts`, several members do these instead of `search`. Equal
        costs go to the smallest seed. `iterations` of the answer is that of
        its own member.

        Raises:
            Overrun: a member passed its time by more than two seconds.
        """
        if not self._members:
            return search(problem, budget)
        if parts is None:
            answers = self._all(search, problem, budget)
        else:
            given = self._all(parts.first, problem, _part(budget, parts.share))
            answers = self._all(parts.second, problem, _part(budget, 1 - parts.share), given)
        return min(answers, key=lambda answer: answer.cost)

    def _all(self, function: Callable[..., Any], problem: Any, budget: Budget, *more: Any) -> list[Any]:
        for number, member in enumerate(self._members):
            own = budget._replace(seed=budget.seed * self.size + number)
            member.line.send((function, (problem, own, *more)))
        limit = _limit(budget)
        return _checked([_answer(member, limit) for member in self._members])

    def each(
        self, search: Callable[[Any, Budget], Any], problems: Iterable[Any], budget: Budget
    ) -> Iterator[Answer]:
        """
        One search a problem, as many side by side as there are members; answers as they come.

        An error of a search is the answer of its problem.

        Raises:
            Overrun: a member passed its time by more than two seconds.
        """
        coming = enumerate(problems)
        if not self._members:
            for number, problem in coming:
                since = time.monotonic()
                yield Answer(number, _tried(search, (problem, budget)), time.monotonic() - since)
            return
        busy: dict[Connection, Task] = {}
        for member in self._members:
            _give(member.line, search, coming, budget, busy)
        while busy:
            for line in _ready(busy, budget):
                task, found = busy.pop(line), line.recv()
                elapsed = time.monotonic() - task.since
                _give(line, search, coming, budget, busy)
                yield Answer(task.number, found, elapsed)


def _give(
    line: Connection,
    search: Callable[[Any, Budget], Any],
    coming: Iterator[tuple[int, Any]],
    budget: Budget,
    busy: dict[Connection, Task],
) -> None:
    for number, problem in coming:
        line.send((search, (problem, budget)))
        busy[line] = Task(number, time.monotonic())
        return


def _ready(busy: dict[Connection, Task], budget: Budget) -> list[Connection]:
    allowed = _limit(budget)
    patience = None
    if allowed is not None:
        longest = allowed - time.monotonic()
        patience = max(0.0, min(task.since for task in busy.values()) + longest - time.monotonic())
    ready = [line for line in wait(list(busy), patience) if isinstance(line, Connection)]
    if not ready:
        raise Overrun("a search passed its time by more than two seconds")
    return ready


def _part(budget: Budget, share: float) -> Budget:
    return budget._replace(
        seconds=budget.seconds * share,
        iterations=max(1, round(budget.iterations * share)) if budget.iterations else 0,
    )


def _limit(budget: Budget) -> float | None:
    if budget.iterations:
        return None
    longest = budget.seconds * BUSY + 60.0 if budget.processor else budget.seconds
    return time.monotonic() + longest + GRACE_S


def _tried(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return function(*arguments)
    except (ValueError, ArithmeticError, LookupError) as error:
        return error


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
