"""
Compile every kernel, once for an installation: the first plan then starts at once.
"""

from __future__ import annotations

import functools
import shutil
import time

import numpy as np

from carecoord.planning.budget import Budget
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.bound import Allowance, Lagrange
from carecoord.planning.engine.compiled import cache_root
from carecoord.planning.engine.driver import Run
from carecoord.planning.engine.layout import Data
from carecoord.planning.engine.meal_warm import warm as warm_meals
from carecoord.planning.engine.plan import Stopped, stops_of
from carecoord.planning.engine.ride_warm import warm as warm_rides
from carecoord.planning.engine.start import adopt

KEPT_S = 30 * 86_400
"""Compiled code is kept for so long after its last use."""


@functools.cache
def warm() -> None:
    """
    Run every kernel on a problem of one visit; in a second where they are compiled already.

    Kernels of earlier versions of the engine are taken off the disk after a month without use.
    """
    data = smallest()
    run = Run(data, Budget(seconds=None, iterations=2))
    adopt(data, run.state, run.log, [Stopped(0, 0, 0, 36_000)])
    run.construct()
    run.search(0.5)
    run.recombine()
    run.search()
    run.polish()
    Lagrange(
        data,
        Allowance(tier=[0], left_out=[0]),
        whole_minutes=True,
        upper=int(run.best.total[lay.T_SOFT]),
        best=run.best,
    ).improve()
    if not stops_of(data, run.best):
        raise AssertionError("the smallest problem was not solved")
    _forget_old()


def warm_all() -> None:
    """Run every kernel of every service: for an installation, so that no first plan ever compiles."""
    warm()
    warm_meals()
    warm_rides()


def _forget_old() -> None:
    """Take compiled code off the disk that no version here has loaded or made for long."""
    before = time.time() - KEPT_S
    for folder in cache_root().glob("kernels-*"):
        used = [path.stat().st_atime for path in folder.rglob("*.nbi")] or [folder.stat().st_mtime]
        if max(used) < before:
            shutil.rmtree(folder, ignore_errors=True)


def smallest() -> Data:
    """One visit of an hour at ten, one aide, one day."""

    def ints(*shape: int) -> lay.Ints:
        return np.zeros(shape, dtype=np.int64)

    def small(*shape: int) -> lay.Small:
        return np.zeros(shape, dtype=np.int32)

    worker = np.full((1, lay.W_N), lay.BIG, dtype=np.int64)
    for column in (
        lay.W_MODE, lay.W_START, lay.W_END, lay.W_TARGET, lay.W_FAIR, lay.W_SPAN_FRAIL, lay.W_REST,
        lay.W_OVER_BORDER, lay.W_FORTNIGHT_POS, lay.W_MEAL, lay.W_DAY_MIN, lay.W_SUNDAY_WINDOW,
        lay.W_COMMUTE_WORK, lay.W_PAST_SPANS, lay.W_PAST_SPLIT_DAYS, lay.W_PAST_HOLIDAY,
        lay.W_C_TRAVEL, lay.W_C_KM, lay.W_C_COMMUTE, lay.W_C_WISH, lay.W_C_SPLIT, lay.W_C_WARN, lay.W_C_TOLD,
        lay.W_C_LACK, *range(lay.W_HOURS, lay.W_N),
    ):  # fmt: skip
        worker[0, column] = 0
    worker[0, lay.W_PAST_END] = -lay.BIG
    worker[0, lay.W_PAID_WAIT], worker[0, lay.W_SPLIT_MIN] = 900, 960
    visit = ints(1, lay.V_N)
    visit[0, lay.V_DURATION], visit[0, lay.V_TEAM], visit[0, lay.V_LAST] = 3_600, 1, 1
    visit[0, lay.V_TOLD] = 36_000
    visit[0, lay.V_LEX], visit[0, lay.V_PENALTY], visit[0, lay.V_CHOICES] = 1, lay.BIG, 1
    day = ints(1, lay.D_N)
    day[0, lay.D_END], day[0, lay.D_WEEK_END] = 86_400, 7 * 86_400
    person = ints(1, lay.P_N)
    person[0, lay.P_FACES] = lay.BIG
    return Data(
        option=np.array([[0, 0, 36_000, 36_000, 36_000, 36_000]], dtype=np.int64),
        visit=visit,
        worker=worker,
        day=day,
        person=person,
        price=ints(lay.C_N),
        road=small(1, 1, 1, 2),
        compat=np.ones((1, 1), dtype=np.int8),
        known=np.ones((1, 1), dtype=np.int8),
        order=small(1, 1),
        shift=np.array([[[1, 0, 86_400]]], dtype=np.int64),
        cap=np.full((1, 2, 1), lay.BIG, dtype=np.int64),
        past=np.zeros((1, lay.PAST_DAYS + lay.PAST_SUNDAYS), dtype=np.int8),
        past_month=ints(1, 1),
        near=np.full((1, 1), -1, dtype=np.int32),
        of_person=np.array([[0, -1]], dtype=np.int32),
        rival=np.full((1, 1), -1, dtype=np.int32),
    )
