"""
Rides of the demonstration: places people go to, volunteers and their cars, who may be carried, and what
was asked for on the coming days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from uuid import UUID

import msgspec

from carecoord.careplans.domain import UpsertLine
from carecoord.db.uow import UnitOfWork
from carecoord.demo.sectors import YERRES_VALLEY, pick_commune, point_in
from carecoord.demo.words import MEN, SURNAMES, WOMEN
from carecoord.identity.domain import UpdateOrganisation
from carecoord.identity.service import update_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Invalid
from carecoord.kernel.ids import derived_id
from carecoord.rides.asking import AskRide
from carecoord.rides.domain import ReturnKind, Spot
from carecoord.rides.drivers import SaveVehicle, SaveVolunteer
from carecoord.rides.records import Facts, Place, RecordRight, SavePassenger, SavePlace, Terms
from carecoord.rides.service.drivers import all_volunteers, save_vehicle, save_volunteer
from carecoord.rides.service.records import (
    get_terms,
    list_places,
    record_right,
    save_passenger,
    save_place,
    save_terms,
)
from carecoord.rides.service.requests import book
from carecoord.settings import Settings
from carecoord.workforce.domain import Availability

VOLUNTEERS = 14
RIDES_A_DAY = 16
CRITERIA = ("css", "css", "aspa", "aah", "css_ceiling")

PLACES: tuple[tuple[str, str, str, tuple[float, float]], ...] = (
    ("Maison de santé des Tilleuls", "care", "91114", (48.6992, 2.4990)),
    ("Cabinet de kinésithérapie du Lavoir", "care", "91215", (48.6941, 2.5175)),
    ("Centre de soins de la Forêt", "care", "91691", (48.7150, 2.4895)),
    ("Laboratoire d’analyses du Moulin", "care", "91097", (48.6888, 2.5302)),
    ("Marché couvert", "market", "91114", (48.6970, 2.5052)),
    ("Supermarché du Verger", "shopping", "91514", (48.6741, 2.5321)),
    ("Mairie annexe", "office", "91215", (48.6925, 2.5148)),
    ("Club des aînés des Glycines", "leisure", "91097", (48.6911, 2.5327)),
)
"""Label, purpose, commune and point; no place of these names has to exist there."""

SHARES = (5, 4, 3, 3, 3, 2, 1, 3)


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody is expected at home: start and end of windows, minutes after midnight, by weekday."""

    by_weekday: dict[int, list[tuple[int, int]]]


def travels(reference: str) -> bool:
    """One person in three asks for rides."""
    return int(reference.removeprefix("P")) % 3 == 0


async def fill_rides(
    uow: UnitOfWork, actor: Actor, people: Mapping[str, UUID], today: date, *, seed: int
) -> bool:
    """
    Write places, volunteers and rights, unless there are volunteers already; whether they were written.

    Args:
        people: reference -> identifier.
    """
    if await all_volunteers(uow, actor):
        return False
    random = Random(f"{seed}/rides")
    await update_organisation(uow, actor, UpdateOrganisation(legal_form="association"))
    terms = await get_terms(uow, actor)
    facts = Facts(
        rna="W912999999", address="4 rue du Lavoir, 91800 Brunoy", volunteers=VOLUNTEERS, members=240
    )
    await save_terms(uow, actor, Terms(cents_per_km=20, facts=facts, version=terms.version))
    for label, purpose, insee, (latitude, longitude) in PLACES:
        place = SavePlace(
            label=label, purpose=purpose, address=label, insee=insee, latitude=latitude, longitude=longitude
        )
        await save_place(uow, actor, place)
    await _team(uow, actor, random)
    for reference in sorted(filter(travels, people)):
        person_id = people[reference]
        right = RecordRight(
            person_id=person_id,
            criterion=random.choice(CRITERIA),
            proof="attestation vue à l’inscription",
            seen_on=today.replace(month=1, day=12) if today.month > 1 else today,
        )
        await record_right(uow, actor, right)
        wheelchair = random.random() < 0.06
        await save_passenger(uow, actor, SavePassenger(person_id=person_id, wheelchair=wheelchair))
    return True


