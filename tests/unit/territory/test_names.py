"""
Names of communes as people type them.
"""

import pytest

from carecoord.territory.names import name_key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Saint-Pierre-lès-Nemours", "saint pierre les nemours"),
        ("st pierre les nemours", "saint pierre les nemours"),
        ("STE-MARIE", "sainte marie"),
        ("L'Haÿ-les-Roses", "hay les roses"),
        ("L’Abergement-Clémenciat", "abergement clemenciat"),
        ("Le Châtelet-en-Brie", "chatelet en brie"),
        ("Œuilly", "oeuilly"),
        ("Y", "y"),
        ("  Brunoy  ", "brunoy"),
        ("Lestards", "lestards"),
        ("Estrée", "estree"),
    ],
)
def test_key(typed: str, key: str) -> None:
    """Case, accents, apostrophes, hyphens, the article and abbreviations of Saint do not matter."""
    assert name_key(typed) == key
