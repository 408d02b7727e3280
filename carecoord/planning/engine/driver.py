"""
The anytime loop: construct, search in chunks, tell progress, stop when told or when time is up.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.layout import Best, Data, Log, State
from carecoord.planning.engine.plan import empty_best, empty_log, empty_state, restore
from carecoord.planning.engine.polish import polish, tables
from carecoord.planning.engine.pool import Pool, collect, empty_pool
from carecoord.planning.engine.recombine import Limits, Outcome, Parts, Plan, choose
from carecoord.planning.engine.search import construct, iterate, keep_best

CHUNK = 200
"""Iterations between two looks at the clock."""

HOT_CENTS, COLD_CENTS = 600, 8
"""Temperatures at the start and at the end of the search."""


FLOOR = ((1, 0.1), (2, 0.2))
"""Ranks searched alone at first, up to which share of the budget: vital visits, then important ones too."""

FLOOR_COLD = 60
FLOOR_MOST = 20_000
"""Temperature at the end of such a stage, and its longest in iterations."""

POOL_FROM = 0.2
"""Rounds met before this share of the budget are not worth keeping."""

EFFORT = 1.0
"""Deterministic time of CP-SAT for one part of the week, about seconds."""

ITERATIONS_A_PART = 15_000
"""Where iterations are the only budget, CP-SAT may solve one part for so many."""

PART_S = 4.0
"""Wall clock for one part, where the budget has one."""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the loop tells while it runs.

    Args:
        improved: whether the best plan changed since the last time.
    """

    elapsed_s: float
    iterations: int
    best: Best
    phase: str
    improved: bool


class Won(msgspec.Struct, frozen=True, kw_only=True):
    """
    What CP-SAT did in a run: parts solved, proved the best choice, better than before, and the gain.

    Args:
        gained: in cost units, visits won not counted.
    """

    parts: int = 0
    proved: int = 0
    better: int = 0
    gained: int = 0

    def plus(self, outcome: Outcome) -> Won:
        """With one more part."""
        return Won(
            parts=self.parts + 1,
            proved=self.proved + outcome.proved,
            better=self.better + outcome.better,
            gained=self.gained + outcome.gained,
        )


Listener = Callable[[News], None]


