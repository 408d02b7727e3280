"""
Options of visits cut so that two visits to one person can never overlap.

The engine times each round on its own; it may do so because the windows that this module
gives it keep the visits of one person apart whatever the rounds. A wide window is cut
around the narrow ones of the same person and day; windows that cannot both stay whole
share the time between them.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from carecoord.planning.problem import Option, Problem, Visit


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """
    One way to place a visit, as the engine may use it.

    Args:
        visit: index in `Problem.visits`.
        day: index in `Problem.days`.
        early_s, late_s: bounds of the start.
        wish_s: wished start, if any.
    """

    visit: int
    day: int
    early_s: int
    late_s: int
    wish_s: int | None


def choices(problem: Problem) -> list[Choice]:
    """Every option of every visit, pins applied, kept apart for each person; in order of visits."""
    raw = [_allowed(problem, index, visit) for index, visit in enumerate(problem.visits)]
    by_person: dict[str, list[int]] = defaultdict(list)
    for index, visit in enumerate(problem.visits):
        by_person[visit.person].append(index)
    result: list[list[Choice]] = [[] for _ in raw]
    length = [visit.duration_s for visit in problem.visits]
    for members in by_person.values():
        _keep_apart(raw, result, members, length)
    return [choice for items in result for choice in items]


def _allowed(problem: Problem, index: int, visit: Visit) -> list[Choice]:
    found = []
    pin = visit.pin
    for option in visit.options:
        if pin is not None and pin.day is not None and option.day != pin.day:
            continue
        early, late = _inside_day(problem, visit, option)
        if pin is not None and pin.start_s is not None:
            early, late = max(early, pin.start_s), min(late, pin.start_s)
        if early <= late:
            found.append(
                Choice(visit=index, day=option.day, early_s=early, late_s=late, wish_s=option.preferred_s)
            )
    return found


def _inside_day(problem: Problem, visit: Visit, option: Option) -> tuple[int, int]:
    """Starts within the day, and ends within it too where the window leaves room for that."""
    day = problem.days[option.day]
    early, late = max(option.earliest_s, day.starts_s), min(option.latest_s, day.ends_s - 1)
    inside = min(late, day.ends_s - visit.duration_s)
    return early, inside if inside >= early else late


def _keep_apart(
    raw: list[list[Choice]], result: list[list[Choice]], members: list[int], length: list[int]
) -> None:
    """Give each visit of a person its windows, narrow ones first, each cut around those before."""
    order = sorted(members, key=lambda v: (sum(c.late_s - c.early_s for c in raw[v]), v))
    for v in order:
        taken = [c for other in members for c in result[other]]
        free = [piece for c in raw[v] for piece in _cut(c, taken, length)]
        if not free and raw[v]:
            free = _share(raw[v], result, members, length)
        result[v] = free


def _cut(choice: Choice, taken: list[Choice], length: list[int]) -> list[Choice]:
    """What is left of a window around the visits of the same person that may be going on."""
    pieces = [(choice.early_s, choice.late_s)]
    for other in taken:
        opens, closes = other.early_s - length[choice.visit], other.late_s + length[other.visit]
        pieces = [
            part
            for low, high in pieces
            for part in ((low, min(high, opens)), (max(low, closes), high))
            if part[0] <= part[1]
        ]
        pieces = sorted(set(pieces))
    return [msgspec.structs.replace(choice, early_s=low, late_s=high) for low, high in pieces]


def _share(
    mine: list[Choice], result: list[list[Choice]], members: list[int], length: list[int]
) -> list[Choice]:
    """Make room in the window of one other visit: the earlier wish goes first, both keep a part."""
    for choice in mine:
        rivals = [c for m in members for c in result[m] if _meets(choice, c, length)]
        if len(rivals) != 1:
            continue
        rival = rivals[0]
        for first, second in _both_orders(choice, rival):
            # The first ends by the border and the second starts from it.
            low = max(second.early_s, first.early_s + length[first.visit])
            high = min(second.late_s, first.late_s + length[first.visit])
            if low > high:
                continue
            border = (low + high) // 2 // 300 * 300
            border = min(high, max(low, border))
            early = msgspec.structs.replace(first, late_s=border - length[first.visit])
            late = msgspec.structs.replace(second, early_s=border)
            new_mine, new_rival = (early, late) if first is choice else (late, early)
            kept = [new_rival if c is rival else c for c in result[rival.visit]]
            result[rival.visit] = kept
            return [new_mine]
    return []


def _meets(one: Choice, two: Choice, length: list[int]) -> bool:
    return one.early_s < two.late_s + length[two.visit] and two.early_s < one.late_s + length[one.visit]


def _both_orders(one: Choice, two: Choice) -> list[tuple[Choice, Choice]]:
    key_one = (one.wish_s if one.wish_s is not None else one.early_s, one.visit)
    key_two = (two.wish_s if two.wish_s is not None else two.early_s, two.visit)
    return [(one, two), (two, one)] if key_one <= key_two else [(two, one), (one, two)]
