"""
Ways to place each visit, and which visits to one person might overlap.

The engine keeps rivals apart while it moves them; what can never overlap it need not look at.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from carecoord.planning.engine.layout import NOT_TOLD, OTHER_DAY
from carecoord.planning.problem import Interval, Option, Problem, Reference, Visit


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """
    One way to place a visit, as the engine may use it.

    Args:
        visit: index in `Problem.visits`.
        day: index in `Problem.days`.
        early_s, late_s: bounds of the start.
        wish_s: wished start, if any.
        told: start that the person was told on that day, `NOT_TOLD`, or `OTHER_DAY`.
    """

    visit: int
    day: int
    early_s: int
    late_s: int
    wish_s: int | None
    told: int = NOT_TOLD


def choices(problem: Problem) -> list[Choice]:
    """Every option of every visit, pins applied; in order of visits."""
    today = references(problem)
    away = {person.id: person.busy for person in problem.persons}
    return [
        piece
        for index, visit in enumerate(problem.visits)
        for choice in _allowed(problem, index, today.get(visit.id))
        for piece in person_busy(choice, visit.duration_s, away[visit.person])
    ]


def person_busy(choice: Choice, duration_s: int, away: list[Interval]) -> list[Choice]:
    """`person_busy`: the parts of a window of starts from which the visit meets the person at home."""
    windows = [(choice.early_s, choice.late_s)]
    for item in away:
        windows = [
            piece
            for low, high in windows
            for piece in ((low, min(high, item.start_s - duration_s)), (max(low, item.end_s), high))
            if piece[0] <= piece[1]
        ]
    return [msgspec.structs.replace(choice, early_s=low, late_s=high) for low, high in sorted(set(windows))]


def meal_before_visit(option: Option, early_s: int) -> int:
    """`meal_before_visit`: the first start at which the meal that a visit serves is at the door."""
    return early_s if option.meal_s is None else max(early_s, option.meal_s)


def references(problem: Problem) -> dict[str, Reference]:
    """Visit -> where it is today, for visits that have such a place."""
    return {} if problem.stability is None else {item.visit: item for item in problem.stability.reference}


def rivals(problem: Problem, option: list[Choice]) -> list[list[int]]:
    """Visit -> visits to the same person that could go on at the same time."""
    by_person: dict[str, list[Choice]] = defaultdict(list)
    for choice in option:
        by_person[problem.visits[choice.visit].person].append(choice)
    found: list[set[int]] = [set() for _ in problem.visits]
    for items in by_person.values():
        items.sort(key=lambda c: (c.early_s, c.visit))
        for index, one in enumerate(items):
            closes = one.late_s + problem.visits[one.visit].duration_s
            for two in items[index + 1 :]:
                if two.early_s >= closes:
                    break
                if two.visit != one.visit:
                    found[one.visit].add(two.visit)
                    found[two.visit].add(one.visit)
    return [sorted(items) for items in found]


def _allowed(problem: Problem, index: int, today: Reference | None) -> list[Choice]:
    found = []
    visit = problem.visits[index]
    pin = visit.pin
    for option in visit.options:
        if pin is not None and pin.day is not None and option.day != pin.day:
            continue
        early, late = _inside_day(problem, visit, option)
        early = meal_before_visit(option, early)
        if pin is not None and pin.start_s is not None:
            early, late = max(early, pin.start_s), min(late, pin.start_s)
        if early <= late:
            found.append(
                Choice(
                    visit=index,
                    day=option.day,
                    early_s=early,
                    late_s=late,
                    wish_s=option.preferred_s,
                    told=_told(problem, option.day, today),
                )
            )
    return found


def _told(problem: Problem, day: int, today: Reference | None) -> int:
    if today is None:
        return NOT_TOLD
    here = problem.days[day]
    return today.start_s if here.starts_s <= today.start_s < here.ends_s else OTHER_DAY


def _inside_day(problem: Problem, visit: Visit, option: Option) -> tuple[int, int]:
    """Starts within the day, and ends within it too where the window leaves room for that."""
    day = problem.days[option.day]
    early, late = max(option.earliest_s, day.starts_s), min(option.latest_s, day.ends_s - 1)
    inside = min(late, day.ends_s - visit.duration_s)
    return early, inside if inside >= early else late
