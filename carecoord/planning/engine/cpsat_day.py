"""
The best choice of rounds for one day, the other days as they are: set partitioning by CP-SAT.

Every column is a legal round of one aide, priced exactly with the rest of the week fixed,
so weekly rules and hours need no constraint here. What couples columns: a visit is made
once, an aide has one round, both aides of a team start together, visits to one person do
not overlap, and a person's ceiling of faces.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec
from ortools.sat.python import cp_model

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.columns import (
    APPRAISE,
    CLEAR,
    ENTER,
    OFFSET,
    Column,
    Pool,
    Stops,
    day_step,
    offer,
)
from carecoord.planning.engine.layout import Best, Data, Log, State
from carecoord.planning.engine.plan import rebuild, restore
from carecoord.planning.engine.search import keep_best

SCALE = lay.UNIT // 100
"""Prices in the model are hundredths of a cent."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """
    Limits of one day's model.

    Args:
        effort: deterministic time of CP-SAT, about seconds; the same on every machine.
        seconds: wall clock, where the budget has one.
    """

    effort: float = 3.0
    seconds: float | None = None


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a run that choosing a day reads and changes."""

    data: Data
    state: State
    log: Log
    best: Best


def choose_day(run: Search, pool: Pool, day: int, limits: Limits) -> bool:
    """
    Replace the rounds of a day by the best choice among those met; whether the best plan got better.

    Afterwards the current plan is the best one.
    """
    d, s = run.data, run.state
    restore(d, s, run.log, run.best)
    now: dict[int, Stops] = {}
    for r in range(day, s.rounds.shape[0], d.day.shape[0]):
        n = int(s.rounds[r, lay.R_LEN])
        if n:
            now[r] = tuple((int(o), int(at)) for o, at in s.stop[r, :n])
    day_step(d, s, run.log, day, CLEAR)
    columns = _columns(run, pool, now, day)
    chosen = _solve(_Model(d, s, columns), limits, now)
    if chosen is not None:
        entered = True
        for column in chosen:
            offer(s, column.stops)
            entered = entered and day_step(d, s, run.log, column.round, ENTER) == 1
        rebuild(d, s, run.log)
        old, new = run.best.total, s.total
        if entered and (new[lay.T_LEX], new[lay.T_SOFT]) < (old[lay.T_LEX], old[lay.T_SOFT]):
            keep_best(s, run.best)
            return True
    restore(d, s, run.log, run.best)
    return False


def _columns(run: Search, pool: Pool, now: dict[int, Stops], day: int) -> list[Column]:
    d, s, g = run.data, run.state, run.log
    free = set(s.bag[0, : s.total[lay.T_BAG]].tolist())
    visit = d.option[:, lay.O_VISIT]
    found = []
    for r in range(day, s.rounds.shape[0], d.day.shape[0]):
        kept = pool.rounds(r)
        for stops in [*kept, now[r]] if r in now else kept:
            if all(int(visit[o]) in free for o, _ in stops):
                offer(s, stops)
                cost = int(day_step(d, s, g, r, APPRAISE))
                if cost >= 0:
                    found.append(Column(r, stops, cost - OFFSET))
    return found


class _Model:
    """The set-partitioning model of one day."""

    def __init__(self, d: Data, s: State, columns: list[Column]) -> None:
        self.columns = columns
        self.model = cp_model.CpModel()
        self.take = [self.model.new_bool_var("") for _ in columns]
        self._visit = d.option[:, lay.O_VISIT]
        self._price: list[cp_model.LinearExprT] = [
            (c.cost // SCALE) * x for c, x in zip(columns, self.take, strict=True)
        ]
        by_round: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        self._at: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for c, x in zip(columns, self.take, strict=True):
            by_round[c.round].append(x)
            for option, at in c.stops:
                self._at[int(self._visit[option]), at].append(x)
        for xs in by_round.values():
            self.model.add_at_most_one(xs)
        self._once(d)
        self._faces(d, s)
        self.model.minimize(cp_model.LinearExpr.sum(self._price))

    def _once(self, d: Data) -> None:
        starts: dict[int, list[int]] = defaultdict(list)
        for v, at in self._at:
            starts[v].append(at)
        alone: dict[int, dict[int, cp_model.IntVar]] = {}
        for v, here in starts.items():
            left = self.model.new_bool_var("")
            self._price.append(int(d.visit[v, lay.V_PENALTY]) // SCALE * left)
            if d.visit[v, lay.V_TEAM] == 1 and d.visit[v, lay.V_RIVALS] == 0:
                self.model.add_exactly_one([left, *(x for at in here for x in self._at[v, at])])
                continue
            alone[v] = {at: self.model.new_bool_var("") for at in here}
            for at, y in alone[v].items():
                self.model.add(sum(self._at[v, at]) == int(d.visit[v, lay.V_TEAM]) * y)
            self.model.add_exactly_one([left, *alone[v].values()])
        self._apart(d, alone)

    def _apart(self, d: Data, starts: dict[int, dict[int, cp_model.IntVar]]) -> None:
        """Visits to one person do not overlap in time."""
        for v, mine in starts.items():
            for u in d.rival[v, : d.visit[v, lay.V_RIVALS]].tolist():
                if u <= v or u not in starts:
                    continue
                for a, x in mine.items():
                    for b, y in starts[u].items():
                        if a < b + d.visit[u, lay.V_DURATION] and b < a + d.visit[v, lay.V_DURATION]:
                            self.model.add_at_most_one([x, y])

    def _faces(self, d: Data, s: State) -> None:
        """A person's distinct aides above the ceiling, those of the other days included."""
        days, workers = d.day.shape[0], d.worker.shape[0]
        fresh: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for c, x in zip(self.columns, self.take, strict=True):
            w = c.round // days
            for p in {int(d.visit[self._visit[o], lay.V_PERSON]) for o, _ in c.stops}:
                if s.seen[w, p] == 0:
                    fresh[p].append(x)
        price = int(d.price[lay.C_EXCESS]) // SCALE
        for p, xs in fresh.items():
            room = int(d.person[p, lay.P_FACES]) - int(s.seen[workers, p])
            if room >= len(xs) or price == 0:
                continue
            excess = self.model.new_int_var(0, len(xs), "")
            self.model.add(excess >= sum(xs) - max(room, 0))
            self._price.append(price * excess)


def _solve(built: _Model, limits: Limits, now: dict[int, Stops]) -> list[Column] | None:
    for c, x in zip(built.columns, built.take, strict=True):
        built.model.add_hint(x, now.get(c.round) == c.stops)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = limits.effort
    if limits.seconds is not None:
        solver.parameters.max_time_in_seconds = limits.seconds
    status = solver.solve(built.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [c for c, x in zip(built.columns, built.take, strict=True) if solver.boolean_value(x)]
