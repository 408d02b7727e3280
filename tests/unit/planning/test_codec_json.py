"""
Problems and plans to JSON and back; bad documents are refused with every defect.
"""

from __future__ import annotations

import json

import pytest
from builders.planning import problem, round_of, solution, stop, visit
from builders.planning_weeks import random_week
from hypothesis import given, settings
from hypothesis import strategies as st

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.codec import decode_problem, decode_solution, encode_problem, encode_solution
from carecoord.planning.homecare.naive import naive


def defects_of(document: object) -> list[Defect]:
    """What is wrong with a document given as Python values."""
    with pytest.raises(Invalid) as refused:
        decode_problem(json.dumps(document).encode())
    return refused.value.defects


def document() -> dict[str, object]:
    """A valid problem as Python values."""
    built: dict[str, object] = json.loads(encode_problem(problem(visits=[visit()])))
    return built


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), days=st.integers(1, 9), aides=st.integers(1, 5))
def test_problem_and_plan_survive_the_round_trip(seed: int, days: int, aides: int) -> None:
    """Whatever the problem, decoding what was encoded gives it back; its plan too."""
    built = random_week(seed, days=days, aides=aides, weekday_visits=8, weekend_visits=4)
    plan = naive(built)

    assert decode_problem(encode_problem(built)) == built
    assert decode_solution(encode_solution(plan)) == plan


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoder(data: bytes) -> None:
    """Any bytes at all are refused as invalid, never a crash."""
    with pytest.raises(Invalid) as refused:
        decode_problem(data)

    assert refused.value.defects


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["days", "visits", "workers", "options", "id"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_no_document_breaks_the_decoder(value: object) -> None:
    """Any JSON at all is refused with at least one defect."""
    assert defects_of(value)


def test_every_wrong_field_is_listed_with_its_path() -> None:
    """Wrong types, unknown and missing fields, in several items, all at once."""
    given_document = document()
    broken = dict(given_document["visits"][0])  # type: ignore[index]  # a list of visits
    broken.update(duration_s="long", colour="red", options=[{"day": "Monday", "earliest_s": 0}])
    del broken["tier"]
    given_document["visits"] = [*given_document["visits"], broken]  # type: ignore[misc]  # idem
    given_document["weights"] = {"travel_cents_per_h": None}

    found = {(item.code, item.where) for item in defects_of(given_document)}

    assert found == {
        ("shape", "visits[1].duration_s"),
        ("field_unknown", "visits[1].colour"),
        ("shape", "visits[1].options[0].day"),
        ("field_missing", "visits[1].options[0].latest_s"),
        ("field_missing", "visits[1].tier"),
        ("shape", "weights.travel_cents_per_h"),
    }


def test_another_format_or_version_is_told_first() -> None:
    """A file of another kind gets one clear reason, not a list of missing fields."""
    assert [item.code for item in defects_of({**document(), "format": "other"})] == ["format_unknown"]
    assert [item.code for item in defects_of({**document(), "version": 2})] == ["version_unknown"]


def test_text_that_is_not_json_is_refused() -> None:
    """A truncated file is not JSON."""
    with pytest.raises(Invalid) as refused:
        decode_problem(encode_problem(problem())[:-10])

    assert [item.code for item in refused.value.defects] == ["not_json"]


def test_plan_naming_an_unknown_field_is_refused() -> None:
    """Plans refuse fields that nobody knows."""
    plan = json.loads(encode_solution(solution(round_of("w1", 0, stop(visit(), 0)))))
    plan["rounds"][0]["driver"] = "w1"

    with pytest.raises(Invalid) as refused:
        decode_solution(json.dumps(plan).encode())

    assert [item.where for item in refused.value.defects] == ["rounds[0].driver"]


def test_defects_of_shape_and_of_meaning_come_together() -> None:
    """A wrong type here hides no empty window there, and no stand-in for it is told as a defect."""
    broken = document()
    first = broken["visits"][0]  # type: ignore[index]  # plain JSON
    window = {**first["options"][0], "latest_s": 0}
    broken["visits"] = [
        {**first, "id": "a", "duration_s": "long"},
        {**first, "id": "b", "duration_s": -5, "place": "nowhere"},
        {**first, "id": "c", "options": [window, {**window, "earliest_s": None}]},
        {**first, "id": "d", "tier": "urgent", "person": "nobody", "colour": "red"},
    ]
    broken["workers"][0]["contract_s"] = 1.5  # type: ignore[index]  # plain JSON
    broken["workers"][0]["mode"] = "bike"  # type: ignore[index]  # plain JSON
    broken["weights"] = {"travel_cents_per_h": -1, "interruption_cents": "free"}

    found = {(item.code, item.where) for item in defects_of(broken)}

    assert found == {
        ("shape", "visits[0].duration_s"),
        ("duration_empty", "visits[1].duration_s"),
        ("place_unknown", "visits[1].place"),
        ("window_inverted", "visits[2].options[0]"),
        ("shape", "visits[2].options[1].earliest_s"),
        ("shape", "visits[3].tier"),
        ("person_unknown", "visits[3].person"),
        ("field_unknown", "visits[3].colour"),
        ("shape", "workers[0].contract_s"),
        ("mode_without_matrix", "workers[0].mode"),
        ("negative", "weights.travel_cents_per_h"),
        ("shape", "weights.interruption_cents"),
    }


@pytest.mark.parametrize(
    ("group", "field"),
    [("places", "id"), ("workers", "id"), ("persons", "id"), ("regimes", "key"), ("matrices", "mode"),
     ("days", "date"), ("days", "ends_s"), ("matrices", "seconds")],
)  # fmt: skip
def test_one_wrong_field_is_one_defect(group: str, field: str) -> None:
    """What points at an item whose identifier cannot be read is not told as pointing nowhere."""
    broken = document()
    broken[group][0][field] = {"wrong": 1}  # type: ignore[index]  # plain JSON

    assert [(item.code, item.where) for item in defects_of(broken)] == [("shape", f"{group}[0].{field}")]