async def _team(uow: UnitOfWork, actor: Actor, random: Random) -> None:
    minibus = await save_vehicle(
        uow,
        actor,
        SaveVehicle(
            label="Minibus de l’association",
            seatings=[(8, 0), (5, 1), (3, 2)],
            of_association=True,
            latitude=48.6962,
            longitude=2.5061,
        ),
    )
    for number in range(VOLUNTEERS):
        woman = random.random() < 0.4
        first_name, last_name = random.choice(WOMEN if woman else MEN), random.choice(SURNAMES)
        commune = pick_commune(YERRES_VALLEY, random)
        latitude, longitude = point_in(commune, random)
        car = minibus
        if number:
            of = "d’" if first_name[0] in "AÉEIOU" else "de "
            label = f"Voiture {of}{first_name} {last_name}"
            car = await save_vehicle(
                uow, actor, SaveVehicle(label=label, seatings=[(random.choice((3, 4)), 0)], fiscal_power=5)
            )
        spans = ((480, 1110),) if number % 3 else ((480, 760), (800, 1110))
        free = random.sample(range(5), 4)
        await save_volunteer(
            uow,
            actor,
            SaveVolunteer(
                first_name=first_name,
                last_name=last_name,
                phone=f"+3363998{random.randrange(10_000):04d}",
                insee=commune.insee,
                latitude=latitude,
                longitude=longitude,
                vehicle_id=car,
                availabilities=[
                    Availability(weekday=day, start_minute=start, end_minute=end)
                    for day in sorted(free)
                    for start, end in spans
                ],
            ),
        )


def hours_of(lines: Sequence[UpsertLine]) -> dict[str, Hours]:
    """Person reference -> when somebody comes, as care plans say."""
    found: dict[str, dict[int, list[tuple[int, int]]]] = {}
    for line in lines:
        for day in line.weekdays:
            span = (line.earliest_start_minute, line.latest_start_minute + line.duration_minutes)
            found.setdefault(line.person_reference, {}).setdefault(day, []).append(span)
    return {reference: Hours(by_weekday=days) for reference, days in found.items()}


async def ask_rides(
    uow: UnitOfWork,
    actor: Actor,
    settings: Settings,
    *,
    people: Mapping[str, UUID],
    hours: Mapping[str, Hours],
    on: date,
    seed: int,
) -> int:
    """
    Record what is asked for on a day; asked again, it is the same requests. How many there are.

    Hours keep clear of what care plans say, as whoever makes an appointment does.
    """
    random = Random(f"{seed}/rides/{on.isoformat()}")
    places = sorted(await list_places(uow, actor), key=lambda place: place.label)
    known = {place.label: place for place in places}
    travelling = sorted(filter(travels, people))
    chosen = random.sample(travelling, min(RIDES_A_DAY, len(travelling)))
    count = 0
    for reference in chosen:
        label = random.choices([item[0] for item in PLACES], SHARES)[0]
        ask = _ask(people[reference], known[label], on, hours.get(reference), random)
        if ask is None:
            continue
        key = derived_id(actor.organisation_id, "demo-ride", reference, on.isoformat())
        try:
            await book(uow, actor, ask, settings, form_key=key)
        except Invalid:
            # An hour too late for today, or an end nobody may be carried to: nothing was asked for.
            continue
        count += 1
    return count


def _ask(person_id: UUID, place: Place, on: date, hours: Hours | None, random: Random) -> AskRide | None:
    taken = [] if hours is None else hours.by_weekday.get(on.weekday(), [])
    for _ in range(12):
        arrive = random.choice((9, 9.5, 10, 10.5, 14, 14.5, 15, 15.5, 16))
        stays = random.choice((45, 60, 75, 90))
        first, last = int(arrive * 60) - 50, int(arrive * 60) + stays + 60
        if all(last <= start or end <= first for start, end in taken):
            break
    else:
        return None
    back: ReturnKind = "wait" if stays <= 60 and random.random() < 0.3 else "other"
    return AskRide(
        person_id=person_id,
        on=on,
        destination=Spot(
            label=place.label,
            address=place.address,
            insee=place.insee,
            latitude=place.latitude,
            longitude=place.longitude,
            place_id=place.id,
        ),
        purpose=place.purpose,
        arrive_minute=int(arrive * 60),
        back=back,
        back_minute=int(arrive * 60) + stays,
        companions=1 if random.random() < 0.1 else 0,
    )
