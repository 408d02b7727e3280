"""
The day of a person over three services, and the stay away from home that suspends them.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from builders.rosters import MONDAY
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.statements import counted
from support.visitors import VisitorOf, signed_in

from carecoord.beneficiaries.domain import DeclareStay
from carecoord.beneficiaries.service import declare_stay, person_ids, stays_of_person
from carecoord.bookings.domain import Booking
from carecoord.bookings.service import bookings_between, set_bookings
from carecoord.careplans.service import visits_between
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock, local_instant
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.publication import publish

TUESDAY = MONDAY + timedelta(days=1)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
async def odette(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """Somebody with a visit each weekday morning, in a published week, and a meal at noon on Tuesday."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, roster_id, (await get_roster(uow, actor, roster_id)).version)
        person = (await person_ids(uow, actor, ["P1"]))["P1"]
        at = local_instant(TUESDAY, 11 * 60 + 40)
        meal = Booking(
            kind="meal",
            source_id=UUID(int=5),
            person_id=person,
            starts_at=at,
            ends_at=at + timedelta(minutes=3),
            for_dates=[TUESDAY],
        )
        await set_bookings(uow, actor, "meal", [], [meal])
    return person


async def test_day_tells_every_service(visitor_of: VisitorOf, odette: UUID) -> None:
    """Visit with its aide and meal with its hour, in one list; nothing to settle."""
    visitor = await visitor_of("coordinator")

    page = await visitor.get(f"/personnes/{odette}/jour?jour={TUESDAY}")

    assert "Mme Odette Berthier 1" in page.text
    assert "Aide au lever, toilette" in page.text
    assert "11 h 40" in page.text.replace("\u202f", " ")
    assert "Diallo A" in page.text
    assert "À régler" not in page.text


async def test_program_reads_the_same_day(visitor_of: VisitorOf, odette: UUID) -> None:
    """The API gives items in order of time with their state, clashes and services seen."""
    visitor = await visitor_of("coordinator")

    quiet = await visitor.get(f"/api/v1/people/{odette}/day?on={TUESDAY}")
    found = quiet.json()

    assert [item["kind"] for item in found["items"]] == ["visit", "meal"]
    assert {item["state"] for item in found["items"]} == {"promised"}
    assert found["clashes"] == []
    assert found["services"] == ["visit", "meal", "ride"]


async def test_stay_is_shown_before_it_is_recorded(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, odette: UUID
) -> None:
    """From Tuesday to Friday: four visits of an hour would be freed; nothing is written yet."""
    visitor = await visitor_of("coordinator")

    path = f"/personnes/{odette}/absence"
    form = await visitor.get(path)
    asked = {"du": str(TUESDAY), "au": str(TUESDAY + timedelta(days=3)), "motif": "hospital", "choix": "voir"}
    page = await visitor.post(path, asked)

    # In hospital is health data: what is typed never stands in an address.
    assert 'method="get"' not in form.text
    assert "libère 4 visites (4 h d’aide)" in page.text.replace("\u202f", " ")
    async with open_uow(engine, actor) as uow:
        assert await stays_of_person(uow, actor, odette) == []


async def test_stay_suspends_and_return_resumes(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock, odette: UUID
) -> None:
    """Declared: visits are cancelled and hours given back; confirmed: they are there again from that day."""
    visitor = await visitor_of("coordinator")
    start, end = local_instant(TUESDAY, 0), local_instant(SUNDAY, 1440)

    declared = await visitor.post(
        f"/personnes/{odette}/absence", {"du": str(TUESDAY), "au": "", "motif": "hospital"}
    )
    async with open_uow(engine, actor, clock=clock) as uow:
        [stay] = await stays_of_person(uow, actor, odette)
        away = await visits_between(uow, actor, TUESDAY, SUNDAY, person_id=odette)
        held = await bookings_between(uow, actor, start, end, person_ids=[odette])
    day = await visitor.get(declared.headers["location"])
    thursday = TUESDAY + timedelta(days=2)
    back = await visitor.post(
        f"/personnes/{odette}/absence/retour",
        {"sejour": str(stay.id), "version": "1", "retour": str(thursday)},
    )
    async with open_uow(engine, actor, clock=clock) as uow:
        again = await bookings_between(uow, actor, start, end, person_ids=[odette])

    assert (declared.status_code, back.status_code) == (303, 303)
    assert (away, held) == ([], [])
    assert "Services suspendus" in day.text
    assert "À l’hôpital depuis le mardi 24 novembre" in day.text
    assert sorted(item.starts_at.date() for item in again) == [date(2026, 11, 26), date(2026, 11, 27)]


