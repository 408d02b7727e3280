"""
XLSX workbooks: titles, a head line that stays, columns as wide as what they hold.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | date | datetime | None

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
WIDEST, NARROWEST = 60, 8
TITLE_LONGEST = 31
"""Excel refuses longer names of sheets, and the characters below."""
REFUSED_IN_TITLES = "[]:*?/\\"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """
    One sheet of a workbook.

    Args:
        title: name of the tab.
        preface: lines above the table: what it is, for which day, when it was made.
        head: titles of columns.
        rows: values, as many as titles; numbers and dates stay numbers and dates.
        foot: a last line in bold, totals, or nothing.
    """

    title: str
    preface: Sequence[str] = ()
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]
    foot: Sequence[Value] = ()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """
    An XLSX file.

    A text that a spreadsheet would take for a formula is written as text (CWE-1236).

    Raises:
        ValueError: no sheet, or a row that has not as many values as there are titles.
    """
    if not sheets:
        raise ValueError("a workbook needs a sheet")
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write(book.create_sheet(_tab(sheet.title)), sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _tab(title: str) -> str:
    return "".join("-" if mark in REFUSED_IN_TITLES else mark for mark in title)[:TITLE_LONGEST]


def _write(page: Worksheet, sheet: Sheet) -> None:
    for line in sheet.preface:
        page.append([None])
        _set(page.cell(page.max_row, 1), line)
    head = len(sheet.preface) + 1
    _line(page, head, sheet.head, sheet, bold=True)
    for number, row in enumerate(sheet.rows, start=head + 1):
        _line(page, number, row, sheet)
    if sheet.foot:
        _line(page, head + len(sheet.rows) + 1, sheet.foot, sheet, bold=True)
    page.freeze_panes = page.cell(head + 1, 1)
    for index in range(len(sheet.head)):
        shown = [str(row[index]) for row in (sheet.head, *sheet.rows) if row[index] is not None]
        width = max((len(text) for text in shown), default=0) + 2
        page.column_dimensions[get_column_letter(index + 1)].width = min(max(width, NARROWEST), WIDEST)


def _line(page: Worksheet, number: int, values: Sequence[Value], sheet: Sheet, *, bold: bool = False) -> None:
    if len(values) != len(sheet.head):
        raise ValueError(f"{sheet.title}: a row of {len(values)} values under {len(sheet.head)} titles")
    for column, value in enumerate(values, start=1):
        cell = page.cell(number, column)
        _set(cell, value)
        cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str) and len(value) > WIDEST)
        if bold:
            cell.font = Font(bold=True)


def _set(cell: Cell, value: Value) -> None:
    if isinstance(value, str):
        # XML has no such characters: a workbook that holds one cannot be written.
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    if isinstance(value, str) and value.startswith(FORMULA_MARKS):
        cell.data_type = "s"
        cell.quotePrefix = True
