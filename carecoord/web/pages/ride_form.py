"""
A request for a ride as it is typed: sent in the body of a form, never in an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.kernel.french import parse_decimal
from carecoord.kernel.ids import new_id
from carecoord.rides.asking import PURPOSES, AskRide
from carecoord.rides.domain import ReturnKind, Spot
from carecoord.web.forms import YEARS, civil_day
from carecoord.web.rides_words import clock

DEFAULTS = {
    "personne": "",
    "recherche": "",
    "appelant": "",
    "lieu": "",
    "motif": "other",
    "intitule": "",
    "cp": "",
    "commune": "",
    "adresse": "",
    "depart": "",
    "date": "",
    "sens": "arriver",
    "heure": "",
    "retour": "none",
    "heure_retour": "",
    "accompagnants": "0",
    "fauteuil": "",
    "prix": "",
    "distance": "",
    "note": "",
    "voir": "",
    "choix": "",
    "cle": "",
    "cause": "",
    "modele": "",
    "base": "",
    "preuve": "",
    "vu": "",
    "valable": "",
}

CARRIED = (
    "personne",
    "appelant",
    "lieu",
    "motif",
    "intitule",
    "cp",
    "commune",
    "adresse",
    "depart",
    "date",
    "sens",
    "heure",
    "retour",
    "heure_retour",
    "accompagnants",
    "fauteuil",
    "prix",
    "distance",
    "note",
)
"""Fields of the request itself, carried by the forms that follow its answer."""

NAMES = {
    "on": "date",
    "arrive_minute": "heure",
    "leave_minute": "heure",
    "back_minute": "heure_retour",
    "back": "retour",
    "companions": "accompagnants",
    "purpose": "motif",
    "caller": "appelant",
    "price_cents": "prix",
    "distance_m": "distance",
    "destination.label": "intitule",
    "destination.address": "adresse",
    "destination.insee": "commune",
    "proof": "preuve",
    "criterion": "base",
    "seen_on": "vu",
    "valid_until": "valable",
    "source": "preuve",
}
"""Field of the request -> field of the form."""

_CLOCK = re.compile(r"(\d{1,2})[:hH ]*(\d{2})?$")


class RideForm(msgspec.Struct, kw_only=True):
    """What was typed, with what is usual where nothing was."""

    values: dict[str, str]

    @property
    def is_asked(self) -> bool:
        """Whether a driver is to be looked for, not only a person chosen."""
        return bool(self.values["voir"])

    @property
    def key(self) -> UUID:
        """The key of this form; a new one when it carries none."""
        try:
            return UUID(self.values["cle"])
        except ValueError:
            return new_id()

    def ask(self, *, person_id: UUID, destination: Spot | None, origin: Spot | None) -> AskRide:
        """
        The request.

        Raises:
            Invalid: something typed is no number, date or hour, or no destination; all are told at once.
        """
        defects: list[Defect] = []
        if destination is None:
            defects.append(Defect(code="text_missing", where="lieu", why="names no destination"))
            destination = Spot(label="", address="", insee="", latitude=0.0, longitude=0.0)
        minute = self._minute("heure", defects)
        back: ReturnKind = self.values["retour"] if self.values["retour"] in ("wait", "other") else "none"  # type: ignore[assignment] # one of the three
        made = AskRide(
            person_id=person_id,
            on=self.day("date", defects),
            destination=destination,
            origin=origin,
            purpose=self.values["motif"] if self.values["motif"] in PURPOSES else "other",
            arrive_minute=None if self.values["sens"] == "partir" else minute,
            leave_minute=minute if self.values["sens"] == "partir" else None,
            back=back,
            back_minute=None if back == "none" else self._minute("heure_retour", defects),
            companions=self._whole("accompagnants", defects),
            wheelchair=bool(self.values["fauteuil"]),
            caller=self.values["appelant"],
            note=self.values["note"],
            price_cents=self._scaled("prix", 100, defects),
            distance_m=self._scaled("distance", 1000, defects),
        )
        if defects:
            raise Invalid(defects)
        return made

    def day(self, name: str, defects: list[Defect]) -> date:
        """A date; 1 January 1900 beside a defect."""
        try:
            return civil_day(self.values[name])
        except ValueError:
            defects.append(Defect(code="date_malformed", where=name, why="is no date"))
            return date(YEARS[0], 1, 1)

    def _minute(self, name: str, defects: list[Defect]) -> int:
        found = _CLOCK.match(self.values[name])
        minutes = int(found[1]) * 60 + int(found[2] or 0) if found else 1440
        if minutes >= 1440:
            defects.append(Defect(code="hour_malformed", where=name, why="is no hour"))
            return 0
        return minutes

    def _whole(self, name: str, defects: list[Defect]) -> int:
        if re.fullmatch(r"\d{1,2}", self.values[name]):
            return int(self.values[name])
        defects.append(Defect(code="number_malformed", where=name, why="is no whole number"))
        return 0

    def _scaled(self, name: str, by: int, defects: list[Defect]) -> int | None:
        """A number in a small unit; None when nothing was typed."""
        if not self.values[name]:
            return None
        try:
            return round(parse_decimal(self.values[name]) * by)
        except ValueError:
            defects.append(Defect(code="number_malformed", where=name, why="is no number"))
            return None


def ride_form(fields: Iterable[tuple[str, object]]) -> RideForm:
    """What a form says, with what is usual where it says nothing."""
    typed = {
        name: value.strip()[:400] for name, value in fields if isinstance(value, str) and name in DEFAULTS
    }
    return RideForm(values={**DEFAULTS, **typed})


def filled(ask: AskRide, model: UUID) -> RideForm:
    """The form of a ride asked for again; its destination is that of the request it repeats."""
    minute = ask.arrive_minute if ask.arrive_minute is not None else ask.leave_minute
    place = ask.destination.place_id
    values = {
        **DEFAULTS,
        "personne": str(ask.person_id),
        "appelant": ask.caller,
        "lieu": str(place) if place is not None else f"r:{model}",
        "motif": ask.purpose,
        "depart": "" if ask.origin is None else f"r:{model}",
        "date": ask.on.isoformat(),
        "sens": "arriver" if ask.arrive_minute is not None else "partir",
        "heure": clock(minute),
        "retour": ask.back,
        "heure_retour": clock(ask.back_minute),
        "accompagnants": str(ask.companions),
        "fauteuil": "oui" if ask.wheelchair else "",
        "note": ask.note,
        "voir": "1",
    }
    return RideForm(values=values)
