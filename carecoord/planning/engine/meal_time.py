"""
Cost of one driver's day of meal trips: times, compartments, chain, working time.

The times are those of `carecoord.planning.meals.timing`: each trip ends as early as it can, then
its loading moves as late as that allows; a pause before a trip where a rule asks for one.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import inlined, njit
from carecoord.planning.engine.meal_data import (
    BREAK_AFTER,
    BREAK_MIN,
    COLD,
    COLD_BLOCK,
    COLD_WARN,
    EARLY,
    END_NODE,
    FROM,
    HOT,
    HOT_BLOCK,
    HOT_WARN,
    KITCHEN,
    LAST_END,
    LATE,
    LENGTH,
    MEAL_CLOSES,
    MEAL_MIN,
    MEAL_OPENS,
    MISSING,
    P_FAIR,
    P_HOUR,
    P_OVERTIME,
    P_TOLERANCE,
    P_WAIT,
    P_WARN,
    PAID_WAIT,
    PAUSE,
    PLANNED,
    RELEASE,
    REST,
    REST_WARNS,
    SERVICE,
    SHARE,
    SHIFTS,
    SINCE,
    SPAN_BLOCK,
    SPAN_WARN,
    START_NODE,
    TRIPS,
    USUAL,
    V_COLD,
    V_HOT,
    V_LOADING,
    VEHICLE,
    WEEK_WARN,
    WORK_BLOCK,
    WORK_WARN,
    WORKED,
    Data,
    Ints,
    State,
)

IMPOSSIBLE = -1

# Places of the scratch line that a trip is timed in.
T_LOADS, T_BACK, T_WAIT, T_HOUR, T_WARNS, T_END = range(6)

# Places of the scratch line with the sums of a day.
S_WORK, S_RUNNING, S_LONGEST, S_MEAL, S_WARNS = range(5)


@njit
def day_cost(data: Data, state: State, row: Ints, length: int, d: int, v: int) -> int:
    """
    Cost of a day, `IMPOSSIBLE` when a rule that may not be broken is; with a pause where that helps.

    Args:
        row: kitchens and deliveries, `length` of them; a delivery never comes first.
    """
    if length == 0:
        return 0
    best = _day(data, state, row, length, d, v, 0)
    if best < 0 or state.number[MISSING] == 0 or data.driver[d, PAUSE] == 0:
        return best
    n, trip = data.node.shape[0], 0
    for at in range(1, length):
        if row[at] >= n:
            trip += 1
            cost = _day(data, state, row, length, d, v, trip)
            if 0 <= cost < best:
                best = cost
    return best


@njit
def _day(data: Data, state: State, row: Ints, length: int, d: int, v: int, pause_before: int) -> int:
    driver, trip_of, sums = data.driver[d], state.scratch[0], state.scratch[1]
    sums[S_WORK] = sums[S_RUNNING] = driver[WORKED]
    sums[S_LONGEST], sums[S_MEAL], sums[S_WARNS] = 0, 0, 0
    cost, begins, back, lead, shift, at, trip = 0, 0, 0, 0, 0, 0, 0
    while at < length:
        free = back
        if at == 0:
            lead = data.time[driver[START_NODE], row[0]]
            free = driver[FROM] + lead
            cost += data.arc[driver[START_NODE], row[0]]
        elif trip == pause_before:
            free += driver[PAUSE]
        shift = _in_a_shift(data, state, row, length, at, d, v, free, lead if at == 0 else 0, shift)
        if shift < 0 or trip >= driver[TRIPS]:
            return IMPOSSIBLE
        if at == 0:
            begins = back = trip_of[T_LOADS] - lead
            sums[S_RUNNING] += lead
            sums[S_WORK] += lead
        else:
            cost += _gap(data, sums, d, back, trip_of[T_LOADS])
        back = trip_of[T_BACK]
        sums[S_RUNNING] += back - trip_of[T_LOADS]
        sums[S_WORK] += back - trip_of[T_LOADS]
        sums[S_LONGEST] = max(sums[S_LONGEST], sums[S_RUNNING])
        sums[S_WARNS] += trip_of[T_WARNS]
        cost += trip_of[T_HOUR] * data.price[P_HOUR] + arcs(data, row, at, trip_of[T_END], length, d)
        cost += (trip_of[T_WAIT] + data.vehicle[v, V_LOADING]) * data.price[P_WAIT]
        at = trip_of[T_END]
        trip += 1
    law = _law(data, state, d, begins, back)
    if law < 0:
        return IMPOSSIBLE
    beyond = max(0, length - trip - driver[SHARE]) * data.price[P_FAIR]
    return cost + law + beyond


@inlined
def _gap(data: Data, sums: Ints, d: int, back: int, loads: int) -> int:
    """What the time between two trips is: paid, a break, a meal; and what it costs."""
    driver, gap, cost = data.driver[d], loads - back, 0
    if gap <= driver[PAID_WAIT]:
        sums[S_WORK] += gap
        cost = gap * data.price[P_WAIT]
    if gap >= driver[BREAK_MIN]:
        sums[S_RUNNING] = 0
    elif gap <= driver[PAID_WAIT]:
        sums[S_RUNNING] += gap
    sums[S_MEAL] = max(sums[S_MEAL], min(loads, driver[MEAL_CLOSES]) - max(back, driver[MEAL_OPENS]))
    return cost


@inlined
def _law(data: Data, state: State, d: int, begins: int, back: int) -> int:
    """Price of warnings and overtime of a day, or `IMPOSSIBLE`; notes whether a pause may help."""
    driver, sums = data.driver[d], state.scratch[1]
    work, starts = sums[S_WORK], min(begins, driver[SINCE])
    rested = starts - driver[LAST_END] >= driver[REST]
    if work > driver[WORK_BLOCK] or back - starts > driver[SPAN_BLOCK]:
        return IMPOSSIBLE
    if not rested and driver[REST_WARNS] == 0:
        return IMPOSSIBLE
    warns = sums[S_WARNS] + (work > driver[WORK_WARN]) + (work > driver[WEEK_WARN])
    warns += (back - starts > driver[SPAN_WARN]) + (not rested)
    missing = 0
    if work >= driver[BREAK_AFTER] and sums[S_LONGEST] > driver[BREAK_AFTER]:
        missing += 1
    if starts < driver[MEAL_OPENS] and back > driver[MEAL_CLOSES] and sums[S_MEAL] < driver[MEAL_MIN]:
        missing += 1
    state.number[MISSING] = missing
    over = max(0, work - driver[PLANNED])
    return (warns + missing) * data.price[P_WARN] + over * data.price[P_OVERTIME]


@inlined
def arcs(data: Data, row: Ints, at: int, end: int, length: int, d: int) -> int:
    """Driving of one trip from its kitchen to the next one or to the base, and who comes to whom."""
    cost = 0
    for i in range(at + 1, end):
        cost += data.arc[row[i - 1], row[i]] + data.assign[row[i], d]
    there = row[end] if end < length else data.driver[d, END_NODE]
    return cost + data.arc[row[end - 1], there]


@inlined
def _in_a_shift(
    data: Data,
    state: State,
    row: Ints,
    length: int,
    at: int,
    d: int,
    v: int,
    free: int,
    lead: int,
    shift: int,
) -> int:
    """Time a trip in the first shift that holds it; its number, or -1."""
    for k in range(shift, data.driver[d, SHIFTS]):
        ready = max(free, data.shift[d, k, 0] + lead)
        if not trip_times(data, state, row, length, at, d, v, ready):
            return -1
        if state.scratch[0, T_BACK] <= data.shift[d, k, 1]:
            return k
    return -1


@njit
def trip_times(data: Data, state: State, row: Ints, length: int, at: int, d: int, v: int, free: int) -> bool:
    """
    Times of the trip that begins at a place of a day, the vehicle being free from then on.

    False when it breaks a rule that may not be broken. Fills the first line of the scratch space.
    """
    n, node, vehicle, scratch = data.node.shape[0], data.node, data.vehicle[v], state.scratch[0]
    kitchen = row[at]
    ready = max(free, data.kitchen[kitchen - n, 0])
    cold, hot, end = 0, 0, at + 1
    while end < length and row[end] < n:
        i = row[end]
        if node[i, KITCHEN] != kitchen:
            return False
        cold += node[i, COLD]
        hot += node[i, HOT]
        ready = max(ready, node[i, RELEASE])
        end += 1
    if cold > vehicle[V_COLD] or hot > vehicle[V_HOT]:
        return False
    moved, latest, now = vehicle[V_LOADING], data.kitchen[kitchen - n, 1] - vehicle[V_LOADING], 0
    if ready > latest:
        return False
    now = ready + moved
    for p in range(at + 1, end):
        i = row[p]
        way = data.time[row[p - 1], i]
        moved += way
        latest = min(latest, node[i, LATE] - moved)
        moved += node[i, SERVICE]
        now = max(now + way, node[i, EARLY]) + node[i, SERVICE]
    if ready > latest:
        return False
    there = row[end] if end < length else data.driver[d, END_NODE]
    way = data.time[row[end - 1], there]
    moved += way
    back = now + way
    loads = max(ready, min(latest, back - moved))
    scratch[T_LOADS], scratch[T_BACK], scratch[T_WAIT] = loads, back, back - loads - moved
    scratch[T_END] = end
    return _doors(data, state, row, at, end, v, loads)


@inlined
def _doors(data: Data, state: State, row: Ints, at: int, end: int, v: int, loads: int) -> bool:
    """Time out of the cold or of the heat, and minutes from the usual hour, once loading is settled."""
    node, vehicle, scratch = data.node, data.vehicle[v], state.scratch[0]
    now, cold_out, hot_out, hours = loads + vehicle[V_LOADING], 0, 0, 0
    for p in range(at + 1, end):
        i = row[p]
        now = max(now + data.time[row[p - 1], i], node[i, EARLY])
        if node[i, COLD] > 0:
            cold_out = now - loads
        if node[i, HOT] > 0:
            hot_out = now - loads
        if node[i, USUAL] >= 0:
            hours += max(0, abs(now - node[i, USUAL]) - data.price[P_TOLERANCE])
        now += node[i, SERVICE]
    scratch[T_HOUR] = hours
    scratch[T_WARNS] = (cold_out > vehicle[COLD_WARN]) + (hot_out > vehicle[HOT_WARN])
    return cold_out <= vehicle[COLD_BLOCK] and hot_out <= vehicle[HOT_BLOCK]


@njit
def bounds(data: Data, state: State, d: int) -> None:
    """
    Earliest and latest time of each entry of a driver's day: what an insertion must at least respect.

    For a kitchen, when loading begins; for a delivery, when the driver is at the door. A pause and a
    gap between shifts may make the true times later, never earlier.
    """
    n, node, driver, length = data.node.shape[0], data.node, data.driver[d], state.day[LENGTH, d]
    v = state.day[VEHICLE, d]
    row, early, late = state.seq[d], state.early[d], state.late[d]
    loading = data.vehicle[v, V_LOADING] if v >= 0 else 0
    here, now = driver[START_NODE], max(driver[FROM], data.shift[d, 0, 0])
    for p in range(length):
        i = row[p]
        now += data.time[here, i]
        if i >= n:
            early[p] = max(now, data.kitchen[i - n, 0])
            now = early[p] + loading
        else:
            early[p] = max(now, node[i, EARLY])
            now = early[p] + node[i, SERVICE]
        here = i
    there, then = driver[END_NODE], data.shift[d, driver[SHIFTS] - 1, 1]
    for p in range(length - 1, -1, -1):
        i = row[p]
        then -= data.time[i, there]
        if i >= n:
            late[p] = min(then, data.kitchen[i - n, 1]) - loading
        else:
            late[p] = min(then - node[i, SERVICE], node[i, LATE])
        there, then = i, late[p]
