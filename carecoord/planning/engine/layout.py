"""
How a planning problem and a plan lie in memory for the compiled search.

Everything is 64-bit integers in a few two-dimensional tables, because compiled functions
take each table as a dozen machine words: few tables, named columns. Times are elapsed
seconds. Costs are in units of 1/18000 cent, in which cents an hour and cents a kilometre
are both whole numbers, so that no rounding ever builds up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.int8]

TOP = 1 << 60
"""Worse than any price."""

UNIT = 18_000
"""Cost units in a cent."""

BIG = 1 << 40
"""Stands for "no limit" and "no time"; sums of many still fit in 64 bits."""

STOPS_MAX = 40
"""Longest round; forty 15-minute visits fill the longest legal day."""

PAST_DAYS, PAST_SUNDAYS = 14, 8

RANKS = 3
"""Greatest V_RANK: 0 fixed by hand in full, 1 vital, 2 important, 3 comfort."""

# Options: one line for each way to place a visit on a day.
# O_TOLD: start that the person was told, where it lies on this day; NOT_TOLD; OTHER_DAY.
O_VISIT, O_DAY, O_EARLY, O_LATE, O_WISH, O_TOLD, O_N = range(7)
NOT_TOLD, OTHER_DAY = -1, -2
DAY_S = 86_400
MINUTE_S = 60

# Visits.
(
    V_PERSON, V_PLACE, V_DURATION, V_TEAM, V_LEX, V_PENALTY, V_FIRST, V_LAST, V_NEED, V_CHOICES, V_RIVALS,
    V_TOLD, V_RANK, V_EXCESS, V_N,
) = range(15)  # fmt: skip

# Workers: where they travel, then the rules of their employer with None as BIG.
(
    W_MODE, W_START, W_END, W_TARGET, W_FAIR, W_DAY_MAX, W_SPAN, W_SPAN_HARD, W_SPAN_DAYS, W_SPAN_FRAIL,
    W_REST, W_WEEK_REST, W_OVER_BORDER, W_IN_A_ROW, W_FORTNIGHT, W_FORTNIGHT_POS, W_BREAK_AFTER,
    W_BREAK_MIN, W_MEAL, W_MEAL_FROM, W_MEAL_TO,
    W_PAID_WAIT, W_SPLIT_MIN, W_SPLITS, W_LONG_SPLITS, W_SHORT_SPLIT, W_SPLIT_TOTAL, W_SPLIT_DAYS, W_DAY_MIN,
    W_SUNDAYS, W_SUNDAY_WINDOW, W_MONTH_SUNDAYS, W_HOLIDAYS, W_COMMUTE_WORK, W_PAST_END,
    W_PAST_SPANS, W_PAST_SPLIT_DAYS, W_PAST_HOLIDAY, W_C_TRAVEL, W_C_KM, W_C_COMMUTE, W_C_WISH, W_C_SPLIT,
    W_C_WARN, W_C_TOLD, W_C_LACK, W_HOURS,
) = range(47)  # fmt: skip
# From W_HOURS on: travel to planned travel in thousandths, by hour of departure (`robust.py`).
W_N = W_HOURS + 24

# Days.
(
    D_START, D_END, D_WEEK, D_WEEK_START, D_WEEK_END, D_WEEK_BEFORE, D_MONTH, D_SUNDAY, D_HOLIDAY, D_N,
) = range(10)  # fmt: skip

# Persons.
P_FACES, P_FRAIL, P_N = range(3)

# Prices that are not read by the evaluation of one round.
# C_PEOPLE: how many may be disturbed, at most; C_TOLERANCE: seconds by which a start may move;
# C_LEVEL: visits of a greater rank are left aside for now, set by the driver between stages.
(
    C_NEW_FACE, C_EXCESS, C_UNWANTED, C_SHORT, C_OVER, C_FAIR, C_CHANGED, C_PEOPLE, C_TOLERANCE, C_LEVEL, C_N,
) = range(11)  # fmt: skip

# Rounds: what is kept of each (worker, day).
R_LEN, R_COST, R_WORK, R_FIRST, R_LAST, R_WARN, R_N = range(7)

# What is known of a round while its `line` is true: 1, price and least work of its way, bounds of the day.
I_FRESH, I_WAY, I_WORK, I_LOW, I_HIGH, I_N = range(6)

# Where a visit is: option (or -1), both rounds (or -1), start, 1 where it disturbs (`stability.py`).
S_OPTION, S_ROUND, S_ROUND2, S_START, S_OFF, S_N = range(6)

# Totals of a plan; T_OFF counts people disturbed where there is a budget for that.
T_SOFT, T_PENALTY, T_LEX, T_BAG, T_TOUCHED, T_CHANGED, T_OFF, T_N = range(8)

# Buffer of one round under evaluation, one line a stop: B_GIVEN columns of input, then what is found.
(
    B_EARLY, B_LATE, B_DURATION, B_WISH, B_TOLD, B_EXCESS, B_TRAVEL, B_PLACE, B_OPTION, B_EARLIEST, B_FLUSH,
    B_AT, B_SORT, B_SORT2, B_N,
) = range(15)  # fmt: skip
B_GIVEN = B_EARLIEST

# What an evaluation says. Given: E_DAY, 24 h before the end of the day, so that clock hours hold;
# E_OUT and E_BACK, the way to the first stop and from the last.
E_COST, E_WORK, E_FIRST, E_LAST, E_WARN, E_DAY, E_OUT, E_BACK, E_N = range(9)

# A candidate insertion: option and window, then the best found; K_BLINK thousandths are passed over.
K_OPTION, K_EARLY, K_LATE, K_DELTA, K_ROUND, K_POSITION, K_LOW, K_HIGH, K_BLINK, K_N = range(10)

# Kinds of warning, as bits.
WARN_SPAN, WARN_SPLITS, WARN_BREAK, WARN_MEAL, WARN_SHORT_DAY = 1, 2, 4, 8, 16


class Data(NamedTuple):
    """
    A problem, never changed by the search.

    Args:
        option, visit, worker, day, person, price: tables with the columns named above.
        road: mode × from × to × (seconds, metres).
        compat: visit × worker: 0 impossible, 1 wished or indifferent, 2 possible but not wanted,
            plus 4 where a pin demands this worker, plus 8 where the person was told another aide.
        known: worker × person, 1 for a known face.
        order: person × workers, the likeliest to be cheap first.
        shift: worker × day × (count, start, end, start, end, …).
        cap: worker × 2 × week: most work in the week, and from the first week to this one (averages).
        past: worker × (PAST_DAYS days before the horizon, then PAST_SUNDAYS Sundays before it),
            1 for worked, most recent last.
        past_month: worker × month of the horizon, Sundays worked before the horizon.
        near: visit × neighbours on a common day, nearest first; -1 fills up.
        of_person: person × visits; -1 fills up.
        rival: visit × visits to the same person that might overlap it, V_RIVALS of them.
    """

    option: Ints
    visit: Ints
    worker: Ints
    day: Ints
    person: Ints
    price: Ints
    road: Small
    compat: Bytes
    known: Bytes
    order: Small
    shift: Ints
    cap: Ints
    past: Bytes
    past_month: Ints
    near: Small
    of_person: Small
    rival: Small


class State(NamedTuple):
    """
    A plan under change, with the space in which insertions are tried.

    Args:
        stop: round × position × (option, start time).
        rounds: round × R_ columns.
        place: visit × S_ columns.
        work: worker × (total, then by week).
        seen: worker × person, visits of this pair; two more lines count distinct workers and
            visits that disturb.
        total: T_ columns.
        bag: two lines: visits without a place, and the position of a visit among them.
        line: round × position × B_ columns, windows cut to shift and rests, true where I_FRESH.
        info: round × I_ columns.
        trial: one round as tried.
        out: E_ columns.
        cand: lines of K_ columns: one for each aide of a team, then the best of both so far.
    """

    stop: Ints
    rounds: Ints
    place: Ints
    work: Ints
    seen: Ints
    total: Ints
    bag: Ints
    line: Ints
    info: Ints
    trial: Ints
    out: Ints
    cand: Ints
    rng: npt.NDArray[np.uint64]


class Log(NamedTuple):
    """
    What an iteration changed, as it was before.

    Args:
        touched: rounds changed; mark: round -> 1 + position in `touched`, or 0.
        stop, rounds: of the touched rounds.
        changed, place: visits changed, in order, and where they were.
    """

    touched: Ints
    mark: Ints
    stop: Ints
    rounds: Ints
    changed: Ints
    place: Ints


class Best(NamedTuple):
    """
    The best plan so far, and space for the orders of insertion.

    Args:
        total, rounds, stop, place: as in `State`.
        order, key: scratch, one line a visit.
    """

    total: Ints
    rounds: Ints
    stop: Ints
    place: Ints
    order: Ints
    key: Ints
