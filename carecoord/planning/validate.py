"""
Every defect of a problem before solving, as a list, not the first one.

Shapes (types, missing and unknown fields) are the codec's business; here is what the
shapes cannot say: identifiers that point nowhere, windows that are empty, matrices that
are not square.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from carecoord.kernel.errors import Defect
from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import Day, Pin, Problem, Regime, Robust, Stability, Visit, Worker

DAYS_MAX = 28
"""Longest horizon: four weeks."""

HISTORY_DAYS_MAX = 62
HISTORY_WEEKS_MAX = 11
_DAY_LENGTHS_S = frozenset({82_800, 86_400, 90_000})


def validate(problem: Problem) -> list[Defect]:
    """
    Every semantic defect of a problem; an empty list means that it can be solved and checked.
    """
    names = _Names(problem)
    found = [*_days(problem.days), *_duplicates(problem), *_matrices(problem), *_weights(problem)]
    for index, regime in enumerate(problem.regimes):
        found.extend(_regime(f"regimes[{index}]", regime))
    for index, worker in enumerate(problem.workers):
        found.extend(_worker(f"workers[{index}]", worker, names))
    for index, person in enumerate(problem.persons):
        where = f"persons[{index}]"
        # a known aide who has left since is history, not a defect: only counts are judged
        found.extend(
            _negative(f"{where}.known[{who}]", count) for who, count in person.known.items() if count < 0
        )
        if person.faces_max is not None and person.faces_max < 1:
            found.append(_defect("faces_max_low", f"{where}.faces_max", "must be at least 1"))
        found.extend(
            _defect("busy_inverted", f"{where}.busy[{place}]", "ends before it starts")
            for place, item in enumerate(person.busy)
            if item.end_s <= item.start_s
        )
    for index, visit in enumerate(problem.visits):
        found.extend(_visit(f"visits[{index}]", visit, names))
    if problem.stability is not None:
        found.extend(_stability(problem.stability, names))
    if problem.robust is not None:
        found.extend(_robust(problem.robust, names))
    return found


class _Names:
    """Identifiers that others may point at."""

    def __init__(self, problem: Problem) -> None:
        self.days = problem.days
        self.places = {p.id for p in problem.places}
        self.workers = {w.id for w in problem.workers}
        self.persons = {p.id for p in problem.persons}
        self.visits = {v.id for v in problem.visits}
        self.regimes = {r.key for r in problem.regimes}
        self.modes = {m.mode for m in problem.matrices}


def _defect(code: str, where: str, why: str, **args: str | int | float | None) -> Defect:
    return Defect(code=code, where=where, why=why, args=args)


def _negative(where: str, value: int) -> Defect:
    return _defect("negative", where, f"is negative: {value}", value=value)


def _unknown(kind: str, where: str, name: str) -> Defect:
    return _defect(f"{kind}_unknown", where, f"no {kind} {name}", name=name)


def _days(days: list[Day]) -> Iterator[Defect]:
    if not 1 <= len(days) <= DAYS_MAX:
        yield _defect("horizon_length", "days", f"{len(days)} days, 1 to {DAYS_MAX} wanted", days=len(days))
    if days and days[0].starts_s != 0:
        yield _defect("day_start", "days[0].starts_s", "time is counted from the midnight of the first day")
    for index, day in enumerate(days):
        length = day.ends_s - day.starts_s
        if length not in _DAY_LENGTHS_S:
            yield _defect("day_length", f"days[{index}].ends_s", f"a day of {length} s", length_s=length)
        if index and day.date != days[index - 1].date + timedelta(days=1):
            yield _defect("days_not_consecutive", f"days[{index}].date", "does not follow the day before")
        if index and day.starts_s != days[index - 1].ends_s:
            yield _defect("day_start", f"days[{index}].starts_s", "does not follow the end of the day before")


def _duplicates(problem: Problem) -> Iterator[Defect]:
    groups: dict[str, list[str]] = {
        "places": [p.id for p in problem.places],
        "workers": [w.id for w in problem.workers],
        "persons": [p.id for p in problem.persons],
        "visits": [v.id for v in problem.visits],
        "regimes": [r.key for r in problem.regimes],
        "matrices": [m.mode for m in problem.matrices],
    }
    for group, identifiers in groups.items():
        yield from _repeated(group, identifiers)
    for group, identifiers in groups.items():
        for index, identifier in enumerate(identifiers):
            if not identifier.strip():
                yield _defect("id_empty", f"{group}[{index}]", "an identifier is empty")


def _repeated(where: str, identifiers: list[str]) -> Iterator[Defect]:
    for identifier, count in Counter(identifiers).items():
        if count > 1:
            why = f"{identifier} appears {count} times"
            yield _defect("duplicate_id", where, why, name=identifier, count=count)


def _matrices(problem: Problem) -> Iterator[Defect]:
    size = len(problem.places)
    for index, matrix in enumerate(problem.matrices):
        for name, table in (("seconds", matrix.seconds), ("metres", matrix.metres)):
            yield from _table(f"matrices[{index}].{name}", table, size)
        yield from _fallback(f"matrices[{index}].fallback_pairs", matrix)


def _fallback(where: str, matrix: Matrix) -> Iterator[Defect]:
    if matrix.fallback_pairs < 0:
        yield _negative(where, matrix.fallback_pairs)


def _table(where: str, table: list[list[int]], size: int) -> Iterator[Defect]:
    if len(table) != size:
        yield _defect("matrix_not_square", where, f"{len(table)} rows for {size} places", rows=len(table))
    for row, values in enumerate(table):
        if len(values) != size:
            why = f"{len(values)} columns for {size} places"
            yield _defect("matrix_not_square", f"{where}[{row}]", why, columns=len(values))
        if values and min(values) < 0:
            yield _negative(f"{where}[{row}][{values.index(min(values))}]", min(values))
        if row < len(values) and values[row] != 0:
            yield _defect("matrix_diagonal", f"{where}[{row}][{row}]", "from a place to itself is not zero")


def _weights(problem: Problem) -> Iterator[Defect]:
    for name in problem.weights.__struct_fields__:
        value = getattr(problem.weights, name)
        if value < 0:
            yield _negative(f"weights.{name}", value)


def _regime(where: str, regime: Regime) -> Iterator[Defect]:
    for name in regime.__struct_fields__:
        value = getattr(regime, name)
        if isinstance(value, int) and not isinstance(value, bool) and value < 0:
            yield _negative(f"{where}.{name}", value)
    for name in regime.doubtful:
        if name not in regime.__struct_fields__:
            yield _defect("threshold_unknown", f"{where}.doubtful", f"no threshold {name}", name=name)
    if regime.fortnight_anchor.weekday() != 0:
        yield _defect("anchor_not_monday", f"{where}.fortnight_anchor", "a fortnight begins on a Monday")
    for name in ("average_weeks", "sunday_window", "sunday_weekend_team_window"):
        if getattr(regime, name) == 0:
            yield _defect("threshold_zero", f"{where}.{name}", "must be at least 1")
    if regime.meal_window_end_min <= regime.meal_window_start_min:
        yield _defect(
            "window_inverted", f"{where}.meal_window_end_min", "the meal window ends before it starts"
        )


def _worker(where: str, worker: Worker, names: _Names) -> Iterator[Defect]:
    if worker.regime not in names.regimes:
        yield _unknown("regime", f"{where}.regime", worker.regime)
    if worker.mode not in names.modes:
        yield _defect(
            "mode_without_matrix", f"{where}.mode", f"no matrix for {worker.mode}", name=worker.mode
        )
    for field in ("start_place", "end_place"):
        if getattr(worker, field) not in names.places:
            yield _unknown("place", f"{where}.{field}", getattr(worker, field))
    if worker.contract_s < 0:
        yield _negative(f"{where}.contract_s", worker.contract_s)
    yield from _shifts(where, worker, names.days)
    yield from _history(f"{where}.history", worker)


def _shifts(where: str, worker: Worker, days: list[Day]) -> Iterator[Defect]:
    previous_end: int | None = None
    for index, shift in enumerate(worker.shifts):
        place = f"{where}.shifts[{index}]"
        if shift.end_s <= shift.start_s:
            yield _defect("shift_inverted", place, "ends before it starts")
        if previous_end is not None and shift.start_s < previous_end:
            yield _defect("shifts_overlap", place, "starts before the shift before it ends")
        if days and (shift.start_s < 0 or shift.start_s >= days[-1].ends_s):
            yield _defect("shift_outside", place, "starts outside the horizon")
        previous_end = shift.end_s if previous_end is None else max(previous_end, shift.end_s)


def _history(where: str, worker: Worker) -> Iterator[Defect]:
    history = worker.history
    if history.last_end_s is not None and history.last_end_s > 0:
        yield _defect("history_in_horizon", f"{where}.last_end_s", "lies inside the horizon")
    limits = {
        "worked_days": HISTORY_DAYS_MAX,
        "worked_sundays": HISTORY_WEEKS_MAX,
        "previous_weeks_work_s": HISTORY_WEEKS_MAX,
    }
    for field, most in limits.items():
        length = len(getattr(history, field))
        if length > most:
            why = f"{length} values, at most {most}"
            yield _defect("history_too_long", f"{where}.{field}", why, length=length, most=most)
    for index, value in enumerate(history.previous_weeks_work_s):
        if value < 0:
            yield _negative(f"{where}.previous_weeks_work_s[{index}]", value)
    for field in ("week_work_s", "exceptional_span_days", "excess_interruption_days"):
        if getattr(history, field) < 0:
            yield _negative(f"{where}.{field}", getattr(history, field))


def _visit(where: str, visit: Visit, names: _Names) -> Iterator[Defect]:
    if visit.person not in names.persons:
        yield _unknown("person", f"{where}.person", visit.person)
    if visit.place not in names.places:
        yield _unknown("place", f"{where}.place", visit.place)
    if visit.duration_s <= 0:
        yield _defect("duration_empty", f"{where}.duration_s", f"lasts {visit.duration_s} s")
    if visit.team_size not in (1, 2):
        yield _defect("team_size", f"{where}.team_size", f"{visit.team_size} aides, 1 or 2 possible")
    yield from _workers_named(f"{where}.wanted", visit.wanted, names)
    yield from _workers_named(f"{where}.refused", visit.refused, names)
    yield from _options(f"{where}.options", visit, names.days)
    if visit.pin is not None:
        yield from _pin(f"{where}.pin", visit, visit.pin, names)


def _options(where: str, visit: Visit, days: list[Day]) -> Iterator[Defect]:
    if not visit.options:
        yield _defect("options_empty", where, "no day and window to place it")
    for index, option in enumerate(visit.options):
        place = f"{where}[{index}]"
        if option.latest_s < option.earliest_s:
            yield _defect("window_inverted", place, "latest start comes before earliest")
        preferred = option.preferred_s
        if preferred is not None and not option.earliest_s <= preferred <= option.latest_s:
            yield _defect("preferred_outside", f"{place}.preferred_s", "lies outside the window")
        if not 0 <= option.day < len(days):
            yield _unknown("day", f"{place}.day", str(option.day))
            continue
        day = days[option.day]
        if option.earliest_s < day.starts_s or option.latest_s >= day.ends_s:
            yield _defect("window_outside_day", place, "the window of starts leaves its day")
        if option.meal_s is not None and not day.starts_s <= option.meal_s < day.ends_s:
            yield _defect("meal_outside_day", f"{place}.meal_s", "the meal comes on another day")


def _workers_named(where: str, identifiers: Iterable[str], names: _Names) -> Iterator[Defect]:
    for index, identifier in enumerate(identifiers):
        if identifier not in names.workers:
            yield _unknown("worker", f"{where}[{index}]", identifier)


def _pin(where: str, visit: Visit, pin: Pin, names: _Names) -> Iterator[Defect]:
    if pin.workers is not None:
        yield from _workers_named(f"{where}.workers", pin.workers, names)
        yield from _repeated(f"{where}.workers", pin.workers)
        if len(pin.workers) > visit.team_size:
            why = f"{len(pin.workers)} aides for a visit of {visit.team_size}"
            yield _defect("pin_too_many", f"{where}.workers", why)
    if pin.day is not None and not 0 <= pin.day < len(names.days):
        yield _unknown("day", f"{where}.day", str(pin.day))


def _stability(wanted: Stability, names: _Names) -> Iterator[Defect]:
    for name in ("hour_tolerance_s", "aide_change_cents", "hour_change_cents_per_h", "persons_max"):
        value = getattr(wanted, name)
        if value is not None and value < 0:
            yield _negative(f"stability.{name}", value)
    yield from _repeated("stability.reference", [item.visit for item in wanted.reference])
    for index, item in enumerate(wanted.reference):
        where = f"stability.reference[{index}]"
        if item.visit not in names.visits:
            yield _unknown("visit", f"{where}.visit", item.visit)
        if len(item.workers) not in (1, 2):
            yield _defect("team_size", f"{where}.workers", f"{len(item.workers)} aides, 1 or 2 possible")
        yield from _workers_named(f"{where}.workers", item.workers, names)
        yield from _repeated(f"{where}.workers", item.workers)
        if names.days and not 0 <= item.start_s < names.days[-1].ends_s:
            yield _defect("reference_outside", f"{where}.start_s", "starts outside the horizon")


def _robust(wanted: Robust, names: _Names) -> Iterator[Defect]:
    if not 50 <= wanted.quantile_percent <= 99:
        why = f"{wanted.quantile_percent}, 50 to 99 wanted"
        yield _defect("quantile_outside", "robust.quantile_percent", why)
    if len(wanted.travel_permille) not in (0, 24):
        why = f"{len(wanted.travel_permille)} values, 24 or none wanted"
        yield _defect("hours_count", "robust.travel_permille", why)
    if wanted.missing_buffer_cents_per_h < 0:
        yield _negative("robust.missing_buffer_cents_per_h", wanted.missing_buffer_cents_per_h)
    for hour, value in enumerate(wanted.travel_permille):
        if value < 0:
            yield _negative(f"robust.travel_permille[{hour}]", value)
    for visit, excess_s in wanted.service_excess_s.items():
        where = f"robust.service_excess_s[{visit}]"
        if visit not in names.visits:
            yield _unknown("visit", where, visit)
        if excess_s < 0:
            yield _negative(where, excess_s)
