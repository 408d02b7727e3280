"""
Workbooks that would cost more memory than a server has are refused before anything reads them.
"""

from __future__ import annotations

import io
import struct
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import pytest
from openpyxl import Workbook

from carecoord.exchange.archive import MAX_UNPACKED_BYTES, TooLarge, check_archive
from carecoord.exchange.tabular import read_tables
from carecoord.kernel.errors import Invalid


def workbook(cells: dict[str, str]) -> bytes:
    """A workbook with a few cells."""
    book = Workbook()
    for place, text in cells.items():
        book.worksheets[0][place] = text
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP archive of these parts."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return content.getvalue()


def test_an_ordinary_workbook_passes():
    """A few cells on a sheet are no bomb."""
    check_archive(workbook({"A1": "Numéro", "B2": "x"}))


def test_two_cells_far_apart_are_refused():
    """A reader sets aside the whole rectangle (512 GiB here, from a file of 5 kB) and dies of it."""
    content = workbook({"A1": "Numéro", "XFD1048576": "x"})

    assert len(content) < 10_000
    with pytest.raises(Invalid) as caught:
        read_tables(content)
    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1"><c r="ZZ1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        b"<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c s='1' r='ZZ1048576'><v>1</v></c></row>",
        b'<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:c r="AZ900000" t="s"><x:v>0</x:v></x:c>',
    ],
)
def test_far_cells_are_seen_however_they_are_written(row: bytes):
    """Cells without a place of their own, other quotes, other order, prefixes."""
    with pytest.raises(TooLarge):
        check_archive(archive({"xl/worksheets/sheet1.xml": b"<sheetData>" + row + b"</sheetData>"}))


def test_empty_rows_and_cells_far_away_are_no_reason():
    """Spreadsheets write formatted but empty rows and cells down to the last line."""
    rows = b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576" ht="12.8"></row>'

    check_archive(archive({"xl/worksheets/sheet1.xml": b"<sheetData>" + rows + b"</sheetData>"}))


def test_parts_that_unpack_to_gigabytes_are_refused():
    """A hundred megabytes of zeros take 100 kB packed."""
    part = b"\x00" * (MAX_UNPACKED_BYTES // 2 + 1)
    content = archive({"xl/sharedStrings.xml": part, "xl/other.xml": part})

    assert len(content) < 200_000
    with pytest.raises(TooLarge):
        check_archive(content)


def test_a_part_longer_than_it_says_is_refused():
    """An archive that announces 10 bytes and holds a million lies on purpose."""
    honest = archive({"xl/sharedStrings.xml": b"\x00" * 1_000_000})
    lying = honest.replace(struct.pack("<L", 1_000_000), struct.pack("<L", 10))

    assert lying != honest
    with pytest.raises(BadZipFile):
        check_archive(lying)
