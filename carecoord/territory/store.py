"""
All SQL of territory.
"""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.dialects.postgresql import insert

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.geo import Density, Point
from carecoord.territory.domain import Commune, CommuneKind
from carecoord.territory.names import name_key
from carecoord.territory.tables import CommuneRow, ReferenceListRow

# One statement for 35,000 rows: the list travels as one JSON document.
_UPSERT = text("""
INSERT INTO commune (code, name, name_key, kind, department, region, epci, epci_name, population,
                     postcodes, latitude, longitude, density, is_current)
SELECT code, name, name_key, kind, department, region, epci, epci_name, population,
       postcodes, latitude, longitude, density, true
FROM json_to_recordset(CAST(:communes AS json)) AS given (
    code text, name text, name_key text, kind text, department text, region text, epci text,
    epci_name text, population integer, postcodes text[], latitude float, longitude float, density text)
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, name_key = excluded.name_key, kind = excluded.kind,
    department = excluded.department, region = excluded.region, epci = excluded.epci,
    epci_name = excluded.epci_name, population = excluded.population, postcodes = excluded.postcodes,
    latitude = excluded.latitude, longitude = excluded.longitude, density = excluded.density,
    is_current = true
""")

# Addresses may still carry the code of a commune that was merged: the row stays, marked.
_RETIRE = text("UPDATE commune SET is_current = false WHERE is_current AND NOT (code = ANY(:codes))")


async def lock_list(uow: UnitOfWork, name: str) -> str | None:
    """Digest of the list held, None at first; other loaders of this list wait until this work ends."""
    await uow.session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"reference_list:{name}"}
    )
    wanted = select(ReferenceListRow.digest).where(ReferenceListRow.name == name)
    return (await uow.session.execute(wanted)).scalar_one_or_none()


async def replace_list(uow: UnitOfWork, communes: Sequence[Commune], *, name: str, digest: str) -> None:
    """Make the table hold this list, and remember which."""
    lines = [
        {
            "code": commune.code,
            "name": commune.name,
            "name_key": name_key(commune.name),
            "kind": commune.kind,
            "department": commune.department,
            "region": commune.region,
            "epci": commune.epci,
            "epci_name": commune.epci_name,
            "population": commune.population,
            "postcodes": commune.postcodes,
            "latitude": commune.centre.lat if commune.centre else None,
            "longitude": commune.centre.lon if commune.centre else None,
            "density": commune.density,
        }
        for commune in communes
    ]
    await uow.session.execute(_UPSERT, {"communes": msgspec.json.encode(lines).decode()})
    await uow.session.execute(_RETIRE, {"codes": [commune.code for commune in communes]})
    held = {"digest": digest, "loaded_at": uow.now}
    statement = insert(ReferenceListRow).values(name=name, **held)
    await uow.session.execute(
        statement.on_conflict_do_update(index_elements=[ReferenceListRow.name], set_=held)
    )


async def by_codes(uow: UnitOfWork, codes: Collection[str]) -> list[Commune]:
    """Communes of these codes, current or not."""
    return await _read(uow, CommuneRow.code.in_(codes), limit=None)


async def by_postcode(uow: UnitOfWork, postcode: str) -> list[Commune]:
    """Current communes that a postcode covers, largest first."""
    return await _read(uow, CommuneRow.postcodes.contains([postcode]) & CommuneRow.is_current, limit=None)


async def by_name_prefix(uow: UnitOfWork, key: str, *, limit: int) -> list[Commune]:
    """Current communes whose compared name starts so, largest first."""
    condition = CommuneRow.name_key.startswith(key, autoescape=True) & CommuneRow.is_current
    return await _read(uow, condition, limit=limit)


async def _read(uow: UnitOfWork, condition: ColumnElement[bool], *, limit: int | None) -> list[Commune]:
    wanted = (
        select(CommuneRow)
        .where(condition)
        .order_by(CommuneRow.population.desc(), CommuneRow.code)
        .limit(limit)
    )
    return [_commune(row) for row in (await uow.session.scalars(wanted)).all()]


def _commune(row: CommuneRow) -> Commune:
    placed = row.latitude is not None and row.longitude is not None
    return Commune(
        code=row.code,
        name=row.name,
        kind=CommuneKind(row.kind),
        department=row.department,
        region=row.region,
        epci=row.epci,
        epci_name=row.epci_name,
        population=row.population,
        postcodes=tuple(row.postcodes),
        centre=Point(lat=row.latitude or 0.0, lon=row.longitude or 0.0) if placed else None,
        density=Density(row.density),
        is_current=row.is_current,
    )
