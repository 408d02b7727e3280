"""
Arrays of a unified home health care (UHHC) problem for the compiled search.

A solution is a route for each carer and a rank for each task: every route is in
order of rank, so that two-carer visits never wait for one another in a ring.
Times follow from the routes (see `uhhc_schedule`). All quantities are whole
minutes, ranks are minutes too.

Source: S. Ceschia et al., International Transactions in Operational Research
(2026), doi 10.1111/itor.70140.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from carecoord.planning.engine.hhcrsp_data import Ints

Floats = NDArray[np.float64]

SINGLE = 0
SIMULTANEOUS = 1
SEQUENTIAL = 2

# Columns of UhhcProblem.ops; MATE is the other operation of the patient or -1. From WINDOW on come the
# opening and closing of each window in turn, both for the start.
ROW = 0
DURATION = 1
PATIENT = 2
TASK = 3
WINDOWS = 4
MATE = 5
WINDOW = 6

# Columns of UhhcProblem.tasks; SECOND_OP is -1 for a single operation.
FIRST_OP = 0
SECOND_OP = 1
MODE = 2
GAP_MIN = 3
GAP_MAX = 4

# Columns of UhhcProblem.carers.
LEAVES = 0
RETURNS = 1
SHIFT_OPENS = 2
SHIFT_CLOSES = 3
LUNCH_DUE = 4

# Places of UhhcProblem.weights.
TRAVEL = 0
TARDINESS = 1
WORST_TARDINESS = 2
WAITING = 3
WORST_WAITING = 4
EXTRA = 5
IDLE = 6
BALANCE = 7
WORKING = 8
PREFERENCE = 9
OPTIONAL = 10
LUNCH = 11

# Places of UhhcProblem.settings.
LEAVES_AT_SHIFT_START = 0
LUNCH_FIRST = 1
LUNCH_LAST = 2
LUNCH_LENGTH = 3

# Usual cost of one unit of a term that must be 0: low enough to pass through a broken solution, which is
# never kept as the best once one that keeps every hard term was met.
HARD = 35


class UhhcProblem(NamedTuple):
    """
    One problem.

    Args:
        travel: minutes by row.
        ops: one line per operation.
        tasks: one line per task: one operation, or two that are synchronised.
        carers: one line per carer.
        able: `able[carer, operation]` is 1 when allowed.
        disliked: `disliked[carer, operation]` is 1 outside the patient's preferences.
        optional: by patient, 1 when the patient may be left out.
        weights: cost of one unit of each term (HARD for a term that must be 0).
        hard: 1 for each term that must be 0.
        settings: see LEAVES_AT_SHIFT_START to LUNCH_LENGTH.
    """

    travel: Ints
    ops: Ints
    tasks: Ints
    carers: Ints
    able: NDArray[np.int8]
    disliked: NDArray[np.int8]
    optional: NDArray[np.int8]
    weights: Ints
    hard: NDArray[np.int8]
    settings: Ints


# Columns of UhhcState.node: one line per operation, then one per carer, which stands for both ends of the
# route. CARER is -1 for an operation out of the plan.
NEXT = 0
PREVIOUS = 1
CARER = 2
EATS = 3
ABSORBED = 4
BEST_CARER = 5
BEST_EATS = 6

# Columns of UhhcState.after: where a carer stands after a node. COSTS and BROKEN_SO_FAR add up travel,
# waiting, lateness and preferences.
FREE = 0
PLACE = 1
WORKED = 2
EATEN = 3
SLACK = 4
VISITS = 5
LUNCH_AT = 6
LUNCH_OP = 7
COSTS = 8
BROKEN_SO_FAR = 9
WORST_LATE = 10
WORST_WAIT = 11
AFTER = 12

# One more column of UhhcState.day: the wait before a lunch on the way.
PRE_WAIT = 12

# Values of EATEN besides 0.
ON_THE_WAY = 1
BEFORE_FIRST = 2

# Columns of UhhcState.total, one line per carer: what a whole route adds up to.
ALL_COSTS = 0
ALL_BROKEN = 1
ALL_WORKED = 2
ALL_IDLE = 3
ALL_LATE = 4
ALL_WAIT = 5
TOTALS = 6

# Columns of UhhcState.walk, one line per carer: the move that last touched the route, the last node before
# what that move changed, and the next operation to schedule.
TOUCHED = 0
FROM = 1
TODO = 2
LISTED = 3

# Places of UhhcState.number; RANDOM of `hhcrsp_data` is shared.
COST = 0
BEST = 1
ACCEPTED = 2
BASE = 3
WORKED_SUM = 4
BROKEN = 5
BEST_BROKEN = 6
LEFT_OUT = 7
EPOCH = 8
DIRTY = 9
LOGGED = 10
WALKED = 11
NEW_BASE = 12
NEW_WORKED = 13
NEW_BROKEN = 14

# Operations one move may take out of their routes.
MOST_MOVED = 40

# Rank of the ends of a route.
FAR = 1e12


class UhhcState(NamedTuple):
    """
    The current solution and scratch space.

    Args:
        node: routes as linked lists.
        rank: of every node; the two operations of a synchronised visit share it.
        after: where its carer stands after each node.
        trial: the same for the move under trial.
        total: by carer, what the route adds up to; `former` keeps it during a trial.
        day: the carer under way.
        walk: progress of a trial by carer; `spot` the rank of FROM and of TODO.
        walked: operations scheduled by the trial.
        log: operation, former carer and former predecessor of each removal; `log_rank` the former rank.
        best_rank: ranks of the best solution.
        number: scalars.
    """

    node: Ints
    rank: Floats
    after: Ints
    trial: Ints
    total: Ints
    former: Ints
    day: Ints
    walk: Ints
    spot: Floats
    walked: Ints
    log: Ints
    log_rank: Floats
    best_rank: Floats
    number: Ints


def blank_state(problem: UhhcProblem, seed: int) -> UhhcState:
    """
    Ranks in the middle of the first windows, nobody assigned; `seed` settles every later draw.
    """
    m, carers = problem.ops.shape[0], problem.carers.shape[0]
    node = np.zeros((m + carers, 7), dtype=np.int64)
    node[:, NEXT] = node[:, PREVIOUS] = np.arange(m + carers)
    node[:, CARER] = -1
    node[m:, CARER] = np.arange(carers)
    node[:m, BEST_CARER] = -1
    rank = np.full(m + carers, -FAR)
    rank[:m] = (problem.ops[:, WINDOW] + problem.ops[:, WINDOW + 1]) / 2 + np.arange(m) * 1e-3
    tied = problem.tasks[problem.tasks[:, SECOND_OP] >= 0]
    rank[tied[:, SECOND_OP]] = rank[tied[:, FIRST_OP]]
    number = np.zeros(16, dtype=np.int64)
    number[LEFT_OUT] = problem.optional.shape[0]
    number[15] = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**63 or 1
    return UhhcState(
        node=node,
        rank=rank,
        after=np.zeros((m + carers, AFTER), dtype=np.int64),
        trial=np.zeros((m, AFTER), dtype=np.int64),
        total=np.zeros((carers, TOTALS), dtype=np.int64),
        former=np.zeros((carers, TOTALS), dtype=np.int64),
        day=np.zeros((carers, AFTER + 1), dtype=np.int64),
        walk=np.zeros((carers, 4), dtype=np.int64),
        spot=np.zeros((carers, 2)),
        walked=np.zeros(2 * m + 2, dtype=np.int64),
        log=np.zeros((MOST_MOVED, 3), dtype=np.int64),
        log_rank=np.zeros(MOST_MOVED),
        best_rank=rank.copy(),
        number=number,
    )
