"""
Hours of one tour whose stops and order are given: exact, and as short as can be.

Windows, rides no longer than allowed and a longest time on the way are all bounds on the difference
of two instants: a simple temporal network (R. Dechter, I. Meiri, J. Pearl, Artificial Intelligence 49
(1991) 61-95). Its least solution comes from raising instants along the order of stops until nothing
changes, its greatest from lowering them; a tour that has neither is impossible.
"""

from __future__ import annotations

from typing import NamedTuple

ROUNDS_PER_STOP = 2
"""A solvable network settles in as many rounds as it has stops; above that it has no solution."""


class Chain(NamedTuple):
    """
    A tour before it has hours; the first and last items are the departure and the return.

    Args:
        early, late: bounds of each instant.
        gap_s: from the beginning of each item to that of the next, at least: service and drive.
        rides: pairs of positions with the longest time between the beginnings of the two.
        most_s: longest time from the first item to the last.
    """

    early: list[int]
    late: list[int]
    gap_s: list[int]
    rides: list[tuple[int, int, int]]
    most_s: int


def least(chain: Chain, first_s: int | None = None) -> list[int] | None:
    """
    Every instant as early as it can be, or None when the tour is impossible.

    Args:
        first_s: the departure is not before.
    """
    at = list(chain.early)
    if first_s is not None:
        at[0] = max(at[0], first_s)
    late, gap_s, last = chain.late, chain.gap_s, len(at) - 1
    for _ in range(ROUNDS_PER_STOP * len(at) + 2):
        for k in range(1, last + 1):
            reached = at[k - 1] + gap_s[k - 1]
            if reached > at[k]:
                at[k] = reached
            if at[k] > late[k]:
                return None
        if not _raised(chain, at):
            return at if at[0] <= late[0] else None
        if at[0] > late[0]:
            return None
    return None


def _raised(chain: Chain, at: list[int]) -> bool:
    """Raise what longest rides and the longest tour ask for; whether anything changed."""
    changed = False
    for one, other, most in chain.rides:
        if at[other] - most > at[one]:
            at[one] = at[other] - most
            changed = True
    if at[-1] - chain.most_s > at[0]:
        at[0] = at[-1] - chain.most_s
        changed = True
    return changed


def greatest(chain: Chain, last_s: int) -> list[int] | None:
    """Every instant as late as it can be with the return at `last_s` at the latest, or None."""
    at = list(chain.late)
    early, gap_s, last = chain.early, chain.gap_s, len(at) - 1
    at[last] = min(at[last], last_s)
    for _ in range(ROUNDS_PER_STOP * len(at) + 2):
        for k in range(last - 1, -1, -1):
            reached = at[k + 1] - gap_s[k]
            if reached < at[k]:
                at[k] = reached
            if at[k] < early[k]:
                return None
        if not _lowered(chain, at):
            return at if at[last] >= early[last] else None
    return None


def _lowered(chain: Chain, at: list[int]) -> bool:
    """Lower what longest rides and the longest tour ask for; whether anything changed."""
    changed = False
    for one, other, most in chain.rides:
        if at[one] + most < at[other]:
            at[other] = at[one] + most
            changed = True
    if at[0] + chain.most_s < at[-1]:
        at[-1] = at[0] + chain.most_s
        changed = True
    return changed


def shortest(chain: Chain) -> list[int] | None:
    """
    Hours with the return as early as can be and, for that, the departure as late as can be: no tour
    with these stops takes less time. Between the two, everybody is fetched as early as can be.
    """
    soonest = least(chain)
    if soonest is None:
        return None
    latest = greatest(chain, soonest[-1])
    return soonest if latest is None else least(chain, latest[0])
