"""
Cases: opened by the event itself, called about, closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import VIGILANCE_READ, VIGILANCE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.vigilance.domain import ANSWERS, OUTCOMES, WHOM, Case, CloseCase, LogCall, Source, first_call
from carecoord.vigilance.store import cases as store
from carecoord.vigilance.tables import VigilanceCaseRow

NOTE_LONGEST = 2_000
CLOSED_SHOWN = 50
CLOSED_DAYS = 14


async def open_case(
    uow: UnitOfWork, actor: Actor, person_id: UUID, source: Source, source_id: UUID, *, happened_at: datetime
) -> UUID:
    """
    Open the case of an event, in the transaction of that event; once, however often it is told.

    Whoever may record the event may open its case: no permission is asked for here.

    Args:
        source_id: the stop, ride or visit.
        happened_at: when nobody answered, aware; the first call is due from then.

    Returns:
        Identifier of the case.
    """
    case_id = await store.add_case(
        uow.session,
        VigilanceCaseRow(
            id=new_id(),
            organisation_id=actor.organisation_id,
            person_id=person_id,
            source=source,
            source_id=source_id,
            happened_at=happened_at,
            due_at=happened_at + first_call(local_date(happened_at)).length,
            opened_by=actor.account_id,
        ),
    )
    record(uow, Tag.CASE_OPENED, case_id, {"source": source})
    return case_id


async def withdraw_case(uow: UnitOfWork, actor: Actor, source: Source, source_id: UUID) -> None:
    """
    Close the open case of an event that was told by mistake; nothing happens when there is none.
    """
    case_id = await store.case_of_source(uow.session, source, source_id)
    if case_id is None:
        return
    row = await store.row_by_id(uow.session, case_id)
    if row is not None:
        row.closed_at, row.closed_by, row.outcome = uow.now, actor.account_id, "mistake"
        record(uow, Tag.CASE_CLOSED, case_id, {"outcome": "mistake"})


async def get_case(uow: UnitOfWork, actor: Actor, case_id: UUID) -> Case:
    """
    One case with its journal.

    Raises:
        NotFound: no such case.
        Refused: the actor lacks `vigilance:read`.
    """
    actor.require(VIGILANCE_READ)
    found = await store.case_by_id(uow.session, case_id)
    if found is None:
        raise _missing(case_id)
    return found


async def waiting_cases(uow: UnitOfWork, actor: Actor) -> list[Case]:
    """
    Open cases, soonest due first.

    Raises:
        Refused: the actor lacks `vigilance:read`.
    """
    actor.require(VIGILANCE_READ)
    return await store.open_cases(uow.session)


async def count_waiting(uow: UnitOfWork, actor: Actor) -> int:
    """
    How many cases are open.

    Raises:
        Refused: the actor lacks `vigilance:read`.
    """
    actor.require(VIGILANCE_READ)
    return await store.count_open(uow.session)


async def recent_cases(uow: UnitOfWork, actor: Actor) -> list[Case]:
    """
    Cases closed within a fortnight, newest first.

    Raises:
        Refused: the actor lacks `vigilance:read`.
    """
    actor.require(VIGILANCE_READ)
    return await store.closed_since(uow.session, uow.now - timedelta(days=CLOSED_DAYS), CLOSED_SHOWN)


async def log_call(uow: UnitOfWork, actor: Actor, command: LogCall) -> Case:
    """
    Note a call; the first one stops the clock.

    Raises:
        NotFound: no such case.
        Refused: the actor lacks `vigilance:write`.
        Invalid: whom or answer unknown, note too long; all are listed.
        Conflict: the case is closed.
    """
    actor.require(VIGILANCE_WRITE)
    if defects := _defects(command):
        raise Invalid(defects)
    row = await _open_row(uow, command.case_id)
    await store.add_call(uow.session, actor.organisation_id, actor.account_id, command, uow.now)
    row.first_call_at = row.first_call_at or uow.now
    record(uow, Tag.CASE_CALLED, command.case_id, {"whom": command.whom, "answer": command.answer})
    await uow.flush()
    return await get_case(uow, actor, command.case_id)


async def close_case(uow: UnitOfWork, actor: Actor, command: CloseCase) -> Case:
    """
    End a case.

    Raises:
        NotFound: no such case.
        Refused: the actor lacks `vigilance:write`.
        Invalid: no such outcome.
        Conflict: it is closed already, or changed meanwhile.
    """
    actor.require(VIGILANCE_WRITE)
    if command.outcome not in OUTCOMES:
        raise Invalid([_choice("outcome", command.outcome)])
    row = await _open_row(uow, command.case_id)
    if row.version != command.version:
        raise Conflict("changed_meanwhile", "somebody changed the case meanwhile")
    row.closed_at, row.closed_by, row.outcome = uow.now, actor.account_id, command.outcome
    record(uow, Tag.CASE_CLOSED, command.case_id, {"outcome": command.outcome})
    await uow.flush()
    return await get_case(uow, actor, command.case_id)


async def _open_row(uow: UnitOfWork, case_id: UUID) -> VigilanceCaseRow:
    row = await store.row_by_id(uow.session, case_id)
    if row is None:
        raise _missing(case_id)
    if row.closed_at is not None:
        raise Conflict("case_closed", "the case is closed")
    return row


def _missing(case_id: UUID) -> NotFound:
    return NotFound("case_missing", f"no case {case_id}")


def _choice(where: str, value: str) -> Defect:
    return Defect(code="choice_unknown", where=where, why=f"{value!r} is not one of the choices")


def _defects(command: LogCall) -> list[Defect]:
    found = []
    if command.whom not in WHOM:
        found.append(_choice("whom", command.whom))
    if command.answer not in ANSWERS:
        found.append(_choice("answer", command.answer))
    if len(command.note) > NOTE_LONGEST:
        found.append(
            Defect(code="text_too_long", where="note", why="is too long", args={"limit": NOTE_LONGEST})
        )
    return found
