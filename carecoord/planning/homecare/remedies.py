"""
What may be done for a visit that nobody makes, each thing tried before it is said.

Kinds are tried from the one that burdens people least; each remedy is applied to a copy of
the plan and judged by the checker, and what does not stand is not told. The amounts are the
smallest found, in steps of five minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.explain import board_of, insertion_on, take_off
from carecoord.planning.homecare.remedy import KINDS, Change, Kind, NewPin, Remedy
from carecoord.planning.homecare.remedy_combined import COMBINED, combined, skill
from carecoord.planning.homecare.remedy_facts import availability, call_in, hours, setting
from carecoord.planning.homecare.remedy_judge import is_true
from carecoord.planning.homecare.remedy_plan import budget, pins, swaps, warnings
from carecoord.planning.homecare.remedy_trial import BURDENS, Case, Limits, remedy_of
from carecoord.planning.homecare.remedy_windows import other_day, window
from carecoord.planning.homecare.what_if import what_if
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import Problem, Visit
from carecoord.planning.solution import Solution

Search = Callable[[Case], Iterator[Remedy]]

SEARCHES: tuple[tuple[Kind, Search], ...] = (
    ("pin", pins),
    ("warning", warnings),
    ("window", window),
    ("swap", swaps),
    ("availability", availability),
    ("hours", hours),
    ("budget", budget),
    ("other_day", other_day),
    ("setting", setting),
    ("call_in", call_in),
)
"""Searches in the order in which they are made: quick ones and small burdens first."""

FEW = 2
"""With fewer remedies than this, several changes at once are looked for, and then skills."""

PER_KIND = 2
"""Remedies of one kind told of one visit."""


def remedies(
    problem: Problem, solution: Solution, visit_id: str, *, limits: Limits | None = None
) -> list[Remedy]:
    """
    What may be done for one visit, the least burden first; as if it were unserved where it is served.

    Raises:
        KeyError: no such visit.
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    lookup = Lookup(problem)
    visit = lookup.visits[visit_id]
    board, _ = board_of(lookup, stops_by_round(lookup, solution))
    take_off(board, visit_id)
    return remedies_on(board, visit, limits=limits)


def remedies_on(board: Board, visit: Visit, *, limits: Limits | None = None) -> list[Remedy]:
    """
    The same on a board, for a visit that is in no round of it.

    A visit that fits as things are has this one remedy.
    """
    limits = limits or Limits()
    case = Case(board, visit, limits)
    found = insertion_on(board, visit)
    if found is not None:
        here = remedy_of(case, "insert", found)
        return [here] if is_true(board, here) else []
    until = time.monotonic() + limits.seconds
    kept: list[Remedy] = []
    for _, search in SEARCHES:
        kept.extend(_true_ones(case, search, until))
        if time.monotonic() > until:
            break
    for search in (combined, unpinned, skill):
        if len(kept) < FEW:
            kept.extend(_true_ones(case, search, until))
    return sorted(kept, key=_least_burden)[: limits.most]


def unpinned(case: Case) -> Iterator[Remedy]:
    """What else helps once nothing is fixed by hand on the visit any more."""
    visit = case.visit
    if visit.pin is None or visit.id in case.limits.locked:
        return
    free: list[Change] = [NewPin(visit=visit.id)]
    board = what_if(case.board, free)
    other = Case(board, board.lookup.visits[visit.id], case.limits)
    for search in (window, swaps, availability, hours, combined):
        for remedy in search(other):
            burden = remedy.burden + BURDENS["pin"] + COMBINED
            yield msgspec.structs.replace(remedy, changes=[*free, *remedy.changes], burden=burden)


def _true_ones(case: Case, search: Search, until: float) -> list[Remedy]:
    """The first remedies of one kind that the checker confirms."""
    kept: list[Remedy] = []
    for remedy in search(case):
        if is_true(case.board, remedy):
            kept.append(remedy)
        if len(kept) >= PER_KIND or time.monotonic() > until:
            break
    return kept


def _least_burden(item: Remedy) -> tuple[int, int, int]:
    return (item.burden, KINDS.index(item.kind), item.cost_cents)


def suggested(found: list[Remedy]) -> Remedy | None:
    """The remedy to suggest first, if there is any."""
    return next(iter(found), None)
