"""
A part of a territory as a problem of its own, and the legs that its plan travels.

A sector is cut before anything is planned; a border part is cut out of a plan: its aides bring
all their rounds, and what they share with others stays where it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import msgspec

from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import (
    Option,
    Person,
    Pin,
    Place,
    Problem,
    Stability,
    Visit,
    Worker,
)
from carecoord.planning.sectors import Part
from carecoord.planning.solution import Round, Solution, Stop


class Fixed(msgspec.Struct, frozen=True, kw_only=True):
    """
    What aides outside a part do there.

    Args:
        half: visits for two of which one aide is outside: visit -> the aide inside.
        busy: person -> stretches (s) in which somebody from outside is there.
        kept: visits whose start must stay, because others of the person may move elsewhere.
        faces: person -> how many distinct aides come from outside.
        disturbed: how many people the part may disturb; None is no limit.
    """

    half: dict[str, str] = {}
    busy: dict[str, list[tuple[int, int]]] = {}
    kept: frozenset[str] = frozenset()
    faces: dict[str, int] = {}
    disturbed: int | None = None


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """
    A territory by identifier: looked up once, cut many times.
    """

    problem: Problem
    visits: dict[str, Visit]
    workers: dict[str, Worker]
    persons: dict[str, Person]
    places: dict[str, int]


def whole_of(problem: Problem) -> Whole:
    """Look a problem up."""
    return Whole(
        problem=problem,
        visits={visit.id: visit for visit in problem.visits},
        workers={worker.id: worker for worker in problem.workers},
        persons={person.id: person for person in problem.persons},
        places={place.id: index for index, place in enumerate(problem.places)},
    )


def cut(
    whole: Whole, part: Part, *, fixed: Fixed | None = None, starts: dict[str, tuple[int, int]] | None = None
) -> Problem:
    """
    The problem of a part: its visits, aides, people and places alone; matrices as far as the whole has them.

    What the plan stays close to may name aides of other parts; nothing else points outside.

    Args:
        fixed: what stays, for a part cut out of a plan.
        starts: visit -> day and start in that plan.
    """
    fixed, starts = fixed or Fixed(), starts or {}
    names = set(part.workers)
    found = [
        cut_visit
        for name in part.visits
        if (cut_visit := _visit(whole.visits[name], names, fixed, starts)) is not None
    ]
    people = {visit.person for visit in found}
    workers = [whole.workers[name] for name in part.workers]
    used = {visit.place for visit in found}
    used |= {place for worker in workers for place in (worker.start_place, worker.end_place)}
    places = [place for place in whole.problem.places if place.id in used]
    regimes = {worker.regime for worker in workers}
    return msgspec.structs.replace(
        whole.problem,
        places=places,
        matrices=[_submatrix(matrix, whole, places) for matrix in whole.problem.matrices],
        regimes=[regime for regime in whole.problem.regimes if regime.key in regimes],
        workers=workers,
        persons=[_person(person, fixed) for person in whole.problem.persons if person.id in people],
        visits=found,
        stability=_stability(whole.problem, found, fixed),
    )


def _visit(visit: Visit, workers: set[str], fixed: Fixed, starts: dict[str, tuple[int, int]]) -> Visit | None:
    """A visit with only the aides of the part; None where what is fixed leaves it no place."""
    pin, size, options = visit.pin, visit.team_size, visit.options
    if visit.id in fixed.half:
        day, start_s = starts[visit.id]
        pin, size = Pin(workers=[fixed.half[visit.id]], start_s=start_s, day=day), 1
    elif visit.id in fixed.kept and visit.id in starts:
        day, start_s = starts[visit.id]
        pin = Pin(workers=None if pin is None else pin.workers, start_s=start_s, day=day)
    elif visit.person in fixed.busy:
        options = [
            free
            for option in options
            for free in clear_of(option, visit.duration_s, fixed.busy[visit.person])
        ]
    if not options:
        return None
    return msgspec.structs.replace(
        visit,
        team_size=size,
        pin=pin,
        options=options,
        wanted=[name for name in visit.wanted if name in workers],
        refused=[name for name in visit.refused if name in workers],
    )


def clear_of(option: Option, duration_s: int, busy: Iterable[tuple[int, int]]) -> list[Option]:
    """The parts of a window from which a visit meets none of the stretches given."""
    windows = [(option.earliest_s, option.latest_s)]
    for start_s, end_s in busy:
        windows = [
            piece
            for low, high in windows
            for piece in ((low, min(high, start_s - duration_s)), (max(low, end_s), high))
            if piece[0] <= piece[1]
        ]
    wish = option.preferred_s
    return [
        msgspec.structs.replace(
            option,
            earliest_s=low,
            latest_s=high,
            preferred_s=None if wish is None else min(max(wish, low), high),
        )
        for low, high in sorted(set(windows))
    ]


def _person(person: Person, fixed: Fixed) -> Person:
    outside = fixed.faces.get(person.id, 0)
    if not outside or person.faces_max is None:
        return person
    return msgspec.structs.replace(person, faces_max=max(1, person.faces_max - outside))


def _submatrix(matrix: Matrix, whole: Whole, places: list[Place]) -> Matrix:
    kept = [whole.places[place.id] for place in places]
    return msgspec.structs.replace(
        matrix,
        seconds=[[matrix.seconds[a][b] for b in kept] for a in kept],
        metres=[[matrix.metres[a][b] for b in kept] for a in kept],
        fallback_pairs=0,
    )


def _stability(problem: Problem, visits: list[Visit], fixed: Fixed) -> Stability | None:
    """
    What of the habits lies in the part, with its share of the disturbance budget.

    A visit whose aides of today are all elsewhere keeps them: whoever makes it here is somebody else.
    """
    if problem.stability is None:
        return None
    named = {visit.id for visit in visits}
    most = problem.stability.persons_max
    if most is not None:
        people = len({visit.person for visit in visits})
        share = most * people // max(1, len(problem.persons))
        most = share if fixed.disturbed is None else fixed.disturbed
    return msgspec.structs.replace(
        problem.stability,
        reference=[item for item in problem.stability.reference if item.visit in named],
        persons_max=most,
    )


class Leg(msgspec.Struct, frozen=True, array_like=True):
    """One way that a plan travels: from a place to a place, by one mode, in seconds and metres."""

    mode: str
    start: str
    end: str
    seconds: int
    metres: int


def legs_of(problem: Problem, rounds: Iterable[Round]) -> list[Leg]:
    """Every way that some rounds of a problem with matrices travel, commutes included, each once."""
    place = {item.id: index for index, item in enumerate(problem.places)}
    matrices = {matrix.mode: matrix for matrix in problem.matrices}
    workers = {worker.id: worker for worker in problem.workers}
    door = {visit.id: visit.place for visit in problem.visits}
    by_round: dict[tuple[str, int], list[Stop]] = defaultdict(list)
    for item in rounds:
        by_round[item.worker, item.day].extend(item.stops)
    found: dict[tuple[str, str, str], Leg] = {}
    for (name, _), stops in by_round.items():
        worker = workers[name]
        matrix = matrices[worker.mode]
        ordered = [door[stop.visit] for stop in sorted(stops, key=lambda s: (s.start_s, s.end_s))]
        way = [worker.start_place, *ordered, worker.end_place]
        for start, end in pairwise(way):
            a, b = place[start], place[end]
            leg = Leg(worker.mode, start, end, matrix.seconds[a][b], matrix.metres[a][b])
            found[worker.mode, start, end] = leg
    return list(found.values())


def with_legs(problem: Problem, legs: Iterable[Leg]) -> Problem:
    """
    The problem with matrices that hold only some legs: enough to judge and price a plan that travels these.

    Asking for any other way raises `KeyError`. Such a problem is neither solved nor written down.
    """
    place = {item.id: index for index, item in enumerate(problem.places)}
    modes = sorted({worker.mode for worker in problem.workers})
    seconds: dict[str, dict[int, dict[int, int]]] = {mode: {} for mode in modes}
    metres: dict[str, dict[int, dict[int, int]]] = {mode: {} for mode in modes}
    for leg in legs:
        a, b = place[leg.start], place[leg.end]
        seconds[leg.mode].setdefault(a, {})[b] = leg.seconds
        metres[leg.mode].setdefault(a, {})[b] = leg.metres
    return msgspec.structs.replace(
        problem,
        matrices=[
            Matrix(mode=mode, provider="legs", seconds=seconds[mode], metres=metres[mode])  # type: ignore[arg-type] # rows by index, as a list of lists is read
            for mode in modes
        ],
    )


def merged(solutions: Iterable[Solution]) -> Solution:
    """Plans of parts that share no aide, as one; not yet judged."""
    rounds: list[Round] = []
    left = []
    for solution in solutions:
        rounds += solution.rounds
        left += solution.unassigned
    return Solution(rounds=sorted(rounds, key=lambda r: (r.day, r.worker)), unassigned=left)
