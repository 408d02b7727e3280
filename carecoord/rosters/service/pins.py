"""
What a coordinator fixes by hand on a visit, until lifted; every plan respects it.
"""

from __future__ import annotations

from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.careplans.domain import VisitToPlan
from carecoord.careplans.service import visits_by_id
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Defect, Invalid, NotFound
from carecoord.rosters.commands import PinVisit
from carecoord.rosters.domain import Pin
from carecoord.rosters.store import past as store
from carecoord.workforce.service import aides_by_id


async def pin_visit(uow: UnitOfWork, actor: Actor, visit_id: UUID, command: PinVisit) -> Pin:
    """
    Fix aides, start or day of a visit; replaces what was fixed before.

    Raises:
        NotFound: no such visit.
        Refused: the actor lacks `roster:edit`.
        Invalid: nothing is fixed, too many or unknown aides, a day the visit does not allow; all are listed.
    """
    actor.require("roster:edit")
    visit = await _visit(uow, actor, visit_id)
    if defects := await _defects(uow, actor, visit, command):
        raise Invalid(defects)
    pin = Pin(
        visit_id=visit_id,
        aide_ids=command.aide_ids or None,
        starts_at=command.starts_at,
        on_date=command.on_date,
        pinned_by=actor.account_id,
        reason=command.reason,
        promised=command.promised,
    )
    await store.save_pin(uow.session, actor.organisation_id, pin)
    facts = {"aides": len(command.aide_ids or []), "promised": command.promised}
    record(uow, Tag.VISIT_PINNED, visit_id, facts)
    return pin


async def unpin_visit(uow: UnitOfWork, actor: Actor, visit_id: UUID) -> None:
    """
    Lift what was fixed by hand.

    Raises:
        NotFound: no such visit, or nothing was fixed.
        Refused: the actor lacks `roster:edit`.
    """
    actor.require("roster:edit")
    if not await store.remove_pin(uow.session, visit_id):
        raise NotFound("pin_missing", f"nothing is fixed on visit {visit_id}")
    record(uow, Tag.VISIT_UNPINNED, visit_id)


async def _visit(uow: UnitOfWork, actor: Actor, visit_id: UUID) -> VisitToPlan:
    visits = await visits_by_id(uow, actor, {visit_id})
    if visit_id not in visits:
        raise NotFound("visit_missing", f"no visit {visit_id}")
    return visits[visit_id]


async def _defects(uow: UnitOfWork, actor: Actor, visit: VisitToPlan, command: PinVisit) -> list[Defect]:
    aides = command.aide_ids or []
    defects: list[Defect] = []
    if not aides and command.starts_at is None and command.on_date is None:
        defects.append(
            Defect(code="pin_empty", where="$", why="nothing is fixed", fix="give aides, start or day")
        )
    if command.promised and command.starts_at is None:
        defects.append(Defect(code="promise_without_hour", where="starts_at", why="an hour is promised"))
    if len(aides) > visit.team_size or len(set(aides)) != len(aides):
        why = f"{len(aides)} aides for a visit for {visit.team_size}, or one twice"
        defects.append(Defect(code="pin_aides", where="aide_ids", why=why, fix="give each aide once"))
    known = await aides_by_id(uow, actor, set(aides)) if aides else {}
    defects += [
        Defect(code="aide_missing", where=f"aide_ids[{index}]", why=f"no aide {aide_id}")
        for index, aide_id in enumerate(aides)
        if aide_id not in known
    ]
    if command.starts_at is not None and command.starts_at.tzinfo is None:
        defects.append(Defect(code="instant_naive", where="starts_at", why="has no time zone"))
    if command.on_date is not None and command.on_date not in visit.allowed_dates:
        defects.append(
            Defect(code="day_not_allowed", where="on_date", why="the visit does not allow that day")
        )
    return defects
