"""
Every defect of a problem, each alone under its code, and all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from builders.planning import (
    at,
    days_from,
    history,
    matrix,
    option,
    places,
    problem,
    regime,
    visit,
    worker,
)

from carecoord.kernel.errors import Invalid
from carecoord.planning.codec import decode_problem, encode_problem
from carecoord.planning.problem import Interval, Option, Person, Pin, Place, Problem, Visit, Weights
from carecoord.planning.validate import validate

replace = msgspec.structs.replace


def _visits(*visits: Visit) -> Problem:
    return problem(visits=list(visits))


def _shifts(*pairs: tuple[str, str]) -> Problem:
    given = [Interval(start_s=at(start), end_s=at(end)) for start, end in pairs]
    return problem(workers=[worker(shifts=given)])


def _matrix(change: Callable[[list[list[int]]], object]) -> Problem:
    table = matrix()
    change(table.seconds)
    return problem(matrices=[table])


DEFECTS: dict[str, tuple[str, Problem]] = {
    "no day": ("horizon_length", problem(days=[])),
    "five weeks": ("horizon_length", problem(days=days_from(count=29))),
    "a gap between days": (
        "days_not_consecutive",
        problem(days=[*days_from(count=1), *days_from(date(2026, 11, 25), 1)]),
    ),
    "not from midnight": (
        "day_start",
        problem(days=[replace(days_from(count=1)[0], starts_s=60, ends_s=86_460)]),
    ),
    "a day of 22 hours": ("day_length", problem(days=[replace(days_from(count=1)[0], ends_s=79_200)])),
    "place twice": ("duplicate_id", problem(places=[*places(2), Place(id="p0")])),
    "worker twice": ("duplicate_id", problem(workers=[worker(), worker()])),
    "visit twice": ("duplicate_id", _visits(visit(), visit())),
    "person twice": ("duplicate_id", problem(persons=[Person(id="h1"), Person(id="h1")])),
    "regime twice": ("duplicate_id", problem(regimes=[regime(), regime()])),
    "identifier empty": ("id_empty", _visits(visit(" "))),
    "matrix too small": ("matrix_not_square", problem(matrices=[matrix(2)])),
    "row too short": ("matrix_not_square", _matrix(lambda table: table[1].pop())),
    "negative travel": ("negative", _matrix(lambda table: table[0].__setitem__(1, -1))),
    "travel on the spot": ("matrix_diagonal", _matrix(lambda table: table[0].__setitem__(0, 5))),
    "negative weight": ("negative", problem(weights=Weights(new_face_cents=-1))),
    "negative threshold": ("negative", problem(regimes=[replace(regime(), span_max_s=-1)])),
    "doubt about nothing": ("threshold_unknown", problem(regimes=[replace(regime(), doubtful=["moon"])])),
    "no window of Sundays": ("threshold_zero", problem(regimes=[replace(regime(), sunday_window=0)])),
    "fortnight from a Tuesday": (
        "anchor_not_monday",
        problem(regimes=[replace(regime(), fortnight_anchor=date(2026, 1, 6))]),
    ),
    "meal window inverted": (
        "window_inverted",
        problem(regimes=[replace(regime(), meal_window_end_min=600)]),
    ),
    "regime missing": ("regime_unknown", problem(workers=[worker(regime="FPT")])),
    "mode without matrix": ("mode_without_matrix", problem(workers=[worker(mode="bike")])),
    "start nowhere": ("place_unknown", problem(workers=[worker(start_place="moon")])),
    "end nowhere": ("place_unknown", problem(workers=[worker(end_place="moon")])),
    "negative contract": ("negative", problem(workers=[worker(contract_s=-1)])),
    "shift inverted": ("shift_inverted", _shifts(("10:00", "08:00"))),
    "shifts overlap": ("shifts_overlap", _shifts(("08:00", "12:00"), ("11:00", "14:00"))),
    "shift after the horizon": ("shift_outside", _shifts(("168:00", "170:00"))),
    "work of the past in the horizon": (
        "history_in_horizon",
        problem(workers=[worker(history=history(last_end_s=1))]),
    ),
    "past of twelve weeks": (
        "history_too_long",
        problem(workers=[worker(history=history(previous_weeks_work_s=[0] * 12))]),
    ),
    "negative past": ("negative", problem(workers=[worker(history=history(previous_weeks_work_s=[-1]))])),
    "no face at all": ("faces_max_low", problem(persons=[Person(id="h1", faces_max=0)])),
    "negative acquaintance": ("negative", problem(persons=[Person(id="h1", known={"w1": -1})])),
    "visit to nobody": ("person_unknown", problem(visits=[visit()], persons=[])),
    "visit nowhere": ("place_unknown", _visits(visit(place="moon"))),
    "visit of no time": ("duration_empty", _visits(visit(duration_s=0))),
    "three aides": ("team_size", _visits(visit(team_size=3))),
    "asks for nobody known": ("worker_unknown", _visits(visit(wanted=["w9"]))),
    "refuses nobody known": ("worker_unknown", _visits(visit(refused=["w9"]))),
    "no option": ("options_empty", _visits(visit(options=[]))),
    "window inverted": ("window_inverted", _visits(visit(options=[option(0, "10:00", "08:00")]))),
    "window of another day": (
        "window_outside_day",
        _visits(visit(options=[Option(day=0, earliest_s=at("08:00", 1), latest_s=at("09:00", 1))])),
    ),
    "day beyond the horizon": ("day_unknown", _visits(visit(options=[option(7)]))),
    "wish outside the window": ("preferred_outside", _visits(visit(options=[option(0, preferred="11:00")]))),
    "pinned to nobody known": ("worker_unknown", _visits(visit(pin=Pin(workers=["w9"])))),
    "pinned to too many": (
        "pin_too_many",
        problem(workers=[worker("w1"), worker("w2")], visits=[visit(pin=Pin(workers=["w1", "w2"]))]),
    ),
    "pinned beyond the horizon": ("day_unknown", _visits(visit(pin=Pin(day=7)))),
}


def test_the_builder_s_problem_has_no_defect() -> None:
    """What tests start from is valid."""
    assert validate(problem(visits=[visit()])) == []


@pytest.mark.parametrize("name", DEFECTS)
def test_defect_alone(name: str) -> None:
    """One thing wrong is found under its code."""
    code, given = DEFECTS[name]

    found = validate(given)

    assert code in {defect.code for defect in found}


def test_all_defects_are_listed_at_once_with_their_place() -> None:
    """Three things wrong in one problem are three defects, each with its path."""
    given = problem(
        workers=[worker(), worker("w2", regime="FPT")],
        visits=[visit(place="moon"), visit("v2", options=[option(0, "10:00", "08:00")])],
    )

    with pytest.raises(Invalid) as refused:
        decode_problem(encode_problem(given))

    assert [(defect.code, defect.where) for defect in refused.value.defects] == [
        ("regime_unknown", "workers[1].regime"),
        ("place_unknown", "visits[0].place"),
        ("window_inverted", "visits[1].options[0]"),
    ]


def test_clock_changes_are_days_like_others() -> None:
    """A week with a day of 23 hours, and one with a day of 25, are valid."""
    spring, autumn = days_from(date(2026, 3, 23)), days_from(date(2026, 10, 19))

    assert validate(problem(days=spring)) == []
    assert validate(problem(days=autumn)) == []
    assert spring[6].ends_s - spring[6].starts_s == 82_800
    assert autumn[6].ends_s - autumn[6].starts_s == 90_000
