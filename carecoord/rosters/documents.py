"""
Problems and plans as they are kept with a run: documents of the planning codec, compressed; pure.
"""

from __future__ import annotations

import zlib

from carecoord.planning.codec import decode_problem, decode_solution, encode_problem, encode_solution
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Solution

LEVEL = 6


def pack_problem(problem: Problem) -> bytes:
    """A problem, compressed."""
    return zlib.compress(encode_problem(problem), LEVEL)


def unpack_problem(data: bytes) -> Problem:
    """
    The problem that was packed.

    Raises:
        Invalid: the document has defects; all are listed.
    """
    return decode_problem(zlib.decompress(data))


def pack_solution(solution: Solution) -> bytes:
    """A plan, compressed."""
    return zlib.compress(encode_solution(solution), LEVEL)


def unpack_solution(data: bytes) -> Solution:
    """
    The plan that was packed.

    Raises:
        Invalid: the document has defects; all are listed.
    """
    return decode_solution(zlib.decompress(data))