class Run:
    """
    One search: the plan under change, the best plan, and how far it is.

    Args:
        listener: told about the best plan, at most every `budget.report_every_s`.
        should_stop: asked between chunks.
    """

    def __init__(
        self,
        data: Data,
        budget: Budget,
        *,
        listener: Listener | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self.data = data
        self.budget = budget
        self.state: State = empty_state(data, budget.seed)
        self.log: Log = empty_log(self.state)
        self.best: Best = empty_best(self.state)
        self.pool: Pool = empty_pool(data)
        self.won = Won()
        self._parts = Parts(data, budget.seed)
        self.iterations = 0
        self.stopped = ""
        self._something = data.visit.shape[0] > 0 and data.worker.shape[0] > 0
        self._listener = listener
        self._should_stop = should_stop
        self._began = time.monotonic()
        self._told = -math.inf
        self._told_key = (-1, -1)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run was made."""
        return time.monotonic() - self._began

    def key(self) -> tuple[int, int]:
        """What plans are compared by."""
        return int(self.best.total[lay.T_LEX]), int(self.best.total[lay.T_SOFT])

    def tell(self, phase: str, *, now: bool = False) -> None:
        """Report to the listener if it is time, or at once."""
        if self._listener is None:
            return
        elapsed = self.elapsed_s
        if not now and elapsed - self._told < self.budget.report_every_s:
            return
        key = self.key()
        news = News(
            elapsed_s=elapsed,
            iterations=self.iterations,
            best=self.best,
            phase=phase,
            improved=key != self._told_key,
        )
        self._told, self._told_key = elapsed, key
        self._listener(news)

    def share(self) -> float:
        """How much of the budget is used, 0 to 1; sets `stopped` at the end."""
        budget, done = self.budget, 0.0
        if budget.iterations is not None:
            done = self.iterations / max(1, budget.iterations)
            if self.iterations >= budget.iterations:
                done = 1.0
                self.stopped = "iterations"
        if budget.seconds is not None:
            used = self.elapsed_s / max(1e-3, budget.seconds)
            done = max(done, used)
            if used >= 1:
                self.stopped = "seconds"
        return 1.0 if self.asked() else min(1.0, done)

    def asked(self) -> bool:
        """Whether somebody says stop; sets `stopped`."""
        if self.stopped != "asked" and self._should_stop is not None and self._should_stop():
            self.stopped = "asked"
        return self.stopped == "asked"

    def construct(self) -> None:
        """
        A first legal plan from whatever is placed already.

        Beginning from nothing, tiers come one after the other: where a visit of a tier found
        no place, that tier and those above are searched alone for a while (`FLOOR`), when
        nothing of less weight is in the way.
        """
        if not self._something:
            # Without any aide there is nobody whose prices a trial could read.
            keep_best(self.state, self.best)
            self.tell("construct", now=True)
            return
        fresh = int(self.state.total[lay.T_BAG]) == self.data.visit.shape[0]
        for level, until in FLOOR if fresh else ():
            self.data.price[lay.C_LEVEL] = level
            construct(self.data, self.state, self.log, self.best)
            self._floor(level, until)
        self.data.price[lay.C_LEVEL] = lay.RANKS
        construct(self.data, self.state, self.log, self.best)
        self.tell("construct", now=True)

    def _floor(self, level: int, until: float) -> None:
        """Search with the upper tiers alone until none of their visits is left out, or for a share."""
        self.pool.near[0] = -1
        began = self.iterations
        while not self.stopped and self._missing(level) and self.iterations - began < FLOOR_MOST:
            done = self.share()
            if done >= until or self.stopped:
                break
            heat = HOT_CENTS * (FLOOR_COLD / HOT_CENTS) ** (done / until) * lay.UNIT
            self._iterate(heat)
            self.tell("construct")
        restore(self.data, self.state, self.log, self.best)

    def _missing(self, level: int) -> bool:
        """Whether the best plan leaves out a visit of a rank up to this one."""
        out = self.best.place[:, lay.S_OPTION] < 0
        possible = self.data.visit[:, lay.V_FIRST] < self.data.visit[:, lay.V_LAST]
        return bool((out & possible & (self.data.visit[:, lay.V_RANK] <= level)).any())

    def _iterate(self, heat: float) -> None:
        """One chunk of iterations."""
        count = CHUNK
        if self.budget.iterations is not None:
            count = min(count, self.budget.iterations - self.iterations)
        iterate(self.data, self.state, self.log, self.best, self.pool, heat, count)
        self.iterations += count

    def search(self, until: float = 1.0) -> None:
        """Iterate until a share of the budget is used, cooling down; rounds met are kept for `recombine`."""
        while (done := self.share()) < until and not self.stopped and self._something:
            hot = max(COLD_CENTS, HOT_CENTS * self.budget.heat)
            heat = hot * (COLD_CENTS / hot) ** done * lay.UNIT
            self.pool.near[0] = round(heat) if done > POOL_FROM else -1
            self._iterate(heat)
            self.tell("search")

    def recombine(self, until: float = 1.0) -> None:
        """
        Parts of the week chosen anew by CP-SAT among the rounds met, one after the other.

        Goes on until a share of the budget is used or every day and as many groups of aides had
        their turn.
        """
        plan = Plan(data=self.data, state=self.state, log=self.log, best=self.best)
        restore(self.data, self.state, self.log, self.best)
        collect(self.state, self.pool, -lay.TOP)
        seconds = self.budget.seconds
        parts = 2 * self.data.day.shape[0]
        if seconds is None:
            parts = min(parts, 1 + self.iterations // ITERATIONS_A_PART)
        for _ in range(parts if self._something else 0):
            if self.share() >= until or self.stopped:
                return
            left = None if seconds is None else min(PART_S, until * seconds - self.elapsed_s)
            limits = Limits(effort=EFFORT, seconds=left, stop=self._should_stop)
            outcome = choose(plan, self.pool, self._parts.next(self.best, self.pool), limits)
            self.won = self.won.plus(outcome)
            self._parts.learn(outcome)
            self.tell("recombine")
            if outcome.whole:
                return

    def polish(self) -> None:
        """Best timing of every round of the best plan."""
        restore(self.data, self.state, self.log, self.best)
        cost, choice = tables()
        polish(self.data, self.state, self.log, cost, choice)
        keep_best(self.state, self.best)
        self.tell("polish", now=True)
