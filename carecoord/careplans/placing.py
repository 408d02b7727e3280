"""
Which care plan a line belongs to, and which plans that calls for. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from carecoord.careplans.domain import CarePlan
from carecoord.kernel.ids import new_id


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where lines go.

    Args:
        plan_ids: reference of a line -> its plan.
        plans_to_write: plans to create, or that must start earlier.
    """

    plan_ids: dict[str, UUID]
    plans_to_write: list[CarePlan]


def place_lines(
    lines: Sequence[tuple[str, UUID, date]],
    *,
    known: Mapping[str, tuple[UUID, UUID]],
    plans: Mapping[UUID, list[CarePlan]],
) -> Placed:
    """
    Give every line a care plan of its person that still runs when the line starts.

    A line that has a plan of that person keeps it. A plan that starts after a line of it
    is made to start with the line, so that no visit is lost unseen.

    Args:
        lines: reference, person and first day of each line.
        known: reference -> plan and person of that plan, for lines that exist.
        plans: plans of each person, latest start first.
    """
    current = {plan.id: plan for owned in plans.values() for plan in owned}
    by_person = {person: list(owned) for person, owned in plans.items()}
    plan_ids: dict[str, UUID] = {}
    touched: dict[UUID, CarePlan] = {}
    for reference, person_id, starts_on in lines:
        plan_id, owner = known.get(reference, (None, None))
        if plan_id is None or owner != person_id:
            plan = _running(by_person.get(person_id, []), starts_on)
            if plan is None:
                plan = CarePlan(id=new_id(), person_id=person_id, starts_on=starts_on, version=1)
                by_person.setdefault(person_id, []).insert(0, plan)
                current[plan.id] = touched[plan.id] = plan
            plan_id = plan.id
        if starts_on < current[plan_id].starts_on:
            earlier = msgspec.structs.replace(current[plan_id], starts_on=starts_on)
            current[plan_id] = touched[plan_id] = earlier
        plan_ids[reference] = plan_id
    return Placed(plan_ids=plan_ids, plans_to_write=list(touched.values()))


def _running(plans: list[CarePlan], day: date) -> CarePlan | None:
    """The latest plan that has not ended before a day."""
    return next((plan for plan in plans if plan.ends_on is None or plan.ends_on >= day), None)
