"""
Requests: taken once, judged by the texts, followed until they are driven, refused or cancelled.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from builders.rides import CITY, TUESDAY, Service, an_ask, ride_service, rural_person, to
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.domain import DeclareStay
from carecoord.beneficiaries.service import declare_stay, find_callers, upsert_people
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.identity.domain import UpdateOrganisation
from carecoord.identity.service import update_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.rides.asking import again, next_like
from carecoord.rides.domain import Spot
from carecoord.rides.records import RecordRight, SavePassenger, Terms
from carecoord.rides.service.desk import cancel_request, give_up
from carecoord.rides.service.judging import judge_request
from carecoord.rides.service.records import record_right, save_passenger, save_terms
from carecoord.rides.service.requests import (
    book,
    book_refused,
    get_request,
    last_rides,
    legs_of_day,
    mark_legs,
    place_uses,
    requests_looking,
)
from carecoord.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """No road network: ways are estimated."""
    return Settings(home=tmp_path, roads_folder=tmp_path)


@pytest.fixture
async def service(uow: UnitOfWork, actor: Actor) -> Service:
    """An association with its destinations and one person."""
    return await ride_service(uow, actor)


async def test_a_request_and_its_ways(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """To be there by 10 h, ready at 11 h, the same driver waits; the basis is kept with it."""
    request = await book(uow, actor, an_ask(service, companions=1), settings, form_key=uuid4())

    out, back = await legs_of_day(uow, actor, TUESDAY)
    assert (out.direction, back.direction) == ("out", "back")
    assert out.drop_latest_s == 10 * 3600
    assert out.drop_earliest_s == 9 * 3600 + 40 * 60  # at most 20 minutes early
    assert back.pick_earliest_s == 11 * 3600
    assert back.pick_latest_s == 11 * 3600 + 30 * 60
    assert back.same_driver_as == out.id
    assert (out.seats, out.wheelchairs, out.companion) == (2, 0, True)
    assert out.ride_max_s == 30 * 60  # the direct way takes less than a quarter of an hour
    assert (back.pick_latitude, back.drop_latitude) == (out.drop_latitude, out.pick_latitude)
    assert request.basis.regime == "tus"
    assert request.basis.criterion == "rural"
    assert request.basis.rules == "2026-11"
    assert request.is_estimated
    assert request.state == "looking"


async def test_the_same_form_sent_twice_is_one_request(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """The key of the form makes the request's identifier."""
    key = uuid4()

    first = await book(uow, actor, an_ask(service), settings, form_key=key)
    second = await book(uow, actor, an_ask(service), settings, form_key=key)

    assert first.id == second.id
    assert len(await legs_of_day(uow, actor, TUESDAY)) == 2


