"""
HHCRSP files, evaluator and best-known values, against the published collection.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.best_known import gap, read_best_known
from carecoord.planning.bench.hhcrsp_codec import read_instance, read_solution, write_solution
from carecoord.planning.bench.hhcrsp_evaluate import evaluate
from carecoord.planning.bench.hhcrsp_model import (
    Care,
    Carer,
    Instance,
    Patient,
    Route,
    Solution,
    Stop,
)

BENCH = Path(__file__).parents[4] / "../shared/bench"
FAMILIES = ("hhcrsp_toy", "hhcrsp_mankowska", "hhcrsp_kummer", "hhcrsp_italian")


def load(family: str, name: str) -> tuple[Instance, Solution]:
    """An instance and its published solution."""
    instance = read_instance(name, (BENCH / family / "instances" / f"{name}.json").read_bytes())
    solution = read_solution(name, (BENCH / family / "solutions" / f"{name}.sol.json").read_bytes())
    return instance, solution


def with_stop(solution: Solution, who: str, what: str, **changes: float | str) -> Solution:
    """The solution with one stop changed."""
    routes = []
    for route in solution.routes:
        stops = tuple(
            msgspec.structs.replace(stop, **changes) if (stop.patient, stop.service) == (who, what) else stop
            for stop in route.stops
        )
        routes.append(Route(carer=route.carer, stops=stops))
    return Solution(routes=tuple(routes))


def rules(instance: Instance, solution: Solution) -> set[str]:
    """Codes of the faults found."""
    return {fault.rule for fault in evaluate(instance, solution).faults}


@pytest.mark.parametrize("family", FAMILIES)
def test_published_solutions_have_their_published_value(family: str) -> None:
    """Every published solution is feasible and worth what the collection says."""
    table = json.loads((BENCH / family / "best_known.json").read_text())

    for name, entry in table.items():
        verdict = evaluate(*load(family, name))

        expected = entry.get("objective_of_given_solution", entry["objective"])
        assert verdict.faults == (), name
        assert verdict.objective == pytest.approx(expected, abs=0.01), name


def test_toy_terms_add_up() -> None:
    """Travel of the toy solution, added by hand: (7+19+28+26) + (7+32+58+26) + (56+22+50+13... ) = 334."""
    instance, solution = load("hhcrsp_toy", "toy")

    verdict = evaluate(instance, solution)

    c1 = 7 + 19 + 35 + 28
    c2 = 7 + 28 + 42 + 28
    c3 = 56 + 22 + 50 + 12
    assert verdict.terms == {"distance": float(c1 + c2 + c3), "total_tardiness": 0.0, "max_tardiness": 0.0}
    assert verdict.objective == pytest.approx(334 / 3)


def test_carer_without_ability_is_found() -> None:
    """Two carers who exchange their routes are not able."""
    instance, solution = load("hhcrsp_toy", "toy")
    one, two, three = solution.routes
    swapped = Solution(
        routes=(Route(carer=one.carer, stops=two.stops), Route(carer=two.carer, stops=one.stops), three)
    )

    assert "not_able" in rules(instance, swapped)


def test_missing_service_is_found() -> None:
    """A stop left out is a missing service."""
    instance, solution = load("hhcrsp_toy", "toy")
    first = solution.routes[0]
    shorter = Solution(routes=(Route(carer=first.carer, stops=first.stops[:-1]), *solution.routes[1:]))

    assert rules(instance, shorter) == {"missing_service"}


def test_service_given_twice_is_found() -> None:
    """The same stop by two carers is one too many."""
    instance, solution = load("hhcrsp_toy", "toy")
    first, second, third = solution.routes
    again = Stop(patient="p2", service="s3", start=400.0, end=420.0)

    faults = rules(
        instance, Solution(routes=(first, second, Route(carer=third.carer, stops=(*third.stops, again))))
    )

    assert faults == {"service_twice"}


def test_broken_synchronisation_is_found() -> None:
    """A simultaneous visit one minute apart, a sequential one beyond its largest gap."""
    instance, solution = load("hhcrsp_toy", "toy")

    apart = with_stop(solution, "p4", "s3", start=121.0, end=151.0)
    late = with_stop(solution, "p6", "s3", start=451.0, end=471.0)

    assert "out_of_step" in rules(instance, apart)
    assert rules(instance, late) == {"out_of_step"}


def test_early_start_is_found() -> None:
    """Before the window, and before the carer can be there."""
    instance, solution = load("hhcrsp_toy", "toy")

    too_soon = with_stop(solution, "p1", "s2", start=239.0, end=269.0)
    no_time = with_stop(solution, "p2", "s3", start=177.0, end=197.0)

    assert rules(instance, too_soon) == {"before_window"}
    assert rules(instance, no_time) == {"too_early_for_travel"}


def test_a_minute_is_not_forgiven_but_a_thousandth_is() -> None:
    """Times are compared with 0.002 minutes, not with the relative 0.001 of the authors' validator."""
    instance, solution = load("hhcrsp_toy", "toy")

    assert rules(instance, with_stop(solution, "p1", "s2", start=239.999, end=269.999)) == set()
    assert rules(instance, with_stop(solution, "p1", "s2", start=239.99, end=269.99)) == {"before_window"}


