"""
A small provider for roster tests: valid by default, one keyword to vary.

`small_week` writes three people, two aides and four lines through the services; a week of
it has 22 visits, which two aides do easily.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import UpsertPerson
from carecoord.beneficiaries.service import upsert_people
from carecoord.careplans.domain import UpsertLine, VisitToPlan
from carecoord.careplans.service import upsert_lines
from carecoord.db.uow import UnitOfWork
from carecoord.identity.domain import Organisation
from carecoord.kernel.actor import Actor
from carecoord.workforce.domain import Aide, Availability, UpsertAide
from carecoord.workforce.service import upsert_aides

MONDAY = date(2026, 11, 23)


def organisation(**changes: object) -> Organisation:
    """A provider of Brunoy under BAD 2941."""
    made = Organisation(
        id=UUID(int=1), kind="provider", name="Les Deux Rives", insee="91114", regime="BAD_2941"
    )
    return msgspec.structs.replace(made, **changes)


def person(reference: str = "P1", **changes: object) -> UpsertPerson:
    """Somebody in Brunoy; each reference has a door of its own, some hundred metres apart."""
    number = int(reference.removeprefix("P"))
    made = UpsertPerson(
        reference=reference,
        civility="Mme",
        last_name=f"Berthier {number}",
        first_name="Odette",
        address=f"{number} rue des Vallées",
        postcode="91800",
        insee="91114",
        latitude=48.690 + number / 500,
        longitude=2.500 + number / 500,
        geo_quality="housenumber",
    )
    return msgspec.structs.replace(made, **changes)


def hours(weekdays: range = range(7), start: int = 420, end: int = 1200) -> list[Availability]:
    """The same hours on some weekdays: seven days a week from 7 h to 20 h by default."""
    return [Availability(weekday=day, start_minute=start, end_minute=end) for day in weekdays]


def aide_command(reference: str = "A1", **changes: object) -> UpsertAide:
    """A full-time aide by car, based in Brunoy."""
    made = UpsertAide(
        reference=reference,
        last_name=f"Diallo {reference}",
        first_name="Amina",
        contract_minutes=35 * 60,
        part_time=False,
        skills=["toilette"],
        travel_mode="car",
        start_latitude=48.695,
        start_longitude=2.505,
        end_latitude=48.695,
        end_longitude=2.505,
        start_insee="91114",
        availabilities=hours(),
    )
    return msgspec.structs.replace(made, **changes)


def line(reference: str = "L1", **changes: object) -> UpsertLine:
    """An hour of help each morning, on weekdays, from the autumn on."""
    made = UpsertLine(
        reference=reference,
        person_reference="P1",
        label="Aide au lever, toilette",
        tier="vital",
        weekdays=[0, 1, 2, 3, 4],
        earliest_start_minute=480,
        latest_start_minute=600,
        preferred_start_minute=510,
        duration_minutes=60,
        skills=["toilette"],
        starts_on=date(2026, 10, 5),
    )
    return msgspec.structs.replace(made, **changes)


async def small_week(uow: UnitOfWork, actor: Actor) -> None:
    """Three people, two aides, four lines: 22 visits a week, one of them for two aides."""
    await upsert_people(uow, actor, [person("P1"), person("P2"), person("P3")])
    await upsert_aides(uow, actor, [aide_command("A1"), aide_command("A2")])
    await upsert_lines(
        uow,
        actor,
        [
            line("L1"),  # 5
            line("L2", person_reference="P2", weekdays=list(range(7)), tier="important"),  # 7
            line(
                "L3",
                person_reference="P3",
                weekdays=[0, 1, 2, 3, 4],
                earliest_start_minute=840,
                latest_start_minute=960,
                preferred_start_minute=None,
                tier="comfort",
            ),  # 5
            line(
                "L4",
                person_reference="P3",
                weekdays=[0, 1, 2, 3, 4],
                earliest_start_minute=660,
                latest_start_minute=720,
                preferred_start_minute=None,
                duration_minutes=30,
                team_size=2,
            ),  # 5
        ],
    )


def aide(number: int = 1, **changes: object) -> Aide:
    """The same aide as a domain struct, `UUID(int=100 + number)`."""
    values = msgspec.structs.asdict(aide_command(f"A{number}")) | {"id": UUID(int=100 + number), "version": 1}
    return Aide(**(values | changes))  # type: ignore[arg-type]  # keyword by keyword above


def visit(number: int = 1, **changes: object) -> VisitToPlan:
    """A dated visit to `UUID(int=200)` on Monday 23 November, `UUID(int=300 + number)`."""
    made = VisitToPlan(
        id=UUID(int=300 + number),
        intervention_id=UUID(int=400),
        person_id=UUID(int=200),
        nominal_on=MONDAY,
        due_on=MONDAY,
        allowed_dates=[MONDAY],
        earliest_start_minute=480,
        latest_start_minute=600,
        preferred_start_minute=510,
        duration_minutes=60,
        status="planned",
        reference="L1",
        label="Aide au lever, toilette",
        tier="vital",
        team_size=1,
        skills=["toilette"],
        wanted_aides=[],
        refused_aides=[],
        essential=True,
    )
    return msgspec.structs.replace(made, **changes)
