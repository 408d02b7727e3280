"""
Border parts: a plan cut anew, so that what lay on the borders of its sectors lies inside a part.

The lines are turned against those of the sectors and run through where rounds really are. No
two parts share an aide, so all may be planned side by side. What two parts share otherwise
stays where it is: a visit for two with an aide of each, and visits of one person that might
meet.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import msgspec
import numpy as np

from carecoord.planning.parts import Fixed, Whole
from carecoord.planning.problem import Visit
from carecoord.planning.sectors import Part, bisected, plane
from carecoord.planning.solution import Round, Solution, Stop

TURN = math.pi / 4
"""Border parts are cut at this angle to the sectors."""

BORDER_HEAT = 1 / 6
"""Border parts begin with a good plan: a full heat would undo it first."""

NEAR_AIDES = 3
"""A visit left out goes to the part of most of so many nearest able aides."""


class Border(msgspec.Struct, frozen=True, kw_only=True):
    """
    A part of a plan to be planned again.

    Args:
        fixed: what stays.
        starts: visit -> day and start in the plan.
        start: the rounds of its aides.
    """

    part: Part
    fixed: Fixed
    starts: dict[str, tuple[int, int]]
    start: Solution


class Made(msgspec.Struct, frozen=True):
    """One stop, with its aide and day."""

    worker: str
    day: int
    stop: Stop


class _View(msgspec.Struct, frozen=True, kw_only=True):
    """
    A plan looked up for cutting.

    Args:
        made: visit -> its stops.
        label: aide -> part.
        home: visit -> the one part it lies in; none for a visit shared by two.
        of_person: person -> visits.
    """

    whole: Whole
    made: dict[str, list[Made]]
    label: dict[str, int]
    home: dict[str, int]
    of_person: dict[str, list[str]]


def borders(
    whole: Whole, solution: Solution, count: int, *, turn: float = TURN, spare: int | None = None
) -> list[Border]:
    """
    A plan cut anew into about so many parts with other borders; none without aides or visits.

    Args:
        solution: names only aides and visits of the territory.
        spare: how many people the new plan may disturb more than this one; None is no limit.
    """
    made = made_of(solution)
    label = _labels(whole, solution, count, turn)
    view = _View(
        whole=whole, made=made, label=label, home=_homes(whole, made, label), of_person=_by_person(whole)
    )
    inside: list[list[str]] = [[] for _ in range(count)]
    for visit in whole.problem.visits:
        parts = {label[item.worker] for item in made.get(visit.id, [])} or {view.home[visit.id]}
        for part in parts:
            inside[part].append(visit.id)
    share = None if spare is None else spare // count
    found = []
    for index in range(count):
        workers = [worker.id for worker in whole.problem.workers if label[worker.id] == index]
        if workers and inside[index]:
            found.append(_border(view, Part(index=index, visits=inside[index], workers=workers), share))
    return found


def made_of(solution: Solution) -> dict[str, list[Made]]:
    """Visit -> its stops."""
    made: dict[str, list[Made]] = defaultdict(list)
    for item in solution.rounds:
        for stop in item.stops:
            made[stop.visit].append(Made(item.worker, item.day, stop))
    return made


def _labels(whole: Whole, solution: Solution, count: int, turn: float) -> dict[str, int]:
    """Aide -> part, by the middle of the aide's rounds; those without one, by their home."""
    where = plane(whole.problem.places)
    doors: dict[str, list[int]] = defaultdict(list)
    for item in solution.rounds:
        doors[item.worker] += [whole.places[whole.visits[stop.visit].place] for stop in item.stops]
    points, weights = [], []
    for worker in whole.problem.workers:
        here = doors[worker.id]
        points.append(where[here].mean(axis=0) if here else where[whole.places[worker.start_place]])
        weights.append(len(here) + 0.2)
    label = bisected(np.array(points).reshape(-1, 2), np.array(weights), count, turn=turn)
    return {worker.id: int(part) for worker, part in zip(whole.problem.workers, label, strict=True)}


def _homes(whole: Whole, made: dict[str, list[Made]], label: dict[str, int]) -> dict[str, int]:
    """
    Visit -> the part that has it alone.

    One left out goes where the nearest able aides are, and those of one person stay together.
    """
    where = plane(whole.problem.places)
    doors = where[[whole.places[worker.start_place] for worker in whole.problem.workers]]
    found: dict[str, int] = {}
    chosen: dict[str, int] = {}
    for visit in whole.problem.visits:
        parts = {label[item.worker] for item in made.get(visit.id, [])}
        if len(parts) == 1:
            found[visit.id] = parts.pop()
        elif not parts:
            if visit.person not in chosen:
                far = ((doors - where[whole.places[visit.place]]) ** 2).sum(axis=1)
                able = [n for n in _able(whole, visit, np.argsort(far, kind="stable").tolist()) if n in label]
                votes = Counter(label[name] for name in able)
                chosen[visit.person] = min(votes, key=lambda part: (-votes[part], part)) if votes else 0
            found[visit.id] = chosen[visit.person]
    return found