def test_wrong_duration_is_found() -> None:
    """A service cut short."""
    instance, solution = load("hhcrsp_toy", "toy")

    assert rules(instance, with_stop(solution, "p6", "s1", end=400.0)) == {"wrong_duration"}


def test_unknown_names_are_found() -> None:
    """A stop at nobody's place and a carer who does not exist."""
    instance, solution = load("hhcrsp_toy", "toy")
    stranger = Route(carer="c9", stops=())

    faults = rules(instance, Solution(routes=(*solution.routes, stranger)))

    assert faults == {"unknown_carer"}
    assert "unknown_patient" in rules(instance, with_stop(solution, "p1", "s2", patient="p99"))


def test_same_carer_twice_at_one_visit_is_found() -> None:
    """Both services of a visit by one person."""
    instance, solution = load("hhcrsp_toy", "toy")
    everything = tuple(
        msgspec.structs.replace(carer, abilities=frozenset({"s1", "s2", "s3"})) for carer in instance.carers
    )
    able = msgspec.structs.replace(instance, carers=everything)
    one = Route(carer="c1", stops=tuple(stop for route in solution.routes for stop in route.stops))

    assert "same_carer" in rules(able, Solution(routes=(one,)))


def two_of_one_service(*, first: tuple[float, float], second: tuple[float, float]) -> set[str]:
    """Faults of one patient who wants `s1` for 10 and, 20 to 30 minutes later, for 40 minutes."""
    cares = (Care(service="s1", duration=10.0), Care(service="s1", duration=40.0))
    patient = Patient(id="p1", opens=0.0, closes=500.0, cares=cares, sync="sequential", gap=(20.0, 30.0))
    carers = tuple(Carer(id=name, abilities=frozenset({"s1"})) for name in ("c1", "c2"))
    instance = Instance(name="two", patients=(patient,), carers=carers, travel=((0.0, 5.0), (5.0, 0.0)))
    routes = tuple(
        Route(carer=carer.id, stops=(Stop(patient="p1", service="s1", start=start, end=end),))
        for carer, (start, end) in zip(carers, (first, second), strict=True)
    )
    return rules(instance, Solution(routes=routes))


def test_two_of_one_service_keep_their_order_and_durations() -> None:
    """Either carer may give either; the short one comes first, 20 to 30 minutes before the long one."""
    assert two_of_one_service(first=(100.0, 110.0), second=(125.0, 165.0)) == set()
    assert two_of_one_service(first=(125.0, 165.0), second=(100.0, 110.0)) == set()
    assert two_of_one_service(first=(100.0, 110.0), second=(125.0, 135.0)) == {"wrong_duration"}
    assert two_of_one_service(first=(100.0, 110.0), second=(131.0, 171.0)) == {"out_of_step"}
    assert two_of_one_service(first=(100.0, 110.0), second=(119.0, 159.0)) == {"out_of_step"}


