"""
Records -> planning problem: places, travel, windows, clock changes, pins, past.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
import pytest
from builders.rosters import MONDAY, aide, organisation, person, visit

from carecoord.beneficiaries.domain import Person
from carecoord.kernel.errors import Invalid
from carecoord.planning.problem import Interval, Option
from carecoord.planning.validate import validate
from carecoord.rosters.assemble import (
    Places,
    PlanInput,
    assemble,
    department_of,
    matrix_of,
    modes_of,
    places_of,
)
from carecoord.rosters.domain import Pin
from carecoord.rosters.past import Continuity
from carecoord.travel.domain import Mode, TravelMatrix

PERSON_ID = UUID(int=200)


def somebody(person_id: UUID = PERSON_ID, **changes: Any) -> Person:
    """The person of `visit`, at a door of her own."""
    values = msgspec.structs.asdict(person("P1")) | {"id": person_id, "version": 1}
    return Person(**(values | changes))


def given(**changes: Any) -> PlanInput:
    """One week, one person, one aide free on Monday from 8 h to 12 h (Paris, winter), one visit."""
    made = PlanInput(
        first_day=MONDAY,
        day_count=7,
        organisation=organisation(),
        visits=[visit()],
        people={PERSON_ID: somebody()},
        aides=[aide()],
        windows={aide().id: [(utc(7), utc(11))]},
    )
    return msgspec.structs.replace(made, **changes)


def utc(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """An instant."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def travel(places: Places, seconds: int = 61) -> dict[Mode, TravelMatrix]:
    """The same way by car between any two places."""
    size = len(places.points)
    values = np.full((size, size), seconds, dtype=np.int32)
    np.fill_diagonal(values, 0)
    return {
        Mode.CAR: TravelMatrix(seconds=values, metres=values * 10, provider="great_circle", dataset="test")
    }


def problem_of(**changes: Any) -> Any:
    """The problem of an input."""
    entry = given(**changes)
    places = places_of(entry)
    return assemble(entry, places, travel(places))


def test_the_problem_is_valid_and_names_nobody() -> None:
    """Identifiers are hexadecimal forms of ours; no name, address or reference goes in."""
    problem = problem_of()

    text = msgspec.json.encode(problem).decode()
    assert validate(problem) == []
    assert [item.id for item in problem.visits] == [UUID(int=301).hex]
    for secret in ("Berthier", "Diallo", "Odette", "Vallées", "P1", "A1", "lever"):
        assert secret not in text


def test_one_door_is_one_place() -> None:
    """Two people centimetres apart and the aide's base at their door: one place, owned by the first."""
    near = somebody(UUID(int=201), latitude=48.692001, longitude=2.502)
    base = aide(start_latitude=48.692, start_longitude=2.502, end_latitude=48.7, end_longitude=2.51)
    entry = given(
        people={PERSON_ID: somebody(), near.id: near},
        visits=[visit(), visit(2, person_id=near.id)],
        aides=[base],
        windows={},
    )

    places = places_of(entry)

    assert [(point.lat, point.lon) for point in places.points] == [(48.692, 2.502), (48.7, 2.51)]
    assert places.owners == [("person", PERSON_ID), ("aide", base.id)]
    assert places.communes == ["91114", "91114"]


def test_travel_is_rounded_up_to_whole_minutes() -> None:
    """60 s stay a minute, 61 s make two; metres are kept."""
    values = np.array([[0, 60], [61, 0]], dtype=np.int32)

    matrix = matrix_of(
        Mode.CAR, TravelMatrix(seconds=values, metres=values, provider="osrm", dataset="andorra")
    )

    assert matrix.seconds == [[0, 60], [120, 0]]
    assert matrix.metres == [[0, 60], [61, 0]]
    assert (matrix.mode, matrix.provider, matrix.fallback_pairs) == ("car", "osrm", 0)


def test_only_modes_in_use_are_asked_for() -> None:
    """Two aides on foot and one by bike ask for two matrices."""
    aides = [aide(1, travel_mode="foot"), aide(2, travel_mode="bike"), aide(3, travel_mode="foot")]

    assert modes_of(given(aides=aides)) == [Mode.BIKE, Mode.FOOT]


def test_windows_are_wall_clock_times_even_when_clocks_change() -> None:
    """On Sunday 29 March 2026 the night has 23 hours: 8 h is 7 hours after midnight."""
    sunday = date(2026, 3, 29)
    item = visit(nominal_on=sunday, due_on=sunday, allowed_dates=[sunday], preferred_start_minute=None)

    problem = problem_of(first_day=date(2026, 3, 28), day_count=2, visits=[item], windows={})

    (made,) = problem.visits
    midnight = 86_400
    assert [(day.starts_s, day.ends_s) for day in problem.days] == [(0, 86_400), (86_400, 86_400 + 82_800)]
    assert made.options == [
        Option(day=1, earliest_s=midnight + 7 * 3600, latest_s=midnight + 9 * 3600, preferred_s=None)
    ]


