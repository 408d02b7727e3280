"""
From a home-help problem to the tables of the engine, one function for each constraint or group.

The names are those of `docs/planning/constraints.md`: what `check` judges, this lays down.
"""

from __future__ import annotations

import msgspec
import numpy as np

from carecoord.planning.calendar import Calendar
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.layout import BIG, UNIT, Bytes, Data, Ints, Small
from carecoord.planning.homecare.overlap import Choice, choices, rivals
from carecoord.planning.load import contract_target_s, fairness_targets
from carecoord.planning.problem import Problem, Regime, Visit, Worker

NEIGHBOURS = 64
"""Near visits known to the search for each visit."""

_SECOND = UNIT // 3600
_METRE = UNIT // 1000


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
    rival = person_overlap(problem, option)
    data = Data(
        option=_option_table(option),
        visit=visits(problem, option, lex),
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
        rival=rival,
    )
    return Built(data=data, lex=lex)


def limit(value: int | None) -> int:
    """A threshold, or BIG where the regime has none."""
    return BIG if value is None else value


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


def visits(problem: Problem, option: list[Choice], lex: dict[str, int]) -> Ints:
    """One line for each visit; options of a visit are consecutive."""
    table = np.zeros((len(problem.visits), lay.V_N), dtype=np.int64)
    place = {p.id: index for index, p in enumerate(problem.places)}
    person = {p.id: index for index, p in enumerate(problem.persons)}
    penalty = search_penalties(problem)
    table[:, lay.V_FIRST] = len(option)
    others = rivals(problem, option)
    for index, choice in enumerate(option):
        table[choice.visit, lay.V_FIRST] = min(table[choice.visit, lay.V_FIRST], index)
        table[choice.visit, lay.V_LAST] = index + 1
    for index, visit in enumerate(problem.visits):
        line = table[index]
        rank = "pin" if visit.pin is not None else visit.tier
        line[lay.V_PERSON] = person[visit.person]
        line[lay.V_PLACE] = place[visit.place]
        line[lay.V_DURATION] = visit.duration_s
        line[lay.V_TEAM] = visit.team_size
        line[lay.V_LEX] = lex[rank]
        line[lay.V_PENALTY] = penalty[rank]
        line[lay.V_NEED] = len(_pinned(visit))
        line[lay.V_CHOICES] = 8
        line[lay.V_FIRST] = min(line[lay.V_FIRST], line[lay.V_LAST])
        line[lay.V_RIVALS] = len(others[index])
    return table


def _pinned(visit: Visit) -> list[str]:
    return (visit.pin.workers or []) if visit.pin is not None else []


def search_penalties(problem: Problem) -> dict[str, int]:
    """
    Price of a visit left out during the search, in cost units: above any price of inserting one.

    The search may trade visits of a tier for a while; the best plan is kept lexicographically.
    """
    weights = problem.weights
    far_s = max(max(map(max, m.seconds)) for m in problem.matrices)
    far_m = max(max(map(max, m.metres)) for m in problem.matrices)
    hourly = weights.travel_cents_per_h + weights.commute_cents_per_h
    cents = 2 * far_s * hourly // 3600 + 2 * far_m * weights.distance_cents_per_km // 1000
    cents += weights.new_face_cents + weights.faces_excess_cents + weights.not_wanted_cents
    cents += 2 * weights.interruption_cents + 12 * weights.hour_deviation_cents_per_h
    cents += 4 * (weights.overtime_cents_per_h + weights.fairness_cents_per_h) + 2 * warning_cents(problem)
    unit = 2 * cents * UNIT
    return {"comfort": unit, "important": 3 * unit, "vital": 9 * unit, "pin": 27 * unit}


def warning_cents(problem: Problem) -> int:
    """Price of a warning in the search: it is better to drive two hours than to need a reason."""
    return 4 * problem.weights.interruption_cents + 2 * problem.weights.travel_cents_per_h


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
    return table


def _option_table(option: list[Choice]) -> Ints:
    table = np.zeros((max(1, len(option)), lay.O_N), dtype=np.int64)
    for index, choice in enumerate(option):
        wish = -1 if choice.wish_s is None else choice.wish_s
        table[index] = (choice.visit, choice.day, choice.early_s, choice.late_s, wish)
    return table


def eligibility(problem: Problem) -> Bytes:
    """Which aides may make which visit: `skill`, `refused`, `pin`; and the wish `not_wanted`."""
    table = np.zeros((len(problem.visits), len(problem.workers)), dtype=np.int8)
    skills = [frozenset(w.skills) for w in problem.workers]
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


def availability(problem: Problem) -> Ints:
    """Worker × day: how many shifts meet the day, then start and end of each."""
    most = 1
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for w, worker in enumerate(problem.workers):
        for index, day in enumerate(problem.days):
            here = [
                (s.start_s, s.end_s)
                for s in worker.shifts
                if s.start_s < day.ends_s and s.end_s > day.starts_s
            ]
            found[w, index] = here
            most = max(most, len(here))
    table = np.zeros((len(problem.workers), len(problem.days), 1 + 2 * most), dtype=np.int64)
    for (w, index), here in found.items():
        table[w, index, 0] = len(here)
        for k, (start, end) in enumerate(here):
            table[w, index, 1 + 2 * k : 3 + 2 * k] = (start, end)
    return table


