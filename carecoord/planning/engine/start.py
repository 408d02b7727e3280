"""
Taking up a plan made elsewhere: by hand, by an earlier solve, for an older problem.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.columns import DROP, ENTER, day_step, offer, on_duty
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.insertion import aim, placed, put, scan
from carecoord.planning.engine.layout import Data, Ints, Log, State
from carecoord.planning.engine.ledger import begin, load_cost, stale, team_wish, touch
from carecoord.planning.engine.plan import Stopped, rebuild
from carecoord.planning.engine.rounds import drop_from, gather, price, price_timed, settle, store
from carecoord.planning.engine.weekly import may_work, week_allows


@njit
def adopt_stop(d: Data, s: State, g: Log, v: int, first: int, second: int, start: int) -> bool:
    """Place one visit with the aides and near the start given, if that is legal; `second` may be -1."""
    days = d.day.shape[0]
    begin(s, g)
    for o in range(d.visit[v, lay.V_FIRST], d.visit[v, lay.V_LAST]):
        if start < d.option[o, lay.O_EARLY] or start > d.option[o, lay.O_LATE]:
            continue
        day = d.option[o, lay.O_DAY]
        for c in (s.cand[0], s.cand[1]):
            aim(d, c, o, 0)
            c[lay.K_DELTA] = lay.TOP
            c[lay.K_EARLY] = start
            c[lay.K_LATE] = start
        scan(d, s, first * days + day, s.cand[0])
        if s.cand[0][lay.K_DELTA] >= lay.TOP:
            continue
        if second < 0:
            put(d, s, g, s.cand[0])
            placed(d, s, g, s.cand[0], -1, start)
            return True
        scan(d, s, second * days + day, s.cand[1])
        if s.cand[1][lay.K_DELTA] >= lay.TOP:
            continue
        put(d, s, g, s.cand[0])
        if put(d, s, g, s.cand[1]) < 0:
            drop_from(d, s, g, s.cand[0, lay.K_ROUND], v)
            settle(d, s, g)
            return False
        placed(d, s, g, s.cand[0], s.cand[1][lay.K_ROUND], start)
        s.total[lay.T_SOFT] += team_wish(d, o, start)
        return True
    return False


@njit
def take_round(d: Data, s: State, r: int, n: int) -> bool:
    """Make the empty round `r` the stops in `trial` at the times given; False where that is not legal."""
    days = d.day.shape[0]
    w, day = r // days, r % days
    if n == 0 or n > lay.STOPS_MAX - 1 or not may_work(d, s, w, day):
        return False
    for i in range(n):
        s.stop[r, i, 0] = s.trial[i, lay.B_OPTION]
        s.stop[r, i, 1] = s.trial[i, lay.B_AT]
    s.rounds[r, lay.R_LEN] = n
    stale(s, r)
    gather(d, s, r)
    s.rounds[r, lay.R_LEN] = 0
    line, ready = s.line[r], -lay.BIG
    for i in range(n):
        at = s.stop[r, i, 1]
        line[i, lay.B_AT] = at
        soon = max(line[i, lay.B_EARLY], ready + line[i, lay.B_TRAVEL])
        if not soon <= at <= line[i, lay.B_LATE] or not on_duty(d, w, day, at, at + line[i, lay.B_DURATION]):
            return False
        ready = at + line[i, lay.B_DURATION]
    if not price_timed(d, s, r, line, n) or not week_allows(d, s, r, s.out):
        return False
    store(d, s, r, line, n)
    seat_all(d, s, r, n)
    return True


@njit
def seat_all(d: Data, s: State, r: int, n: int) -> None:
    """Write down that the visits of round `r` are there; the counts are left to `rebuild`."""
    for i in range(n):
        o = s.stop[r, i, 0]
        v = d.option[o, lay.O_VISIT]
        seat = lay.S_ROUND if s.place[v, lay.S_ROUND] < 0 else lay.S_ROUND2
        s.place[v, seat] = r
        s.place[v, lay.S_OPTION] = o


@njit
def retime(d: Data, s: State, g: Log) -> None:
    """Time each round anew where that is cheaper."""
    begin(s, g)
    for r in range(s.rounds.shape[0]):
        n = s.rounds[r, lay.R_LEN]
        if n == 0:
            continue
        gather(d, s, r)
        if not price(d, s, r, s.line[r], n) or not week_allows(d, s, r, s.out):
            continue
        w = r // d.day.shape[0]
        more = load_cost(d, w, s.work[w, 0] - s.rounds[r, lay.R_WORK] + s.out[lay.E_WORK])
        if s.out[lay.E_COST] + more < s.rounds[r, lay.R_COST] + load_cost(d, w, s.work[w, 0]):
            touch(s, g, r)
            store(d, s, r, s.line[r], n)
    begin(s, g)


def adopt(d: Data, s: State, g: Log, stops: list[Stopped]) -> int:
    """
    Take up a plan: whole rounds as they are where they are legal, else visit by visit; gives how many visits.

    Times move only where the round as timed by the engine is cheaper. A plan that disturbs
    more people than allowed gives up visits of those who lose least.
    """
    usable = _usable(d, stops)
    by_round: dict[int, list[Stopped]] = {}
    for stop in usable:
        by_round.setdefault(stop.worker * d.day.shape[0] + stop.day, []).append(stop)
    for r, here in sorted(by_round.items()):
        offer(s, tuple((_option(d, stop), stop.start_s) for stop in here))
        if not take_round(d, s, r, len(here)):
            day_step(d, s, g, r, ENTER)
    rebuild(d, s, g)
    team = d.visit[:, lay.V_TEAM] > 1
    half = team & (s.place[:, lay.S_ROUND] >= 0) & (s.place[:, lay.S_ROUND2] < 0)
    _drop(d, s, g, np.flatnonzero(half).tolist())
    _within_budget(d, s, g)
    seats: dict[int, list[Stopped]] = {}
    for stop in usable:
        if s.place[stop.visit, lay.S_OPTION] < 0:
            seats.setdefault(stop.visit, []).append(stop)
    for visit, aides in seats.items():
        second = aides[1].worker if len(aides) > 1 else -1
        adopt_stop(d, s, g, visit, aides[0].worker, second, aides[0].start_s)
    retime(d, s, g)
    return int((s.place[:, lay.S_OPTION] >= 0).sum())


def _within_budget(d: Data, s: State, g: Log) -> None:
    """`disturbance_budget`: put off whoever may not be disturbed, those first whose visits weigh least."""
    while s.total[lay.T_OFF] > d.price[lay.C_PEOPLE]:
        off = np.flatnonzero(s.place[:, lay.S_OFF])
        person = d.visit[off, lay.V_PERSON]
        weight: npt.NDArray[np.float64] = np.bincount(person, weights=d.visit[off, lay.V_LEX])
        weight[weight == 0] = np.inf
        _drop(d, s, g, off[person == int(np.argmin(weight))].tolist())
        rebuild(d, s, g)


def _drop(d: Data, s: State, g: Log, visits: list[int]) -> None:
    """Take visits out; a round that loses its legality with one gives up all, so some may be out already."""
    for visit in visits:
        if s.place[visit, lay.S_OPTION] >= 0:
            day_step(d, s, g, visit, DROP)


def _usable(d: Data, stops: list[Stopped]) -> list[Stopped]:
    """Stops in order of time whose visits have the right aides and start, clear of the person's others."""
    seats: dict[int, list[Stopped]] = {}
    for stop in sorted(stops, key=lambda x: (x.start_s, x.worker, x.visit)):
        seats.setdefault(stop.visit, []).append(stop)
    busy: dict[int, int] = {}
    kept = []
    for visit, here in seats.items():
        person, length = int(d.visit[visit, lay.V_PERSON]), int(d.visit[visit, lay.V_DURATION])
        whole = len(here) == d.visit[visit, lay.V_TEAM] and len({x.worker for x in here}) == len(here)
        together = len({(x.day, x.start_s) for x in here}) == 1
        allowed = all(d.compat[visit, x.worker] > 0 and _option(d, x) >= 0 for x in here)
        clear = busy.get(person, -lay.BIG) <= here[0].start_s
        if whole and together and allowed and clear and _demanded(d, visit, here):
            busy[person] = here[0].start_s + length
            kept += here
    return kept


def _option(d: Data, stop: Stopped) -> int:
    for o in range(d.visit[stop.visit, lay.V_FIRST], d.visit[stop.visit, lay.V_LAST]):
        fits = d.option[o, lay.O_EARLY] <= stop.start_s <= d.option[o, lay.O_LATE]
        if fits and d.option[o, lay.O_DAY] == stop.day:
            return o
    return -1


def _demanded(d: Data, visit: int, here: list[Stopped]) -> bool:
    demanded: Ints = np.flatnonzero(d.compat[visit] & 4)
    return len(demanded) == d.visit[visit, lay.V_NEED] and set(demanded.tolist()) <= {x.worker for x in here}
