"""
All the SQL of orders, decisions about late changes, foyers and who eats there.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.sets import among
from carecoord.meals.book import Order
from carecoord.meals.domain import Attendance, AttendanceState, Foyer
from carecoord.meals.late import Decision, OrderedMeal
from carecoord.meals.sent import SentOrder
from carecoord.meals.store.records import opened_health, sealed_health
from carecoord.meals.tables import AttendanceRow, FoyerRow, LateDecisionRow, MealOrderRow
from carecoord.meals.wishes import MealKind

_FOYER = [getattr(FoyerRow, name) for name in Foyer.__struct_fields__]
_MEALS = msgspec.json.Decoder(list[OrderedMeal])


class Wished(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision was about, encrypted in its row."""

    count: int
    kind: MealKind | None


_SENT = [getattr(MealOrderRow, name) for name in SentOrder.__struct_fields__]


async def latest_orders(session: AsyncSession, first: date, last: date) -> dict[tuple[UUID, date], Order]:
    """The last order of each kitchen and day of cooking of a period."""
    lines = await session.execute(
        select(
            MealOrderRow.kitchen_id,
            MealOrderRow.made_on,
            MealOrderRow.number,
            MealOrderRow.cutoff_at,
            MealOrderRow.spare_meals,
            MealOrderRow.document,
        )
        .ext(distinct_on(MealOrderRow.kitchen_id, MealOrderRow.made_on))
        .where(MealOrderRow.made_on.between(first, last))
        .order_by(MealOrderRow.kitchen_id, MealOrderRow.made_on, MealOrderRow.number.desc())
    )
    return {
        (line.kitchen_id, line.made_on): Order(
            kitchen_id=line.kitchen_id,
            made_on=line.made_on,
            number=line.number,
            cutoff_at=line.cutoff_at,
            spare_meals=line.spare_meals,
            meals=_MEALS.decode(line.document),
        )
        for line in lines
    }


async def sent_orders(session: AsyncSession, first: date, last: date) -> list[SentOrder]:
    """Every sending for the days of cooking of a period, the last of each day last."""
    lines = await session.execute(
        select(*_SENT)
        .where(MealOrderRow.made_on.between(first, last))
        .order_by(MealOrderRow.made_on, MealOrderRow.kitchen_id, MealOrderRow.number)
    )
    return [SentOrder(**line._mapping) for line in lines]


async def add_order(
    session: AsyncSession, organisation_id: UUID, sent: SentOrder, meals: list[OrderedMeal]
) -> None:
    """Keep what was sent; nobody changes it afterwards."""
    await session.execute(
        insert(MealOrderRow).values(
            **msgspec.structs.asdict(sent),
            document=msgspec.json.encode(meals),
            organisation_id=organisation_id,
        )
    )


async def decisions(
    session: AsyncSession, made_on_first: date, made_on_last: date
) -> dict[tuple[UUID, date], Decision]:
    """Decisions about late changes of a period's days of cooking, by source and consumption date."""
    lines = await session.execute(
        select(
            LateDecisionRow.source_id,
            LateDecisionRow.consumed_on,
            LateDecisionRow.action,
            LateDecisionRow.wished,
        ).where(LateDecisionRow.made_on.between(made_on_first, made_on_last))
    )
    found = {}
    for line in lines:
        wished = msgspec.json.decode(line.wished, type=Wished)
        found[line.source_id, line.consumed_on] = msgspec.convert(
            {
                "source_id": line.source_id,
                "consumed_on": line.consumed_on,
                "action": line.action,
                "wished_count": wished.count,
                "wished_kind": wished.kind,
            },
            Decision,
        )
    return found


async def put_decision(session: AsyncSession, decision: Decision, values: dict[str, Any]) -> None:
    """
    Keep the last decision about a source and consumption date.

    Args:
        values: organisation, kitchen, day of cooking, when and by whom.
    """
    wished = msgspec.json.encode(Wished(count=decision.wished_count, kind=decision.wished_kind))
    adding = upsert(LateDecisionRow).values(
        source_id=decision.source_id,
        consumed_on=decision.consumed_on,
        action=decision.action,
        wished=wished,
        **values,
    )
    changed = {
        name: adding.excluded[name]
        for name in ("kitchen_id", "made_on", "action", "wished", "decided_at", "decided_by")
    }
    await session.execute(
        adding.on_conflict_do_update(
            index_elements=["source_id", "consumed_on"], set_={**changed, "updated_at": func.now()}
        )
    )


async def foyers(session: AsyncSession) -> list[Foyer]:
    """Every foyer of the acting organisation, by name."""
    lines = await session.execute(select(*_FOYER).order_by(FoyerRow.name))
    return [Foyer(**line._mapping) for line in lines]


async def add_foyer(session: AsyncSession, organisation_id: UUID, foyer: Foyer) -> None:
    """Insert a foyer."""
    await session.execute(
        insert(FoyerRow).values(**msgspec.structs.asdict(foyer), organisation_id=organisation_id)
    )


async def attendance(session: AsyncSession, first: date, last: date) -> list[Attendance]:
    """Who eats at the foyers in a period, by day, guests last."""
    lines = await session.execute(
        select(
            AttendanceRow.id,
            AttendanceRow.foyer_id,
            FoyerRow.kitchen_id,
            AttendanceRow.on_date,
            AttendanceRow.person_id,
            AttendanceRow.count,
            AttendanceRow.diet,
            AttendanceRow.texture,
            AttendanceRow.state,
            AttendanceRow.health,
        )
        .join(FoyerRow, FoyerRow.id == AttendanceRow.foyer_id)
        .where(AttendanceRow.on_date.between(first, last))
        .order_by(AttendanceRow.on_date, AttendanceRow.person_id.is_(None), AttendanceRow.id)
    )
    found = []
    for line in lines:
        values = dict(line._mapping)
        values["allergies"] = opened_health(values.pop("health")).allergies
        found.append(msgspec.convert(values, Attendance))
    return found


async def add_attendance(session: AsyncSession, organisation_id: UUID, line: Attendance) -> None:
    """Put somebody, or guests, on the list of a foyer."""
    values = msgspec.structs.asdict(line)
    del values["kitchen_id"]
    values["health"] = sealed_health(values.pop("allergies"))
    await session.execute(insert(AttendanceRow).values(**values, organisation_id=organisation_id))


async def set_attendance(session: AsyncSession, ids: Collection[UUID], state: AttendanceState) -> int:
    """Say who came, or did not; how many lines that was."""
    changed = await session.execute(
        update(AttendanceRow)
        .where(among(AttendanceRow.id, ids))
        .values(state=state, updated_at=func.now())
        .returning(AttendanceRow.id)
    )
    return len(changed.all())


async def drop_attendance(session: AsyncSession, line_id: UUID) -> bool:
    """Take a line off the list; False when there is none."""
    gone = await session.execute(
        delete(AttendanceRow).where(AttendanceRow.id == line_id).returning(AttendanceRow.id)
    )
    return gone.first() is not None
