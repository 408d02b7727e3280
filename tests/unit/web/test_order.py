"""
Lists of aides in French order.
"""

from __future__ import annotations

from builders.rosters import aide

from carecoord.web.views.names import by_name
from carecoord.workforce.domain import Aide


def named_aide(number: int, first_name: str, last_name: str) -> Aide:
    """An aide of whom only the name matters."""
    return aide(number, first_name=first_name, last_name=last_name)


def test_accents_and_capitals_do_not_change_the_order_of_aides() -> None:
    """Aïcha stands before Amina and Élodie before Estelle; one first name goes by family name."""
    listed = [
        named_aide(1, "Estelle", "Viroflin"),
        named_aide(2, "Amina", "Petit"),
        named_aide(3, "Élodie", "Orvallac"),
        named_aide(4, "Anaïs", "Nanteuil"),
        named_aide(5, "Aïcha", "Étampes"),
        named_aide(6, "Aïcha", "Bruyeron"),
        named_aide(7, "céline", "Berlandier"),
    ]

    names = [f"{item.first_name} {item.last_name}" for item in sorted(listed, key=by_name)]

    assert names == [
        "Aïcha Bruyeron",
        "Aïcha Étampes",
        "Amina Petit",
        "Anaïs Nanteuil",
        "céline Berlandier",
        "Élodie Orvallac",
        "Estelle Viroflin",
    ]
