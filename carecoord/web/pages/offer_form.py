"""
The question about a need, as it is typed: sent in the body of a form, never in an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.rosters.offering import AskOffers, Home

DEFAULTS = {
    "personne": "",
    "recherche": "",
    "cp": "",
    "commune": "",
    "adresse": "",
    "civilite": "Mme",
    "nom": "",
    "prenom": "",
    "telephone": "",
    "aide": "Aide à domicile",
    "rang": "important",
    "duree": "60",
    "rythme": "une",
    "premier": "",
    "jusqua": "",
    "debut": "08:00",
    "fin": "12:00",
    "souhait": "",
    "equipe": "1",
    "marge": "15",
    "numero": "",
    "motif": "",
    "voir": "",
    "choix": "0",
}

NAMES = {
    "duration_minutes": "duree",
    "earliest_minute": "debut",
    "latest_minute": "fin",
    "preferred_minute": "souhait",
    "first_day": "premier",
    "until": "jusqua",
    "weekdays": "jours",
    "team_size": "equipe",
    "give_way_minutes": "marge",
    "ask.person_id": "personne",
    "label": "aide",
    "reference": "",
    "person_id": "",
}
"""Field of the question -> field of the form."""

CLOCK = re.compile(r"(\d{1,2}):(\d{2})$")


class OfferForm(msgspec.Struct, kw_only=True):
    """
    What was typed.

    Args:
        days: weekdays ticked, 0 Monday … 6 Sunday, as texts.
        slots: the visits of the offer that is taken, by its number in the list.
        is_choice: whether a place was chosen, not only a question asked.
    """

    values: dict[str, str]
    days: list[str]
    skills: list[str]
    slots: list[str]
    is_choice: bool = False

    @property
    def person(self) -> str:
        """The person chosen, if any."""
        return self.values["personne"]

    @property
    def is_asked(self) -> bool:
        """Whether the question was sent, not only a person chosen."""
        return bool(self.values["voir"])

    def ask(self, *, person_id: UUID | None, home: Home | None = None) -> AskOffers:
        """
        The question.

        Raises:
            Invalid: something typed is no number, date or hour; all are told at once.
        """
        defects: list[Defect] = []
        weekly = self.values["rythme"] == "semaine"
        if weekly and not self.days:
            defects.append(Defect(code="weekdays_missing", where="jours", why="names no day"))
        made = AskOffers(
            person_id=person_id,
            home=home,
            first_day=self._day("premier", defects) or date.min,
            until=None if weekly or not self.values["jusqua"] else self._day("jusqua", defects),
            weekdays=sorted({int(day) for day in self.days if day in "0123456"}) if weekly else [],
            duration_minutes=self._whole("duree", defects),
            earliest_minute=self._minute("debut", defects),
            latest_minute=self._minute("fin", defects),
            preferred_minute=self._minute("souhait", defects) if self.values["souhait"] else None,
            tier=self.values["rang"] if self.values["rang"] in ("vital", "comfort") else "important",  # type: ignore[arg-type] # one of the three
            skills=self.skills,
            team_size=self._whole("equipe", defects),
            give_way_minutes=self._whole("marge", defects),
        )
        if defects:
            raise Invalid(defects)
        return made

    def _day(self, name: str, defects: list[Defect]) -> date | None:
        try:
            return date.fromisoformat(self.values[name])
        except ValueError:
            defects.append(Defect(code="date_malformed", where=name, why="is no date"))
            return None

    def _whole(self, name: str, defects: list[Defect]) -> int:
        if re.fullmatch(r"\d{1,4}", self.values[name]):
            return int(self.values[name])
        defects.append(Defect(code="number_malformed", where=name, why="is no whole number"))
        return 0

    def _minute(self, name: str, defects: list[Defect]) -> int:
        found = CLOCK.match(self.values[name])
        if found is None:
            defects.append(Defect(code="hour_malformed", where=name, why="is no hour"))
            return 0
        return min(1439, int(found[1]) * 60 + int(found[2]))


def offer_form(fields: Iterable[tuple[str, object]]) -> OfferForm:
    """What a form says, with what is usual where it says nothing; names may come twice."""
    typed = [(name, value.strip()[:400]) for name, value in fields if isinstance(value, str)]
    values = {**DEFAULTS, **{name: value for name, value in typed if name in DEFAULTS}}

    def several(name: str) -> list[str]:
        return [value for key, value in typed if key == name and value]

    return OfferForm(
        values=values,
        days=several("jours"),
        skills=several("competences"),
        slots=several(f"place{values['choix'][:2]}"),
        is_choice=bool(several("choix")),
    )
