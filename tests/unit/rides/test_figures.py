"""
Share of requests satisfied and the return to the prefect, counted by hand.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from carecoord.rides.figures import (
    NEVER_FOUND,
    Asked,
    Fleet,
    Made,
    Organiser,
    prefect_return,
    share_of,
)
from carecoord.rides.records import Facts

FIRST, LAST, TODAY = date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 23)


def asked(day: int, state: str, refusal: str = "", article: str = "", insee: str = "91016") -> Asked:
    """A request for a ride of November."""
    return Asked(
        on=date(2026, 11, day),
        state=state,  # type: ignore[arg-type] # one of the states
        insee=insee,
        purpose="care",
        refusal=refusal,
        article=article,
    )


def test_share_of_requests() -> None:
    """Ten asked; one cancelled, one still looked for: of eight, five were satisfied: 62.5 %."""
    requests = [
        asked(3, "done"),
        asked(4, "done"),
        asked(25, "placed"),
        asked(26, "placed"),
        asked(27, "placed", insee="91223"),
        asked(5, "refused", "no_driver"),
        asked(6, "refused", "distance_beyond", "R3133-4", insee="91223"),
        asked(7, "looking"),  # its day has passed: nobody was found
        asked(28, "looking"),  # still to come
        asked(8, "cancelled"),
        Asked(on=date(2026, 12, 1), state="done", insee="91016", purpose="care"),  # another period
    ]

    share = share_of(requests, FIRST, LAST, TODAY)

    assert (share.satisfied, share.settled, share.pending, share.cancelled) == (5, 8, 1, 1)
    assert share.ratio == 0.625
    assert share.causes == {
        ("no_driver", ""): 1,
        ("distance_beyond", "R3133-4"): 1,
        (NEVER_FOUND, ""): 1,
    }
    assert [(place.insee, place.satisfied, place.settled) for place in share.places] == [
        ("91016", 4, 6),
        ("91223", 1, 2),
    ]


def test_no_request_is_no_share() -> None:
    """Nothing settled gives no ratio, not zero."""
    share = share_of([asked(28, "looking")], FIRST, LAST, TODAY)

    assert share.ratio is None


ANNA, BORIS, CLARA = UUID(int=1), UUID(int=2), UUID(int=3)


def made(person: UUID, criterion: str, distance_m: int = 10_000, **more: bool) -> Made:
    """A way of ten kilometres for 3 euros."""
    return Made(
        person_id=person,
        criterion=criterion,
        distance_m=distance_m,
        is_estimated=more.get("is_estimated", False),
        price_cents=300,
        is_confirmed=more.get("is_confirmed", True),
    )


def test_return_to_the_prefect() -> None:
    """Four trips of three people: Anna by place, Boris by means, Clara by both, who counts as means."""
    trips = [
        made(ANNA, "rural"),
        made(BORIS, "aspa", 20_000),
        made(CLARA, "rural", is_confirmed=False),
        made(CLARA, "css", is_estimated=True),
    ]
    fleet = Fleet(own_seats=[9, 5], lent_seats=[5, 5, 4])
    organiser = Organiser(
        name="Solidarité Beauce",
        siret="",
        is_association=True,
        cents_per_km=30,
        facts=Facts(rna="W911000001"),
    )

    found = prefect_return(2026, trips, fleet, {UUID(int=9)}, organiser)

    assert (found.trips, found.distance_mean_m) == (4, 12_500)
    assert (found.people, found.people_place, found.people_means) == (3, 1, 2)
    assert (found.own_vehicles, found.own_seats) == (2, 70)  # (9 + 5) / 2 = 7.0
    assert (found.lent_vehicles, found.lent_seats) == (3, 47)  # 14 / 3 = 4.67
    assert found.asked_cents == 1200
    assert (found.unconfirmed, found.estimated) == (1, 1)
    assert found.due_on == date(2027, 3, 1)
    assert found.doubts == [
        "address_missing",
        "employees_missing",
        "volunteers_missing",
        "members_missing",
        "statutes_missing",
        "rules_missing",
        "trips_unconfirmed",
        "distances_estimated",
        "reading",
    ]


def test_a_year_without_a_trip() -> None:
    """No average is made of nothing."""
    organiser = Organiser(name="A", siret="", is_association=False, cents_per_km=0, facts=Facts())

    found = prefect_return(2026, [], Fleet(own_seats=[], lent_seats=[]), set(), organiser)

    assert (found.trips, found.distance_mean_m, found.own_seats) == (0, None, None)
    assert found.doubts[0] == "not_association"
