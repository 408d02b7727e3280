"""
From a home-help problem to the tables of the engine, one function for each constraint or group.

The names are those of `docs/planning/constraints.md`: what `check` judges, this lays down.
"""

from __future__ import annotations

import msgspec
import numpy as np

from carecoord.planning.calendar import Calendar
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.layout import UNIT, Bytes, Data, Ints, Small
from carecoord.planning.homecare.build_law import (
    availability,
    average_caps,
    left_out_cents,
    limit,
    past_days,
    past_month_sundays,
    past_sundays,
    regimes,
    weekly_caps,
)
from carecoord.planning.homecare.overlap import Choice, choices, references, rivals
from carecoord.planning.problem import Problem, Visit

NEIGHBOURS = 64
"""Near visits known to the search for each visit."""

RANKS = ("pin", "vital", "important", "comfort")
"""Whose visits are put in first; what leaving one out weighs falls in this order."""

_SECOND = UNIT // 3600


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """
    A problem as the engine reads it.

    Args:
        data: the tables.
        lex: what leaving out a visit of each tier weighs, one more than all of the tier below.
    """

    data: Data
    lex: dict[str, int]


def build(problem: Problem) -> Built:
    """Lay a valid problem down in tables."""
    modes = {matrix.mode: index for index, matrix in enumerate(problem.matrices)}
    option = choices(problem)
    lex = tier_weights(problem)
    others = rivals(problem, option)
    data = Data(
        option=_option_table(option),
        visit=visits(problem, option, lex, [len(items) for items in others]),
        worker=regimes(problem, modes),
        day=days(problem),
        person=persons(problem),
        price=prices(problem),
        road=roads(problem),
        compat=eligibility(problem),
        known=known_faces(problem),
        order=likely_workers(problem, modes),
        shift=availability(problem),
        cap=np.stack([weekly_caps(problem), average_caps(problem)], axis=1),
        past=np.concatenate([past_days(problem), past_sundays(problem)], axis=1),
        past_month=past_month_sundays(problem),
        near=neighbours(problem, option),
        of_person=visits_of_persons(problem),
        rival=person_overlap(others),
    )
    return Built(data=data, lex=lex)


def roads(problem: Problem) -> Small:
    """Mode × from × to × (seconds, metres)."""
    pairs = [np.stack([np.array(m.seconds), np.array(m.metres)], axis=-1) for m in problem.matrices]
    return np.array(pairs, dtype=np.int32)


def likely_workers(problem: Problem, modes: dict[str, int]) -> Small:
    """Person × workers: known faces first, then by the way from home; what is tried first prunes the rest."""
    place = {p.id: index for index, p in enumerate(problem.places)}
    here = {visit.person: place[visit.place] for visit in problem.visits}
    table = np.zeros((len(problem.persons), len(problem.workers)), dtype=np.int32)
    for p, person in enumerate(problem.persons):
        where = here.get(person.id, 0)
        far = [
            (
                w.id not in person.known,
                problem.matrices[modes[w.mode]].seconds[place[w.start_place]][where],
                k,
            )
            for k, w in enumerate(problem.workers)
        ]
        table[p] = [k for _, _, k in sorted(far)]
    return table


def tier_weights(problem: Problem) -> dict[str, int]:
    """Weights that make tiers lexicographic: one visit outweighs every visit of the tiers below."""
    base = len(problem.visits) + 1
    return {"comfort": 1, "important": base, "vital": base**2, "pin": base**3}


