"""
What makes the record of an aide or an absence valid: every defect, with where and why.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import msgspec

from carecoord.kernel.errors import Defect
from carecoord.kernel.french import parse_insee, parse_phone
from carecoord.kernel.geo import Point
from carecoord.kernel.texts import text_defects
from carecoord.workforce.domain import (
    ABSENCE_KINDS,
    FULL_TIME_MINUTES,
    LONGEST_ABSENCE,
    TRAVEL_MODES,
    AideFields,
    Availability,
    UpsertAide,
)

LONGEST_CONTRACT_MINUTES = 48 * 60
"""Nobody may work more in a week (Code du travail L3121-20)."""
REGIME_LENGTH = 32
"""Characters of the key of a regime."""


def aide_defects(aide: AideFields, where: str = "") -> list[Defect]:
    """
    Everything wrong with one aide.

    Args:
        where: put before the name of the field, such as `aides[3].`.
    """
    defects = [
        defect
        for name in ("reference", "last_name", "first_name")
        for defect in text_defects(getattr(aide, name), where + name)
    ]
    defects += [
        defect
        for index, skill in enumerate(aide.skills)
        for defect in text_defects(skill, f"{where}skills[{index}]")
    ]
    if aide.regime is not None:
        defects += text_defects(aide.regime, where + "regime", longest=REGIME_LENGTH)
    if aide.travel_mode not in TRAVEL_MODES:
        defects.append(
            Defect(
                code="value_unknown", where=where + "travel_mode", why=f"is none of {', '.join(TRAVEL_MODES)}"
            )
        )
    defects += _contract_defects(aide, where)
    defects += _place_defects(aide, where)
    if aide.phone is not None:
        try:
            parse_phone(aide.phone)
        except ValueError as error:
            defects.append(Defect(code="phone_malformed", where=where + "phone", why=str(error)))
    return defects + availability_defects(aide.availabilities, where)


def normal_aide(aide: UpsertAide) -> UpsertAide:
    """A valid aide in the one form in which records are kept and compared."""
    return msgspec.structs.replace(
        aide,
        reference=aide.reference.strip(),
        last_name=aide.last_name.strip(),
        first_name=aide.first_name.strip(),
        start_insee=parse_insee(aide.start_insee),
        phone=None if aide.phone is None else parse_phone(aide.phone),
        skills=sorted({skill.strip() for skill in aide.skills}),
        availabilities=sorted(set(aide.availabilities)),
    )


def _contract_defects(aide: AideFields, where: str) -> list[Defect]:
    if not 0 < aide.contract_minutes <= LONGEST_CONTRACT_MINUTES:
        return [
            Defect(
                code="number_range",
                where=where + "contract_minutes",
                why=f"is not in 1..{LONGEST_CONTRACT_MINUTES}",
                args={"low": 1, "high": LONGEST_CONTRACT_MINUTES},
            )
        ]
    if aide.part_time and aide.contract_minutes >= FULL_TIME_MINUTES:
        return [
            Defect(
                code="part_time_contract",
                where=where + "part_time",
                why=f"a part-time contract is below {FULL_TIME_MINUTES} minutes a week",
                args={"high": FULL_TIME_MINUTES},
            )
        ]
    return []


def _place_defects(aide: AideFields, where: str) -> list[Defect]:
    defects = []
    try:
        parse_insee(aide.start_insee)
    except ValueError as error:
        defects.append(Defect(code="insee_malformed", where=where + "start_insee", why=str(error)))
    for name, lat, lon in (
        ("start_latitude", aide.start_latitude, aide.start_longitude),
        ("end_latitude", aide.end_latitude, aide.end_longitude),
    ):
        try:
            Point(lat=lat, lon=lon)
        except ValueError as error:
            defects.append(Defect(code="point_malformed", where=where + name, why=str(error)))
    return defects


def availability_defects(hours: list[Availability], where: str = "") -> list[Defect]:
    """Stretches that are no stretch, and stretches that overlap in the same week."""
    defects = [
        Defect(
            code="availability_malformed",
            where=f"{where}availabilities[{index}]",
            why="needs a weekday 0..6, minutes 0..1440 in order and a parity 0..2",
        )
        for index, stretch in enumerate(hours)
        if not (
            0 <= stretch.weekday <= 6
            and 0 <= stretch.start_minute < stretch.end_minute <= 1440
            and 0 <= stretch.week_parity <= 2
        )
    ]
    if defects:
        return defects
    for parity in (1, 2):
        week = sorted(stretch for stretch in hours if stretch.week_parity in (0, parity))
        for before, after in pairwise(week):
            if before.weekday == after.weekday and after.start_minute < before.end_minute:
                return [
                    Defect(
                        code="availability_overlap",
                        where=f"{where}availabilities",
                        why="two stretches of the same day overlap",
                        args={"weekday": before.weekday},
                    )
                ]
    return []


def absence_defects(starts_at: datetime, ends_at: datetime, kind: str, where: str = "") -> list[Defect]:
    """Everything wrong with one absence."""
    defects = []
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        defects.append(Defect(code="instant_naive", where=where + "starts_at", why="lacks a time zone"))
    elif ends_at <= starts_at:
        defects.append(Defect(code="dates_order", where=where + "ends_at", why="is not after the start"))
    elif ends_at - starts_at > LONGEST_ABSENCE:
        defects.append(Defect(code="absence_long", where=where + "ends_at", why="is more than 3 years away"))
    if kind not in ABSENCE_KINDS:
        defects.append(
            Defect(code="value_unknown", where=where + "kind", why=f"is none of {', '.join(ABSENCE_KINDS)}")
        )
    return defects
