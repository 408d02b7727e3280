"""
Reading JSON documents of the literature while collecting every defect instead of stopping at the first.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from carecoord.kernel.errors import Defect, Invalid


class Reader:
    """
    Walks a decoded JSON document and remembers what is wrong with it.
    """

    def __init__(self, document: str) -> None:
        """
        `document` names the file or instance in the messages.
        """
        self.document = document
        self.defects: list[Defect] = []

    def wrong(self, where: str, code: str, why: str) -> None:
        """
        Remember one defect.
        """
        self.defects.append(Defect(code=code, where=f"{self.document}: {where}", why=why))

    def finish(self) -> None:
        """
        Raises:
            Invalid: when any defect was met, with all of them.
        """
        if self.defects:
            raise Invalid(self.defects, code="bench_instance_malformed")

    def json(self, content: bytes) -> dict[str, Any]:
        """
        The document as a mapping.

        Raises:
            Invalid: not JSON, or not an object.
        """
        try:
            value = msgspec.json.decode(content)
        except msgspec.DecodeError as error:
            self.wrong("document", "not_json", f"not JSON: {error}")
            value = {}
        if not isinstance(value, dict):
            self.wrong("document", "not_object", "an object is expected")
            value = {}
        self.finish()
        return value

    def number(self, holder: dict[str, Any], key: str, where: str, *, default: float | None = None) -> float:
        """
        A finite number, or 0 with a defect remembered.
        """
        value = holder.get(key, default)
        return self.as_number(value, f"{where}.{key}")

    def as_number(self, value: object, where: str) -> float:
        """
        The value as a finite number, or 0 with a defect remembered.
        """
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.wrong(where, "not_number", "a finite number is expected")
            return 0.0
        return float(value)

    def text(self, holder: dict[str, Any], key: str, where: str) -> str:
        """
        A non-empty text, or an empty one with a defect remembered.
        """
        value = holder.get(key)
        if not isinstance(value, str) or not value:
            self.wrong(f"{where}.{key}", "not_text", "a non-empty text is expected")
            return ""
        return value

    def items(self, holder: dict[str, Any], key: str, where: str, *, least: int = 0) -> list[dict[str, Any]]:
        """
        A list of objects; others are dropped with a defect remembered.
        """
        value = holder.get(key)
        if not isinstance(value, list):
            self.wrong(f"{where}{key}", "not_list", "a list is expected")
            return []
        kept = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                kept.append(item)
            else:
                self.wrong(f"{where}{key}[{index}]", "not_object", "an object is expected")
        if len(kept) < least:
            self.wrong(f"{where}{key}", "too_few", f"at least {least} expected, {len(kept)} given")
        return kept

    def texts(self, holder: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        """
        A list of texts (absent: none).
        """
        value = holder.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(f"{where}.{key}", "not_texts", "a list of texts is expected")
            return ()
        return tuple(value)

    def pair(self, value: object, where: str) -> tuple[float, float]:
        """
        Two numbers, the first not above the second.
        """
        if not isinstance(value, list) or len(value) != 2:
            self.wrong(where, "not_pair", "two numbers are expected")
            return 0.0, 0.0
        low, high = self.as_number(value[0], f"{where}[0]"), self.as_number(value[1], f"{where}[1]")
        if low > high:
            self.wrong(where, "pair_reversed", f"{low:g} is above {high:g}")
        return low, high

    def distinct(self, ids: list[str], where: str) -> None:
        """
        Remember a defect for each identifier used twice.
        """
        seen: set[str] = set()
        for name in ids:
            if name in seen:
                self.wrong(where, "duplicate_id", f"{name} is used twice")
            seen.add(name)

    def matrix(self, value: object, size: int) -> tuple[tuple[float, ...], ...]:
        """
        A square matrix of non-negative numbers with at least `size` rows.
        """
        if not isinstance(value, list) or len(value) < size:
            rows = len(value) if isinstance(value, list) else 0
            self.wrong("distances", "matrix_size", f"{size} rows are expected, {rows} given")
            return ()
        rows_read = []
        for i, row in enumerate(value):
            if not isinstance(row, list) or len(row) != len(value):
                self.wrong(f"distances[{i}]", "matrix_size", f"{len(value)} columns are expected")
                continue
            numbers = tuple(self.as_number(cell, f"distances[{i}][{j}]") for j, cell in enumerate(row))
            if any(cell < 0 for cell in numbers):
                self.wrong(f"distances[{i}]", "negative_travel", "a travel time is negative")
            rows_read.append(numbers)
        return tuple(rows_read)
