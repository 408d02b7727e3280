"""
Meal problem -> tables of the compiled search.
"""

from __future__ import annotations

import numpy as np

from carecoord.planning.engine import meal_data as md
from carecoord.planning.engine.meal_data import BIG, Data, Ints
from carecoord.planning.engine.strings import neighbours
from carecoord.planning.meals.facts import Facts, meet
from carecoord.planning.meals.problem import Delivery, Driver, Problem, Vehicle
from carecoord.planning.meals.score import PER_HOUR, PER_KM, PER_MINUTE, UNIT, change_cents
from carecoord.planning.meals.timing import earliest_s, pause_of, window_of

LEFT_CENTS, WARN_CENTS = 1_000_000_000, 1_000_000
"""Prices that keep the order of aims: no day of rounds costs as much as one warning."""


def build(facts: Facts) -> Data:
    """The tables of a valid problem."""
    problem = facts.problem
    time, arc = _ways(facts)
    return Data(
        time=time,
        arc=arc,
        node=_nodes(facts),
        assign=_assign(facts),
        driver=_table(md.D_COLUMNS, [_driver(facts, k, d) for k, d in enumerate(problem.drivers)]),
        shift=_shifts(problem),
        vehicle=_table(md.V_COLUMNS, [_vehicle(facts, v) for v in problem.vehicles]),
        usable=np.array(
            [[v.id in d.vehicles for v in problem.vehicles] for d in problem.drivers], dtype=np.int8
        ).reshape(len(problem.drivers), len(problem.vehicles)),
        clash=np.array([[meet(a, b) for b in problem.drivers] for a in problem.drivers], dtype=np.int8),
        kitchen=_table(2, [[k.opens_s, k.closes_s] for k in problem.kitchens]),
        price=_prices(problem),
        near=_near(facts, arc),
    )


def _table(columns: int, rows: list[list[int]]) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), columns)


def _ways(facts: Facts) -> tuple[np.ndarray, Ints]:
    """Seconds and costs between nodes: deliveries, kitchens, starts and ends of drivers."""
    problem = facts.problem
    places = [facts.place[item.place] for item in problem.deliveries]
    places += [facts.place[item.place] for item in problem.kitchens]
    places += [facts.place[d.start] for d in problem.drivers] + [facts.place[d.end] for d in problem.drivers]
    pick = np.ix_(places, places)
    time = np.array(facts.seconds, dtype=np.int64)[pick]
    metres = np.array(facts.metres, dtype=np.int64)[pick]
    prices = problem.prices
    arc = time * (prices.travel_h * PER_HOUR) + metres * (prices.distance_km * PER_KM)
    index = {item.id: k for k, item in enumerate(problem.deliveries)}
    for k, item in enumerate(problem.deliveries):
        before = None if item.usual_before is None else index.get(item.usual_before)
        if before is not None:
            arc[:, k] += prices.order_change * UNIT
            arc[before, k] -= prices.order_change * UNIT
    return time.astype(np.int32), arc


def _nodes(facts: Facts) -> Ints:
    kitchens = {item.id: len(facts.problem.deliveries) + k for k, item in enumerate(facts.problem.kitchens)}
    rows = []
    for item in facts.problem.deliveries:
        row = [0] * md.N_COLUMNS
        row[md.EARLY], row[md.LATE] = window_of(facts, item)
        row[md.SERVICE], row[md.COLD], row[md.HOT] = item.service_s, item.cold, item.hot
        row[md.RELEASE], row[md.KITCHEN] = item.release_s, kitchens[item.kitchen]
        row[md.USUAL] = -1 if item.usual_s is None else item.usual_s
        rows.append(row)
    return _table(md.N_COLUMNS, rows)


def _assign(facts: Facts) -> Ints:
    rows = [
        [_coming(facts, item, driver) for driver in facts.problem.drivers]
        for item in facts.problem.deliveries
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(facts.problem.drivers))


def _coming(facts: Facts, delivery: Delivery, driver: Driver) -> int:
    pin = facts.pin.get(delivery.id)
    settled = pin is not None and pin.start_s is not None
    if delivery.closed and not settled:
        return -1
    if driver.id in delivery.refused or (pin is not None and pin.driver != driver.id):
        return -1
    return change_cents(facts, delivery, driver.id) * UNIT


