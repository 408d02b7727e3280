"""
Ruin and recreate for meal rounds: strings of near stops leave, and go back to the best places.

After Christiaens & Vanden Berghe (2020), with the pieces of `strings`; whole trips and whole days
leave too, so that loads, vehicles and drivers change.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import inlined, njit
from carecoord.planning.engine.meal_data import (
    ABSENT,
    BEST_TOTAL,
    COLD,
    COST,
    EARLY,
    END_NODE,
    FOUND,
    HOT,
    KITCHEN,
    LATE,
    LENGTH,
    NEVER,
    P_LEFT,
    SERVICE,
    STAMP,
    STEP,
    TO_DRIVER,
    TO_NEW,
    TO_PLACE,
    TO_VEHICLE,
    TOTAL,
    TRIPS,
    V_COLD,
    V_HOT,
    V_LOADING,
    VEHICLE,
    Data,
    State,
)
from carecoord.planning.engine.meal_time import IMPOSSIBLE, bounds, day_cost
from carecoord.planning.engine.random_numbers import below
from carecoord.planning.engine.strings import (
    overlooked,
    sort_by,
    string_count,
    string_first,
    string_length,
    string_limit,
)

REMOVED, LONGEST = 10, 10
"""Stops that leave in one move, about, and longest string."""

CLOSE = 8
"""Near deliveries whose drivers are looked at first."""

WHOLE_TRIP, WHOLE_DAY = 8, 2
"""Moves out of a hundred that take a whole trip, or a whole day."""


@njit
def touch(state: State, d: int) -> None:
    """Keep a driver's day as it was before the move under way, once."""
    if state.day[STAMP, d] == state.number[STEP]:
        return
    state.day[STAMP, d] = state.number[STEP]
    for line in range(STAMP):
        state.kept_day[line, d] = state.day[line, d]
    for p in range(state.day[LENGTH, d]):
        state.kept[d, p] = state.seq[d, p]


@njit
def settle(data: Data, state: State, d: int) -> bool:
    """Price a day that was changed; False when it is not possible any more."""
    length = state.day[LENGTH, d]
    if length == 0:
        state.day[VEHICLE, d] = -1
    cost = day_cost(data, state, state.seq[d], length, d, state.day[VEHICLE, d])
    if cost == IMPOSSIBLE:
        return False
    state.number[TOTAL] += cost - state.day[COST, d]
    state.day[COST, d] = cost
    bounds(data, state, d)
    return True


@njit
def undo(data: Data, state: State, total: int, absent: int) -> None:
    """Put every day that the move touched back."""
    n, step = data.node.shape[0], state.number[STEP]
    for d in range(data.driver.shape[0]):
        if state.day[STAMP, d] == step:
            for p in range(state.day[LENGTH, d]):
                if state.seq[d, p] < n:
                    state.where[state.seq[d, p]] = -1
    for d in range(data.driver.shape[0]):
        if state.day[STAMP, d] != step:
            continue
        for line in range(STAMP):
            state.day[line, d] = state.kept_day[line, d]
        for p in range(state.day[LENGTH, d]):
            i = state.kept[d, p]
            state.seq[d, p] = i
            if i < n:
                state.where[i] = d
        bounds(data, state, d)
    state.number[TOTAL], state.number[ABSENT] = total, absent


@njit
def cut(data: Data, state: State, d: int, first: int, count: int) -> bool:
    """Take stops that follow one another within a trip out of a day; an empty trip goes too."""
    n, row, length = data.node.shape[0], state.seq[d], state.day[LENGTH, d]
    touch(state, d)
    for p in range(first, first + count):
        state.where[row[p]] = -1
    state.number[ABSENT] += count
    state.number[TOTAL] += count * data.price[P_LEFT]
    after = first + count
    if row[first - 1] >= n and (after == length or row[after] >= n):
        first -= 1
        count += 1
    for p in range(first, length - count):
        row[p] = row[p + count]
    state.day[LENGTH, d] = length - count
    return settle(data, state, d)


