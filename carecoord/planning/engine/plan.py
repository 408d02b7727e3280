"""
Plans in memory: an empty one, a given one, a copy of the best, and what they say.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import Best, Data, Ints, Small, State
from carecoord.planning.engine.random_numbers import seeded
from carecoord.planning.engine.rounds import begin, load_cost, meet


class Stopped(NamedTuple):
    """One aide at one visit in an engine plan: indices and start time."""

    worker: int
    day: int
    visit: int
    start_s: int


def empty_state(d: Data, seed: int) -> State:
    """A plan with every visit without a place."""
    workers, days, visits = d.worker.shape[0], d.day.shape[0], d.visit.shape[0]
    rounds, weeks = workers * days, d.cap.shape[1]

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    def small(*shape: int) -> Small:
        return np.zeros(shape, dtype=np.int32)

    state = State(
        seq=small(rounds, lay.STOPS_MAX),
        at=ints(rounds, lay.STOPS_MAX),
        rounds=ints(rounds, lay.R_N),
        place=ints(visits, lay.S_N),
        work=ints(workers, 1 + weeks),
        count=small(workers, d.person.shape[0]),
        faces=small(d.person.shape[0]),
        total=ints(lay.T_N),
        bag=ints(visits + 1),
        slot=ints(visits),
        touched=ints(rounds),
        mark=ints(rounds),
        old_seq=small(rounds, lay.STOPS_MAX),
        old_at=ints(rounds, lay.STOPS_MAX),
        old_rounds=ints(rounds, lay.R_N),
        changed=ints(4 * visits + 4),
        old_place=ints(4 * visits + 4, lay.S_N),
        base=ints(lay.STOPS_MAX + 2, lay.B_N),
        trial=ints(lay.STOPS_MAX + 2, lay.B_N),
        out=ints(lay.E_N),
        cand=ints(lay.K_N),
        cand2=ints(lay.K_N),
        rng=seeded(seed),
    )
    state.place[:, :3] = -1
    rebuild(d, state)
    return state


def empty_best(s: State) -> Best:
    """Room for the best plan, filled with the current one."""
    visits = s.place.shape[0]
    return Best(
        total=s.total.copy(),
        rounds=s.rounds.copy(),
        seq=s.seq.copy(),
        at=s.at.copy(),
        place=s.place.copy(),
        order=np.zeros(visits + 1, dtype=np.int64),
        key=np.zeros(visits + 1, dtype=np.int64),
    )


@njit
def rebuild(d: Data, s: State) -> None:
    """Recompute everything that follows from orders, times and round lines: counts, hours, totals."""
    days = d.day.shape[0]
    s.mark[:] = 0
    s.total[:] = 0
    s.work[:] = 0
    s.count[:] = 0
    s.faces[:] = 0
    s.slot[:] = -1
    soft = 0
    for v in range(d.visit.shape[0]):
        o = s.place[v, lay.S_OPTION]
        if o < 0:
            s.slot[v] = s.total[lay.T_BAG]
            s.bag[s.total[lay.T_BAG]] = v
            s.total[lay.T_BAG] += 1
            s.total[lay.T_PENALTY] += d.visit[v, lay.V_PENALTY]
            s.total[lay.T_LEX] += d.visit[v, lay.V_LEX]
            continue
        for seat in (lay.S_ROUND, lay.S_ROUND2):
            if s.place[v, seat] >= 0:
                w = s.place[v, seat] // days
                meet(d, s, v, w, 1)
                soft += d.price[lay.C_UNWANTED] if d.compat[v, w] & 2 else 0
        if s.place[v, lay.S_ROUND2] >= 0 and d.option[o, lay.O_WISH] >= 0:
            away = abs(s.place[v, lay.S_START] - d.option[o, lay.O_WISH])
            soft += away * d.worker[0, lay.W_C_WISH]
    for w in range(d.worker.shape[0]):
        for day in range(days):
            line = s.rounds[w * days + day]
            s.work[w, 0] += line[lay.R_WORK]
            s.work[w, 1 + d.day[day, lay.D_WEEK]] += line[lay.R_WORK]
            soft += line[lay.R_COST]
        soft += load_cost(d, w, s.work[w, 0])
        for p in range(d.person.shape[0]):
            if s.count[w, p] > 0 and d.known[w, p] == 0:
                soft += d.price[lay.C_NEW_FACE]
    for p in range(d.person.shape[0]):
        soft += max(0, s.faces[p] - d.person[p, lay.P_FACES]) * d.price[lay.C_EXCESS]
    s.total[lay.T_SOFT] = soft


def restore(d: Data, s: State, best: Best) -> None:
    """Make the best plan the current one."""
    begin(s)
    s.rounds[:] = best.rounds
    s.seq[:] = best.seq
    s.at[:] = best.at
    s.place[:] = best.place
    rebuild(d, s)


def stops_of(d: Data, best: Best) -> list[Stopped]:
    """What a plan says, by worker, day and time."""
    days = d.day.shape[0]
    found = []
    for r in range(best.rounds.shape[0]):
        for i in range(int(best.rounds[r, lay.R_LEN])):
            visit = int(d.option[best.seq[r, i], lay.O_VISIT])
            found.append(Stopped(r // days, r % days, visit, int(best.at[r, i])))
    return found
