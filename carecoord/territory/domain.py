"""
Communes: the unit by which a territory, a competence and an address are told.
"""

import enum

import msgspec

from carecoord.kernel.geo import Density, Point


class CommuneKind(enum.StrEnum):
    """A commune, or an arrondissement of Paris, Lyon or Marseille (they have codes of their own)."""

    COMMUNE = "commune"
    ARRONDISSEMENT = "arrondissement"


class Commune(msgspec.Struct, frozen=True, kw_only=True):
    """
    One commune of the official list.

    Args:
        code: INSEE code, the only identifier (`2A004`, `91114`).
        department: code of the department (`2A`, `91`, `971`).
        epci: SIREN of the inter-municipal body, empty for none.
        postcodes: a postcode may cover many communes, and a commune have many postcodes.
        centre: middle of the territory, not the town hall; None for a few communes overseas.
        density: how densely people live around the centre.
        is_current: false when the code left the official list (merged communes).
    """

    code: str
    name: str
    kind: CommuneKind
    department: str
    region: str
    epci: str
    epci_name: str
    population: int
    postcodes: tuple[str, ...]
    centre: Point | None
    density: Density
    is_current: bool = True


class LoadReport(msgspec.Struct, frozen=True, kw_only=True):
    """
    What loading the reference did.

    Args:
        communes: number of rows of the shipped list.
        changed: false when the database held this very list already.
    """

    communes: int
    changed: bool
