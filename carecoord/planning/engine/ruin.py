"""
What a search iteration takes out of the plan before putting it back better.

Strings of stops in rounds near a seed visit (slack induction by string removals,
Christiaens & Vanden Berghe 2020), or all visits of a person, of a day of an aide, or of
an aide with one person.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import (
    C_LEVEL,
    D_WEEK,
    O_DAY,
    O_EARLY,
    O_LATE,
    O_VISIT,
    R_LEN,
    R_WARN,
    S_OPTION,
    S_ROUND,
    S_ROUND2,
    T_BAG,
    V_DURATION,
    V_FIRST,
    V_LAST,
    V_NEED,
    V_PERSON,
    V_PLACE,
    V_RANK,
    V_TEAM,
    W_MODE,
    WARN_SHORT_DAY,
    Data,
    Log,
    State,
)
from carecoord.planning.engine.random_numbers import below
from carecoord.planning.engine.rounds import unplace
from carecoord.planning.engine.weekly import may_work

MEAN_REMOVED = 10
STRING_MAX = 10


@njit
def seed_visit(d: Data, s: State) -> int:
    """A visit to ruin around: now and then one of a round with a warning, otherwise any."""
    if below(s.rng, 8) == 0:
        rounds = s.rounds.shape[0]
        first = below(s.rng, rounds)
        for k in range(rounds):
            r = (first + k) % rounds
            n = s.rounds[r, R_LEN]
            if n > 0 and s.rounds[r, R_WARN] & ~WARN_SHORT_DAY:
                return d.option[s.stop[r, below(s.rng, n), 0], O_VISIT]
    return below(s.rng, d.visit.shape[0])


@njit
def waiting_visit(d: Data, s: State) -> int:
    """A visit without a place, rather one of a higher tier: the best of a few drawn; or -1."""
    v = -1
    for k in range(8):
        u = s.bag[0, below(s.rng, s.total[T_BAG])]
        if d.visit[u, V_RANK] <= d.price[C_LEVEL] and (v < 0 or d.visit[u, V_RANK] < d.visit[v, V_RANK]):
            v = u
        if k >= 2 and v >= 0:
            break
    return v


@njit
def ruin_for(d: Data, s: State, g: Log, v: int) -> None:
    """
    Make room for a visit without a place: take out what is in its way with an aide or two who could come.

    What stands in the way is other visits at that time, hours of the week, or a day off.
    """
    first, last = d.visit[v, V_FIRST], d.visit[v, V_LAST]
    if first >= last:
        return
    o = first + below(s.rng, last - first)
    start = d.option[o, O_EARLY] + below(s.rng, d.option[o, O_LATE] - d.option[o, O_EARLY] + 1)
    freed = -1
    for _ in range(d.visit[v, V_TEAM]):
        w = aide_for(d, s, v, o, start, freed)
        if w < 0:
            return
        freed = w
        clear_way(d, s, g, w, o, start)


@njit
def aide_for(d: Data, s: State, v: int, o: int, start: int, but: int) -> int:
    """An aide at random who may make a visit and is on duty then; -1 where none was found."""
    workers, day = d.worker.shape[0], d.option[o, O_DAY]
    end = start + d.visit[v, V_DURATION]
    begin = below(s.rng, workers)
    for k in range(workers):
        w = (begin + k) % workers
        if w == but or d.compat[v, w] == 0 or (d.visit[v, V_NEED] > 0 and d.compat[v, w] & 4 == 0):
            continue
        for i in range(d.shift[w, day, 0]):
            if d.shift[w, day, 1 + 2 * i] <= start and end <= d.shift[w, day, 2 + 2 * i]:
                return w
    return -1


@njit
def clear_way(d: Data, s: State, g: Log, w: int, o: int, start: int) -> None:
    """Take out of an aide's week what keeps a visit from starting then."""
    days = d.day.shape[0]
    v, day = d.option[o, O_VISIT], d.option[o, O_DAY]
    r = w * days + day
    length, here = d.visit[v, V_DURATION], d.visit[v, V_PLACE]
    road = d.road[d.worker[w, W_MODE]]
    for i in range(s.rounds[r, R_LEN] - 1, -1, -1):
        u = d.option[s.stop[r, i, 0], O_VISIT]
        there = d.visit[u, V_PLACE]
        opens, closes = s.stop[r, i, 1], s.stop[r, i, 1] + d.visit[u, V_DURATION]
        if opens < start + length + road[here, there, 0] and closes + road[there, here, 0] > start:
            unplace(d, s, g, u)
    week = d.day[day, D_WEEK]
    full = s.work[w, 1 + week] + length > d.cap[w, 0, week]
    if full or (s.rounds[r, R_LEN] == 0 and not may_work(d, s, w, day)) or below(s.rng, 8) == 0:
        other = w * days + below(s.rng, days)
        n = s.rounds[other, R_LEN]
        if n > 0 and other != r:
            if full:
                ruin_string(d, s, g, other, d.option[s.stop[other, below(s.rng, n), 0], O_VISIT], min(n, 4))
            else:
                ruin_round(d, s, g, other)


