"""
Entering whole rounds into a plan, timed anew; `start.take_round` keeps their times.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Sequence

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import Data, Log, State
from carecoord.planning.engine.ledger import begin, stale
from carecoord.planning.engine.rounds import gather, price, settle, store, unplace
from carecoord.planning.engine.weekly import may_work, week_allows


@njit
def write_round(d: Data, s: State, r: int, n: int) -> bool:
    """
    Make the empty round `r` the stops in `trial` (option, start), timed anew; False if that is not legal.

    The round is left as it would be, but not counted anywhere: see `enter`.
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


ENTER, DROP = 0, 1


@njit
def day_step(d: Data, s: State, g: Log, r: int, what: int) -> int:
    """
    Two steps behind one door, so that they are compiled once.

    Args:
        r: a round; for DROP a visit that is placed.
        what: ENTER what `offer` laid down, or DROP.
    """
    if what == DROP:
        begin(s, g)
        unplace(d, s, g, r)
        settle(d, s, g)
        return 0
    return 1 if enter(d, s, r, s.cand[0, lay.K_POSITION]) else 0


def offer(s: State, stops: Sequence[tuple[int, int]]) -> None:
    """Lay the stops of a column down for `day_step`."""
    s.cand[0, lay.K_POSITION] = len(stops)
    for i, (option, at) in enumerate(stops):
        s.trial[i, lay.B_OPTION] = option
        s.trial[i, lay.B_AT] = at
