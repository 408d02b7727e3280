"""
Search of meal rounds: first legal rounds, annealing by ruin and recreate, CP-SAT on the days met.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from carecoord.planning.budget import Budget
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.meal_data import (
    ABSENT,
    BEST_TOTAL,
    COST,
    LENGTH,
    P_LEFT,
    STEP,
    TOTAL,
    VEHICLE,
    Data,
    State,
    blank_state,
)
from carecoord.planning.engine.meal_moves import keep_best, recreate, ruin, settle, undo
from carecoord.planning.engine.meal_recombine import Day, Effort, choose
from carecoord.planning.engine.strings import accepted, cooled

CHUNK = 200
"""Moves between two looks at the clock: some tens of milliseconds."""

HOT, COLD = 1.0, 0.01
"""Temperatures at both ends, as shares of the usual cost of driving to a near stop."""

TURNS = (0.35, 0.6, 0.8, 0.97)
"""Shares of the budget after which CP-SAT chooses among the days met."""

POOL = 4_000
"""Days that CP-SAT may choose from: the newest."""

CHOOSING, CHOOSING_S = 0.04, 2.0
"""Share of the budget that one choice may take; deterministic seconds where there is no clock."""


class Found(NamedTuple):
    """
    Days found: driver, vehicle and entries (kitchens and deliveries) of each round, and their cost.
    """

    days: list[Day]
    total: int
    iterations: int
    first_s: float
    recombined: int
    stopped: str


class News(NamedTuple):
    """What a search tells: the best days so far."""

    elapsed_s: float
    iterations: int
    phase: str
    days: list[Day]


@njit
def anneal(data: Data, state: State, steps: int, temperature: float) -> None:
    """Some moves at one temperature."""
    number = state.number
    for _ in range(steps):
        total, absent = number[TOTAL], number[ABSENT]
        number[STEP] += 1
        if not ruin(data, state):
            undo(data, state, total, absent)
            continue
        recreate(data, state)
        if accepted(state.rng, number[TOTAL] - total, temperature):
            if number[TOTAL] < number[BEST_TOTAL]:
                keep_best(data, state)
        else:
            undo(data, state, total, absent)


@njit
def construct(data: Data, state: State) -> None:
    """First rounds: every delivery in turn to its cheapest place."""
    state.number[STEP] += 1
    recreate(data, state)
    keep_best(data, state)


class Search:
    """One search under way."""

    def __init__(
        self,
        data: Data,
        budget: Budget,
        *,
        on_news: Callable[[News], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        """The clock starts here."""
        self.data, self.budget = data, budget
        self.state = blank_state(data, budget.seed)
        self.state.number[ABSENT] = data.deliveries
        self.state.number[TOTAL] = data.deliveries * int(data.price[P_LEFT])
        self.iterations = 0
        self.first_s = 0.0
        self.recombined = 0
        self.stopped = ""
        self._began = time.perf_counter()
        self._on_news, self._should_stop = on_news, should_stop
        self._told_s = -budget.report_every_s
        self._pool: dict[tuple[int, int, tuple[int, ...]], int] = {}

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._began

    def share(self) -> float:
        """Part of the budget that is spent."""
        shares = [0.0]
        if self.budget.seconds is not None:
            shares.append(self.elapsed_s / max(self.budget.seconds, 1e-9))
        if self.budget.iterations is not None:
            shares.append(self.iterations / max(self.budget.iterations, 1))
        return max(shares)

    def run(self, start: Sequence[Day] = ()) -> Found:
        """From the given days, or from nothing, to the best within the budget."""
        self._adopt(start)
        construct(self.data, self.state)
        self.first_s = self.elapsed_s
        self._remember()
        self._tell("construct", at_once=True)
        for turn in TURNS:
            self._anneal_until(turn)
            if self.stopped:
                break
            self._recombine()
        if not self.stopped:
            self._anneal_until(1.0)
        self._tell("done", at_once=True)
        return Found(
            self.best_days(), int(self.state.number[BEST_TOTAL]), self.iterations, self.first_s,
            self.recombined, self.stopped or "budget",
        )  # fmt: skip

    def best_days(self) -> list[Day]:
        """The rounds of the best plan."""
        return _days(self.state.best, self.state.best_day)

    def _adopt(self, start: Sequence[Day]) -> None:
        """Take over days that are possible; each delivery once."""
        for day in start:
            if any(self.state.where[i] >= 0 for i in day.entries if i < self.data.deliveries):
                continue
            self._place(day)

    def _place(self, day: Day) -> bool:
        state, n = self.state, self.data.deliveries
        d, length = day.driver, len(day.entries)
        state.seq[d, :length] = day.entries
        state.day[LENGTH, d], state.day[VEHICLE, d] = length, day.vehicle
        if not settle(self.data, state, d):
            state.day[LENGTH, d], state.day[VEHICLE, d] = 0, -1
            return False
        served = [i for i in day.entries if i < n]
        state.where[served] = d
        state.number[ABSENT] -= len(served)
        state.number[TOTAL] -= len(served) * int(self.data.price[P_LEFT])
        return True

    def _anneal_until(self, turn: float) -> None:
        scale = typical_arc(self.data) * self.budget.heat
        while (share := self.share()) < turn:
            if self._should_stop is not None and self._should_stop():
                self.stopped = "asked"
                return
            steps = CHUNK
            if self.budget.iterations is not None:
                steps = max(1, min(CHUNK, self.budget.iterations - self.iterations))
            anneal(self.data, self.state, steps, cooled(HOT * scale, COLD * scale, min(1.0, share)))
            self.iterations += steps
            self._remember()
            self._tell("search")

    def _remember(self) -> None:
        """Days of the plan under way and of the best one, for CP-SAT."""
        for day in (*_days(self.state.seq, self.state.day), *self.best_days()):
            key = (day.driver, day.vehicle, day.entries)
            self._pool.pop(key, None)
            self._pool[key] = day.cost
        while len(self._pool) > POOL:
            del self._pool[next(iter(self._pool))]

    def _recombine(self) -> None:
        before = int(self.state.number[BEST_TOTAL])
        days = [Day(d, v, entries, cost) for (d, v, entries), cost in self._pool.items()]
        seconds = None if self.budget.seconds is None else max(0.2, CHOOSING * self.budget.seconds)
        wall = None if self.budget.iterations is not None else seconds
        effort = Effort(deterministic_s=seconds or CHOOSING_S, wall_s=wall, seed=self.budget.seed)
        found = choose(self.data, days, self.best_days(), effort, self._should_stop)
        if found is None:
            return
        self._restart(found)
        if self.state.number[TOTAL] < before:
            keep_best(self.data, self.state)
            self.recombined += before - int(self.state.number[TOTAL])
            self._tell("recombine", at_once=True)

    def _restart(self, days: Sequence[Day]) -> None:
        """Make these days the plan under way, and put what they leave out where it fits."""
        state = self.state
        state.where[:] = -1
        state.day[COST], state.day[LENGTH], state.day[VEHICLE] = 0, 0, -1
        state.number[ABSENT] = self.data.deliveries
        state.number[TOTAL] = self.data.deliveries * int(self.data.price[P_LEFT])
        for day in days:
            self._place(day)
        state.number[STEP] += 1
        recreate(self.data, state)

    def _tell(self, phase: str, *, at_once: bool = False) -> None:
        if self._on_news is None:
            return
        if at_once or self.elapsed_s - self._told_s >= self.budget.report_every_s:
            self._told_s = self.elapsed_s
            self._on_news(News(self.elapsed_s, self.iterations, phase, self.best_days()))


def _days(seq: np.ndarray, day: np.ndarray) -> list[Day]:
    return [
        Day(d, int(day[VEHICLE, d]), tuple(seq[d, : day[LENGTH, d]].tolist()), int(day[COST, d]))
        for d in range(day.shape[1])
        if day[LENGTH, d] > 0
    ]


def typical_arc(data: Data) -> float:
    """Usual cost of driving to one of the nearest stops: the yardstick of temperatures."""
    n = data.deliveries
    if n < 2:
        return 1.0
    near = data.near[:, : min(6, data.near.shape[1])]
    costs = data.arc[np.repeat(np.arange(n), near.shape[1]), near.ravel()]
    return max(1.0, float(costs[costs > 0].mean()) if (costs > 0).any() else 1.0)
