"""
The job that sends orders at their cut-off.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.jobs.spec import ORDINARY, JobSpec


class SendOrders(msgspec.Struct, frozen=True, kw_only=True):
    """Send what the cut-offs of a kitchen have settled."""

    organisation_id: UUID
    kitchen_id: UUID


SEND_ORDERS = JobSpec(
    name="meals.send_orders", payload=SendOrders, queue=ORDINARY, attempts=5, timeout_s=120, retry_delay_s=20
)
