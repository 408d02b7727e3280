"""
Settings -> keys of the encrypted columns.
"""

from __future__ import annotations

from carecoord.db.sealed import Keyring, keyring, use_keys
from carecoord.settings import Settings, secret_key


def ring_of(settings: Settings) -> Keyring:
    """
    The key that seals, from its own setting or the general secret, and those that still open.

    The general secret always opens: data sealed before `sealing_key` was given stay readable.
    """
    general = secret_key(settings)
    former = [text.strip() for text in settings.sealing_keys_former.split(",") if text.strip()]
    return keyring(settings.sealing_key or general, [*former, general])


def connect(settings: Settings) -> None:
    """Give this process its keys; once, at its start."""
    use_keys(ring_of(settings))
