"""
PDF documents: a template of ours, compiled by Typst, filled with a struct.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import typst

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"


def render(template: str, data: Any, *, at: datetime) -> bytes:
    """
    A tagged PDF (PDF/UA-1, readable by a screen reader) of a template.

    The template reads its data with `#let data = json(bytes(sys.inputs.data))`. It has no access to
    the network nor to files outside the templates.

    Args:
        template: name of a file in `carecoord/documents/templates`, without its suffix.
        data: any struct; what is shown is already worded in French.
        at: when the document is made, aware; written into the file, so that the same data and
            instant give the same bytes.

    Raises:
        ValueError: `at` has no time zone.
        typst.TypstError: the template is wrong, which is a bug.
    """
    if at.tzinfo is None:
        raise ValueError("the instant of a document needs a time zone")
    found: bytes = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": msgspec.json.encode(data).decode()},
        pdf_standards="ua-1",
        timestamp=at.replace(microsecond=0),
    )
    return found
