"""
Why nobody drives a ride, and when somebody could: each cause and each hour is tried before it is told.

A rule is the cause for a volunteer when lifting it, and it alone, makes a legal place in his tour.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence

import msgspec

from carecoord.planning.rides.board import Board, Relaxed, Timed
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.insert import Answer, answer_of, best_spot
from carecoord.planning.rides.problem import Request
from carecoord.planning.rides.solution import LeftOut, VolunteerCause

LONGER_S = 7200
"""How much longer a volunteer is tried for at both ends of the availability."""

WIDER_S = 4 * 3600
"""How far the hours of a ride are tried for, to tell that a volunteer is taken at that time."""

STEP_S = 900
FARTHEST_STEPS = 12
"""Other hours are tried by quarters of an hour, three hours either way."""

LIFTED: tuple[tuple[str, Relaxed], ...] = (
    ("apart", Relaxed(frozenset({"apart"}))),
    ("seats", Relaxed(frozenset({"seats"}))),
    ("ride_time", Relaxed(frozenset({"ride_time"}))),
    ("volunteer_limit", Relaxed(frozenset({"volunteer_limit"}))),
    ("availability", Relaxed(frozenset({"availability"}), LONGER_S)),
)
"""Rules that are tried alone, in this order."""


ELSEWHERE = Relaxed(frozenset({"person_busy"}))
"""A place, were it not for another ride of the same person."""


class OtherHour(msgspec.Struct, frozen=True, kw_only=True):
    """
    A place found for the same rides at another hour.

    Args:
        shift_s: added to every hour asked for, both ways alike.
    """

    shift_s: int
    answer: Answer


def left_out(board: Board, request: str) -> LeftOut:
    """The cause that a ride is not driven, for all and for each volunteer who could be asked."""
    ground = board.ground
    unit = [name for name in unit_of(ground, request) if name not in board.duty_of]
    if any(ground.direct_s(name) > ground.ways[name].ride_max_s for name in unit):
        return LeftOut(request=request, code="ride_impossible")
    if any(not ground.windows(name) for name in unit):
        return LeftOut(request=request, code="person_busy" if _is_busy(ground, unit) else "window")
    if not has_place(board, request) and best_spot(board, unit, relaxed=ELSEWHERE) is not None:
        return LeftOut(request=request, code="person_busy")
    causes = [
        cause
        for volunteer in ground.problem.volunteers
        if (cause := _volunteer_cause(board, unit, volunteer.id)) is not None
    ]
    counted = Counter(cause.code for cause in causes if cause.code != "several")
    if causes and not counted:
        return LeftOut(request=request, code="several", causes=causes)
    code = max(sorted(counted), key=lambda name: counted[name]) if counted else "no_volunteer"
    return LeftOut(request=request, code=code, causes=causes)


def has_place(board: Board, request: str) -> bool:
    """Whether no rule is in the way: somebody can drive the ride as the plan stands."""
    unit = [name for name in unit_of(board.ground, request) if name not in board.duty_of]
    return best_spot(board, unit) is not None


def unit_of(ground: Ground, request: str) -> list[str]:
    """A ride with those it is bound to."""
    found, queue = {request}, [request]
    while queue:
        new = ground.mates.get(queue.pop(), set()) - found
        found |= new
        queue += sorted(new)
    return sorted(found, key=lambda name: (ground.requests[name].pick_early_s, name))


def other_hours(
    board: Board, requests: Sequence[str], count: int = 3, *, earliest_s: int = 0
) -> list[OtherHour]:
    """
    Hours near those asked for at which all of these rides have a legal place, nearest first.

    Args:
        earliest_s: nothing begins before, as now when the day is today.
    """
    found: list[OtherHour] = []
    for step in range(1, FARTHEST_STEPS + 1):
        for shift_s in (-step * STEP_S, step * STEP_S):
            moved = [shifted(board.ground.requests[name], shift_s) for name in requests]
            if any(item.pick_late_s < earliest_s for item in moved):
                continue
            trial = changed(board, moved)
            spot = best_spot(trial, list(requests))
            if spot is not None:
                found.append(OtherHour(shift_s=shift_s, answer=answer_of(trial, spot, requests)))
                if len(found) == count:
                    return found
    return found


def shifted(item: Request, shift_s: int, wider_s: int = 0) -> Request:
    """The same ride so much later, whatever was told about its hour."""
    return msgspec.structs.replace(
        item,
        pick_early_s=item.pick_early_s + shift_s - wider_s,
        pick_late_s=item.pick_late_s + shift_s + wider_s,
        drop_early_s=item.drop_early_s + shift_s - wider_s,
        drop_late_s=item.drop_late_s + shift_s + wider_s,
        promise_s=None,
    )


def changed(board: Board, items: Sequence[Request]) -> Board:
    """The same plan where rides that are not in it are asked for otherwise."""
    other = copy.copy(board)
    other.ground = board.ground.with_requests(items)
    other.tours, other.duty_of = dict(board.tours), dict(board.duty_of)
    other.chosen = dict(board.chosen)
    return other


def _is_busy(ground: Ground, unit: list[str]) -> bool:
    """Whether it is what the person does elsewhere that leaves no time."""
    free = ground.with_requests([])
    free.busy = {}
    return any(not ground.windows(name) and free.windows(name) for name in unit)


def _volunteer_cause(board: Board, unit: list[str], volunteer: str) -> VolunteerCause | None:
    """The rule in the way of one volunteer; None for one who drives no ride of this kind that day."""
    ground = board.ground
    requests = [ground.requests[name] for name in unit]
    shuttle = requests[0].shuttle
    duties = [duty for duty in ground.duties_of[volunteer] if ground.duties[duty].shuttle == shuttle]
    if not duties:
        return None
    for rule, is_in_the_way in (
        ("refused", any(volunteer in item.refused for item in requests)),
        ("pin", any(item.pin not in (None, volunteer) for item in requests)),
    ):
        if is_in_the_way:
            return VolunteerCause(volunteer=volunteer, code=rule)
    for rule, relaxed in LIFTED:
        spot = best_spot(board, unit, duties, relaxed)
        if spot is not None:
            return VolunteerCause(volunteer=volunteer, code=rule, args=_amount(board, rule, unit, spot.tours))
    moved = changed(board, [shifted(item, 0, WIDER_S) for item in requests])
    spot = best_spot(moved, unit, duties)
    if spot is not None:
        picked = answer_of(moved, spot, unit).pickups[unit[0]]
        return VolunteerCause(volunteer=volunteer, code="window", args={"pickup_s": picked})
    return VolunteerCause(volunteer=volunteer, code="several")


def _amount(board: Board, rule: str, unit: list[str], tours: dict[str, Timed]) -> dict[str, int]:
    """Figures for the sentence: by how much the rule would be broken."""
    ground = board.ground
    duty, timed = next(iter(tours.items()))
    run = ground.duties[duty]
    at = timed.at
    if rule == "availability":
        return {"over_s": max(run.start_s - at[0], 0) + max(at[-1] - run.end_s, 0)}
    if rule == "volunteer_limit":
        named = [item for item in ground.duties_of[run.volunteer] if item != duty and item in board.tours]
        others = [board.tours[item] for item in named]
        used_s = sum(item.duration_s for item in others) + at[-1] - at[0]
        used_m = sum(item.distance_m for item in others) + timed.distance_m
        who = ground.volunteers[run.volunteer]
        return {"over_s": max(0, used_s - who.day_max_s), "over_m": max(0, used_m - who.distance_max_m)}
    if rule == "seats":
        return {"wheelchairs": sum(ground.ways[name].wheelchairs for name in unit)}
    return {}
