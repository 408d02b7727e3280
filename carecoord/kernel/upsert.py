"""
What became of records that came from outside: created, changed, or already the same.
"""

from __future__ import annotations

import msgspec

from carecoord.kernel.errors import Defect


class UpsertReport(msgspec.Struct, frozen=True, kw_only=True):
    """
    Outcome of a bulk write, by the reference that is the key of the import.

    Args:
        created: references that did not exist, in the order given.
        changed: references of which at least one field differed.
        unchanged: references that were already exactly so; their rows were not touched.
    """

    created: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []

    @property
    def total(self) -> int:
        """Number of records given."""
        return len(self.created) + len(self.changed) + len(self.unchanged)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each, for the audit record and for pages."""
        return {
            "created": len(self.created),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
        }


def sorted_out(references: list[str], *, created: set[str], changed: set[str]) -> UpsertReport:
    """The report of a write, references in the order in which they were given."""
    only_changed = changed - created
    written = created | changed
    return UpsertReport(
        created=[reference for reference in references if reference in created],
        changed=[reference for reference in references if reference in only_changed],
        unchanged=[reference for reference in references if reference not in written],
    )


def duplicate_defects(references: list[str], where: str) -> list[Defect]:
    """A defect for each reference that was given before in the same list."""
    first: dict[str, int] = {}
    defects = []
    for index, reference in enumerate(references):
        earlier = first.setdefault(reference, index)
        if earlier != index:
            defects.append(
                Defect(
                    code="reference_twice",
                    where=f"{where}[{index}].reference",
                    why=f"{reference!r} was given at {where}[{earlier}] already",
                    args={"reference": reference, "earlier": earlier},
                )
            )
    return defects
