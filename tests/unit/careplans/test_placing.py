"""
Which care plan a line belongs to.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from carecoord.careplans.domain import CarePlan
from carecoord.careplans.placing import place_lines

ODETTE, PAUL = UUID(int=1), UUID(int=2)


def plan(number: int, starts_on: date, ends_on: date | None = None, person: UUID = ODETTE) -> CarePlan:
    """A plan of Odette, by default."""
    return CarePlan(id=UUID(int=number), person_id=person, starts_on=starts_on, ends_on=ends_on, version=1)


def test_first_plan() -> None:
    """A person without a plan gets one for all her lines, from the first day of any."""
    lines = [("L-1", ODETTE, date(2026, 3, 1)), ("L-2", ODETTE, date(2026, 2, 1))]

    placed = place_lines(lines, known={}, plans={})

    [made] = placed.plans_to_write
    assert (made.person_id, made.starts_on, made.ends_on) == (ODETTE, date(2026, 2, 1), None)
    assert placed.plan_ids == {"L-1": made.id, "L-2": made.id}


def test_running_plan() -> None:
    """A line goes into the plan that runs; nothing needs to be written."""
    plans = {ODETTE: [plan(11, date(2026, 1, 1)), plan(10, date(2025, 1, 1), date(2025, 12, 31))]}

    placed = place_lines([("L-1", ODETTE, date(2026, 3, 1))], known={}, plans=plans)

    assert (placed.plan_ids, placed.plans_to_write) == ({"L-1": UUID(int=11)}, [])


def test_ended_plan() -> None:
    """When every plan ended before the line starts, a new one is made."""
    plans = {ODETTE: [plan(10, date(2025, 1, 1), date(2025, 12, 31))]}

    placed = place_lines([("L-1", ODETTE, date(2026, 3, 1))], known={}, plans=plans)

    [made] = placed.plans_to_write
    assert made.id != UUID(int=10)
    assert made.starts_on == date(2026, 3, 1)


def test_line_that_has_a_plan() -> None:
    """A line keeps its plan, even beside a later one; the plan starts with it if need be."""
    plans = {ODETTE: [plan(11, date(2026, 6, 1)), plan(10, date(2026, 2, 1))]}

    placed = place_lines(
        [("L-1", ODETTE, date(2026, 1, 1))], known={"L-1": (UUID(int=10), ODETTE)}, plans=plans
    )

    assert placed.plan_ids == {"L-1": UUID(int=10)}
    assert [(one.id, one.starts_on) for one in placed.plans_to_write] == [(UUID(int=10), date(2026, 1, 1))]


def test_line_of_somebody_else() -> None:
    """A line given with another person leaves its plan for one of that person."""
    plans = {PAUL: [plan(20, date(2026, 1, 1), person=PAUL)]}

    placed = place_lines(
        [("L-1", PAUL, date(2026, 2, 1))], known={"L-1": (UUID(int=10), ODETTE)}, plans=plans
    )

    assert (placed.plan_ids, placed.plans_to_write) == ({"L-1": UUID(int=20)}, [])
