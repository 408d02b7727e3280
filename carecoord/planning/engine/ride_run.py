"""
One ride search under way: a long annealing, a choice among the routes met, shorter annealings from the best.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from carecoord.planning.engine.ride_data import RideArrays, RideFound, Routes
from carecoord.planning.engine.ride_layout import (
    DISTANCE,
    DURATION,
    N_BEST,
    N_BEST_LEFT,
    N_DONE,
    N_LEFT,
    N_PRICE,
    N_WORTH,
    V_TIME_COST,
    Data,
    State,
    blank_state,
    prepare,
)
from carecoord.planning.engine.ride_recombine import Met, met, recombine
from carecoord.planning.engine.ride_start import adopt, best_routes, schedule
from carecoord.planning.engine.ride_step import anneal, empty, keep_best, recreate
from carecoord.planning.engine.strings import cooled

CHUNK = 100
"""Steps between two looks at the clock, at first."""

LOOK_S = 0.2
"""Seconds between two looks at the clock, about."""

SPEED = 4_000
"""Steps of a second, about: what a number of steps is worth where CP-SAT's time is given."""


class Scheme(NamedTuple):
    """
    Temperatures as shares of the mean cost of a request, and what the time is spent on.

    The first annealing goes from `hot` to `cold` in the share `first` of the
    time; `again` further ones start at `warm` from the best plan, with a
    choice by CP-SAT before each that has `choosing` of the time in all.
    Routes of plans that cost less than `worth` times the best are remembered.
    """

    hot: float = 0.35
    cold: float = 0.04
    warm: float = 0.15
    first: float = 0.45
    again: int = 6
    choosing: float = 0.08
    worth: float = 1.03


class Pace:
    """
    How much of a time, or of a number of steps when that is not 0, is spent; and whether to stop.
    """

    def __init__(
        self,
        seconds: float,
        iterations: int = 0,
        *,
        now: Callable[[], float] = time.monotonic,
        should_stop: Callable[[], bool] | None = None,
        on_better: Callable[[], None] | None = None,
    ) -> None:
        """The time runs from here; `on_better` is called after looks that saw a better plan."""
        self.seconds, self.iterations, self.now = seconds, iterations, now
        self.should_stop, self.on_better = should_stop, on_better
        self.began = now()
        self.chunk, self.stopped = CHUNK, False

    def share(self, done: int) -> float:
        """Part spent, above 1 once a stop has been asked."""
        self.stopped = self.stopped or (self.should_stop is not None and self.should_stop())
        if self.stopped:
            return 2.0
        if self.iterations:
            return done / self.iterations
        return (self.now() - self.began) / self.seconds

    def learn(self, steps: int, elapsed_s: float) -> None:
        """Make the next chunk as long as `LOOK_S` allows; never with a number of steps."""
        if not self.iterations:
            self.chunk = max(1, min(20_000, round(steps * LOOK_S / max(1e-4, elapsed_s))))

    def steps(self, done: int) -> int:
        """Steps until the next look."""
        return max(1, min(self.chunk, self.iterations - done)) if self.iterations else self.chunk


class RideRun:
    """
    The tables of one search, and what is done with them.
    """

    def __init__(self, arrays: RideArrays, seed: int, scheme: Scheme | None = None) -> None:
        """Lay out the tables, with every vehicle empty."""
        self.arrays, self.scheme = arrays, scheme or Scheme()
        self.data: Data = prepare(arrays)
        self.state: State = blank_state(self.data, seed)
        self.others: list[Met] = []
        self.scale = 1.0
        empty(self.data, self.state)

    @property
    def done(self) -> int:
        """Steps done."""
        return int(self.state.num[N_DONE])

    def construct(self, start: Sequence[Sequence[int]] | None = None) -> None:
        """A plan: what is legal of `start`, then every request where it costs least."""
        empty(self.data, self.state)
        if start is not None:
            adopt(self.data, self.state, start)
        if self.arrays.requests and self.arrays.vehicles:
            recreate(self.data, self.state, 0)
        keep_best(self.data, self.state)
        self.scale = self._scale()
        self.state.num[N_PRICE] = int(10 * self.scale)

    def _scale(self) -> float:
        """Mean cost of a request: the yardstick of temperatures and of what is missing."""
        served = max(1, int((self.state.where >= 0).sum()))
        head = self.state.head[: self.arrays.vehicles]
        driven = head[:, DISTANCE].sum() + (head[:, DURATION] * self.data.vehicle[:, V_TIME_COST]).sum()
        return max(1.0, float(driven) / served)

    def improve(self, pace: Pace) -> None:
        """Spend the whole of a pace."""
        self.cool(pace, self.scheme.hot, self.scheme.first)
        self.go_on(pace)

    def begin(self, pace: Pace) -> None:
        """Spend the whole of a pace on one annealing from nothing, and a choice at its end."""
        self.cool(pace, self.scheme.hot, 1.0 - self.scheme.choosing)
        self.choose(pace, self.scheme.choosing)

    def go_on(self, pace: Pace) -> None:
        """Spend what is left of a pace on choices, and annealings from the best plan."""
        turns, low = self.scheme.again, pace.share(self.done)
        choosing = (1.0 - low) * self.scheme.choosing / turns
        for turn in range(turns):
            self.choose(pace, choosing)
            self.back_to_best()
            share = pace.share(self.done)
            self.cool(pace, self.scheme.warm, share + (1.0 - choosing - share) / (turns - turn))
        self.choose(pace, choosing)

    def cool(self, pace: Pace, hot: float, until: float) -> None:
        """Anneal from a temperature to the cold one until a share of the pace is spent."""
        low = share = pace.share(self.done)
        num = self.state.num
        while share < min(until, 1.0):
            heat = cooled(hot * self.scale, self.scheme.cold * self.scale, (share - low) / (until - low))
            num[N_WORTH] = 0 if num[N_BEST_LEFT] else int(num[N_BEST] * self.scheme.worth)
            steps, before = pace.steps(self.done), time.monotonic()
            better = anneal(self.data, self.state, steps, heat, heat)
            pace.learn(steps, time.monotonic() - before)
            if better and pace.on_better is not None:
                pace.on_better()
            price = int(num[N_PRICE])
            changed = price * 5 // 4 if num[N_LEFT] else price * 19 // 20
            num[N_PRICE] = max(int(3 * self.scale), min(changed, int(100 * self.scale)))
            share = pace.share(self.done)

    def choose(self, pace: Pace, share: float) -> None:
        """Let CP-SAT put routes together; a better plan becomes the current and best one."""
        if pace.stopped or not self.arrays.requests:
            return
        seconds = share * (pace.iterations / SPEED if pace.iterations else pace.seconds)
        wall_s = None if pace.iterations else max(0.05, min(seconds, 0.8))
        routes = recombine(self.data, self.state, [met(self.state), *self.others], seconds, wall_s)
        if routes is not None:
            self.back_to(routes)
            if pace.on_better is not None:
                pace.on_better()

    def back_to(self, routes: Routes | Sequence[Sequence[int]]) -> None:
        """Make given routes the current plan, and the best one when they are."""
        empty(self.data, self.state)
        adopt(self.data, self.state, routes)
        keep_best(self.data, self.state)

    def back_to_best(self) -> None:
        """Make the best plan the current one."""
        self.back_to(self.best())

    def best(self) -> Routes:
        """Routes of the best plan so far."""
        return best_routes(self.data, self.state)

    def found(self) -> RideFound:
        """The best plan so far, timed."""
        return schedule(self.data, self.state)