async def test_reader_does_not_learn_of_the_hospital(visitor_of: VisitorOf, odette: UUID) -> None:
    """Who only reads sees that the person is away, not where; and has no form."""
    coordinator, reader = await visitor_of("coordinator"), await visitor_of("reader")
    await coordinator.post(f"/personnes/{odette}/absence", {"du": str(TUESDAY), "motif": "hospital"})

    page = await reader.get(f"/personnes/{odette}/jour?jour={TUESDAY}")
    form = await reader.get(f"/personnes/{odette}/absence")
    told = (await reader.get(f"/api/v1/people/{odette}/day?on={TUESDAY}")).json()

    assert "Hors de son domicile depuis" in page.text
    assert "hôpital" not in page.text.lower()
    assert form.status_code == 403
    assert [stay["kind"] for stay in told["stays"]] == ["away"]


async def test_what_is_wrong_is_told_beside_its_field(visitor_of: VisitorOf, odette: UUID) -> None:
    """An end before the start, then a second stay over the first: both are told, nothing is lost."""
    visitor = await visitor_of("coordinator")
    path = f"/personnes/{odette}/absence"

    typed = {"du": str(TUESDAY), "au": str(MONDAY), "motif": "away"}
    wrong, seen = await visitor.post(path, typed), await visitor.post(path, {**typed, "choix": "voir"})
    await visitor.post(path, {"du": str(TUESDAY), "motif": "away"})
    twice = await visitor.post(path, {"du": str(SUNDAY), "motif": "away"})

    assert (wrong.status_code, seen.status_code) == (422, 422)
    assert "La fin doit venir après le début." in wrong.text
    assert f'value="{TUESDAY}"' in wrong.text
    assert twice.status_code == 409
    assert "couvre déjà un de ces jours" in twice.text


async def test_another_organisation_finds_nobody(
    app: Litestar, engine: AsyncEngine, clock: FixedClock, other_actor: Actor, odette: UUID
) -> None:
    """The day and the form of somebody else's person do not exist."""
    stranger = await signed_in(
        app, engine, clock, role="coordinator", organisation_id=other_actor.organisation_id
    )

    assert (await stranger.get(f"/personnes/{odette}/jour")).status_code == 404
    assert (await stranger.get(f"/personnes/{odette}/absence")).status_code == 404
    assert (await stranger.get(f"/api/v1/people/{odette}/day?on={TUESDAY}")).status_code == 404


async def test_statements_of_the_day(visitor_of: VisitorOf, engine: AsyncEngine, odette: UUID) -> None:
    """The day of a person costs a fixed number of statements."""
    visitor = await visitor_of("administrator")
    with counted(engine) as first:
        await visitor.get(f"/personnes/{odette}/jour?jour={TUESDAY}")
    with counted(engine) as second:
        await visitor.get(f"/personnes/{odette}/jour?jour={MONDAY}")

    assert len(first) == len(second) <= 34


async def test_three_services_of_a_day(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock, odette: UUID
) -> None:
    """
    Each service with what it has planned, in the order of planning; a meal promised to somebody who is
    away is counted for her, with what to do.
    """
    visitor = await visitor_of("coordinator")
    quiet = await visitor.get(f"/journee?jour={TUESDAY}")
    async with open_uow(engine, actor, clock=clock) as uow:
        # Told by another service alone: the meal is not given back.
        away = DeclareStay(person_id=odette, from_on=TUESDAY, kind="away")
        await declare_stay(uow, actor, away)
    still = await visitor.get(f"/journee?jour={TUESDAY}")

    text = quiet.text
    order = [text.index(f"{k}. {name}") for k, name in enumerate(("Aide", "Transport", "Repas"), 1)]
    assert order == sorted(order)
    assert "Aucun conflit" in text
    assert "1 livraison placée" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Mme Odette Berthier 1" in still.text
    assert f"/personnes/{odette}/absence" in still.text
    assert "personne à la maison ce jour-là" in still.text


async def test_statements_of_three_services(visitor_of: VisitorOf, engine: AsyncEngine, odette: UUID) -> None:
    """The same number of statements for a day with visits and for an empty one."""
    visitor = await visitor_of("administrator")
    with counted(engine) as full:
        assert (await visitor.get(f"/journee?jour={TUESDAY}")).status_code == 200
    with counted(engine) as empty:
        assert (await visitor.get(f"/journee?jour={SUNDAY}")).status_code == 200

    assert len(full) == len(empty) <= 32