async def test_a_hospital_in_a_city_needs_means_and_its_station_does_not(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """T15, cases 2 and 3, through the records: refused with the article, a hub allowed, the ASPA allowed."""
    there = an_ask(service, destination=to(service.hospital), purpose="care")

    with pytest.raises(Invalid) as refused:
        await book(uow, actor, there, settings, form_key=uuid4())
    hub = await book(uow, actor, an_ask(service, destination=to(service.station)), settings, form_key=uuid4())
    proof = RecordRight(
        person_id=service.person_id,
        criterion="aspa",
        proof="notification Carsat",
        seen_on=date(2026, 11, 2),
        valid_until=date(2027, 10, 31),
    )
    await record_right(uow, actor, proof)
    allowed = await book(uow, actor, there, settings, form_key=uuid4())

    assert refused.value.code == "ride_not_allowed"
    assert [defect.code for defect in refused.value.defects] == ["ride_perimeter"]
    assert refused.value.defects[0].args["article"] == "R3133-4"
    assert hub.basis.criterion == "rural"
    assert allowed.basis.criterion == "aspa"
    assert allowed.basis.proof == "notification Carsat"
    assert allowed.basis.proof_seen_on == date(2026, 11, 2)


async def test_a_caller_cannot_make_a_hub(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """Only a record says that a place is a multimodal hub."""
    claimed = Spot(label="Ma gare", address="", insee=CITY, latitude=48.434, longitude=2.162, is_hub=True)

    with pytest.raises(Invalid) as refused:
        await book(uow, actor, an_ask(service, destination=claimed), settings, form_key=uuid4())

    assert [defect.code for defect in refused.value.defects] == ["ride_perimeter"]


async def test_beyond_a_hundred_kilometres_is_refused_and_counted(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """Lyon is 370 km away as the crow flies: no road is shorter. The refusal is kept with its article."""
    lyon = Spot(label="Lyon", address="Part-Dieu", insee="69383", latitude=45.76, longitude=4.86)
    asked = an_ask(service, destination=lyon, back="none", back_minute=None)

    with pytest.raises(Invalid) as refused:
        await book(uow, actor, asked, settings, form_key=uuid4())
    kept = await book_refused(uow, actor, asked, settings, form_key=uuid4())

    assert "ride_distance_beyond" in [defect.code for defect in refused.value.defects]
    assert kept.state == "refused"
    assert kept.refusal is not None
    assert (kept.refusal.code, kept.refusal.article) == ("distance_beyond", "R3133-4")
    assert await legs_of_day(uow, actor, TUESDAY) == []


async def test_a_service_on_another_ground_has_its_own_rules(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """A CCAS that carries its own users: no rule of social-use transport, the ground is kept."""
    await update_organisation(uow, actor, UpdateOrganisation(legal_form="public"))
    there = an_ask(service, destination=to(service.hospital))

    with pytest.raises(Invalid) as refused:
        await book(uow, actor, there, settings, form_key=uuid4())
    await save_terms(uow, actor, Terms(regime="own_service", ground="Délibération du 12 mars 2026"))
    kept = await book(uow, actor, there, settings, form_key=uuid4())

    assert "ride_organiser_not_association" in [defect.code for defect in refused.value.defects]
    assert (kept.basis.regime, kept.basis.proof) == ("own_service", "Délibération du 12 mars 2026")


async def test_price_is_what_the_terms_say(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """30 cents a kilometre, both ways; a price beyond the ceiling is refused, typed or set."""
    await save_terms(uow, actor, Terms(cents_per_km=30))

    request = await book(uow, actor, an_ask(service, distance_m=25_000), settings, form_key=uuid4())
    with pytest.raises(Invalid) as dear:
        await book(
            uow, actor, an_ask(service, distance_m=25_000, price_cents=1602), settings, form_key=uuid4()
        )
    with pytest.raises(Invalid) as terms:
        await save_terms(uow, actor, Terms(cents_per_km=33, version=1))

    assert request.price_cents == 2 * 750
    assert not request.is_estimated
    assert [defect.code for defect in dear.value.defects] == ["ride_price_beyond"]
    assert [defect.code for defect in terms.value.defects] == ["ride_price_ceiling"]


async def test_frailty_and_wheelchair_reach_the_ways(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """Very frail: 20 minutes at the longest on a short way; a wheelchair takes its own place and time."""
    await save_passenger(
        uow, actor, SavePassenger(person_id=service.person_id, frailty="very_frail", wheelchair=True)
    )
    await book(uow, actor, an_ask(service, wheelchair=True), settings, form_key=uuid4())

    out = (await legs_of_day(uow, actor, TUESDAY))[0]
    assert out.ride_max_s == 20 * 60
    assert (out.seats, out.wheelchairs, out.boarding_s) == (0, 1, 600)


async def test_what_a_ride_clashes_with_is_told(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """Another ride at that hour, and a stay away from home, which also takes the ways off the day."""
    await book(uow, actor, an_ask(service), settings, form_key=uuid4())
    stay = DeclareStay(person_id=service.person_id, from_on=TUESDAY, kind="away")
    before = await judge_request(uow, actor, an_ask(service, back_minute=640), settings, request_id=uuid4())
    await declare_stay(uow, actor, stay)
    after = await judge_request(uow, actor, an_ask(service), settings, request_id=uuid4())

    assert [clash.kind for clash in before.clashes] == ["ride"]
    assert [clash.kind for clash in after.clashes] == ["stay", "ride"]
    assert await legs_of_day(uow, actor, TUESDAY) == []


async def test_looking_placed_done_cancelled(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """The state follows the way that is least far; cancelling takes a reason and the version read."""
    request = await book(uow, actor, an_ask(service), settings, form_key=uuid4())
    out, back = request.legs

    assert [item.id for item in await requests_looking(uow, actor)] == [request.id]
    await mark_legs(uow, actor, [out.id], "placed")
    assert (await get_request(uow, actor, request.id)).state == "looking"
    await mark_legs(uow, actor, [out.id, back.id], "placed")
    assert (await get_request(uow, actor, request.id)).state == "placed"
    assert await requests_looking(uow, actor) == []
    with pytest.raises(Invalid):
        await cancel_request(uow, actor, request.id, version=1, reason=" ")
    with pytest.raises(Conflict):
        await cancel_request(uow, actor, request.id, version=2, reason="rendez-vous reporté")
    cancelled = await cancel_request(uow, actor, request.id, version=1, reason="rendez-vous reporté")
    assert cancelled.state == "cancelled"
    assert {leg.state for leg in cancelled.legs} == {"cancelled"}
    assert await mark_legs(uow, actor, [out.id], "placed") == []


async def test_a_search_without_driver_may_be_given_up(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """Refused for want of a driver, which counts in the figures; only known causes."""
    request = await book(uow, actor, an_ask(service), settings, form_key=uuid4())

    with pytest.raises(Invalid):
        await give_up(uow, actor, request.id, version=1, code="distance_beyond")
    refused = await give_up(uow, actor, request.id, version=1, code="no_driver")

    assert refused.refusal is not None
    assert (refused.state, refused.refusal.code) == ("refused", "no_driver")


async def test_the_last_rides_are_offered_once_each(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """Two rides to the market and one to the station are two rides to repeat; the copy is next Tuesday's."""
    for days in (0, 7):
        await book(uow, actor, an_ask(service, on=TUESDAY + timedelta(days=days)), settings, form_key=uuid4())
    await book(
        uow,
        actor,
        an_ask(service, destination=to(service.station), back="none", back_minute=None),
        settings,
        form_key=uuid4(),
    )

    found = (await last_rides(uow, actor, [service.person_id]))[service.person_id]
    uses = await place_uses(uow, actor, service.person_id)

    assert {item.destination.label for item in found} == {"Marché d’Angerville", "Gare d’Étampes"}
    assert uses == {service.market.id: (2, 2), service.station.id: (1, 1)}
    market = next(item for item in found if item.destination.label.startswith("Marché"))
    monday = date(2026, 11, 23)
    assert next_like(market.on, monday) == date(2026, 11, 24)
    repeated = again(market, date(2026, 11, 24))
    assert msgspec.structs.replace(repeated, destination=to(service.market)) == an_ask(
        service, on=date(2026, 11, 24)
    )


async def test_callers_by_name_or_number(uow: UnitOfWork, actor: Actor, service: Service) -> None:
    """Typed as people say them: a name without accents, a number with or without its code, or part of it."""
    await upsert_people(uow, actor, [rural_person(reference="R-002", last_name="Lefèvre", phone=None)])

    async def found(typed: str) -> list[str]:
        return [person.last_name for person in await find_callers(uow, actor, typed)]

    assert await found("01 64 95 01 12") == ["Chevallier"]
    assert await found("+33 1 64.95.01.12") == ["Chevallier"]
    assert await found("95 01 12") == ["Chevallier"]
    assert await found("lefevre") == ["Lefèvre"]
    assert await found("  ") == []


async def test_another_organisation_sees_nothing(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, settings: Settings
) -> None:
    """Neither the request, nor its ways, nor the person."""
    async with open_uow(engine, actor) as uow:
        service = await ride_service(uow, actor)
        request = await book(uow, actor, an_ask(service), settings, form_key=uuid4())

    async with open_uow(engine, other_actor) as uow:
        assert await legs_of_day(uow, other_actor, TUESDAY) == []
        assert (await last_rides(uow, other_actor, [service.person_id]))[service.person_id] == []
        with pytest.raises(NotFound):
            await get_request(uow, other_actor, request.id)
        with pytest.raises(NotFound):
            await judge_request(uow, other_actor, an_ask(service), settings, request_id=uuid4())
