"""
Rounds met during a search, kept as columns for the exact choice of a day.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import Data, Log, State
from carecoord.planning.engine.ledger import begin, load_cost, meet, pair_cost, stale
from carecoord.planning.engine.rounds import gather, price, settle, store, unplace
from carecoord.planning.engine.weekly import may_work, week_allows

OFFSET = 1 << 50
"""Added to prices of columns, so that -1 may stand for "not legal"."""

PER_ROUND = 200
"""Columns kept for each aide and day; the least recently met goes first."""

Stops = tuple[tuple[int, int], ...]
"""Option and start of each stop, in order."""


class Column(NamedTuple):
    """One round of the day in question, priced with the rest of the plan as it is."""

    round: int
    stops: Stops
    cost: int


class Pool:
    """
    Rounds met, by aide and day.

    Two rounds with the same visits in the same order are one, with the latest times, except
    for visits of a team, whose start belongs to what the round is.
    """

    def __init__(self, d: Data) -> None:
        self._d = d
        self._kept: list[dict[tuple[int, ...], Stops]] = [
            {} for _ in range(d.worker.shape[0] * d.day.shape[0])
        ]
        self._fixed = (d.visit[:, lay.V_TEAM] > 1) | (d.visit[:, lay.V_RIVALS] > 0)

    def add(self, s: State) -> None:
        """Keep every round of a plan."""
        visit = self._d.option[:, lay.O_VISIT]
        lengths = s.rounds[:, lay.R_LEN].tolist()
        for r, n in enumerate(lengths):
            if n == 0:
                continue
            stops = tuple((o, at) for o, at in s.stop[r, :n].tolist())
            key = tuple(o if not self._fixed[visit[o]] else (at << 20) + o for o, at in stops)
            kept = self._kept[r]
            kept.pop(key, None)
            kept[key] = stops
            if len(kept) > PER_ROUND:
                del kept[next(iter(kept))]

    def rounds(self, r: int) -> list[Stops]:
        """What is kept for one aide and day."""
        return list(self._kept[r].values())


@njit
def write_round(d: Data, s: State, r: int, n: int) -> bool:
    """
    Make the empty round `r` the stops in `trial` (option, start), timed anew; False if that is not legal.

    The round is left as it would be, but not counted anywhere: see `appraise` and `enter`.
    """
    days = d.day.shape[0]
    w, day = r // days, r % days
    if not may_work(d, s, w, day):
        return False
    for i in range(n):
        s.stop[r, i, 0] = s.trial[i, lay.B_OPTION]
        s.stop[r, i, 1] = s.trial[i, lay.B_AT]
    s.rounds[r, lay.R_LEN] = n
    stale(s, r)
    gather(d, s, r)
    s.rounds[r, lay.R_LEN] = 0
    for i in range(n):
        v = d.option[s.line[r, i, lay.B_OPTION], lay.O_VISIT]
        if not on_duty(d, w, day, s.stop[r, i, 1], s.stop[r, i, 1] + d.visit[v, lay.V_DURATION]):
            return False
        if d.visit[v, lay.V_RIVALS] > 0:
            s.line[r, i, lay.B_EARLY] = s.line[r, i, lay.B_LATE] = s.stop[r, i, 1]
    return price(d, s, r, s.line[r], n) and week_allows(d, s, r, s.out)


@njit
def on_duty(d: Data, w: int, day: int, start: int, end: int) -> bool:
    """Whether a stop lies wholly inside one shift (`availability`)."""
    for k in range(d.shift[w, day, 0]):
        if d.shift[w, day, 1 + 2 * k] <= start and end <= d.shift[w, day, 2 + 2 * k]:
            return True
    return False


@njit
def appraise(d: Data, s: State, r: int, n: int) -> int:
    """Price of the empty round `r` becoming the stops in `trial`; -1 where that is not legal."""
    if not write_round(d, s, r, n):
        return -1
    w = r // d.day.shape[0]
    cost = s.out[lay.E_COST] - load_cost(d, w, s.work[w, 0])
    cost += load_cost(d, w, s.work[w, 0] + s.out[lay.E_WORK])
    excess = d.price[lay.C_EXCESS]
    for i in range(n):
        v = d.option[s.trial[i, lay.B_OPTION], lay.O_VISIT]
        cost += pair_cost(d, s, v, w)
        p = d.visit[v, lay.V_PERSON]
        if s.seen[w, p] == 0 and s.seen[d.worker.shape[0], p] >= d.person[p, lay.P_FACES]:
            cost -= excess  # counted by the model, which sees all rounds of the day
        meet(d, s, v, w, 1)
    for i in range(n):
        meet(d, s, d.option[s.trial[i, lay.B_OPTION], lay.O_VISIT], w, -1)
    # Filling a contract may make a round worth more than it costs.
    return cost + OFFSET


@njit
def enter(d: Data, s: State, r: int, n: int) -> bool:
    """Make the empty round `r` the stops in `trial`; False, and nothing done, where that is not legal."""
    if not write_round(d, s, r, n):
        return False
    store(d, s, r, s.line[r], n)
    for i in range(n):
        o = s.stop[r, i, 0]
        v = d.option[o, lay.O_VISIT]
        seat = lay.S_ROUND if s.place[v, lay.S_ROUND] < 0 else lay.S_ROUND2
        s.place[v, seat] = r
        s.place[v, lay.S_OPTION] = o
    return True


@njit
def clear_day(d: Data, s: State, g: Log, day: int) -> None:
    """Take every visit of a day out of the plan."""
    begin(s, g)
    for w in range(d.worker.shape[0]):
        r = w * d.day.shape[0] + day
        while s.rounds[r, lay.R_LEN] > 0:
            unplace(d, s, g, d.option[s.stop[r, s.rounds[r, lay.R_LEN] - 1, 0], lay.O_VISIT])
    settle(d, s, g)


CLEAR, APPRAISE, ENTER, DROP = 0, 1, 2, 3


@njit
def day_step(d: Data, s: State, g: Log, r: int, what: int) -> int:
    """
    The steps above behind one door, so that they are compiled once.

    Args:
        r: a round; for CLEAR a day, for DROP a visit that is placed.
        what: CLEAR, APPRAISE, ENTER (both of what `offer` laid down) or DROP.
    """
    if what == CLEAR:
        clear_day(d, s, g, r)
        return 0
    if what == DROP:
        begin(s, g)
        unplace(d, s, g, r)
        settle(d, s, g)
        return 0
    n = s.cand[0, lay.K_POSITION]
    if what == APPRAISE:
        return appraise(d, s, r, n)
    return 1 if enter(d, s, r, n) else 0


def offer(s: State, stops: Stops) -> None:
    """Lay the stops of a column down for `day_step`."""
    s.cand[0, lay.K_POSITION] = len(stops)
    for i, (option, at) in enumerate(stops):
        s.trial[i, lay.B_OPTION] = option
        s.trial[i, lay.B_AT] = at
