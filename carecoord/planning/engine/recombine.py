"""
Parts of the week chosen anew by CP-SAT, one after the other: some days of all aides, or all days of some.

A part that fits is solved to the best choice among the rounds met; the whole week is one part
where it is small. Whatever comes out is entered round by round by the engine's own rules and
priced anew before it replaces the plan.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random

import msgspec
import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.columns import enter
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.cpsat_week import Part, WeekModel
from carecoord.planning.engine.layout import Best, Data, Ints, Log, State
from carecoord.planning.engine.plan import rebuild, restore
from carecoord.planning.engine.pool import Pool
from carecoord.planning.engine.search import keep_best
from carecoord.planning.engine.start import retime, take_round
from carecoord.planning.engine.week_columns import Column, Flags, columns_of, scope_of

COLUMNS_MOST = 2_000
"""Rounds in one model beside those of the plan: built in some tenths of a second."""

AIDES = 8
"""Aides of the first part that spans all days."""

EAR_S = 0.2
"""How often a stop is asked for while CP-SAT works."""


Floats = npt.NDArray[np.float64]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """
    Limits of one part.

    Args:
        effort: deterministic time of CP-SAT, about seconds; the same on every machine.
        seconds: wall clock, where the budget has one.
        stop: asked several times a second.
    """

    effort: float = 2.0
    seconds: float | None = None
    stop: Callable[[], bool] | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a run that choosing rounds reads and changes."""

    data: Data
    state: State
    log: Log
    best: Best


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """
    What came of one part.

    Args:
        columns: rounds that could be chosen.
        proved: whether the choice is the best among them.
        gained: units of cost, 0 where the plan stays; visits won count apart.
        better: whether the plan got better.
        whole: whether the part was the whole week with all rounds met.
    """

    whole: bool
    columns: int
    proved: bool
    gained: int
    better: bool


def choose(plan: Plan, pool: Pool, free: Flags, limits: Limits) -> Outcome:
    """
    Replace the rounds in `free` by the best choice among those met, where that is better.

    Afterwards the current plan is the best one.
    """
    d, best = plan.data, plan.best
    restore(d, plan.state, plan.log, best)
    scope = scope_of(best, free)
    columns = columns_of(d, best, pool, scope, COLUMNS_MOST)
    model = WeekModel(Part(d, best, scope, columns))
    solver = _solver(limits)
    status = _solve(solver, model.model, limits)
    chosen: list[Column] = []
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        chosen = [c for c, x in zip(columns, model.take, strict=True) if solver.boolean_value(x)]
    before = int(best.total[lay.T_SOFT])
    better = bool(chosen) and adopt_choice(plan, free, chosen)
    return Outcome(
        whole=bool(free.all()) and int(pool.used.sum()) <= COLUMNS_MOST,
        columns=len(columns),
        proved=status == cp_model.OPTIMAL,
        gained=before - int(best.total[lay.T_SOFT]) if better else 0,
        better=better,
    )


def adopt_choice(plan: Plan, free: Flags, chosen: list[Column]) -> bool:
    """Enter the chosen rounds beside those that stay; whether the best plan got better by it."""
    d, s, best = plan.data, plan.state, plan.best
    lengths = np.where(free, 0, best.rounds[:, lay.R_LEN])
    s.stop[:] = best.stop
    for r, stops in once_each(d, chosen).items():
        lengths[r] = len(stops)
        if stops:
            s.stop[r, : len(stops)] = stops
    s.rounds[:] = 0
    s.place[:] = 0
    s.place[:, :3] = -1
    rebuild(d, s, plan.log)
    legal = enter_all(d, s, lengths) < 0
    if legal:
        rebuild(d, s, plan.log)
        retime(d, s, plan.log)
        old, new = best.total, s.total
        if (new[lay.T_LEX], new[lay.T_SOFT]) < (old[lay.T_LEX], old[lay.T_SOFT]):
            keep_best(s, best)
            return True
    restore(d, s, plan.log, best)
    return False


@njit
def enter_all(d: Data, s: State, lengths: Ints) -> int:
    """
    Fill an empty plan with the stops written in `stop`, timed anew where their times do not fit.

    Gives the first round that is not legal, or -1.
    """
    for r in range(s.rounds.shape[0]):
        n = lengths[r]
        for i in range(n):
            s.trial[i, lay.B_OPTION] = s.stop[r, i, 0]
            s.trial[i, lay.B_AT] = s.stop[r, i, 1]
        if n > 0 and not take_round(d, s, r, n) and not enter(d, s, r, n):
            return r
    return -1


