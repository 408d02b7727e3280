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
    O_DAY,
    O_VISIT,
    R_LEN,
    S_OPTION,
    S_ROUND,
    S_ROUND2,
    T_BAG,
    V_FIRST,
    V_PERSON,
    Data,
    Log,
    State,
)
from carecoord.planning.engine.random_numbers import below
from carecoord.planning.engine.rounds import unplace

MEAN_REMOVED = 10
STRING_MAX = 10


@njit
def seed_visit(d: Data, s: State) -> int:
    """A visit to ruin around: often one without a place, otherwise any."""
    if s.total[T_BAG] > 0 and below(s.rng, 3) == 0:
        return s.bag[0, below(s.rng, s.total[T_BAG])]
    return below(s.rng, d.visit.shape[0])


@njit
def ruin_strings(d: Data, s: State, g: Log, seed: int) -> None:
    """Take strings of neighbouring stops out of rounds near the seed, all on one day."""
    days = d.day.shape[0]
    option = s.place[seed, S_OPTION]
    if option < 0:
        option = d.visit[seed, V_FIRST]
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
def ruin(d: Data, s: State, g: Log) -> None:
    """Take something out, chosen at random."""
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
