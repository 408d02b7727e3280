"""
Several changes at once, where none alone is enough: everything that may be asked is granted,
a place is found, and then each change that the place does not need is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from carecoord.planning.homecare.explain import Insertion, insertion_on
from carecoord.planning.homecare.remedy import (
    KINDS,
    Change,
    Kind,
    NewContract,
    NewOption,
    NewShift,
    NewSkills,
    Remedy,
)
from carecoord.planning.homecare.remedy_facts import highest_contract_s, least_contract_s
from carecoord.planning.homecare.remedy_trial import BURDENS, Case, down, remedy_of, up
from carecoord.planning.homecare.remedy_windows import tier_burden
from carecoord.planning.homecare.trial import at_start, standing_cause
from carecoord.planning.homecare.what_if import what_if
from carecoord.planning.problem import Interval, Option, Visit, Worker

COMBINED = 15
"""Burden of each change after the first."""


def combined(case: Case) -> Iterator[Remedy]:
    """A wider window, longer shifts, an aide called in and more contract hours, as few as are needed."""
    for window_s in (0, case.limits.window_s):
        visit = case.visit
        changes = [
            *_wider(case, window_s),
            *(item for aide in case.aides for item in _more(case, aide, window_s)),
        ]
        found = _placed(case, changes)
        if found is None:
            continue
        needed = [item for item in changes if getattr(item, "worker", found.workers[0]) in found.workers]
        needed, found = _fewest(case, needed, found)
        needed, found = _on_the_clock(case, needed, found)
        exact = _exact(case, visit, needed, found)
        yield _told(case, exact, found)


def skill(case: Case) -> Iterator[Remedy]:
    """An aide who could come but for skills that are not recorded: said, never done by a click."""
    for worker in case.board.lookup.problem.workers:
        cause = standing_cause(case.visit, worker)
        if cause is None or cause.code != "skill":
            continue
        missing = [item for item in case.visit.skills if item not in worker.skills]
        changes: list[Change] = [NewSkills(worker=worker.id, skills=missing)]
        found = case.tried(changes, worker)
        if found is not None:
            yield remedy_of(case, "skill", found, changes, more_burden=5 * len(missing))


def _placed(case: Case, changes: Sequence[Change], workers: Sequence[str] | None = None) -> Insertion | None:
    board = what_if(case.board, changes)
    visit = board.lookup.visits[case.visit.id]
    if workers is None:
        return insertion_on(board, visit)
    others = [w.id for w in board.lookup.problem.workers if w.id not in workers]
    return insertion_on(board, msgspec.structs.replace(visit, refused=[*visit.refused, *others]))


def _fewest(case: Case, needed: list[Change], found: Insertion) -> tuple[list[Change], Insertion]:
    """Take changes back one by one, the heaviest first, as long as the same aides still can."""
    for change in sorted(needed, key=lambda item: -KINDS.index(_kind(item))):
        fewer = [item for item in needed if item is not change]
        again = _placed(case, fewer, found.workers)
        if again is not None:
            needed, found = fewer, again
    return needed, found


def _on_the_clock(case: Case, needed: list[Change], found: Insertion) -> tuple[list[Change], Insertion]:
    """The hour asked of the person at a round five minutes, where the same aides can then too."""
    for start_s in (up(found.start_s), down(found.start_s)):
        narrow = [
            msgspec.structs.replace(item, option=at_start(item.option, start_s))
            if isinstance(item, NewOption) and item.option.day == found.day
            else item
            for item in needed
        ]
        again = None if narrow == needed else _placed(case, narrow, found.workers)
        if again is not None and again.start_s == start_s:
            return narrow, again
    return needed, found


def _wider(case: Case, window_s: int) -> list[Change]:
    """Every window of the visit as wide as may be asked; none where its hour is fixed."""
    fixed = case.visit.pin is not None and case.visit.pin.start_s is not None
    if not window_s or fixed:
        return []
    days = case.board.lookup.problem.days
    return [
        NewOption(
            visit=case.visit.id,
            option=msgspec.structs.replace(
                option,
                earliest_s=max(option.earliest_s - window_s, days[option.day].starts_s),
                latest_s=min(option.latest_s + window_s, days[option.day].ends_s - 1),
            ),
            replaces=index,
        )
        for index, option in enumerate(case.visit.options)
        if option in case.options
    ]


def _more(case: Case, worker: Worker, window_s: int) -> list[NewShift | NewContract]:
    """All that may be asked of one aide: presence around the visit, and contract hours."""
    found: list[NewShift | NewContract] = []
    shifts = list(worker.shifts)
    for option in case.options:
        around = Interval(
            start_s=max(0, option.earliest_s - window_s),
            end_s=option.latest_s + case.visit.duration_s + window_s,
        )
        met = [
            index
            for index, item in enumerate(shifts)
            if item.start_s < around.end_s and around.start_s < item.end_s
        ]
        if not met and not case.absent(worker, around):
            found.append(NewShift(worker=worker.id, shift=around))
        for index in met:
            wide = _longer(case, worker, index)
            if wide != shifts[index]:
                found.append(NewShift(worker=worker.id, shift=wide, extends=index))
    found.sort(key=lambda item: isinstance(item, NewShift) and item.extends is None)
    most_s = highest_contract_s(case, worker)
    if most_s is not None:
        found.append(NewContract(worker=worker.id, contract_s=most_s))
    return found


def _longer(case: Case, worker: Worker, index: int) -> Interval:
    """A shift as long as may be asked on both sides."""
    shift, reach_s = worker.shifts[index], case.limits.shift_s
    before = max([0, *(item.end_s for item in worker.shifts[:index])])
    after = min([shift.end_s + reach_s, *(item.start_s for item in worker.shifts[index + 1 :])])
    early = Interval(start_s=max(shift.start_s - reach_s, before), end_s=shift.start_s)
    late = Interval(start_s=shift.end_s, end_s=min(shift.end_s + reach_s, after))
    return Interval(
        start_s=shift.start_s if case.absent(worker, early) else early.start_s,
        end_s=shift.end_s if case.absent(worker, late) else late.end_s,
    )


def _kind(change: Change) -> Kind:
    match change:
        case NewOption():
            return "window"
        case NewShift():
            return "availability" if change.extends is not None else "call_in"
        case NewContract():
            return "hours"
        case _:
            return "skill"


def _exact(case: Case, visit: Visit, needed: list[Change], found: Insertion) -> list[Change]:
    """The changes with just the amounts that the place needs."""
    exact: list[Change] = []
    for change in needed:
        match change:
            case NewOption():
                option = visit.options[change.replaces or 0]
                if change.option.earliest_s <= found.start_s <= change.option.latest_s:
                    exact.append(_exact_window(change, option, found))
            case NewShift():
                exact.append(_exact_shift(case, change, found))
            case NewContract():
                worker = case.board.lookup.workers[change.worker]
                exact.append(NewContract(worker=worker.id, contract_s=least_contract_s(case, worker, found)))
            case _:
                exact.append(change)
    return exact


def _exact_window(change: NewOption, option: Option, found: Insertion) -> NewOption:
    # the hour is told as it is: what is asked of the person is that hour
    return msgspec.structs.replace(
        change,
        option=msgspec.structs.replace(
            option,
            earliest_s=min(option.earliest_s, found.start_s),
            latest_s=max(option.latest_s, found.start_s),
        ),
    )


def _exact_shift(case: Case, change: NewShift, found: Insertion) -> NewShift:
    stops = [s for item in found.rounds if item.worker == change.worker for s in item.stops]
    inside = [s for s in stops if change.shift.start_s <= s.start_s and s.end_s <= change.shift.end_s]
    own = case.board.lookup.workers[change.worker].shifts
    starts, ends = [down(s.start_s) for s in inside], [up(s.end_s) for s in inside]
    if change.extends is not None:
        starts.append(own[change.extends].start_s)
        ends.append(own[change.extends].end_s)
    return msgspec.structs.replace(change, shift=Interval(start_s=min(starts), end_s=max(ends)))


def _told(case: Case, changes: list[Change], found: Insertion) -> Remedy:
    kinds = [_kind(item) for item in changes]
    amount_s = sum(_amount_s(case, item) for item in changes)
    # without any change the place was there all along: the caller has looked for that before
    heaviest: Kind = max(kinds, key=KINDS.index) if kinds else "insert"
    lighter = sorted((BURDENS[kind] for kind in kinds), reverse=True)[1:]
    burden = sum(lighter) // 2 + COMBINED * len(lighter)
    if "window" in kinds:
        burden += tier_burden(case.visit)
    return remedy_of(case, heaviest, found, changes, amount_s=amount_s, more_burden=burden)


def _amount_s(case: Case, change: Change) -> int:
    match change:
        case NewOption():
            was = case.visit.options[change.replaces or 0]
            return was.earliest_s - change.option.earliest_s + change.option.latest_s - was.latest_s
        case NewShift():
            if change.extends is None:
                return 0
            shift = case.board.lookup.workers[change.worker].shifts[change.extends]
            return shift.start_s - change.shift.start_s + change.shift.end_s - shift.end_s
        case NewContract():
            return change.contract_s - case.board.lookup.workers[change.worker].contract_s
        case _:
            return 0
