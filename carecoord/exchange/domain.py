"""
Imports: what a file would change, what it is refused for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

ImportKind = Literal["people", "aides", "absences", "care_plan_lines", "workbook"]
IMPORT_KINDS: tuple[ImportKind, ...] = ("workbook", "people", "aides", "absences", "care_plan_lines")
ImportState = Literal["checked", "applied", "abandoned"]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """
    Why one line cannot be imported, ready to be shown.

    Args:
        sheet: name of the sheet, as in the template.
        line: as the spreadsheet numbers it; 0 for the sheet as a whole.
        column: header of the column; empty for the line as a whole.
        value: what stands in the cell.
        reason: in French.
        remedy: in French.
    """

    sheet: str
    line: int
    column: str
    value: str
    reason: str
    remedy: str


class KindCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What would become (or became) of the lines of one kind."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """
    Outcome of a dry run or of an application.

    Args:
        counts: kind -> what becomes of its lines; empty when a line was refused.
        refusals: every defect of the file, at most one for each cell.
        created: up to a hundred references that are new, by kind, for the page to show.
        changed: likewise for those that differ.
        remarks: French sentences about what was passed over (example lines, unknown columns).
    """

    counts: dict[str, KindCounts] = {}
    refusals: list[Refusal] = []
    created: dict[str, list[str]] = {}
    changed: dict[str, list[str]] = {}
    remarks: list[str] = []

    @property
    def is_clean(self) -> bool:
        """Whether nothing is refused: the file may be applied."""
        return not self.refusals

    @property
    def is_idle(self) -> bool:
        """Whether applying it would change nothing."""
        return all(not (count.created or count.changed) for count in self.counts.values())


class ImportFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file given for import, without its content."""

    id: UUID
    kind: ImportKind
    file_name: str
    state: ImportState
    report: ImportReport
    created_at: datetime
    applied_at: datetime | None = None


class CheckImport(msgspec.Struct, frozen=True, kw_only=True):
    """
    A file to try.

    Args:
        kind: `workbook` finds the kind of each sheet by its name; a CSV file needs its kind.
    """

    kind: ImportKind
    file_name: str
    content: bytes
