"""
UHHC files and evaluator, against the published collection.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.uhhc_codec import read_instance, read_solution, write_solution
from carecoord.planning.bench.uhhc_evaluate import evaluate
from carecoord.planning.bench.uhhc_model import Instance, Route, Solution, Stop

BENCH = Path(__file__).parents[4] / "../shared/bench/uhhc"


def load(name: str) -> tuple[Instance, Solution]:
    """An instance and its published solution."""
    instance = read_instance(name, (BENCH / "instances" / f"{name}.json").read_bytes())
    return instance, read_solution(name, (BENCH / "solutions" / f"{name}.sol.json").read_bytes())


def changed(solution: Solution, patient: str, service: str, **changes: int | str) -> Solution:
    """The solution with one stop changed."""
    routes = []
    for route in solution.routes:
        stops = [
            msgspec.structs.replace(stop, **changes)
            if (stop.patient, stop.service) == (patient, service)
            else stop
            for stop in route.stops
        ]
        routes.append(Route(carer=route.carer, stops=tuple(stops)))
    return Solution(routes=tuple(routes))


def rules(instance: Instance, solution: Solution) -> set[str]:
    """Codes of the faults found."""
    return {fault.rule for fault in evaluate(instance, solution).faults}


def test_published_solutions_have_their_published_value() -> None:
    """Every published solution is feasible and worth exactly what the collection says."""
    table = json.loads((BENCH / "best_known.json").read_text())

    for name, entry in table.items():
        verdict = evaluate(*load(name))

        assert verdict.faults == (), name
        assert verdict.objective == entry["objective"], name


def test_published_terms_are_found_one_by_one() -> None:
    """The unweighted terms of an instance that uses nearly all of them."""
    verdict = evaluate(*load("i-077"))

    assert verdict.terms["travel_time"] == 3282
    assert verdict.terms["total_tardiness"] == 9
    assert verdict.terms["highest_tardiness"] == 9
    assert verdict.terms["total_extra_time"] == 21
    assert verdict.terms["max_idle_time"] == 261
    assert verdict.terms["total_waiting_time"] == 75
    assert verdict.terms["caregiver_preferences"] == 27
    assert verdict.terms["optional_patients"] == 3


def test_missing_service_early_start_and_duration_are_found() -> None:
    """A stop left out, one before its window and one cut short (D1, patient p2: window opens at 352)."""
    instance, solution = load("D1")
    left_out = Solution(
        routes=tuple(
            Route(carer=route.carer, stops=tuple(stop for stop in route.stops if stop.patient != "p2"))
            for route in solution.routes
        )
    )

    assert rules(instance, left_out) == {"missing_service"}
    assert "before_window" in rules(instance, changed(solution, "p2", "s3", start=351, end=369))
    assert "wrong_duration" in rules(instance, changed(solution, "p2", "s3", end=400))


def test_lateness_is_refused_where_it_is_hard() -> None:
    """D1 allows no lateness: p2 must end by 472."""
    instance, solution = load("D1")

    assert "hard_term" in rules(instance, changed(solution, "p2", "s3", start=455, end=473))


def test_two_carers_out_of_step_are_found() -> None:
    """A simultaneous visit one minute apart (D1, patient p3)."""
    instance, solution = load("D1")
    start = next(s.start for r in solution.routes for s in r.stops if (s.patient, s.service) == ("p3", "s1"))

    late = changed(solution, "p3", "s1", start=start + 1, end=start + 17)

    assert "out_of_step" in rules(instance, late)


def test_unqualified_carer_is_found() -> None:
    """A carer who takes over another's route without the abilities."""
    instance, solution = load("D1")
    one, two, three = solution.routes
    exchanged = Solution(
        routes=(Route(carer=one.carer, stops=two.stops), Route(carer=two.carer, stops=one.stops), three)
    )

    assert "hard_term" in rules(instance, exchanged)


def test_lunch_rules_are_kept() -> None:
    """A lunch outside its hours, too short, or during a visit."""
    instance, solution = load("i-116")
    route = next(r for r in solution.routes if any(s.service == "lunch_break" for s in r.stops))
    others = tuple(r for r in solution.routes if r is not route)
    visits = tuple(s for s in route.stops if s.service != "lunch_break")

    def with_lunch(start: int, end: int) -> Solution:
        lunch = Stop(patient=visits[0].patient, service="lunch_break", start=start, end=end)
        return Solution(routes=(*others, Route(carer=route.carer, stops=(*visits, lunch))))

    assert "lunch_out_of_hours" in rules(instance, with_lunch(100, 130))
    assert "lunch_too_short" in rules(instance, with_lunch(181, 190))
    assert "lunch_during_visit" in rules(instance, with_lunch(visits[0].start, visits[0].start + 30))


def test_solution_file_reads_back() -> None:
    """What is written is what was meant, lunches included."""
    _, solution = load("i-116")

    assert read_solution("i-116", write_solution(solution)) == solution


def test_malformed_instance_lists_every_defect() -> None:
    """One refusal with all defects."""
    document = {
        "metadata": {"time_window_met": "never", "cost_components": {"beauty": 1}},
        "terminal_points": [{"id": "d", "distance_matrix_index": 0}],
        "services": [{"id": "s"}],
        "caregivers": [
            {"id": "c", "departing_point": "x", "arrival_point": "d", "working_shift": {"start": 9, "end": 1}}
        ],
        "patients": [{"id": "p", "required_services": [], "time_windows": [], "distance_matrix_index": 3}],
        "distances": [[0]],
    }

    with pytest.raises(Invalid) as refused:
        read_instance("bad", json.dumps(document).encode())

    codes = sorted(defect.code for defect in refused.value.defects)
    assert codes == [
        "bad_choice",
        "matrix_size",
        "pair_reversed",
        "too_few",
        "too_few",
        "unknown_point",
        "unknown_term",
    ]
