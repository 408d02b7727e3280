"""
The jobs that plan a period: names, payloads and limits; the handlers are in `carecoord.rosters.tasks`
and `carecoord.rosters.part_tasks`.
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


class PlanPart(msgspec.Struct, frozen=True, kw_only=True):
    """Plan one part of a run."""

    organisation_id: UUID
    run_id: UUID
    part_id: UUID


class StitchParts(msgspec.Struct, frozen=True, kw_only=True):
    """Put the parts of a stage of a run together."""

    organisation_id: UUID
    run_id: UUID
    stage: int


PLAN_PART = JobSpec(
    name="rosters.plan_part",
    payload=PlanPart,
    queue=SOLVER,
    attempts=MAX_ATTEMPTS,
    timeout_s=SECONDS_MAX + 1800,
    retry_delay_s=2,
)

STITCH_PARTS = JobSpec(
    name="rosters.stitch_parts",
    payload=StitchParts,
    queue=SOLVER,
    attempts=MAX_ATTEMPTS,
    timeout_s=1800,
    retry_delay_s=2,
)
