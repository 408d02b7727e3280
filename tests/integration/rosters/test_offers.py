"""
Slot offers on a real database: asked, taken, refused when gone; a plan kept ready is never stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from builders.rosters import MONDAY, person
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.statements import counted

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.careplans.domain import AddException
from carecoord.careplans.service import add_exception, interventions_of_person, visits_by_id
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.identity.permissions import ROLES
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import PARIS, FixedClock, local_instant
from carecoord.kernel.errors import Conflict, Invalid, NotFound, Refused
from carecoord.rosters.commands import MoveVisit, PinVisit
from carecoord.rosters.offering import AcceptOffer, AskOffers, Home, Slot, SlotOffer, SlotOffers
from carecoord.rosters.service.boards import board_of_week, get_roster
from carecoord.rosters.service.moves import apply_move
from carecoord.rosters.service.offer_taking import accept_offer
from carecoord.rosters.service.offers import slot_offers
from carecoord.rosters.service.pins import pin_visit
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.standing import RESIDENTS, standing_of
from carecoord.rosters.store import past as past_store
from carecoord.settings import Settings, load_settings
from carecoord.workforce.domain import DeclareAbsence
from carecoord.workforce.service import all_aides, declare_absence

TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """No roads: ways are estimated."""
    return load_settings({"CARECOORD_HOME": str(tmp_path)})


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Each test begins without plans kept by another."""
    RESIDENTS.clear()
    yield
    RESIDENTS.clear()


@pytest.fixture
async def roster_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """A published small week."""
    made = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, made, (await get_roster(uow, actor, made)).version)
    return made


async def person_id(uow: UnitOfWork, actor: Actor, reference: str = "P1") -> UUID:
    """The identifier of somebody of the small week."""
    return (await person_ids(uow, actor, [reference]))[reference]


def once(who: UUID, day: date = TUESDAY, **changes: object) -> AskOffers:
    """An hour at about half past ten, on one day."""
    made = AskOffers(
        person_id=who,
        first_day=day,
        duration_minutes=60,
        earliest_minute=600,
        latest_minute=780,
        preferred_minute=630,
    )
    return msgspec.structs.replace(made, **changes)


def taking(ask: AskOffers, found: SlotOffers, offer: SlotOffer, reference: str = "N1") -> AcceptOffer:
    """The offer, word for word."""
    slots = [Slot(on_date=v.on_date, starts_at=v.starts_at, aide_ids=v.aide_ids) for v in offer.visits]
    return AcceptOffer(ask=ask, reference=reference, label="Ménage", slots=slots, reason="d’accord")


