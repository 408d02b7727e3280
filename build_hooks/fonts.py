"""
The typeface of the pages, in the form that printed documents need.

npm brings web fonts only (WOFF); the PDF compiler reads TrueType.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = "carecoord/documents/fonts"
PACKAGE = "node_modules/@fontsource/atkinson-hyperlegible/files"
STYLES = ("400-normal", "700-normal", "400-italic")


def are_there(root: Path) -> bool:
    """Whether every style was converted."""
    return all((root / FOLDER / f"{style}.ttf").is_file() for style in STYLES)


def convert(root: Path) -> None:
    """Write each style as TrueType; the Latin subset holds all of French."""
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    for style in STYLES:
        font = TTFont(root / PACKAGE / f"atkinson-hyperlegible-latin-{style}.woff")
        font.flavor = None
        font.save(root / FOLDER / f"{style}.ttf")
