"""
Taking up a plan made elsewhere: by hand, by an earlier solve, for an older problem.
"""

from __future__ import annotations

import numpy as np

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.columns import DROP, ENTER, day_step, offer
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.insertion import aim, placed, put, scan
from carecoord.planning.engine.layout import Data, Ints, Log, State
from carecoord.planning.engine.ledger import begin
from carecoord.planning.engine.plan import Stopped, rebuild
from carecoord.planning.engine.rounds import drop_from, settle


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
        wish = d.option[o, lay.O_WISH]
        if wish >= 0:
            s.total[lay.T_SOFT] += abs(start - wish) * d.worker[0, lay.W_C_WISH]
        return True
    return False


def adopt(d: Data, s: State, g: Log, stops: list[Stopped]) -> int:
    """
    Take up a plan: whole rounds where they are legal, else visit by visit; gives how many visits.

    Times move only where the round as timed by the engine is cheaper.
    """
    usable = _usable(d, stops)
    by_round: dict[int, list[Stopped]] = {}
    for stop in usable:
        by_round.setdefault(stop.worker * d.day.shape[0] + stop.day, []).append(stop)
    for r, here in sorted(by_round.items()):
        chosen = tuple((_option(d, stop), stop.start_s) for stop in here)
        offer(s, chosen)
        day_step(d, s, g, r, ENTER)
    rebuild(d, s, g)
    team = d.visit[:, lay.V_TEAM] > 1
    half = team & (s.place[:, lay.S_ROUND] >= 0) & (s.place[:, lay.S_ROUND2] < 0)
    for lonely in np.flatnonzero(half).tolist():
        day_step(d, s, g, lonely, DROP)
    seats: dict[int, list[Stopped]] = {}
    for stop in usable:
        if s.place[stop.visit, lay.S_OPTION] < 0:
            seats.setdefault(stop.visit, []).append(stop)
    for visit, aides in seats.items():
        second = aides[1].worker if len(aides) > 1 else -1
        adopt_stop(d, s, g, visit, aides[0].worker, second, aides[0].start_s)
    return int((s.place[:, lay.S_OPTION] >= 0).sum())


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
