"""
Sheets to lines of values: every cell read, every defect kept with its place.
"""

from __future__ import annotations

from typing import Any

import msgspec

from carecoord.exchange.cells import CellError
from carecoord.exchange.columns import (
    EXAMPLE_KEY,
    SHEET_NAMES,
    Column,
    Kind,
    headers_twice,
    is_header,
    kind_of_sheet,
    match_headers,
)
from carecoord.exchange.domain import ImportKind, Refusal
from carecoord.exchange.tabular import Row, Sheet, read_tables
from carecoord.exchange.wording import refusal
from carecoord.kernel.errors import Defect, Invalid
from carecoord.kernel.texts import NOTE_LENGTH


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """
    One line that was read.

    Args:
        values: field -> value; a field whose cell was refused is absent.
        cells: field -> (header, text) as written, for later refusals.
    """

    kind: Kind
    number: int
    values: dict[str, Any]
    cells: dict[str, tuple[str, str]]

    def refuse(self, field: str, code: str, **values: str | int) -> Refusal:
        """A refusal of one of its cells."""
        header, text = self.cells.get(field, ("", ""))
        reason, remedy = refusal(code, values)
        return Refusal(
            sheet=SHEET_NAMES[self.kind],
            line=self.number,
            column=header,
            value=text,
            reason=reason,
            remedy=remedy,
        )


class Reading(msgspec.Struct, kw_only=True):
    """Everything a file says: lines by kind, defects, remarks."""

    lines: dict[Kind, list[Line]] = {}
    refusals: list[Refusal] = []
    remarks: list[str] = []


def read_file(content: bytes, kind: ImportKind) -> Reading:
    """
    Read a whole file.

    Raises:
        Invalid: the file itself cannot be read, or none of its sheets is known.
    """
    sheets = read_tables(content, is_header=is_header)
    reading = Reading()
    if kind != "workbook":
        for sheet in sheets[1:]:
            reading.remarks.append(
                f"Seule la première feuille est lue : la feuille « {sheet.name} » est ignorée."
            )
        _read_sheet(sheets[0], kind, reading)
        return reading
    chosen = [(sheet, kind_of_sheet(sheet.name)) for sheet in sheets]
    if all(sheet_kind is None for _, sheet_kind in chosen):
        raise Invalid(
            [Defect(code="sheet_unknown", where="file", why="no sheet has a known name")],
            code="sheet_unknown",
        )
    for sheet, sheet_kind in chosen:
        if sheet_kind is None:
            reading.remarks.append(f"La feuille « {sheet.name} » n’est pas prévue : elle est ignorée.")
        else:
            _read_sheet(sheet, sheet_kind, reading)
    return reading


def _read_sheet(sheet: Sheet, kind: Kind, reading: Reading) -> None:
    found, unknown, missing = match_headers(kind, sheet.headers)
    _remark_on(sheet, kind, unknown, reading)
    defects = [(column.header, "column_missing") for column in missing]
    defects += [(header, "column_twice") for header in headers_twice(kind, sheet.headers)]
    for header, code in defects:
        reason, remedy = refusal(code, {})
        reading.refusals.append(
            Refusal(sheet=SHEET_NAMES[kind], line=0, column=header, value="", reason=reason, remedy=remedy)
        )
    if defects:
        return
    examples = 0
    for row in sheet.rows:
        if _is_example(row, found):
            examples += 1
        else:
            _read_row(row, kind, found, reading)
    if examples:
        reading.remarks.append(f"{SHEET_NAMES[kind]} : ligne d’exemple du modèle ignorée.")


def _remark_on(sheet: Sheet, kind: Kind, unknown: list[str], reading: Reading) -> None:
    """Tell what of a sheet is not read."""
    title = SHEET_NAMES[kind]
    if sheet.passed_over:
        reading.remarks.append(f"{title} : ce qui précède la ligne des titres de colonnes est ignoré.")
    if unknown:
        names = ", ".join(f"« {header} »" for header in unknown)
        reading.remarks.append(f"{title} : colonnes inconnues, ignorées : {names}.")
    if sheet.untitled:
        reading.remarks.append(f"{title} : des cellules sans titre de colonne sont ignorées.")


def _is_example(row: Row, found: dict[str, Column]) -> bool:
    """Whether the line is the template's own: its first column, the number, starts with EXEMPLE."""
    keys = ("reference", "aide_reference")
    return any(
        column.field in keys and row.cells[header].upper().startswith(EXAMPLE_KEY)
        for header, column in found.items()
    )


def _read_row(row: Row, kind: Kind, found: dict[str, Column], reading: Reading) -> None:
    cells = {column.field: (header, row.cells[header]) for header, column in found.items()}
    line = Line(kind=kind, number=row.line, values={}, cells=cells)
    for header, column in found.items():
        text = row.cells[header]
        try:
            line.values[column.field] = _read_cell(column, text)
        except CellError as error:
            reading.refusals.append(line.refuse(column.field, error.code, **error.values))
    reading.lines.setdefault(kind, []).append(line)


def _read_cell(column: Column, text: str) -> Any:
    if not text:
        if column.required:
            raise CellError("missing")
        return column.default
    if len(text) > NOTE_LENGTH:
        raise CellError("too_long", limit=NOTE_LENGTH)
    return column.read(text)
