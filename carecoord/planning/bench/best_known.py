"""
Best-known values of the literature and the gap to them.
"""

from __future__ import annotations

import msgspec

from carecoord.kernel.errors import Defect, Invalid


class BestKnown(msgspec.Struct, frozen=True, kw_only=True):
    """
    One published value: objective in the unit of its family, routes used, whether proved optimal.

    `objective_kind` says what the objective is, where an instance has several. Values under another
    objective stand beside it: `hierarchical` (fewest vehicles, then distance) and `distance_only`.
    """

    objective: float
    vehicles: int | None = None
    optimal: bool = False
    source: str = ""
    objective_kind: str = ""
    hierarchical: BestKnown | None = None
    distance_only: BestKnown | None = None

    def of_kind(self, kind: str) -> BestKnown | None:
        """
        The value whose objective is of a kind (how its description begins); None where there is none.
        """
        values = (self, self.hierarchical, self.distance_only)
        fitting = (value for value in values if value is not None and value.objective_kind.startswith(kind))
        return next(fitting, None)


def read_best_known(content: bytes) -> dict[str, BestKnown]:
    """
    The table of a `best_known.json` file, by instance name.

    Raises:
        Invalid: `best_known_malformed` when the file is not such a table.
    """
    try:
        return msgspec.json.decode(content, type=dict[str, BestKnown])
    except msgspec.DecodeError as error:
        defect = Defect(code="best_known_malformed", where="best_known.json", why=str(error))
        raise Invalid([defect], code="best_known_malformed") from error


def gap(found: float, best: float) -> float:
    """
    (found - best) / best; 0 when both are 0, infinite when only the best is.
    """
    if best == 0:
        return 0.0 if found == 0 else float("inf")
    return (found - best) / best
