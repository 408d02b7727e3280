"""
Compile the kernels of the meal search, once for an installation.
"""

from __future__ import annotations

import functools

import numpy as np

from carecoord.planning.budget import Budget
from carecoord.planning.engine import meal_data as md
from carecoord.planning.engine.meal_data import Data
from carecoord.planning.engine.meal_moves import keep_best
from carecoord.planning.engine.meal_search import Search


@functools.cache
def warm() -> None:
    """
    Run every kernel on one delivery; in a moment where they are compiled already.

    Raises:
        AssertionError: the smallest problem was not solved, which is a bug.
    """
    search = Search(smallest(), Budget(seconds=None, iterations=3))
    found = search.run()
    # A choice among days that is better than the best plan is rare, and calls this from outside.
    keep_best(search.data, search.state)
    if len(found.days) != 1:
        raise AssertionError("the smallest meal problem was not solved")


def smallest() -> Data:
    """One delivery, one kitchen, one driver and one vehicle."""
    node = np.zeros((1, md.N_COLUMNS), dtype=np.int64)
    node[0, md.LATE], node[0, md.COLD], node[0, md.KITCHEN], node[0, md.USUAL] = 86_400, 1, 1, -1
    driver = np.full((1, md.D_COLUMNS), md.BIG, dtype=np.int64)
    for column in (md.FROM, md.MEAL_MIN, md.MEAL_OPENS, md.MEAL_CLOSES, md.PAID_WAIT, md.WORKED, md.REST):
        driver[0, column] = 0
    driver[0, md.LAST_END], driver[0, md.BREAK_MIN], driver[0, md.PAUSE] = -md.BIG, 1, 0
    driver[0, [md.TRIPS, md.SHIFTS]], driver[0, md.REST_WARNS] = 1, 0
    driver[0, md.START_NODE], driver[0, md.END_NODE] = 2, 3
    vehicle = np.full((1, md.V_COLUMNS), md.BIG, dtype=np.int64)
    vehicle[0, md.V_LOADING] = 0
    price = np.zeros(md.P_COLUMNS, dtype=np.int64)
    price[md.P_LEFT], price[md.P_WARN] = 1 << 40, 1 << 30
    return Data(
        time=np.zeros((4, 4), dtype=np.int32),
        arc=np.zeros((4, 4), dtype=np.int64),
        node=node,
        assign=np.zeros((1, 1), dtype=np.int64),
        driver=driver,
        shift=np.array([[[0, 86_400]]], dtype=np.int64),
        vehicle=vehicle,
        usable=np.ones((1, 1), dtype=np.int8),
        clash=np.ones((1, 1), dtype=np.int8),
        kitchen=np.array([[0, 86_400]], dtype=np.int64),
        price=price,
        near=np.zeros((1, 1), dtype=np.int64),
    )