def test_days_outside_the_period_are_left_to_other_plans() -> None:
    """A visit for Monday or the next Monday has one option; one for the next Monday alone is not planned."""
    later = MONDAY + timedelta(days=7)
    both = visit(1, allowed_dates=[later, MONDAY])
    other = visit(2, allowed_dates=[later])

    problem = problem_of(visits=[both, other])

    assert [(item.id, [option.day for option in item.options]) for item in problem.visits] == [
        (both.id.hex, [0])
    ]


def test_shifts_are_cut_to_the_period_and_joined() -> None:
    """Two touching windows are one shift; what lies before the first midnight is cut off."""
    windows = [
        (utc(7), utc(9)),
        (utc(9), utc(11)),
        (utc(22, day=MONDAY - timedelta(days=1)), utc(0)),
    ]

    problem = problem_of(windows={aide().id: windows})

    # 23:00 UTC on Sunday is midnight in Paris; 7 h UTC is 8 h
    assert problem.workers[0].shifts == [
        Interval(start_s=0, end_s=3600),
        Interval(start_s=8 * 3600, end_s=12 * 3600),
    ]


def test_only_planned_aides_are_known_wanted_or_refused() -> None:
    """Somebody who left is in no list, so that the problem stays whole."""
    left = UUID(int=999)
    item = visit(wanted_aides=[left, aide().id], refused_aides=[left])
    met = [
        Continuity(person_id=PERSON_ID, aide_id=aide().id, visits=4),
        Continuity(person_id=PERSON_ID, aide_id=left, visits=9),
    ]

    problem = problem_of(visits=[item], continuity=met)

    assert problem.persons[0].known == {aide().id.hex: 4}
    assert (problem.visits[0].wanted, problem.visits[0].refused) == ([aide().id.hex], [])


def test_pins_are_told_in_elapsed_seconds() -> None:
    """9 h on Monday with one aide; a pin on an aide who left says nothing any more."""
    fixed = Pin(visit_id=visit(1).id, aide_ids=[aide().id], starts_at=utc(8), on_date=MONDAY)
    gone = Pin(visit_id=visit(2).id, aide_ids=[UUID(int=999)])

    problem = problem_of(visits=[visit(1), visit(2)], pins=[fixed, gone])

    pins = {item.id: item.pin for item in problem.visits}
    first = pins[visit(1).id.hex]
    assert (first.workers, first.start_s, first.day) == ([aide().id.hex], 9 * 3600, 0)
    assert pins[visit(2).id.hex] is None


def test_a_visit_fixed_on_a_day_outside_the_period_is_not_planned() -> None:
    """It belongs to the plan of that day."""
    later = MONDAY + timedelta(days=7)
    item = visit(allowed_dates=[MONDAY, later])

    problem = problem_of(visits=[item], pins=[Pin(visit_id=item.id, on_date=later)])

    assert problem.visits == []


def test_the_employers_agreement_changes_its_own_regime_alone() -> None:
    """9 h a day in the association; an aide under another agreement keeps that one's limit."""
    own = organisation(regime_overrides={"daily_work_max_s": 9 * 3600})
    aides = [aide(1), aide(2, regime="FPT")]

    problem = problem_of(organisation=own, aides=aides, windows={})

    limits = {regime.key: regime.daily_work_max_s for regime in problem.regimes}
    assert limits == {"BAD_2941": 9 * 3600, "FPT": 10 * 3600}
    assert [worker.regime for worker in problem.workers] == ["BAD_2941", "FPT"]


def test_a_wrong_override_is_refused_by_name() -> None:
    """A threshold that does not exist."""
    with pytest.raises(Invalid, match="no_such_limit"):
        problem_of(organisation=organisation(regime_overrides={"no_such_limit": 1}))


def test_prices_of_the_organisation_are_used() -> None:
    """Only the price that was changed differs from the default."""
    problem = problem_of(organisation=organisation(weight_overrides={"new_face_cents": 900}))

    assert (problem.weights.new_face_cents, problem.weights.interruption_cents) == (900, 250)


def test_holidays_are_those_of_the_department() -> None:
    """26 December is a holiday in Bas-Rhin (67) and not in Essonne (91)."""
    saint_stephen = date(2026, 12, 26)

    alsace = problem_of(first_day=saint_stephen, day_count=1, organisation=organisation(insee="67482"))
    essonne = problem_of(first_day=saint_stephen, day_count=1)

    assert (alsace.days[0].holiday, essonne.days[0].holiday) == (True, False)


@pytest.mark.parametrize(
    ("insee", "department"), [("91114", "91"), ("2A004", "2A"), ("97105", "971"), ("98735", "987")]
)
def test_department_of_a_commune(insee: str, department: str) -> None:
    """Two characters, three overseas."""
    assert department_of(insee) == department


def test_order_of_input_changes_nothing() -> None:
    """The same records in another order give the same problem, hence the same plan."""
    visits = [visit(1), visit(2), visit(3)]
    aides = [aide(1), aide(2)]

    forth = problem_of(visits=visits, aides=aides, windows={})
    back = problem_of(visits=visits[::-1], aides=aides, windows={})

    assert msgspec.json.encode(forth) == msgspec.json.encode(back)
