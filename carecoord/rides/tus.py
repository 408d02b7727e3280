"""
Whether a ride is transport of social use: the rules as dated data, and what they say of one trip.

Pure. A fact that nobody established asks or warns; only an established fact refuses, with its article.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib import resources
from typing import Literal

import msgspec

Zone = Literal["small", "large", "unknown"]
"""Rural commune or urban unit under the threshold; neither; nobody looked it up."""

Severity = Literal["refuse", "ask", "warn"]


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """A figure of the text, since when, and where it stands."""

    key: str
    value: int
    unit: str
    since: date
    article: str
    source: str
    confidence: float
    doubtful: bool = False


class Criterion(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}
):
    """
    What opens the service to a person.

    Args:
        group: `place` of living, or `means`: who has a place alone may not go everywhere.
    """

    key: str
    group: Literal["place", "means"]
    since: date
    article: str
    source: str
    confidence: float
    doubtful: bool = False


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table."""

    version: str
    value: list[Value]
    criterion: list[Criterion]

    def at(self, key: str, on: date) -> Value:
        """
        A figure in force on a day: the latest that has begun, else the first there is.

        Raises:
            KeyError: no such figure.
        """
        known = sorted((item for item in self.value if item.key == key), key=lambda item: item.since)
        if not known:
            raise KeyError(key)
        begun = [item for item in known if item.since <= on]
        return begun[-1] if begun else known[0]

    def value_named(self, key: str) -> int:
        """
        The figure last published.

        Raises:
            KeyError: no such figure.
        """
        return self.at(key, date.max).value

    def criterion_named(self, key: str) -> Criterion | None:
        """A criterion, if there is one of that name."""
        return next((item for item in self.criterion if item.key == key), None)


