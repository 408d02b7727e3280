"""
Solutions of a pickup and delivery search outside its arrays: taken, put back, compared.
"""

from __future__ import annotations

from typing import NamedTuple

from carecoord.planning.engine.pdp_data import (
    BAG,
    BEST_DISTANCE,
    BEST_WAITING,
    FLEET,
    NODE,
    NOWHERE,
    STOPS,
    WAITING,
    Data,
    State,
)
from carecoord.planning.engine.pdp_routes import begin, refresh
from carecoord.planning.engine.pdp_steps import note_best

Route = tuple[int, ...]


class Elite(NamedTuple):
    """
    A complete solution: the nodes of each used route, and their total distance.
    """

    routes: tuple[Route, ...]
    distance: int

    @property
    def rank(self) -> tuple[int, int]:
        """
        Fewest vehicles first, then distance.
        """
        return len(self.routes), self.distance


def take(state: State) -> Elite:
    """
    The best complete solution of the run of a state.
    """
    routes: list[Route] = []
    route: list[int] = []
    for node in state.best.tolist():
        if node < 0:
            break
        if node > 0:
            route.append(node)
            continue
        if route:
            routes.append(tuple(route))
        route = []
    return Elite(tuple(sorted(routes)), int(state.number[BEST_DISTANCE]))


def put(data: Data, state: State, elite: Elite) -> None:
    """
    Make a solution the current one, with as many routes allowed as it has.
    """
    requests = int(data.limit[1])
    state.at[:] = -1
    fleet = max(int(state.number[FLEET]), len(elite.routes))
    for number in range(fleet):
        route = elite.routes[number] if number < len(elite.routes) else ()
        state.route[number, STOPS] = len(route)
        state.stop[number, 1 : len(route) + 1, NODE] = route
        state.at[list(route)] = number
        refresh(data, state, number)
    waiting = [request for request in range(requests) if state.at[request + 1] < 0]
    state.list[BAG, : len(waiting)] = waiting
    state.number[WAITING] = len(waiting)
    state.number[FLEET] = len(elite.routes)
    forget_best(state)
    begin(state)


def forget_best(state: State) -> None:
    """
    Begin a run: the current solution is the best of it.
    """
    state.number[BEST_WAITING] = state.number[BEST_DISTANCE] = NOWHERE
    note_best(state)
