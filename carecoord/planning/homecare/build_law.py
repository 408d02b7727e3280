"""
Working time of each aide as the engine reads it: contract, employer's rules, shifts, history.
"""

from __future__ import annotations

import numpy as np

from carecoord.planning.calendar import Calendar
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.layout import BIG, UNIT, Bytes, Ints
from carecoord.planning.load import contract_target_s, fairness_targets
from carecoord.planning.problem import Problem, Regime, Worker

_SECOND = UNIT // 3600
_METRE = UNIT // 1000


def limit(value: int | None) -> int:
    """A threshold, or BIG where the regime has none."""
    return BIG if value is None else value


def left_out_cents(problem: Problem) -> int:
    """Price of a comfort visit left out during the search: twice the dearest insertion there can be."""
    weights = problem.weights
    far_s, far_m = farthest(problem)
    hourly = weights.travel_cents_per_h + weights.commute_cents_per_h
    cents = 2 * far_s * hourly // 3600 + 2 * far_m * weights.distance_cents_per_km // 1000
    cents += weights.new_face_cents + weights.faces_excess_cents + weights.not_wanted_cents
    cents += 2 * weights.interruption_cents + 12 * weights.hour_deviation_cents_per_h
    cents += 4 * (weights.overtime_cents_per_h + weights.fairness_cents_per_h)
    if problem.stability is not None:
        cents += 2 * problem.stability.aide_change_cents + 24 * problem.stability.hour_change_cents_per_h
    if problem.robust is not None:
        most = max(problem.robust.service_excess_s.values(), default=0)
        most += far_s * max([0, *(value - 1000 for value in problem.robust.travel_permille)]) // 1000
        cents += 2 * most * problem.robust.missing_buffer_cents_per_h // 3600
    return 2 * cents


def farthest(problem: Problem) -> tuple[int, int]:
    """The longest way in seconds, and the longest in metres."""
    seconds = max(max(map(max, matrix.seconds)) for matrix in problem.matrices)
    return seconds, max(max(map(max, matrix.metres)) for matrix in problem.matrices)


def warning_cents(problem: Problem) -> int:
    """
    Price of a warning in the search: dearer than an important visit left out, cheaper than a vital one.

    A warning is an exception that somebody has to justify; only a vital visit is worth one.
    """
    return 45 * left_out_cents(problem)


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
    grain, warning = time_grain_s(problem), warning_cents(problem) * UNIT
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
        told = problem.stability.hour_change_cents_per_h if problem.stability is not None else 0
        line[lay.W_C_TOLD] = told * _SECOND
        _room_for_delays(line, problem)
        line[lay.W_C_SPLIT] = weights.interruption_cents * UNIT
        line[lay.W_C_WARN] = warning
    return table


def _room_for_delays(line: Ints, problem: Problem) -> None:
    """`robustness`: what room costs where it lacks, and how much longer travel may take by the hour."""
    line[lay.W_HOURS : lay.W_N] = 1000
    robust = problem.robust
    line[lay.W_C_LACK] = 0 if robust is None else robust.missing_buffer_cents_per_h * _SECOND
    if robust is not None and robust.travel_permille:
        line[lay.W_HOURS : lay.W_N] = robust.travel_permille


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
