"""
The demonstration territory as commands of the features: the same for the same seed and week.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import msgspec

from carecoord.beneficiaries.domain import Civility, UpsertPerson
from carecoord.careplans.domain import UpsertLine
from carecoord.demo.meals import serves_meal
from carecoord.demo.needs import (
    DAILY_KINDS,
    EVERY_DAY,
    ONCE_A_WEEK,
    WEEKDAY_KINDS,
    WEEKDAYS,
    Kind,
    pick_kind,
    weekday_patterns,
)
from carecoord.demo.sectors import SECTORS, YERRES_VALLEY, Sector, pick_commune, point_in
from carecoord.demo.team import make_absences, make_aides
from carecoord.demo.words import MEN, STREETS, SURNAMES, WOMEN
from carecoord.workforce.domain import UpsertAbsence, UpsertAide

TWO_AIDES_ONE_IN = 6
"""One rising or bedtime in so many is made by two aides: about 5 % of all visits."""

LINES_A_PERSON = (1, 2, 2, 3)


class DemoProvider(msgspec.Struct, frozen=True, kw_only=True):
    """
    One provider of the demonstration and everything it plans.

    Args:
        known: person reference -> references of the aides who usually come, with visits lately.
    """

    sector: Sector
    people: list[UpsertPerson]
    aides: list[UpsertAide]
    absences: list[UpsertAbsence]
    lines: list[UpsertLine]
    known: dict[str, dict[str, int]]


def generate(seed: int, monday: date) -> list[DemoProvider]:
    """
    The providers of the demonstration.

    Args:
        seed: same seed, same territory.
        monday: first day of the week to plan; absences fall around it.
    """
    return [_provider(sector, Random(f"{seed}/{sector.key}"), monday) for sector in SECTORS]


def _provider(sector: Sector, random: Random, monday: date) -> DemoProvider:
    aides = make_aides(sector, random)
    lines, references = _lines(sector, random, monday)
    people = [_person(sector, reference, random) for reference in references]
    wishes = _wishes(people, aides, random)
    return DemoProvider(
        sector=sector,
        people=people,
        aides=aides,
        absences=make_absences(aides, monday, random),
        lines=[_serving(sector, _with_wishes(line, wishes, random)) for line in lines],
        known=wishes,
    )


def _person(sector: Sector, reference: str, random: Random) -> UpsertPerson:
    commune = pick_commune(sector, random)
    latitude, longitude = point_in(commune, random)
    couple, woman = random.random() < 0.07, random.random() < 0.7
    civility: Civility = "Mme et M." if couple else "Mme" if woman else "M."
    return UpsertPerson(
        reference=reference,
        civility=civility,
        last_name=random.choice(SURNAMES),
        first_name=random.choice(WOMEN if woman else MEN),
        birth_date=date(2026 - random.randint(68, 97), random.randint(1, 12), random.randint(1, 28)),
        phone=f"+3319900{random.randrange(10_000):04d}",
        address=f"{random.randint(1, 88)} {random.choice(STREETS)}",
        postcode=commune.postcode,
        insee=commune.insee,
        latitude=latitude,
        longitude=longitude,
        geo_quality="given",
        faces_max=random.choice((None, None, None, 3, 4, 5)),
    )


def _lines(sector: Sector, random: Random, monday: date) -> tuple[list[UpsertLine], list[str]]:
    """Lines that add up to the sector's visits of each day, and the people they are for."""
    wanted: list[tuple[Kind, tuple[int, ...]]] = [
        (pick_kind(DAILY_KINDS, random), EVERY_DAY) for _ in range(sector.weekend_visits)
    ]
    for days in weekday_patterns(sector.weekday_visits - sector.weekend_visits, random):
        kinds = (
            WEEKDAY_KINDS
            if len(days) < 5
            else tuple(kind for kind in WEEKDAY_KINDS if kind not in ONCE_A_WEEK)
        )
        kinds = ONCE_A_WEEK if len(days) == 1 else kinds
        wanted.append((pick_kind(kinds, random), days))
    random.shuffle(wanted)
    lines: list[UpsertLine] = []
    references: list[str] = []
    heavy = 0
    while wanted:
        reference = f"P{len(references) + 1:04d}"
        references.append(reference)
        taken: list[Kind] = []
        for _ in range(random.choice(LINES_A_PERSON)):
            choice = next((item for item in wanted if item[0] not in taken), None)
            if choice is None:
                break
            wanted.remove(choice)
            taken.append(choice[0])
            heavy += choice[0].can_need_two
            two = choice[0].can_need_two and heavy % TWO_AIDES_ONE_IN == 0
            lines.append(_line(choice, reference, len(taken), two=two, monday=monday, random=random))
    return lines, references


