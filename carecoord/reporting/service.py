"""
Key figures of an organisation over a period.
"""

from __future__ import annotations

from datetime import date

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Defect, Invalid
from carecoord.reporting import queries
from carecoord.reporting.domain import AideHours, PeriodFigures
from carecoord.workforce.service import all_aides

DAYS_MAX = 366
TIERS = ("vital", "important", "comfort")


async def figures_of_period(uow: UnitOfWork, actor: Actor, first: date, last: date) -> PeriodFigures:
    """
    Key figures of the published rounds of a period, in nine statements whatever its length.

    Args:
        last: included.

    Raises:
        Refused: the actor lacks `report:read` or `aide:read`.
        Invalid: the period ends before it begins or has more than 366 days.
    """
    actor.require("report:read")
    if not 0 <= (last - first).days < DAYS_MAX:
        why = f"the period must have 1 to {DAYS_MAX} days"
        raise Invalid([Defect(code="out_of_bounds", where="last", why=why)])
    session = uow.session
    sums = await queries.stop_sums(session, first, last)
    served = await queries.served_by_tier(session, first, last)
    unserved = await queries.unserved_by_tier(session, first, last)
    aides = await _aides(uow, actor, first, last)
    return PeriodFigures(
        first_day=first,
        last_day=last,
        days=await queries.published_days(session, first, last),
        served={tier: served.get(tier, 0) for tier in TIERS},
        unserved={tier: unserved.get(tier, 0) for tier in TIERS},
        stops=sums.stops,
        known_stops=sums.known_stops,
        people=sums.people,
        faces=sums.faces,
        service_s=sums.service_s,
        travel_s=sums.travel_s,
        wait_s=sums.wait_s,
        work_s=sums.service_s + sums.travel_s + sums.wait_s,
        distance_m=sums.distance_m,
        contract_s=sum(aide.contract_s for aide in aides),
        breaches=await queries.breaches(session, first, last),
        causes=await queries.causes(session, first, last),
        aides=aides,
    )


async def _aides(uow: UnitOfWork, actor: Actor, first: date, last: date) -> list[AideHours]:
    """Every active aide, and those who left but have rounds in the period."""
    sums = {item.aide_id: item for item in await queries.aide_sums(uow.session, first, last)}
    days = (last - first).days + 1
    hours = []
    for aide in await all_aides(uow, actor, with_inactive=True):
        mine = sums.get(aide.id)
        if mine is None and not aide.active:
            continue
        hours.append(
            AideHours(
                aide_id=aide.id,
                first_name=aide.first_name,
                last_name=aide.last_name,
                stops=mine.stops if mine else 0,
                days=mine.days if mine else 0,
                work_s=mine.work_s if mine else 0,
                travel_s=mine.travel_s if mine else 0,
                travel_m=mine.travel_m if mine else 0,
                contract_s=aide.contract_minutes * 60 * days // 7,
            )
        )
    return hours
