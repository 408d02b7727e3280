"""
The aides of a sector: contracts, hours, skills, homes, absences.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import msgspec

from carecoord.demo.sectors import Commune, Sector, pick_commune, point_in
from carecoord.demo.words import AIDE_NAMES, SURNAMES
from carecoord.kernel.clock import local_instant
from carecoord.workforce.domain import (
    EVEN_WEEKS,
    EVERY_WEEK,
    FULL_TIME_MINUTES,
    ODD_WEEKS,
    AbsenceKind,
    Availability,
    TravelMode,
    UpsertAbsence,
    UpsertAide,
)

# Weekly contract in minutes, repeated over the team: 28 hours on average.
CONTRACTS = (35, 35, 35, 30, 30, 28, 28, 24, 24, 20, 35, 30, 28, 24, 20, 35, 30, 24, 28, 20)


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """
    Hours an aide may work, minutes after midnight.

    Args:
        weekday: stretches from Monday to Friday.
        weekend: stretches on Saturday and Sunday, in one week out of two.
        wednesday_off: keeps Wednesdays for her children.
    """

    weekday: tuple[tuple[int, int], ...]
    weekend: tuple[tuple[int, int], ...]
    wednesday_off: bool = False


_WEEKEND = ((7 * 60, 14 * 60), (17 * 60, 20 * 60 + 45))
DAY = Shape(weekday=((7 * 60 + 15, 18 * 60),), weekend=_WEEKEND)
SPLIT = Shape(weekday=((7 * 60, 13 * 60 + 30), (16 * 60 + 30, 20 * 60 + 45)), weekend=_WEEKEND)
MORNING = Shape(weekday=((7 * 60, 14 * 60 + 30),), weekend=((7 * 60, 13 * 60 + 30),))
SCHOOL = Shape(weekday=((8 * 60 + 45, 16 * 60 + 15),), weekend=(), wednesday_off=True)
LATE = Shape(weekday=((10 * 60 + 30, 20 * 60 + 45),), weekend=_WEEKEND)
SHAPES = (DAY, SPLIT, MORNING, LATE, SPLIT, DAY, SCHOOL, MORNING, SPLIT, LATE)


def availabilities(shape: Shape, rank: int) -> list[Availability]:
    """Hours of an aide: weekdays every week, weekends in even or odd weeks by rank in the team."""
    parity = ODD_WEEKS if rank % 2 else EVEN_WEEKS
    days = [day for day in range(5) if not (shape.wednesday_off and day == 2)]
    stretches = [(day, stretch, EVERY_WEEK) for day in days for stretch in shape.weekday]
    stretches += [(day, stretch, parity) for day in (5, 6) for stretch in shape.weekend]
    return [
        Availability(weekday=day, start_minute=start, end_minute=end, week_parity=every)
        for day, (start, end), every in stretches
    ]


def _skills(rank: int) -> list[str]:
    skills = ["entretien"]
    if rank % 10 < 8:
        skills.append("toilette")
    if rank % 10 in (0, 1, 3, 4, 6):
        skills.append("transfert")
    return sorted(skills)


def _mode(sector: Sector, rank: int, random: Random) -> TravelMode:
    if random.randrange(1000) < sector.car_permille:
        return "car"
    return "bike" if rank % 3 else "foot"


def make_aides(sector: Sector, random: Random) -> list[UpsertAide]:
    """The team of a sector, the same for the same seed."""
    aides = []
    names = random.sample(AIDE_NAMES, sector.aides)
    for rank in range(sector.aides):
        commune: Commune = pick_commune(sector, random)
        mode = _mode(sector, rank, random)
        latitude, longitude = point_in(commune, random, wider=1.6 if mode == "car" else 0.8)
        contract_minutes = CONTRACTS[rank % len(CONTRACTS)] * 60
        aides.append(
            UpsertAide(
                reference=f"A{rank + 1:03d}",
                first_name=names[rank],
                last_name=random.choice(SURNAMES),
                phone=f"+3363998{random.randrange(10_000):04d}",
                contract_minutes=contract_minutes,
                part_time=contract_minutes < FULL_TIME_MINUTES,
                skills=_skills(rank),
                travel_mode=mode,
                start_latitude=latitude,
                start_longitude=longitude,
                end_latitude=latitude,
                end_longitude=longitude,
                start_insee=commune.insee,
                availabilities=sorted(availabilities(SHAPES[rank % len(SHAPES)], rank)),
            )
        )
    return aides


def make_absences(aides: list[UpsertAide], monday: date, random: Random) -> list[UpsertAbsence]:
    """
    Absences such as a week brings: leave, sickness, a training day, a morning at the doctor's.
    """
    away = random.sample(aides, 5 if len(aides) > 30 else 3)

    def absence(
        aide: UpsertAide, days: tuple[int, int], minutes: tuple[int, int], kind: AbsenceKind
    ) -> UpsertAbsence:
        return UpsertAbsence(
            aide_reference=aide.reference,
            starts_at=local_instant(monday + timedelta(days=days[0]), minutes[0]),
            ends_at=local_instant(monday + timedelta(days=days[1]), minutes[1]),
            kind=kind,
        )

    absences = [
        absence(away[0], (0, 7), (0, 0), "leave"),
        absence(away[1], (1, 4), (0, 0), "sickness"),
        absence(away[2], (3, 3), (9 * 60, 17 * 60), "training"),
    ]
    if len(away) > 3:
        absences.append(absence(away[3], (-3, 3), (0, 0), "sickness"))
        absences.append(absence(away[4], (1, 1), (7 * 60, 12 * 60), "other"))
    return absences
