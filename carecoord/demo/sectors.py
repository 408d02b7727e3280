"""
Where the demonstration takes place: real communes, each with its share and its spread.

Coordinates are those of the commune table (centre of the simplified contour, INSEE, IGN,
Licence Ouverte), moved to the built-up part where the centre falls in a forest.
"""

from __future__ import annotations

import math
from random import Random

import msgspec


class Commune(msgspec.Struct, frozen=True, kw_only=True):
    """
    A commune of a sector.

    Args:
        share: how many of the sector's people live there, relative to the others.
        spread_m: standard distance of homes from the centre.
    """

    insee: str
    name: str
    postcode: str
    latitude: float
    longitude: float
    share: int
    spread_m: int


class Sector(msgspec.Struct, frozen=True, kw_only=True):
    """
    A provider's ground and the size of its week.

    Args:
        weekday_visits: visits to make on each day from Monday to Friday.
        weekend_visits: visits to make on each Saturday and Sunday.
    """

    key: str
    provider: str
    regime: str
    communes: list[Commune]
    aides: int
    weekday_visits: int
    weekend_visits: int
    car_permille: int


def _commune(
    insee: str, name: str, postcode: str, point: tuple[float, float], *, share: int, spread_m: int
) -> Commune:
    return Commune(
        insee=insee,
        name=name,
        postcode=postcode,
        latitude=point[0],
        longitude=point[1],
        share=share,
        spread_m=spread_m,
    )


YERRES_VALLEY = Sector(
    key="val-yerres",
    provider="Entraide du Val d’Yerres",
    regime="BAD_2941",
    communes=[
        _commune("91114", "Brunoy", "91800", (48.6965, 2.5038), share=52, spread_m=1100),
        _commune("91215", "Épinay-sous-Sénart", "91860", (48.6930, 2.5160), share=18, spread_m=700),
        _commune("91097", "Boussy-Saint-Antoine", "91800", (48.6900, 2.5310), share=14, spread_m=800),
        _commune("91514", "Quincy-sous-Sénart", "91480", (48.6725, 2.5350), share=8, spread_m=1000),
        _commune("91691", "Yerres", "91330", (48.7140, 2.4920), share=8, spread_m=1200),
    ],
    aides=42,
    weekday_visits=225,
    weekend_visits=96,
    car_permille=760,
)

SOUTH_BRIE = Sector(
    key="bocage",
    provider="Bocage Services à Domicile",
    regime="SAP_3127",
    communes=[
        _commune("77431", "Saint-Pierre-lès-Nemours", "77140", (48.2670, 2.6830), share=34, spread_m=1900),
        _commune("77333", "Nemours", "77140", (48.2650, 2.7000), share=16, spread_m=1300),
        _commune("77016", "Bagneaux-sur-Loing", "77167", (48.2330, 2.7060), share=6, spread_m=1300),
        _commune("77216", "Grez-sur-Loing", "77880", (48.3170, 2.6880), share=6, spread_m=1500),
        _commune("77100", "Le Châtelet-en-Brie", "77820", (48.5060, 2.7980), share=22, spread_m=1900),
        _commune("77188", "Fontaine-le-Port", "77590", (48.4860, 2.7640), share=6, spread_m=1400),
        _commune("77453", "Sivry-Courtry", "77115", (48.5290, 2.7560), share=5, spread_m=1600),
        _commune("77179", "Féricy", "77133", (48.4640, 2.8060), share=5, spread_m=1300),
    ],
    aides=23,
    weekday_visits=125,
    weekend_visits=54,
    car_permille=1000,
)

SECTORS = (YERRES_VALLEY, SOUTH_BRIE)

_METRES_A_DEGREE = 111_195  # of latitude: mean Earth radius 6,371 km


def point_in(commune: Commune, random: Random, *, wider: float = 1.0) -> tuple[float, float]:
    """
    A front door in a commune: latitude and longitude, at most two and a half spreads away.

    Args:
        wider: multiplies the spread; aides live farther out than the people they help.
    """
    distance_m = min(abs(random.gauss(0.0, 1.0)), 2.5) * commune.spread_m * wider
    bearing = random.uniform(0.0, 2 * math.pi)
    latitude = commune.latitude + distance_m * math.cos(bearing) / _METRES_A_DEGREE
    east = distance_m * math.sin(bearing)
    longitude = commune.longitude + east / (_METRES_A_DEGREE * math.cos(math.radians(commune.latitude)))
    return round(latitude, 5), round(longitude, 5)


def pick_commune(sector: Sector, random: Random) -> Commune:
    """A commune of the sector, by share."""
    return random.choices(sector.communes, [commune.share for commune in sector.communes])[0]
