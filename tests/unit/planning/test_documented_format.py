"""
The page of the file format is true: its example can be planned, and it names every field.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from carecoord.planning.codec import decode_problem, decode_solution, encode_solution
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.naive import naive
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
    Reference,
    Robust,
    Stability,
    Visit,
    Worker,
)
from carecoord.planning.solution import Round, Score, Solution, Statistics, Stop, Unassigned, WorkerCause

PAGE = (Path(__file__).parents[3] / "docs" / "planning" / "problem-format.md").read_text(encoding="utf-8")
STRUCTS = (
    Problem, Day, Place, Matrix, Worker, Interval, History, Person, Visit, Option, Pin, Reference,
    Stability, Robust, Solution, Round, Stop, Unassigned, WorkerCause, Score, Statistics,
)  # fmt: skip


def test_the_example_can_be_planned_and_checked() -> None:
    """The one problem on the page decodes, serves its visit legally, and its plan can be written and read."""
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)

    problem = decode_problem(example.encode())
    plan = naive(problem)

    assert [stop.visit for item in plan.rounds for stop in item.stops] == ["v1"]
    assert check_homecare(problem, plan) == []
    assert decode_solution(encode_solution(plan)) == plan


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_every_field_is_on_the_page(struct: type[msgspec.Struct]) -> None:
    """Thresholds and weights apart, which have pages of their own, no field is left to be guessed."""
    assert [name for name in struct.__struct_fields__ if f"`{name}`" not in PAGE] == []
