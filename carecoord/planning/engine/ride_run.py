"""
One ride search under way: annealings from nothing, choices among the routes met, annealings from the best.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from carecoord.planning.engine.random_numbers import below
from carecoord.planning.engine.ride_data import RideArrays, RideFound, Routes
from carecoord.planning.engine.ride_layout import (
    DISTANCE,
    DURATION,
    N_BEST,
    N_BEST_LEFT,
    N_COST,
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
from carecoord.planning.engine.ride_start import adopt, best_routes, current_routes, schedule
from carecoord.planning.engine.ride_step import anneal, empty, keep_best, recreate
from carecoord.planning.engine.strings import cooled

CHUNK = 100
"""Steps between two looks at the clock, at first."""

LOOK_S = 0.2
"""Seconds between two looks at the clock, about."""

SPEED = 1_300_000
"""Steps of a second times requests, about: what seconds and steps are worth in each other."""

STEPS = 1_000
"""Steps of one annealing from nothing for each request; longer ones gain less than another start."""

AGAIN = 300
"""The same for an annealing from an elite."""

STARTS, TURNS, CHOICES, ELITES = 10, 40, 4, 8
"""Most annealings from nothing, most from elites, most choices among routes; elites kept."""


SHORT_S = 5.0
"""Below so many seconds nothing is chosen by CP-SAT."""

LONGEST_CHOICE_S = 0.4
"""Longest time of CP-SAT at once, so that a stop is heard within a second."""


class Scheme(NamedTuple):
    """
    Temperatures as shares of the mean cost of a request, and what the time is spent on.

    Annealings from nothing go from `hot` to `cold` in the share `first` of the
    time; the others begin at `warm`, and each time up to `heights` times
    `steeper`, from one of the best plans. `choosing` is the share of the time
    for CP-SAT. Routes of plans that cost less than `worth` times the best are
    remembered.
    """

    hot: float = 0.35
    cold: float = 0.04
    warm: float = 0.1
    steeper: float = 1.4
    heights: int = 4
    first: float = 0.55
    choosing: float = 0.08
    worth: float = 1.03


class Elite(NamedTuple):
    """
    A plan that serves every request that must be served.
    """

    cost: int
    routes: Routes


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
        self.elites: list[Elite] = []
        self.scale, self.choice = 1.0, 0.0
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
        self.start(pace, self.scheme.first)
        self.go_on(pace)

    def begin(self, pace: Pace) -> None:
        """Spend the whole of a pace on annealings from nothing, and a choice at its end."""
        self.start(pace, 1.0 - self.scheme.choosing)
        self.choose(pace, self.scheme.choosing)

    def fitting(self, pace: Pace, share: float, steps: int, most: int) -> int:
        """How many annealings of so many steps a request a share of the pace allows."""
        n = max(1, self.arrays.requests)
        whole = pace.iterations or pace.seconds * SPEED / n
        return max(1, min(most, round(whole * share / (steps * n))))

    def start(self, pace: Pace, until: float) -> None:
        """Annealings until a share of the pace: the first from the current plan, the others from nothing."""
        starts = self.fitting(pace, until, STEPS, STARTS)
        for number in range(starts):
            if number:
                self.construct()
            self.cool(pace, self.scheme.hot, until * (number + 1) / starts)

    def go_on(self, pace: Pace) -> None:
        """Spend what is left of a pace on choices, and annealings from the best plans."""
        low = pace.share(self.done)
        turns = self.fitting(pace, 1.0 - low, AGAIN, TURNS)
        choices = min(CHOICES, turns)
        choosing = (1.0 - low) * self.scheme.choosing / choices
        for turn in range(turns):
            if turn * choices // turns != (turn - 1) * choices // turns:
                self.choose(pace, choosing)
            self.again(turn)
            share = pace.share(self.done)
            hot = self.scheme.warm * self.scheme.steeper ** (turn % self.scheme.heights)
            self.cool(pace, hot, share + (1.0 - self.choice - share) / (turns - turn))
        if pace.share(self.done) + self.choice <= 1.01:
            self.choose(pace, choosing)

    def again(self, turn: int) -> None:
        """Back to one of the best plans: the best every other time."""
        if turn % 2 and self.elites:
            self.back_to(self.elites[below(self.state.rng, len(self.elites))].routes)
        else:
            self.back_to(self.best())

    def keep(self) -> None:
        """Remember the current plan when it is among the best and no other costs the same."""
        cost = int(self.state.num[N_COST])
        if self.state.num[N_LEFT] == 0 and all(cost != elite.cost for elite in self.elites):
            elite = Elite(cost, current_routes(self.data, self.state))
            self.elites = sorted([*self.elites, elite], key=lambda one: one.cost)[:ELITES]

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
        self.keep()

    def choose(self, pace: Pace, share: float) -> None:
        """
        Let CP-SAT put routes together; a better plan becomes the current and best one.

        Not within a time so short that building the model would take much of it.
        """
        short = not pace.iterations and pace.seconds < SHORT_S
        if pace.stopped or short or not self.arrays.requests:
            return
        low = pace.share(self.done)
        steps_s = SPEED / max(1, self.arrays.requests)
        seconds = share * (pace.iterations / steps_s if pace.iterations else pace.seconds)
        wall_s = None if pace.iterations else max(0.05, min(seconds, LONGEST_CHOICE_S))
        routes = recombine(self.data, self.state, [met(self.state), *self.others], seconds, wall_s)
        if routes is not None:
            self.back_to(routes)
            self.keep()
            if pace.on_better is not None:
                pace.on_better()
        self.choice = max(0.0, pace.share(self.done) - low)

    def back_to(self, routes: Routes | Sequence[Sequence[int]]) -> None:
        """Make given routes the current plan, and the best one when they are."""
        empty(self.data, self.state)
        adopt(self.data, self.state, routes)
        keep_best(self.data, self.state)

    def best(self) -> Routes:
        """Routes of the best plan so far."""
        return best_routes(self.data, self.state)

    def found(self) -> RideFound:
        """The best plan so far, timed."""
        return schedule(self.data, self.state)
