"""
What a worker and the child process that searches repairs say to each other: pure, without the solver.
"""

from __future__ import annotations

import zlib
from uuid import UUID

import msgspec

from carecoord.jobs.spec import ORDINARY, JobSpec
from carecoord.rosters.repair_terms import RepairDocument
from carecoord.rosters.repairs import Proposal

SEARCH = "carecoord.rosters.repair_solving:search_repairs"
"""By name, so that the worker itself never imports the solver."""

SECONDS = 4.5
"""Search time of the three repairs together; the answer is due ten seconds after the request."""


class RepairOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is to search: a packed `RepairDocument`, and for how long, in seconds."""

    document: bytes
    seconds: float
    seed: int = 1


class RepairNews(msgspec.Struct, frozen=True, kw_only=True):
    """Which repair is being searched."""

    breadth: str


class RepairOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The repairs found, best first."""

    proposals: list[Proposal]


class RepairDay(msgspec.Struct, frozen=True, kw_only=True):
    """Search the repairs of one request."""

    organisation_id: UUID
    repair_id: UUID


# Not on the queue of solvers: a plan of minutes must never keep waiting a sick aide's day.
REPAIR_DAY = JobSpec(
    name="rosters.repair_day",
    payload=RepairDay,
    queue=ORDINARY,
    attempts=2,
    timeout_s=120,
    retry_delay_s=1,
)


def pack(document: RepairDocument) -> bytes:
    """A document, compressed; level 1, as somebody waits."""
    return zlib.compress(msgspec.msgpack.encode(document), 1)


def unpack(data: bytes) -> RepairDocument:
    """The document that was packed."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=RepairDocument)
