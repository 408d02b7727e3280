"""
Addresses of the pages of rounds; a draft that is looked at stays in every link.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from carecoord.kernel.calendar import monday_of

BOARD = "/tournees"
WEEK = "/tournees/semaine"
MAP = "/tournees/carte"


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """
    Makes addresses.

    Args:
        plan: the draft that is looked at; None for what is published.
    """

    plan: UUID | None = None

    def day(self, day: date, *, view: str = "", visit: UUID | None = None) -> str:
        """The board of a day; `view` is `liste` or `tableau`."""
        return self._made(BOARD, jour=day, vue=view, visite=visit)

    def week(self, day: date, *, view: str = "") -> str:
        """The week of a day."""
        return self._made(WEEK, jour=day, vue=view)

    def map(self, day: date, aide: UUID | None = None) -> str:
        """The map of one round, or of the day."""
        return self._made(MAP, jour=day, aide=aide)

    def visit(self, visit: UUID) -> str:
        """One visit."""
        return self._made(f"{BOARD}/visite/{visit}")

    def summary(self, visit: UUID) -> str:
        """What the panel beside the board says of a visit."""
        return self._made(f"{BOARD}/visite/{visit}/resume")

    def pin(self, visit: UUID) -> str:
        """Where pins are set."""
        return self._made(f"{BOARD}/visite/{visit}/epingle")

    def unpin(self, visit: UUID) -> str:
        """Where pins are lifted."""
        return self._made(f"{BOARD}/visite/{visit}/liberer")

    def move(
        self, visit: UUID, *, aides: list[UUID] | None = None, day: date | None = None, hour: str = ""
    ) -> str:
        """The form that moves a visit, filled in as far as known."""
        first, second = [*(aides or []), None, None][:2]
        path = f"{BOARD}/visite/{visit}/deplacer"
        return self._made(path, aide=first, aide2=second, jour=day, heure=hour)

    def repair(self, day: date, *, aide: UUID | None = None, visit: UUID | None = None) -> str:
        """The form that repairs a published day; an aide or a visit chosen beforehand."""
        pairs = [("jour", day.isoformat()), ("aide", aide), ("visite", visit)]
        return f"{BOARD}/reparer?{urlencode([(name, str(value)) for name, value in pairs if value])}"

    def promise(self, visit: UUID) -> str:
        """Where the hour of a visit is promised."""
        return self._made(f"{BOARD}/visite/{visit}/promettre")

    def remedies(self, visit: UUID) -> str:
        """What may be done for a visit in no round."""
        return self._made(f"{BOARD}/visite/{visit}/remedes")

    def planning(self, day: date) -> str:
        """The form that asks for a plan of the week of a day."""
        return f"/planifier?premier={monday_of(day).isoformat()}"

    def changes(self) -> str:
        """What a draft changes."""
        return self._made(f"{BOARD}/changements")

    def undo(self) -> str:
        """Where the last move is undone."""
        return self._made(f"{BOARD}/annuler")

    def aide(self, aide: UUID, day: date) -> str:
        """The week of an aide."""
        return self._made(f"/equipe/{aide}", jour=day)

    def person(self, person: UUID, day: date) -> str:
        """The week of a person."""
        return self._made(f"/personnes/{person}", jour=day)

    def _made(self, path: str, **values: object) -> str:
        pairs: list[tuple[str, str]] = []
        for name, value in {**values, "plan": self.plan}.items():
            if value not in (None, ""):
                pairs.append((name, str(value)))
        return f"{path}?{urlencode(pairs)}" if pairs else path
