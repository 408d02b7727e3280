"""
Encrypted columns: what is sealed opens with its key, in its column, unaltered, and only so.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord.db.sealed import Keyring, SealBroken, key_id_of, keyring

OLD, NEW = "an old secret of more than enough characters", "a new secret of more than enough characters"
RING = keyring(NEW, [OLD])


@given(st.binary(max_size=300))
def test_what_is_sealed_opens(plain: bytes) -> None:
    """Any bytes come back as they were."""
    assert RING.open(RING.seal(plain, "meal_subscription.health"), "meal_subscription.health") == plain


def test_nothing_of_the_text_shows() -> None:
    """The text is not in the sealed value, and sealing twice gives two values."""
    first, second = RING.seal(b"allergie au lait", "t.c"), RING.seal(b"allergie au lait", "t.c")

    assert b"lait" not in first
    assert first != second


def test_a_former_key_still_opens_and_no_longer_seals() -> None:
    """After a change of key, old values open; new ones carry the new key's id."""
    old = keyring(OLD)
    before = old.seal(b"x", "t.c")

    assert RING.open(before, "t.c") == b"x"
    assert key_id_of(before) == old.current
    assert key_id_of(RING.seal(b"x", "t.c")) == RING.current
    assert RING.current != old.current


def test_without_its_key_a_value_stays_closed() -> None:
    """Somebody with the database and another secret reads nothing."""
    with pytest.raises(SealBroken, match="not known here"):
        keyring(OLD).open(keyring(NEW).seal(b"x", "t.c"), "t.c")


def test_a_value_copied_into_another_column_does_not_open() -> None:
    """The name of the column is authenticated with the value."""
    with pytest.raises(SealBroken, match="altered"):
        RING.open(RING.seal(b"x", "meal_order.document"), "meal_subscription.health")


@given(st.integers(min_value=17), st.integers(1, 255))
def test_an_altered_value_does_not_open(position: int, change: int) -> None:
    """One bit changed anywhere in nonce or text is noticed."""
    sealed = bytearray(RING.seal(b"some text", "t.c"))
    sealed[5 + position % (len(sealed) - 5)] ^= change

    with pytest.raises(SealBroken):
        RING.open(bytes(sealed), "t.c")


@pytest.mark.parametrize("value", [b"", b"\x01", b"plain text that was never sealed"])
def test_what_is_not_sealed_is_told(value: bytes) -> None:
    """Bytes of another origin are refused, never taken for text."""
    with pytest.raises(SealBroken, match="not a sealed value"):
        RING.open(value, "t.c")


def test_the_same_secret_gives_the_same_key_everywhere() -> None:
    """Web and worker derive the same key from the same setting."""
    again: Keyring = keyring(NEW)

    assert again.keys[again.current] == RING.keys[RING.current]
    assert len(again.keys[again.current]) == 32
