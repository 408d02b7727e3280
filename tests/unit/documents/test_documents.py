"""
PDF and XLSX documents are made of what they are given.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

import msgspec
import pytest
import typst
from openpyxl import load_workbook

from carecoord.documents import pdf, sheets

AT = datetime(2026, 11, 23, 8, 20, 5, 123456, tzinfo=UTC)


class Table(msgspec.Struct, frozen=True):
    """Data of the template tried here."""

    title: str
    head: list[str]
    rows: list[list[str]]


def test_a_pdf_is_tagged_and_the_same_each_time() -> None:
    """The same data and instant give the same bytes: a tagged PDF that names its language."""
    data = Table(title="Feuille d’essai", head=["Rang", "Où"], rows=[["1", "Rue des Œillets, 3 °C"]])

    first = pdf.render("plain_table", data, at=AT)

    assert first.startswith(b"%PDF-")
    assert b"StructTreeRoot" in first
    assert b"fr-FR" in first
    assert first == pdf.render("plain_table", data, at=AT)


def test_text_of_a_pdf_is_never_code() -> None:
    """What people typed is shown, not run: marks of the template language mean nothing."""
    data = Table(title="#panic()", head=["#eval"], rows=[['#read("/etc/hostname") *_$']])

    assert pdf.render("plain_table", data, at=AT).startswith(b"%PDF-")


@pytest.mark.parametrize("words", ["panic()", 'read("/etc/hostname")', "1fr + 1fr", "-1fr", ""])
def test_a_width_is_never_code(words: str) -> None:
    """A width is `auto` or a share; anything else stops, none is run."""
    data = {"title": "Essai", "head": ["Rang"], "rows": [["1"]]}

    with pytest.raises(typst.TypstError, match="no width"):
        pdf.render("plain_table", {**data, "widths": [words]}, at=AT)
    assert pdf.render("plain_table", {**data, "widths": ["1.3fr"]}, at=AT).startswith(b"%PDF-")


def test_an_instant_without_zone_is_refused() -> None:
    """Nobody can tell when a document was made without a time zone."""
    with pytest.raises(ValueError, match="time zone"):
        pdf.render("plain_table", Table(title="", head=[], rows=[]), at=AT.replace(tzinfo=None))


def test_a_workbook_keeps_values_and_never_starts_a_formula() -> None:
    """Numbers stay numbers, a text that looks like a formula stays a text, totals come last."""
    sheet = sheets.Sheet(
        title="Cuisine [1]",
        preface=["Repas du 24 novembre"],
        head=["Régime", "Repas"],
        rows=[["=1+1", 12], ["sans sel", 3]],
        foot=["Total", 15],
    )

    page = load_workbook(io.BytesIO(sheets.workbook([sheet]))).active

    assert page.title == "Cuisine -1-"
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["Repas du 24 novembre", None],
        ["Régime", "Repas"],
        ["=1+1", 12],
        ["sans sel", 3],
        ["Total", 15],
    ]
    assert page["A3"].data_type == "s"
    assert page.freeze_panes == "A3"


def test_a_short_row_is_refused() -> None:
    """A row that does not fit its titles is a mistake of ours, not a file with a shifted column."""
    with pytest.raises(ValueError, match="1 values under 2"):
        sheets.workbook([sheets.Sheet(title="t", head=["a", "b"], rows=[["x"]])])


def test_characters_that_no_workbook_holds_are_left_out() -> None:
    """A text pasted with control characters still gives a file, and cannot hide a formula behind them."""
    sheet = sheets.Sheet(title="Essai", head=["Nom"], rows=[["Mar\x0btin"], ["\x01=1+1"]])

    page = load_workbook(io.BytesIO(sheets.workbook([sheet]))).active

    assert [page.cell(2, 1).value, page.cell(3, 1).value] == ["Martin", "=1+1"]
    assert page.cell(3, 1).data_type == "s"