class HeldRight(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion recorded for a person, with the proof that was seen."""

    criterion: str
    proof: str
    seen_on: date
    valid_until: date | None = None


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is to be judged: one way, and who travels.

    Args:
        legal_form: of the organiser; None when nobody said.
        rights: recorded for the person, whether still valid or not.
        home_zone: of the person's commune.
        from_zone, to_zone: of both ends of the trip.
        hub: whether an end is a multimodal hub.
        distance_m: of the way, by road.
        straight_m: as the crow flies, which no road undercuts.
        is_estimated: `distance_m` was worked out from `straight_m`.
        price_cents: asked for this way.
        seats: of the vehicle, driver included, or as many as this trip needs.
    """

    on: date
    legal_form: str | None
    rights: list[HeldRight]
    home_zone: Zone
    from_zone: Zone
    to_zone: Zone
    hub: bool
    distance_m: int
    straight_m: int
    is_estimated: bool
    price_cents: int
    seats: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something a rule says.

    Args:
        severity: `refuse`; `ask`, which somebody must answer before the trip is confirmed; `warn`.
        args: figures of the French sentence.
    """

    code: str
    severity: Severity
    article: str
    args: dict[str, str | int] = {}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """
    What all rules say of a trip.

    Args:
        held: the right on which it rests; None when there is none, or when nothing needs one.
        rules: version of the table.
    """

    findings: list[Finding]
    held: HeldRight | None
    rules: str

    def of(self, severity: Severity) -> list[Finding]:
        """Findings of one severity, in order of the rules."""
        return [finding for finding in self.findings if finding.severity == severity]

    @property
    def may_go(self) -> bool:
        """Whether nothing refuses and nothing is left to be answered."""
        return all(finding.severity == "warn" for finding in self.findings)


@functools.cache
def tus_rules() -> Rules:
    """The table shipped with the package."""
    text = (resources.files("carecoord.rides") / "tus.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Rules)


def judge(trip: Trip, rules: Rules | None = None) -> Verdict:
    """Everything the rules say of a trip, all at once."""
    rules = rules or tus_rules()
    held, of_person = _person(trip, rules)
    findings = [
        *_organiser(trip),
        *of_person,
        *_distance(trip, rules),
        *(_perimeter(trip) if _is_place_alone(held, rules) else []),
        *_price(trip, rules),
        *_seats(trip, rules),
    ]
    return Verdict(findings=findings, held=held, rules=rules.version)


def valid_rights(rights: Sequence[HeldRight], on: date) -> list[HeldRight]:
    """The rights whose proof counts on a day, means before place, since means open every destination."""
    rules = tus_rules()
    counted = [
        right
        for right in rights
        if rules.criterion_named(right.criterion) is not None
        and (right.valid_until is None or right.valid_until >= on)
    ]
    return sorted(counted, key=lambda right: (_group(right, rules) != "means", -right.seen_on.toordinal()))


def _group(right: HeldRight, rules: Rules) -> str:
    found = rules.criterion_named(right.criterion)
    return found.group if found is not None else ""


def _organiser(trip: Trip) -> list[Finding]:
    """L3133-1: associations alone."""
    if trip.legal_form == "association":
        return []
    if trip.legal_form is None:
        return [Finding(code="organiser_unknown", severity="ask", article="L3133-1")]
    return [
        Finding(
            code="organiser_not_association",
            severity="refuse",
            article="L3133-1",
            args={"form": trip.legal_form},
        )
    ]


def _person(trip: Trip, rules: Rules) -> tuple[HeldRight | None, list[Finding]]:
    """R3133-1: one criterion at least."""
    valid = valid_rights(trip.rights, trip.on)
    means = [right for right in valid if _group(right, rules) == "means"]
    if means:
        found = rules.criterion_named(means[0].criterion)
        doubt = found is not None and found.doubtful
        doubtful = Finding(
            code="criterion_doubtful",
            severity="warn",
            article="R3133-1",
            args={"criterion": means[0].criterion},
        )
        return means[0], [doubtful] if doubt else []
    if valid:
        return valid[0], []
    if trip.home_zone == "small":
        return HeldRight(criterion="rural", proof="", seen_on=trip.on), []
    if trip.rights:
        latest = max(trip.rights, key=lambda right: right.seen_on)
        ended = latest.valid_until or trip.on
        return None, [
            Finding(
                code="proof_expired",
                severity="ask",
                article="R3133-1",
                args={"criterion": latest.criterion, "until": ended.isoformat()},
            )
        ]
    if trip.home_zone == "unknown":
        return None, [Finding(code="basis_unknown", severity="ask", article="R3133-1")]
    return None, [Finding(code="basis_missing", severity="refuse", article="R3133-1")]


def _distance(trip: Trip, rules: Rules) -> list[Finding]:
    """R3133-4: 100 km a trip. An estimate beyond it refuses only when no road could be shorter."""
    limit = rules.at("trip_max_m", trip.on)
    if trip.distance_m <= limit.value:
        return []
    args: dict[str, str | int] = {"distance_m": trip.distance_m, "limit_m": limit.value}
    if limit.doubtful or (trip.is_estimated and trip.straight_m <= limit.value):
        return [Finding(code="distance_doubtful", severity="warn", article=limit.article, args=args)]
    return [Finding(code="distance_beyond", severity="refuse", article=limit.article, args=args)]


def _is_place_alone(held: HeldRight | None, rules: Rules) -> bool:
    return held is not None and _group(held, rules) == "place"


def _perimeter(trip: Trip) -> list[Finding]:
    """R3133-4: who has the place of living alone stays within small communes, or reaches a hub."""
    if trip.hub:
        return []
    zones = (trip.from_zone, trip.to_zone)
    if "large" in zones:
        return [Finding(code="perimeter", severity="refuse", article="R3133-4")]
    if "unknown" in zones:
        return [Finding(code="perimeter_unknown", severity="warn", article="R3133-4")]
    return []


def _price(trip: Trip, rules: Rules) -> list[Finding]:
    """R3133-3 and the order of 17 October 2019: so much a kilometre at most."""
    ceiling = rules.at("price_max_millicents_per_m", trip.on)
    if trip.price_cents * 1000 <= ceiling.value * trip.distance_m:
        return []
    args: dict[str, str | int] = {
        "price_cents": trip.price_cents,
        "ceiling_cents": ceiling.value * trip.distance_m // 1000,
    }
    severity: Severity = "warn" if ceiling.doubtful else "refuse"
    return [Finding(code="price_beyond", severity=severity, article=ceiling.article, args=args)]


def _seats(trip: Trip, rules: Rules) -> list[Finding]:
    """At most nine seats, the driver's included."""
    limit = rules.at("seats_max", trip.on)
    if trip.seats <= limit.value:
        return []
    args: dict[str, str | int] = {"seats": trip.seats, "limit": limit.value}
    severity: Severity = "warn" if limit.doubtful else "refuse"
    return [Finding(code="seats_beyond", severity=severity, article=limit.article, args=args)]