def once_each(d: Data, chosen: list[Column]) -> dict[int, list[tuple[int, int]]]:
    """
    Round -> stops, each visit in as many rounds as it has aides.

    The model may take a visit twice, because a round without one of its stops need not have been
    met; it stays in the round in which leaving it out would save least.
    """
    visit, days = d.option[:, lay.O_VISIT], d.day.shape[0]
    stops = {column.round: list(column.stops) for column in chosen}
    seats: dict[int, list[int]] = {}
    for column in chosen:
        for o, _ in column.stops:
            seats.setdefault(int(visit[o]), []).append(column.round)
    for v, rounds in seats.items():
        while len(rounds) > d.visit[v, lay.V_TEAM]:
            worst = max(rounds, key=lambda r: (_saving(d, r // days, stops[r], v), r))
            stops[worst] = [stop for stop in stops[worst] if visit[stop[0]] != v]
            rounds.remove(worst)
    return stops


def _saving(d: Data, w: int, stops: list[tuple[int, int]], v: int) -> int:
    """What leaving a visit out of a round saves on the road, and a face that would be new."""
    line = d.worker[w]
    road = d.road[line[lay.W_MODE]]
    places = [int(d.visit[d.option[o, lay.O_VISIT], lay.V_PLACE]) for o, _ in stops]
    k = [int(d.option[o, lay.O_VISIT]) for o, _ in stops].index(v)
    before = places[k - 1] if k else int(line[lay.W_START])
    after = places[k + 1] if k + 1 < len(places) else int(line[lay.W_END])
    rates = (int(line[lay.W_C_TRAVEL]), int(line[lay.W_C_KM]))
    legs = ((before, places[k], 1), (places[k], after, 1), (before, after, -1))
    saved = sum(sign * (int(road[a, b, 0]) * rates[0] + int(road[a, b, 1]) * rates[1]) for a, b, sign in legs)
    person = int(d.visit[v, lay.V_PERSON])
    return saved + (0 if d.known[w, person] else int(d.price[lay.C_NEW_FACE]))


def _solver(limits: Limits) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    # Measured: a day of 1,500 rounds is proved in 1.8 s of processor time with it, not in 4.3 s without.
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = limits.effort
    if limits.seconds is not None:
        solver.parameters.max_time_in_seconds = max(0.05, limits.seconds)
    return solver


def _solve(solver: cp_model.CpSolver, model: cp_model.CpModel, limits: Limits) -> cp_model.CpSolverStatus:
    """Solve; where somebody may say stop, on a thread of its own, so that they are heard meanwhile."""
    if limits.stop is None:
        return solver.solve(model)
    found: list[cp_model.CpSolverStatus] = []
    thread = threading.Thread(target=lambda: found.append(solver.solve(model)))
    thread.start()
    while thread.is_alive():
        thread.join(EAR_S)
        if thread.is_alive() and limits.stop():
            solver.stop_search()
    return found[0]


class Parts:
    """
    Chooses what part of the week comes next, each of a size that CP-SAT answers within its limits.

    First the whole week, where the rounds met are few; otherwise one day of all aides after the
    other, and between them all days of aides who share visits in the rounds met.
    """

    def __init__(self, d: Data, seed: int) -> None:
        self._d = d
        self._workers, self._days = d.worker.shape[0], d.day.shape[0]
        self._random = Random(seed)
        self._turn = 0
        self._across, self._along = 1, min(AIDES, self._workers)

    def next(self, best: Best, pool: Pool) -> Flags:
        """Round -> chosen anew in the next part."""
        free = np.zeros((self._workers, self._days), dtype=bool)
        turn, self._turn = self._turn, self._turn + 1
        if int(pool.used.sum()) <= COLUMNS_MOST:
            free[:] = True
        elif turn % 2:
            free[self._aides(best)] = True
        else:
            for day in range(self._across):
                free[:, (turn // 2 + day) % self._days] = True
        return free.reshape(-1)

    def learn(self, outcome: Outcome) -> None:
        """Make parts of the same kind larger where they were easy, smaller where they were not proved."""
        days = self._turn % 2 == 1
        if outcome.proved and outcome.columns < COLUMNS_MOST // 2:
            if days:
                self._across = min(self._days, self._across + 1)
            else:
                self._along = min(self._workers, self._along + self._along // 2)
        elif not outcome.proved:
            if days:
                self._across = max(1, self._across - 1)
            else:
                self._along = max(2, self._along * 2 // 3)

    def _aides(self, best: Best) -> list[int]:
        """An aide at random and those who visit most of the same people."""
        seed = self._random.randrange(self._workers)
        met = self._met(best)
        shared = met @ met[seed]
        noise = np.array([0.5 + self._random.random() for _ in range(self._workers)])
        order = np.argsort(-(shared * noise), kind="stable")
        return [seed, *[int(w) for w in order if w != seed][: self._along - 1]]

    def _met(self, best: Best) -> Floats:
        """Worker × person: 1 where they meet in the plan."""
        met: Floats = np.zeros((self._workers, self._d.person.shape[0]), dtype=np.float64)
        for r in np.flatnonzero(best.rounds[:, lay.R_LEN]).tolist():
            options = best.stop[r, : best.rounds[r, lay.R_LEN], 0]
            met[r // self._days, self._d.visit[self._d.option[options, lay.O_VISIT], lay.V_PERSON]] = 1
        return met
