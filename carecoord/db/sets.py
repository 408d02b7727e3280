"""
A condition on many values as one parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute


def among(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """
    Whether a column has one of the values.

    They travel as one array: the statement stays the same whatever their number, where
    `IN` writes one parameter each and PostgreSQL stops at 32,767.
    """
    return column == any_(literal(list(values), ARRAY(column.type)))