def visits(problem: Problem, option: list[Choice], lex: dict[str, int], rival_counts: list[int]) -> Ints:
    """One line for each visit; options of a visit are consecutive."""
    table = np.zeros((len(problem.visits), lay.V_N), dtype=np.int64)
    place = {p.id: index for index, p in enumerate(problem.places)}
    person = {p.id: index for index, p in enumerate(problem.persons)}
    penalty = search_penalties(problem)
    table[:, lay.V_FIRST] = len(option)
    today = references(problem)
    late = {} if problem.robust is None else problem.robust.service_excess_s
    table[:, lay.V_RIVALS] = rival_counts
    for index, choice in enumerate(option):
        table[choice.visit, lay.V_FIRST] = min(table[choice.visit, lay.V_FIRST], index)
        table[choice.visit, lay.V_LAST] = index + 1
    for index, visit in enumerate(problem.visits):
        line = table[index]
        rank = "pin" if fully_pinned(visit) else visit.tier
        line[lay.V_PERSON] = person[visit.person]
        line[lay.V_PLACE] = place[visit.place]
        line[lay.V_DURATION] = visit.duration_s
        line[lay.V_TEAM] = visit.team_size
        line[lay.V_RANK] = RANKS.index(rank)
        line[lay.V_LEX] = lex[rank]
        line[lay.V_PENALTY] = penalty[rank]
        line[lay.V_NEED] = len(_pinned(visit))
        line[lay.V_CHOICES] = 8
        line[lay.V_FIRST] = min(line[lay.V_FIRST], line[lay.V_LAST])
        line[lay.V_EXCESS] = late.get(visit.id, 0)
        line[lay.V_TOLD] = today[visit.id].start_s if visit.id in today else lay.NOT_TOLD
    return table


def fully_pinned(visit: Visit) -> bool:
    """Whether aides and start are fixed (promised, begun, done): such a visit outranks vital ones."""
    pin = visit.pin
    return pin is not None and pin.start_s is not None and len(pin.workers or ()) == visit.team_size


def _pinned(visit: Visit) -> list[str]:
    return (visit.pin.workers or []) if visit.pin is not None else []


def search_penalties(problem: Problem) -> dict[str, int]:
    """
    Price of a visit left out during the search, in cost units: above any price of inserting one.

    The search may trade visits of a tier for a while; the best plan is kept lexicographically.
    A warning (`warning_cents`) stands between important and vital.
    """
    unit = left_out_cents(problem) * UNIT
    return {"comfort": unit, "important": 30 * unit, "vital": 1000 * unit, "pin": 10_000 * unit}


def days(problem: Problem) -> Ints:
    """One line for each civil day, with its week and month."""
    calendar = Calendar(problem.days)
    table = np.zeros((len(problem.days), lay.D_N), dtype=np.int64)
    first = problem.days[0].date
    for index, day in enumerate(problem.days):
        week = calendar.weeks[calendar.week_of[index]]
        table[index, lay.D_START] = day.starts_s
        table[index, lay.D_END] = day.ends_s
        table[index, lay.D_WEEK] = calendar.week_of[index]
        table[index, lay.D_WEEK_START] = week.starts_s
        table[index, lay.D_WEEK_END] = week.ends_s
        table[index, lay.D_WEEK_BEFORE] = week.before
        table[index, lay.D_MONTH] = (day.date.year - first.year) * 12 + day.date.month - first.month
        table[index, lay.D_SUNDAY] = day.date.weekday() == 6
        table[index, lay.D_HOLIDAY] = day.holiday
    return table


def persons(problem: Problem) -> Ints:
    """Ceilings of faces and frailty."""
    table = np.zeros((len(problem.persons), lay.P_N), dtype=np.int64)
    for index, person in enumerate(problem.persons):
        table[index, lay.P_FACES] = limit(person.faces_max)
        table[index, lay.P_FRAIL] = person.frail
    return table


def prices(problem: Problem) -> Ints:
    """Prices that do not belong to one round, in cost units."""
    weights = problem.weights
    table = np.zeros(lay.C_N, dtype=np.int64)
    table[lay.C_NEW_FACE] = weights.new_face_cents * UNIT
    table[lay.C_EXCESS] = weights.faces_excess_cents * UNIT
    table[lay.C_UNWANTED] = weights.not_wanted_cents * UNIT
    table[lay.C_SHORT] = weights.shortfall_cents_per_h * _SECOND
    table[lay.C_OVER] = weights.overtime_cents_per_h * _SECOND
    table[lay.C_FAIR] = weights.fairness_cents_per_h * _SECOND
    table[lay.C_LEVEL] = lay.RANKS
    disturbance_budget(problem, table)
    return table


