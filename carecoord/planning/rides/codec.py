"""
JSON to problems and plans of rides and back, versioned.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.rides.problem import Problem
from carecoord.planning.rides.solution import Solution
from carecoord.planning.rides.validate import validate

T = TypeVar("T")


def decode_problem(data: bytes) -> Problem:
    """
    A problem from JSON.

    Raises:
        Invalid: a shape that does not fit, or every defect of `carecoord.planning.rides.validate`.
    """
    problem = _decode(data, Problem)
    if defects := validate(problem):
        raise Invalid(defects)
    return problem


def encode_problem(problem: Problem) -> bytes:
    """A problem as JSON; decoding gives an equal problem."""
    return msgspec.json.encode(problem)


def decode_solution(data: bytes) -> Solution:
    """
    A plan from JSON.

    Raises:
        Invalid: a shape that does not fit.
    """
    return _decode(data, Solution)


def encode_solution(solution: Solution) -> bytes:
    """A plan as JSON; decoding gives an equal plan."""
    return msgspec.json.encode(solution)


def _decode(data: bytes, wanted: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid([Defect(code="shape", where="$", why=str(error))]) from error
