"""
A town planned for three services, promised to a real database: one plan fits, three plans made alone do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest
from builders.beneficiaries import a_person_command
from sqlalchemy.exc import IntegrityError

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.bookings import store
from carecoord.bookings.domain import BOOKING_KINDS, Booking, BookingKind
from carecoord.bookings.service import (
    bookings_between,
    overlapping_bookings,
    replace_bookings,
    set_bookings,
)
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import PARIS
from carecoord.kernel.errors import Conflict
from carecoord.planning.bench.generate_town import ON, generated_town
from carecoord.planning.joint.check import check_joint
from carecoord.planning.joint.problem import Joint, JointSolution
from carecoord.planning.joint.silos import solve_silos
from carecoord.planning.joint.solve import solve_joint

PEOPLE, STEPS = 200, 60
MIDNIGHT = datetime(ON.year, ON.month, ON.day, tzinfo=PARIS).astimezone(UTC)
DAY = (MIDNIGHT, MIDNIGHT + timedelta(days=1))


@pytest.fixture(scope="module")
def town() -> Joint:
    """Two hundred people with two services or three."""
    return generated_town(PEOPLE, 4)


async def _people(uow: UnitOfWork, actor: Actor, town: Joint) -> dict[str, UUID]:
    """Everybody of the town in the register: name in the problems -> identifier."""
    names = sorted(
        {
            *(visit.person for visit in town.help.visits),
            *(item.person for item in town.meals.deliveries),
            *(item.person for item in town.rides.requests),
        }
    )
    await upsert_people(uow, actor, [a_person_command(reference=name, last_name=name) for name in names])
    return await person_ids(uow, actor, names)


def _bookings(town: Joint, plan: JointSolution, people: dict[str, UUID]) -> dict[BookingKind, list[Booking]]:
    """
    What three plans promise. Whoever is driven there and back is out from boarding to alighting at home:
    one booking, stricter than one for each way.
    """
    visits = {visit.id: visit.person for visit in town.help.visits}
    meals = {item.id: item for item in town.meals.deliveries}
    driven: dict[str, list[int]] = {}
    for tour in plan.rides.tours:
        for stop in tour.stops:
            driven.setdefault(stop.request, []).extend((stop.start_s, stop.end_s))

    def booking(kind: BookingKind, name: str, person: str, times: Iterable[int]) -> Booking:
        at = list(times)
        return Booking(
            kind=kind,
            source_id=uuid5(NAMESPACE_OID, name),
            person_id=people[person],
            starts_at=MIDNIGHT + timedelta(seconds=min(at)),
            ends_at=MIDNIGHT + timedelta(seconds=max(at)),
        )

    outings = [
        booking("ride", f"outing:{outing.out}", outing.person, times)
        for outing in town.outings
        if (times := [at for name in outing.requests for at in driven.get(name, ())])
    ]
    at_home = {stop.visit: stop for line in plan.help.rounds for stop in line.stops}
    return {
        "visit": [
            booking("visit", f"visit:{name}", visits[name], (stop.start_s, stop.end_s))
            for name, stop in at_home.items()
        ],
        "ride": outings,
        "meal": [
            booking(
                "meal",
                f"meal:{stop.delivery}",
                meals[stop.delivery].person,
                (stop.start_s, stop.start_s + meals[stop.delivery].service_s),
            )
            for _, _, stop in plan.meals.stops()
        ],
    }


async def test_one_plan_is_promised_whole(uow: UnitOfWork, actor: Actor, town: Joint) -> None:
    """All of the joint plan is written, and the database finds nobody taken twice."""
    people = await _people(uow, actor, town)
    plan = solve_joint(town, seconds=None, iterations=STEPS)
    promised = _bookings(town, plan, people)

    for kind in BOOKING_KINDS:
        await replace_bookings(uow, actor, kind, DAY, promised[kind])

    assert check_joint(town, plan) == []
    assert len(people) == PEOPLE
    assert len(await bookings_between(uow, actor, *DAY)) == sum(len(items) for items in promised.values())
    assert min(len(items) for items in promised.values()) > PEOPLE / 3
    assert await overlapping_bookings(uow, actor, *DAY) == []


async def test_what_clashes_in_three_plans_is_refused(uow: UnitOfWork, actor: Actor, town: Joint) -> None:
    """
    Of three plans made alone, the outings that meet a visit are refused by the service and, past it, by the
    exclusion constraint: as many as the checker of the plans counts, and no other.
    """
    people = await _people(uow, actor, town)
    plan = solve_silos(town, seconds=None, iterations=STEPS)
    promised = _bookings(town, plan, people)
    clashing = {
        uuid5(NAMESPACE_OID, name.replace("ride:", "outing:"))
        for item in check_joint(town, plan)
        if item.rule == "person_overlap"
        for name in (item.one, item.other)
        if not name.startswith("visit:")
    }
    await replace_bookings(uow, actor, "visit", DAY, promised["visit"])
    by_service, by_database = set(), set()

    for item in promised["ride"]:
        try:
            await set_bookings(uow, actor, "ride", [], [item])
        except Conflict as error:
            by_service.add((error.code, item.source_id))
        await set_bookings(uow, actor, "ride", [item.source_id], [])
        try:
            async with uow.session.begin_nested():
                await store.add(uow.session, actor.organisation_id, [item])
        except IntegrityError as error:
            by_database.add(("ex_person_booking_apart" in str(error), item.source_id))

    assert len(clashing) > 5
    assert by_service == {("person_taken", name) for name in clashing}
    assert by_database == {(True, name) for name in clashing}
    assert await overlapping_bookings(uow, actor, *DAY) == []
