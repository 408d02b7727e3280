"""
Remedies that change what an aide or the employer agreed to: a longer shift, more contract hours,
a milder setting of the employer's own, an aide called in. Never a limit of law or of the branch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from carecoord.planning.homecare.explain import Insertion
from carecoord.planning.homecare.remedy import Change, NewContract, NewSetting, NewShift, Remedy
from carecoord.planning.homecare.remedy_trial import STEP_S, Case, down, remedy_of, up
from carecoord.planning.homecare.what_if import what_if
from carecoord.planning.problem import Interval, Worker
from carecoord.planning.rules.parameters import REGIMES, base_key, in_force
from carecoord.planning.rules.working_time import complementary_limit_s
from carecoord.planning.timeline import day_timeline

SHIFT_STEPS_S = (900, 1800, 2700, 3600)
"""How much longer a shift is tried, one after the other."""

CEILINGS = ("daily_work_max_s", "weekly_work_max_s", "average_work_max_s", "span_max_s")
"""Thresholds that an employer may have set lower than the branch does."""


def availability(case: Case) -> Iterator[Remedy]:
    """An aide begins a little earlier or ends a little later; the least first."""
    found = []
    for worker in case.aides:
        for index, shift in enumerate(worker.shifts):
            for later in (False, True):
                remedy = _longer(case, worker, index, later) if _touches(case, shift) else None
                if remedy is not None:
                    found.append(remedy)
    yield from sorted(found, key=_least)


def _least(item: Remedy) -> tuple[int, int]:
    return (item.amount_s, item.cost_cents)


def _touches(case: Case, shift: Interval) -> bool:
    """Whether a shift could reach the visit if it were a little longer."""
    reach_s = case.limits.shift_s
    return any(
        option.earliest_s < shift.end_s + reach_s
        and shift.start_s - reach_s < option.latest_s + case.visit.duration_s
        for option in case.options
    )


def _longer(case: Case, worker: Worker, index: int, later: bool) -> Remedy | None:
    shift = worker.shifts[index]
    for step_s in (step for step in SHIFT_STEPS_S if step <= case.limits.shift_s):
        more = (
            Interval(start_s=shift.end_s, end_s=shift.end_s + step_s)
            if later
            else Interval(start_s=shift.start_s - step_s, end_s=shift.start_s)
        )
        if more.start_s < 0 or case.absent(worker, more) or _meets_another(worker, index, more):
            return None
        wide = Interval(start_s=min(shift.start_s, more.start_s), end_s=max(shift.end_s, more.end_s))
        found = case.tried([NewShift(worker=worker.id, shift=wide, extends=index)], worker)
        if found is not None:
            return _exactly(case, worker, index, found)
    return None


def _meets_another(worker: Worker, index: int, more: Interval) -> bool:
    others = (item for at, item in enumerate(worker.shifts) if at != index)
    return any(item.start_s < more.end_s and more.start_s < item.end_s for item in others)


def _exactly(case: Case, worker: Worker, index: int, found: Insertion) -> Remedy:
    """The place found, with the shift just long enough for the round, in steps of five minutes."""
    shift = worker.shifts[index]
    stops = [s for item in found.rounds if item.worker == worker.id for s in item.stops]
    inside = [s for s in stops if s.start_s < shift.end_s + 3600 and s.end_s > shift.start_s - 3600]
    others = [item for at, item in enumerate(worker.shifts) if at != index]
    mine = [s for s in inside if not any(o.start_s <= s.start_s and s.end_s <= o.end_s for o in others)]
    start_s = min([shift.start_s, *(down(s.start_s) for s in mine)])
    end_s = max([shift.end_s, *(up(s.end_s) for s in mine)])
    wide = Interval(start_s=start_s, end_s=end_s)
    amount_s = shift.start_s - start_s + end_s - shift.end_s
    changes: list[Change] = [NewShift(worker=worker.id, shift=wide, extends=index)]
    return remedy_of(case, "availability", found, changes, amount_s=amount_s)


def hours(case: Case) -> Iterator[Remedy]:
    """More contract hours for a part-timer, as few as the week then needs; the fewest first."""
    found = []
    for worker in case.aides:
        most_s = highest_contract_s(case, worker)
        if most_s is None:
            continue
        place = case.tried([NewContract(worker=worker.id, contract_s=most_s)], worker)
        if place is not None:
            contract_s = least_contract_s(case, worker, place)
            changes = [NewContract(worker=worker.id, contract_s=contract_s)]
            amount_s = contract_s - worker.contract_s
            found.append(remedy_of(case, "hours", place, changes, amount_s=amount_s))
    yield from sorted(found, key=_least)


def highest_contract_s(case: Case, worker: Worker) -> int | None:
    """The most contract hours that may be proposed to a part-timer; None where none may."""
    regime = case.board.lookup.regime_of(worker)
    if not worker.part_time or regime.complementary_permille_max is None:
        return None
    most_s = worker.contract_s + case.limits.contract_s
    if regime.part_time_weekly_below_s is not None:
        # a part-time contract stays below full time (L3123-1)
        most_s = min(most_s, regime.part_time_weekly_below_s - STEP_S)
    return most_s if most_s > worker.contract_s else None


def least_contract_s(case: Case, worker: Worker, found: Insertion) -> int:
    """The smallest contract under which a place found is legal, in steps of five minutes."""
    work_s = max(_week_work(case, worker, found))
    contract_s = worker.contract_s
    permille = case.board.lookup.regime_of(worker).complementary_permille_max or 0
    while complementary_limit_s(contract_s, permille) < work_s:
        contract_s += STEP_S
    return contract_s


def _week_work(case: Case, worker: Worker, found: Insertion) -> list[int]:
    """Work of an aide in each week of the horizon, once a place is taken."""
    board = case.board.copy()
    for item in found.rounds:
        board.put(item.worker, item.day, item.stops)
    calendar = board.lookup.calendar
    totals = [0] * len(calendar.weeks)
    totals[0] = worker.history.week_work_s
    for (name, day), stops in board.rounds.items():
        if name == worker.id:
            totals[calendar.week_of[day]] += day_timeline(board.lookup, worker, day, stops).work_s
    return totals


def setting(case: Case) -> Iterator[Remedy]:
    """A ceiling that the employer set lower than the branch does, lifted as far as the branch's."""
    for change in _own_ceilings(case):
        for worker in (item for item in case.aides if item.regime == change.regime):
            found = case.tried([change], worker)
            if found is not None:
                least = _least_setting(case, worker, change, found)
                yield remedy_of(case, "setting", found, [least])
                break


