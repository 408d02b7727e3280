"""
A board of some days with names and the roster that counts for each: what every view starts from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from uuid import UUID

from carecoord.beneficiaries.domain import Person
from carecoord.careplans.domain import VisitToPlan
from carecoord.rosters.boards import shown_by_day
from carecoord.rosters.domain import AideDays, Board, Pin, Roster, RosterStop, Unserved, days_of
from carecoord.territory.domain import Commune
from carecoord.web.views.names import aide_names, person_full, person_short
from carecoord.workforce.domain import Absence, Aide


class Plan:
    """
    Tables over one board.

    Args:
        board: of a day or of a week.
        communes: by INSEE code; one that is absent is left out of addresses.
    """

    def __init__(self, board: Board, communes: Mapping[str, Commune] | None = None) -> None:
        self.board = board
        self.communes = communes or {}
        self.days = days_of(board.first_day, board.day_count)
        self.aides: dict[UUID, Aide] = {aide.id: aide for aide in board.aides}
        self.names = aide_names(board.aides)
        self.totals: dict[UUID, AideDays] = {item.aide_id: item for item in board.totals}
        self.pins: dict[UUID, Pin] = {pin.visit_id: pin for pin in board.pins}

    @cached_property
    def rosters(self) -> dict[date, Roster]:
        """Day -> the roster that counts."""
        ranked = sorted(
            self.board.rosters, key=lambda item: item.published_at or item.created_at, reverse=True
        )
        return shown_by_day(self.days, ranked)

    @cached_property
    def rounds(self) -> dict[tuple[UUID, date], list[RosterStop]]:
        """Aide and day -> stops in order of time."""
        found: dict[tuple[UUID, date], list[RosterStop]] = defaultdict(list)
        for stop in self.board.stops:
            found[stop.aide_id, stop.on_date].append(stop)
        for stops in found.values():
            stops.sort(key=lambda stop: stop.starts_at)
        return dict(found)

    @cached_property
    def crews(self) -> dict[UUID, list[UUID]]:
        """Visit -> aides who make it, by seat."""
        found: dict[UUID, list[RosterStop]] = defaultdict(list)
        for stop in self.board.stops:
            found[stop.visit_id].append(stop)
        return {
            visit: [stop.aide_id for stop in sorted(stops, key=lambda stop: stop.seat)]
            for visit, stops in found.items()
        }

    @cached_property
    def absences(self) -> dict[UUID, list[Absence]]:
        """Aide -> absences that touch the days shown."""
        found: dict[UUID, list[Absence]] = defaultdict(list)
        for absence in self.board.absences:
            found[absence.aide_id].append(absence)
        return dict(found)

    def round(self, aide_id: UUID, day: date) -> list[RosterStop]:
        """The stops of one aide on one day."""
        return self.rounds.get((aide_id, day), [])

    def visit(self, visit_id: UUID) -> VisitToPlan:
        """A visit of the board."""
        return self.board.visits[visit_id]

    def person_of(self, visit_id: UUID) -> Person | None:
        """Whom a visit is made to."""
        visit = self.board.visits.get(visit_id)
        return None if visit is None else self.board.people.get(visit.person_id)

    def person_name(self, visit_id: UUID) -> str:
        """`Mme Berthier`."""
        return person_short(self.person_of(visit_id))

    def person_full_name(self, visit_id: UUID) -> str:
        """`Mme Odette Berthier`."""
        return person_full(self.person_of(visit_id))

    def address_of(self, visit_id: UUID) -> str:
        """`82 rue du Moulin, 91800 Brunoy`; empty for a person who is not known."""
        person = self.person_of(visit_id)
        if person is None:
            return ""
        commune = self.communes.get(person.insee)
        return f"{person.address}, {person.postcode} {commune.name if commune else ''}".strip()

    def unserved_on(self, day: date) -> list[Unserved]:
        """Visits left out that are listed under a day, the most urgent first."""
        order = {"vital": 0, "important": 1, "comfort": 2}
        found = [item for item in self.board.unserved if self.visit(item.visit_id).due_on == day]
        return sorted(found, key=lambda item: (order[self.visit(item.visit_id).tier], self._start(item)))

    def stops_on(self, day: date) -> list[RosterStop]:
        """Every stop of a day."""
        return [stop for stop in self.board.stops if stop.on_date == day]

    def _start(self, item: Unserved) -> int:
        return self.visit(item.visit_id).earliest_start_minute
