"""
Names of communes as people type them.
"""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss"})
_ARTICLE = re.compile(r"^(?:le|la|les|l|los|las) (?=.)")
_ABBREVIATIONS = ((re.compile(r"\bste\b"), "sainte"), (re.compile(r"\bst\b"), "saint"))


def name_key(text: str) -> str:
    """
    The form under which names are compared.

    Lower case, without accents, apostrophes, hyphens or leading article; `St` and `Ste` in full.
    """
    plain = unicodedata.normalize("NFD", text.translate(_LIGATURES).casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.sub(r"[^a-z0-9]+", " ", letters).strip()
    for pattern, full in _ABBREVIATIONS:
        words = pattern.sub(full, words)
    return _ARTICLE.sub("", words)
