"""
Figures behind estimated travel times, read once from the dated TOML table beside this file.
"""

import functools
import tomllib
from datetime import date
from importlib import resources

import msgspec

from carecoord.kernel.geo import Density
from carecoord.travel.domain import Mode


class Pace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How one mode moves in one density.

    Args:
        detour: road metres per great-circle metre, at least 1.
        speed_kmh: mean door-to-door speed over the road metres.
    """

    detour: float
    speed_kmh: float
    source: str
    confidence: float


class SameBuilding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points closer than `radius_m` metres are one building, `seconds` apart; no trip is shorter."""

    radius_m: int
    seconds: int
    source: str
    confidence: float


class Network(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A point farther than `snap_limit_m` metres from any way is off the network."""

    snap_limit_m: int
    source: str
    confidence: float


class TravelParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table; one `Pace` per mode and density."""

    version: str
    as_of: date
    same_building: SameBuilding
    network: Network
    car: dict[Density, Pace]
    bike: dict[Density, Pace]
    foot: dict[Density, Pace]

    def __post_init__(self) -> None:
        """Refuse a table with a hole or an impossible figure: it would surface as a zero somewhere."""
        for mode in Mode:
            paces = self.paces(mode)
            if set(paces) != set(Density):
                raise ValueError(f"{mode}: a pace is needed for each of {', '.join(Density)}")
            if any(pace.detour < 1 or pace.speed_kmh <= 0 for pace in paces.values()):
                raise ValueError(f"{mode}: detour below 1 or speed not positive")

    def paces(self, mode: Mode) -> dict[Density, Pace]:
        """The paces of a mode by density."""
        return {Mode.CAR: self.car, Mode.BIKE: self.bike, Mode.FOOT: self.foot}[mode]


@functools.cache
def travel_parameters() -> TravelParameters:
    """The table shipped with the package."""
    text = (resources.files("carecoord.travel") / "great_circle.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), TravelParameters)
