"""
What makes the record of a person valid: every defect, with where and why.
"""

from __future__ import annotations

import re

from carecoord.beneficiaries.domain import CIVILITIES, GEO_QUALITIES, PersonFields
from carecoord.kernel.errors import Defect
from carecoord.kernel.french import parse_insee, parse_phone
from carecoord.kernel.geo import Point

_POSTCODE = re.compile(r"\d{5}")
FACES_MAX_RANGE = (1, 50)


def person_defects(person: PersonFields, where: str = "") -> list[Defect]:
    """
    Everything wrong with one person.

    Args:
        where: put before the name of the field, such as `people[3].`.
    """
    defects = [
        Defect(code="text_missing", where=where + name, why="is empty")
        for name in ("reference", "last_name", "first_name", "address")
        if not getattr(person, name).strip()
    ]
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
