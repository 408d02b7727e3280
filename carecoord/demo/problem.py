"""
The demonstration week as planning problems, without any database: for benchmarks and tests.

The same structs, recurrence, working windows and assembly serve as in production.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person
from carecoord.careplans.domain import Intervention, LineFields, UpsertLine, VisitToPlan
from carecoord.careplans.recurrence import department_of, occurrences
from carecoord.demo.accounts import ACCOUNTS
from carecoord.demo.generate import DemoProvider
from carecoord.identity.domain import Organisation
from carecoord.kernel.ids import derived_id
from carecoord.rosters.assemble import PlanInput
from carecoord.rosters.domain import days_of
from carecoord.rosters.past import Continuity
from carecoord.workforce.availability import working_windows
from carecoord.workforce.domain import Absence, Aide


def plan_input(provider: DemoProvider, monday: date, *, day_count: int = 7) -> PlanInput:
    """
    What a provider's week is planned from.

    Args:
        monday: first day.
        day_count: 1 to 28 days.
    """
    organisation = _organisation(provider)
    space = organisation.id
    people = {item.reference: _person(space, item) for item in provider.people}
    aides = {item.reference: _aide(space, item) for item in provider.aides}
    days = days_of(monday, day_count)
    away = _absences(provider, aides)
    last = monday + timedelta(days=day_count - 1)
    return PlanInput(
        first_day=monday,
        day_count=day_count,
        organisation=organisation,
        visits=[
            visit
            for line in provider.lines
            for visit in _visits(
                _intervention(line, people, aides), people[line.person_reference], monday, last
            )
        ],
        people={person.id: person for person in people.values()},
        aides=list(aides.values()),
        windows={
            aide.id: working_windows(aide, [item for item in away if item.aide_id == aide.id], days)
            for aide in aides.values()
        },
        continuity=[
            Continuity(person_id=people[person].id, aide_id=aides[aide].id, visits=visits, share=0.0)
            for person, known in provider.known.items()
            for aide, visits in known.items()
        ],
    )


def _organisation(provider: DemoProvider) -> Organisation:
    account = next(item for item in ACCOUNTS if item.key == provider.sector.key)
    return Organisation(
        id=account.organisation_id,
        kind=account.kind,
        name=account.organisation,
        insee=account.insee,
        regime=account.regime,
    )


def _person(space: UUID, command: msgspec.Struct) -> Person:
    values = msgspec.structs.asdict(command)
    return Person(**values, id=derived_id(space, "person", values["reference"]), version=1)


def _aide(space: UUID, command: msgspec.Struct) -> Aide:
    values = msgspec.structs.asdict(command)
    return Aide(**values, id=derived_id(space, "aide", values["reference"]), version=1)


def _absences(provider: DemoProvider, aides: dict[str, Aide]) -> list[Absence]:
    return [
        Absence(
            id=derived_id(aides[item.aide_reference].id, "absence", rank),
            aide_id=aides[item.aide_reference].id,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            kind=item.kind,
        )
        for rank, item in enumerate(provider.absences)
    ]


def _intervention(line: UpsertLine, people: dict[str, Person], aides: dict[str, Aide]) -> Intervention:
    person = people[line.person_reference]
    identifier = derived_id(person.id, "line", line.reference)
    return Intervention(
        **{name: getattr(line, name) for name in LineFields.__struct_fields__},
        id=identifier,
        care_plan_id=identifier,
        person_id=person.id,
        plan_starts_on=line.starts_on,
        anchor_on=line.anchor_on or line.starts_on,
        wanted_aides=[aides[name].id for name in line.wanted_aides],
        refused_aides=[aides[name].id for name in line.refused_aides],
        version=1,
    )


def _visits(line: Intervention, person: Person, first: date, last: date) -> list[VisitToPlan]:
    return [
        VisitToPlan(
            **msgspec.structs.asdict(occurrence),
            id=derived_id(line.id, occurrence.nominal_on.isoformat()),
            intervention_id=line.id,
            person_id=line.person_id,
            status="planned",
            reference=line.reference,
            label=line.label,
            tier=line.tier,
            team_size=line.team_size,
            skills=line.skills,
            wanted_aides=line.wanted_aides,
            refused_aides=line.refused_aides,
            essential=line.essential,
        )
        for occurrence in occurrences(line, [], first, last, department_of(person.insee))
    ]
