"""
A territory planned in parts: sectors first, then border parts, each a solve of its own, side by side.

Nothing here knows a queue or a process: the caller says how orders are carried out. Each order
is small (one part with the matrix of its own places), and so is each answer, so that memory
does not grow with the territory.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable, Iterator

import msgspec

from carecoord.planning.borders import BORDER_HEAT, TURN, Border, borders
from carecoord.planning.budget import Budget
from carecoord.planning.parts import Leg, cut, legs_of, merged, whole_of
from carecoord.planning.problem import Problem
from carecoord.planning.sectors import split
from carecoord.planning.solution import Score, Solution, Violation
from carecoord.planning.solve import solve
from carecoord.planning.stitch import Quilt
from carecoord.planning.territory import Roads, Territory, with_roads


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """
    How much search a territory gets.

    Args:
        seconds_per_visit: wall-clock seconds of one core for each visit, sectors and borders together.
        iterations_per_visit: the same in iterations, instead of seconds: then the plan follows from the
            territory and the seed alone.
        border_share: how much of that goes to the borders.
        border_turns: angles at which border parts are cut, one pass each.
        target: visits of a part; what suits the horizon unless told.
        seed: seed of every random choice.
    """

    seconds_per_visit: float = 0.1
    iterations_per_visit: float | None = None
    border_share: float = 0.4
    border_turns: tuple[float, ...] = (TURN,)
    target: int | None = None
    seed: int = 1


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """
    One part to be planned.

    Args:
        stage: 0 for sectors, 1 and more for borders.
        problem: with matrices, or without where `roads` says how to get them.
        start: a plan to begin from.
    """

    stage: int
    index: int
    problem: Problem
    budget: Budget
    roads: Roads | None = None
    start: Solution | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """
    What came of one order.

    Args:
        legs: every way that its plan travels.
        cpu_s: processor seconds it took.
        peak_kib: most memory that the process which carried it out has ever held.
    """

    stage: int
    index: int
    solution: Solution
    legs: list[Leg]
    cpu_s: float = 0.0
    peak_kib: int = 0


Carry = Callable[[Iterator[Order]], Iterable[Answer]]
"""Carries out orders, any number at a time, and gives answers as they come."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """How far a territory is: parts done of those of a stage."""

    stage: int
    done: int
    of: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """
    A plan of a territory.

    Args:
        sector_score: score before the borders were planned again.
        taken: how many border parts made the plan better, of how many.
        cpu_s: processor seconds of all orders.
        peak_kib: most memory of one process that carried out orders.
    """

    solution: Solution
    score: Score
    violations: list[Violation]
    sector_score: Score
    sectors: int
    taken: int
    borders: int
    cpu_s: float
    peak_kib: int


def solve_part(order: Order) -> Answer:
    """Carry out one order, in this process."""
    began = time.process_time()
    problem = order.problem if order.roads is None else with_roads(order.problem, order.roads)
    solution = solve(problem, order.budget, start=order.start)
    return Answer(
        stage=order.stage,
        index=order.index,
        solution=solution,
        legs=legs_of(problem, solution.rounds),
        cpu_s=time.process_time() - began,
        peak_kib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    )


def plan_territory(
    territory: Territory,
    effort: Effort,
    carry: Carry,
    *,
    on_step: Callable[[Step], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Outcome:
    """
    Plan a territory: sectors, then borders, each stage side by side.

    Args:
        carry: how orders are carried out, such as `map(solve_part, orders)`.
        on_step: told after each part.
        should_stop: asked between stages; the plan so far is stitched and comes back.
    """
    run = _Run(territory, effort, carry, on_step or (lambda _: None))
    quilt = run.sectors()
    first, _ = before = quilt.judged()
    best = quilt.solution, before
    taken = count = 0
    for number, turn in enumerate(effort.border_turns, 1):
        if run.count == 1 or (should_stop is not None and should_stop()):
            break
        sewn, parts = run.sew(quilt, number, turn)
        taken, count = taken + sewn, count + parts
        judged = quilt.judged()
        if _rank(judged) < _rank(best[1]):
            best = quilt.solution, judged
    solution, (price, violations) = best
    return Outcome(
        solution=msgspec.structs.replace(solution, score=price),
        score=price,
        violations=violations,
        sector_score=first,
        sectors=run.count,
        taken=taken,
        borders=count,
        cpu_s=run.cpu_s,
        peak_kib=run.peak_kib,
    )


def _rank(judged: tuple[Score, list[Violation]]) -> tuple[int, ...]:
    price, found = judged
    blocking = sum(item.severity == "block" for item in found)
    vital, *rest = price.key
    return (blocking, vital, len(found) - blocking, *rest)


class _Run:
    """One planning of a territory."""

    def __init__(
        self, territory: Territory, effort: Effort, carry: Carry, tell: Callable[[Step], None]
    ) -> None:
        self._roads = territory.roads
        self._whole = whole_of(msgspec.structs.replace(territory.problem, matrices=[]))
        self._effort = effort
        self._carry = carry
        self._tell = tell
        self.count = 0
        self.cpu_s = 0.0
        self.peak_kib = 0

    def sectors(self) -> Quilt:
        """Every sector planned, put together."""
        effort = self._effort
        parts = split(self._whole.problem, target=effort.target)
        self.count = len(parts)
        share = 1.0 if self.count == 1 else 1 - effort.border_share
        orders = (self._order(0, part.index, cut(self._whole, part), share) for part in parts)
        solutions, legs = [], []
        for answer in self._answers(orders, 0, len(parts)):
            solutions.append(answer.solution)
            legs += answer.legs
        return Quilt(self._whole, merged(solutions), legs)

    def sew(self, quilt: Quilt, stage: int, turn: float) -> tuple[int, int]:
        """One pass of border parts; gives how many made the plan better, and of how many."""
        effort = self._effort
        parts = borders(self._whole, quilt.solution, self.count, turn=turn, spare=self._spare(quilt))
        by_index = {border.part.index: border for border in parts}
        share = effort.border_share / len(effort.border_turns)
        orders = (self._order_again(stage, border, share) for border in parts)
        answers = self._answers(orders, stage, len(parts))
        return sum(quilt.take(by_index[a.index], a.solution, a.legs) for a in answers), len(parts)

    def _spare(self, quilt: Quilt) -> int | None:
        stability = self._whole.problem.stability
        if stability is None or stability.persons_max is None:
            return None
        return max(0, stability.persons_max - quilt.disturbed())

    def _order(self, stage: int, index: int, problem: Problem, share: float) -> Order:
        """An order with its share of the effort for the visits it holds."""
        effort, visits = self._effort, len(problem.visits)
        seconds: float | None = max(1.0, share * effort.seconds_per_visit * visits)
        iterations = None
        if effort.iterations_per_visit is not None:
            seconds, iterations = None, max(200, round(share * effort.iterations_per_visit * visits))
        budget = Budget(seconds=seconds, iterations=iterations, seed=effort.seed + index, bound=False)
        return Order(stage=stage, index=index, problem=problem, budget=budget, roads=self._roads)

    def _order_again(self, stage: int, border: Border, share: float) -> Order:
        problem = cut(self._whole, border.part, fixed=border.fixed, starts=border.starts)
        order = self._order(stage, border.part.index, problem, share)
        budget = msgspec.structs.replace(order.budget, heat=BORDER_HEAT)
        return msgspec.structs.replace(order, start=border.start, budget=budget)

    def _answers(self, orders: Iterator[Order], stage: int, count: int) -> Iterator[Answer]:
        for done, answer in enumerate(self._carry(orders), 1):
            self.cpu_s += answer.cpu_s
            self.peak_kib = max(self.peak_kib, answer.peak_kib)
            self._tell(Step(stage=stage, done=done, of=count))
            yield answer
