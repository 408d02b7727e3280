"""
Taking up a plan made elsewhere: by hand, by an earlier solve, for an older problem.
"""

from __future__ import annotations

import numpy as np

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.insertion import aim, placed, put, scan
from carecoord.planning.engine.layout import Data, Ints, Log, State
from carecoord.planning.engine.plan import Stopped
from carecoord.planning.engine.rounds import begin


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
        put(d, s, g, s.cand[1])
        placed(d, s, g, s.cand[0], s.cand[1][lay.K_ROUND], start)
        wish = d.option[o, lay.O_WISH]
        if wish >= 0:
            s.total[lay.T_SOFT] += abs(start - wish) * d.worker[0, lay.W_C_WISH]
        return True
    return False


def adopt(d: Data, s: State, g: Log, stops: list[Stopped]) -> int:
    """
    Place the visits of a plan where it has them, leaving out what is not legal here; gives how many.

    Times move only where the round as timed by the engine is cheaper.
    """
    seats: dict[int, list[Stopped]] = {}
    for stop in sorted(stops, key=lambda x: (x.start_s, x.worker, x.visit)):
        seats.setdefault(stop.visit, []).append(stop)
    taken = 0
    for visit, here in seats.items():
        if len(here) != d.visit[visit, lay.V_TEAM] or len({x.worker for x in here}) != len(here):
            continue
        if any(d.compat[visit, x.worker] == 0 for x in here) or not _demanded(d, visit, here):
            continue
        second = here[1].worker if len(here) > 1 else -1
        taken += adopt_stop(d, s, g, visit, here[0].worker, second, here[0].start_s)
    return taken


def _demanded(d: Data, visit: int, here: list[Stopped]) -> bool:
    demanded: Ints = np.flatnonzero(d.compat[visit] & 4)
    return len(demanded) == d.visit[visit, lay.V_NEED] and set(demanded.tolist()) <= {x.worker for x in here}
