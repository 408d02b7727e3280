"""
Planning problems for tests: valid by default, one keyword to vary.

`problem()` alone is one week from Monday 23 November 2026, three places in a row five
minutes apart, one full-time aide under BAD 2941 free from 06:00 to 22:00, no visit.
Times are given as `"08:30"` on a day and turned into elapsed seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from carecoord.kernel.calendar import day_starts_s, is_public_holiday
from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import (
    Day,
    History,
    Interval,
    Option,
    Person,
    Pin,
    Place,
    Problem,
    Regime,
    Tier,
    Visit,
    Weights,
    Worker,
)
from carecoord.planning.rules.parameters import regime_for
from carecoord.planning.solution import Round, Solution, Stop

MONDAY = date(2026, 11, 23)
HOUR_S = 3600


def days_from(first: date = MONDAY, count: int = 7, *, holidays: Sequence[date] | None = None) -> list[Day]:
    """Consecutive civil days; French public holidays unless told which."""
    starts = day_starts_s(first, count)
    dates = [first + timedelta(days=k) for k in range(count)]
    return [
        Day(
            date=day,
            starts_s=starts[k],
            ends_s=starts[k + 1],
            holiday=is_public_holiday(day) if holidays is None else day in holidays,
        )
        for k, day in enumerate(dates)
    ]


def at(time: str, day: int = 0, *, days: Sequence[Day] | None = None) -> int:
    """
    Elapsed seconds of a wall-clock time on a day, `"24:00"` and more allowed.

    Without `days`, every day has 24 hours; with them, clock changes count (times after 03:00).
    """
    hours, minutes = (int(part) for part in time.split(":"))
    clock_s = hours * HOUR_S + minutes * 60
    if days is None:
        return day * 86_400 + clock_s
    item = days[day]
    return item.starts_s + clock_s + (item.ends_s - item.starts_s - 86_400)


def places(count: int = 3) -> list[Place]:
    """Places `p0`, `p1`, … in a row."""
    return [Place(id=f"p{k}", lat=48.0 + k / 100, lon=2.5) for k in range(count)]


def matrix(count: int = 3, *, step_s: int = 300, mode: str = "car") -> Matrix:
    """Travel along the row: `step_s` from one place to the next, 3 km each."""
    seconds = [[abs(a - b) * step_s for b in range(count)] for a in range(count)]
    metres = [[abs(a - b) * 3000 for b in range(count)] for a in range(count)]
    return Matrix(mode=mode, provider="test", seconds=seconds, metres=metres)


def flat_matrix(count: int, travel_s: int, *, mode: str = "car") -> Matrix:
    """The same travel between any two different places."""
    seconds = [[0 if a == b else travel_s for b in range(count)] for a in range(count)]
    metres = [[0 if a == b else travel_s * 10 for b in range(count)] for a in range(count)]
    return Matrix(mode=mode, provider="test", seconds=seconds, metres=metres)


def regime(key: str = "BAD_2941", *, on: date = MONDAY, **overrides: object) -> Regime:
    """A regime in force on a day, with an employer's own thresholds."""
    return regime_for(key, on, overrides or None)


def shifts(days: Sequence[Day], start: str = "06:00", end: str = "22:00") -> list[Interval]:
    """The same shift every day."""
    return [Interval(start_s=at(start, k, days=days), end_s=at(end, k, days=days)) for k in range(len(days))]


def worker(id: str = "w1", **changes: object) -> Worker:  # noqa: A002 - the struct's own field name
    """A full-time aide at `p0` under BAD 2941, by car, free all week from 06:00 to 22:00."""
    values: dict[str, object] = {
        "id": id,
        "regime": "BAD_2941",
        "contract_s": 35 * HOUR_S,
        "part_time": False,
        "start_place": "p0",
        "end_place": "p0",
        "shifts": shifts(days_from()),
    }
    return Worker(**{**values, **changes})  # type: ignore[arg-type]  # keyword by keyword above


def history(**changes: object) -> History:
    """A past; empty by default."""
    return msgspec.structs.replace(History(), **changes)


def option(
    day: int = 0, earliest: str = "08:00", latest: str = "10:00", preferred: str | None = None
) -> Option:
    """A window of starts on a 24-hour day."""
    return Option(
        day=day,
        earliest_s=at(earliest, day),
        latest_s=at(latest, day),
        preferred_s=None if preferred is None else at(preferred, day),
    )


def visit(id: str = "v1", **changes: object) -> Visit:  # noqa: A002 - the struct's own field name
    """An important hour at `p1` for `h1`, on Monday between 08:00 and 10:00."""
    tier: Tier = "important"
    values: dict[str, object] = {
        "id": id,
        "person": "h1",
        "place": "p1",
        "tier": tier,
        "duration_s": HOUR_S,
        "options": [option()],
    }
    return Visit(**{**values, **changes})  # type: ignore[arg-type]  # keyword by keyword above


def fixed_visit(
    id: str,  # noqa: A002 - the struct's own field name
    start_s: int,
    duration_s: int,
    *,
    days: Sequence[Day],
    **changes: object,
) -> Visit:
    """A visit whose window is one instant, on the civil day that holds it; its own person `h-id`."""
    day = max(k for k, item in enumerate(days) if item.starts_s <= start_s)
    window = Option(day=day, earliest_s=start_s, latest_s=start_s)
    return visit(id, **{"person": f"h-{id}", "duration_s": duration_s, "options": [window], **changes})


def pin(**changes: object) -> Pin:
    """What a coordinator fixed."""
    return msgspec.structs.replace(Pin(), **changes)


def problem(**changes: object) -> Problem:
    """
    A valid problem; persons named by visits are added, and a matrix for the places.

    Args:
        changes: fields of `Problem`, complete.
    """
    visits = list(changes.get("visits", ()))  # type: ignore[call-overload]  # a sequence of visits
    listed = list(changes.get("places", places()))  # type: ignore[call-overload]  # a sequence of places
    people = list(dict.fromkeys(["h1", *(item.person for item in visits)]))
    values: dict[str, object] = {
        "days": days_from(),
        "places": listed,
        "matrices": [matrix(len(listed))],
        "regimes": [regime()],
        "workers": [worker()],
        "persons": [Person(id=name) for name in people],
        "visits": visits,
        "weights": Weights(),
    }
    return Problem(**{**values, **changes})  # type: ignore[arg-type]  # keyword by keyword above


def stop(item: Visit, start_s: int) -> Stop:
    """A visit made at a start, for its own duration."""
    return Stop(visit=item.id, start_s=start_s, end_s=start_s + item.duration_s)


def round_of(worker_id: str, day: int, *stops: Stop) -> Round:
    """What one aide does on one day."""
    return Round(worker=worker_id, day=day, stops=list(stops))


def solution(*rounds: Round) -> Solution:
    """A plan."""
    return Solution(rounds=list(rounds))