def _line(
    choice: tuple[Kind, tuple[int, ...]], person: str, rank: int, *, two: bool, monday: date, random: Random
) -> UpsertLine:
    kind, days = choice
    preferred = random.randrange(kind.preferred[0], kind.preferred[1] + 1, 15)
    once = len(days) == 1 and kind in ONCE_A_WEEK
    others = [day for day in WEEKDAYS if day not in days]
    return UpsertLine(
        reference=f"{person}-{rank}",
        person_reference=person,
        label=kind.label,
        tier=kind.tier,
        weekdays=list(days),
        alternative_days=sorted(random.sample(others, 2)) if once and random.random() < 0.5 else [],
        earliest_start_minute=preferred - kind.before,
        latest_start_minute=preferred + kind.after,
        preferred_start_minute=preferred,
        duration_minutes=45 if two else random.choice(kind.durations),
        team_size=2 if two else 1,
        skills=sorted({*kind.skills, "transfert"}) if two else list(kind.skills),
        essential=kind.essential,
        holidays="keep" if kind.tier == "vital" else "skip",
        starts_on=monday - timedelta(days=random.randint(30, 700)),
    )


def _wishes(people: list[UpsertPerson], aides: list[UpsertAide], random: Random) -> dict[str, dict[str, int]]:
    """Who usually comes: a few aides living near, with the number of recent visits."""
    usual = {}
    for person in people:
        nearest = sorted(
            aides,
            key=lambda aide: (
                (aide.start_latitude - person.latitude) ** 2
                + ((aide.start_longitude - person.longitude) * 0.66) ** 2
            ),
        )
        chosen = random.sample(nearest[:10], random.randint(3, 5))
        usual[person.reference] = {aide.reference: random.randint(2, 12) for aide in chosen}
    return usual


def _with_wishes(line: UpsertLine, known: dict[str, dict[str, int]], random: Random) -> UpsertLine:
    """Some people ask for somebody they know, a few refuse somebody."""
    usual = sorted(known[line.person_reference])
    wanted = random.sample(usual, 2) if line.team_size == 1 and random.random() < 0.15 else []
    refused = [random.choice(usual)] if random.random() < 0.02 else []
    return msgspec.structs.replace(
        line, wanted_aides=sorted(wanted), refused_aides=[aide for aide in refused if aide not in wanted]
    )


def _serving(sector: Sector, line: UpsertLine) -> UpsertLine:
    """Where the provider brings meals, too, visits at noon serve them."""
    if sector.key != YERRES_VALLEY.key:
        return line
    return msgspec.structs.replace(line, serves_meal=serves_meal(line.label, line.person_reference))


def figures(providers: list[DemoProvider]) -> dict[str, float]:
    """Counts of the territory, for the command line and for tests: visits a week, minutes on average…"""
    lines = [line for provider in providers for line in provider.lines]
    visits = sum(len(line.weekdays) for line in lines)
    minutes = sum(len(line.weekdays) * line.duration_minutes for line in lines)
    aides = [aide for provider in providers for aide in provider.aides]
    return {
        "people": sum(len(provider.people) for provider in providers),
        "aides": len(aides),
        "visits": visits,
        "mean_minutes": minutes / visits,
        "two_aides_share": sum(len(line.weekdays) for line in lines if line.team_size == 2) / visits,
        "contract_hours": sum(aide.contract_minutes for aide in aides) / 60,
        "service_hours": sum(len(line.weekdays) * line.duration_minutes * line.team_size for line in lines)
        / 60,
    }
