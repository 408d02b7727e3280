"""
What a move does to hours, and how far an aide is from the limits; every number worked out in sight.
"""

from __future__ import annotations

from uuid import UUID

from builders.planning import HOUR_S, at, option, problem, round_of, solution, stop, visit, worker

from carecoord.planning.homecare.move import Move, price_move
from carecoord.rosters.effects import effects_of, rounds_before
from carecoord.rosters.margins import hours_of
from carecoord.rosters.past_rounds import rounds_json, rounds_of_json

AMINA, LISA = UUID(int=1), UUID(int=2)
FIRST, SECOND = UUID(int=11), UUID(int=12)


def morning() -> tuple:  # type: ignore[type-arg]  # a problem, a plan and its two visits
    """Amina is at `p1` at 8 h and at `p2` at 9 h 05, each for an hour; Lisa is free."""
    one = visit(FIRST.hex, person="h1", place="p1", options=[option(0, "08:00", "08:00")])
    two = visit(SECOND.hex, person="h2", place="p2", options=[option(0, "09:00", "11:00")])
    made = problem(workers=[worker(AMINA.hex), worker(LISA.hex)], visits=[one, two])
    plan = solution(round_of(AMINA.hex, 0, stop(one, at("08:00")), stop(two, at("09:05"))))
    return made, plan, one, two


def test_a_visit_given_to_another_takes_its_travel_with_it() -> None:
    """Amina no longer goes from `p1` to `p2` (5 min, 3 km) between visits; Lisa has a single visit."""
    made, plan, _, _ = morning()
    price = price_move(made, plan, Move(visit=SECOND.hex, workers=[LISA.hex], start_s=at("09:05")))

    effects = effects_of(made, plan, price, SECOND.hex)

    assert (effects.travel_s, effects.distance_m) == (-300, -3000)
    work = {item.aide_id: (item.before_s, item.after_s) for item in effects.work}
    assert work == {AMINA: (2 * HOUR_S + 300, HOUR_S), LISA: (0, HOUR_S)}
    assert effects.shifts == []


def test_others_who_give_way_are_told_with_both_hours() -> None:
    """Put at 9 h before it, a third visit at `p1` pushes the one at `p2`, which may start until 11 h."""
    made, plan, one, two = morning()
    third = visit(UUID(int=13).hex, person="h3", place="p1", options=[option(0, "09:00", "09:00")])
    made = problem(workers=made.workers, visits=[one, two, third])
    price = price_move(made, plan, Move(visit=third.id, workers=[AMINA.hex]))

    effects = effects_of(made, plan, price, third.id)

    assert [item.visit_id for item in effects.shifts] == [SECOND]
    # 10 h at the end of the third visit, and five minutes of travel
    assert (effects.shifts[0].after - effects.shifts[0].before).total_seconds() == HOUR_S


def test_rounds_are_kept_and_read_back_the_same() -> None:
    """What undoing restores survives its way through the record."""
    made, plan, _, _ = morning()
    price = price_move(made, plan, Move(visit=SECOND.hex, workers=[LISA.hex], start_s=at("09:05")))
    before = rounds_before(made, plan, price)

    assert rounds_of_json(made, rounds_json(made, before)) == before
    assert [len(item.stops) for item in before] == [2, 0]


def test_margins_of_an_aide() -> None:
    """Two hours and five minutes of work, as much span; full time under BAD 2941: 10 h, 12 h, 48 h."""
    made, plan, _, _ = morning()

    hours = hours_of(made, plan, AMINA)

    assert hours is not None
    day = hours.days[0]
    assert (day.work_s, day.span_s, day.rest_s) == (2 * HOUR_S + 300, 2 * HOUR_S + 300, None)
    assert (day.work_max_s, day.span_max_s, day.rest_min_s) == (10 * HOUR_S, 12 * HOUR_S, 11 * HOUR_S)
    week = hours.weeks[0]
    assert (week.work_s, week.max_s, week.ceiling) == (2 * HOUR_S + 300, 48 * HOUR_S, "weekly_work")
    assert hours_of(made, plan, UUID(int=99)) is None


def test_the_lowest_ceiling_of_a_part_timer_is_told() -> None:
    """24 h under BAD may do a third more: 32 h, below 35 h and 48 h."""
    made, plan, one, two = morning()
    amina = worker(AMINA.hex, contract_s=24 * HOUR_S, part_time=True)
    made = problem(workers=[amina, worker(LISA.hex)], visits=[one, two])

    hours = hours_of(made, plan, AMINA)

    assert hours is not None
    assert (hours.weeks[0].max_s, hours.weeks[0].ceiling) == (32 * HOUR_S, "complementary_hours")
