"""
What became of records that came from outside: created, changed, or already the same.
"""

from __future__ import annotations

import msgspec


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


def joined(reports: list[UpsertReport]) -> UpsertReport:
    """One report for several chunks."""
    return UpsertReport(
        created=[reference for report in reports for reference in report.created],
        changed=[reference for report in reports for reference in report.changed],
        unchanged=[reference for report in reports for reference in report.unchanged],
    )
