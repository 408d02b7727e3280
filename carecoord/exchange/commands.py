"""
Lines of values to commands of the features, with what only several lines or the database can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from carecoord.beneficiaries.domain import UpsertPerson
from carecoord.careplans.domain import UpsertLine
from carecoord.exchange.cells import DAYS, moment_end, moment_start
from carecoord.exchange.columns import Kind
from carecoord.exchange.domain import Refusal
from carecoord.exchange.reading import Line, Reading
from carecoord.territory.domain import Commune
from carecoord.workforce.domain import FULL_TIME_MINUTES, LONGEST_ABSENCE, UpsertAbsence, UpsertAide


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the database already holds, as far as a file refers to it."""

    people: frozenset[str]
    aides: frozenset[str]
    lines: frozenset[str]
    communes: Mapping[str, Commune]


class Commands(msgspec.Struct, kw_only=True):
    """What a file asks for, in the order in which it has to be done."""

    people: list[UpsertPerson] = []
    aides: list[UpsertAide] = []
    absences: list[UpsertAbsence] = []
    lines: list[UpsertLine] = []
    usual_aides: dict[str, dict[str, int]] = {}


def commune_codes(reading: Reading) -> set[str]:
    """Every commune code that the file names, to look them up in one statement."""
    return {
        line.values[field]
        for kind, field in (("people", "insee"), ("aides", "start_insee"))
        for line in reading.lines.get(kind, [])  # type: ignore[call-overload] # literal keys of a fixed table
        if line.values.get(field)
    }


def check(reading: Reading, known: Known) -> list[Refusal]:
    """Every defect that a cell alone does not show."""
    refusals = list(reading.refusals)
    for kind, lines in reading.lines.items():
        refusals += _duplicates(kind, lines)
    refusals += _spelled_otherwise(reading, known)
    people = known.people | _references(reading, "people")
    aides = known.aides | _references(reading, "aides")
    for line in reading.lines.get("people", []):
        refusals += _check_person(line, known, aides)
    for line in reading.lines.get("aides", []):
        refusals += _check_aide(line, known)
    for line in reading.lines.get("absences", []):
        refusals += _check_absence(line, aides)
    for line in reading.lines.get("care_plan_lines", []):
        refusals += _check_line(line, people, aides)
    return sorted(refusals, key=lambda item: (item.sheet, item.line))


def _references(reading: Reading, kind: Kind) -> frozenset[str]:
    return frozenset(
        line.values["reference"] for line in reading.lines.get(kind, []) if line.values.get("reference")
    )


def _duplicates(kind: Kind, lines: list[Line]) -> Iterator[Refusal]:
    first: dict[Any, int] = {}
    field, code = ("start", "duplicate_absence") if kind == "absences" else ("reference", "duplicate")
    for line in lines:
        key = line.values.get("reference")
        if kind == "absences":
            key = tuple(str(line.values.get(name)) for name in ("aide_reference", "start", "end"))
        if key is None:
            continue
        if key in first:
            yield line.refuse(field, code, line=first[key])
        else:
            first[key] = line.number


def _spelled_otherwise(reading: Reading, known: Known) -> Iterator[Refusal]:
    """Numbers that differ from another one by their capitals only: the same person twice."""
    kinds: tuple[tuple[Kind, frozenset[str]], ...] = (
        ("people", known.people),
        ("aides", known.aides),
        ("care_plan_lines", known.lines),
    )
    for kind, references in kinds:
        spelled = {reference.casefold(): reference for reference in references}
        for line in reading.lines.get(kind, []):
            reference = line.values.get("reference")
            if reference is None or reference in references:
                continue
            first = spelled.setdefault(reference.casefold(), reference)
            if first != reference:
                yield line.refuse("reference", "reference_case", reference=first)


def _check_commune(line: Line, known: Known, field: str) -> Iterator[Refusal]:
    code = line.values.get(field)
    if not code:
        return
    commune = known.communes.get(code)
    if commune is None:
        yield line.refuse(field, "insee_unknown")
    elif commune.centre is None and line.values.get(field.replace("insee", "latitude")) is None:
        yield line.refuse(field, "point_needed")
    elif line.values.get("postcode") and line.values["postcode"] not in commune.postcodes:
        yield line.refuse(
            "postcode", "postcode_elsewhere", commune=commune.name, postcodes=" ou ".join(commune.postcodes)
        )


def _check_point(line: Line, first: str, second: str) -> Iterator[Refusal]:
    read = first in line.values and second in line.values
    if read and (line.values[first] is None) != (line.values[second] is None):
        yield line.refuse(first if line.values[first] is None else second, "point_half")