@njit
def ruin_strings(d: Data, s: State, g: Log, seed: int) -> None:
    """Take strings of neighbouring stops out of rounds near the seed, all on one day."""
    days = d.day.shape[0]
    option = s.place[seed, S_OPTION]
    if option < 0:
        option = d.visit[seed, V_FIRST]
        if d.visit[seed, V_LAST] > option:
            option += below(s.rng, d.visit[seed, V_LAST] - option)
    day = d.option[option, O_DAY]
    longest = 3 + below(s.rng, STRING_MAX - 2)
    strings = 1 + below(s.rng, max(1, 4 * MEAN_REMOVED // (1 + longest)))
    used = 0
    for k in range(-1, d.near.shape[1]):
        v = seed if k < 0 else d.near[seed, k]
        if v < 0 or used >= strings:
            break
        if s.place[v, S_OPTION] < 0 or d.option[s.place[v, S_OPTION], O_DAY] != day:
            continue
        r = s.place[v, S_ROUND]
        if g.mark[r] > 0 and s.place[v, S_ROUND2] >= 0:
            r = s.place[v, S_ROUND2]
        if g.mark[r] > 0 or r % days != day:
            continue
        ruin_string(d, s, g, r, v, min(longest, s.rounds[r, R_LEN]))
        used += 1


@njit
def ruin_string(d: Data, s: State, g: Log, r: int, v: int, most: int) -> None:
    """Take a string of at most `most` stops with `v` in it out of one round."""
    n = s.rounds[r, R_LEN]
    length = 1 + below(s.rng, most)
    at = 0
    while d.option[s.stop[r, at, 0], O_VISIT] != v:
        at += 1
    first = max(0, min(at - below(s.rng, length), n - length))
    split = length < n and length > 1 and below(s.rng, 2) == 0
    for _ in range(length):
        if first >= s.rounds[r, R_LEN]:
            break
        if split and below(s.rng, 4) == 0 and first + 1 < s.rounds[r, R_LEN]:
            first += 1
        unplace(d, s, g, d.option[s.stop[r, first, 0], O_VISIT])


@njit
def ruin_person(d: Data, s: State, g: Log, person: int, share: int) -> None:
    """Take the visits of a person out, each with a chance of `share` in ten."""
    for k in range(d.of_person.shape[1]):
        v = d.of_person[person, k]
        if v < 0:
            break
        if s.place[v, S_OPTION] >= 0 and below(s.rng, 10) < share:
            unplace(d, s, g, v)


@njit
def ruin_round(d: Data, s: State, g: Log, r: int) -> None:
    """Empty one round."""
    while s.rounds[r, R_LEN] > 0:
        unplace(d, s, g, d.option[s.stop[r, s.rounds[r, R_LEN] - 1, 0], O_VISIT])


@njit
def make_room(d: Data, s: State, g: Log) -> int:
    """Ruin around a visit without a place; gives it, or -1 where nothing was done."""
    if s.total[T_BAG] == 0 or below(s.rng, 4) > 0:
        return -1
    waiting = waiting_visit(d, s)
    if waiting < 0:
        return -1
    kind = below(s.rng, 8)
    if kind > 0:
        ruin_for(d, s, g, waiting)
    if kind < 4:
        ruin_strings(d, s, g, waiting)
    return waiting


@njit
def ruin(d: Data, s: State, g: Log) -> int:
    """Take something out, chosen at random; gives the visit for which room was made, or -1."""
    waiting = make_room(d, s, g)
    if waiting >= 0:
        return waiting
    seed = seed_visit(d, s)
    kind = below(s.rng, 100)
    if kind < 70:
        ruin_strings(d, s, g, seed)
    elif kind < 90:
        ruin_person(d, s, g, d.visit[seed, V_PERSON], 3 + below(s.rng, 8))
        if below(s.rng, 2) == 0:
            other = d.near[seed, below(s.rng, min(8, d.near.shape[1]))]
            if other >= 0:
                ruin_person(d, s, g, d.visit[other, V_PERSON], 5)
    elif s.place[seed, S_OPTION] >= 0:
        ruin_round(d, s, g, s.place[seed, S_ROUND])
        other = d.near[seed, below(s.rng, min(8, d.near.shape[1]))]
        if other >= 0 and s.place[other, S_OPTION] >= 0:
            ruin_round(d, s, g, s.place[other, S_ROUND])
    return -1
