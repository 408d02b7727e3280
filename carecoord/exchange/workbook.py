"""
Records to a workbook with the columns that imports read: exports and templates.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from openpyxl import Workbook
from openpyxl.cell import Cell as WorksheetCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from carecoord.beneficiaries.domain import Person
from carecoord.careplans.domain import Intervention
from carecoord.exchange import cells
from carecoord.exchange.columns import (
    ABSENCE_WORDS,
    COLUMNS,
    HOLIDAY_WORDS,
    KINDS,
    MODE_WORDS,
    REGIME_WORDS,
    SHEET_NAMES,
    TIER_WORDS,
    Kind,
)
from carecoord.workforce.domain import Absence, Aide

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | date | None


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is exported.

    Args:
        usual_aides: person -> aide -> recent visits.
    """

    people: Sequence[Person]
    aides: Sequence[Aide]
    absences: Sequence[Absence]
    lines: Sequence[Intervention]
    usual_aides: dict[UUID, dict[UUID, int]]


def write_template() -> bytes:
    """One sheet a kind, headers and an example line that imports pass over."""
    return _saved({kind: [[column.example for column in COLUMNS[kind]]] for kind in KINDS})


def write_workbook(records: Records) -> bytes:
    """One sheet a kind; reading it back gives the same records."""
    aides = {aide.id: aide.reference for aide in records.aides}
    people = {person.id: person.reference for person in records.people}
    rows: dict[Kind, list[dict[str, Cell]]] = {
        "people": [_person(person, records.usual_aides, aides) for person in records.people],
        "aides": [_aide(aide) for aide in records.aides],
        "absences": [_absence(absence, aides) for absence in records.absences],
        "care_plan_lines": [_line(line, people, aides) for line in records.lines],
    }
    return _saved(
        {kind: [[row[column.field] for column in COLUMNS[kind]] for row in rows[kind]] for kind in KINDS}
    )


def _saved(grids: dict[Kind, list[Any]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for kind, grid in grids.items():
        sheet = workbook.create_sheet(SHEET_NAMES[kind])
        sheet.append([column.header for column in COLUMNS[kind]])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for line in grid:
            sheet.append([_plain(sheet, value) for value in line])
        for rank, column in enumerate(COLUMNS[kind], start=1):
            sheet.column_dimensions[get_column_letter(rank)].width = max(12, len(column.header) + 2)
        sheet.freeze_panes = "B2"
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _plain(sheet: Worksheet, value: Cell) -> Any:
    """
    A text that stays a text, whatever it begins with.

    The library makes formulas of texts with `=` in front and errors of `#N/A`. The mark of
    quoted texts also keeps a spreadsheet from computing `+…`, `-…` or `@…` when it saves as CSV.
    """
    if not isinstance(value, str):
        return value
    cell = WorksheetCell(sheet, row=1, column=1, value=value)
    cell.data_type = "s"
    if value.startswith(FORMULA_MARKS):
        cell.quotePrefix = True
    return cell


def _word(words: dict[str, str], value: str | None) -> str:
    return next((word for word, code in words.items() if code == value), "")


def _person(person: Person, usual: dict[UUID, dict[UUID, int]], aides: dict[UUID, str]) -> dict[str, Cell]:
    known = sorted((aides[aide_id], visits) for aide_id, visits in usual.get(person.id, {}).items())
    given = person.geo_quality != "commune"
    return {
        "reference": person.reference,
        "civility": person.civility,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "birth_date": person.birth_date,
        "phone": _phone(person.phone),
        "address": person.address,
        "postcode": person.postcode,
        "insee": person.insee,
        "latitude": person.latitude if given else None,
        "longitude": person.longitude if given else None,
        "access_note": person.access_note,
        "faces_max": person.faces_max,
        "usual_aides": ", ".join(f"{reference} ({visits})" for reference, visits in known),
    }


def _aide(aide: Aide) -> dict[str, Cell]:
    row: dict[str, Cell] = {
        "reference": aide.reference,
        "last_name": aide.last_name,
        "first_name": aide.first_name,
        "phone": _phone(aide.phone),
        "contract_minutes": cells.write_time(aide.contract_minutes),
        "part_time": cells.write_yes(aide.part_time),
        "regime": _word(REGIME_WORDS, aide.regime),
        "skills": ", ".join(aide.skills),
        "travel_mode": _word(MODE_WORDS, aide.travel_mode),
        "weekend_team": cells.write_yes(aide.weekend_team),
        "sunday_consent": cells.write_yes(aide.sunday_consent),
        "start_insee": aide.start_insee,
        "start_latitude": aide.start_latitude,
        "start_longitude": aide.start_longitude,
        "end_latitude": aide.end_latitude,
        "end_longitude": aide.end_longitude,
        "active": cells.write_yes(aide.active),
    }
    for rank in range(len(cells.DAYS)):
        row[f"hours_{rank}"] = cells.write_stretches(
            [stretch for stretch in aide.availabilities if stretch.weekday == rank]
        )
    return row


def _absence(absence: Absence, aides: dict[UUID, str]) -> dict[str, Cell]:
    return {
        "aide_reference": aides[absence.aide_id],
        "start": cells.write_moment(absence.starts_at),
        "end": cells.write_moment(absence.ends_at, is_end=True),
        "kind": _word(ABSENCE_WORDS, absence.kind),
    }


def _names(ids: Iterable[UUID], aides: dict[UUID, str]) -> str:
    return ", ".join(sorted(aides[aide_id] for aide_id in ids))


def _line(line: Intervention, people: dict[UUID, str], aides: dict[UUID, str]) -> dict[str, Cell]:
    return {
        "reference": line.reference,
        "person_reference": people[line.person_id],
        "label": line.label,
        "tier": _word(TIER_WORDS, line.tier),
        "weekdays": cells.write_days(line.weekdays),
        "alternative_days": cells.write_days(line.alternative_days) if line.alternative_days else "",
        "interval_weeks": line.interval_weeks,
        "anchor_on": line.anchor_on,
        "earliest_start_minute": cells.write_time(line.earliest_start_minute),
        "latest_start_minute": cells.write_time(line.latest_start_minute),
        "preferred_start_minute": cells.write_time(line.preferred_start_minute),
        "duration_minutes": cells.write_time(line.duration_minutes),
        "team_size": line.team_size,
        "skills": ", ".join(line.skills),
        "wanted_aides": _names(line.wanted_aides, aides),
        "refused_aides": _names(line.refused_aides, aides),
        "essential": cells.write_yes(line.essential),
        "serves_meal": cells.write_yes(line.serves_meal),
        "holidays": _word(HOLIDAY_WORDS, line.holidays),
        "starts_on": line.starts_on,
        "ends_on": line.ends_on,
    }


def _phone(phone: str | None) -> str:
    return "0" + phone.removeprefix("+33") if phone else ""