def disturbance_budget(problem: Problem, table: Ints) -> None:
    """`disturbance_budget`, and what another aide than today's costs."""
    table[lay.C_PEOPLE] = lay.BIG
    if problem.stability is not None:
        table[lay.C_CHANGED] = problem.stability.aide_change_cents * UNIT
        table[lay.C_PEOPLE] = limit(problem.stability.persons_max)
        table[lay.C_TOLERANCE] = problem.stability.hour_tolerance_s


def _option_table(option: list[Choice]) -> Ints:
    table = np.zeros((max(1, len(option)), lay.O_N), dtype=np.int64)
    for index, choice in enumerate(option):
        wish = -1 if choice.wish_s is None else choice.wish_s
        table[index] = (choice.visit, choice.day, choice.early_s, choice.late_s, wish, choice.told)
    return table


def eligibility(problem: Problem) -> Bytes:
    """Which aides may make which visit: `skill`, `refused`, `pin`; who is not wanted, and who not told."""
    table = np.zeros((len(problem.visits), len(problem.workers)), dtype=np.int8)
    skills = [frozenset(w.skills) for w in problem.workers]
    today = references(problem)
    for v, visit in enumerate(problem.visits):
        pinned = _pinned(visit)
        if len(pinned) > visit.team_size:
            continue
        needed, refused, wanted = frozenset(visit.skills), set(visit.refused), set(visit.wanted)
        for w, worker in enumerate(problem.workers):
            if worker.id in refused or not needed <= skills[w]:
                continue
            table[v, w] = 2 if wanted and worker.id not in wanted else 1
            if worker.id in pinned:
                table[v, w] |= 4
            if visit.id in today and worker.id not in today[visit.id].workers:
                table[v, w] |= 8
    return table


def known_faces(problem: Problem) -> Bytes:
    """Worker × person: 1 where the person has seen the aide lately."""
    table = np.zeros((len(problem.workers), len(problem.persons)), dtype=np.int8)
    index = {w.id: k for k, w in enumerate(problem.workers)}
    for p, person in enumerate(problem.persons):
        for worker in person.known:
            if worker in index:
                table[index[worker], p] = 1
    return table


def visits_of_persons(problem: Problem) -> Small:
    """Person × visits, -1 fills up."""
    index = {p.id: k for k, p in enumerate(problem.persons)}
    lists: list[list[int]] = [[] for _ in problem.persons]
    for v, visit in enumerate(problem.visits):
        lists[index[visit.person]].append(v)
    table = np.full((len(lists), max(map(len, lists), default=1) + 1), -1, dtype=np.int32)
    for p, items in enumerate(lists):
        table[p, : len(items)] = items
    return table


def person_overlap(lists: list[list[int]]) -> Small:
    """`person_overlap`: visit × visits to the same person that could go on at the same time."""
    table = np.full((len(lists), max(map(len, lists), default=0) + 1), -1, dtype=np.int32)
    for visit, items in enumerate(lists):
        table[visit, : len(items)] = items
    return table


def neighbours(problem: Problem, option: list[Choice]) -> Small:
    """Visit × nearest visits on a common day: near on the road and in time."""
    place = {p.id: index for index, p in enumerate(problem.places)}
    here = np.array([place[v.place] for v in problem.visits])
    seconds = np.array(problem.matrices[0].seconds)
    near = np.full((len(problem.visits), NEIGHBOURS), -1, dtype=np.int32)
    middle = np.zeros(len(problem.visits))
    on_day: dict[int, dict[int, None]] = {}
    days_of: dict[int, dict[int, None]] = {}
    for choice in option:
        middle[choice.visit] = (choice.early_s + choice.late_s) / 2 % 86_400
        days_of.setdefault(choice.visit, {})[choice.day] = None
        on_day.setdefault(choice.day, {})[choice.visit] = None
    of_day = {day: np.array(sorted(items)) for day, items in on_day.items()}
    for v, days_here in days_of.items():
        lists = [of_day[day] for day in sorted(days_here)]
        others = lists[0] if len(lists) == 1 else np.unique(np.concatenate(lists))
        others = others[others != v]
        far = seconds[here[v], here[others]] + 0.2 * np.abs(middle[others] - middle[v])
        chosen = others[np.argsort(far, kind="stable")[:NEIGHBOURS]]
        near[v, : len(chosen)] = chosen
    return near
