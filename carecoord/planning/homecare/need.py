"""
What is asked for and what is offered: a need of one person, and places for it in a plan.
"""

from __future__ import annotations

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.problem import Person, Place, Problem, Visit
from carecoord.planning.solution import Round, Solution, Violation, WorkerCause

TOLERANCE_S = 900
"""A visit whose start moves by no more than this is not felt as moved (`Stability.hour_tolerance_s`)."""


class TravelRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Ways to and from a new place by one mode, in the order of `Problem.places`.

    Args:
        to_s, to_m: from each place to the new one.
        from_s, from_m: from the new place to each.
    """

    mode: str
    to_s: list[int]
    from_s: list[int]
    to_m: list[int]
    from_m: list[int]


class NewPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place that the problem does not have, with one row for each mode that an aide uses."""

    place: Place
    rows: list[TravelRow]


class Need(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Visits that one person needs, none of them in the plan yet.

    Args:
        person: known to the problem or not.
        visits: one visit, or the occurrences of a weekly pattern within the horizon.
        new_place: where they take place, when the problem does not have it.
        give_way_s: by how much visits of the plan may move to make room, either way.
    """

    person: Person
    visits: list[Visit]
    new_place: NewPlace | None = None
    give_way_s: int = TOLERANCE_S


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """
    One visit of an offer.

    Args:
        workers: one aide, or two who start together.
        travel_s, distance_m: what it adds between visits, both aides of a team counted.
    """

    visit: str
    day: int
    start_s: int
    workers: list[str]
    travel_s: int
    distance_m: int


class Retimed(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of the plan that starts at another time to make room."""

    visit: str
    person: str
    worker: str
    before_s: int
    after_s: int


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """
    An aide as the person knows her.

    Args:
        recent: recent visits; 0 for somebody new.
        in_plan: whether she comes to this person in the plan already.
        visits: how many of the offer she makes.
    """

    worker: str
    recent: int
    in_plan: bool
    visits: int


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """
    Work of one aide in one civil week with the offer.

    Args:
        week: index of the week in the horizon.
        max_s: the lowest ceiling that applies, if any.
        ceiling: name of the rule of that ceiling.
    """

    worker: str
    week: int
    before_s: int
    after_s: int
    contract_s: int
    max_s: int | None = None
    ceiling: str = ""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """
    A place for a need, tried by the checker.

    Args:
        occurrences: in order of time.
        missing: visits of the need that it cannot serve; empty but for lack of better.
        rounds: every round that changes, complete.
        travel_s, distance_m: added between visits.
        retimed: visits of the plan that give way.
        disturbed: people whose hour moves by more than the tolerance.
        warnings: working-time warnings that it adds; nothing that blocks is ever added.
        terms: name of the term -> cents that the need costs this way.
        cents: their sum.
        behind: term -> cents dearer (or cheaper) than the first offer, where they differ.
    """

    occurrences: list[Occurrence]
    missing: list[str] = []
    rounds: list[Round]
    travel_s: int
    distance_m: int
    retimed: list[Retimed]
    disturbed: int
    faces: list[Face]
    rooms: list[Room]
    warnings: list[Violation]
    terms: dict[str, int]
    cents: int
    behind: dict[str, int] = {}

    @property
    def workers(self) -> list[str]:
        """The aides, she who comes most often first."""
        return [face.worker for face in self.faces]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """
    What can be offered.

    Args:
        offers: best first.
        causes: when fewer than asked for, why each aide in none of them is in none.
        tried: placements judged by the checker.
        complete: whether every candidate was looked at; false when the search stopped at its limit.
    """

    offers: list[Offer]
    causes: list[WorkerCause] = []
    tried: int = 0
    complete: bool = True


def need_defects(problem: Problem, need: Need) -> list[Defect]:
    """Everything wrong with a need, given the problem."""
    visits = {visit.id for visit in problem.visits}
    places = {place.id for place in problem.places}
    if need.new_place is not None:
        places.add(need.new_place.place.id)
    found = []
    if not need.visits:
        found.append(Defect(code="need_empty", where="visits", why="names no visit"))
    for index, visit in enumerate(need.visits):
        where = f"visits[{index}]"
        if visit.id in visits:
            found.append(Defect(code="visit_exists", where=f"{where}.id", why="is in the plan already"))
        if visit.person != need.person.id:
            found.append(Defect(code="person_differs", where=f"{where}.person", why="is another person"))
        if visit.place not in places:
            found.append(Defect(code="place_unknown", where=f"{where}.place", why="is no place of the plan"))
        if visit.team_size not in (1, 2):
            found.append(Defect(code="team_size", where=f"{where}.team_size", why="is neither 1 nor 2"))
        if any(not 0 <= option.day < len(problem.days) for option in visit.options):
            found.append(Defect(code="day_unknown", where=f"{where}.options", why="lies outside the plan"))
    return found + _row_defects(problem, need)


def _row_defects(problem: Problem, need: Need) -> list[Defect]:
    if need.new_place is None:
        return []
    rows = {row.mode: row for row in need.new_place.rows}
    missing = sorted({worker.mode for worker in problem.workers} - rows.keys())
    short = [
        mode
        for mode, row in rows.items()
        if any(len(part) != len(problem.places) for part in (row.to_s, row.from_s, row.to_m, row.from_m))
    ]
    return [
        *(Defect(code="row_missing", where="new_place.rows", why=f"has none for {mode}") for mode in missing),
        *(Defect(code="row_length", where=f"new_place.rows.{m}", why="is not one a place") for m in short),
    ]


def with_need(problem: Problem, need: Need) -> Problem:
    """
    The problem with a need in it: its visits, its person and its place.

    Raises:
        Invalid: the need does not fit the problem; all defects are listed.
    """
    if defects := need_defects(problem, need):
        raise Invalid(defects)
    known = {person.id for person in problem.persons}
    replaced = [need.person if person.id == need.person.id else person for person in problem.persons]
    persons = replaced if need.person.id in known else [*replaced, need.person]
    problem = msgspec.structs.replace(problem, persons=persons, visits=[*problem.visits, *need.visits])
    return with_place(problem, need.new_place) if need.new_place is not None else problem


def with_place(problem: Problem, new: NewPlace) -> Problem:
    """The problem with one more place at the end of its places and matrices."""
    rows = {row.mode: row for row in new.rows}
    matrices = [
        msgspec.structs.replace(
            matrix,
            seconds=extended(matrix.seconds, rows[matrix.mode].to_s, rows[matrix.mode].from_s),
            metres=extended(matrix.metres, rows[matrix.mode].to_m, rows[matrix.mode].from_m),
        )
        if matrix.mode in rows
        else msgspec.structs.replace(
            matrix, seconds=extended(matrix.seconds, [], []), metres=extended(matrix.metres, [], [])
        )
        for matrix in problem.matrices
    ]
    return msgspec.structs.replace(problem, places=[*problem.places, new.place], matrices=matrices)


def extended(table: list[list[int]], column: list[int], row: list[int]) -> list[list[int]]:
    """A square table with one more column and row, zero on the diagonal; nothing given means zeros."""
    column = column or [0] * len(table)
    row = row or [0] * len(table)
    return [*([*line, column[index]] for index, line in enumerate(table)), [*row, 0]]


def apply_offer(problem: Problem, solution: Solution, need: Need, offer: Offer) -> tuple[Problem, Solution]:
    """
    The problem with the need in it, and the plan with an offer made.

    Causes and score of the plan are dropped, as they no longer hold.

    Raises:
        Invalid: the need does not fit the problem; all defects are listed.
    """
    rounds = {(item.worker, item.day): item for item in solution.rounds}
    rounds.update({(item.worker, item.day): item for item in offer.rounds})
    kept = [rounds[key] for key in sorted(rounds) if rounds[key].stops]
    after = msgspec.structs.replace(solution, rounds=kept, unassigned=[], score=None)
    return with_need(problem, need), after
