"""
What makes the record of a person valid: every defect, with where and why.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from carecoord.beneficiaries.domain import (
    CIVILITIES,
    GEO_QUALITIES,
    STAY_KINDS,
    ChangeStay,
    DeclareStay,
    PersonFields,
    UpsertPerson,
)
from carecoord.kernel.errors import Defect
from carecoord.kernel.french import parse_insee, parse_phone
from carecoord.kernel.geo import Point
from carecoord.kernel.texts import NOTE_LENGTH, text_defects

_POSTCODE = re.compile("[0-9]{5}")
FACES_MAX_RANGE = (1, 50)
PHONE_DIGITS_MIN = 4


def person_defects(person: PersonFields, where: str = "") -> list[Defect]:
    """
    Everything wrong with one person.

    Args:
        where: put before the name of the field, such as `people[3].`.
    """
    defects = [
        defect
        for name in ("reference", "last_name", "first_name", "address")
        for defect in text_defects(getattr(person, name), where + name)
    ]
    defects += text_defects(person.access_note, where + "access_note", longest=NOTE_LENGTH, required=False)
    for name, allowed in (("civility", CIVILITIES), ("geo_quality", GEO_QUALITIES)):
        if getattr(person, name) not in allowed:
            defects.append(
                Defect(code="value_unknown", where=where + name, why=f"is none of {', '.join(allowed)}")
            )
    if not _POSTCODE.fullmatch(person.postcode):
        defects.append(Defect(code="postcode_malformed", where=where + "postcode", why="is not five digits"))
    defects += _code_defects(person, where)
    low, high = FACES_MAX_RANGE
    if person.faces_max is not None and not low <= person.faces_max <= high:
        defects.append(
            Defect(
                code="number_range",
                where=where + "faces_max",
                why=f"is not in {low}..{high}",
                args={"low": low, "high": high},
            )
        )
    return defects


def phone_digits(typed: str) -> str:
    """
    What to look for in stored numbers (`+33` and nine digits) when a number is typed, whole or in part.

    Empty when fewer than four digits are typed, or something that is no number.
    """
    if not re.fullmatch(r"[\d\s.+()/-]+", typed.strip()):
        return ""
    digits = re.sub(r"\D", "", typed)
    if digits.startswith("0033"):
        digits = digits[4:]
    elif typed.strip().startswith("+33"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = digits[1:]
    return digits if len(digits) >= PHONE_DIGITS_MIN else ""


def normal_person(person: UpsertPerson) -> UpsertPerson:
    """A valid person in the one form in which records are kept and compared."""
    return msgspec.structs.replace(
        person,
        reference=person.reference.strip(),
        last_name=person.last_name.strip(),
        first_name=person.first_name.strip(),
        address=person.address.strip(),
        insee=parse_insee(person.insee),
        phone=None if person.phone is None else parse_phone(person.phone),
    )


def _code_defects(person: PersonFields, where: str) -> list[Defect]:
    defects = []
    try:
        parse_insee(person.insee)
    except ValueError as error:
        defects.append(Defect(code="insee_malformed", where=where + "insee", why=str(error)))
    if person.phone is not None:
        try:
            parse_phone(person.phone)
        except ValueError as error:
            defects.append(Defect(code="phone_malformed", where=where + "phone", why=str(error)))
    try:
        Point(lat=person.latitude, lon=person.longitude)
    except ValueError as error:
        defects.append(Defect(code="point_malformed", where=where + "latitude", why=str(error)))
    return defects


STAY_PAST_DAYS_MAX = 366
"""How far back the first day of a stay may lie when it is declared."""


def stay_defects(command: DeclareStay | ChangeStay, today: date) -> list[Defect]:
    """Everything wrong with the dates and the kind of a stay."""
    defects = []
    if command.kind not in STAY_KINDS:
        defects.append(Defect(code="value_unknown", where="kind", why=f"is none of {', '.join(STAY_KINDS)}"))
    if command.until_on is not None and command.until_on < command.from_on:
        defects.append(Defect(code="dates_order", where="until_on", why="is before from_on"))
    if (today - command.from_on).days > STAY_PAST_DAYS_MAX:
        defects.append(
            Defect(
                code="stay_too_old",
                where="from_on",
                why=f"lies more than {STAY_PAST_DAYS_MAX} days back",
                args={"days": STAY_PAST_DAYS_MAX},
            )
        )
    return defects