@njit
def ruin(data: Data, state: State) -> bool:
    """Take some stops out; False when a day became impossible by that."""
    n = data.node.shape[0]
    seed, kind = below(state.rng, n), below(state.rng, 100)
    d = state.where[seed]
    if d >= 0 and kind < WHOLE_DAY:
        return _cut_day(data, state, d)
    if d >= 0 and kind < WHOLE_DAY + WHOLE_TRIP:
        begin, end = _trip_of(data, state, d, seed)
        return cut(data, state, d, begin + 1, end - begin - 1)
    trips = 0
    for driver in range(data.driver.shape[0]):
        for p in range(state.day[LENGTH, driver]):
            trips += state.seq[driver, p] >= n
    limit = string_limit(LONGEST, (n - state.number[ABSENT]) / max(1, trips))
    strings = string_count(state.rng, REMOVED, limit)
    for k in range(data.near.shape[1]):
        other = data.near[seed, k]
        d = state.where[other]
        if d < 0 or state.day[STAMP, d] == state.number[STEP]:
            continue
        begin, end = _trip_of(data, state, d, other)
        at = begin
        while state.seq[d, at] != other:
            at += 1
        stops = end - begin - 1
        length = string_length(state.rng, limit, stops)
        first = string_first(state.rng, at - begin - 1, length, stops)
        if not cut(data, state, d, begin + 1 + first, length):
            return False
        strings -= 1
        if strings <= 0:
            break
    return True


@njit
def _trip_of(data: Data, state: State, d: int, i: int) -> tuple[int, int]:
    """Where the trip of a delivery begins in its day (its kitchen) and where the next one does."""
    n, begin, p = data.node.shape[0], 0, 0
    while state.seq[d, p] != i:
        if state.seq[d, p] >= n:
            begin = p
        p += 1
    end = p + 1
    while end < state.day[LENGTH, d] and state.seq[d, end] < n:
        end += 1
    return begin, end


@njit
def _cut_day(data: Data, state: State, d: int) -> bool:
    """Take a whole day out."""
    touch(state, d)
    n = data.node.shape[0]
    for p in range(state.day[LENGTH, d]):
        if state.seq[d, p] < n:
            state.where[state.seq[d, p]] = -1
            state.number[ABSENT] += 1
            state.number[TOTAL] += data.price[P_LEFT]
    state.day[LENGTH, d] = 0
    return settle(data, state, d)


@njit
def recreate(data: Data, state: State) -> None:
    """Put what is left out to its best places, in one of five orders."""
    n, count, order = data.node.shape[0], 0, below(state.rng, 12)
    for i in range(n):
        if state.where[i] >= 0:
            continue
        state.absent[count] = i
        if order < 4:
            state.keys[count] = below(state.rng, 1 << 30)
        elif order < 6:
            state.keys[count] = -(data.node[i, COLD] + data.node[i, HOT])
        elif order < 8:
            state.keys[count] = -data.time[data.node[i, KITCHEN], i]
        elif order < 10:
            state.keys[count] = data.time[data.node[i, KITCHEN], i]
        else:
            state.keys[count] = data.node[i, LATE]
        count += 1
    sort_by(state.keys, state.absent, count)
    for k in range(count):
        i = state.absent[k]
        if find(data, state, i) < NEVER:
            put(data, state, i)


@njit
def find(data: Data, state: State, i: int) -> int:
    """
    The cheapest place of a delivery: what it adds; noted in `State.number`.

    Drivers of near deliveries come first: once a good place is known, most others need no timing.
    """
    best, seen = NEVER, state.scratch[2]
    state.number[FOUND] += 1
    for k in range(1, min(CLOSE, data.near.shape[1])):
        d = state.where[data.near[i, k]]
        if d >= 0 and seen[d] != state.number[FOUND]:
            seen[d] = state.number[FOUND]
            best = _at_driver(data, state, i, d, best)
    for d in range(data.driver.shape[0]):
        if seen[d] != state.number[FOUND]:
            best = _at_driver(data, state, i, d, best)
    return best


@inlined
def _at_driver(data: Data, state: State, i: int, d: int, best: int) -> int:
    if data.assign[i, d] < 0 or data.driver[d, TRIPS] == 0:
        return best
    if state.day[LENGTH, d] == 0:
        return _open(data, state, i, d, best)
    return _new_trip(data, state, i, d, _inside(data, state, i, d, best))


@njit
def _open(data: Data, state: State, i: int, d: int, best: int) -> int:
    """A driver who has no round yet, with each vehicle that is free."""
    trial = state.seq[data.driver.shape[0]]
    trial[0], trial[1] = data.node[i, KITCHEN], i
    for v in range(data.vehicle.shape[0]):
        if data.usable[d, v] == 0 or _taken(data, state, d, v):
            continue
        cost = day_cost(data, state, trial, 2, d, v)
        if 0 <= cost < best:
            best = cost
            _note(state, d, 0, 1, v)
    return best


@njit
def _taken(data: Data, state: State, d: int, v: int) -> bool:
    for other in range(data.driver.shape[0]):
        if other != d and state.day[VEHICLE, other] == v and data.clash[d, other] == 1:
            return True
    return False


@inlined
def _note(state: State, d: int, at: int, new: int, v: int) -> None:
    number = state.number
    number[TO_DRIVER], number[TO_PLACE], number[TO_NEW], number[TO_VEHICLE] = d, at, new, v


