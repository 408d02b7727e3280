"""
Tables of a day of meal rounds for the compiled search, and its state.

Nodes are numbered in one row: deliveries, then kitchens, then bases of drivers at the start, then
at the end of the round. A row of `State.seq` holds the day of a driver: the kitchen node that
begins each trip, then its deliveries. Times are seconds, costs 18,000ths of a cent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from carecoord.planning.engine.random_numbers import seeded
from carecoord.planning.engine.strings import skips

Ints = NDArray[np.int64]
BIG = 1 << 40
"""No limit."""

NEVER = 1 << 61
"""A cost beyond that of any plan."""

NEIGHBOURS = 40

# Columns of Data.node, one line for each delivery.
EARLY, LATE, SERVICE, COLD, HOT, RELEASE, KITCHEN, USUAL, N_COLUMNS = range(9)

# Columns of Data.driver.
(
    FROM, LAST_END, WORK_BLOCK, WORK_WARN, SPAN_BLOCK, SPAN_WARN, BREAK_AFTER, BREAK_MIN, MEAL_MIN,
    MEAL_OPENS, MEAL_CLOSES, PAID_WAIT, PLANNED, SHARE, TRIPS, WORKED, SINCE, REST, REST_WARNS, PAUSE,
    WEEK_WARN, START_NODE, END_NODE, SHIFTS, D_COLUMNS,
) = range(25)  # fmt: skip

# Columns of Data.vehicle.
V_COLD, V_HOT, V_LOADING, COLD_BLOCK, COLD_WARN, HOT_BLOCK, HOT_WARN, V_COLUMNS = range(8)

# Places of Data.price.
P_LEFT, P_WARN, P_WAIT, P_HOUR, P_TOLERANCE, P_OVERTIME, P_FAIR, P_COLUMNS = range(8)

# Lines of State.day, one column for each driver.
COST, LENGTH, VEHICLE, STAMP = range(4)

# Places of State.number: cost of the plan, deliveries left out, number of the move, rules that a pause
# may mend in the day just timed; the best place found for a delivery; cost of the best plan; searches made.
TOTAL, ABSENT, STEP, MISSING, TO_DRIVER, TO_PLACE, TO_NEW, TO_VEHICLE, BEST_TOTAL, FOUND, NUMBERS = range(11)


class Data(NamedTuple):
    """
    The problem as the compiled functions read it.

    `time` and `arc` are by pair of nodes: seconds, and the cost of driving with what the order
    changes. `assign[delivery, driver]`: cost of that driver coming, -1 when not allowed.
    `usable[driver, vehicle]`; `clash[driver, driver]`: shifts that share a moment, so that
    one vehicle cannot serve both. `shift[driver, k]`: begin and end. `kitchen`: opens, closes.
    """

    time: NDArray[np.int32]
    arc: Ints
    node: Ints
    assign: Ints
    driver: Ints
    shift: Ints
    vehicle: Ints
    usable: NDArray[np.int8]
    clash: NDArray[np.int8]
    kitchen: Ints
    price: Ints
    near: Ints

    @property
    def deliveries(self) -> int:
        """How many deliveries there are."""
        return int(self.node.shape[0])

    @property
    def drivers(self) -> int:
        """How many drivers there are."""
        return int(self.driver.shape[0])


class State(NamedTuple):
    """
    The current plan and the scratch space of a search.

    `seq`: a row for each driver, then one for a trial. `early`, `late`: earliest and latest times of
    each of its entries. `where`: driver of each delivery, -1 when left out. `kept`: days before the
    move under way. `best`: the best plan. `scratch`: sums of a trip, then of a day, then drivers looked at.
    """

    seq: Ints
    early: Ints
    late: Ints
    day: Ints
    where: Ints
    absent: Ints
    keys: Ints
    number: Ints
    kept: Ints
    kept_day: Ints
    best: Ints
    best_day: Ints
    scratch: Ints
    rng: NDArray[np.uint64]
    blink: Ints
    skip: Ints


def blank_state(data: Data, seed: int) -> State:
    """No round at all; `seed` settles every draw."""
    n, d = data.deliveries, data.drivers
    width = 2 * n + 4
    number = np.zeros(NUMBERS, dtype=np.int64)
    number[BEST_TOTAL] = NEVER
    day = np.zeros((4, d), dtype=np.int64)
    day[VEHICLE] = -1
    zeros = np.zeros((d + 2, width), dtype=np.int64)
    return State(
        seq=zeros.copy(),
        early=zeros.copy(),
        late=zeros.copy(),
        day=day,
        where=np.full(n, -1, dtype=np.int64),
        absent=np.zeros(n, dtype=np.int64),
        keys=np.zeros(n, dtype=np.int64),
        number=number,
        kept=zeros.copy(),
        kept_day=day.copy(),
        best=zeros.copy(),
        best_day=day.copy(),
        scratch=np.zeros((3, max(width, d)), dtype=np.int64),
        rng=seeded(seed),
        blink=np.zeros(2, dtype=np.int64),
        skip=skips(seed),
    )