def test_lateness_is_paid_not_refused() -> None:
    """Starts 10 and 4 minutes after the window: (travel 20 + 14 + 10) / 3, by hand, and no fault."""
    cares = (Care(service="s1", duration=10.0),)
    patients = tuple(
        Patient(id=name, opens=0.0, closes=closes, cares=cares)
        for name, closes in (("p1", 90.0), ("p2", 111.0))
    )
    carer = Carer(id="c1", abilities=frozenset({"s1"}))
    travel = ((0.0, 5.0, 10.0), (5.0, 0.0, 5.0), (10.0, 5.0, 0.0))
    instance = Instance(name="late", patients=patients, carers=(carer,), travel=travel)
    stops = (
        Stop(patient="p1", service="s1", start=100.0, end=110.0),
        Stop(patient="p2", service="s1", start=115.0, end=125.0),
    )

    verdict = evaluate(instance, Solution(routes=(Route(carer="c1", stops=stops),)))

    assert verdict.faults == ()
    assert verdict.objective == pytest.approx((20 + 14 + 10) / 3)


def test_a_carer_who_leaves_before_the_end_is_found() -> None:
    """The next start comes before the previous end and the road."""
    instance, solution = load("hhcrsp_toy", "toy")
    route = solution.routes[0]
    one, two = route.stops[:2]
    length = two.end - two.start
    rushed = with_stop(solution, two.patient, two.service, start=one.end - 1.0, end=one.end - 1.0 + length)

    assert "too_early_for_travel" in rules(instance, rushed)


def test_a_carer_with_two_routes_is_found() -> None:
    """One tour for each carer."""
    instance, solution = load("hhcrsp_toy", "toy")
    route = solution.routes[0]
    halves = (
        Route(carer=route.carer, stops=route.stops[:1]),
        Route(carer=route.carer, stops=route.stops[1:]),
    )

    assert "carer_twice" in rules(instance, Solution(routes=(*halves, *solution.routes[1:])))


def test_service_nobody_asked_for_is_found() -> None:
    """A stop for a service the patient does not want."""
    instance, solution = load("hhcrsp_toy", "toy")
    wanted = {care.service for care in instance.patients[0].cares}
    other = next(name for name in ("s1", "s2", "s3") if name not in wanted)
    first = instance.patients[0].cares[0].service

    assert "unwanted_service" in rules(instance, with_stop(solution, "p1", first, service=other))


def test_solution_file_reads_back() -> None:
    """What is written is what was meant."""
    _, solution = load("hhcrsp_toy", "toy")

    assert read_solution("toy", write_solution(solution)) == solution


def test_malformed_instance_lists_every_defect() -> None:
    """One refusal with all defects, from a reversed window to a short matrix."""
    document = {
        "patients": [
            {"id": "p1", "time_window": [10, 5], "required_caregivers": [{"service": "s9", "duration": 5}]},
            {
                "id": "p1",
                "time_window": [0, "x"],
                "required_caregivers": [{"service": "s1"}, {"service": "s1", "duration": -1}],
            },
        ],
        "services": [{"id": "s1"}],
        "caregivers": [{"id": "c1", "abilities": ["s1"]}],
        "distances": [[0, 1], [1, 0]],
    }

    with pytest.raises(Invalid) as refused:
        read_instance("bad", json.dumps(document).encode())

    codes = [defect.code for defect in refused.value.defects]
    assert refused.value.code == "bench_instance_malformed"
    assert sorted(codes) == [
        "bad_synchronization",
        "duplicate_id",
        "matrix_size",
        "negative_duration",
        "no_able_carer",
        "no_able_pair",
        "not_number",
        "not_number",
        "pair_reversed",
        "unknown_service",
    ]


def test_not_json_is_refused() -> None:
    """Bytes that are not JSON are refused with the reason."""
    with pytest.raises(Invalid) as refused:
        read_instance("bad", b"{")

    assert [defect.code for defect in refused.value.defects] == ["not_json"]


def test_gap_is_relative_and_survives_zero() -> None:
    """(found - best) / best, with a best of 0."""
    assert gap(110.0, 100.0) == pytest.approx(0.1)
    assert gap(0.0, 0.0) == 0.0
    assert gap(1.0, 0.0) == float("inf")


def test_best_known_tables_are_read() -> None:
    """The toy optimum, and a file that is no table."""
    table = read_best_known((BENCH / "hhcrsp_toy/best_known.json").read_bytes())

    assert (table["toy"].objective, table["toy"].optimal, table["toy"].vehicles) == (111.3333, True, 3)
    with pytest.raises(Invalid):
        read_best_known(b'{"toy": 3}')