@njit
def _inside(data: Data, state: State, i: int, d: int, best: int) -> int:
    """Between two stops of a trip, or at one of its ends."""
    n, row, length, v = data.node.shape[0], state.seq[d], state.day[LENGTH, d], state.day[VEHICLE, d]
    begin = 0
    while begin < length:
        cold, hot, end = data.node[i, COLD], data.node[i, HOT], begin + 1
        while end < length and row[end] < n:
            cold += data.node[row[end], COLD]
            hot += data.node[row[end], HOT]
            end += 1
        fits = row[begin] == data.node[i, KITCHEN]
        if fits and cold <= data.vehicle[v, V_COLD] and hot <= data.vehicle[v, V_HOT]:
            for at in range(begin + 1, end + 1):
                if not _may(data, state, i, d, at, best) or overlooked(state.blink, state.skip):
                    continue
                cost = _tried(data, state, i, d, at, 0)
                if 0 <= cost < best + state.day[COST, d]:
                    best = cost - state.day[COST, d]
                    _note(state, d, at, 0, v)
        begin = end
    return best


@inlined
def _may(data: Data, state: State, i: int, d: int, at: int, best: int) -> bool:
    """Whether a place is worth timing the day: cheaper on the road than the best, and in time."""
    n, row, length = data.node.shape[0], state.seq[d], state.day[LENGTH, d]
    before = row[at - 1]
    after = row[at] if at < length else data.driver[d, END_NODE]
    added = data.arc[before, i] + data.arc[i, after] - data.arc[before, after] + data.assign[i, d]
    if added >= best:
        return False
    busy = data.vehicle[state.day[VEHICLE, d], V_LOADING] if before >= n else data.node[before, SERVICE]
    there = max(state.early[d, at - 1] + busy + data.time[before, i], data.node[i, EARLY])
    if there > data.node[i, LATE]:
        return False
    return at == length or there + data.node[i, SERVICE] + data.time[i, after] <= state.late[d, at]


@njit
def _new_trip(data: Data, state: State, i: int, d: int, best: int) -> int:
    """As a trip of its own, before another one or at the end of the day."""
    n, row, length, v = data.node.shape[0], state.seq[d], state.day[LENGTH, d], state.day[VEHICLE, d]
    if data.node[i, COLD] > data.vehicle[v, V_COLD] or data.node[i, HOT] > data.vehicle[v, V_HOT]:
        return best
    trips = 0
    for p in range(length):
        trips += row[p] >= n
    if trips >= data.driver[d, TRIPS]:
        return best
    for at in range(length + 1):
        if at < length and row[at] < n:
            continue
        cost = _tried(data, state, i, d, at, 1)
        if 0 <= cost < best + state.day[COST, d]:
            best = cost - state.day[COST, d]
            _note(state, d, at, 1, v)
    return best


@njit
def _tried(data: Data, state: State, i: int, d: int, at: int, new: int) -> int:
    """Cost of a day with a delivery at a place, `IMPOSSIBLE` where that breaks a rule."""
    trial, row, length = state.seq[data.driver.shape[0]], state.seq[d], state.day[LENGTH, d]
    for p in range(at):
        trial[p] = row[p]
    q = at
    if new == 1:
        trial[q] = data.node[i, KITCHEN]
        q += 1
    trial[q] = i
    q += 1
    for p in range(at, length):
        trial[q + p - at] = row[p]
    return day_cost(data, state, trial, length + 1 + new, d, state.day[VEHICLE, d])


@njit
def put(data: Data, state: State, i: int) -> None:
    """Put a delivery where `find` found the best place."""
    number = state.number
    d, at, new = number[TO_DRIVER], number[TO_PLACE], number[TO_NEW]
    touch(state, d)
    row, length = state.seq[d], state.day[LENGTH, d]
    for p in range(length - 1, at - 1, -1):
        row[p + 1 + new] = row[p]
    if new == 1:
        row[at] = data.node[i, KITCHEN]
    row[at + new] = i
    state.day[LENGTH, d] = length + 1 + new
    state.day[VEHICLE, d] = number[TO_VEHICLE]
    state.where[i] = d
    number[ABSENT] -= 1
    number[TOTAL] -= data.price[P_LEFT]
    settle(data, state, d)


@njit
def keep_best(data: Data, state: State) -> None:
    """Remember the plan as the best."""
    state.number[BEST_TOTAL] = state.number[TOTAL]
    for d in range(data.driver.shape[0]):
        for line in range(STAMP):
            state.best_day[line, d] = state.day[line, d]
        for p in range(state.day[LENGTH, d]):
            state.best[d, p] = state.seq[d, p]