async def test_an_offer_taken_is_a_line_a_visit_a_stop_and_a_pin(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """One visit: created in the care plan, placed as offered, pinned, and in the problem of the roster."""
    async with open_uow(engine, actor, clock=clock) as uow:
        who = await person_id(uow, actor)
        found = await slot_offers(uow, actor, once(who), settings)
        first = found.offers[0].visits[0]
        taken = await accept_offer(uow, actor, taking(once(who), found, found.offers[0]), settings)

    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        [visit_id] = taken.visit_ids
        [stop] = [stop for stop in board.stops if stop.visit_id == visit_id]
        pins = {pin.visit_id: pin for pin in board.pins}
        standing = await standing_of(uow, actor, roster_id)
        lines = [one for one in await interventions_of_person(uow, actor, who) if one.reference == "N1"]

    assert found.roster_id == roster_id
    assert (stop.aide_id, stop.starts_at) == (first.aide_ids[0], first.starts_at)
    assert (pins[visit_id].aide_ids, pins[visit_id].starts_at) == (first.aide_ids, first.starts_at)
    assert pins[visit_id].promised
    assert visit_id.hex in standing.resident.lookup.visits
    assert (lines[0].starts_on, lines[0].ends_on) == (TUESDAY, TUESDAY)
    assert not board.unserved
    assert taken.roster.version > found.version


async def test_a_weekly_pattern_goes_on_after_the_plan(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """Two days a week: both visits of the plan are placed; the line has no end and keeps aide and hour."""
    async with open_uow(engine, actor, clock=clock) as uow:
        who = await person_id(uow, actor, "P2")
        ask = once(who, MONDAY, weekdays=[1, 3])
        found = await slot_offers(uow, actor, ask, settings)
        best = found.offers[0]
        taken = await accept_offer(uow, actor, taking(ask, found, best), settings)
        lines = [one for one in await interventions_of_person(uow, actor, who) if one.reference == "N1"]
        made = await visits_by_id(uow, actor, taken.visit_ids)

    hour = best.visits[0].starts_at.astimezone(PARIS)
    assert found.dates == [TUESDAY, MONDAY + timedelta(days=3)]
    assert sorted(visit.due_on for visit in made.values()) == found.dates
    assert (lines[0].weekdays, lines[0].ends_on) == ([1, 3], None)
    assert lines[0].wanted_aides == [aide.aide_id for aide in best.aides]
    assert lines[0].preferred_start_minute == hour.hour * 60 + hour.minute


async def test_the_same_offer_sent_twice_is_taken_once(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """The reference makes it one: the second time nothing is done."""
    async with open_uow(engine, actor, clock=clock) as uow:
        who = await person_id(uow, actor)
        found = await slot_offers(uow, actor, once(who), settings)
        command = taking(once(who), found, found.offers[0])
        one = await accept_offer(uow, actor, command, settings)
        two = await accept_offer(uow, actor, command, settings)

    assert (one.again, two.again) == (False, True)
    assert two.roster.version == one.roster.version
    assert two.intervention_ids == one.intervention_ids


async def test_a_place_gone_meanwhile_is_refused_and_nothing_is_written(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """Another need took the hour: the late one is told so, and has neither line nor visit."""
    async with open_uow(engine, actor, clock=clock) as uow:
        who, other = await person_id(uow, actor), await person_id(uow, actor, "P3")
        found = await slot_offers(uow, actor, once(who), settings)
        late = taking(once(who), found, found.offers[0], "LATE")
        slot = found.offers[0].visits[0]
        minute = (slot.starts_at - local_instant(TUESDAY, 0)).seconds // 60
        narrow = once(
            other, earliest_minute=minute, latest_minute=minute, preferred_minute=None,
            refused_aides=[a.id for a in await all_aides(uow, actor) if a.id not in slot.aide_ids],
        )  # fmt: skip
        theirs = await slot_offers(uow, actor, narrow, settings)
        await accept_offer(uow, actor, taking(narrow, theirs, theirs.offers[0], "FIRST"), settings)

    with pytest.raises(Conflict) as caught:
        async with open_uow(engine, actor, clock=clock) as uow:
            await accept_offer(uow, actor, late, settings)
    async with open_uow(engine, actor, clock=clock) as uow:
        lines = await interventions_of_person(uow, actor, who)
        fresh = await slot_offers(uow, actor, once(who), settings)

    assert caught.value.code == "slot_gone"
    assert "LATE" not in {one.reference for one in lines}
    assert all(
        (offer.visits[0].starts_at, offer.visits[0].aide_ids) != (slot.starts_at, slot.aide_ids)
        for offer in fresh.offers
    )


async def test_somebody_new_at_a_new_place_is_offered_hours_with_one_question_about_roads(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """Nobody has a record of her: the offers come, taking one asks for the record first."""
    ask = msgspec.structs.replace(
        once(UUID(int=1)), person_id=None, home=Home(latitude=48.70, longitude=2.52, insee="91114")
    )
    async with open_uow(engine, actor, clock=clock) as uow:
        found = await slot_offers(uow, actor, ask, settings)
        with pytest.raises(Invalid) as caught:
            await accept_offer(uow, actor, taking(ask, found, found.offers[0]), settings)

    assert found.offers
    assert all(aide.recent == 0 for offer in found.offers for aide in offer.aides)
    assert [defect.code for defect in caught.value.defects] == ["offer_nobody"]


async def test_a_person_recorded_after_the_plan_is_placed_with_a_new_row_of_travel(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """Her place joins the problem of the roster, and later moves know it."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_people(uow, actor, [person("P9", latitude=48.705, longitude=2.53)])
        who = await person_id(uow, actor, "P9")
        before = len((await standing_of(uow, actor, roster_id)).resident.problem.places)
        found = await slot_offers(uow, actor, once(who), settings)
        await accept_offer(uow, actor, taking(once(who), found, found.offers[0]), settings)
        after = (await standing_of(uow, actor, roster_id)).resident.problem

    assert len(after.places) == before + 1
    assert all(len(matrix.seconds) == before + 1 for matrix in after.matrices)
    assert who.hex in {item.id for item in after.persons}


async def test_a_plan_kept_ready_is_used_again_and_never_stale(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Nothing changed: the same plan. A move, an absence, a new visit, a cancelled one or a pin: another."""

    async def resident() -> object:
        async with open_uow(engine, actor, clock=clock) as uow:
            return (await standing_of(uow, actor, roster_id)).resident

    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        line = (await interventions_of_person(uow, actor, await person_id(uow, actor)))[0]
    stop = next(item for item in board.stops if board.visits[item.visit_id].intervention_id != line.id)
    seen = [await resident()]
    assert await resident() is seen[0]

    async def changed(*, by: str) -> None:
        async with open_uow(engine, actor, clock=clock) as uow:
            version = (await get_roster(uow, actor, roster_id)).version
            if by == "move":
                await apply_move(uow, actor, roster_id, MoveVisit(version=version, visit_id=stop.visit_id))
            elif by == "absence":
                day = local_instant(FRIDAY, 0)
                await declare_absence(
                    uow, actor,
                    DeclareAbsence(
                        aide_id=stop.aide_id, starts_at=day, ends_at=day + timedelta(hours=20), kind="leave"
                    ),
                )  # fmt: skip
            elif by == "pin":
                await pin_visit(uow, actor, stop.visit_id, PinVisit(aide_ids=[stop.aide_id]))
            elif by == "unpin":
                await past_store.remove_pin(uow.session, stop.visit_id)
            else:
                kind = "cancelled" if by == "cancelled" else "added"
                on_date = FRIDAY if by == "cancelled" else MONDAY + timedelta(days=6)
                await add_exception(
                    uow, actor, AddException(intervention_id=line.id, on_date=on_date, kind=kind)
                )

    for by in ("move", "absence", "pin", "unpin", "cancelled", "added"):
        await changed(by=by)
        seen.append(await resident())
        assert await resident() is seen[-1], by

    assert len({id(item) for item in seen}) == 7


async def test_an_aide_absent_since_the_plan_is_not_offered(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """The plan was made with her; offers know that she is away."""
    async with open_uow(engine, actor, clock=clock) as uow:
        who = await person_id(uow, actor)
        away = (await all_aides(uow, actor))[0]
        day = local_instant(TUESDAY, 0)
        await declare_absence(
            uow, actor,
            DeclareAbsence(aide_id=away.id, starts_at=day, ends_at=day + timedelta(hours=24), kind="leave"),
        )  # fmt: skip
        found = await slot_offers(uow, actor, once(who), settings)

    assert found.offers
    assert all(aide.aide_id != away.id for offer in found.offers for aide in offer.aides)


async def test_a_kept_plan_costs_a_fixed_number_of_statements(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """With the plan kept, a question about somebody in it asks the database eleven times."""
    async with open_uow(engine, actor, clock=clock) as uow:
        who = await person_id(uow, actor)
        await slot_offers(uow, actor, once(who), settings)
    async with open_uow(engine, actor, clock=clock) as uow:
        with counted(engine) as statements:
            await slot_offers(uow, actor, once(who), settings)

    assert len(statements) == 11


async def test_who_may_ask_and_who_may_take(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """An agent of the desk sees offers and takes none; somebody without permission sees nothing."""
    agent = Actor(organisation_id=actor.organisation_id, role="agent", permissions=ROLES["agent"])
    nobody = Actor(organisation_id=actor.organisation_id, role="none", permissions=frozenset())
    async with open_uow(engine, actor, clock=clock) as uow:
        who = await person_id(uow, actor)
    async with open_uow(engine, agent, clock=clock) as uow:
        found = await slot_offers(uow, agent, once(who), settings)
        with pytest.raises(Refused):
            await accept_offer(uow, agent, taking(once(who), found, found.offers[0]), settings)
        with pytest.raises(Refused):
            await slot_offers(uow, nobody, once(who), settings)

    assert found.offers


async def test_a_day_without_plan_and_a_day_gone_are_told(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """No plan covers next month; what is past is offered no more."""
    async with open_uow(engine, actor, clock=clock) as uow:
        who = await person_id(uow, actor)
        with pytest.raises(NotFound) as nowhere:
            await slot_offers(uow, actor, once(who, MONDAY + timedelta(days=40)), settings)
        with pytest.raises(Invalid) as gone:
            await slot_offers(uow, actor, once(who, MONDAY, earliest_minute=0, latest_minute=1,
                                               preferred_minute=None), settings)  # fmt: skip

    assert nowhere.value.code == "offer_no_plan"
    assert [defect.code for defect in gone.value.defects] == ["offer_no_date"]


async def test_the_plans_of_two_organisations_never_meet(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, settings: Settings
) -> None:
    """Another organisation that names this roster is told that there is none, kept or not."""
    stranger = msgspec.structs.replace(actor, organisation_id=UUID(int=99))
    async with open_uow(engine, actor, clock=clock) as uow:
        await standing_of(uow, actor, roster_id)
    async with open_uow(engine, stranger, clock=clock) as uow:
        with pytest.raises(NotFound):
            await standing_of(uow, stranger, roster_id)

    assert len(RESIDENTS) == 1
