"""
Plans in memory: an empty one, a given one, a copy of the best, and what they say.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import Best, Data, Ints, Log, State
from carecoord.planning.engine.ledger import begin, budgeted, load_cost, meet, recheck, team_wish, wish_cost
from carecoord.planning.engine.random_numbers import seeded

OVER_BUDGET = 1 << 58
"""Weight of disturbing more people than allowed: more than all visits left out."""


class Stopped(NamedTuple):
    """One aide at one visit in an engine plan: indices and start time."""

    worker: int
    day: int
    visit: int
    start_s: int


def empty_state(d: Data, seed: int) -> State:
    """A plan with every visit without a place."""
    workers, days, visits = d.worker.shape[0], d.day.shape[0], d.visit.shape[0]
    rounds, weeks = workers * days, d.cap.shape[2]

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    state = State(
        stop=ints(rounds, lay.STOPS_MAX, 2),
        rounds=ints(rounds, lay.R_N),
        place=ints(visits, lay.S_N),
        work=ints(workers, 1 + weeks),
        seen=ints(workers + 2, d.person.shape[0]),
        total=ints(lay.T_N),
        bag=ints(2, visits + 1),
        line=ints(rounds, lay.STOPS_MAX, lay.B_N),
        info=ints(rounds, lay.I_N),
        trial=ints(lay.STOPS_MAX + 2, lay.B_N),
        out=ints(lay.E_N),
        cand=ints(4, lay.K_N),
        rng=seeded(seed),
    )
    state.place[:, :3] = -1
    rebuild(d, state, empty_log(state))
    return state


def empty_log(s: State) -> Log:
    """Room for the changes of one iteration."""
    rounds, visits = s.rounds.shape[0], s.place.shape[0]
    return Log(
        touched=np.zeros(rounds, dtype=np.int64),
        mark=np.zeros(rounds, dtype=np.int64),
        stop=np.zeros_like(s.stop),
        rounds=np.zeros_like(s.rounds),
        changed=np.zeros(4 * visits + 4, dtype=np.int64),
        place=np.zeros((4 * visits + 4, lay.S_N), dtype=np.int64),
    )


def empty_best(s: State) -> Best:
    """Room for the best plan, filled with the current one."""
    visits = s.place.shape[0]
    return Best(
        total=s.total.copy(),
        rounds=s.rounds.copy(),
        stop=s.stop.copy(),
        place=s.place.copy(),
        order=np.zeros(visits + 1, dtype=np.int64),
        key=np.zeros(visits + 1, dtype=np.int64),
    )


def rebuild(d: Data, s: State, g: Log) -> None:
    """Recompute everything that follows from orders, times and round lines: counts, hours, totals."""
    begin(s, g)  # before the totals are emptied: they say which rounds are marked
    s.info[:] = 0
    s.total[:] = 0
    s.work[:] = 0
    s.seen[:] = 0
    s.place[:, lay.S_OFF] = 0
    s.bag[1, :] = -1
    recount(d, s)


@njit
def recount(d: Data, s: State) -> None:  # noqa: C901 (one loop for each term)
    """The loops of `rebuild`, on tables already emptied."""
    days = d.day.shape[0]
    soft = 0
    for v in range(d.visit.shape[0]):
        o = s.place[v, lay.S_OPTION]
        if o < 0:
            s.bag[1, v] = s.total[lay.T_BAG]
            s.bag[0, s.total[lay.T_BAG]] = v
            s.total[lay.T_BAG] += 1
            s.total[lay.T_PENALTY] += d.visit[v, lay.V_PENALTY]
            s.total[lay.T_LEX] += d.visit[v, lay.V_LEX]
            continue
        for seat in (lay.S_ROUND, lay.S_ROUND2):
            if s.place[v, seat] >= 0:
                w = s.place[v, seat] // days
                meet(d, s, v, w, 1)
                soft += wish_cost(d, v, w)
        if s.place[v, lay.S_ROUND2] >= 0:
            soft += team_wish(d, o, s.place[v, lay.S_START])
        if budgeted(d):
            recheck(d, s, v)
    for w in range(d.worker.shape[0]):
        for day in range(days):
            line = s.rounds[w * days + day]
            s.work[w, 0] += line[lay.R_WORK]
            s.work[w, 1 + d.day[day, lay.D_WEEK]] += line[lay.R_WORK]
            soft += line[lay.R_COST]
        soft += load_cost(d, w, s.work[w, 0])
        for p in range(d.person.shape[0]):
            if s.seen[w, p] > 0 and d.known[w, p] == 0:
                soft += d.price[lay.C_NEW_FACE]
    for p in range(d.person.shape[0]):
        soft += max(0, s.seen[d.worker.shape[0], p] - d.person[p, lay.P_FACES]) * d.price[lay.C_EXCESS]
    s.total[lay.T_SOFT] = soft
    if s.total[lay.T_OFF] > d.price[lay.C_PEOPLE]:
        # worse than any plan within the budget, whoever compares them
        s.total[lay.T_LEX] += OVER_BUDGET


def restore(d: Data, s: State, g: Log, best: Best) -> None:
    """Make the best plan the current one."""
    s.rounds[:] = best.rounds
    s.stop[:] = best.stop
    s.place[:] = best.place
    rebuild(d, s, g)


def stops_of(d: Data, best: Best) -> list[Stopped]:
    """What a plan says, by worker, day and time."""
    days = d.day.shape[0]
    found = []
    for r in range(best.rounds.shape[0]):
        for i in range(int(best.rounds[r, lay.R_LEN])):
            visit = int(d.option[best.stop[r, i, 0], lay.O_VISIT])
            found.append(Stopped(r // days, r % days, visit, int(best.stop[r, i, 1])))
    return found
