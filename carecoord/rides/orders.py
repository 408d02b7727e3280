"""
The job that plans a day of rides: name, payload, limits, and what the worker and its child say to each other.
"""

from __future__ import annotations

import zlib
from uuid import UUID

import msgspec

from carecoord.jobs.spec import SOLVER, JobSpec
from carecoord.rides.plan_domain import MAX_ATTEMPTS, SECONDS_MAX

SOLVE = "carecoord.rides.solving:solve_day"
MEASURE = "carecoord.rides.ways:ways_in_child"
"""By name, so that the worker itself never imports the solver."""


class PlanRides(msgspec.Struct, frozen=True, kw_only=True):
    """Work through one planning run of a day of rides."""

    organisation_id: UUID
    run_id: UUID


PLAN_RIDES = JobSpec(
    name="rides.plan_day",
    payload=PlanRides,
    queue=SOLVER,
    attempts=MAX_ATTEMPTS,
    timeout_s=SECONDS_MAX + 900,
    retry_delay_s=2,
)


class RideOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is to solve: compressed problem and plan of today."""

    problem: bytes
    start: bytes
    seconds: float
    seed: int


class RideNews(msgspec.Struct, frozen=True, kw_only=True):
    """A better plan, told while solving."""

    elapsed_ms: int
    left_out: int
    soft_cents: int
    phase: str


class RideOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the child ends with.

    Args:
        solution: compressed.
        before, after: scores of the plan it began from and of the one found, as JSON.
        breaches: rules broken by the plan found: always none, or it is not offered.
    """

    solution: bytes
    before: bytes
    after: bytes
    breaches: int


def packed(document: bytes) -> bytes:
    """Compressed."""
    return zlib.compress(document, 6)


def unpacked(document: bytes) -> bytes:
    """What was compressed."""
    return zlib.decompress(document)
