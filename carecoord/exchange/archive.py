"""
What a workbook may cost, looked at before anything reads it.

A workbook is a ZIP archive: a few kilobytes can announce gigabytes, or one cell at the last
row and column, for which a reader sets memory aside for the whole rectangle in between.
"""

from __future__ import annotations

import io
import re
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from openpyxl.utils import column_index_from_string

MAX_PARTS = 500
MAX_UNPACKED_BYTES = 100_000_000
"""Of all parts together; 50,000 lines of our widest sheet take about 60 MB."""
MAX_CELLS = 5_000_000
"""Of the rectangle from the first to the last cell of one sheet."""

# Cells and rows that hold something: spreadsheets write empty ones far away, readers skip them.
_CELL = re.compile(rb"""\sr=["']([A-Za-z]{1,3})(\d{1,8})["'][^<>/]*>""")
_ROW = re.compile(rb"""\sr=["'](\d{1,8})["'][^<>/]*>\s*<(?:\w+:)?c\b""")


class TooLarge(Exception):
    """The workbook would take more memory than any honest one."""


def check_archive(content: bytes) -> None:
    """
    Refuse an archive whose parts, once unpacked, are more than a server can hold.

    Raises:
        BadZipFile: no archive, or one that lies about its parts.
        TooLarge: too many parts, too many bytes, or cells too far apart.
    """
    with ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise TooLarge
        for part in parts:
            unpacked = _unpacked(content, archive, part)
            if part.filename.lower().startswith("xl/worksheets/"):
                _check_cells(unpacked)


def _unpacked(content: bytes, archive: ZipFile, part: ZipInfo) -> bytes:
    """
    The bytes of a part, never more than it announces.

    `ZipFile.read` stops at the announced size and so does not notice a part that goes on.
    """
    if part.flag_bits & 0x1 or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadZipFile("encrypted, or packed in a way no workbook uses")
    with archive.open(part):
        # Opening checks that the two headers of the part agree.
        start = part.header_offset + 30
    name_bytes, extra_bytes = (
        int.from_bytes(content[part.header_offset + at : part.header_offset + at + 2], "little")
        for at in (26, 28)
    )
    start += name_bytes + extra_bytes
    packed = content[start : start + part.compress_size]
    if part.compress_type == ZIP_STORED:
        unpacked = packed
    else:
        reader = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            unpacked = reader.decompress(packed, part.file_size + 1)
        except zlib.error as error:
            raise BadZipFile(str(error)) from error
    if len(unpacked) != part.file_size:
        raise BadZipFile("a part is not as long as announced")
    return unpacked


def _check_cells(sheet: bytes) -> None:
    cells = _CELL.findall(sheet)
    rows = {int(row) for row in {row for _, row in cells} | set(_ROW.findall(sheet))}
    columns = {column_index_from_string(letters.decode("ascii")) for letters in {each for each, _ in cells}}
    if rows and (max(rows) - min(rows) + 1) * (max(columns, default=1)) > MAX_CELLS:
        raise TooLarge
