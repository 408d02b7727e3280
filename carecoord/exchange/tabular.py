"""
CSV or XLSX bytes to rows of text, whatever the encoding and separators met in France.

Every cell becomes the text a person would have typed, so that both formats go through
the same parsers: dates as 24/11/2026, hours as 9h20, whole numbers without a decimal mark.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zipfile import BadZipFile

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from carecoord.exchange.archive import TooLarge, check_archive
from carecoord.kernel.errors import Defect, Invalid

ZIP_MAGIC = b"PK\x03\x04"
OLD_EXCEL_MAGIC = b"\xd0\xcf\x11\xe0"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MAX_ROWS = 50_000
HEADER_SEARCH_ROWS = 20
"""A title and a note may stand above the headers; not more."""

Line = tuple[int, list[str]]
IsHeader = Callable[[list[str]], bool]

# Seen by nobody and typed by nobody: they come with texts copied from elsewhere.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """
    One line of a sheet.

    Args:
        line: its number as the spreadsheet shows it.
        cells: header as written -> text, stripped; empty cells are empty texts.
    """

    line: int
    cells: dict[str, str]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """
    A table.

    Args:
        name: empty for a CSV file.
        headers: as written, from left to right; one that stands twice is listed twice.
        rows: lines under the headers that are not blank.
        untitled: whether something stands under no header.
        passed_over: lines above the headers that hold something.
    """

    name: str
    headers: list[str]
    rows: list[Row]
    untitled: bool = False
    passed_over: int = 0


def read_tables(content: bytes, *, is_header: IsHeader | None = None) -> list[Sheet]:
    """
    The sheets of a workbook, or the one table of a CSV file.

    Args:
        is_header: recognises the line of headers among the first ones; without it, or when
            it recognises none, the first line that holds something is taken.

    Raises:
        Invalid: neither XLSX nor readable text, empty, or too long.
    """
    if not content.strip():
        raise _unreadable("file_empty", "the file is empty")
    if content.startswith(OLD_EXCEL_MAGIC):
        raise _unreadable("file_old_excel", "this is an old Excel or a password-protected file")
    tables = _workbook(content) if content.startswith(ZIP_MAGIC) else [("", _csv_lines(content))]
    sheets = []
    for name, numbered in tables:
        lines = _bounded(numbered)
        if lines:
            sheets.append(_sheet(name, lines, is_header))
    if not sheets:
        raise _unreadable("file_empty", "no sheet holds anything")
    return sheets


def _unreadable(code: str, why: str) -> Invalid:
    return Invalid([Defect(code=code, where="file", why=why)], code=code)


def _bounded(numbered: Iterable[Line]) -> list[Line]:
    """Lines that hold something, as long as there are not too many."""
    lines = []
    for number, cells in numbered:
        if any(cells):
            lines.append((number, cells))
        if len(lines) > MAX_ROWS + HEADER_SEARCH_ROWS:
            raise _unreadable("file_too_long", f"more than {MAX_ROWS} lines")
    return lines


def _workbook(content: bytes) -> Iterator[tuple[str, Iterator[Line]]]:
    try:
        check_archive(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            grid = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield (
                name,
                ((number, [_text(cell) for cell in line]) for number, line in enumerate(grid, start=1)),
            )
    except TooLarge as error:
        raise _unreadable("file_too_large", "the workbook is too large once unpacked") from error
    except PasswordError as error:
        raise _unreadable("file_protected", "the workbook is protected by a password") from error
    except (CalamineError, BadZipFile, ValueError, OSError) as error:
        raise _unreadable("file_damaged", "the workbook cannot be read") from error


def _csv_lines(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    if "\x00" in text:
        raise _unreadable("file_not_a_table", "this is neither a workbook nor text")
    top = text[:20_000].splitlines()[:HEADER_SEARCH_ROWS]
    delimiter = max(";,\t", key=lambda mark: max((line.count(mark) for line in top), default=0))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, line in enumerate(reader, start=1):
            yield number, [_clean(cell) for cell in line]
    except csv.Error as error:
        raise _unreadable("file_damaged", "the CSV file cannot be read") from error


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-16" if content.startswith(UTF_16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError:
        # What Excel writes in France; five byte values mean nothing in it.
        try:
            return content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise _unreadable("file_encoding", "neither UTF-8 nor Windows-1252") from error


def _sheet(name: str, lines: list[Line], is_header: IsHeader | None) -> Sheet:
    top = next(
        (
            rank
            for rank, (_, cells) in enumerate(lines[:HEADER_SEARCH_ROWS])
            if is_header and is_header(cells)
        ),
        0,
    )
    headers = lines[top][1]
    under = lines[top + 1 :]
    if len(under) > MAX_ROWS:
        raise _unreadable("file_too_long", f"more than {MAX_ROWS} lines")
    titled = [rank for rank, header in enumerate(headers) if header]
    rows = [
        Row(line=number, cells={headers[rank]: cells[rank] if rank < len(cells) else "" for rank in titled})
        for number, cells in under
    ]
    untitled = any(any(cells[len(headers) :]) for _, cells in under) or any(
        cells[rank]
        for rank, header in enumerate(headers)
        if not header
        for _, cells in under
        if rank < len(cells)
    )
    return Sheet(
        name=name,
        headers=[headers[rank] for rank in titled],
        rows=rows,
        untitled=untitled,
        passed_over=top,
    )


def _clean(text: str) -> str:
    return _INVISIBLE.sub("", text).strip()


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
    return _clean(str(cell))