def regimes(problem: Problem, modes: dict[str, int]) -> Ints:
    """One line for each aide: how the aide travels, contract, and the rules of the employer."""
    by_key = {regime.key: regime for regime in problem.regimes}
    place = {p.id: index for index, p in enumerate(problem.places)}
    targets, shares = contract_target_s(problem), fairness_targets(problem)
    weights = problem.weights
    table = np.zeros((len(problem.workers), lay.W_N), dtype=np.int64)
    grain = time_grain_s(problem)
    for index, worker in enumerate(problem.workers):
        regime, line = by_key[worker.regime], table[index]
        line[lay.W_MODE] = modes[worker.mode]
        line[lay.W_START] = place[worker.start_place]
        line[lay.W_END] = place[worker.end_place]
        line[lay.W_TARGET] = targets[worker.id]
        line[lay.W_FAIR] = shares[worker.id]
        line[lay.W_COMMUTE_WORK] = worker.commute_is_work
        _rule_of_day(line, regime, worker, grain)
        _rules_of_rest(line, regime, worker)
        line[lay.W_FORTNIGHT_POS] = (problem.days[0].date - regime.fortnight_anchor).days % 14
        line[lay.W_C_TRAVEL] = weights.travel_cents_per_h * _SECOND
        line[lay.W_C_KM] = weights.distance_cents_per_km * _METRE
        line[lay.W_C_COMMUTE] = weights.commute_cents_per_h * _SECOND
        line[lay.W_C_WISH] = weights.hour_deviation_cents_per_h * _SECOND
        line[lay.W_C_SPLIT] = weights.interruption_cents * UNIT
        line[lay.W_C_WARN] = warning_cents(problem) * UNIT
    return table


def time_grain_s(problem: Problem) -> int:
    """60 where every time of the problem falls on whole minutes, else 1."""
    whole = all(v.duration_s % 60 == 0 for v in problem.visits)
    whole = whole and all(not (np.array(m.seconds) % 60).any() for m in problem.matrices)
    times = (t for v in problem.visits for o in v.options for t in (o.earliest_s, o.latest_s))
    return 60 if whole and all(t % 60 == 0 for t in times) else 1


