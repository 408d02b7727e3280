"""
CSV or XLSX bytes to rows of text, whatever the encoding and separators met in France.

Every cell becomes the text a person would have typed, so that both formats go through
the same parsers: dates as 24/11/2026, hours as 9h20, whole numbers without a decimal mark.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import Any
from zipfile import BadZipFile

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from carecoord.kernel.errors import Defect, Invalid

ZIP_MAGIC = b"PK\x03\x04"
OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0"
MAX_ROWS = 50_000


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """
    One line of a sheet.

    Args:
        line: its number as the spreadsheet shows it, the header being line 1.
        cells: header as written -> text, stripped; empty cells are empty texts.
    """

    line: int
    cells: dict[str, str]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A table: its name (empty for a CSV file), its headers, its lines that are not blank."""

    name: str
    headers: list[str]
    rows: list[Row]


def read_tables(content: bytes) -> list[Sheet]:
    """
    The sheets of a workbook, or the one table of a CSV file.

    Raises:
        Invalid: neither XLSX nor readable text, empty, or too long.
    """
    if not content.strip():
        raise _unreadable("file_empty", "the file is empty")
    if content.startswith(OLD_EXCEL_MAGIC):
        raise _unreadable("file_old_excel", "this is an old Excel or a password-protected file")
    grids = _grids_of_workbook(content) if content.startswith(ZIP_MAGIC) else [("", _grid_of_csv(content))]
    sheets = [_sheet(name, grid) for name, grid in grids if any(any(line) for line in grid)]
    if not sheets:
        raise _unreadable("file_empty", "no sheet holds anything")
    return sheets


def _unreadable(code: str, why: str) -> Invalid:
    return Invalid([Defect(code=code, where="file", why=why)], code=code)


def _grids_of_workbook(content: bytes) -> list[tuple[str, list[list[str]]]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            (
                name,
                [
                    [_text(cell) for cell in line]
                    for line in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                ],
            )
            for name in workbook.sheet_names
        ]
    except PasswordError as error:
        raise _unreadable("file_protected", "the workbook is protected by a password") from error
    except (CalamineError, BadZipFile, ValueError, OSError) as error:
        raise _unreadable("file_damaged", "the workbook cannot be read") from error


def _grid_of_csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise _unreadable("file_not_a_table", "this is neither a workbook nor text")
    first = text.splitlines()[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return [
            [cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise _unreadable("file_damaged", "the CSV file cannot be read") from error


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel writes in France; five byte values mean nothing in it.
        return content.decode("cp1252", errors="replace")


def _sheet(name: str, grid: list[list[str]]) -> Sheet:
    top = next(index for index, line in enumerate(grid) if any(line))
    headers = grid[top]
    lines = [(number, line) for number, line in enumerate(grid[top + 1 :], start=top + 2) if any(line)]
    if len(lines) > MAX_ROWS:
        raise _unreadable("file_too_long", f"more than {MAX_ROWS} lines")
    rows = [
        Row(line=number, cells=dict(zip(headers, line + [""] * (len(headers) - len(line)), strict=False)))
        for number, line in lines
    ]
    return Sheet(name=name, headers=[header for header in headers if header], rows=rows)


def _text(cell: Any) -> str:
    """A typed cell of a workbook, as a person would have typed it."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        day = cell.strftime("%d/%m/%Y")
        return day if cell.time() == time(0) else f"{day} {cell.hour}h{cell.minute:02d}"
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, time):
        return f"{cell.hour}h{cell.minute:02d}"
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}h{minutes % 60:02d}"
    return str(cell).strip()
