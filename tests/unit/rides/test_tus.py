"""
Transport of social use, trip by trip: what the texts allow, refuse, and leave to be asked.
"""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from carecoord.rides.habits import FRAILTIES, Habits, habit_table, habits_with, ride_max_s
from carecoord.rides.tus import HeldRight, Trip, Verdict, judge, tus_rules

DAY = date(2026, 11, 24)
SEEN = date(2026, 1, 15)


def right(criterion: str, valid_until: date | None = None) -> HeldRight:
    """A right whose proof was seen in January."""
    return HeldRight(criterion=criterion, proof="attestation", seen_on=SEEN, valid_until=valid_until)


def trip(**changes: object) -> Trip:
    """Forty kilometres within the rural zone, asked by somebody of a rural commune, free of charge."""
    usual = Trip(
        on=DAY,
        legal_form="association",
        rights=[],
        home_zone="small",
        from_zone="small",
        to_zone="small",
        hub=False,
        distance_m=40_000,
        straight_m=31_000,
        is_estimated=False,
        price_cents=0,
        seats=5,
    )
    return msgspec.structs.replace(usual, **changes)


CITY = {"home_zone": "large", "from_zone": "large", "to_zone": "large"}


def codes(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Findings as code, severity, article."""
    return [(item.code, item.severity, item.article) for item in verdict.findings]


def test_rural_resident_within_the_rural_zone() -> None:
    """Case 1: the place of living is the basis, nothing to say."""
    verdict = judge(trip())

    assert verdict.may_go
    assert verdict.held is not None
    assert verdict.held.criterion == "rural"
    assert verdict.rules == tus_rules().version


def test_rural_resident_to_a_city_that_is_no_hub() -> None:
    """Case 2: refused under R3133-4; to a multimodal hub of the neighbouring unit it is allowed."""
    assert codes(judge(trip(to_zone="large"))) == [("perimeter", "refuse", "R3133-4")]
    assert judge(trip(to_zone="large", hub=True)).may_go


def test_resources_open_every_destination() -> None:
    """Case 3: the same trip with the ASPA; the basis held is the ASPA, not the place."""
    verdict = judge(trip(to_zone="large", rights=[right("rural"), right("aspa")]))

    assert verdict.may_go
    assert verdict.held == right("aspa")


@pytest.mark.parametrize(
    ("distance_m", "expected"),
    [(100_000, []), (100_100, [("distance_beyond", "refuse", "R3133-4")])],
)
def test_a_hundred_kilometres(distance_m: int, expected: list[tuple[str, str, str]]) -> None:
    """Case 4: somebody of the city with the RSA: 100 km yes, 100.1 km no."""
    asked = trip(**CITY, rights=[right("rsa")], distance_m=distance_m, straight_m=80_000)

    assert codes(judge(asked)) == expected


def test_city_resident_without_a_criterion() -> None:
    """Case 5: refused under R3133-1."""
    verdict = judge(trip(**CITY))

    assert codes(verdict) == [("basis_missing", "refuse", "R3133-1")]
    assert verdict.held is None


@pytest.mark.parametrize(
    ("price_cents", "expected"), [(800, []), (801, [("price_beyond", "refuse", "R3133-3")])]
)
def test_price_ceiling(price_cents: int, expected: list[tuple[str, str, str]]) -> None:
    """Case 6: 25 km: 25 × 0.32 = 8.00 euros at most."""
    assert codes(judge(trip(distance_m=25_000, price_cents=price_cents))) == expected


def test_a_company_may_not() -> None:
    """Case 7: associations alone; an organiser nobody described is asked about, not refused."""
    refused = [("organiser_not_association", "refuse", "L3133-1")]
    assert codes(judge(trip(legal_form="company"))) == refused
    assert codes(judge(trip(legal_form="public"))) == refused
    assert codes(judge(trip(legal_form=None))) == [("organiser_unknown", "ask", "L3133-1")]


def test_ten_seats() -> None:
    """Case 8: nine seats with the driver's, not ten."""
    assert judge(trip(seats=9)).may_go
    assert codes(judge(trip(seats=10))) == [("seats_beyond", "refuse", "R3133-2")]


@pytest.mark.parametrize(
    ("frailty", "direct_min", "longest_min"),
    # Case 9: max(30, 2 × 20) = 40. Frail: max(25, 1.5 × 20) = 30. Very frail: max(20, 1.25 × 20) = 25.
    [("none", 20, 40), ("none", 10, 30), ("frail", 20, 30), ("frail", 10, 25), ("very_frail", 20, 25)],
)
def test_longest_ride_by_frailty(frailty: str, direct_min: int, longest_min: int) -> None:
    """Case 9: a direct way of 20 minutes may take 40; 41 is too long."""
    assert ride_max_s(direct_min * 60, frailty, habits_with()) == longest_min * 60  # type: ignore[arg-type] # of the three


def test_no_habit_makes_a_ride_impossible() -> None:
    """A multiple below one would ask for a ride faster than the direct way."""
    habits = habits_with({"ride_permille": 500, "ride_floor_min": 1})

    assert ride_max_s(1200, "none", habits) == 1200


def test_an_estimate_refuses_only_when_no_road_could_be_shorter() -> None:
    """80 km as the crow flies, 108 estimated: to be measured. 101 as the crow flies: beyond, by any road."""
    doubtful = trip(rights=[right("rsa")], distance_m=108_000, straight_m=80_000, is_estimated=True)
    sure = trip(rights=[right("rsa")], distance_m=136_350, straight_m=101_000, is_estimated=True)

    assert codes(judge(doubtful)) == [("distance_doubtful", "warn", "R3133-4")]
    assert codes(judge(sure)) == [("distance_beyond", "refuse", "R3133-4")]


def test_what_nobody_looked_up_asks_or_warns() -> None:
    """Unknown commune of the person: asked. Unknown commune of the destination: warned. Neither refuses."""
    asked = judge(trip(home_zone="unknown", from_zone="unknown"))
    warned = judge(trip(to_zone="unknown"))

    assert codes(asked) == [("basis_unknown", "ask", "R3133-1")]
    assert not asked.may_go
    assert codes(warned) == [("perimeter_unknown", "warn", "R3133-4")]
    assert warned.may_go


def test_an_expired_proof_is_asked_for_again() -> None:
    """Valid on its last day; the day after, it is asked for again rather than refused."""
    last = date(2026, 11, 24)
    ended = trip(**CITY, rights=[right("css", valid_until=date(2026, 11, 23))])

    assert judge(trip(**CITY, rights=[right("css", valid_until=last)])).may_go
    assert codes(judge(ended)) == [("proof_expired", "ask", "R3133-1")]


def test_a_doubtful_criterion_only_warns() -> None:
    """That the contrat d'engagement jeune opens the service is our reading: it opens, and warns."""
    verdict = judge(trip(**CITY, rights=[right("youth")]))

    assert codes(verdict) == [("criterion_doubtful", "warn", "R3133-1")]
    assert verdict.may_go


def test_every_figure_has_a_date_an_article_and_a_source() -> None:
    """The table is complete, and the last value that has begun is the one in force."""
    rules = tus_rules()

    assert all(item.article and item.source and 0 < item.confidence <= 1 for item in rules.value)
    assert all(item.article.startswith("R3133-1") and item.source for item in rules.criterion)
    assert len({item.key for item in rules.criterion}) == len(rules.criterion)
    later = msgspec.structs.replace(rules.at("trip_max_m", DAY), value=120_000, since=date(2027, 1, 1))
    changed = msgspec.structs.replace(rules, value=[*rules.value, later])
    assert changed.at("trip_max_m", date(2026, 12, 31)).value == 100_000
    assert changed.at("trip_max_m", date(2027, 1, 1)).value == 120_000


def test_habits_are_whole_and_may_be_replaced() -> None:
    """The table says exactly the fields there are; an organisation's own value wins."""
    assert {habit.key for habit in habit_table()} == set(Habits.__struct_fields__)
    assert habits_with({"wait_max_min": 60, "nothing": 1}).wait_max_min == 60
    assert FRAILTIES == ("none", "frail", "very_frail")