def _able(whole: Whole, visit: Visit, order: list[int]) -> list[str]:
    """The nearest aides who may make a visit; those that a pin names, where there is one."""
    if visit.pin is not None and visit.pin.workers:
        return visit.pin.workers
    needed, found = set(visit.skills), []
    for index in order:
        worker = whole.problem.workers[index]
        if needed <= set(worker.skills) and worker.id not in visit.refused:
            found.append(worker.id)
            if len(found) == NEAR_AIDES:
                break
    return found


def _by_person(whole: Whole) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for visit in whole.problem.visits:
        found[visit.person].append(visit.id)
    return found


def _border(view: _View, part: Part, share: int | None) -> Border:
    """One part with what stays around it."""
    workers = set(part.workers)
    rounds: dict[tuple[str, int], list[Stop]] = defaultdict(list)
    starts: dict[str, tuple[int, int]] = {}
    for name in part.visits:
        for item in view.made.get(name, []):
            if item.worker in workers:
                starts[name] = (_option_day(view.whole.visits[name], item), item.stop.start_s)
                rounds[item.worker, item.day].append(item.stop)
    return Border(
        part=part,
        fixed=_fixed(view, part, workers, share),
        starts=starts,
        start=plan_of_rounds(rounds),
    )


def _option_day(visit: Visit, item: Made) -> int:
    """The day of the option that a stop uses, which a pin names."""
    for option in visit.options:
        if option.earliest_s <= item.stop.start_s <= option.latest_s:
            return option.day
    return item.day


def _fixed(view: _View, part: Part, workers: set[str], share: int | None) -> Fixed:
    half: dict[str, str] = {}
    busy: dict[str, list[tuple[int, int]]] = {}
    kept: set[str] = set()
    faces: dict[str, int] = {}
    for name in part.visits:
        crew = [item.worker for item in view.made.get(name, [])]
        if any(aide not in workers for aide in crew):
            half[name] = next(aide for aide in crew if aide in workers)
    for person in sorted({view.whole.visits[name].person for name in part.visits}):
        outside = [n for n in view.of_person[person] if view.home.get(n) != part.index]
        if not outside:
            continue
        others = [item for n in outside for item in view.made.get(n, [])]
        busy[person] = sorted({(item.stop.start_s, item.stop.end_s) for item in others})
        faces[person] = len({item.worker for item in others} - workers)
        inside = [n for n in view.of_person[person] if view.home.get(n) == part.index]
        kept |= {n for n in inside if any(_may_meet(view.whole, n, other) for other in outside)}
    return Fixed(
        half=half,
        busy=busy,
        kept=frozenset(kept),
        faces=faces,
        disturbed=None if share is None else share + _disturbed(view, part),
    )


def _may_meet(whole: Whole, one: str, other: str) -> bool:
    """Whether two visits of a person could go on at the same time."""
    a, b = whole.visits[one], whole.visits[other]
    return any(
        x.earliest_s < y.latest_s + b.duration_s and y.earliest_s < x.latest_s + a.duration_s
        for x in a.options
        for y in b.options
    )


def _disturbed(view: _View, part: Part) -> int:
    """People of a part whose aide or hour the plan changes already."""
    stability = view.whole.problem.stability
    if stability is None:
        return 0
    today = {item.visit: item for item in stability.reference}
    found = set()
    for name in part.visits:
        for item in view.made.get(name, []):
            habit = today.get(name)
            if habit is not None and (
                item.worker not in habit.workers
                or abs(item.stop.start_s - habit.start_s) > stability.hour_tolerance_s
            ):
                found.add(view.whole.visits[name].person)
    return len(found)


def plan_of_rounds(rounds: dict[tuple[str, int], list[Stop]]) -> Solution:
    """A plan of rounds given by aide and day."""
    return Solution(
        rounds=[
            Round(worker=worker, day=day, stops=sorted(stops, key=lambda stop: stop.start_s))
            for (worker, day), stops in sorted(rounds.items(), key=lambda item: item[0][::-1])
        ]
    )
