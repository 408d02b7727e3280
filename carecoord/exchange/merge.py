"""
What a file does not say stays as it is: columns left out of a file never erase anything.
"""

from __future__ import annotations

from typing import Any

import msgspec

from carecoord.beneficiaries.domain import Person
from carecoord.careplans.domain import Intervention, LineFields
from carecoord.exchange.cells import DAYS
from carecoord.exchange.reading import Line, Reading
from carecoord.workforce.domain import Aide

_PERSON = ("birth_date", "phone", "access_note", "faces_max")
_AIDE = ("phone", "regime", "skills", "weekend_team", "sunday_consent", "active")
_LINE = tuple(name for name in LineFields.__struct_fields__ if name != "reference")


class Existing(msgspec.Struct, frozen=True, kw_only=True):
    """Records of the organisation by reference."""

    people: dict[str, Person]
    aides: dict[str, Aide]
    lines: dict[str, Intervention]


def keep_what_is_not_said(reading: Reading, existing: Existing) -> None:
    """Complete the lines of known references with the values whose columns the file lacks."""
    for line in reading.lines.get("people", []):
        if person := existing.people.get(line.values["reference"]):
            _complete(line, person, _PERSON)
            _keep_point(line, person)
    references = {aide.id: aide.reference for aide in existing.aides.values()}
    for line in reading.lines.get("aides", []):
        if aide := existing.aides.get(line.values["reference"]):
            _complete(line, aide, _AIDE)
            _keep_aide(line, aide)
    for line in reading.lines.get("care_plan_lines", []):
        if known := existing.lines.get(line.values["reference"]):
            _complete(line, known, _LINE)
            for field in ("wanted_aides", "refused_aides"):
                if field not in line.values:
                    line.values[field] = sorted(references[aide_id] for aide_id in getattr(known, field))
            if line.values.get("anchor_on") is None:
                line.values["anchor_on"] = known.anchor_on


def _complete(line: Line, known: Any, fields: tuple[str, ...]) -> None:
    for field in fields:
        if field not in line.values:
            line.values[field] = getattr(known, field)


def _keep_point(line: Line, person: Person) -> None:
    """A point made precise is kept while the address is the same."""
    values = line.values
    same_door = (values["address"], values["insee"]) == (person.address, person.insee)
    if values.get("latitude") is None and same_door and person.geo_quality != "commune":
        values.update(latitude=person.latitude, longitude=person.longitude, geo_quality=person.geo_quality)
    elif (values.get("latitude"), values.get("longitude")) == (person.latitude, person.longitude):
        values["geo_quality"] = person.geo_quality


def _keep_aide(line: Line, aide: Aide) -> None:
    values = line.values
    if "part_time" not in values and values["contract_minutes"] == aide.contract_minutes:
        values["part_time"] = aide.part_time
    if values.get("start_latitude") is None and values["start_insee"] == aide.start_insee:
        values.update(start_latitude=aide.start_latitude, start_longitude=aide.start_longitude)
    ends_elsewhere = (aide.end_latitude, aide.end_longitude) != (aide.start_latitude, aide.start_longitude)
    # Who ends the day where it starts goes on doing so after moving house.
    if "end_latitude" not in values and ends_elsewhere:
        values.update(end_latitude=aide.end_latitude, end_longitude=aide.end_longitude)
    values["history"] = aide.history
    for rank in range(len(DAYS)):
        if f"hours_{rank}" not in values:
            values[f"hours_{rank}"] = [item for item in aide.availabilities if item.weekday == rank]
