"""
Which roster counts, totals of aides, differences that a move makes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
from builders.planning import problem as a_problem
from builders.planning import visit as a_visit
from builders.planning import worker as a_worker
from builders.rosters import MONDAY, aide, visit

from carecoord.planning.problem import Problem
from carecoord.rosters.apply import StopDraft
from carecoord.rosters.boards import shown_by_day, totals_of, unserved_on
from carecoord.rosters.domain import KeyFigures, Roster, RosterStop, Unserved, days_of, permille
from carecoord.rosters.service.moves import differences

NOTHING = KeyFigures(served={}, unserved={})
AMINA, LISA = UUID(int=101), UUID(int=102)


def roster(number: int, first_day: date = MONDAY, day_count: int = 7) -> Roster:
    """A published roster."""
    return Roster(
        id=UUID(int=number),
        run_id=None,
        first_day=first_day,
        day_count=day_count,
        state="published",
        version=1,
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        figures=NOTHING,
    )


def stop(number: int, hour: int, *, aide_id: UUID = AMINA, **changes: object) -> RosterStop:
    """An hour on Monday, ten minutes and 2 km from the stop before."""
    start = datetime(2026, 11, 23, hour, tzinfo=UTC)
    made = RosterStop(
        id=UUID(int=500 + number),
        roster_id=UUID(int=1),
        visit_id=UUID(int=300 + number),
        aide_id=aide_id,
        on_date=MONDAY,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        travel_s=600,
        travel_m=2000,
    )
    return msgspec.structs.replace(made, **changes)


def draft(item: RosterStop, **changes: object) -> StopDraft:
    """The draft that a stored stop came from."""
    values = {name: getattr(item, name) for name in StopDraft.__struct_fields__}
    return msgspec.structs.replace(StopDraft(**values), **changes)


def test_of_two_rosters_the_first_covers_its_own_days() -> None:
    """A later plan of Tuesday alone, then the week's."""
    tuesday = MONDAY + timedelta(days=1)

    shown = shown_by_day(days_of(MONDAY, 8), [roster(2, tuesday, 1), roster(1)])

    assert [shown[day].id.int for day in days_of(MONDAY, 7)] == [1, 2, 1, 1, 1, 1, 1]
    assert MONDAY + timedelta(days=7) not in shown


def test_a_visit_left_out_is_told_where_it_could_have_been() -> None:
    """By the roster that counts for one of its days, unless it was cancelled since."""
    shown = {MONDAY: roster(1)}
    visits = {
        UUID(int=301): visit(1),
        UUID(int=302): visit(2, allowed_dates=[MONDAY + timedelta(days=1)]),
        UUID(int=303): visit(3, status="cancelled"),
    }
    left = [Unserved(roster_id=UUID(int=1), visit_id=visit_id, cause="skill") for visit_id in visits]
    elsewhere = Unserved(roster_id=UUID(int=2), visit_id=UUID(int=301), cause="skill")

    kept = unserved_on([*left, elsewhere], visits, shown)

    assert [(item.roster_id.int, item.visit_id.int) for item in kept] == [(1, 301)]


def test_short_waits_are_work_and_long_ones_are_not() -> None:
    """8 h to 9 h, 9 h 20 (10 min of travel, 10 of wait), 14 h: a long gap is no work but its travel."""
    later = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
    stops = [
        stop(1, 8, travel_s=0, travel_m=0),
        stop(2, 9, starts_at=later, ends_at=later + timedelta(hours=1)),
        stop(3, 14),
    ]

    (total,) = totals_of([aide(1), aide(2)], stops)

    assert (total.aide_id, total.stops, total.travel_m) == (AMINA, 3, 4000)
    assert total.work_s == 3 * 3600 + 2 * 600 + 600
    assert total.contract_s == 35 * 3600


def test_only_what_differs_is_written() -> None:
    """One stop stays, one changes its hour, one goes, one comes."""
    kept, later, gone = stop(1, 8), stop(2, 10), stop(3, 14)
    new = draft(stop(4, 16, aide_id=LISA))
    moved = draft(later, starts_at=later.starts_at + timedelta(minutes=5))

    removed, changed, added = differences(known(), [kept, later, gone], [draft(kept), moved, new])

    assert (removed, changed, added) == ([gone.id], [(later.id, moved)], [new])


def test_a_stop_that_changes_seat_is_made_anew() -> None:
    """Seats are unique: changing one in place could collide with the other."""
    first = stop(1, 8)
    other_seat = draft(first, seat=1)

    removed, changed, added = differences(known(), [first], [other_seat])

    assert (removed, changed, added) == ([first.id], [], [other_seat])


def test_stops_the_problem_does_not_know_stay() -> None:
    """A visit added since the plan was made is not touched by a move."""
    foreign = stop(9, 8)

    assert differences(known(), [foreign], []) == ([], [], [])


def known() -> Problem:
    """A problem with visits 1 to 4 and both aides."""
    return a_problem(
        workers=[a_worker(AMINA.hex), a_worker(LISA.hex)],
        visits=[a_visit(UUID(int=300 + number).hex) for number in range(1, 5)],
    )


def test_thousandths_round_halves_up() -> None:
    """1 of 2000 is one thousandth; nothing of nothing is nothing."""
    assert (permille(1, 2000), permille(1, 2001), permille(0, 0)) == (1, 0, 0)