def _rule_of_day(line: Ints, regime: Regime, worker: Worker, grain: int) -> None:
    """`daily_work`, `span`, `break`, `meal`, `interruptions`, `interruption_total`, `daily_minimum`."""
    part = worker.part_time
    line[lay.W_DAY_MAX] = limit(regime.daily_work_max_s)
    line[lay.W_SPAN] = limit(regime.span_max_s)
    exceptional = regime.span_exceptional_max_s
    line[lay.W_SPAN_HARD] = limit(regime.span_max_s if exceptional is None else exceptional)
    frail = regime.span_exceptional_needs_frail
    line[lay.W_SPAN_FRAIL] = frail
    line[lay.W_SPAN_DAYS] = BIG if frail else limit(regime.span_exceptional_days_max)
    broken = regime.break_after_s is None or regime.break_min_s is None
    line[lay.W_BREAK_AFTER] = BIG if broken else limit(regime.break_after_s)
    line[lay.W_BREAK_MIN] = BIG if broken else limit(regime.break_min_s)
    line[lay.W_MEAL] = regime.meal_min_s or 0
    line[lay.W_MEAL_FROM] = regime.meal_window_start_min * 60
    line[lay.W_MEAL_TO] = regime.meal_window_end_min * 60
    line[lay.W_PAID_WAIT] = regime.paid_wait_max_s
    line[lay.W_SPLIT_MIN] = (regime.paid_wait_max_s // grain + 1) * grain
    own = regime.part_time_interruptions_max if part else None
    line[lay.W_SPLITS] = min(limit(regime.interruptions_max), limit(own))
    line[lay.W_LONG_SPLITS], line[lay.W_SHORT_SPLIT] = BIG, BIG
    top, short, length = (
        regime.interruptions_max,
        regime.interruptions_short_min,
        regime.interruption_short_max_s,
    )
    if top is not None and short is not None and length is not None:
        line[lay.W_LONG_SPLITS], line[lay.W_SHORT_SPLIT] = top - short, length
    total = regime.part_time_interruptions_total_max_s if part else None
    line[lay.W_SPLIT_TOTAL] = limit(total)
    line[lay.W_SPLIT_DAYS] = limit(regime.part_time_interruptions_excess_days_max)
    line[lay.W_DAY_MIN] = (regime.daily_work_min_s or 0) if part else 0


def _rules_of_rest(line: Ints, regime: Regime, worker: Worker) -> None:
    """`daily_rest`, `weekly_rest`, `consecutive_days`, `fortnight_rest`, Sundays and holidays."""
    past = worker.history
    line[lay.W_REST] = regime.daily_rest_min_s or 0
    line[lay.W_WEEK_REST] = limit(regime.weekly_rest_min_s)
    line[lay.W_OVER_BORDER] = min(regime.daily_rest_min_s or 0, line[lay.W_WEEK_REST])
    line[lay.W_IN_A_ROW] = limit(regime.consecutive_days_max)
    off = regime.fortnight_rest_days_min
    line[lay.W_FORTNIGHT] = BIG if off is None else 14 - off
    team = worker.weekend_team and regime.sunday_weekend_team_max is not None
    line[lay.W_SUNDAYS] = limit(regime.sunday_weekend_team_max if team else regime.sunday_work_max)
    line[lay.W_SUNDAY_WINDOW] = regime.sunday_weekend_team_window if team else regime.sunday_window
    line[lay.W_MONTH_SUNDAYS] = BIG if worker.sunday_consent else limit(regime.sundays_per_month_max)
    line[lay.W_HOLIDAYS] = limit(regime.holidays_in_a_row_max)
    line[lay.W_PAST_END] = -BIG if past.last_end_s is None else past.last_end_s
    line[lay.W_PAST_SPANS] = past.exceptional_span_days
    line[lay.W_PAST_SPLIT_DAYS] = past.excess_interruption_days
    line[lay.W_PAST_HOLIDAY] = past.worked_last_holiday is True


def weekly_caps(problem: Problem) -> Ints:
    """Worker × week: `weekly_work`, `part_time_ceiling`, `complementary_hours`."""
    by_key = {regime.key: regime for regime in problem.regimes}
    weeks = len(Calendar(problem.days).weeks)
    table = np.zeros((len(problem.workers), weeks), dtype=np.int64)
    for index, worker in enumerate(problem.workers):
        regime = by_key[worker.regime]
        most = limit(regime.weekly_work_max_s)
        if worker.part_time:
            if regime.part_time_weekly_below_s is not None:
                most = min(most, regime.part_time_weekly_below_s - 1)
            permille = regime.complementary_permille_max
            if permille is not None:
                # The supplement is rounded up to the minute: 333 thousandths are a third.
                minutes = -(-worker.contract_s * permille // 60_000)
                most = min(most, worker.contract_s + minutes * 60)
        table[index, :] = most
    return table


def average_caps(problem: Problem) -> Ints:
    """Worker × week: most work from the first week to this one that keeps `average_work`."""
    by_key = {regime.key: regime for regime in problem.regimes}
    weeks = len(Calendar(problem.days).weeks)
    table = np.full((len(problem.workers), weeks), BIG, dtype=np.int64)
    for index, worker in enumerate(problem.workers):
        regime = by_key[worker.regime]
        if regime.average_work_max_s is None:
            continue
        past = worker.history.previous_weeks_work_s
        for week in range(min(weeks, regime.average_weeks)):
            before = regime.average_weeks - week - 1
            known = sum(past[-before:]) if before else 0
            table[index, week] = regime.average_work_max_s * regime.average_weeks - known
    return table


def past_days(problem: Problem) -> Bytes:
    """Worker × the last days before the horizon."""
    table = np.zeros((len(problem.workers), lay.PAST_DAYS), dtype=np.int8)
    for index, worker in enumerate(problem.workers):
        known = worker.history.worked_days[-lay.PAST_DAYS :]
        if known:
            table[index, -len(known) :] = known
    return table


def past_sundays(problem: Problem) -> Bytes:
    """Worker × the last Sundays before the horizon."""
    table = np.zeros((len(problem.workers), lay.PAST_SUNDAYS), dtype=np.int8)
    for index, worker in enumerate(problem.workers):
        known = worker.history.worked_sundays[-lay.PAST_SUNDAYS :]
        if known:
            table[index, -len(known) :] = known
    return table


def past_month_sundays(problem: Problem) -> Ints:
    """Worker × month of the horizon: Sundays of that month worked before the horizon."""
    calendar = Calendar(problem.days)
    first = problem.days[0].date
    months = {(d.date.year, d.date.month) for d in problem.days}
    table = np.zeros((len(problem.workers), len(months)), dtype=np.int64)
    for index, worker in enumerate(problem.workers):
        known = worker.history.worked_sundays
        for date, worked in zip(calendar.sundays_before(len(known)), known, strict=True):
            if worked and (date.year, date.month) == (first.year, first.month):
                table[index, 0] += 1
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


def person_overlap(problem: Problem, option: list[Choice]) -> Small:
    """`person_overlap`: visit × visits to the same person that could go on at the same time."""
    lists = rivals(problem, option)
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
    on_day: dict[int, list[int]] = {}
    days_of: dict[int, set[int]] = {}
    for choice in option:
        middle[choice.visit] = (choice.early_s + choice.late_s) / 2 % 86_400
        if choice.day not in days_of.setdefault(choice.visit, set()):
            days_of[choice.visit].add(choice.day)
            on_day.setdefault(choice.day, []).append(choice.visit)
    for v, days_here in days_of.items():
        others = np.unique(np.concatenate([on_day[day] for day in sorted(days_here)]))
        others = others[others != v]
        far = seconds[here[v], here[others]] + 0.2 * np.abs(middle[others] - middle[v])
        chosen = others[np.argsort(far, kind="stable")[:NEIGHBOURS]]
        near[v, : len(chosen)] = chosen
    return near