def _driver(facts: Facts, number: int, driver: Driver) -> list[int]:
    regime = facts.regime_of(driver)
    n, k = len(facts.problem.deliveries), len(facts.problem.kitchens)
    row = [BIG] * md.D_COLUMNS
    row[md.FROM] = earliest_s(facts, driver)
    row[md.LAST_END] = -BIG if driver.last_end_s is None else driver.last_end_s
    _limit(row, "daily_work_max_s" in regime.doubtful, regime.daily_work_max_s, (md.WORK_BLOCK, md.WORK_WARN))
    if regime.weekly_work_max_s is not None:
        week = regime.weekly_work_max_s - driver.week_work_s
        doubtful = "weekly_work_max_s" in regime.doubtful
        place = md.WEEK_WARN if doubtful else md.WORK_BLOCK
        row[place] = min(row[place], week)
    _span(facts, driver, row)
    row[md.REST] = regime.daily_rest_min_s if regime.daily_rest_min_s is not None else -BIG
    row[md.REST_WARNS] = int("daily_rest_min_s" in regime.doubtful)
    row[md.BREAK_AFTER] = BIG if regime.break_after_s is None else regime.break_after_s
    row[md.BREAK_MIN] = regime.break_min_s or 1
    row[md.MEAL_MIN] = -BIG if regime.meal_min_s is None else regime.meal_min_s
    row[md.MEAL_OPENS] = regime.meal_window_start_min * 60
    row[md.MEAL_CLOSES] = regime.meal_window_end_min * 60
    row[md.PAID_WAIT] = regime.paid_wait_max_s
    row[md.PLANNED] = BIG if driver.planned_s is None else driver.planned_s
    row[md.SHARE] = facts.share[driver.id]
    row[md.TRIPS] = driver.trips_max if driver.shifts and driver.vehicles else 0
    row[md.WORKED] = driver.worked_s
    row[md.SINCE] = BIG if driver.since_s is None else driver.since_s
    row[md.PAUSE] = pause_of(facts, driver)
    row[md.START_NODE] = n + k + number
    row[md.END_NODE] = n + k + len(facts.problem.drivers) + number
    row[md.SHIFTS] = len(driver.shifts)
    return row


def _span(facts: Facts, driver: Driver, row: list[int]) -> None:
    regime = facts.regime_of(driver)
    top = regime.span_exceptional_max_s
    if top is not None:
        _limit(row, "span_exceptional_max_s" in regime.doubtful, top, (md.SPAN_BLOCK, md.SPAN_WARN))
        if regime.span_max_s is not None:
            row[md.SPAN_WARN] = min(row[md.SPAN_WARN], regime.span_max_s)
        return
    _limit(row, "span_max_s" in regime.doubtful, regime.span_max_s, (md.SPAN_BLOCK, md.SPAN_WARN))


def _limit(row: list[int], doubtful: bool, limit: int | None, places: tuple[int, int]) -> None:
    if limit is not None:
        row[places[1 if doubtful else 0]] = limit


def _shifts(problem: Problem) -> Ints:
    most = max((len(d.shifts) for d in problem.drivers), default=0)
    found = np.zeros((len(problem.drivers), max(1, most), 2), dtype=np.int64)
    for k, driver in enumerate(problem.drivers):
        for s, shift in enumerate(driver.shifts):
            found[k, s] = shift.start_s, shift.end_s
    return found


def _vehicle(facts: Facts, vehicle: Vehicle) -> list[int]:
    row = [BIG] * md.V_COLUMNS
    row[md.V_COLD], row[md.V_HOT], row[md.V_LOADING] = vehicle.cold, vehicle.hot, vehicle.loading_s
    for chain, kept, places in (
        ("cold", vehicle.keeps_cold, (md.COLD_BLOCK, md.COLD_WARN)),
        ("hot", vehicle.keeps_hot, (md.HOT_BLOCK, md.HOT_WARN)),
    ):
        limit = facts.limits.get(chain)
        if limit is not None and not kept:
            row[places[1 if limit.doubtful else 0]] = limit.limit_s
    return row


def _prices(problem: Problem) -> Ints:
    prices, row = problem.prices, np.zeros(md.P_COLUMNS, dtype=np.int64)
    row[md.P_LEFT], row[md.P_WARN] = LEFT_CENTS * UNIT, WARN_CENTS * UNIT
    row[md.P_WAIT] = prices.wait_h * PER_HOUR
    row[md.P_HOUR], row[md.P_TOLERANCE] = prices.hour_change_min * PER_MINUTE, prices.hour_tolerance_s
    row[md.P_OVERTIME], row[md.P_FAIR] = prices.overtime_h * PER_HOUR, prices.fairness * UNIT
    return row


def _near(facts: Facts, arc: Ints) -> Ints:
    """Nearest deliveries of each one, itself first."""
    n = len(facts.problem.deliveries)
    cost = np.minimum(arc[:n, :n], arc[:n, :n].T)
    np.fill_diagonal(cost, -1)
    return neighbours(cost, min(n, md.NEIGHBOURS))