def _own_ceilings(case: Case) -> list[NewSetting]:
    lookup = case.board.lookup
    found = []
    for regime in lookup.problem.regimes:
        base = base_key(regime.key)
        if base not in REGIMES:
            continue
        branch = in_force(base, lookup.calendar.first_date)
        for field in CEILINGS:
            own = getattr(regime, field)
            if own is None or field not in branch or int(branch[field].resolved) <= own:
                continue
            found.append(NewSetting(regime=regime.key, field=field, value=int(branch[field].resolved)))
    return found


def _least_setting(case: Case, worker: Worker, change: NewSetting, found: Insertion) -> NewSetting:
    """The lifted ceiling brought down as far as the place found allows, in steps of five minutes."""
    own = getattr(case.board.lookup.regimes[change.regime], change.field)
    value = change.value
    for lower in range(up(own + 1), change.value, STEP_S):
        milder = msgspec.structs.replace(change, value=lower)
        board = what_if(case.board, [milder])
        if all(_legal(board.law_added(worker, item.day, item.stops)) for item in found.rounds):
            value = lower
            break
    return msgspec.structs.replace(change, value=value)


def _legal(broken: Sequence[object]) -> bool:
    return not broken


def call_in(case: Case) -> Iterator[Remedy]:
    """An aide who is off asked to come for this visit; the most familiar face first, absences respected."""
    for worker in case.aides:
        for option in case.options:
            shift = Interval(start_s=option.earliest_s, end_s=option.latest_s + case.visit.duration_s)
            if case.absent(worker, shift) or any(
                item.start_s < shift.end_s and shift.start_s < item.end_s for item in worker.shifts
            ):
                continue
            found = case.tried([NewShift(worker=worker.id, shift=shift)], worker)
            if found is None:
                continue
            exact = Interval(start_s=found.start_s, end_s=found.start_s + case.visit.duration_s)
            changes = [NewShift(worker=worker.id, shift=exact)]
            yield remedy_of(case, "call_in", found, changes)
