"""
Arrays of a home health care routing and scheduling problem (HHCRSP) for the compiled search.

Every quantity is an integer in one common unit of time, chosen by the
caller (a thousandth of a minute, for instance), so that the search adds and
subtracts for hours without rounding.

Source: D. S. Mankowska, F. Meisel, C. Bierwirth, Health Care Management
Science 17 (2014) 15-30.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

SINGLE = 0
SIMULTANEOUS = 1
FIRST = 2
SECOND = 3

NEIGHBOURS = 24

# Columns of Data.ops.
ROW = 0
DURATION = 1
EARLIEST = 2
DUE = 3
MATE = 4
MODE = 5
GAP_MIN = 6
GAP_MAX = 7

# Columns of State.cur.
NEXT = 0
PREVIOUS = 1
CARER = 2
START = 3
FINISH = 4
SEEN = 5
VISITS = 6
QUEUED_AT = 7

# Lines of State.log.
LINK_LOG = 0
CARER_LOG = 1
TIME_LOG = 2
QUEUE = 3
KEYS = 4

# Random generator and price of lateness in State.number; the other places are in `hhcrsp_kernel`.
RANDOM = 15
PRICE = 14


class HhcrspProblem(NamedTuple):
    """
    One problem: `m` service operations, `k` carers, square travel matrix, row 0 the office.

    `row`, `duration`, `earliest`, `due`, `mate`, `mode`, `gap_min` and
    `gap_max` have one entry per operation; `mate` is the other operation of a
    two-carer visit or -1; `mode` is SINGLE, SIMULTANEOUS, FIRST or SECOND;
    `able[carer, operation]` is 1 when that carer may do that operation;
    `late_price` is what a unit of lateness costs, in units of travel.
    """

    travel: Ints
    row: Ints
    duration: Ints
    earliest: Ints
    due: Ints
    mate: Ints
    mode: Ints
    gap_min: Ints
    gap_max: Ints
    able: NDArray[np.int8]
    late_price: int = 1

    @property
    def operations(self) -> int:
        """
        Number of service operations.
        """
        return int(self.row.shape[0])

    @property
    def carers(self) -> int:
        """
        Number of carers.
        """
        return int(self.able.shape[0])


class Data(NamedTuple):
    """
    The problem as the compiled functions read it.

    `ops` has one line per operation, then one per carer (the office markers),
    with the columns ROW to GAP_MAX; few arrays, because each array passed to
    a compiled function costs a little at every call.
    """

    ops: Ints
    travel: Ints
    able: NDArray[np.int8]
    near: Ints
    doubles: Ints


class State(NamedTuple):
    """
    The current solution and the scratch space of one search.

    `cur` has one line per element with the columns NEXT to QUEUED_AT: routes
    are circular linked lists and element `m + v` is the office marker of
    carer `v`. `number` holds the scalars listed in `hhcrsp_kernel`, `log` the
    lines LINK_LOG to KEYS, `best` the NEXT and CARER columns of the best
    solution.
    """

    cur: Ints
    number: Ints
    log: Ints
    best: Ints


def neighbour_lists(problem: HhcrspProblem, count: int = NEIGHBOURS) -> Ints:
    """
    For each operation, the `count` operations it follows most cheaply.

    Travel counts in full, as does unavoidable lateness; unavoidable waiting for a quarter.
    """
    m = problem.operations
    arc = problem.travel[np.ix_(problem.row, problem.row)]
    ready = problem.earliest[:, None] + problem.duration[:, None] + arc
    latest = problem.due[:, None] + problem.duration[:, None] + arc
    late = np.maximum(0, ready - problem.due[None, :])
    wait = np.maximum(0, problem.earliest[None, :] - latest)
    cost = (arc + late + wait // 4).astype(np.float64)
    np.fill_diagonal(cost, np.inf)
    order = np.argsort(cost, axis=0, kind="stable")[: min(count, max(1, m - 1))]
    return np.ascontiguousarray(order.T.astype(np.int64))


def prepare(problem: HhcrspProblem) -> Data:
    """
    Lay the problem out for the compiled functions.
    """
    m, k = problem.operations, problem.carers
    ops = np.zeros((m + k, 8), dtype=np.int64)
    columns = (
        problem.row,
        problem.duration,
        problem.earliest,
        problem.due,
        problem.mate,
        problem.mode,
        problem.gap_min,
        problem.gap_max,
    )
    for place, column in enumerate(columns):
        ops[:m, place] = column
    travel = np.array(problem.travel, dtype=np.int64)
    np.fill_diagonal(travel, 0)
    return Data(
        ops=ops,
        travel=travel,
        able=np.ascontiguousarray(problem.able, dtype=np.int8),
        near=neighbour_lists(problem),
        doubles=np.flatnonzero(problem.mate >= 0).astype(np.int64),
    )


def blank_state(problem: HhcrspProblem, seed: int) -> State:
    """
    A state with empty routes; `seed` settles every later random draw.
    """
    m, k = problem.operations, problem.carers
    size = m + k
    cur = np.zeros((size, 8), dtype=np.int64)
    cur[:, NEXT] = cur[:, PREVIOUS] = np.arange(size)
    cur[:m, CARER] = -1
    cur[m:, CARER] = np.arange(k)
    number = np.zeros(16, dtype=np.int64)
    scramble = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**63
    number[RANDOM] = scramble or 1
    number[PRICE] = problem.late_price
    return State(
        cur=cur,
        number=number,
        log=np.zeros((5, 6 * size + 60), dtype=np.int64),
        best=np.zeros((size, 2), dtype=np.int64),
    )
