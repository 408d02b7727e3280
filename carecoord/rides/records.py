"""
What the answer to a request rests on: destinations, communes, passengers, rights, terms of the service.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from carecoord.rides.habits import Frailty

Regime = Literal["tus", "own_service"]
REGIMES: tuple[Regime, ...] = ("tus", "own_service")


class PlaceFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    A destination many people go to.

    Args:
        purpose: a key of `asking.PURPOSES`.
        is_hub: a multimodal hub, as `hub_source` says.
    """

    label: str
    purpose: str
    address: str
    insee: str
    latitude: float
    longitude: float
    quality: str = "given"
    is_hub: bool = False
    hub_source: str = ""
    is_active: bool = True


class Place(PlaceFields, frozen=True, kw_only=True):
    """A known destination; `version` rises with each change."""

    id: UUID
    version: int


class SavePlace(PlaceFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a destination, or change the one of that identifier and version."""

    id: UUID | None = None
    version: int | None = None


class ZoneFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the ministry's list says of a commune.

    Args:
        is_small: rural, or in an urban unit under the threshold.
        unit_name, unit_population: of the urban unit, where there is one.
        source: where it was read.
    """

    insee: str
    is_small: bool
    unit_name: str = ""
    unit_population: int | None = None
    source: str


class CommuneZone(ZoneFields, frozen=True, kw_only=True):
    """A commune as somebody looked it up."""

    id: UUID
    seen_on: date
    version: int


class RecordZone(ZoneFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record what the list says today; what was recorded before of that commune is replaced."""


class PassengerFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    How a person travels.

    Args:
        companions: how many usually come along.
    """

    person_id: UUID
    frailty: Frailty = "none"
    wheelchair: bool = False
    companions: int = 0


class Passenger(PassengerFields, frozen=True, kw_only=True):
    """A passenger; `version` is 0 while nothing was recorded."""

    version: int = 0


class SavePassenger(PassengerFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record how a person travels; `version` is the one that was read."""

    version: int = 0


class RightFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    A criterion that opens the service to a person.

    Args:
        criterion: a key of the criteria of `tus.toml`.
        proof: what was shown, "attestation CSS".
        valid_until: last day on which the proof counts; None when it has none.
    """

    person_id: UUID
    criterion: str
    proof: str
    seen_on: date
    valid_until: date | None = None


class Right(RightFields, frozen=True, kw_only=True):
    """A recorded right."""

    id: UUID
    version: int


class RecordRight(RightFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record a proof that was seen."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the yearly return asks and no ride tells.

    Args:
        rna: number in the national register of associations, `W` and nine digits.
        address: of the seat.
        statutes_joined: whether a copy of the statutes goes with the return.
        rules: rules of the association's own for carrying people.
    """

    rna: str = ""
    address: str = ""
    employees: int | None = None
    volunteers: int | None = None
    members: int | None = None
    statutes_joined: bool = False
    rules: str = ""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """
    How the organisation runs its service.

    Args:
        regime: `tus`, or `own_service` on another ground, which `ground` names (deliberation, convention).
        cents_per_km: share of the costs asked from passengers.
        habits: field of `habits.Habits` -> own value.
        version: 0 while nothing was recorded.
    """

    regime: Regime = "tus"
    ground: str = ""
    cents_per_km: int = 0
    habits: dict[str, int] = {}
    facts: Facts = Facts()
    version: int = 0
