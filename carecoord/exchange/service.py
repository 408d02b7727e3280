"""
Use cases of exchange: try a file, apply it whole or not at all, export, templates.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries import service as beneficiaries
from carecoord.careplans import service as careplans
from carecoord.db.uow import UnitOfWork
from carecoord.exchange import store
from carecoord.exchange.commands import Commands, Known, build, check, commune_codes
from carecoord.exchange.domain import CheckImport, ImportFile, ImportReport, KindCounts, Refusal
from carecoord.exchange.merge import Existing, keep_what_is_not_said
from carecoord.exchange.reading import Reading, read_file
from carecoord.exchange.workbook import Records, write_template, write_workbook
from carecoord.identity.permissions import IMPORT_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.kernel.upsert import UpsertReport
from carecoord.rosters.service import usual as rosters
from carecoord.territory import service as territory
from carecoord.workforce import service as workforce

SHOWN_REFERENCES = 100
KEPT_REFUSALS = 1_000
FORGET_AFTER = timedelta(days=30)
"""A file that was tried and left there holds personal data that nobody needs any more."""

EVERY_TIME = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


async def check_import(uow: UnitOfWork, actor: Actor, command: CheckImport) -> ImportFile:
    """
    Try a file: everything is read, checked, written and taken back; only the report stays.

    Raises:
        Refused: the actor lacks `import:write`.
        Invalid: the file as such cannot be read.
    """
    actor.require(IMPORT_WRITE)
    await store.forget(uow.session, uow.now - FORGET_AFTER)
    report = await _dry_run(uow, actor, command)
    kept = await store.add(uow.session, actor, command, report)
    record(uow, Tag.IMPORT_CHECKED, kept.id, {"refusals": len(report.refusals)})
    return kept


async def apply_import(uow: UnitOfWork, actor: Actor, import_id: UUID) -> ImportFile:
    """
    Apply a file that was tried, in the caller's one transaction: wholly or not at all.

    The file is judged again on today's data. Applying twice changes nothing the second time.

    Raises:
        Refused: the actor lacks `import:write`.
        NotFound: no such import in this organisation.
        Conflict: abandoned, refused at the trial, or no longer without defect (`import_refused`).
    """
    actor.require(IMPORT_WRITE)
    found = await store.locked(uow.session, import_id)
    if found is None:
        raise NotFound("import_unknown", "no such import")
    kept, content = found
    if kept.state == "applied":
        return kept
    if kept.state == "abandoned" or content is None:
        raise Conflict("import_refused", "this import was abandoned or has refused lines")
    reading = await asyncio.to_thread(read_file, content, kept.kind)
    report, commands = await _judge(uow, actor, reading)
    if commands is None:
        raise Conflict("import_refused", "what the file refers to has changed; try it again")
    report = await _write(uow, actor, commands, report)
    await store.close(uow.session, import_id, "applied", report, uow.now)
    record(uow, Tag.IMPORT_APPLIED, import_id, {kind: _total(count) for kind, count in report.counts.items()})
    return await get_import(uow, actor, import_id)


async def abandon_import(uow: UnitOfWork, actor: Actor, import_id: UUID) -> None:
    """
    Drop a file that was tried.

    Raises:
        Refused, NotFound, Conflict: already applied (`import_applied`).
    """
    actor.require(IMPORT_WRITE)
    found = await store.locked(uow.session, import_id)
    if found is None:
        raise NotFound("import_unknown", "no such import")
    kept, _ = found
    if kept.state == "applied":
        raise Conflict("import_applied", "this import was applied already")
    await store.close(uow.session, import_id, "abandoned", kept.report, None)
    record(uow, Tag.IMPORT_ABANDONED, import_id)


async def get_import(uow: UnitOfWork, actor: Actor, import_id: UUID) -> ImportFile:
    """
    One import with its report.

    Raises:
        Refused: the actor lacks `import:write`.
        NotFound: no such import in this organisation.
    """
    actor.require(IMPORT_WRITE)
    kept = await store.get(uow.session, import_id)
    if kept is None:
        raise NotFound("import_unknown", "no such import")
    return kept


async def list_imports(uow: UnitOfWork, actor: Actor, page: PageRequest) -> PageResult[ImportFile]:
    """
    Imports, newest first.

    Raises:
        Refused: the actor lacks `import:write`.
    """
    actor.require(IMPORT_WRITE)
    items, total = await store.page(uow.session, page)
    return PageResult(items=items, total=total, page=page.page, size=page.size)


async def export_workbook(uow: UnitOfWork, actor: Actor) -> bytes:
    """
    Everything that imports bring, as a workbook that imports read back.

    Raises:
        Refused: the actor lacks a permission to read.
    """
    records = Records(
        people=await beneficiaries.all_people(uow, actor),
        aides=await workforce.all_aides(uow, actor, with_inactive=True),
        absences=await workforce.absences_between(uow, actor, *EVERY_TIME),
        lines=await careplans.all_interventions(uow, actor),
        usual_aides=await rosters.usual_aides(uow, actor),
    )
    return await asyncio.to_thread(write_workbook, records)


async def template() -> bytes:
    """The empty workbook with one example row a sheet."""
    return await asyncio.to_thread(write_template)


async def _dry_run(uow: UnitOfWork, actor: Actor, command: CheckImport) -> ImportReport:
    reading = await asyncio.to_thread(read_file, command.content, command.kind)
    report, commands = await _judge(uow, actor, reading)
    if commands is None:
        return report
    # A savepoint taken back: what is announced is what the same code really did.
    trial = await uow.session.begin_nested()
    report = await _write(uow, actor, commands, report)
    await uow.flush()
    await trial.rollback()
    return report


async def _judge(uow: UnitOfWork, actor: Actor, reading: Reading) -> tuple[ImportReport, Commands | None]:
    existing = Existing(
        people={person.reference: person for person in await beneficiaries.all_people(uow, actor)},
        aides={aide.reference: aide for aide in await workforce.all_aides(uow, actor, with_inactive=True)},
        lines={line.reference: line for line in await careplans.all_interventions(uow, actor)},
    )
    communes = await territory.communes_by_code(uow, commune_codes(reading))
    known = Known(
        people=frozenset(existing.people),
        aides=frozenset(existing.aides),
        lines=frozenset(existing.lines),
        communes=communes,
    )
    # Off the event loop: a file may have fifty thousand lines.
    refusals = await asyncio.to_thread(check, reading, known)
    if refusals:
        return _refused(refusals, reading.remarks), None
    report = ImportReport(remarks=reading.remarks)
    keep_what_is_not_said(reading, existing)
    return report, build(reading, communes)


def _refused(refusals: list[Refusal], remarks: list[str]) -> ImportReport:
    """The report of a file with defects; beyond a thousand, one column is wrong throughout."""
    left = len(refusals) - KEPT_REFUSALS
    if left > 0:
        remarks = [*remarks, f"{left} autres refus ne sont pas détaillés : corrigez d’abord ceux-ci."]
    return ImportReport(refusals=refusals[:KEPT_REFUSALS], remarks=remarks)


async def _write(uow: UnitOfWork, actor: Actor, commands: Commands, report: ImportReport) -> ImportReport:
    """Write everything in order; people and aides before what refers to them."""
    done: dict[str, UpsertReport] = {}
    steps: list[tuple[str, Sequence[Any], Callable[..., Awaitable[UpsertReport]]]] = [
        ("people", commands.people, beneficiaries.upsert_people),
        ("aides", commands.aides, workforce.upsert_aides),
        ("absences", commands.absences, workforce.upsert_absences),
        ("care_plan_lines", commands.lines, careplans.upsert_lines),
    ]
    for kind, given, upsert in steps:
        if given:
            done[kind] = await upsert(uow, actor, given)
    if commands.usual_aides:
        await rosters.set_usual_aides(uow, actor, commands.usual_aides)
    return ImportReport(
        counts={kind: KindCounts(**outcome.counts) for kind, outcome in done.items()},
        created={kind: outcome.created[:SHOWN_REFERENCES] for kind, outcome in done.items()},
        changed={kind: outcome.changed[:SHOWN_REFERENCES] for kind, outcome in done.items()},
        remarks=report.remarks,
    )


def _total(count: KindCounts) -> int:
    return count.created + count.changed
