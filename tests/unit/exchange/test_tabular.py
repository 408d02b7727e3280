"""
Files as they come: encodings, separators, typed cells, damaged workbooks.
"""

from __future__ import annotations

import io
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from carecoord.exchange.tabular import read_tables
from carecoord.kernel.errors import Invalid


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_as_written_in_france(encoding: str, separator: str):
    """Every usual encoding and separator gives the same line."""
    text = f"Numéro{separator}Prénom\nP1{separator}Éliane\n"

    [sheet] = read_tables(text.encode(encoding))

    assert sheet.headers == ["Numéro", "Prénom"]
    assert (sheet.rows[0].line, sheet.rows[0].cells) == (2, {"Numéro": "P1", "Prénom": "Éliane"})


def test_blank_lines_count_but_are_passed_over():
    """Line numbers are those the spreadsheet shows."""
    [sheet] = read_tables(b"A;B\n;\n1;2\n")

    assert [(row.line, row.cells) for row in sheet.rows] == [(3, {"A": "1", "B": "2"})]


def test_quoted_cells_keep_separators_and_line_breaks():
    """A quoted cell may hold the separator and a line break."""
    [sheet] = read_tables(b'A;B\n"1;2";"x\ny"\n')

    assert sheet.rows[0].cells == {"A": "1;2", "B": "x\ny"}


def test_typed_cells_of_a_workbook_become_what_a_person_types():
    """Dates, hours, numbers and booleans of a workbook read as text."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Personnes"
    sheet.append(["jour", "instant", "heure", "entier", "décimal", "vrai"])
    sheet.append([date(2026, 11, 24), datetime(2026, 11, 24, 9, 5), time(9, 20), 28, 28.5, True])  # noqa: DTZ001 - a spreadsheet knows no time zone
    content = io.BytesIO()
    workbook.save(content)

    [read] = read_tables(content.getvalue())

    assert list(read.rows[0].cells.values()) == ["24/11/2026", "24/11/2026 9h05", "9h20", "28", "28,5", "oui"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"  \n ", "file_empty"),
        (b"PK\x03\x04garbage", "file_damaged"),
        (b"\xd0\xcf\x11\xe0old", "file_old_excel"),
        (b"a\x00b;c", "file_not_a_table"),
    ],
)
def test_files_that_are_no_tables(content: bytes, code: str):
    """Each kind of unreadable file has its own reason."""
    with pytest.raises(Invalid) as caught:
        read_tables(content)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xef\xbb\xbf", "file_empty"),
        (b"Nom\nL\x81a\xe9\n", "file_encoding"),
        (b"A;B\n" + b"1;2\n" * 50_001, "file_too_long"),
    ],
)
def test_files_that_are_refused_whole(content: bytes, code: str):
    """Nothing but a mark, bytes of no alphabet, more lines than can be judged at once."""
    with pytest.raises(Invalid) as caught:
        read_tables(content)

    assert caught.value.code == code


def test_text_in_sixteen_bits():
    """What Excel calls Unicode text: UTF-16 with tabulations."""
    [sheet] = read_tables("Numéro\tPrénom\nP1\tÉliane\n".encode("utf-16"))

    assert sheet.rows[0].cells == {"Numéro": "P1", "Prénom": "Éliane"}


def test_title_above_the_headers():
    """Headers are looked for under a title; the line numbers stay those of the spreadsheet."""
    text = "Liste des personnes, novembre\n\nNuméro,Nom\nP1,Clairbuis\n"

    [sheet] = read_tables(text.encode(), is_header=lambda line: "Numéro" in line)

    assert (sheet.headers, sheet.passed_over) == (["Numéro", "Nom"], 1)
    assert [(row.line, row.cells["Nom"]) for row in sheet.rows] == [(4, "Clairbuis")]


def test_cells_without_header_are_told():
    """An empty header, or more cells than headers: not read, and said to be so."""
    [under_empty] = read_tables(b"A;;B\n1;x;2\n")
    [beyond] = read_tables(b"A;B\n1;2;x\n")
    [none] = read_tables(b"A;;B\n1;;2;\n")

    assert (under_empty.untitled, beyond.untitled, none.untitled) == (True, True, False)
    assert under_empty.rows[0].cells == {"A": "1", "B": "2"}


def test_blanks_nobody_sees_are_taken_off():
    """No-break spaces around a cell and zero-width characters within."""
    [sheet] = read_tables("A;B\n\u00a0P\u200b1 \u202f;\ufeff2\n".encode())

    assert sheet.rows[0].cells == {"A": "P1", "B": "2"}
