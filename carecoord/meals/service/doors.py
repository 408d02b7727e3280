"""
What a driver tells: what happened at a door, temperatures.

Somebody absent opens a case of vigilance in the same transaction; correcting it closes that case.
"""

from __future__ import annotations

from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.meals.round_tables import MealRoundRow, MealStopRow
from carecoord.meals.rounds_domain import OUTCOMES, Reading, TakeTemperature, TellStop
from carecoord.meals.store import rounds as store
from carecoord.planning.meals.chain import chain_for, reading_of
from carecoord.vigilance.service.cases import open_case, withdraw_case

COLDEST, HOTTEST = -400, 1_200
THERMOMETER_LONGEST = 40


async def tell_stop(uow: UnitOfWork, actor: Actor, command: TellStop) -> UUID:
    """
    Record what happened at a door; telling the same again changes nothing.

    Nobody there opens a case of vigilance at once; meals that come back are counted as destroyed.

    Returns:
        Identifier of the round.

    Raises:
        NotFound: no such stop.
        Refused: the actor lacks `meal:write`.
        Invalid: outcome unknown, or more destroyed meals than there are; all are listed.
        Conflict: the round does not count, or the stop is cancelled.
    """
    actor.require(MEAL_WRITE)
    row = await store.stop_row(uow.session, command.stop_id)
    if row is None:
        raise NotFound("stop_missing", f"no stop {command.stop_id}")
    if defects := _defects(command, row):
        raise Invalid(defects)
    await _published(uow, row.round_id)
    if row.change == "cancelled":
        raise Conflict("stop_cancelled", "the delivery was cancelled")
    if row.outcome == command.outcome and row.destroyed == command.destroyed:
        return row.round_id
    before = row.outcome
    row.outcome, row.destroyed = command.outcome, command.destroyed
    row.outcome_at, row.outcome_by = uow.now, actor.account_id
    if command.outcome == "absent" and before != "absent":
        await open_case(uow, actor, row.person_id, "meal_stop", row.id, happened_at=uow.now)
    elif before == "absent" and command.outcome != "absent":
        await withdraw_case(uow, actor, "meal_stop", row.id)
    record(uow, Tag.MEAL_STOP_TOLD, row.id, {"outcome": command.outcome, "destroyed": command.destroyed})
    await uow.flush()
    return row.round_id


async def take_temperature(uow: UnitOfWork, actor: Actor, command: TakeTemperature) -> Reading:
    """
    Record a temperature with what it asks for, by the values in force on the day.

    Raises:
        NotFound: no such round, or no such stop in it.
        Refused: the actor lacks `meal:write`.
        Invalid: a temperature that no thermometer shows, no such trip; all are listed.
        Conflict: the round does not count.
    """
    actor.require(MEAL_WRITE)
    item = await _published(uow, command.round_id)
    if defects := _reading_defects(command, item):
        raise Invalid(defects)
    trip = command.trip
    if command.stop_id is not None:
        stop = await store.stop_row(uow.session, command.stop_id)
        if stop is None or stop.round_id != item.id:
            raise NotFound("stop_missing", f"no stop {command.stop_id} in round {item.id}")
        trip = stop.trip
    verdict = reading_of(command.chain, command.decidegrees, chain_for(item.deliver_on))
    values = {
        "organisation_id": actor.organisation_id,
        "round_id": item.id,
        "stop_id": command.stop_id,
        "trip": trip,
        "chain": command.chain,
        "decidegrees": command.decidegrees,
        "verdict": verdict,
        "thermometer": command.thermometer.strip(),
        "taken_at": uow.now,
        "taken_by": actor.account_id,
    }
    reading_id = store.add_reading(uow.session, values)
    await uow.flush()
    record(uow, Tag.TEMPERATURE_TAKEN, item.id, {"verdict": verdict})
    return Reading(
        id=reading_id,
        round_id=item.id,
        stop_id=command.stop_id,
        trip=trip,
        chain=command.chain,
        decidegrees=command.decidegrees,
        verdict=verdict,
        thermometer=command.thermometer.strip(),
        taken_at=uow.now,
    )


async def _published(uow: UnitOfWork, round_id: UUID) -> MealRoundRow:
    item = await store.round_row(uow.session, round_id)
    if item is None:
        raise NotFound("round_missing", f"no round {round_id}")
    if item.state != "published":
        raise Conflict("round_not_published", "only a published round is driven", state=item.state)
    return item


def _defects(command: TellStop, row: MealStopRow) -> list[Defect]:
    found = []
    if command.outcome not in ("", *OUTCOMES):
        found.append(Defect(code="choice_unknown", where="outcome", why=f"no outcome {command.outcome!r}"))
    if not 0 <= command.destroyed <= row.cold + row.hot:
        found.append(_bounds("destroyed", command.destroyed, 0, row.cold + row.hot))
    return found


def _reading_defects(command: TakeTemperature, item: MealRoundRow) -> list[Defect]:
    found = []
    if command.chain not in ("cold", "hot"):
        found.append(Defect(code="choice_unknown", where="chain", why=f"no chain {command.chain!r}"))
    if not COLDEST <= command.decidegrees <= HOTTEST:
        found.append(_bounds("decidegrees", command.decidegrees, COLDEST, HOTTEST))
    if command.stop_id is None and not 0 <= command.trip < len(item.trips):
        found.append(_bounds("trip", command.trip, 0, len(item.trips) - 1))
    if len(command.thermometer) > THERMOMETER_LONGEST:
        found.append(Defect(code="text_too_long", where="thermometer", why="is too long"))
    return found


def _bounds(where: str, value: int, low: int, high: int) -> Defect:
    args: dict[str, str | int | float | None] = {"value": value, "low": low, "high": high}
    return Defect(code="out_of_bounds", where=where, why=f"{value} is not in {low}..{high}", args=args)
