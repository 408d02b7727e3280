"""
Arrays of a unified home health care (UHHC) problem for the compiled search.

A solution is an order of tasks and a carer for each operation; times follow
from the order (see `uhhc_schedule`). All quantities are whole minutes.

Source: S. Ceschia et al., International Transactions in Operational Research
(2026), doi 10.1111/itor.70140.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from carecoord.planning.engine.hhcrsp_data import Ints

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

# Cost of one unit of a term that must be 0: low enough to pass through a broken solution, which is never kept
# as the best once one that keeps every hard term was met.
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


# Columns of UhhcState.day, one line per carer.
FREE = 0
PLACE = 1
WORKED = 2
EATEN = 3
SLACK = 4
VISITS = 5
LUNCH_AT = 6
LUNCH_OP = 7
PRE_WAIT = 8

# Values of EATEN besides 0.
ON_THE_WAY = 1
BEFORE_FIRST = 2

# Columns of UhhcState.cur, one line per operation.
CARER = 0
EATS = 1
START = 2
ABSORBED = 3
BEST_CARER = 4
BEST_EATS = 5

# Places of UhhcState.number; RANDOM of `hhcrsp_data` is shared.
COST = 0
BEST = 1
ACCEPTED = 2
TOTAL_TRAVEL = 3
TOTAL_LATE = 4
WORST_LATE = 5
TOTAL_WAIT = 6
WORST_WAIT = 7
DISLIKES = 8
LOGGED = 9
BROKEN = 10
BEST_BROKEN = 11


class UhhcState(NamedTuple):
    """
    The current solution and scratch space.

    `order` and `best_order` list tasks, `place` is the inverse of `order`;
    `cur` has one line per operation, `day` one per carer; `number` holds the
    scalars, `log` the cells a move changed.
    """

    order: Ints
    best_order: Ints
    place: Ints
    cur: Ints
    day: Ints
    number: Ints
    log: Ints


def blank_state(problem: UhhcProblem, seed: int) -> UhhcState:
    """
    Tasks in order of their windows, nobody assigned; `seed` settles every later draw.
    """
    operations, tasks = problem.ops.shape[0], problem.tasks.shape[0]
    first = problem.tasks[:, FIRST_OP]
    order = np.lexsort((problem.ops[first, WINDOW + 1], problem.ops[first, WINDOW])).astype(np.int64)
    place = np.zeros(tasks, dtype=np.int64)
    place[order] = np.arange(tasks)
    cur = np.zeros((operations, 6), dtype=np.int64)
    cur[:, CARER] = -1
    number = np.zeros(16, dtype=np.int64)
    number[15] = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**63 or 1
    return UhhcState(
        order=order,
        best_order=order.copy(),
        place=place,
        cur=cur,
        day=np.zeros((problem.carers.shape[0], 9), dtype=np.int64),
        number=number,
        log=np.zeros((48, 3), dtype=np.int64),
    )