def _check_aides(line: Line, field: str, aides: frozenset[str]) -> Iterator[Refusal]:
    for reference in line.values.get(field) or ():
        if reference not in aides:
            yield line.refuse(field, "aide_unknown", reference=reference)


def _check_person(line: Line, known: Known, aides: frozenset[str]) -> Iterator[Refusal]:
    yield from _check_commune(line, known, "insee")
    yield from _check_point(line, "latitude", "longitude")
    yield from _check_aides(line, "usual_aides", aides)


def _check_aide(line: Line, known: Known) -> Iterator[Refusal]:
    yield from _check_commune(line, known, "start_insee")
    yield from _check_point(line, "start_latitude", "start_longitude")
    yield from _check_point(line, "end_latitude", "end_longitude")
    if line.values.get("part_time") and (line.values.get("contract_minutes") or 0) >= FULL_TIME_MINUTES:
        yield line.refuse("part_time", "part_time_full")


def _check_absence(line: Line, aides: frozenset[str]) -> Iterator[Refusal]:
    values = line.values
    if values.get("aide_reference") and values["aide_reference"] not in aides:
        yield line.refuse("aide_reference", "aide_unknown", reference=values["aide_reference"])
    if values.get("start") and values.get("end"):
        start, end = moment_start(values["start"]), moment_end(values["end"])
        if end <= start:
            yield line.refuse("end", "period_order")
        elif end - start > LONGEST_ABSENCE:
            yield line.refuse("end", "absence_long")


def _check_line(line: Line, people: frozenset[str], aides: frozenset[str]) -> Iterator[Refusal]:
    values = line.values
    if values.get("person_reference") and values["person_reference"] not in people:
        yield line.refuse("person_reference", "person_unknown")
    yield from _check_aides(line, "wanted_aides", aides)
    yield from _check_aides(line, "refused_aides", aides)
    for reference in set(values.get("wanted_aides") or ()) & set(values.get("refused_aides") or ()):
        yield line.refuse("refused_aides", "wanted_and_refused", reference=reference)
    earliest, latest = values.get("earliest_start_minute"), values.get("latest_start_minute")
    if earliest is not None and latest is not None:
        preferred = values.get("preferred_start_minute")
        if latest < earliest:
            yield line.refuse("latest_start_minute", "window_order")
        elif preferred is not None and not earliest <= preferred <= latest:
            yield line.refuse("preferred_start_minute", "preferred_outside")
    if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
        yield line.refuse("ends_on", "period_order")


def build(reading: Reading, communes: Mapping[str, Commune]) -> Commands:
    """Commands of a file without defect; a missing point becomes the centre of its commune."""
    commands = Commands()
    for line in reading.lines.get("people", []):
        values = dict(line.values)
        usual = values.pop("usual_aides", None)
        if usual:
            commands.usual_aides[values["reference"]] = usual
        commands.people.append(UpsertPerson(**_with_point(values, communes)))
    for line in reading.lines.get("aides", []):
        commands.aides.append(_aide(dict(line.values), communes))
    for line in reading.lines.get("absences", []):
        commands.absences.append(
            UpsertAbsence(
                aide_reference=line.values["aide_reference"],
                starts_at=moment_start(line.values["start"]),
                ends_at=moment_end(line.values["end"]),
                kind=line.values["kind"],
            )
        )
    commands.lines = [UpsertLine(**line.values) for line in reading.lines.get("care_plan_lines", [])]
    return commands


def _centre(communes: Mapping[str, Commune], code: str) -> tuple[float, float]:
    centre = communes[code].centre
    if centre is None:
        raise ValueError(f"commune {code} has no centre: `check` refuses such a line")
    return centre.lat, centre.lon


def _with_point(values: dict[str, Any], communes: Mapping[str, Commune]) -> dict[str, Any]:
    if values.get("latitude") is not None:
        values.setdefault("geo_quality", "given")
        return values
    values["latitude"], values["longitude"] = _centre(communes, values["insee"])
    values["geo_quality"] = "commune"
    return values


def _aide(values: dict[str, Any], communes: Mapping[str, Commune]) -> UpsertAide:
    values["availabilities"] = sorted(
        stretch for rank in range(len(DAYS)) for stretch in values.pop(f"hours_{rank}", None) or ()
    )
    if values.get("part_time") is None:
        values["part_time"] = values["contract_minutes"] < FULL_TIME_MINUTES
    if values.get("start_latitude") is None:
        values["start_latitude"], values["start_longitude"] = _centre(communes, values["start_insee"])
    if values.get("end_latitude") is None:
        values["end_latitude"], values["end_longitude"] = values["start_latitude"], values["start_longitude"]
    return UpsertAide(**values)
