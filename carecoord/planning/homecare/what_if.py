"""
A board under other facts: the same rounds, with a window, a shift, a contract or a pin changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.remedy import (
    Change,
    NewBudget,
    NewContract,
    NewOption,
    NewPin,
    NewSetting,
    NewShift,
    NewSkills,
    changed_problem,
)
from carecoord.planning.lookup import Lookup


def what_if(board: Board, changes: Sequence[Change]) -> Board:
    """
    Another board in the same state, under other facts; the first one stays as it is.

    Raises:
        KeyError: a change names a visit, an aide or a regime that the problem does not have.
    """
    if not changes:
        return board.copy()
    lookup = _lookup(board.lookup, changes)
    named = {item.worker for item in changes if isinstance(item, NewShift | NewContract | NewSkills)}
    settings = {item.regime for item in changes if isinstance(item, NewSetting)}
    named |= {worker.id for worker in lookup.problem.workers if worker.regime in settings}
    return board.under(lookup, named)


def _lookup(base: Lookup, changes: Sequence[Change]) -> Lookup:
    """Tables over the changed problem; what the changes do not touch is shared."""
    made = copy(base)
    made.problem = changed_problem(base.problem, changes)
    if any(isinstance(item, NewOption | NewPin) for item in changes):
        made.visits = {visit.id: visit for visit in made.problem.visits}
    if any(isinstance(item, NewShift | NewContract | NewSkills) for item in changes):
        made.workers = {worker.id: worker for worker in made.problem.workers}
    if any(isinstance(item, NewSetting) for item in changes):
        made.regimes = {regime.key: regime for regime in made.problem.regimes}
    if any(isinstance(item, NewBudget) for item in changes):
        made.__dict__.pop("references", None)
    return made
