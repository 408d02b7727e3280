"""
The job that plans the rounds of a day: name, payload and limits; the handler is in `round_tasks`.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.jobs.spec import SOLVER, JobSpec
from carecoord.meals.rounds_domain import MAX_ATTEMPTS, SECONDS_MAX


class PlanMeals(msgspec.Struct, frozen=True, kw_only=True):
    """Work through one run."""

    organisation_id: UUID
    run_id: UUID


PLAN_MEALS = JobSpec(
    name="meals.plan_rounds",
    payload=PlanMeals,
    queue=SOLVER,
    attempts=MAX_ATTEMPTS,
    timeout_s=SECONDS_MAX + 600,
    retry_delay_s=2,
)
