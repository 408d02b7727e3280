"""
Independent evaluator of dial-a-ride solutions: every hard rule, and the total distance.

Reads only the instance and the solution as published, in double precision;
shares no code with the search.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from carecoord.planning.bench.darp_model import Instance, Route, Solution, Stop
from carecoord.planning.bench.verdict import Fault, Verdict

# Sums of a hundred distances in double precision differ by less than that.
TIME_TOLERANCE = 1e-6


def evaluate(instance: Instance, solution: Solution) -> Verdict:
    """
    Replay a solution: total distance, the routes used and every fault.
    """
    faults: list[Fault] = []
    distance = ride = 0.0
    used = [route for route in solution.routes if route.stops]
    if len(used) > instance.vehicles:
        faults.append(_fault("too_many_vehicles", instance.name, f"{len(used)} > {instance.vehicles}"))
    faults += _covered(instance, used)
    for number, route in enumerate(used, start=1):
        where = f"route {number}"
        known = tuple(stop for stop in route.stops if 0 < stop.node < len(instance.nodes))
        way = [0, *(stop.node for stop in known), 0]
        distance += sum(instance.distance(a, b) for a, b in pairwise(way))
        faults += _legs(instance, route, known, where)
        faults += _at_doors(instance, known, where)
        faults += _loads(instance, known, where)
        rides = _rides(instance, known)
        ride += sum(rides.values())
        faults += [
            _fault("ride_too_long", f"{where}, request {r}", f"{time:g} > {instance.ride_max:g}")
            for r, time in rides.items()
            if time > instance.ride_max + TIME_TOLERANCE
        ]
    return Verdict(
        objective=distance,
        terms={"distance": distance, "ride_time": ride},
        vehicles=len(used),
        faults=tuple(faults),
    )


def _fault(rule: str, where: str, seen: str) -> Fault:
    return Fault(rule=rule, where=where, seen=seen)


def _covered(instance: Instance, routes: list[Route]) -> list[Fault]:
    """
    Every node once, a delivery in the route of its pickup and after it.
    """
    half = instance.requests
    counts = Counter(stop.node for route in routes for stop in route.stops)
    faults = [
        _fault("unknown_node", str(node), "not in the instance")
        for node in counts
        if not 0 < node < len(instance.nodes)
    ]
    place = {
        stop.node: (number, at) for number, route in enumerate(routes) for at, stop in enumerate(route.stops)
    }
    for node in range(1, len(instance.nodes)):
        if counts[node] != 1:
            rule = "missing_stop" if counts[node] == 0 else "visited_twice"
            faults.append(_fault(rule, f"node {node}", f"{counts[node]} times"))
    for pickup in range(1, half + 1):
        if counts[pickup] == counts[half + pickup] == 1:
            one, two = place[pickup], place[half + pickup]
            if one[0] != two[0]:
                faults.append(_fault("pair_split", f"request {pickup}", f"routes {one[0] + 1}, {two[0] + 1}"))
            elif one[1] > two[1]:
                faults.append(_fault("delivery_first", f"request {pickup}", f"route {one[0] + 1}"))
    return faults


def _legs(instance: Instance, route: Route, known: tuple[Stop, ...], where: str) -> list[Fault]:
    """
    Time to drive between stops, the hours of the depot and the length of the route.
    """
    faults = []
    depot = instance.nodes[0]
    if route.departure < depot.earliest - TIME_TOLERANCE:
        faults.append(_fault("departure_too_early", where, f"{route.departure:g} < {depot.earliest:g}"))
    if route.return_ > depot.latest + TIME_TOLERANCE:
        faults.append(_fault("return_too_late", where, f"{route.return_:g} > {depot.latest:g}"))
    lasted = route.return_ - route.departure
    if lasted > instance.duration_max + TIME_TOLERANCE:
        faults.append(_fault("route_too_long", where, f"{lasted:g} > {instance.duration_max:g}"))
    place, free = 0, route.departure + depot.service
    for node, start in (*((stop.node, stop.start) for stop in known), (0, route.return_)):
        arrival = free + instance.distance(place, node)
        if start < arrival - TIME_TOLERANCE:
            faults.append(
                _fault("too_early_for_travel", f"{where}, node {node}", f"{start:.6f} < {arrival:.6f}")
            )
        place, free = node, start + instance.nodes[node].service
    return faults


def _at_doors(instance: Instance, known: tuple[Stop, ...], where: str) -> list[Fault]:
    faults = []
    for stop in known:
        node, at = instance.nodes[stop.node], f"{where}, node {stop.node}"
        if stop.start < node.earliest - TIME_TOLERANCE:
            faults.append(_fault("before_window", at, f"{stop.start:g} < {node.earliest:g}"))
        if stop.start > node.latest + TIME_TOLERANCE:
            faults.append(_fault("after_window", at, f"{stop.start:g} > {node.latest:g}"))
    return faults


def _loads(instance: Instance, known: tuple[Stop, ...], where: str) -> list[Fault]:
    faults, load = [], 0
    for stop in known:
        load += instance.nodes[stop.node].load
        if load > instance.capacity:
            faults.append(_fault("overload", f"{where}, node {stop.node}", f"{load} > {instance.capacity}"))
    return faults


def _rides(instance: Instance, known: tuple[Stop, ...]) -> dict[int, float]:
    """
    Ride time of each request picked up and delivered in a route.
    """
    start = {stop.node: stop.start for stop in known}
    half = instance.requests
    return {
        node: start[half + node] - (begun + instance.nodes[node].service)
        for node, begun in start.items()
        if node <= half and half + node in start
    }
