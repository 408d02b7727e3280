"""
The word for a visit left out is true: it never says nobody where there is somebody.
"""

from __future__ import annotations

import pytest
from builders.planning import at, problem, solution, visit, worker

from carecoord.planning.homecare.explain import explain
from carecoord.planning.problem import Interval, Visit, Worker

ABSENT = [Interval(start_s=at("14:00"), end_s=at("18:00"))]


def word(item: Visit, *workers: Worker) -> str:
    """The cause of the only visit, in one word."""
    (left,) = explain(problem(workers=list(workers), visits=[item]), solution())
    return left.code


PAIR = visit(team_size=2, skills=["lifting"])
REFUSING = visit(team_size=2, skills=["lifting"], refused=["w2"])
ABLE, OTHER = worker("w1", skills=["lifting"]), worker("w2", skills=["lifting"])


@pytest.mark.parametrize(
    ("item", "workers", "expected"),
    [
        (PAIR, (worker("w1"), worker("w2")), "no_skilled_worker"),
        (PAIR, (ABLE, worker("w2")), "no_pair"),
        (REFUSING, (worker("w1"), OTHER), "all_refused"),
        (REFUSING, (ABLE, OTHER), "no_pair"),
        (PAIR, (worker("w1", skills=["lifting"], shifts=ABSENT), worker("w2")), "no_worker_available"),
        (PAIR, (ABLE, worker("w2", skills=["lifting"], shifts=ABSENT)), "no_pair"),
    ],
    ids=["none skilled", "one skilled", "all refused", "one refused", "none there", "one there"],
)
def test_a_pair_short_of_one_is_told_as_a_pair(
    item: Visit, workers: tuple[Worker, ...], expected: str
) -> None:
    """With one aide who would suit, a visit for two only lacks the second one."""
    assert word(item, *workers) == expected
