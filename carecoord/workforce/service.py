"""
Use cases of workforce.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import AIDE_READ, AIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.kernel.upsert import UpsertReport, duplicate_defects, sorted_out
from carecoord.workforce import store
from carecoord.workforce.domain import Absence, Aide, DeclareAbsence, UpsertAbsence, UpsertAide
from carecoord.workforce.rules import absence_defects, aide_defects, normal_aide


async def upsert_aides(uow: UnitOfWork, actor: Actor, commands: Sequence[UpsertAide]) -> UpsertReport:
    """
    Write aides by reference, their weekly hours included; those already exactly so are not touched.

    Raises:
        Refused: the actor lacks `aide:write`.
        Invalid: every defect of every aide, and references given twice; nothing is written.
    """
    actor.require(AIDE_WRITE)
    references = [command.reference.strip() for command in commands]
    defects = duplicate_defects(references, "aides")
    for index, command in enumerate(commands):
        defects += aide_defects(command, f"aides[{index}].")
    if defects:
        raise Invalid(defects)
    wanted = [normal_aide(command) for command in commands]
    written = await store.upsert_aides(uow.session, actor.organisation_id, wanted)
    created = {str(line.key[1]) for line in written if line.is_new}
    changed = {str(line.key[1]) for line in written if not line.is_new}
    ids = await store.ids_by_reference(uow.session, references)
    present = await store.hours_of(uow.session, list(ids.values()))
    differing = {
        command.reference: command.availabilities
        for command in wanted
        if present.get(ids[command.reference], []) != command.availabilities
    }
    await store.replace_hours(
        uow.session, actor.organisation_id, {ids[name]: hours for name, hours in differing.items()}
    )
    only_hours = set(differing) - created - changed
    await store.raise_versions(uow.session, [ids[reference] for reference in only_hours])
    report = sorted_out(references, created=created, changed=changed | only_hours)
    if report.created or report.changed:
        record(uow, Tag.AIDES_UPSERTED, None, report.counts)
    return report


async def get_aide(uow: UnitOfWork, actor: Actor, aide_id: UUID) -> Aide:
    """
    One aide, with her weekly hours.

    Raises:
        Refused: the actor lacks `aide:read`.
        NotFound: no such aide in this organisation.
    """
    actor.require(AIDE_READ)
    found = await store.aide(uow.session, aide_id)
    if found is None:
        raise NotFound("aide_unknown", "no such aide")
    return found


async def list_aides(
    uow: UnitOfWork, actor: Actor, page: PageRequest, search: str = "", *, with_inactive: bool = False
) -> PageResult[Aide]:
    """
    Aides by name, with their weekly hours.

    Args:
        search: words that must all occur in name or reference, whatever accents and capitals.
        with_inactive: those who left as well.

    Raises:
        Refused: the actor lacks `aide:read`.
    """
    actor.require(AIDE_READ)
    items, total = await store.page_of_aides(uow.session, page, search, with_inactive=with_inactive)
    return PageResult(items=items, total=total, page=page.page, size=page.size)


async def all_aides(uow: UnitOfWork, actor: Actor, *, with_inactive: bool = False) -> list[Aide]:
    """
    Aides who may be planned, by name, with their weekly hours, in two statements.

    Raises:
        Refused: the actor lacks `aide:read`.
    """
    actor.require(AIDE_READ)
    return await (store.aides(uow.session) if with_inactive else store.active_aides(uow.session))


async def aides_by_id(uow: UnitOfWork, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Aide]:
    """
    Several aides, by identifier, those who left included; unknown identifiers are left out.

    Raises:
        Refused: the actor lacks `aide:read`.
    """
    actor.require(AIDE_READ)
    return {aide.id: aide for aide in await store.aides_by_id(uow.session, ids)} if ids else {}


async def aide_ids(uow: UnitOfWork, actor: Actor, references: Collection[str]) -> dict[str, UUID]:
    """
    Reference -> identifier, for the references that exist.

    Raises:
        Refused: the actor lacks `aide:read`.
    """
    actor.require(AIDE_READ)
    return await store.ids_by_reference(uow.session, references) if references else {}


async def aide_references(uow: UnitOfWork, actor: Actor) -> dict[UUID, str]:
    """
    Identifier -> reference of every aide, for exports.

    Raises:
        Refused: the actor lacks `aide:read`.
    """
    actor.require(AIDE_READ)
    return await store.references_by_id(uow.session)


async def upsert_absences(uow: UnitOfWork, actor: Actor, commands: Sequence[UpsertAbsence]) -> UpsertReport:
    """
    Write absences by aide and instants; those already exactly so are not touched.

    The references of the report are those of `absence_reference`.

    Raises:
        Refused: the actor lacks `aide:write`.
        Invalid: an unknown aide, wrong instants or kind, the same absence twice; all told.
    """
    actor.require(AIDE_WRITE)
    ids = await aide_ids(uow, actor, {command.aide_reference for command in commands})
    references = [absence_reference(command) for command in commands]
    defects = duplicate_defects(references, "absences")
    for index, command in enumerate(commands):
        where = f"absences[{index}]."
        defects += absence_defects(command.starts_at, command.ends_at, command.kind, where)
        if command.aide_reference not in ids:
            defects.append(
                Defect(
                    code="aide_unknown",
                    where=where + "aide_reference",
                    why=f"no aide has the reference {command.aide_reference!r}",
                    args={"reference": command.aide_reference},
                )
            )
    if defects:
        raise Invalid(defects)
    absences = [
        Absence(
            id=new_id(),
            aide_id=ids[command.aide_reference],
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            kind=command.kind,
        )
        for command in commands
    ]
    written = await store.upsert_absences(uow.session, actor.organisation_id, absences)
    by_key = {
        (absence.aide_id, absence.starts_at, absence.ends_at): reference
        for absence, reference in zip(absences, references, strict=True)
    }
    report = sorted_out(
        references,
        created={by_key[line.key] for line in written if line.is_new},
        changed={by_key[line.key] for line in written if not line.is_new},
    )
    if written:
        record(uow, Tag.ABSENCES_UPSERTED, None, report.counts)
    return report


def absence_reference(command: UpsertAbsence) -> str:
    """The key of an absence as one text: aide and instants."""
    instants = (instant.astimezone(UTC).isoformat() for instant in (command.starts_at, command.ends_at))
    return " ".join((command.aide_reference, *instants))


async def declare_absence(uow: UnitOfWork, actor: Actor, command: DeclareAbsence) -> Absence:
    """
    Record that an aide will be, or is, away.

    Raises:
        Refused: the actor lacks `aide:write`.
        NotFound: no such aide in this organisation.
        Invalid: wrong instants or kind.
        Conflict: the aide is away for the whole of that time already.
    """
    actor.require(AIDE_WRITE)
    if defects := absence_defects(command.starts_at, command.ends_at, command.kind):
        raise Invalid(defects)
    await get_aide(uow, actor, command.aide_id)
    around = await store.absences_between(uow.session, command.starts_at, command.ends_at, command.aide_id)
    if any(known.starts_at <= command.starts_at and command.ends_at <= known.ends_at for known in around):
        raise Conflict("absence_known", "the aide is away for the whole of that time already")
    absence = Absence(
        id=new_id(),
        aide_id=command.aide_id,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        kind=command.kind,
    )
    await store.add_absence(uow.session, actor.organisation_id, absence)
    record(uow, Tag.ABSENCE_DECLARED, command.aide_id, {"absence_id": str(absence.id)})
    return absence


async def withdraw_absence(uow: UnitOfWork, actor: Actor, absence_id: UUID) -> bool:
    """
    Take back an absence declared by mistake; whether there was one.

    Raises:
        Refused: the actor lacks `aide:write`.
    """
    actor.require(AIDE_WRITE)
    aide_id = await store.remove_absence(uow.session, absence_id)
    if aide_id is not None:
        record(uow, Tag.ABSENCE_WITHDRAWN, aide_id, {"absence_id": str(absence_id)})
    return aide_id is not None


async def absences_between(
    uow: UnitOfWork, actor: Actor, starts_at: datetime, ends_at: datetime, aide_id: UUID | None = None
) -> list[Absence]:
    """
    Absences that touch a stretch of time, oldest first, in one statement.

    Args:
        starts_at: aware.
        ends_at: aware, excluded.
        aide_id: of one aide; of all when absent.

    Raises:
        Refused: the actor lacks `aide:read`.
    """
    actor.require(AIDE_READ)
    return await store.absences_between(uow.session, starts_at, ends_at, aide_id)


async def workforce_stamp(uow: UnitOfWork, actor: Actor, start: datetime, end: datetime) -> str:
    """
    A text that changes whenever an aide, her weekly hours, or an absence that meets a period changes.

    Raises:
        Refused: the actor lacks `aide:read`.
    """
    actor.require(AIDE_READ)
    return await store.stamp(uow.session, start, end)
