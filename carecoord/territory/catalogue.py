"""
The shipped list of communes, read and completed.

Source: INSEE, DGCL, La Poste, IGN – Licence Ouverte (see `data/NOTICE`).
"""

import csv
import gzip
import hashlib
import io
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources

import msgspec

from carecoord.kernel.geo import Density, Point
from carecoord.territory.density import densities_around
from carecoord.territory.domain import Commune, CommuneKind

LIST_NAME = "communes-2026"

_REVISION = "1"
"""To be raised when what is derived from the list changes, so that databases load it again."""

_KINDS = {
    "commune-actuelle": CommuneKind.COMMUNE,
    "arrondissement-municipal": CommuneKind.ARRONDISSEMENT,
}
_CITIES = {"751": "75056", "693": "69123", "132": "13055"}
"""First digits of an arrondissement's code -> the whole city."""


def list_digest() -> str:
    """Identifies the shipped list, without reading it."""
    return hashlib.sha256(_REVISION.encode() + _packed()).hexdigest()


def read_catalogue() -> list[Commune]:
    """
    Every commune of the shipped list, in order of code.

    A commune without a centre takes the one of its city (arrondissements), else the mean of those that share
    a postcode; its density follows.
    """
    text = gzip.decompress(_packed()).decode("utf-8")
    communes = [_commune(line) for line in csv.DictReader(io.StringIO(text))]
    return _with_density(_with_centres(communes))


def _packed() -> bytes:
    return (resources.files("carecoord.territory") / "data" / f"{LIST_NAME}.csv.gz").read_bytes()


def _commune(line: dict[str, str]) -> Commune:
    known = bool(line["lon"] and line["lat"])
    return Commune(
        code=line["insee"],
        name=line["nom"],
        kind=_KINDS[line["type"]],
        department=line["departement"],
        region=line["region"],
        epci=line["epci"],
        epci_name=line["epci_nom"],
        population=int(line["population"] or 0),
        postcodes=tuple(code for code in line["codes_postaux"].split(";") if code),
        centre=Point(lat=float(line["lat"]), lon=float(line["lon"])) if known else None,
        density=Density.RURAL,
    )


def _with_centres(communes: Sequence[Commune]) -> list[Commune]:
    by_code = {commune.code: commune for commune in communes}
    by_postcode: dict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        for postcode in commune.postcodes:
            if commune.centre is not None:
                by_postcode[postcode].append(commune.centre)

    def centre(commune: Commune) -> Point | None:
        if commune.kind is CommuneKind.ARRONDISSEMENT:
            return by_code[_CITIES[commune.code[:3]]].centre
        near = [point for postcode in commune.postcodes for point in by_postcode[postcode]]
        return _mean(near) if near else None

    return [
        commune if commune.centre is not None else msgspec.structs.replace(commune, centre=centre(commune))
        for commune in communes
    ]


def _with_density(communes: Sequence[Commune]) -> list[Commune]:
    # Arrondissements are left out: their people are counted with the city.
    inhabited = [
        (commune.centre, commune.population)
        for commune in communes
        if commune.centre is not None and commune.kind is CommuneKind.COMMUNE
    ]
    placed = [commune for commune in communes if commune.centre is not None]
    points = [commune.centre for commune in placed if commune.centre is not None]
    classes = dict(
        zip((commune.code for commune in placed), densities_around(points, inhabited), strict=True)
    )
    return [
        msgspec.structs.replace(commune, density=classes.get(commune.code, Density.RURAL))
        for commune in communes
    ]


def _mean(points: Sequence[Point]) -> Point:
    return Point(
        lat=round(sum(point.lat for point in points) / len(points), 5),
        lon=round(sum(point.lon for point in points) / len(points), 5),
    )
