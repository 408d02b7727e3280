"""
The job that plans a period: its name, payload and limits; the handler is in `carecoord.rosters.tasks`.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.jobs.spec import SOLVER, JobSpec
from carecoord.rosters.domain import MAX_ATTEMPTS, SECONDS_MAX


class PlanRosters(msgspec.Struct, frozen=True, kw_only=True):
    """Work through one planning run."""

    organisation_id: UUID
    run_id: UUID


PLAN_ROSTERS = JobSpec(
    name="rosters.plan_period",
    payload=PlanRosters,
    queue=SOLVER,
    attempts=MAX_ATTEMPTS,
    # The search, then causes, the naive plan and the figures, on a slow machine.
    timeout_s=SECONDS_MAX + 1800,
    retry_delay_s=2,
)
