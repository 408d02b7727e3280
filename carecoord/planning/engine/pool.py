"""
Good rounds met during a search, of all aides and days: the columns of the week master problem.

Each round is kept with what belongs to it alone: price, work, first and last minute, warnings.
What it shares with other rounds (hours of the contract, faces, rests) is for the model.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import Data, Ints, Log, Small, State

SLOTS_ALL = 80_000
"""Rounds kept of a whole solve; each takes 400 bytes."""

SLOTS_MIN, SLOTS_MAX = 20, 240
"""Rounds kept for one aide and day."""

# What is kept of a round: identity, price of the best plan it was part of, columns of `State.rounds`.
(L_KEY, L_WORTH, L_LEN, L_COST, L_WORK, L_FIRST, L_LAST, L_WARN, L_N) = range(9)


class Pool(NamedTuple):
    """
    Rounds met, by aide and day; that of the dearest plan makes room.

    Two rounds with the same visits in the same order are one, with the cheaper times, except
    for visits of a team and visits that others of the person might overlap: their start belongs
    to what the round is.

    Args:
        near: one number; rounds are kept of plans worse than the one before by at most this, -1 for none.
        used: round -> how many are kept.
        line: round × slot × L_ columns.
        stop: round × slot × position × (option, start).
        fixed: option -> 1 where its start belongs to the identity.
    """

    near: Ints
    used: Ints
    line: Ints
    stop: Small
    fixed: Ints


def empty_pool(d: Data) -> Pool:
    """Room for rounds, none kept."""
    rounds = max(1, d.worker.shape[0] * d.day.shape[0])
    slots = max(SLOTS_MIN, min(SLOTS_MAX, SLOTS_ALL // rounds))
    fixed = (d.visit[:, lay.V_TEAM] > 1) | (d.visit[:, lay.V_RIVALS] > 0)
    whose = np.minimum(d.option[:, lay.O_VISIT], max(0, fixed.shape[0] - 1))
    return Pool(
        near=np.full(1, -1, dtype=np.int64),
        used=np.zeros(rounds, dtype=np.int64),
        line=np.zeros((rounds, slots, L_N), dtype=np.int64),
        stop=np.zeros((rounds, slots, lay.STOPS_MAX, 2), dtype=np.int32),
        fixed=(fixed[whose] if fixed.shape[0] else np.zeros(len(whose), dtype=bool)).astype(np.int64),
    )


@njit
def collect(s: State, p: Pool, worth: int) -> None:
    """Keep every round of the current plan; of two rounds the one of less `worth` stays."""
    for r in range(s.rounds.shape[0]):
        keep_round(s, p, r, worth)


@njit
def collect_touched(s: State, g: Log, p: Pool, worth: int) -> None:
    """Keep the rounds that this iteration changed."""
    for k in range(s.total[lay.T_TOUCHED]):
        keep_round(s, p, g.touched[k], worth)


@njit
def keep_round(s: State, p: Pool, r: int, worth: int) -> None:
    """Keep one round if there is room or it is worth more than another; the cheaper times stay."""
    n = s.rounds[r, lay.R_LEN]
    if n == 0:
        return
    key = identity(s, p, r, n)
    slot = slot_of(p, r, key, worth)
    if slot < 0:
        return
    line = p.line[r, slot]
    same = line[L_KEY] == key
    line[L_WORTH] = min(line[L_WORTH], worth) if same else worth
    if same and line[L_COST] <= s.rounds[r, lay.R_COST]:
        return
    line[L_KEY] = key
    line[L_LEN] = n
    line[L_COST] = s.rounds[r, lay.R_COST]
    line[L_WORK] = s.rounds[r, lay.R_WORK]
    line[L_FIRST] = s.rounds[r, lay.R_FIRST]
    line[L_LAST] = s.rounds[r, lay.R_LAST]
    line[L_WARN] = s.rounds[r, lay.R_WARN]
    for i in range(n):
        p.stop[r, slot, i, 0] = s.stop[r, i, 0]
        p.stop[r, slot, i, 1] = s.stop[r, i, 1]


@njit
def identity(s: State, p: Pool, r: int, n: int) -> int:
    """A number that tells rounds of one aide and day apart; never 0."""
    key = n
    for i in range(n):
        o = s.stop[r, i, 0]
        key = key * 1_000_003 + o + 1
        if p.fixed[o]:
            key = key * 1_000_033 + s.stop[r, i, 1]
        key ^= key >> 29
    return key if key != 0 else 1


@njit
def slot_of(p: Pool, r: int, key: int, worth: int) -> int:
    """Where a round is kept or may be: a free slot, else that of the worst if that is worse; or -1."""
    worst, at = worth, -1
    for k in range(p.used[r]):
        line = p.line[r, k]
        if line[L_KEY] == key:
            return k
        if line[L_WORTH] > worst:
            worst, at = line[L_WORTH], k
    if p.used[r] < p.line.shape[1]:
        p.used[r] += 1
        p.line[r, p.used[r] - 1, L_KEY] = 0
        return p.used[r] - 1
    return at
