"""
Dated visits made what interventions and stays say: the statements behind every use case that changes them.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import is_suspended
from carecoord.beneficiaries.service import person_communes, stays_of
from carecoord.careplans import visit_store
from carecoord.careplans.domain import Intervention
from carecoord.careplans.recurrence import department_of, occurrences
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.ids import derived_id


async def settle(
    uow: UnitOfWork,
    actor: Actor,
    interventions: list[Intervention],
    first: date,
    last: date,
    *,
    only: UUID | None = None,
    person_id: UUID | None = None,
) -> int:
    """
    Make the visits of a period those of these interventions; four statements.

    A stay away from home leaves no visit on its days until the return is confirmed.
    """
    communes = await person_communes(uow, actor)
    stays = await stays_of(uow, actor, None if person_id is None else [person_id], first, last)
    today = local_date(uow.now)
    records = [
        {
            **msgspec.structs.asdict(occurrence),
            "id": derived_id(intervention.id, occurrence.nominal_on.isoformat()),
            "organisation_id": actor.organisation_id,
            "intervention_id": intervention.id,
            "person_id": intervention.person_id,
            "status": "planned",
        }
        for intervention in interventions
        for occurrence in occurrences(
            intervention,
            intervention.exceptions,
            first,
            last,
            department_of(communes[intervention.person_id]),
        )
        if not is_suspended(stays, intervention.person_id, occurrence.due_on)
    ]
    written = await visit_store.write_visits(uow.session, records, today=today)
    cancelled = await visit_store.cancel_others(
        uow.session,
        first=first,
        last=last,
        wanted=[record["id"] for record in records],
        today=today,
        intervention_id=only,
        person_id=person_id,
    )
    return len(written) + cancelled
