"""
Somebody whom nobody has a record of yet: where she lives, and her record when an offer is taken.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Civility, GeoQuality, UpsertPerson
from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.edge.access import Desk
from carecoord.kernel.errors import Defect, Invalid
from carecoord.rosters.offering import Home
from carecoord.settings import Settings
from carecoord.territory.domain import Commune
from carecoord.territory.service import communes_of_postcode
from carecoord.travel.locate import locate
from carecoord.web.pages.offer_form import OfferForm


class NewPlace(msgspec.Struct, frozen=True, kw_only=True):
    """
    An address given by hand.

    Args:
        communes: that the postcode may mean, as code and name; one of them is `chosen`.
        home: where it is; None until a commune is chosen.
        quality: `commune` when only its centre is known.
    """

    communes: list[tuple[str, str]]
    chosen: str
    home: Home | None
    quality: GeoQuality = "commune"

    async def record(self, desk: Desk, form: OfferForm) -> UUID:
        """
        Record the person now, under a number that follows from that of the offer.

        Whoever has that number already stays as she is: a form sent twice, or one changed by hand,
        never writes over a record.

        Raises:
            Invalid: name or address is missing; all are told at once.
        """
        values = form.values
        missing = [
            Defect(code="text_missing", where=name, why="is blank")
            for name in ("nom", "prenom", "adresse")
            if not values[name]
        ]
        if missing or self.home is None:
            raise Invalid(missing or [Defect(code="value_unknown", where="commune", why="is none")])
        reference = f"P{values['numero']}"
        known = await person_ids(desk.uow, desk.actor, [reference])
        if reference in known:
            return known[reference]
        civility: Civility = values["civilite"] if values["civilite"] in ("M.", "Mme et M.") else "Mme"  # type: ignore[assignment] # one of the three
        command = UpsertPerson(
            reference=reference,
            civility=civility,
            last_name=values["nom"],
            first_name=values["prenom"],
            phone=values["telephone"] or None,
            address=values["adresse"],
            postcode=values["cp"],
            insee=self.home.insee,
            latitude=self.home.latitude,
            longitude=self.home.longitude,
            geo_quality=self.quality,
        )
        await upsert_people(desk.uow, desk.actor, [command])
        return (await person_ids(desk.uow, desk.actor, [reference]))[reference]


async def new_place(desk: Desk, form: OfferForm) -> NewPlace | None:
    """The address that was typed; None when no postcode was."""
    if not form.values["cp"]:
        return None
    communes = [item for item in await communes_of_postcode(desk.uow, form.values["cp"]) if item.centre]
    if not communes:
        return None
    commune = next((item for item in communes if item.code == form.values["commune"]), communes[0])
    home, quality = await _located(desk.settings, commune, form)
    return NewPlace(
        communes=[(item.code, item.name) for item in communes],
        chosen=commune.code,
        home=home,
        quality=quality,
    )


async def _located(settings: Settings, commune: Commune, form: OfferForm) -> tuple[Home | None, GeoQuality]:
    """The geocoder's proposal where there is one, else the centre of the commune."""
    centre = commune.centre
    if centre is None:
        return None, "commune"
    point, found = await locate(
        settings, form.values["adresse"], insee=commune.code, postcode=form.values["cp"], centre=centre
    )
    quality: GeoQuality = found.value
    return Home(latitude=point.lat, longitude=point.lon, insee=commune.code), quality
