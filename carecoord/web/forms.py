"""
What was typed in a form -> values, with every defect at once under the field's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from litestar.datastructures import UploadFile

from carecoord.edge.access import AnyRequest
from carecoord.kernel.errors import Defect, Invalid, NotFound
from carecoord.kernel.page import PageRequest

LONGEST_TEXT = 4000
YEARS = range(1900, 2200)
"""Years that a date may name: days before and after it are counted without leaving the calendar."""


def civil_day(text: str) -> date:
    """
    A date as browsers send it.

    Raises:
        ValueError: it is none, or of a year that nobody means.
    """
    found = date.fromisoformat(text)
    if found.year not in YEARS:
        raise ValueError(f"{text} is not of a year in use")
    return found


class Form:
    """
    The fields of one form, read one after the other; defects are kept until `check`.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values
        self.defects: list[Defect] = []

    def text(self, name: str, *, required: bool = True) -> str:
        """One line or several, without blanks around; empty when absent."""
        value = self.values.get(name, "")
        # No field of a browser holds a NUL, and PostgreSQL keeps none.
        found = value.replace("\0", "").strip()[:LONGEST_TEXT] if isinstance(value, str) else ""
        if required and not found:
            self.refuse(name, "text_missing")
        return found

    def day(self, name: str) -> date:
        """A date as browsers send it; 1 January 1900 beside a defect."""
        try:
            return civil_day(self.text(name))
        except ValueError:
            if not any(defect.where == name for defect in self.defects):
                self.refuse(name, "date_malformed")
            return date(YEARS[0], 1, 1)

    def whole(self, name: str) -> int:
        """A whole number; 0 beside a defect."""
        text = self.text(name)
        if re.fullmatch(r"-?\d{1,9}", text):
            return int(text)
        if text:
            self.refuse(name, "number_malformed")
        return 0

    def refuse(self, name: str, code: str, **args: str | int | float | None) -> None:
        """Note a defect of a field."""
        self.defects.append(Defect(code=code, where=name, why=code.replace("_", " "), args=args))

    def check(self) -> None:
        """
        Nothing when all is well.

        Raises:
            Invalid: every defect noted so far.
        """
        if self.defects:
            raise Invalid(self.defects)

    def shown(self, **defaults: str) -> dict[str, str]:
        """What was typed, to be shown again; `defaults` gives the fields and their first values."""
        return {
            name: str(value) if isinstance(value := self.values.get(name, default), str) else default
            for name, default in defaults.items()
        }


async def read_form(request: AnyRequest) -> Form:
    """The form that was sent."""
    return Form(await request.form())


async def uploaded(request: AnyRequest, name: str) -> tuple[str, bytes] | None:
    """Name and content of a file that was sent; None when no file was chosen."""
    value = (await request.form()).get(name)
    if not isinstance(value, UploadFile) or not value.filename:
        return None
    return value.filename, await value.read()


def page_request(text: str, size: int) -> PageRequest:
    """The page of a list that an address asks for; the first when it makes no sense."""
    page = int(text) if re.fullmatch(r"\d{1,6}", text) else 1
    return PageRequest(page=max(1, page), size=size)


def identifier(text: str) -> UUID:
    """
    An identifier that came in a form.

    Raises:
        NotFound: it is none, hence names nothing.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("identifier_unknown", "no such identifier") from None


def safe_path(text: str) -> str:
    """
    Where to go back after signing in; `/` unless the text is a path of this very site.

    Browsers read `//host` and `/\\host` as another site, and drop line breaks within.
    """
    if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", text) is None:
        return "/"
    return text
