"""
Use cases of what answers rest on: destinations, communes, passengers, rights, terms.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries.service import get_person
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_READ, RIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.rides.record_rules import (
    passenger_defects,
    place_defects,
    right_defects,
    terms_defects,
    zone_defects,
)
from carecoord.rides.records import (
    CommuneZone,
    Passenger,
    Place,
    RecordRight,
    RecordZone,
    Right,
    SavePassenger,
    SavePlace,
    Terms,
)
from carecoord.rides.store import records as store
from carecoord.rides.tables import (
    RideCommuneRow,
    RidePassengerRow,
    RidePlaceRow,
    RideRightRow,
    RideTermsRow,
)

CHANGED = ("changed_meanwhile", "it was changed by somebody else meanwhile")


async def list_places(uow: UnitOfWork, actor: Actor, *, with_inactive: bool = False) -> list[Place]:
    """
    Known destinations, by name.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.places(uow.session, with_inactive=with_inactive)


async def get_place(uow: UnitOfWork, actor: Actor, place_id: UUID) -> Place:
    """
    One destination.

    Raises:
        Refused: the actor lacks `ride:read`.
        NotFound: no such destination in this organisation.
    """
    actor.require(RIDE_READ)
    found = await store.place(uow.session, place_id)
    if found is None:
        raise NotFound("ride_place_unknown", "no such destination")
    return found


async def save_place(uow: UnitOfWork, actor: Actor, command: SavePlace) -> Place:
    """
    Add a destination, or change one.

    Raises:
        Refused: the actor lacks `ride:write`.
        Invalid: everything wrong with it; another one has its name.
        Conflict: it was changed meanwhile.
    """
    actor.require(RIDE_WRITE)
    if defects := place_defects(command):
        raise Invalid(defects)
    values = msgspec.structs.asdict(command)
    values["label"] = command.label.strip()
    known, version = values.pop("id"), values.pop("version")
    place_id = known or new_id()
    same = await store.row_id(
        uow.session, RidePlaceRow, RidePlaceRow.label == values["label"], RidePlaceRow.id != place_id
    )
    if same is not None:
        raise Invalid([Defect(code="ride_place_taken", where="label", why="another one has this name")])
    if known is None:
        await store.add(uow.session, RidePlaceRow, actor.organisation_id, {**values, "id": place_id})
    elif not await store.change(uow.session, RidePlaceRow, known, version or 0, values):
        raise Conflict(*CHANGED)
    record(uow, Tag.RIDE_PLACE_SAVED, place_id)
    return await get_place(uow, actor, place_id)


async def list_zones(uow: UnitOfWork, actor: Actor) -> dict[str, CommuneZone]:
    """
    Commune -> what the ministry's list says, of the communes that were looked up.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.zones(uow.session)


async def record_zone(uow: UnitOfWork, actor: Actor, command: RecordZone) -> CommuneZone:
    """
    Record what the list says of a commune, with who read it and when.

    Raises:
        Refused: the actor lacks `ride:write`.
        Invalid: everything wrong with it.
        Conflict: somebody recorded that commune at the same moment.
    """
    actor.require(RIDE_WRITE)
    if defects := zone_defects(command):
        raise Invalid(defects)
    seen = {"seen_on": local_date(uow.now), "seen_by": actor.account_id}
    values = {**msgspec.structs.asdict(command), **seen, "insee": command.insee.strip().upper()}
    before = (await store.zones(uow.session, [values["insee"]])).get(values["insee"])
    if before is None:
        await store.add(uow.session, RideCommuneRow, actor.organisation_id, {**values, "id": new_id()})
    elif not await store.change(uow.session, RideCommuneRow, before.id, before.version, values):
        raise Conflict(*CHANGED)
    record(uow, Tag.RIDE_COMMUNE_RECORDED, None, {"insee": values["insee"], "is_small": command.is_small})
    return (await store.zones(uow.session, [values["insee"]]))[values["insee"]]


async def get_passenger(uow: UnitOfWork, actor: Actor, person_id: UUID) -> Passenger:
    """
    How a person travels; the usual way when nothing was recorded.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.passenger(uow.session, person_id)


async def save_passenger(uow: UnitOfWork, actor: Actor, command: SavePassenger) -> Passenger:
    """
    Record how a person travels.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such person in this organisation.
        Invalid: everything wrong with it.
        Conflict: it was changed meanwhile.
    """
    actor.require(RIDE_WRITE)
    await get_person(uow, actor, command.person_id)
    if defects := passenger_defects(command):
        raise Invalid(defects)
    values = msgspec.structs.asdict(command)
    version = values.pop("version")
    known = await store.row_id(uow.session, RidePassengerRow, RidePassengerRow.person_id == command.person_id)
    if known is None and version == 0:
        await store.add(uow.session, RidePassengerRow, actor.organisation_id, {**values, "id": new_id()})
    elif known is None or not await store.change(uow.session, RidePassengerRow, known, version, values):
        raise Conflict(*CHANGED)
    record(uow, Tag.RIDE_PASSENGER_SAVED, command.person_id)
    return await store.passenger(uow.session, command.person_id)


async def rights_of(uow: UnitOfWork, actor: Actor, person_id: UUID) -> list[Right]:
    """
    The rights recorded for a person, latest proof first.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.rights(uow.session, person_id)


async def record_right(uow: UnitOfWork, actor: Actor, command: RecordRight) -> None:
    """
    Record a proof that was seen; earlier ones stay, so that past rides keep their basis.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such person in this organisation.
        Invalid: everything wrong with it.
    """
    actor.require(RIDE_WRITE)
    await get_person(uow, actor, command.person_id)
    if defects := right_defects(command, local_date(uow.now)):
        raise Invalid(defects)
    values: dict[str, Any] = {**msgspec.structs.asdict(command), "proof": command.proof.strip()}
    values |= {"id": new_id(), "seen_by": actor.account_id}
    await store.add(uow.session, RideRightRow, actor.organisation_id, values)
    # The criterion is about somebody's means: the record of who acted does not repeat it.
    record(uow, Tag.RIDE_RIGHT_RECORDED, command.person_id)


async def get_terms(uow: UnitOfWork, actor: Actor) -> Terms:
    """
    How the organisation runs its service.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.terms(uow.session)


async def save_terms(uow: UnitOfWork, actor: Actor, command: Terms) -> Terms:
    """
    Set how the organisation runs its service; `version` is the one that was read.

    Raises:
        Refused: the actor lacks `ride:write`.
        Invalid: everything wrong with it.
        Conflict: it was changed meanwhile.
    """
    actor.require(RIDE_WRITE)
    if defects := terms_defects(command):
        raise Invalid(defects)
    values = msgspec.structs.asdict(command)
    version = values.pop("version")
    values["facts"] = msgspec.structs.asdict(command.facts)
    known = await store.row_id(uow.session, RideTermsRow)
    if known is None and version == 0:
        await store.add(uow.session, RideTermsRow, actor.organisation_id, {**values, "id": new_id()})
    elif known is None or not await store.change(uow.session, RideTermsRow, known, version, values):
        raise Conflict(*CHANGED)
    record(uow, Tag.RIDE_TERMS_SAVED, None, {"regime": command.regime})
    return await store.terms(uow.session)
